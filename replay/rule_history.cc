// One walk over the turns in order of time; at each, what is closed by then is put to the pipeline,
// and lines that come out otherwise than before are noted.
#include "replay/rule_history.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "replay/case_outcome.h"
#include "replay/terms/credit_scheme.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

struct LineAmounts {
  int64_t due = 0, held = 0, earned_back = 0, offset = 0;
  friend bool operator==(const LineAmounts&, const LineAmounts&) = default;
};

LineAmounts LineAmountsOf(const PipelineLine& line) {
  if (!line.granted.has_value()) return {};
  return {line.Due(), line.held, line.earned_back, line.offset};
}
LineAmounts LineAmountsOf(const CreditSince& step) {
  return {step.due, step.held, step.earned_back, step.offset};
}

// There must be one.
ActStamp SettlementOf(const WindowOutcome& outcome) {
  ActStamp stamp;
  stamp.at = {outcome.settled_by->index, outcome.settled_by->offset};
  stamp.time = *outcome.settled_at;
  return stamp;
}

// What happens at one turn: windows that one run closed are closed together.
struct Turn {
  ActStamp stamp;
  std::string why;
  std::vector<size_t> closes;     // outcomes
  std::optional<size_t> changes;  // the outcome that an act of its own changed
  Instant knowledge;              // that the closings cite
};

class RuleTurns {
 public:
  RuleTurns(const CaseFile& file, PipelineQuestion& today, PipelineAnswer& answer,
            const std::vector<const EvaluatedWindow*>& windows)
      : file_(file),
        today_(today),
        answer_(answer),
        windows_(windows),
        gives_sums_(GivesSums(file)),
        since_(windows.size()),
        projected_(windows.size()),
        sums_(file, today) {}

  absl::StatusOr<RuleHistory> Run() {
    if (CanHaveChanged()) {
      CollectOfWindows();
      CollectBeside();
      JoinRuns();
      for (const Turn& turn : turns_) TALLY_RETURN_IF_ERROR(Take(turn));
      TALLY_RETURN_IF_ERROR(KeepSettled());
      for (size_t i = 0; i < since_.size(); ++i) EndAsToday(i);
    }
    return RuleHistory{std::move(since_), std::move(projected_), sums_.EndAs(answer_)};
  }

 private:
  bool IsClosed(size_t i) const { return windows_[i]->closing != nullptr; }
  const ActStamp& ClosedBy(size_t i) const { return windows_[i]->closing->stamp; }
  std::string Name(size_t i) const {
    return absl::StrCat(today_.outcomes[i].objective->id, " from ",
                        FormatInstant(today_.outcomes[i].window.first));
  }

  // Without earn-backs and choices, and where no window was changed by an act of its own or
  // settled, all that rules can have done shows in what is left now.
  bool CanHaveChanged() const {
    if (!answer_.held.empty() || !today_.choices.empty()) return true;
    for (size_t i = 0; i < windows_.size(); ++i) {
      if (!IsClosed(i)) continue;
      if (!windows_[i]->changes.empty() || today_.outcomes[i].settled.has_value()) return true;
      if (windows_[i]->closing->body.credit != answer_.lines[i].granted) return true;
    }
    return false;
  }

  void CollectOfWindows() {
    for (size_t i = 0; i < windows_.size(); ++i) {
      if (!IsClosed(i)) continue;
      turns_.push_back({ClosedBy(i),
                        absl::StrCat("with the closing of ", Name(i)),
                        {i},
                        std::nullopt,
                        windows_[i]->closing->body.knowledge});
      for (const ClosedChange& change : windows_[i]->changes) {
        turns_.push_back(
            {change.stamp, absl::StrCat(change.why, ", of ", Name(i)), {}, i, Instant::Min()});
      }
    }
  }

  // Settlements, which count under caps in place of what was due; choices among the objectives of
  // an incident; and what ends earn-backs.
  void CollectBeside() {
    const auto take = [this](ActStamp stamp, Instant at, std::string why) {
      stamp.time = std::max(stamp.time, at);
      if (stamp.time > today_.knowledge) return;
      turns_.push_back({stamp, std::move(why), {}, std::nullopt, Instant::Min()});
    };
    for (size_t i = 0; i < windows_.size(); ++i) {
      const WindowOutcome& outcome = today_.outcomes[i];
      if (!IsClosed(i) || !outcome.settled_by.has_value()) continue;
      take(SettlementOf(outcome), ClosedBy(i).time,
           absl::StrCat("with the settlement of ", Name(i)));
    }
    for (const IncidentChosen& each : file_.exclusions().choices()) {
      take(each.stamp, Instant::Min(), absl::StrCat("by the choice for incident ", each.incident));
    }
    if (const auto& end = file_.term_end(); end.has_value()) {
      take(end->act, end->end, absl::StrCat("as the agreement ended ", end->why));
    }
    const TermsVersion& newest = *file_.versions().back();
    if (today_.ended.empty() || !newest.in_force.has_value()) return;
    ActStamp stamp;
    stamp.at = *newest.in_force;
    stamp.time = newest.in_force_at;
    take(stamp, newest.effective, "as later terms have the objective no more");
  }

  void JoinRuns() {
    std::stable_sort(turns_.begin(), turns_.end(),
                     [](const Turn& a, const Turn& b) { return CameBefore(a.stamp, b.stamp); });
    std::vector<Turn> joined;
    for (Turn& each : turns_) {
      const bool same_run = !joined.empty() && !joined.back().closes.empty() &&
                            !each.closes.empty() && joined.back().knowledge == each.knowledge;
      if (!same_run) {
        joined.push_back(std::move(each));
        continue;
      }
      joined.back().stamp = each.stamp;
      joined.back().why = each.why;
      joined.back().closes.push_back(each.closes.front());
    }
    turns_ = std::move(joined);
  }

  // The window as it stood at the turn: as it is now, unless something about it came later.
  WindowOutcome OutcomeBy(size_t i, const Turn& turn) const {
    const ClosedChange* last = nullptr;
    bool later = false;
    for (const ClosedChange& change : windows_[i]->changes) {
      const bool by_then = !CameBefore(turn.stamp, change.stamp);
      later = later || !by_then;
      if (by_then && (change.states_credit || change.found != nullptr)) last = &change;
    }
    const EvaluatedWindow* found = nullptr;
    if (later) found = last != nullptr ? last->found.get() : windows_[i]->as_closed.get();
    WindowOutcome outcome = found != nullptr ? OutcomeOf(file_, *found) : today_.outcomes[i];
    if (later && found == nullptr) SupposeBy(i, last, outcome);
    if (outcome.settled_by.has_value() && !CameBefore(turn.stamp, SettlementOf(outcome))) {
      StayAsSettled(i, outcome);
    } else {
      outcome.settled.reset();
    }
    return outcome;
  }

  // Where nothing is found of it (evidence that was erased, terms that are read no more) it is what
  // was stated of it then.
  void SupposeBy(size_t i, const ClosedChange* last, WindowOutcome& outcome) const {
    outcome.restated.reset();
    outcome.raw = last != nullptr ? last->credit : windows_[i]->closing->body.credit;
    if (last == nullptr) {
      outcome.verdict = outcome.as_closed->verdict;
      outcome.value = outcome.as_closed->value;
      outcome.below_minimum = outcome.as_closed->below_minimum;
      if (outcome.as_closed->outages) outcome.outages = outcome.as_closed->outages;
      outcome.points = PointsAsClosed(outcome);
    } else {
      outcome.verdict = VerdictStated(i, *last);
      if (outcome.verdict != Verdict::kBreached && outcome.points) outcome.points = 0;
    }
    // The parts of terms that came later are not those of then.
    outcome.parts.clear();
  }

  // What stood in the books when it was settled, in place of what was closed; true if that differs.
  bool StayAsSettled(size_t i, WindowOutcome& outcome) const {
    if (!outcome.as_closed.has_value() || !outcome.as_closed->granted.has_value()) return false;
    const CreditSince* stood = nullptr;
    for (const CreditSince& step : since_[i]) {
      if (CameBefore(step.stamp, SettlementOf(outcome))) stood = &step;
    }
    if (stood == nullptr) return false;
    const int64_t granted = stood->due + stood->held + stood->earned_back + stood->offset;
    return std::exchange(outcome.as_closed->granted->minor, granted) != granted;
  }

  // Once all turns are taken.
  absl::Status KeepSettled() {
    bool any = false;
    for (size_t i = 0; i < windows_.size(); ++i) {
      WindowOutcome& outcome = today_.outcomes[i];
      if (IsClosed(i) && outcome.settled_at.has_value()) any = StayAsSettled(i, outcome) || any;
    }
    if (!any) return absl::OkStatus();
    TALLY_ASSIGN_OR_RETURN(answer_, RunPipeline(today_));
    return absl::OkStatus();
  }

  // Of a window that no amendment splits they follow from its value. What is said between two
  // changes of it states none: then it is told with the next.
  static std::optional<int64_t> PointsAsClosed(const WindowOutcome& outcome) {
    if (!outcome.points || !outcome.parts.empty() || !outcome.value) return outcome.points;
    if (outcome.verdict != Verdict::kBreached) return 0;
    CreditFacts facts;
    facts.value = *outcome.value;
    facts.target = outcome.objective->target;
    facts.unit = UnitOf(*outcome.objective);
    const absl::StatusOr<int64_t> points = PointsOf(*outcome.objective->credit, facts);
    return points.ok() ? std::optional(*points) : outcome.points;
  }

  Verdict VerdictStated(size_t i, const ClosedChange& by) const {
    for (const RestatementStanding& each : windows_[i]->restatements) {
      if (!each.effective.has_value() || each.effective->at != by.stamp.at) continue;
      for (Verdict verdict : {Verdict::kMet, Verdict::kBreached, Verdict::kIndeterminate}) {
        if (each.restatement->body.verdict == VerdictName(verdict)) return verdict;
      }
      return Verdict::kNoResult;
    }
    return by.credit.has_value() && by.credit->minor > 0 ? Verdict::kBreached : Verdict::kMet;
  }

  absl::Status Take(const Turn& turn) {
    for (size_t i : turn.closes) closed_.push_back(i);
    std::sort(closed_.begin(), closed_.end());
    PipelineQuestion then;
    then.choices = today_.choices;
    then.exercised = today_.exercised;
    then.ended = today_.ended;
    then.terminated = today_.terminated;
    then.until = today_.until;
    then.knowledge = turn.stamp.time;
    then.lines_only = !gives_sums_;
    for (size_t i : closed_) then.outcomes.push_back(OutcomeBy(i, turn));
    TALLY_ASSIGN_OR_RETURN(const PipelineAnswer found, RunPipeline(then));
    for (size_t at = 0; at < closed_.size(); ++at) {
      Note(closed_[at], turn, LineAmountsOf(found.lines[at]), then.outcomes[at]);
    }
    sums_.Take(turn.stamp, turn.why, found, closed_);
    return absl::OkStatus();
  }

  void Note(size_t i, const Turn& turn, const LineAmounts& amounts, const WindowOutcome& by) {
    std::vector<CreditSince>& since = since_[i];
    const LineAmounts before = std::exchange(seen_[i], amounts);
    if (since.empty()) {
      // Fixed by the closing, whatever is found: it knew windows that were not closed yet.
      const std::optional<Money>& credit = windows_[i]->closing->body.credit;
      const int64_t granted = credit.has_value() ? credit->minor : 0;
      const int64_t held = std::min(amounts.held, granted);
      const int64_t offset = std::min(amounts.offset, granted - held);
      const int64_t earned_back = std::min(amounts.earned_back, granted - held - offset);
      since.push_back({.stamp = ClosedBy(i),
                       .due = granted - held - offset - earned_back,
                       .held = held,
                       .earned_back = earned_back,
                       .offset = offset,
                       .carried = by.verdict != Verdict::kBreached});
      return;
    }
    const CreditSince& stands = since.back();
    const LineAmounts booked = LineAmountsOf(stands);
    const bool own = turn.changes == i;
    // The closing counted on a window that was over then, and is closed only now.
    const bool awaited = std::any_of(turn.closes.begin(), turn.closes.end(), [&](size_t j) {
      return today_.outcomes[j].window.limit <= windows_[i]->closing->body.knowledge;
    });
    if (!own && (booked == amounts || (before == amounts && !awaited))) return;
    since.push_back({.stamp = turn.stamp,
                     .why = turn.why,
                     .due = amounts.due,
                     .held = amounts.held,
                     .earned_back = amounts.earned_back,
                     .offset = amounts.offset,
                     .own = own,
                     .carried = by.verdict != Verdict::kBreached});
  }

  // Windows that are over and not closed make a projection of it, which the books do not hold. With
  // all closed, what differs came without an act: terms that are read no more, erased evidence.
  void EndAsToday(size_t i) {
    std::vector<CreditSince>& since = since_[i];
    if (since.empty() || LineAmountsOf(answer_.lines[i]) == LineAmountsOf(since.back())) return;
    for (size_t j = 0; j < windows_.size() && !projected_[i]; ++j) {
      projected_[i] = !IsClosed(j) && today_.outcomes[j].ended;
    }
    if (projected_[i]) return;
    CreditSince now = since.back();
    const LineAmounts amounts = LineAmountsOf(answer_.lines[i]);
    std::tie(now.due, now.held, now.earned_back, now.offset) =
        std::tie(amounts.due, amounts.held, amounts.earned_back, amounts.offset);
    now.carried = today_.outcomes[i].verdict != Verdict::kBreached;
    if (since.back().own) since.pop_back();
    if (!now.own) now.why = "by what is known of it now";
    since.push_back(std::move(now));
  }

  const CaseFile& file_;
  PipelineQuestion& today_;
  PipelineAnswer& answer_;
  const std::vector<const EvaluatedWindow*>& windows_;
  const bool gives_sums_;
  std::vector<Turn> turns_;
  std::vector<size_t> closed_;          // outcomes, ascending
  std::map<size_t, LineAmounts> seen_;  // what the last run gave
  std::vector<std::vector<CreditSince>> since_;
  std::vector<bool> projected_;
  SumHistory sums_;
};

}  // namespace

absl::StatusOr<RuleHistory> HistoryOfRules(const CaseFile& file, PipelineQuestion& today,
                                           PipelineAnswer& answer,
                                           const std::vector<const EvaluatedWindow*>& windows) {
  TALLY_CHECK(today.outcomes.size() == windows.size());
  if (!file.LateCounts()) return RuleTurns(file, today, answer, windows).Run();
  return RuleHistory{std::vector<std::vector<CreditSince>>(windows.size()),
                     std::vector<bool>(windows.size()), SumHistory(file, today).EndAs(answer)};
}

std::vector<Restated> RestatedByRules(const std::vector<Restated>& own,
                                      const std::vector<CreditSince>& since) {
  std::vector<Restated> restated;
  if (since.empty()) return restated;
  int64_t stands = since.front().due;
  for (size_t at = 1; at < since.size(); ++at) {
    const CreditSince& step = since[at];
    Restated change{.before = stands, .stamp = step.stamp, .why = step.why, .by_rules = true};
    if (step.own) {
      // What an act without a credit of its own came to is told with the next.
      const auto said = std::find_if(own.begin(), own.end(), [&step](const Restated& each) {
        return each.stamp.at == step.stamp.at;
      });
      if (said == own.end()) continue;
      change = *said;
      change.before = stands;
    } else if (step.due == stands) {
      continue;
    }
    stands = step.due;
    restated.push_back(std::move(change));
  }
  return restated;
}

}  // namespace tally::replay
