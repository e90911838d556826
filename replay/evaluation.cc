// How one window is evaluated: which evidence counts for it (a closed one sees the ledger as it was
// then, unless the terms always restate), what the meter finds, and what that is worth.
#include "replay/evaluation.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "absl/strings/str_cat.h"
#include "replay/after_closing.h"
#include "replay/amended_window.h"
#include "replay/closed_history.h"
#include "replay/counted_window.h"
#include "replay/dispute/calendar.h"
#include "replay/dispute/standing.h"
#include "replay/observed_thing.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// What the windows of an objective share, by the objective.
struct Things {
  std::map<const Objective*, ObservedThing> observed;
  std::map<const Objective*, ItemIndex> counted;
};

void AddThing(const CaseFile& file, const TermsVersion& version, const Objective& objective,
              Things& things) {
  for (const Objective* copy : file.targets().CopiesOf(objective)) {
    AddThing(file, version, *copy, things);
  }
  if (!objective.counted) {
    things.observed.try_emplace(&objective, file, version, objective);
  } else if (things.counted.count(&objective) == 0) {
    things.counted.emplace(&objective, IndexOf(file, version, objective));
  }
}

Things BuildThings(const CaseFile& file, const std::vector<PlannedWindow>& plan) {
  Things things;
  for (const PlannedWindow& each : plan) {
    AddThing(file, *each.version, *each.objective, things);
    // An amendment inside a window may leave a part of it to another version.
    for (const TermsVersion* version : file.versions()) {
      for (const Objective& objective : version->terms->objectives) {
        if (objective.id == each.objective->id) AddThing(file, *version, objective, things);
      }
    }
    if (!each.objective->counted) continue;
    const std::vector<std::string> members = MembersOf(*each.objective->counted);
    for (const Objective& objective : each.version->terms->objectives) {
      if (std::find(members.begin(), members.end(), objective.id) == members.end()) continue;
      AddThing(file, *each.version, objective, things);
    }
  }
  return things;
}

class Evaluator {
 public:
  Evaluator(const CaseFile& file, const std::vector<PlannedWindow>& plan, bool with_history)
      : file_(file), with_history_(with_history), things_(BuildThings(file, plan)) {}

  // `paid` are the earlier windows of a rolling chain whose breach was paid.
  absl::StatusOr<EvaluatedWindow> Evaluate(const PlannedWindow& plan,
                                           const std::vector<Interval>& paid) const {
    // As of an instant with its incidents: what rules over windows made of it then.
    const auto alone = [&](const PlannedWindow& planned,
                           const HeardActs& heard) -> absl::StatusOr<EvaluatedWindow> {
      TALLY_ASSIGN_OR_RETURN(EvaluatedWindow window,
                             EvaluateAlone(planned, {.paid = paid, .heard = heard}));
      if (heard.by.has_value()) TALLY_RETURN_IF_ERROR(Complete(planned, paid, window));
      return window;
    };
    absl::StatusOr<EvaluatedWindow> evaluated =
        EvaluateUndisproved(file_, plan, alone, with_history_);
    if (!evaluated.ok()) return NotComputed(plan, evaluated.status());
    TALLY_RETURN_IF_ERROR(Complete(plan, paid, *evaluated));
    return evaluated;
  }

 private:
  absl::Status Complete(const PlannedWindow& plan, const std::vector<Interval>& paid,
                        EvaluatedWindow& window) const {
    if (MayBelongToIncident(*window.plan.version->terms, *window.plan.objective, window.figures)) {
      TALLY_RETURN_IF_ERROR(FindIncidents(plan, paid, window));
    }
    // What the closing, if there is one, did not hold yet may be why the figure has changed.
    return window.use.Conclude(window.closing == nullptr ? UINT64_MAX : window.closing->body.size);
  }

  // What is not evidence and differs from one measuring of a window to the next.
  struct Given {
    std::vector<Interval> paid;
    const Incident* without = nullptr;  // as if it had not been
    HeardActs heard = {};
    std::optional<CarriedResult> last = {};
    std::optional<State> erased_as = {};  // EvidenceScope
  };

  // Evidence or terms that no figure can be made of (numbers that leave 128 bits, a value that the
  // tiers do not cover) decide nothing in their own window and stand in nobody else's way: an
  // append-only ledger must not be disabled by one event. What storage or hashes refuse passes.
  absl::StatusOr<EvaluatedWindow> NotComputed(const PlannedWindow& plan,
                                              const absl::Status& why) const {
    const bool of_the_figures =
        absl::IsOutOfRange(why) || absl::IsFailedPrecondition(why) || absl::IsInvalidArgument(why);
    if (!of_the_figures) return why;
    EvaluatedWindow window;
    window.plan = plan;
    TALLY_RETURN_IF_ERROR(Stand(window));
    TALLY_RETURN_IF_ERROR(TellHistory(file_, nullptr, window));
    window.figures.window = plan.window;
    window.figures.open = plan.window.interval.limit > file_.axes().status();
    window.figures.verdict = Verdict::kIndeterminate;
    window.figures.beyond = std::string(why.message());
    window.figures.derivation.push_back({.step = "value",
                                         .formula = window.figures.beyond,
                                         .result = "indeterminate",
                                         .clause = "",
                                         .shows_causes = false});
    return window;
  }

  absl::StatusOr<EvaluatedWindow> EvaluateAlone(const PlannedWindow& plan, Given given) const {
    EvaluatedWindow window;
    window.plan = plan;
    window.heard = given.heard;
    const std::optional<AmendedWindow> amended = AmendmentInside(file_, plan);
    if (amended) {
      window.plan.version = amended->governing().version;
      window.plan.objective = amended->governing().objective;
    }
    TALLY_RETURN_IF_ERROR(Stand(window));
    if (amended && amended->reach == AmendmentReach::kSplit) {
      TALLY_ASSIGN_OR_RETURN(window.figures, MeasureParts(window, *amended, given));
    } else {
      TALLY_ASSIGN_OR_RETURN(window.figures, Measure(window, given));
    }
    if (amended && amended->reach == AmendmentReach::kWeightedTarget) {
      CreditFacts facts = FactsOf(window);
      TALLY_ASSIGN_OR_RETURN(window.figures, AgainstWeightedTarget(amended->terms(), facts,
                                                                   std::move(window.figures)));
    }
    if (window.figures.empty && window.plan.objective->empty == EmptyRule::kCarryLast) {
      TALLY_ASSIGN_OR_RETURN(given.last, LastWithData(window.plan));
      if (given.last.has_value()) {
        window.use = {};
        TALLY_ASSIGN_OR_RETURN(window.figures, Measure(window, given));
      }
    }
    if (window.use.erased.has_value()) {
      const bool split = amended && amended->reach == AmendmentReach::kSplit;
      window.erased = BoundsOf(window.figures.unit);
      if (!split && !window.plan.objective->counted && !window.use.erased_run) {
        TALLY_ASSIGN_OR_RETURN(window.erased, RangeByErasure(window, given));
      }
      window.erased->event = *window.use.erased;
      window.figures.verdict = Verdict::kIndeterminate;
      window.figures.value = std::nullopt;
      window.figures.credit = std::nullopt;
      window.figures.points = std::nullopt;
      window.figures.parts.clear();
      window.figures.derivation.push_back(
          {.step = "erased",
           .formula = absl::StrCat("the figure rests on erased evidence ", window.use.erased->index,
                                   "/", window.use.erased->offset),
           .result = "indeterminate",
           .clause = "",
           .shows_causes = false});
    }
    if (window.ruled.value.has_value()) {
      window.erased.reset();
      window.figures.parts.clear();  // a ruled value is one of the whole window
      TALLY_ASSIGN_OR_RETURN(window.figures,
                             WithRuledValue(QuestionFor(window.plan, given, {}), FactsOf(window),
                                            window.ruled.value->what, std::move(window.figures)));
    }
    return window;
  }

  // The value under each state that all erased observations may have said. Time is bad or good, and
  // more bad time never betters a figure, so no mixture lies outside of the uniform ones.
  absl::StatusOr<ErasedFigure> RangeByErasure(const EvaluatedWindow& window,
                                              const Given& given) const {
    ErasedFigure range;
    for (const State state : {State::kUp, State::kDown, State::kDegraded, State::kUnknown}) {
      EvaluatedWindow supposed;
      supposed.plan = window.plan;
      supposed.heard = window.heard;
      TALLY_RETURN_IF_ERROR(Stand(supposed));
      Given taken = given;
      taken.erased_as = state;
      TALLY_ASSIGN_OR_RETURN(const WindowFigures figures, Measure(supposed, taken));
      if (!figures.value.has_value()) continue;
      if (!range.lowest || *figures.value < *range.lowest) range.lowest = figures.value;
      if (!range.highest || *range.highest < *figures.value) range.highest = figures.value;
    }
    return range;
  }

  // Where nothing closer can be told: of an erased run not even the times are left, what is counted
  // has no greatest number, and the parts of a split window have terms of their own.
  static ErasedFigure BoundsOf(ValueUnit unit) {
    switch (unit) {
      case ValueUnit::kRatio:
        return {Fraction(), Fraction::Whole(1), {}};
      case ValueUnit::kSeconds:
      case ValueUnit::kCount:
        return {Fraction(), std::nullopt, {}};
      default:
        return {};
    }
  }

  // Each part by its own terms, as a window of its own.
  absl::StatusOr<WindowFigures> MeasureParts(EvaluatedWindow& window, const AmendedWindow& amended,
                                             const Given& given) const {
    std::vector<EvaluatedPart> parts;
    WindowExclusions all;
    const Window whole = window.plan.window;
    for (const AmendedPart& part : amended.parts) {
      EvaluatedWindow of_part = window;
      of_part.plan.version = part.version;
      of_part.plan.objective = part.objective;
      TALLY_ASSIGN_OR_RETURN(of_part.plan.window, WindowOfPart(whole, part.interval));
      EvaluatedPart evaluated{.part = {part.objective, part.interval}, .figures = {}};
      TALLY_ASSIGN_OR_RETURN(evaluated.figures, Measure(of_part, given));
      parts.push_back(std::move(evaluated));
      window.use = std::move(of_part.use);  // notes add up: the copy began with what was noted
      Join(std::move(of_part.exclusions), all);
      window.reopened = window.reopened || of_part.reopened;
    }
    window.exclusions = std::move(all);
    return CombineParts(whole, parts);
  }

  // What a scheme may look at, of a window that was evaluated as a whole.
  static CreditFacts FactsOf(const EvaluatedWindow& window) {
    const WindowFigures& figures = window.figures;
    CreditFacts facts;
    facts.target = window.plan.objective->target;
    facts.unit = figures.unit;
    if (figures.value) facts.value = *figures.value;
    facts.population = Fraction::Whole(figures.times.period);
    facts.failed = Fraction::Whole(figures.times.counted);
    facts.counted = figures.measured.counted_unpaid;
    facts.scheduled = Fraction::Whole(figures.measured.period.micros);
    facts.incidents = figures.times.counted;
    return facts;
  }

  // The same window again, once without each incident that was decided (rule 20).
  absl::Status FindIncidents(const PlannedWindow& plan, const std::vector<Interval>& paid,
                             EvaluatedWindow& window) const {
    for (Incident& incident : IncidentsOf(window.exclusions.incidents)) {
      TALLY_ASSIGN_OR_RETURN(
          const EvaluatedWindow without,
          EvaluateAlone(plan, {.paid = paid, .without = &incident, .heard = window.heard}));
      if (!IsWithoutFailure(without.figures)) continue;
      window.figures.derivation.push_back(IncidentStep(incident, without.figures));
      window.incidents.push_back(std::move(incident));
    }
    return absl::OkStatus();
  }

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
    return HearSinceClosing(file_, window);
  }

  WindowQuestion QuestionFor(const PlannedWindow& plan, const Given& given,
                             const Knowledge& knowledge) const {
    return {.objective = plan.objective,
            .fees = &plan.version->terms->fees,
            .zone = &file_.ZoneOf(plan.objective->window.zone),
            .window = plan.window,
            .knowledge = knowledge,
            .last = given.last};
  }

  absl::StatusOr<WindowFigures> Measure(EvaluatedWindow& window, const Given& given) const {
    const PlannedWindow& plan = window.plan;
    const Terms& terms = *plan.version->terms;
    EvidenceScope scope;
    scope.reported_by = file_.axes().reported;
    scope.size = file_.axes().size;
    scope.cutoff = window.cutoff.instant;
    scope.late_counts =
        file_.LateCounts() || terms.disputes.late_evidence == LateEvidence::kAlwaysRestated;
    scope.erased_as = given.erased_as;
    const Instant instant = LimitToClosing(window, file_.axes().status(), scope);
    if (window.heard.by.has_value()) {
      TALLY_ASSIGN_OR_RETURN(const uint64_t size, file_.SizeBefore(*window.heard.by + Duration{1}));
      scope.size = std::min(scope.size, size);
    }
    Knowledge knowledge{.watermark = file_.Watermark(*plan.version, *plan.objective, scope.size),
                        .instant = instant};
    // Where late evidence is left out, nothing is known of what came after the cut-off.
    if (!scope.late_counts) knowledge.watermark = std::min(knowledge.watermark, scope.cutoff);
    const WindowQuestion question = QuestionFor(plan, given, knowledge);
    const std::string where = absl::StrCat("objective ", plan.objective->id, ", window from ",
                                           FormatInstant(plan.window.interval.first));
    absl::StatusOr<WindowFigures> figures = plan.objective->counted
                                                ? Count(window, question, scope, given)
                                                : Observe(window, question, scope, given);
    return figures.ok() ? std::move(figures) : At(where, figures.status());
  }

  absl::StatusOr<WindowFigures> Observe(EvaluatedWindow& window, const WindowQuestion& question,
                                        const EvidenceScope& scope, const Given& given) const {
    const ObservedThing& thing = things_.observed.at(window.plan.objective);
    ObservedThing::View view{.scope = scope,
                             .window = window.plan.window,
                             .exclusions = {},
                             .knowledge = question.knowledge.instant,
                             .paid = given.paid};
    auto bad_time = [&](const Interval& range) { return thing.BadTime(view, range); };
    TALLY_ASSIGN_OR_RETURN(window.exclusions,
                           ExclusionsOfWindow(file_, window.plan, {window.closing, window.heard.by},
                                              RunsFrom(window.plan), bad_time));
    window.reopened = window.reopened || window.exclusions.after_closing;
    view.exclusions = TimeWithout(given.without, window.exclusions.time);
    TALLY_ASSIGN_OR_RETURN(ObservedThing::Seen seen, thing.Measure(view, window.use));
    return EvaluateWindow(question, std::move(seen.measured), seen.ratio);
  }

  // Where exclusions may begin to matter: as far before the window as runs of bad time are tested.
  static Instant RunsFrom(const PlannedWindow& plan) {
    Duration reach = Days(31);
    if (const auto& outage = plan.objective->measure.minimum_outage; outage) {
      Wide longest = Wide{outage->quantum.micros} * outage->count * 2;
      reach = std::max(
          reach, Duration{static_cast<int64_t>(std::min<Wide>(longest, Days(36'600).micros))});
    }
    return plan.window.interval.first - reach;
  }

  absl::StatusOr<WindowFigures> Count(EvaluatedWindow& window, const WindowQuestion& question,
                                      const EvidenceScope& scope, const Given& given) const {
    CountedWindow counted;
    counted.plan = &window.plan;
    counted.scope = scope;
    counted.index = &things_.counted.at(window.plan.objective);
    counted.knowledge = question.knowledge;
    // What a volume carries over comes from earlier windows, so exclusions reach back as far; a run
    // of bad slices may have begun before the term (ruling 33 of tests/reference).
    TALLY_ASSIGN_OR_RETURN(
        window.exclusions,
        ExclusionsOfWindow(file_, window.plan, {window.closing, window.heard.by},
                           window.plan.version->terms->from - Days(31), nullptr));
    window.reopened = window.reopened || window.exclusions.after_closing;
    counted.exclusions = TimeWithout(given.without, window.exclusions.time);
    if (given.without != nullptr) counted.without_incident = given.without->name;
    TALLY_ASSIGN_OR_RETURN(counted.members, Members(window.plan, given.without));
    TALLY_ASSIGN_OR_RETURN(Counted found, CountWindow(file_, counted, window.use));
    return EvaluateCounted(question, std::move(found));
  }

  // What a composite is made of, each over the very same window; one that has no such window has
  // no result.
  absl::StatusOr<std::vector<MemberValue>> Members(const PlannedWindow& plan,
                                                   const Incident* without) const {
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
          TALLY_ASSIGN_OR_RETURN(
              const EvaluatedWindow evaluated,
              EvaluateAlone({plan.version, &ObjectiveFor(objective, window), window, false},
                            {.paid = {}, .without = without}));
          member.verdict = evaluated.figures.verdict;
          member.value = evaluated.figures.value;
        }
      }
      members.push_back(std::move(member));
    }
    return members;
  }

  const Objective& ObjectiveFor(const Objective& objective, const Window& window) const {
    return file_.targets().ObjectiveFor(objective, window.interval);
  }

  // Value and verdict of the newest earlier window that had data of its own and was decided. Of
  // rolling windows earlier ones may overlap this one.
  absl::StatusOr<std::optional<CarriedResult>> LastWithData(const PlannedWindow& plan) const {
    std::optional<CarriedResult> none;
    const Instant limit = plan.window.interval.limit;
    Interval before{plan.version->terms->from, limit};
    if (before.empty()) return none;
    TALLY_ASSIGN_OR_RETURN(std::vector<Window> windows,
                           WindowsOf(file_, *plan.version, *plan.objective, before));
    for (auto window = windows.rbegin(); window != windows.rend(); ++window) {
      if (window->interval.limit >= limit) continue;
      EvaluatedWindow earlier;
      earlier.plan = {plan.version, plan.objective, *window, false};
      TALLY_RETURN_IF_ERROR(Stand(earlier));
      TALLY_ASSIGN_OR_RETURN(WindowFigures figures, Measure(earlier, {.paid = {}}));
      const bool decided =
          figures.verdict == Verdict::kMet || figures.verdict == Verdict::kBreached;
      if (!figures.empty && decided) {
        return std::optional<CarriedResult>({.value = figures.value, .verdict = figures.verdict});
      }
    }
    return none;
  }

  const CaseFile& file_;
  const bool with_history_;
  Things things_;
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
    // An open window is a projection of what will be paid, and so are all that come after it: its
    // down time is not projected to pay twice.
    bool pays = figures.verdict == Verdict::kBreached && figures.credit.has_value() &&
                figures.credit->amount.minor > 0;
    if (pays) paid.push_back(plan[i].window.interval);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<EvaluatedWindow>> EvaluateWindows(const CaseFile& file,
                                                             const std::vector<PlannedWindow>& plan,
                                                             int threads, bool with_history) {
  Evaluator evaluator(file, plan, with_history);
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
