#include "replay/terms/sequence.h"

#include <algorithm>
#include <deque>
#include <map>

#include "schema/status.h"

namespace tally::replay {
namespace {

enum class Mark { kFailed, kGood, kBreak, kSkip };

Mark MarkOf(const Rule& rule, const SequenceWindow& window) {
  const WindowOutcome& outcome = *window.outcome;
  if (outcome.carried) return Mark::kSkip;
  if (outcome.verdict == Verdict::kNoResult || outcome.verdict == Verdict::kIndeterminate) {
    if (rule.choices.Is("no result", "counts")) return Mark::kFailed;
    return rule.choices.Is("no result", "breaks") ? Mark::kBreak : Mark::kSkip;
  }
  if (window.forgiven || outcome.verdict != Verdict::kBreached) return Mark::kGood;
  bool counts = rule.choices.Is("failure", "breached") || outcome.below_minimum;
  return counts ? Mark::kFailed : Mark::kGood;
}

// Whether the credit was at least the share of the fee that the rule states.
absl::StatusOr<bool> IsHigh(const Rule& rule, const SequenceWindow& window) {
  Currency currency;
  TALLY_ASSIGN_OR_RETURN(Fraction least, PercentOfFee(*window.outcome, rule.choices.Text("fee"),
                                                      rule.choices.Number("credits at least"),
                                                      window.outcome->window, currency));
  return window.granted.minor > 0 && window.granted.currency == currency &&
         Fraction::Whole(window.granted.minor) >= least;
}

// The last windows of one rule, and whether they complete it.
class Predicate {
 public:
  absl::StatusOr<bool> Completes(const Rule& rule, const SequenceWindow& window) {
    Mark mark = MarkOf(rule, window);
    if (mark == Mark::kSkip) return false;
    if (mark == Mark::kBreak) {
      failed_.clear();
      return false;
    }
    bool failed = mark == Mark::kFailed;
    if (failed && rule.choices.Is("when", "high credits")) {
      TALLY_ASSIGN_OR_RETURN(failed, IsHigh(rule, window));
    }
    bool in_a_row = rule.choices.Is("when", "failures in a row");
    int64_t needed = rule.choices.Count("failures");
    size_t length = static_cast<size_t>(in_a_row ? needed : rule.choices.Count("windows"));
    failed_.push_back(failed);
    while (failed_.size() > length) failed_.pop_front();
    if (!failed) return false;
    bool complete = std::count(failed_.begin(), failed_.end(), true) >= needed;
    // Failures that gave a sum are used up.
    if (complete && rule.choices.Is("when", "every n failures")) {
      std::fill(failed_.begin(), failed_.end(), false);
    }
    return complete;
  }

 private:
  std::deque<bool> failed_;
};

ArisenRight Arise(const Rule& rule, const WindowOutcome& outcome) {
  TALLY_CHECK(outcome.closed.has_value());
  ArisenRight right{.rule = &rule,
                    .objective = outcome.objective->id,
                    .obligor = outcome.objective->obligor,
                    .obligee = outcome.objective->obligee,
                    .window = outcome.window,
                    .arose = *outcome.closed,
                    .exercise_until = std::nullopt,
                    .lump_sum = std::nullopt};
  if (rule.choices.Is("right", "lump sum")) {
    right.lump_sum = rule.choices.Amount("lump sum");
  } else if (rule.choices.Has("notice days")) {
    right.exercise_until = EndOfDays(*outcome.zone, right.arose, rule.choices.Count("notice days"));
  }
  return right;
}

void SetState(ArisenRight& right, const std::vector<Exercise>& exercised, Instant knowledge) {
  for (const Exercise& act : exercised) {
    bool about = act.rule == right.rule->id && act.objective == right.objective;
    bool in_time = act.at >= right.arose && act.at <= knowledge &&
                   (!right.exercise_until || act.at < *right.exercise_until);
    if (about && in_time) right.state = RightState::kExercised;
  }
  bool over = right.exercise_until && knowledge >= *right.exercise_until;
  if (right.state == RightState::kOpen && over) right.state = RightState::kLapsed;
}

// A sum is owed each time; a right to act is held once at a time.
bool StillHeld(const std::vector<ArisenRight>& rights, const Rule& rule, Instant at) {
  for (const ArisenRight& right : rights) {
    if (right.rule->id != rule.id || right.lump_sum) continue;
    if (!right.exercise_until || at < *right.exercise_until) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<std::vector<ArisenRight>> RightsOf(const std::vector<SequenceWindow>& windows,
                                                  const std::vector<Exercise>& exercised,
                                                  Instant knowledge) {
  std::map<std::string, Predicate> predicates;
  std::vector<ArisenRight> rights;
  for (const SequenceWindow& window : windows) {
    const WindowOutcome& outcome = *window.outcome;
    if (!outcome.ended || !outcome.closed || *outcome.closed > knowledge) continue;
    for (const Rule* rule : RulesAbout(outcome, "chronic failure")) {
      TALLY_ASSIGN_OR_RETURN(bool complete, predicates[rule->id].Completes(*rule, window));
      if (complete && !StillHeld(rights, *rule, *outcome.closed)) {
        rights.push_back(Arise(*rule, outcome));
      }
    }
  }
  for (ArisenRight& right : rights) SetState(right, exercised, knowledge);
  return rights;
}

std::vector<bool> PayingFailures(const std::vector<const WindowOutcome*>& windows) {
  std::vector<bool> pays(windows.size(), true);
  std::vector<size_t> sequence;  // those that count, as indices
  auto fails_expected = [&](size_t i) {
    return windows[i]->verdict == Verdict::kBreached && !windows[i]->below_minimum;
  };
  for (size_t i = 0; i < windows.size(); ++i) {
    std::vector<const Rule*> rules = RulesAbout(*windows[i], "expected level");
    bool counts = !windows[i]->carried && (windows[i]->verdict == Verdict::kMet ||
                                           windows[i]->verdict == Verdict::kBreached);
    if (counts) sequence.push_back(i);
    if (rules.empty() || !fails_expected(i)) continue;
    const Choices& choices = rules.front()->choices;
    size_t length = static_cast<size_t>(choices.Count("windows"));
    size_t first = sequence.size() > length ? sequence.size() - length : 0;
    std::vector<size_t> failed;
    for (size_t at = first; at < sequence.size(); ++at) {
      // A failure of the minimum level misses the expected one as well.
      if (windows[sequence[at]]->verdict == Verdict::kBreached) failed.push_back(sequence[at]);
    }
    int64_t count = static_cast<int64_t>(failed.size());
    int64_t needed = choices.Count("failures");
    pays[i] = choices.Is("pays", "the last") ? count == needed : count >= needed;
    if (!pays[i] || !choices.Is("pays", "all")) continue;
    for (size_t earlier : failed) pays[earlier] = true;
  }
  return pays;
}

}  // namespace tally::replay
