// Few acts change a closed window, so each is looked at as if it were the newest.
#include "replay/closed_history.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "replay/canonical.h"
#include "replay/crediting.h"
#include "replay/terms/credit.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

constexpr Duration kInstant{1};  // times of the ledger differ by no less

// That the parties agreed for the window, by what was said until then.
const TermsVersion* AgreedBy(const CaseFile& file, const WindowName& name, Instant by) {
  if (!file.AsAgreed()) return file.Agreed(name);
  const TermsVersion* version = file.agreement().Governing(
      name.window, {.settled = file.acts().SettledAt(name), .before = {}, .by = by});
  const std::vector<const TermsVersion*>& known = file.versions();
  const bool read = std::find(known.begin(), known.end(), version) != known.end();
  return read ? version : file.Agreed(name);
}

// The window as it stood then, without figures.
absl::StatusOr<EvaluatedWindow> StoodBy(const CaseFile& file, const EvaluatedWindow& window,
                                        Instant by) {
  EvaluatedWindow then;
  then.plan = PlannedBy(file, window.plan, by);
  then.closing = window.closing;
  then.heard = {.disproved = window.heard.disproved, .by = by};
  TALLY_RETURN_IF_ERROR(HearSinceClosing(file, then));
  then.exclusions.restating = RestatingDecision(file, then.plan, {then.closing, by});
  return then;
}

const WindowRuling* SayerOf(const std::optional<Ruled<Fraction>>& ruled) {
  return ruled.has_value() ? ruled->by : nullptr;
}
const WindowRuling* SayerOf(const std::optional<Ruled<Money>>& ruled) {
  return ruled.has_value() ? ruled->by : nullptr;
}
const WindowRuling* SayerOf(const std::optional<Ruled<TermsHash>>& ruled) {
  return ruled.has_value() ? ruled->by : nullptr;
}

// The same acts decide what it is worth.
bool StandsAlike(const EvaluatedWindow& a, const EvaluatedWindow& b) {
  const auto decided = [](const EvaluatedWindow& each) {
    return each.exclusions.restating.has_value() ? each.exclusions.restating->act : Cause{};
  };
  return SayerOf(a.ruled.value) == SayerOf(b.ruled.value) &&
         SayerOf(a.ruled.credit) == SayerOf(b.ruled.credit) &&
         SayerOf(a.ruled.terms) == SayerOf(b.ruled.terms) && a.ruled.reopened == b.ruled.reopened &&
         decided(a) == decided(b);
}

class Telling {
 public:
  Telling(const CaseFile& file, const WindowEvaluation* evaluate, EvaluatedWindow& window)
      : file_(file), evaluate_(evaluate), window_(window) {}

  absl::Status Run() {
    std::vector<ClosedChange> told;  // the newest first
    Instant by = window_.heard.by.value_or(file_.axes().knowledge);
    while (true) {
      std::optional<EvaluatedWindow> then;
      if (!told.empty()) {
        TALLY_ASSIGN_OR_RETURN(then, StoodBy(file_, window_, by));
      }
      TALLY_ASSIGN_OR_RETURN(std::optional<ClosedChange> change,
                             NewestOf(then.has_value() ? *then : window_, by));
      if (!change.has_value()) break;
      // Where late evidence counts, more may have changed it before the next act.
      if (LateEvidenceCounts()) {
        TALLY_RETURN_IF_ERROR(Find(change->stamp.time, *change));
      } else if (then.has_value()) {
        TALLY_RETURN_IF_ERROR(FindCredit(*then, *change));
      }
      by = Instant{change->stamp.time.micros - 1};
      told.push_back(*std::move(change));
    }
    window_.changes.assign(told.rbegin(), told.rend());
    TALLY_RETURN_IF_ERROR(TellLateEvidence());
    if (window_.changes.empty() || !HasRules(file_)) return absl::OkStatus();
    const Instant first{window_.changes.front().stamp.time.micros - 1};
    const std::optional<Instant> known =
        LateEvidenceCounts() ? window_.closing->body.knowledge : first;
    TALLY_ASSIGN_OR_RETURN(window_.as_closed, FoundBy(*known));
    return absl::OkStatus();
  }

 private:
  // The newest change that was known by then.
  absl::StatusOr<std::optional<ClosedChange>> NewestOf(const EvaluatedWindow& then, Instant by) {
    std::optional<ClosedChange> newest;
    for (ClosedChange& each : ChangesSinceClosing(then)) {
      if (each.stamp.time <= by) newest = std::move(each);
    }
    // A correction can end what was ruled without a word of the window.
    const std::vector<WindowRuling>& rulings = file_.rulings().rulings();
    for (auto each = rulings.rbegin(); each != rulings.rend(); ++each) {
      const ActStamp& stamp = each->stamp;
      if (!each->IsCorrection() || by < stamp.time || stamp.at < window_.closing->stamp.at) {
        continue;
      }
      if (newest.has_value() && stamp.time <= newest->stamp.time) break;
      TALLY_ASSIGN_OR_RETURN(const EvaluatedWindow after, StoodBy(file_, window_, stamp.time));
      TALLY_ASSIGN_OR_RETURN(const EvaluatedWindow before,
                             StoodBy(file_, window_, Instant{stamp.time.micros - 1}));
      if (StandsAlike(before, after)) continue;
      newest = ClosedChange{.stamp = stamp, .why = "a ruling was corrected", .credit = {}};
      break;
    }
    return newest;
  }

  // The terms let evidence count whenever it comes, by the agreement and not by a supposition.
  bool LateEvidenceCounts() const {
    const DisputeRules& rules = window_.plan.version->terms->disputes;
    return evaluate_ != nullptr && file_.IsWhole() && !file_.LateCounts() &&
           rules.late_evidence == LateEvidence::kAlwaysRestated;
  }

  // The window as it was by then, with figures; nullptr where they cannot be made.
  using Found = std::shared_ptr<const EvaluatedWindow>;
  absl::StatusOr<Found> FoundBy(Instant by) {
    if (evaluate_ == nullptr) return nullptr;
    if (const auto known = found_.find(by); known != found_.end()) return known->second;
    TALLY_ASSIGN_OR_RETURN(Found found, Evaluated(by));
    return found_.emplace(by, std::move(found)).first->second;
  }
  absl::StatusOr<Found> Evaluated(Instant by) const {
    TALLY_ASSIGN_OR_RETURN(const EvaluatedWindow then, StoodBy(file_, window_, by));
    // Terms that were ordered then and are ordered no more are not read.
    const std::optional<Ruled<TermsHash>>& ordered = then.ruled.terms;
    if (ordered.has_value() && then.plan.version->hash != ordered->what) return nullptr;
    absl::StatusOr<EvaluatedWindow> found = (*evaluate_)(then.plan, then.heard);
    if (!found.ok() || found->use.erased.has_value()) return nullptr;
    return std::make_shared<const EvaluatedWindow>(*std::move(found));
  }

  static std::optional<Money> CreditOf(const WindowFigures& figures) {
    if (!figures.credit.has_value() || figures.verdict != Verdict::kBreached) return std::nullopt;
    return figures.credit->amount;
  }

  // What the window was worth from the change on, until the next one.
  absl::Status FindCredit(const EvaluatedWindow& then, ClosedChange& change) {
    if (file_.LateCounts()) return absl::OkStatus();
    if (change.states_credit && !HasRules(file_)) return absl::OkStatus();
    return Find(*then.heard.by, change);
  }
  absl::Status Find(Instant by, ClosedChange& change) {
    TALLY_ASSIGN_OR_RETURN(Found found, FoundBy(by));
    if (found == nullptr) return absl::OkStatus();
    if (!change.states_credit || LateEvidenceCounts()) {
      change.states_credit = true;
      change.credit = CreditOf(found->figures);
    }
    if (HasRules(file_)) change.found = std::move(found);
    return absl::OkStatus();
  }

  // ---- Late evidence that counts ---------------------------------------------------------------

  static bool FoundAlike(const Found& a, const Found& b) {
    if (a == nullptr || b == nullptr) return a == b;
    return a->figures.verdict == b->figures.verdict && a->figures.value == b->figures.value &&
           CreditOf(a->figures) == CreditOf(b->figures) && a->figures.points == b->figures.points;
  }

  // Nothing that came since its closing moves it, or it came back: no evaluation tells more.
  bool StandsAsClosed() const {
    if (!window_.changes.empty() || HasRules(file_)) return false;
    const WindowClosed& closed = window_.closing->body;
    const WindowFigures& now = window_.figures;
    const std::string value = now.value.has_value() ? FractionText(now.value) : "";
    std::optional<Money> credit;
    if (now.credit.has_value()) credit = now.credit->amount;
    return !now.points.has_value() && closed.verdict == VerdictName(now.verdict) &&
           closed.value == value && closed.credit == credit;
  }

  // Between two acts the instant by which the figure changed is looked for by halves of the time,
  // so that records which change nothing of it do not decide what is found. Times differ by no less
  // than an instant, and each half holds something that was recorded: so there are no more
  // evaluations than such instants, and none beyond the halvings of the time for each change. One
  // that came back to what it was by the next act is not found.
  absl::Status TellLateEvidence() {
    if (!LateEvidenceCounts() || StandsAsClosed()) return absl::OkStatus();
    std::vector<Instant> edges = {window_.closing->body.knowledge};
    for (const ClosedChange& each : window_.changes) edges.push_back(each.stamp.time);
    edges.push_back(file_.axes().knowledge + kInstant);
    for (size_t at = 0; at + 1 < edges.size(); ++at) {
      const Instant last{edges[at + 1].micros - 1};
      if (last <= edges[at]) continue;
      TALLY_ASSIGN_OR_RETURN(const Moment before, MomentAt(edges[at]));
      TALLY_ASSIGN_OR_RETURN(const Moment after, MomentAt(last));
      TALLY_RETURN_IF_ERROR(FindRecord(before, after));
    }
    std::stable_sort(
        window_.changes.begin(), window_.changes.end(),
        [](const ClosedChange& a, const ClosedChange& b) { return CameBefore(a.stamp, b.stamp); });
    return absl::OkStatus();
  }

  // `size` records are known by then.
  struct Moment {
    Instant by;
    uint64_t size = 0;
    Found found;
  };
  absl::StatusOr<Moment> MomentAt(Instant by) {
    Moment moment{.by = by, .size = 0, .found = nullptr};
    TALLY_ASSIGN_OR_RETURN(moment.size, file_.SizeBefore(by + kInstant));
    TALLY_ASSIGN_OR_RETURN(moment.found, FoundBy(by));
    return moment;
  }
  absl::Status FindRecord(Moment before, Moment after) {
    if (FoundAlike(before.found, after.found)) return absl::OkStatus();
    if (after.size <= before.size) return absl::OkStatus();  // the clock, and no evidence
    // Where one half holds no record, the other is all there is to look at.
    while (after.by.micros - before.by.micros > 1) {
      const Instant by{before.by.micros + (after.by.micros - before.by.micros) / 2};
      TALLY_ASSIGN_OR_RETURN(const uint64_t size, file_.SizeBefore(by + kInstant));
      if (size == before.size) {
        before.by = by;
      } else if (size == after.size) {
        after.by = by;
      } else {
        TALLY_ASSIGN_OR_RETURN(const Moment middle, MomentAt(by));
        TALLY_RETURN_IF_ERROR(FindRecord(before, middle));
        return FindRecord(middle, after);
      }
    }
    return Tell(before.size, after);
  }

  // The last record of the feeds, or else of the acts, in [first, limit); without any, the last.
  absl::StatusOr<uint64_t> LastOfOwn(uint64_t first, uint64_t limit) const {
    std::optional<uint64_t> last;
    const FactVisitor take = [&last](const Fact& fact) {
      last = std::max(last.value_or(0), fact.address().index);
      return absl::OkStatus();
    };
    for (const uint64_t feed : file_.feed_streams()) {
      TALLY_RETURN_IF_ERROR(file_.Reread(feed, first, limit, take));
    }
    if (last.has_value()) return *last;
    TALLY_RETURN_IF_ERROR(file_.Reread(file_.stream(), first, limit, take));
    return last.value_or(limit - 1);
  }

  // All records from `first` on that are known by `after` came at its instant.
  absl::Status Tell(uint64_t first, const Moment& after) {
    TALLY_ASSIGN_OR_RETURN(const uint64_t record, LastOfOwn(first, after.size));
    ClosedChange change{
        .stamp = {.at = {record, 0}, .time = after.by, .recorded = after.by, .author = {}},
        .why = "late evidence, which the terms let count",
        .states_credit = true,
        .by_evidence = true,
        .credit = {}};
    // What came before the closing was made, and is not in what it cites, counts with it.
    change.stamp.time = std::max(after.by, window_.closing->stamp.time);
    if (after.found != nullptr) change.credit = CreditOf(after.found->figures);
    if (HasRules(file_)) change.found = after.found;
    window_.changes.push_back(std::move(change));
    return absl::OkStatus();
  }

  const CaseFile& file_;
  const WindowEvaluation* evaluate_;
  EvaluatedWindow& window_;
  std::map<Instant, Found> found_;  // what was evaluated already
};

}  // namespace

RuledWindow RuledBy(const CaseFile& file, const WindowName& name, Instant by) {
  if (file.rulings().empty()) return {};
  return file.RuledOn(name, AgreedBy(file, name, by), by);
}

PlannedWindow PlannedBy(const CaseFile& file, PlannedWindow plan, Instant by) {
  const WindowName name = plan.name();
  const TermsVersion* version = AgreedBy(file, name, by);
  const RuledWindow ruled = RuledBy(file, name, by);
  for (const TermsVersion* each : file.versions()) {
    if (ruled.terms.has_value() && each->hash == ruled.terms->what) version = each;
  }
  for (size_t i = 0; version != nullptr && i < version->terms->objectives.size(); ++i) {
    const Objective& objective = version->terms->objectives[i];
    if (objective.id != name.objective) continue;
    plan.version = version;
    plan.objective = &file.targets().ObjectiveFor(objective, name.window);
  }
  return plan;
}

void DropSilenceOnRuled(const CaseFile& file, const PlannedWindow& plan,
                        std::vector<RestatementStanding>& restatements) {
  const WindowName name = plan.name();
  for (RestatementStanding& each : restatements) {
    if (!each.effective.has_value() || each.state == "accepted") continue;
    const RuledWindow ruled = RuledBy(file, name, each.effective->time);
    if (ruled.first != nullptr) Overtake(each, "a ruling says what the window is worth");
  }
}

absl::Status TellHistory(const CaseFile& file, const WindowEvaluation* evaluate,
                         EvaluatedWindow& window) {
  window.changes.clear();
  if (window.closing == nullptr) return absl::OkStatus();
  return Telling(file, evaluate, window).Run();
}

std::vector<Restated> RestatedOf(const EvaluatedWindow& window, int64_t held) {
  std::vector<Restated> restated;
  if (window.closing == nullptr) return restated;
  const auto due = [held](const std::optional<Money>& credit) {
    return credit.has_value() ? credit->minor - std::min(held, credit->minor) : 0;
  };
  const auto currency = [](const std::optional<Money>& credit) {
    return credit.has_value() ? std::optional(credit->currency) : std::nullopt;
  };
  int64_t before = due(window.closing->body.credit);
  std::optional<Currency> in = currency(window.closing->body.credit);
  const std::vector<ClosedChange>& changes = window.changes;
  Instant spoken = Instant::Min();
  for (size_t i = 0; i < changes.size(); ++i) {
    const bool last = i + 1 == changes.size();
    if (!last && !changes[i].states_credit) {
      spoken = changes[i].stamp.time;
      continue;
    }
    restated.push_back({.before = before,
                        .stamp = changes[i].stamp,
                        .why = changes[i].why,
                        .by_silence = changes[i].by_silence,
                        .moves = changes[i].moves,
                        .spoken = std::exchange(spoken, Instant::Min()),
                        .by_evidence = changes[i].by_evidence,
                        .currency = in});
    if (!changes[i].states_credit) continue;
    before = due(changes[i].credit);
    in = currency(changes[i].credit);
  }
  return restated;
}

std::optional<Currency> CurrencyOfPlan(const PlannedWindow& plan) {
  if (!plan.objective->credit.has_value()) return std::nullopt;
  return CurrencyOfCredit(plan.version->terms->fees, *plan.objective->credit);
}

std::vector<TermsSince> GovernedSince(const CaseFile& file, const EvaluatedWindow& window) {
  std::vector<TermsSince> governed;
  if (window.closing == nullptr) return governed;
  const auto take = [&](Instant since, Instant by) {
    const PlannedWindow plan = PlannedBy(file, window.plan, by);
    if (!governed.empty() && governed.back().version == plan.version) return;
    governed.push_back({.since = since,
                        .terms = plan.version->terms.get(),
                        .version = plan.version,
                        .calendars = &file.CalendarsOf(*plan.version),
                        .zone = &file.ZoneOf(plan.version->terms->zone),
                        .currency = CurrencyOfPlan(plan)});
  };
  for (const ClosedChange& each : window.changes) {
    if (each.by_evidence) continue;
    if (governed.empty()) take(Instant::Min(), window.closing->stamp.time);
    take(each.stamp.time, each.stamp.time);
  }
  if (governed.size() == 1) governed.clear();
  return governed;
}

absl::StatusOr<std::vector<CreditRuled>> CreditsRuledOn(const CaseFile& file,
                                                        const EvaluatedWindow& window) {
  const WindowName name = window.plan.name();
  const std::vector<WindowRuling>& rulings = file.rulings().rulings();
  const bool any = std::any_of(rulings.begin(), rulings.end(), [&](const WindowRuling& ruling) {
    const std::vector<RuledCredit>& credits = ruling.body.credits;
    return std::any_of(credits.begin(), credits.end(),
                       [&](const RuledCredit& each) { return each.window == name; });
  });
  std::vector<CreditRuled> told;
  if (!any) return told;
  // Only a ruling, or terms that name other authorities, change what is ruled.
  std::vector<ActStamp> acts;
  const Instant knowledge = window.heard.by.value_or(file.axes().knowledge);
  for (const WindowRuling& each : rulings) acts.push_back(each.stamp);
  for (const TermsVersion* each : file.versions()) {
    if (!each->in_force.has_value()) continue;
    acts.push_back({.at = *each->in_force,
                    .time = each->in_force_at,
                    .recorded = each->in_force_at,
                    .author = each->proposer});
  }
  std::erase_if(acts, [&](const ActStamp& each) { return knowledge < each.recorded; });
  std::sort(acts.begin(), acts.end(),
            [](const ActStamp& a, const ActStamp& b) { return a.at < b.at; });
  const WindowRuling* stood = nullptr;
  for (const ActStamp& act : acts) {
    const RuledWindow ruled = RuledBy(file, name, act.recorded);
    const WindowRuling* stands = SayerOf(ruled.credit);
    const WindowRuling* stood_before = std::exchange(stood, stands);
    if (stands == stood_before) continue;
    CreditRuled step{.amount = std::nullopt, .by = act};
    // By then all of its instant is heard: it was said by the one that stands, or that corrects.
    for (const WindowRuling& each : rulings) {
      if (each.stamp.recorded != act.recorded) continue;
      const bool corrects =
          stood_before != nullptr && each.IsCorrection() && each.first == stood_before->first;
      if (&each == stands || corrects) step.by = each.stamp;
    }
    if (stands != nullptr) step.amount = ruled.credit->what;
    told.push_back(std::move(step));
  }
  return told;
}

}  // namespace tally::replay
