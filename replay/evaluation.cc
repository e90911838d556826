// How one window is evaluated: which evidence counts for it (closed windows see the ledger as it
// was when they were closed, unless the terms always restate), what the meter finds, what that is
// worth.
#include "replay/evaluation.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "absl/strings/str_cat.h"
#include "replay/counted_window.h"
#include "replay/dispute/calendar.h"
#include "replay/dispute/standing.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

using Timelines = std::map<const Objective*, Timeline>;

void AddTimeline(const CaseFile& file, const TermsVersion& version, const Objective& objective,
                 Timelines& timelines) {
  if (objective.counted) return;
  auto [slot, fresh] = timelines.try_emplace(&objective);
  if (!fresh) return;
  for (const SourceRef& ref : objective.measure.sources) {
    const FeedFold* feed = file.FeedOf(version, ref.feed);
    const SourceEvidence* evidence = feed == nullptr ? nullptr : feed->Find(ref.source);
    if (evidence != nullptr) slot->second.Add(*evidence);
  }
  slot->second.Seal();
}

Timelines BuildTimelines(const CaseFile& file, const std::vector<PlannedWindow>& plan) {
  Timelines timelines;
  for (const PlannedWindow& each : plan) {
    AddTimeline(file, *each.version, *each.objective, timelines);
    if (!each.objective->counted) continue;
    const std::vector<std::string> members = MembersOf(*each.objective->counted);
    for (const Objective& objective : each.version->terms->objectives) {
      if (std::find(members.begin(), members.end(), objective.id) == members.end()) continue;
      AddTimeline(file, *each.version, objective, timelines);
    }
  }
  return timelines;
}

class Evaluator {
 public:
  Evaluator(const CaseFile& file, const std::vector<PlannedWindow>& plan)
      : file_(file), timelines_(BuildTimelines(file, plan)) {}

  // `paid` are the earlier windows of a rolling chain whose breach was paid.
  absl::StatusOr<EvaluatedWindow> Evaluate(const PlannedWindow& plan,
                                           const std::vector<Interval>& paid) const {
    EvaluatedWindow window;
    window.plan = plan;
    TALLY_RETURN_IF_ERROR(Stand(window));
    TALLY_ASSIGN_OR_RETURN(window.figures, Measure(window, paid, std::nullopt));
    if (window.figures.empty && plan.objective->empty == EmptyRule::kCarryLast) {
      TALLY_ASSIGN_OR_RETURN(std::optional<CarriedResult> last, LastWithData(plan));
      if (last.has_value()) {
        window.use = {};
        TALLY_ASSIGN_OR_RETURN(window.figures, Measure(window, paid, last));
      }
    }
    if (window.use.erased.has_value()) {
      window.figures.verdict = Verdict::kIndeterminate;
      window.figures.value = std::nullopt;
      window.figures.credit = std::nullopt;
      window.figures.derivation.push_back(
          {.step = "erased",
           .formula = absl::StrCat("the figure rests on erased evidence ", window.use.erased->index,
                                   "/", window.use.erased->offset),
           .result = "indeterminate",
           .clause = "",
           .shows_causes = false});
    }
    window.use.Sort();
    return window;
  }

 private:
  // What the acts say about the window before it is measured.
  absl::Status Stand(EvaluatedWindow& window) const {
    const PlannedWindow& plan = window.plan;
    const Terms& terms = *plan.version->terms;
    WeighingInstants instants{file_.axes().knowledge, file_.axes().status()};
    window.cutoff.instant = DueAfterWindow(file_.ZoneOf(terms.zone), plan.window.interval,
                                           terms.disputes.evidence_cutoff_days);
    TALLY_ASSIGN_OR_RETURN(window.cutoff.size, file_.SizeBefore(window.cutoff.instant));
    window.closing = ClosingInForce(file_.acts(), plan.name(), window.cutoff, instants);
    std::optional<ledger::EventAddress> settled = file_.acts().SettledAt(plan.name());
    const std::optional<ledger::EventAddress>& in_force = plan.version->in_force;
    bool after_closing =
        in_force.has_value() && window.closing != nullptr && *in_force > window.closing->stamp.at;
    bool after_settlement = in_force.has_value() && settled.has_value() && *in_force > *settled;
    window.reopened = after_closing || after_settlement;
    return absl::OkStatus();
  }

  absl::StatusOr<WindowFigures> Measure(EvaluatedWindow& window, const std::vector<Interval>& paid,
                                        std::optional<CarriedResult> last) const {
    const PlannedWindow& plan = window.plan;
    const Terms& terms = *plan.version->terms;
    EvidenceScope scope;
    scope.reported_by = file_.axes().reported;
    scope.size = file_.axes().size;
    scope.cutoff = window.cutoff.instant;
    scope.late_counts = terms.disputes.late_evidence == LateEvidence::kAlwaysRestated;
    if (window.closing != nullptr && !scope.late_counts) {
      uint64_t closed_at = std::min(window.closing->body.size, window.closing->stamp.at.index);
      scope.size = std::min(scope.size, closed_at);
    }
    Knowledge knowledge{.watermark = file_.Watermark(*plan.version, *plan.objective, scope.size),
                        .instant = file_.axes().status()};
    WindowQuestion question;
    question.objective = plan.objective;
    question.fees = &terms.fees;
    question.zone = &file_.ZoneOf(plan.objective->window.zone);
    question.window = plan.window;
    question.knowledge = knowledge;
    question.last = last;
    const std::string where = absl::StrCat("objective ", plan.objective->id, ", window from ",
                                           FormatInstant(plan.window.interval.first));
    if (plan.objective->counted) {
      absl::StatusOr<WindowFigures> figures = Count(window, question, scope);
      return figures.ok() ? std::move(figures) : At(where, figures.status());
    }
    MeterOptions options;
    options.paid = paid;
    AvailabilityMeter meter(plan.objective->measure, plan.window, ExclusionsOf(*plan.objective),
                            knowledge, options);
    TALLY_RETURN_IF_ERROR(
        timelines_.at(plan.objective).Feed(scope, plan.window.interval, meter, window.use));
    absl::StatusOr<WindowFigures> figures = EvaluateWindow(question, meter.Finish());
    return figures.ok() ? std::move(figures) : At(where, figures.status());
  }

  absl::StatusOr<WindowFigures> Count(EvaluatedWindow& window, const WindowQuestion& question,
                                      const EvidenceScope& scope) const {
    CountedWindow counted;
    counted.plan = &window.plan;
    counted.scope = scope;
    counted.knowledge = question.knowledge;
    counted.exclusions = Union(ExclusionsOf(*window.plan.objective), window.plan.window.interval);
    TALLY_ASSIGN_OR_RETURN(counted.members, Members(window.plan));
    TALLY_ASSIGN_OR_RETURN(Counted found, CountWindow(file_, counted, window.use));
    return EvaluateCounted(question, std::move(found));
  }

  // What a composite is made of, each over the very same window; one that has no such window has
  // no result.
  absl::StatusOr<std::vector<MemberValue>> Members(const PlannedWindow& plan) const {
    std::vector<MemberValue> members;
    for (const std::string& id : MembersOf(*plan.objective->counted)) {
      MemberValue member;
      member.objective = id;
      for (const Objective& objective : plan.version->terms->objectives) {
        if (objective.id != id) continue;
        if (objective.counted && objective.counted->sources.empty()) {
          return absl::FailedPreconditionError(
              absl::StrCat("its member ", id, " is made of other objectives itself"));
        }
        TALLY_ASSIGN_OR_RETURN(const std::vector<Window> windows,
                               WindowsOf(file_, *plan.version, objective, plan.window.interval));
        for (const Window& window : windows) {
          if (window.interval != plan.window.interval) continue;
          TALLY_ASSIGN_OR_RETURN(const EvaluatedWindow evaluated,
                                 Evaluate({plan.version, &objective, window, false}, {}));
          member.verdict = evaluated.figures.verdict;
          member.value = evaluated.figures.value;
        }
      }
      members.push_back(std::move(member));
    }
    return members;
  }

  // Value and verdict of the newest earlier window that had data of its own.
  absl::StatusOr<std::optional<CarriedResult>> LastWithData(const PlannedWindow& plan) const {
    std::optional<CarriedResult> none;
    Interval before{plan.version->terms->from, plan.window.interval.first};
    if (before.empty()) return none;
    TALLY_ASSIGN_OR_RETURN(std::vector<Window> windows,
                           WindowsOf(file_, *plan.version, *plan.objective, before));
    for (auto window = windows.rbegin(); window != windows.rend(); ++window) {
      if (window->interval.limit > plan.window.interval.first) continue;
      EvaluatedWindow earlier;
      earlier.plan = {plan.version, plan.objective, *window, false};
      TALLY_RETURN_IF_ERROR(Stand(earlier));
      TALLY_ASSIGN_OR_RETURN(WindowFigures figures, Measure(earlier, {}, std::nullopt));
      if (!figures.empty && figures.value.has_value()) {
        return std::optional<CarriedResult>({.value = *figures.value, .verdict = figures.verdict});
      }
    }
    return none;
  }

  const CaseFile& file_;
  Timelines timelines_;
};

// Windows that one thread evaluates in order: a single one, or a chain of rolling windows.
using Chain = std::vector<size_t>;

std::vector<Chain> ChainsOf(const std::vector<PlannedWindow>& plan) {
  std::vector<Chain> chains;
  for (size_t i = 0; i < plan.size(); ++i) {
    bool rolling = plan[i].objective->window.every == WindowEvery::kRollingDays;
    bool follows = rolling && !chains.empty() &&
                   plan[chains.back().back()].objective->id == plan[i].objective->id &&
                   plan[chains.back().back()].objective->window.every == WindowEvery::kRollingDays;
    if (follows) {
      chains.back().push_back(i);
    } else {
      chains.push_back({i});
    }
  }
  return chains;
}

absl::Status EvaluateChain(const Evaluator& evaluator, const std::vector<PlannedWindow>& plan,
                           const Chain& chain, std::vector<EvaluatedWindow>& slots) {
  std::vector<Interval> paid;
  for (size_t i : chain) {
    TALLY_ASSIGN_OR_RETURN(slots[i], evaluator.Evaluate(plan[i], paid));
    const WindowFigures& figures = slots[i].figures;
    bool pays = !figures.open && figures.verdict == Verdict::kBreached &&
                figures.credit.has_value() && figures.credit->amount.minor > 0;
    if (pays) paid.push_back(plan[i].window.interval);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<EvaluatedWindow>> EvaluateWindows(const CaseFile& file,
                                                             const std::vector<PlannedWindow>& plan,
                                                             int threads) {
  Evaluator evaluator(file, plan);
  std::vector<Chain> chains = ChainsOf(plan);
  std::vector<EvaluatedWindow> slots(plan.size());
  std::vector<absl::Status> outcomes(chains.size());
  std::atomic<size_t> next{0};
  auto work = [&] {
    for (size_t i = next++; i < chains.size(); i = next++) {
      outcomes[i] = EvaluateChain(evaluator, plan, chains[i], slots);
    }
  };
  std::vector<std::thread> workers;
  for (int i = 1; i < threads && static_cast<size_t>(i) < chains.size(); ++i) {
    workers.emplace_back(work);
  }
  work();
  for (std::thread& worker : workers) worker.join();
  // The first in the order of the plan, whichever thread met it first.
  for (const absl::Status& outcome : outcomes) TALLY_RETURN_IF_ERROR(outcome);
  return slots;
}

}  // namespace tally::replay
