#include "replay/terms/sequence.h"

#include <algorithm>
#include <map>

#include "replay/terms/sequence_predicate.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// The later earn-back with which too few failures are left; none: enough of them count still.
std::optional<Restatement> ForgivenLater(const Rule& rule,
                                         const std::vector<const SequenceWindow*>& failures) {
  std::vector<Restatement> forgiven;
  for (const SequenceWindow* failure : failures) {
    if (failure->forgiven) forgiven.push_back(*failure->forgiven);
  }
  if (!rule.choices.Has("failures") || forgiven.empty()) return std::nullopt;
  std::sort(forgiven.begin(), forgiven.end(),
            [](const Restatement& a, const Restatement& b) { return a.act < b.act; });
  // At least as many as are needed made it complete.
  const size_t spare = failures.size() - static_cast<size_t>(rule.choices.Count("failures"));
  return forgiven.size() > spare ? std::optional(forgiven[spare]) : std::nullopt;
}

ArisenRight Arise(const Rule& rule, const WindowOutcome& outcome,
                  const std::vector<const SequenceWindow*>& failures) {
  TALLY_CHECK(outcome.closed.has_value());
  ArisenRight right;
  right.rule = &rule;
  right.terms = outcome.terms;
  right.objective = outcome.objective->id;
  right.obligor = outcome.objective->obligor;
  right.obligee = outcome.objective->obligee;
  right.window = outcome.window;
  right.arose = *outcome.closed;
  Instant ruled = right.arose;
  for (const SequenceWindow* window : failures) {
    const WindowOutcome* failure = window->outcome;
    right.failures.push_back(failure->window);
    if (failure->closing) right.causes.push_back(*failure->closing);
    if (failure->ruled) ruled = std::max(ruled, *failure->ruled);
  }
  // A sum is owed as it arises; nothing earns it back.
  if (!rule.choices.Is("right", "lump sum")) right.removed = ForgivenLater(rule, failures);
  if (rule.choices.Is("right", "lump sum")) {
    right.lump_sum = rule.choices.Amount("lump sum");
  } else if (rule.choices.Has("notice days")) {
    Instant from = rule.choices.Is("runs from", "ruling") ? ruled : right.arose;
    right.exercise_until = EndOfDays(*outcome.zone, from, rule.choices.Count("notice days"));
  }
  return right;
}

bool IsOver(const ArisenRight& right, Instant at) {
  return right.exercise_until && at >= *right.exercise_until;
}

bool ConcernsRight(const Exercise& act, const ArisenRight& right) {
  return act.rule == right.rule->id && act.objective == right.objective &&
         act.window == right.window;
}

// The first act in time decides.
void SetState(ArisenRight& right, const std::vector<Exercise>& exercised, Instant knowledge) {
  for (const Exercise& act : exercised) {
    bool about = ConcernsRight(act, right);
    bool in_time = act.at >= right.arose && act.at <= knowledge && !IsOver(right, act.at);
    bool stood = !right.removed || act.act < right.removed->act;
    if (!about || !in_time || !stood || right.used) continue;
    right.used = act;
    right.state = act.makes;
  }
  if (right.used) return;
  if (right.removed) {
    right.state = RightState::kVoid;
  } else if (IsOver(right, knowledge)) {
    right.state = RightState::kLapsed;
  }
}

// A right that was given up is over; one that was used ends the term, and is not given again.
bool IsGivenUp(const ArisenRight& right, const std::vector<Exercise>& exercised, Instant at) {
  return std::any_of(exercised.begin(), exercised.end(), [&](const Exercise& act) {
    return act.makes == RightState::kWaived && ConcernsRight(act, right) && act.at <= at &&
           !IsOver(right, act.at);
  });
}

// What took it away by then, before anybody used it.
bool IsVoid(const ArisenRight& right, const std::vector<Exercise>& exercised, Instant at) {
  if (!right.removed || right.removed->time > at) return false;
  return std::none_of(exercised.begin(), exercised.end(), [&](const Exercise& act) {
    return ConcernsRight(act, right) && act.act < right.removed->act;
  });
}

// A sum is owed each time; a right to act is held once at a time.
bool StillHeld(const std::vector<ArisenRight>& rights, const std::vector<Exercise>& exercised,
               const Rule& rule, Instant at) {
  return std::any_of(rights.begin(), rights.end(), [&](const ArisenRight& right) {
    return right.rule->id == rule.id && !right.lump_sum && !IsOver(right, at) &&
           !IsGivenUp(right, exercised, at) && !IsVoid(right, exercised, at);
  });
}

absl::StatusOr<std::vector<ArisenRight>> Sequence(const std::vector<SequenceWindow>& windows,
                                                  const std::vector<Exercise>& exercised,
                                                  SequenceFigures figures, Instant knowledge) {
  std::map<std::string, SequencePredicate> predicates;
  std::vector<ArisenRight> rights;
  for (const SequenceWindow& window : windows) {
    const WindowOutcome& outcome = *window.outcome;
    if (!outcome.ended || !outcome.closed || *outcome.closed > knowledge) continue;
    for (const Rule* rule : RulesAbout(outcome, "chronic failure")) {
      SequencePredicate& predicate = predicates.try_emplace(rule->id, figures).first->second;
      TALLY_ASSIGN_OR_RETURN(bool complete, predicate.Completes(*rule, window));
      if (complete && !StillHeld(rights, exercised, *rule, *outcome.closed)) {
        rights.push_back(Arise(*rule, outcome, predicate.failures()));
      }
    }
  }
  return rights;
}

const ArisenRight* Same(const std::vector<ArisenRight>& rights, const ArisenRight& wanted) {
  for (const ArisenRight& right : rights) {
    if (right.rule->id == wanted.rule->id && right.window == wanted.window) return &right;
  }
  return nullptr;
}

// The earliest restatement of a window that failed; else of any up to the one that completed it.
std::optional<Restatement> RestatementOf(const std::vector<SequenceWindow>& windows,
                                         const ArisenRight& right) {
  std::optional<Restatement> failed, any;
  const auto keep = [](std::optional<Restatement>& first, const Restatement& each) {
    if (!first || each.act < first->act) first = each;
  };
  for (const SequenceWindow& window : windows) {
    const std::optional<Restatement>& each = window.outcome->restated;
    const Interval& interval = window.outcome->window;
    if (!each || interval.limit > right.window.limit) continue;
    keep(any, *each);
    bool counted =
        std::find(right.failures.begin(), right.failures.end(), interval) != right.failures.end();
    if (counted) keep(failed, *each);
  }
  return failed ? failed : any;
}

}  // namespace

absl::StatusOr<std::vector<ArisenRight>> RightsOf(const std::vector<SequenceWindow>& windows,
                                                  const std::vector<Exercise>& exercised,
                                                  Instant knowledge) {
  TALLY_ASSIGN_OR_RETURN(std::vector<ArisenRight> rights,
                         Sequence(windows, exercised, SequenceFigures::kNow, knowledge));
  TALLY_ASSIGN_OR_RETURN(const std::vector<ArisenRight> closed,
                         Sequence(windows, exercised, SequenceFigures::kAsClosed, knowledge));
  for (ArisenRight& right : rights) {
    if (Same(closed, right) != nullptr) continue;
    std::optional<Restatement> restored = RestatementOf(windows, right);
    if (restored) right.arose = std::max(right.arose, restored->time);
  }
  // Restored only when it had been earned back: nothing arose.
  std::erase_if(rights, [](const ArisenRight& right) {
    return right.removed && right.removed->time <= right.arose;
  });
  for (const ArisenRight& right : closed) {
    if (Same(rights, right) != nullptr || right.lump_sum) continue;
    std::optional<Restatement> removed = RestatementOf(windows, right);
    if (!removed) continue;
    rights.push_back(right);
    ArisenRight& last = rights.back();
    if (!last.removed || removed->act < last.removed->act) last.removed = removed;
  }
  std::stable_sort(rights.begin(), rights.end(),
                   [](const ArisenRight& a, const ArisenRight& b) { return a.arose < b.arose; });
  for (ArisenRight& right : rights) SetState(right, exercised, knowledge);
  return rights;
}

std::vector<bool> PayingFailures(const std::vector<const WindowOutcome*>& windows) {
  std::vector<bool> pays(windows.size(), true);
  std::vector<size_t> sequence;  // those that count, as indices
  for (size_t i = 0; i < windows.size(); ++i) {
    std::vector<const Rule*> rules = RulesAbout(*windows[i], "expected level");
    bool counts = !windows[i]->carried && (windows[i]->verdict == Verdict::kMet ||
                                           windows[i]->verdict == Verdict::kBreached);
    if (counts) sequence.push_back(i);
    if (rules.empty() || windows[i]->verdict != Verdict::kBreached) continue;
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
    // Below the minimum level it pays at once, and makes earlier failures pay as any other does.
    pays[i] = windows[i]->below_minimum ||
              (choices.Is("pays", "the last") ? count == needed : count >= needed);
    if (count < needed || !choices.Is("pays", "all")) continue;
    // A window that is not over has a projection, and changes none that are.
    for (size_t earlier : failed) pays[earlier] = pays[earlier] || windows[i]->ended;
  }
  return pays;
}

}  // namespace tally::replay
