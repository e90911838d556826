// Which targets hold: proposals weighed against the agreed formula, against answers and silence,
// and what each makes of the windows (DOMAIN 3.5; 3.17 rules 1, 2, 31).
//
//   a proposal  has the figure of its rule, computed from the windows that were closed before it:
//               the other side's signature makes it effective, or its silence where the terms say
//               so has another figure, or names no rule: only the other side's signature does
//   waiting     ends with the first answer of the other side, with the end of its time, or when
//               another target or an amendment of the target takes effect first
//   in effect   windows from `applies_from` on are judged by it, but not those that were closed
//               without knowing of it; it holds under later terms that state the same target as the
//               terms that it adjusted, so that an amendment of something else leaves it alone
//
// Figures rest on closings, as rights do, and not on what is measured now: a target that was agreed
// does not move when evidence comes late. Replay shows separately whether a closing is reproduced.
// Terms that are not in force (another reading, terms attested by one side) are not adjusted.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/dispute/standing.h"
#include "replay/dispute/target_fold.h"
#include "replay/projection/agreement_fold.h"
#include "replay/replay.h"
#include "replay/terms/target_rule.h"

namespace tally::replay {

class CaseFile;

enum class TargetState {
  kWaiting,
  kCountersigned,
  kDeemedAccepted,
  kContested,
  kLapsed,     // nobody answered in time, and silence does not accept
  kWithdrawn,  // by its author, or replaced by a newer proposal of his
  kOvertaken,  // another target, or an amendment, took effect first
  kNoEffect,
};
absl::string_view TargetStateName(TargetState state);  // "deemed accepted"

struct TargetCase {
  ActStamp stamp;
  TargetProposed body;
  std::string id;  // hex
  Hash digest;
  TargetState state = TargetState::kWaiting;
  bool by_formula = false;               // else only a signature makes it effective
  std::string rule;                      // id, when its time and silence are those of a rule
  std::string formula;                   // how its level was found
  std::string proposed_by, answered_by;  // names of both sides
  StreamId other_side;
  Target was;      // that held when it was proposed
  Target written;  // in the terms that it adjusts
  Target now;      // that it makes
  ValueUnit unit = ValueUnit::kRatio;
  std::optional<Instant> answer_due;
  std::string zone;  // of that timer
  bool silence_accepts = false;
  std::vector<ledger::EventAddress> closings;  // that the figure rests on
  // In effect:
  std::optional<ledger::EventAddress> accepted;  // none: deemed
  Instant took_effect;
  Instant applies_from;

  bool InEffect() const {
    return state == TargetState::kCountersigned || state == TargetState::kDeemedAccepted;
  }
};

// A formula and what it gives now.
struct TargetDue {
  std::string objective, rule;
  Target target;  // that holds
  ValueUnit unit = ValueUnit::kRatio;
  TargetFigure figure;
  bool proposed = false;  // that very figure waits for an answer
};

class TargetBook {
 public:
  TargetBook() = default;
  // Reads acts, terms and zones of the file, no evidence.
  static absl::StatusOr<TargetBook> Of(const CaseFile& file);

  const std::vector<TargetCase>& cases() const { return cases_; }  // in log order
  const std::vector<TargetDue>& due() const { return due_; }       // of the terms in force

  // The objective as it stands for a window: `objective` itself, or a copy that the book owns.
  const Objective& ObjectiveFor(const Objective& objective, const Interval& window) const;
  // The copies that may stand for `objective`.
  std::vector<const Objective*> CopiesOf(const Objective& objective) const;
  // The target that holds for windows to come.
  const Target& HoldingFor(const Objective& objective) const;
  // What made a copy; nullptr for an objective as the terms have it.
  const TargetCase* MakerOf(const Objective& objective) const;

  bool AnswerEnded(Instant then, Instant now) const;  // in (then, now]
  std::vector<Deadline> Deadlines() const;
  const std::vector<Finding>& findings() const { return findings_; }

 private:
  friend class TargetWeigher;
  struct Copy {
    const Objective* original = nullptr;
    size_t maker = 0;  // in cases_
    std::unique_ptr<const Objective> objective;
  };
  std::vector<TargetCase> cases_;
  std::vector<size_t> in_effect_;  // in the order in which they took effect
  std::vector<TargetDue> due_;
  std::vector<Copy> copies_;           // as in_effect_, for each objective of each version
  const DisputeFold* acts_ = nullptr;  // of the file that the book belongs to
  Instant status_;
  std::vector<Finding> findings_;
};

// What `tally target` shows and needs: the acts of an agreement weighed at `now`, without evidence.
struct TargetView {
  std::shared_ptr<const Terms> terms;                   // in force; nullptr: none are
  std::vector<std::pair<std::string, Target>> holding;  // by objective, for windows to come
  std::vector<TargetCase> cases;
  std::vector<TargetDue> due;
};
absl::StatusOr<TargetView> TargetsOf(const ledger::Ledger& ledger, const std::string& agreement,
                                     Instant now);
// The same of an earlier state of the ledger.
absl::StatusOr<TargetView> TargetsKnownAt(const ledger::Ledger& ledger,
                                          const std::string& agreement, uint64_t size,
                                          Instant knowledge);

// "at least 97 %"
std::string TargetText(const Target& target, ValueUnit unit);

}  // namespace tally::replay
