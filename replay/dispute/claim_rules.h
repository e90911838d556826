// What the terms say of claims for one objective: who answers when, what silence means, and which
// levels a dispute climbs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/dispute/timer.h"
#include "schema/terms.h"

namespace tally::replay {

enum class LevelForm : uint8_t { kRepresentatives, kMediation, kDetermination, kArbitration };
enum class LevelExpiry : uint8_t { kNextLevel, kLapses, kStays };
struct DisputeLevel {
  std::string rule;  // its id in the terms
  int64_t number = 0;
  LevelForm form = LevelForm::kRepresentatives;
  std::string authority;  // role that rules; determinations and arbitrations
  std::optional<Timer> within;
  LevelExpiry on_expiry = LevelExpiry::kStays;
};
// What the terms say of claims for one objective.
struct ClaimRules {
  const Zone* zone = nullptr;
  std::string zone_name;
  bool on_claim = true;  // else credits need no claim, and no answer is waited for
  SilentAnswer silence = SilentAnswer::kUnset;
  Timer answer;
  std::string answer_clause;
  std::optional<Timer> escalation;
  std::string escalation_clause;
  std::vector<DisputeLevel> levels;  // ascending by number, from 1
  bool within_sum_claimed = false;   // what is due is not above the sum claimed
};
// FailedPrecondition for rules that do not fit together: levels with a gap or twice, a calendar
// that the terms do not name. A check of the terms refuses those.
absl::StatusOr<ClaimRules> ClaimRulesOf(const Terms& terms, const std::string& objective,
                                        const Zone& zone, const CalendarBook& calendars);

// True if the rule is about the objective of that id.
bool IsAbout(const Rule& rule, const std::string& objective);
// The end of the time for a claim for a window of the objective: by the rule "claim deadline", or
// else `claim within` of the terms.
Instant ClaimDueByTerms(const Terms& terms, const std::string& objective, const Interval& window,
                        const Zone& zone);

}  // namespace tally::replay
