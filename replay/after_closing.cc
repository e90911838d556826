// Each answer is read off the acts that the window's own case holds; nothing is measured here.
#include "replay/after_closing.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "replay/canonical.h"
#include "replay/closed_history.h"
#include "schema/status.h"

namespace tally::replay {

absl::Status HearSinceClosing(const CaseFile& file, EvaluatedWindow& window) {
  const PlannedWindow& plan = window.plan;
  const Instant knowledge = window.heard.by.value_or(file.axes().knowledge);
  if (window.heard.by.has_value()) {
    window.ruled = RuledBy(file, plan.name(), knowledge);
  } else {
    window.ruled = file.RuledOn(plan.name(), knowledge);
  }
  const WindowRuling* ruling = window.ruled.Newest();
  const bool ruled_after =
      ruling != nullptr && window.closing != nullptr && window.closing->stamp.at < ruling->stamp.at;
  window.reopened = window.reopened || ruled_after || window.ruled.reopened != nullptr;
  if (file.restatements().cases().empty()) return absl::OkStatus();
  RestatementQuestion question;
  question.version = plan.version;
  question.objective = plan.objective;
  question.zone = &file.ZoneOf(plan.version->terms->zone);
  question.calendars = &file.CalendarsOf(*plan.version);
  question.closing = window.closing;
  question.knowledge = knowledge;
  TALLY_ASSIGN_OR_RETURN(window.restatements, RestatementsOf(file.restatements(), file.agreement(),
                                                             plan.name(), question));
  for (RestatementStanding& each : window.restatements) {
    const auto found = window.heard.disproved.find(each.restatement->stamp.at);
    if (found == window.heard.disproved.end()) continue;
    each.state = "without effect";
    each.why = found->second;
    each.effective.reset();
  }
  DropSilenceOnRuled(file, plan, window.restatements);
  DropOvertaken(window.restatements);
  window.reopened = window.reopened || InForce(window.restatements) != nullptr;
  return absl::OkStatus();
}

namespace {

// What the records give instead of what the text states; "": the same.
std::string Refutation(const RestatementProposed& text, const WindowFigures& found) {
  const std::string verdict(VerdictName(found.verdict));
  const std::string value = found.value.has_value() ? FractionText(found.value) : "";
  std::optional<Money> credit;
  if (found.credit.has_value()) credit = found.credit->amount;
  if (text.verdict == verdict && text.value == value && text.credit == credit) return "";
  return absl::StrCat("the records that it cites give ", verdict, value.empty() ? "" : " ", value,
                      credit.has_value() ? absl::StrCat(", ", FormatMoney(*credit)) : "",
                      ", not what it states");
}

// The first to count that was not judged yet; nullptr: none is left.
const RestatementStanding* Unjudged(const EvaluatedWindow& window,
                                    const std::set<ledger::EventAddress>& judged) {
  const RestatementStanding* first = nullptr;
  for (const RestatementStanding& each : window.restatements) {
    if (!each.effective.has_value() || judged.count(each.restatement->stamp.at) > 0) continue;
    if (first == nullptr || each.effective->time < first->effective->time) first = &each;
  }
  return first;
}

// Nothing was said of the window since it counts, so it stands now as it stood then.
bool IsLastWord(const EvaluatedWindow& window, const RestatementStanding& restated) {
  return window.ruled.Newest() == nullptr && InForce(window.restatements) == &restated &&
         ChangesSinceClosing(window).back().stamp.at == restated.effective->at;
}

// The window without the restatements whose text the records refute.
absl::StatusOr<EvaluatedWindow> Undisproved(const CaseFile& file, const PlannedWindow& plan,
                                            const WindowEvaluation& evaluate) {
  HeardActs heard;
  absl::StatusOr<EvaluatedWindow> window = evaluate(plan, heard);
  if (!file.IsWhole()) return window;
  std::set<ledger::EventAddress> judged;
  while (window.ok() && !window->use.erased.has_value()) {
    const RestatementStanding* next = Unjudged(*window, judged);
    if (next == nullptr) break;
    const RestatementCase& restatement = *next->restatement;
    judged.insert(restatement.stamp.at);
    std::string refutation;
    if (IsLastWord(*window, *next)) {
      refutation = Refutation(restatement.body, window->figures);
    } else {
      const Instant since = next->effective->time;
      const PlannedWindow planned = PlannedBy(file, plan, since);
      const absl::StatusOr<EvaluatedWindow> then =
          evaluate(planned, {.disproved = heard.disproved, .by = since});
      if (!then.ok() || then->use.erased.has_value()) continue;
      const RestatementStanding* counted = InForce(then->restatements);
      if (counted == nullptr || counted->restatement != &restatement) continue;
      refutation = Refutation(restatement.body, then->figures);
    }
    if (refutation.empty()) continue;
    heard.disproved.emplace(restatement.stamp.at, std::move(refutation));
    window = evaluate(plan, heard);
  }
  return window;
}

}  // namespace

absl::StatusOr<EvaluatedWindow> EvaluateUndisproved(const CaseFile& file, const PlannedWindow& plan,
                                                    const WindowEvaluation& evaluate,
                                                    bool with_history) {
  TALLY_ASSIGN_OR_RETURN(EvaluatedWindow window, Undisproved(file, plan, evaluate));
  if (with_history) TALLY_RETURN_IF_ERROR(TellHistory(file, &evaluate, window));
  return window;
}

Instant LimitToClosing(const EvaluatedWindow& window, Instant status, EvidenceScope& scope) {
  if (window.closing == nullptr || scope.late_counts) return status;
  const WindowClosed& closed = window.closing->body;
  uint64_t limit = std::min(closed.size, window.closing->stamp.at.index);
  Instant instant = closed.knowledge;
  const RestatementStanding* restated = InForce(window.restatements);
  if (restated != nullptr) {
    const RestatementCase& text = *restated->restatement;
    limit = text.body.size;
    // Nobody knew what time had passed after he spoke, and none had passed before the closing.
    instant = std::max(instant, std::min(text.body.knowledge, text.stamp.recorded));
    scope.late_counts = true;
  }
  const WindowRuling* reopened = window.ruled.reopened;
  if (reopened != nullptr && reopened->stamp.at.index >= limit) {
    limit = reopened->stamp.at.index;
    instant = std::max(instant, reopened->stamp.recorded);
    scope.late_counts = true;
  }
  scope.size = std::min(scope.size, limit);
  return std::min(status, instant);
}

std::vector<ClosedChange> ChangesSinceClosing(const EvaluatedWindow& window) {
  std::vector<ClosedChange> changes;
  std::map<ledger::EventAddress, const RestatementProposed*> texts;  // by what made each count
  if (window.closing == nullptr) return changes;
  const ledger::EventAddress& closing = window.closing->stamp.at;
  const TermsVersion& version = *window.plan.version;
  if (version.in_force.has_value() && *version.in_force > closing) {
    changes.push_back({.stamp = {.at = *version.in_force,
                                 .time = version.in_force_at,
                                 .recorded = version.in_force_at,
                                 .author = version.proposer},
                       .why = "terms in force later govern the window",
                       .credit = {}});
  }
  if (const auto& decided = window.exclusions.restating; decided.has_value()) {
    changes.push_back({.stamp = {.at = {decided->act.index, decided->act.offset},
                                 .time = decided->time,
                                 .recorded = decided->time,
                                 .author = {}},
                       .why = "a decision after the closing",
                       .credit = {}});
  }
  const WindowRuling* ruling = window.ruled.Newest();
  if (ruling != nullptr && closing < ruling->stamp.at) {
    changes.push_back({.stamp = ruling->stamp, .why = "a ruling after the closing", .credit = {}});
  }
  for (const RestatementStanding& each : window.restatements) {
    if (!each.effective.has_value()) continue;
    changes.push_back({.stamp = *each.effective,
                       .why = absl::StrCat("a restatement, ", each.state),
                       .states_credit = true,
                       .by_silence = each.state != "accepted",
                       .credit = each.restatement->body.credit});
    texts.emplace(each.effective->at, &each.restatement->body);
  }
  std::sort(changes.begin(), changes.end(), [](const ClosedChange& a, const ClosedChange& b) {
    return std::tie(a.stamp.time, a.stamp.at) < std::tie(b.stamp.time, b.stamp.at);
  });
  const WindowClosed& closed = window.closing->body;
  auto stood = std::make_optional(std::tie(closed.verdict, closed.value, closed.credit));
  for (ClosedChange& each : changes) {
    const auto text = texts.find(each.stamp.at);
    if (text == texts.end()) {
      stood.reset();
      continue;
    }
    const RestatementProposed& states = *text->second;
    const auto said = std::tie(states.verdict, states.value, states.credit);
    each.moves = !stood.has_value() || *stood != said;
    stood.emplace(said);
  }
  return changes;
}

namespace {

// What takes two sides: begun by one, done by the other.
struct JointAct {
  ActStamp begun, done;
  bool settles = false;
};

std::vector<JointAct> JointActsOn(const CaseFile& file, const WindowName& name) {
  std::vector<JointAct> acts;
  const auto has = [&name](const std::vector<WindowName>& windows) {
    return std::find(windows.begin(), windows.end(), name) != windows.end();
  };
  for (const Claim& claim : file.acts().claims()) {
    bool named = has(claim.body.windows);
    for (const ClaimAmendment& each : file.forum().AmendmentsOf(claim)) {
      named = named || has(each.body.windows);
    }
    if (!named) continue;
    for (const ClaimAct& act : file.forum().ActsOf(claim)) {
      if (!act.begun.has_value()) continue;
      acts.push_back({*act.begun, act.stamp, act.kind == ClaimActKind::kSettled});
    }
  }
  const std::vector<Settlement>* direct = file.acts().DirectSettlements(name);
  for (size_t i = 0; direct != nullptr && i < direct->size(); ++i) {
    const Settlement& each = (*direct)[i];
    if (each.confirmed.has_value()) acts.push_back({each.proposed, *each.confirmed, true});
  }
  std::sort(acts.begin(), acts.end(),
            [](const JointAct& a, const JointAct& b) { return a.done.at < b.done.at; });
  return acts;
}

// The window as it stood when the act was done; `settled` by another before it.
absl::StatusOr<bool> IsOvertakenBy(const CaseFile& file, const EvaluatedWindow& window,
                                   const JointAct& act,
                                   const std::optional<ledger::EventAddress>& settled) {
  const WindowName name = window.plan.name();
  EvaluatedWindow then;
  then.plan = window.plan;
  then.closing = window.closing;
  then.heard = {.disproved = window.heard.disproved, .by = act.done.recorded};
  const TermsVersion* version =
      file.agreement().Governing(name.window, {.settled = settled, .before = act.done.at});
  const std::vector<const TermsVersion*>& known = file.versions();
  const bool read = std::find(known.begin(), known.end(), version) != known.end();
  for (size_t i = 0; read && i < version->terms->objectives.size(); ++i) {
    const Objective& objective = version->terms->objectives[i];
    if (objective.id != name.objective) continue;
    then.plan.version = version;
    then.plan.objective = &objective;
  }
  TALLY_RETURN_IF_ERROR(HearSinceClosing(file, then));
  then.exclusions.restating = RestatingDecision(file, then.plan, {then.closing, then.heard.by});
  const auto between = [&act](const ActStamp& change) {
    return act.begun.time < change.time && change.time <= act.done.time;
  };
  if (then.ruled.credit.has_value() && between(then.ruled.credit->by->stamp)) return true;
  const std::vector<ClosedChange> changes = ChangesSinceClosing(then);
  return std::any_of(changes.begin(), changes.end(),
                     [&](const ClosedChange& each) { return each.moves && between(each.stamp); });
}

}  // namespace

absl::StatusOr<std::set<ledger::EventAddress>> OvertakenOn(const CaseFile& file,
                                                           const EvaluatedWindow& window) {
  std::set<ledger::EventAddress> overtaken;
  std::optional<ledger::EventAddress> settled;
  for (const JointAct& act : JointActsOn(file, window.plan.name())) {
    TALLY_ASSIGN_OR_RETURN(const bool late, IsOvertakenBy(file, window, act, settled));
    if (late) {
      overtaken.insert(act.done.at);
    } else if (act.settles && !settled.has_value()) {
      settled = act.done.at;
    }
  }
  return overtaken;
}

std::vector<ledger::EventAddress> RulingsOn(const EvaluatedWindow& window) {
  std::vector<ledger::EventAddress> acts;
  const RuledWindow& ruled = window.ruled;
  if (ruled.value.has_value()) acts.push_back(ruled.value->by->stamp.at);
  if (ruled.terms.has_value()) acts.push_back(ruled.terms->by->stamp.at);
  if (ruled.reopened != nullptr) acts.push_back(ruled.reopened->stamp.at);
  std::sort(acts.begin(), acts.end());
  acts.erase(std::unique(acts.begin(), acts.end()), acts.end());
  return acts;
}

std::vector<DerivationLine> LinesSinceClosing(const EvaluatedWindow& window) {
  std::vector<DerivationLine> lines;
  const auto ruled = [&lines](const WindowRuling& by, std::string formula, std::string result) {
    lines.push_back({.step = "ruling",
                     .formula = absl::StrCat("ruled by the ", std::string(RankName(by.body.rank)),
                                             " at ", FormatInstant(by.stamp.time), ": ", formula),
                     .result = std::move(result),
                     .clause = "",
                     .causes = {by.stamp.at}});
  };
  const RuledWindow& said = window.ruled;
  if (said.terms.has_value()) {
    ruled(*said.terms->by, "the window is computed by these terms", said.terms->what.ToHex());
  }
  if (said.reopened != nullptr) {
    ruled(*said.reopened, "the window is opened again: all that was recorded before counts", "");
  }
  if (said.value.has_value()) {
    ruled(*said.value->by, "the value", DisplayValue(said.value->what, window.figures.unit));
  }
  if (said.credit.has_value()) {
    ruled(*said.credit->by, "the credit, in place of the computed one",
          FormatMoney(said.credit->what));
  }
  for (const RestatementStanding& each : window.restatements) {
    const RestatementProposed& body = each.restatement->body;
    DerivationLine line{
        .step = "restatement",
        .formula = absl::StrCat("proposed ", FormatInstant(each.restatement->stamp.time), ": ",
                                body.verdict, " at ", body.value.empty() ? "no value" : body.value,
                                ", on the first ", body.size, " records; ", each.state),
        .result = body.credit.has_value() ? FormatMoney(*body.credit) : "no credit",
        .clause = "disputes.late_evidence",
        .causes = {each.restatement->stamp.at}};
    if (each.effective.has_value() && each.effective->at != each.restatement->stamp.at) {
      line.causes.push_back(each.effective->at);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<Finding> FindingsSinceClosing(const EvaluatedWindow& window,
                                          const std::optional<Hash>& figures) {
  std::vector<Finding> findings;
  const auto find = [&](absl::string_view kind, absl::string_view severity,
                        const ledger::EventAddress& at, const std::string& message) {
    findings.push_back(
        {.kind = std::string(kind),
         .severity = std::string(severity),
         .objective = window.plan.objective->id,
         .at = at,
         .message = absl::StrCat("window from ", FormatInstant(window.plan.window.interval.first),
                                 ": ", message)});
  };
  for (const RestatementStanding& each : window.restatements) {
    const ledger::EventAddress& at = each.restatement->stamp.at;
    if (each.state == "without effect") {
      const std::string message =
          absl::StrCat("the proposed restatement has no effect: ", each.why);
      find("restatement-without-effect", "error", at, message);
      // Whoever accepts it is told, too.
      for (const RestatementAnswer& answer : each.restatement->answers) {
        if (answer.accepts) find("restatement-without-effect", "error", answer.stamp.at, message);
      }
    } else if (each.state == "overtaken") {
      find("restatement-overtaken", "note", at,
           absl::StrCat("silence accepts it no more: ", each.why, "; both can still accept it"));
    } else if (!each.effective.has_value()) {
      find("restatement-open", "note", at,
           absl::StrCat("a restatement is ", each.state, "; the closed figure stands"));
    }
  }
  const RestatementStanding* restated = InForce(window.restatements);
  if (restated == nullptr || !figures.has_value()) return findings;
  if (restated->restatement->body.figures == *figures) return findings;
  // What came after it may have changed the window once more.
  if (ChangesSinceClosing(window).back().stamp.at != restated->effective->at) return findings;
  find("restatement-not-reproduced", "error", restated->restatement->stamp.at,
       absl::StrCat("both signed the figures ", restated->restatement->body.figures.ToHex(),
                    "; the records that it cites give ", figures->ToHex()));
  return findings;
}

std::vector<Deadline> DeadlinesSinceClosing(const EvaluatedWindow& window) {
  std::vector<Deadline> deadlines;
  for (const RestatementStanding& each : window.restatements) {
    if (!each.answer_due.has_value()) continue;
    const bool open = each.state == "proposed";
    const bool deemed = each.state == "deemed accepted" || each.state == "deemed rejected";
    deadlines.push_back({.what = "restatement.answer",
                         .object = each.restatement->id,
                         .party = each.answer_by,
                         .due = *each.answer_due,
                         .zone = window.plan.version->terms->zone.name,
                         .clause = "rules.restatement",
                         .state = open     ? "open"
                                  : deemed ? "deemed"
                                           : "met",
                         .consequence = "silence is an answer, as the terms say"});
  }
  return deadlines;
}

void PostAwards(const CaseFile& file, Journal& journal) {
  for (const AwardOnRecord& each : AwardsOnRecord(file.rulings())) {
    const RuledAward& awarded = each.awarded;
    Entry entry{.at = awarded.by->stamp.time,
                .cause = awarded.by->stamp.at,
                .clause = "",
                .text = absl::StrCat("awarded: ", std::string(AwardName(awarded.award.of))),
                .window = std::nullopt,
                .from = Account::kNone,
                .to = Account::kApproved,
                .creditor = file.agreement().NameOf(awarded.creditor),
                .debtor = file.agreement().NameOf(awarded.debtor),
                .amount = awarded.award.amount,
                .reverses = std::nullopt};
    const std::optional<size_t> posted = journal.Enter(entry);
    if (each.taken_back_by == nullptr || !posted.has_value()) continue;
    entry.at = each.taken_back_by->stamp.time;
    entry.cause = each.taken_back_by->stamp.at;
    entry.text = absl::StrCat("taken back: ", entry.text);
    std::swap(entry.from, entry.to);
    entry.reverses = posted;
    journal.Enter(std::move(entry));
  }
}

}  // namespace tally::replay
