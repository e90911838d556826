// Time that is taken out by rule: announced maintenance and days that recur (DOMAIN 3.3; 3.17 rule
// 14). Pure: announcements and rules in, admitted intervals with their reasons out.
//
// Announced maintenance is admitted in this order, each step on what the one before left:
//   1. covered   its cause is one that the rule covers
//   2. notice    announced, by ledger time, at least the notice before its start; else rejected as
//                a whole, or reduced to the part from announced + notice on. Without a notice it
//                must be announced by its start.
//   3. window    only the announced interval; an overrun counts
//   4. count     of those that start in one period no more than the number agreed, in the order
//                that a rule "maintenance count" states; the others are rejected as a whole
//   5. cap       cut at the edges of local months or weeks (from Monday); each period admits no
//                more than the cap, first come first served by start or by announcement. Time that
//                an earlier window has taken is not taken again. By announced length the rest of
//                the cap is what remains of it; by down time a window is admitted up to the instant
//                at which the down time inside has used the rest, and not at all if none is left.
// A rejected interval uses none of the cap. An announcement replaces earlier ones of its name.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/terms/business_calendar.h"
#include "replay/terms/outcome.h"
#include "replay/terms/zone.h"
#include "schema/decision.h"
#include "schema/instant.h"
#include "schema/terms.h"

namespace tally::replay {

struct Announcement {
  MaintenanceAnnounced body;
  Instant announced;  // the time that counts (rule 2)
  Cause act;
};

// A part of time and why it is out.
struct AdmittedTime {
  Interval interval;
  std::string reason;
  std::string rule;         // its id in the terms; "" where a decision admitted it
  std::vector<Cause> acts;  // that it relies on
};

// True if a rule holds for an objective.
bool HoldsFor(const Rule& rule, absl::string_view objective);

// The whole cap periods that `window` touches: where down time and announcements must be known.
// `window` itself for a rule without a cap. What is counted by number is not cut by them.
Interval CapPeriodsAround(const Rule& maintenance, const Zone& zone, const Interval& window);

struct MaintenanceQuestion {
  const Rule* rule = nullptr;  // these three outlive the call
  const Zone* zone = nullptr;  // of the windows
  const CalendarBook* calendars = nullptr;
  std::vector<const Rule*> counts = {};  // rules "maintenance count" that hold; they outlive it too
  std::vector<Announcement> announcements;  // for the objective, in log order
  // Bad time over the cap periods, as if nothing were excluded; where the measure knows no down
  // time, all of it.
  std::vector<Interval> down;
  Interval periods;  // CapPeriodsAround
};
// Why an announcement excludes nothing by the rule, in words that follow "not excluded: ".
struct DeclinedMaintenance {
  Cause act;
  std::string reason;
};
struct WeighedMaintenance {
  std::vector<AdmittedTime> admitted;
  std::vector<DeclinedMaintenance> declined;  // of announcements that lie in the periods
};
// NotFound for a calendar that the terms do not name.
absl::StatusOr<WeighedMaintenance> AdmittedMaintenance(const MaintenanceQuestion& question);

// What a rule "recurring exclusion" takes out of `range`: intervals that touch it, uncut.
std::vector<AdmittedTime> RecurringTime(const Rule& rule, const Zone& zone, const Interval& range);

}  // namespace tally::replay
