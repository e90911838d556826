// The same admission as of the answer, over windows that have no figures.
#include "replay/settlement_effect.h"

#include <algorithm>

#include "replay/after_closing.h"
#include "replay/closed_history.h"
#include "replay/dispute/calendar.h"
#include "replay/dispute/claim_admission.h"
#include "replay/terms/credit.h"
#include "replay/window_plan.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

bool AnyConfirmed(const std::vector<Settlement>& settlements) {
  return std::any_of(settlements.begin(), settlements.end(),
                     [](const Settlement& each) { return each.confirmed.has_value(); });
}

// Windows that somebody confirmed a settlement of.
std::set<WindowName> WindowsConfirmed(const CaseFile& file) {
  std::set<WindowName> names;
  for (const Claim& claim : file.acts().claims()) {
    if (!AnyConfirmed(claim.settlements)) continue;
    names.insert(claim.body.windows.begin(), claim.body.windows.end());
    for (const ClaimAmendment& each : file.forum().AmendmentsOf(claim)) {
      names.insert(each.body.windows.begin(), each.body.windows.end());
    }
  }
  for (const auto& [name, settlements] : file.acts().direct()) {
    if (AnyConfirmed(settlements)) names.insert(name);
  }
  return names;
}

// As the parties had it when the first of them was confirmed.
const TermsVersion* VersionThen(const CaseFile& file, const WindowName& name) {
  const TermsVersion* version = file.agreement().Governing(
      name.window, {.settled = std::nullopt, .before = file.acts().StatedAt(name)});
  const std::vector<const TermsVersion*>& known = file.versions();
  const bool read = std::find(known.begin(), known.end(), version) != known.end();
  return read ? version : file.Agreed(name);
}

// Nothing where the terms have no such window: what an act calls one may span all time.
absl::StatusOr<std::optional<PlannedWindow>> PlanNamed(const CaseFile& file,
                                                       const TermsVersion* version,
                                                       const WindowName& name) {
  std::optional<PlannedWindow> plan;
  if (version == nullptr || name.window.empty()) return plan;
  const Interval begin{name.window.first, name.window.first + Duration{1}};
  for (const Objective& objective : version->terms->objectives) {
    if (objective.id != name.objective) continue;
    TALLY_ASSIGN_OR_RETURN(const std::vector<Window> windows,
                           WindowsOf(file, *version, objective, begin));
    for (const Window& window : windows) {
      if (window.interval == name.window) plan = {version, &objective, window, false};
    }
  }
  return plan;
}

// A window of the terms without its figures; not `evaluated` where they have no such window.
absl::StatusOr<WindowCase> CaseWithoutFigures(const CaseFile& file, const WindowName& name,
                                              const Refuted& refuted) {
  WindowCase each;
  each.name = name;
  each.evaluated = false;
  const TermsVersion* version = VersionThen(file, name);
  TALLY_ASSIGN_OR_RETURN(const std::optional<PlannedWindow> plan, PlanNamed(file, version, name));
  if (!plan.has_value()) return each;
  each.evaluated = true;
  const Objective& objective = *plan->objective;
  EvaluatedWindow evaluated;
  evaluated.plan = *plan;
  const StreamId* obligor = version->PartyOfRole(objective.obligor);
  const StreamId* obligee = version->PartyOfRole(objective.obligee);
  TALLY_CHECK(obligor != nullptr && obligee != nullptr);  // checked when terms were admitted
  each.terms = version->terms.get();
  each.version = version;
  each.calendars = &file.CalendarsOf(*version);
  each.zone = &file.ZoneOf(version->terms->zone);
  each.obligor = file.agreement().NameOf(*obligor);
  each.obligee = file.agreement().NameOf(*obligee);
  each.obligee_party = *obligee;
  const WeighingInstants instants{file.axes().knowledge, file.axes().status()};
  each.ended = name.window.limit <= instants.status;
  each.cutoff =
      DueAfterWindow(*each.zone, name.window, version->terms->disputes.evidence_cutoff_days);
  TALLY_ASSIGN_OR_RETURN(const uint64_t size, file.SizeBefore(each.cutoff));
  each.closing = ClosingInForce(file.acts(), name, {each.cutoff, size}, instants);
  if (objective.credit.has_value()) {
    each.currency = CurrencyOfCredit(version->terms->fees, *objective.credit);
    if (each.currency.has_value()) each.computed = Money{.minor = 0, .currency = *each.currency};
  }
  each.due = each.computed;
  evaluated.closing = each.closing;
  evaluated.heard.disproved = refuted;
  TALLY_RETURN_IF_ERROR(HearSinceClosing(file, evaluated));
  evaluated.exclusions.restating =
      RestatingDecision(file, evaluated.plan, {.closing = each.closing, .knowledge = {}});
  TALLY_RETURN_IF_ERROR(TellHistory(file, nullptr, evaluated));
  each.reopened = !evaluated.changes.empty();
  each.restated = RestatedOf(evaluated, 0);
  each.governed = GovernedSince(file, evaluated);
  TALLY_ASSIGN_OR_RETURN(each.overtaken, OvertakenOn(file, evaluated));
  TALLY_ASSIGN_OR_RETURN(each.ruled_credits, CreditsRuledOn(file, evaluated));
  return each;
}

class Effects {
 public:
  Effects(const CaseFile& file, const ClaimAdmission& admission)
      : file_(file), admission_(admission) {}

  SettlementEffect Of(const std::vector<WindowCase>& cases) && {
    for (const Claim& claim : file_.acts().claims()) {
      for (const Settlement& each : claim.settlements) Note(each);
    }
    for (const auto& [name, settlements] : file_.acts().direct()) {
      for (const Settlement& each : settlements) Note(each);
    }
    for (const ClaimCase& taken : admission_.claims()) {
      const Settlement* settled = taken.Settled();
      if (settled == nullptr) continue;
      for (const WindowCase* window : taken.windows) Settle(window->name, *settled);
    }
    for (const WindowCase& each : cases) {
      for (const Settlement* settled : admission_.DirectSettlements(each)) {
        Settle(each.name, *settled);
      }
    }
    return std::move(effect_);
  }

 private:
  void Note(const Settlement& each) {
    if (each.confirmed.has_value()) effect_.in_vain.insert(each.confirmed->at);
  }
  void Settle(const WindowName& name, const Settlement& by) {
    effect_.in_vain.erase(by.confirmed->at);
    const auto [first, fresh] = effect_.settled.emplace(name, by.confirmed->at);
    if (!fresh) first->second = std::min(first->second, by.confirmed->at);
  }

  const CaseFile& file_;
  const ClaimAdmission& admission_;
  SettlementEffect effect_;
};

}  // namespace

absl::StatusOr<SettlementEffect> EffectOfSettlements(const CaseFile& file, const Refuted& refuted) {
  std::vector<WindowCase> cases;
  for (const WindowName& name : WindowsConfirmed(file)) {
    TALLY_ASSIGN_OR_RETURN(WindowCase each, CaseWithoutFigures(file, name, refuted));
    cases.push_back(std::move(each));
  }
  const WeighingInstants instants{file.axes().knowledge, file.axes().status()};
  ClaimAdmission admission(file.acts(), file.forum(), cases, ClaimsAsked::kOfTheCases, instants);
  if (!cases.empty()) TALLY_RETURN_IF_ERROR(admission.Run());
  return Effects(file, admission).Of(cases);
}

absl::StatusOr<Refuted> RefutedRestatements(const CaseFile& file) {
  Refuted refuted;
  if (!file.IsWhole() || file.restatements().cases().empty()) return refuted;
  for (const WindowName& name : WindowsConfirmed(file)) {
    const std::vector<RestatementCase>& cases = file.restatements().cases();
    const bool restated = std::any_of(cases.begin(), cases.end(), [&](const RestatementCase& each) {
      return each.body.window == name;
    });
    if (!restated) continue;
    TALLY_ASSIGN_OR_RETURN(const std::optional<PlannedWindow> named,
                           PlanNamed(file, file.Governing(name), name));
    if (!named.has_value()) continue;
    Period period;
    period.exact = name.window;
    TALLY_ASSIGN_OR_RETURN(const std::vector<PlannedWindow> plan,
                           PlanWindows(file, period, name.objective));
    TALLY_ASSIGN_OR_RETURN(const std::vector<EvaluatedWindow> windows,
                           EvaluateWindows(file, plan, 1, /*with_history=*/false));
    for (const EvaluatedWindow& each : windows) {
      if (each.plan.name() != name) continue;
      refuted.insert(each.heard.disproved.begin(), each.heard.disproved.end());
    }
  }
  return refuted;
}

}  // namespace tally::replay
