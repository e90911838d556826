// Compiled terms of one agreement: every choice stated, every number exact, every zone named with
// the digest of its rules. The canonical bytes of this value are what parties sign; their SHA-256
// is the terms hash that every result cites (BYTES.md 2).
//
// Party, feed and zone names stand here as people wrote them; the streams they mean in one ledger
// are bound beside the terms (TermsProposed.bindings), so equal terms have equal hashes everywhere.
// There are no defaults: an absent choice does not decode. Names of enum values on disk are frozen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "schema/bytes.h"
#include "schema/choice.h"
#include "schema/identity.h"
#include "schema/instant.h"
#include "schema/number.h"
#include "schema/terms_levels.h"

namespace tally {

// An IANA zone pinned to its TZif bytes.
struct ZoneRef {
  std::string name;
  DocumentDigest rules;
  friend bool operator==(const ZoneRef&, const ZoneRef&) = default;
};

struct TermsParty {
  std::string role;  // "provider"
  std::string name;  // the party's name in the ledger
};

enum class WindowEvery : uint16_t {
  kUnset = 0,
  kCalendarMonth = 1,
  kCalendarQuarter = 2,
  kCalendarYear = 3,
  kRollingDays = 4,
  kBillingCycle = 5,  // local months that begin on `anchor_day`
  kContractYear = 6,  // years from the local day on which the term begins
  kFixedLength = 7,   // `fixed` after `fixed`, from the beginning of the term
};
// What happens to a window that the term cuts.
enum class ClippedWindow : uint16_t {
  kUnset = 0,
  kProrate = 1,
  kMergeIntoNext = 2,
  kNotMeasured = 3
};
enum class RollingLength : uint16_t { kUnset = 0, kLocalDays = 1, kElapsed = 2 };
// Where a month has no such day: its last day, or the first of the next.
enum class MonthEnd : uint16_t { kUnset = 0, kLastDay = 1, kNextMonth = 2 };
enum class ShortRolling : uint16_t { kUnset = 0, kNotMeasured = 1, kMissingCountsAsGood = 2 };
struct WindowRule {
  WindowEvery every = WindowEvery::kUnset;
  ZoneRef zone;
  ClippedWindow clipped = ClippedWindow::kUnset;
  // Rolling windows only: `days` local days or days x 86,400 s, moved on by `step_days`.
  uint32_t days = 0;
  uint32_t step_days = 0;
  RollingLength length = RollingLength::kUnset;
  ShortRolling short_first = ShortRolling::kUnset;
  uint32_t anchor_day = 0;  // 1 to 31; billing cycles only
  MonthEnd month_end = MonthEnd::kUnset;
  std::optional<Duration> fixed;  // kFixedLength
};

// A business calendar pinned to its bytes (docs/TERMS.md "Calendars").
struct CalendarRef {
  std::string name;
  DocumentDigest rules;
  std::optional<ZoneRef> zone = {};  // its own; absent where the term or a window is in that zone
  friend bool operator==(const CalendarRef&, const CalendarRef&) = default;
};

struct Fee {
  std::string name;
  Money amount;
  WindowEvery per = WindowEvery::kUnset;
};

// A measured thing: a feed's name and one of its sources.
struct SourceRef {
  std::string feed;
  std::string source;
};

enum class UpRule : uint16_t {
  kUnset = 0,
  kRecordedStatus = 1,         // the author's own state
  kCodes = 2,                  // code in `codes_up` and value <= longest
  kRecordedStatusOrCodes = 3,  // recorded as up, or code in `codes_up`
};
struct StateRule {
  UpRule up = UpRule::kUnset;
  std::vector<int64_t> codes_up;    // ascending, unique
  std::optional<Duration> longest;  // kCodes: response time that still counts as up, inclusive
};
enum class Holding : uint16_t {
  kUnset = 0,
  kUntilNext = 1,  // a state holds until the source's next report
  kAtMost = 2,     // ... but no longer than `hold_limit`, then unknown
  kProbe = 3,      // a result stands for the quantum of length `quantum` that begins at it
};
enum class CountsAs : uint16_t { kUnset = 0, kUp = 1, kDown = 2, kRemoved = 3 };
enum class Denominator : uint16_t {
  kUnset = 0,
  kKeep = 1,
  kRemove = 2,
  kRemoveOverlap = 3,
  kFixed = 4,
};
enum class Snap : uint16_t { kUnset = 0, kNone = 1, kFloor = 2, kCeil = 3 };
enum class SnapScope : uint16_t { kUnset = 0, kEachOutage = 1, kWindowTotal = 2 };
enum class RunAtEdge : uint16_t { kUnset = 0, kCutBeforeTest = 1, kCutAfterTest = 2 };
enum class ExcludedInRun : uint16_t { kUnset = 0, kBreaksRun = 1, kIsPassedOver = 2 };
// Where quanta begin: anywhere, so that a length is tested, or on whole quanta of the clock.
enum class Alignment : uint16_t { kUnset = 0, kSliding = 1, kClock = 2 };
// N consecutive bad quanta make downtime, with their whole length (M2).
struct MinimumOutage {
  Duration quantum;
  uint32_t count = 0;
  RunAtEdge edge = RunAtEdge::kUnset;
  ExcludedInRun excluded = ExcludedInRun::kUnset;
  Alignment alignment = Alignment::kUnset;
};

// One observer of several: its sources are versions of what it saw; the first prevails.
struct Monitor {
  std::string name;
  std::vector<SourceRef> sources;
};
// How observers that differ become one state line (DOMAIN 3.14, 3.17 rule 8).
enum class MonitorPolicy : uint16_t {
  kUnset = 0,
  kAnyDown = 1,   // union: down if any known is down; else unknown if any is unknown; else up
  kAllDown = 2,   // intersection: up if any known is up; else unknown if any is unknown; else down
  kQuorum = 3,    // down if at least `quorum` are known down
  kFallback = 4,  // the first that is known, at each instant
  kMean = 5,      // each by itself; the plain mean of the availabilities
};
// What a quorum, or all-down, makes of those that are silent.
enum class SilentMonitor : uint16_t {
  kUnset = 0,
  kMayBeDown = 1,     // the state is unknown where they could decide
  kIsPassedOver = 2,  // all-down: the others decide; a quorum: not enough known down is up
};
// M1 and M2 of DOMAIN 3.1.
struct AvailabilityByTime {
  std::vector<SourceRef> sources;  // one measured thing, the first prevails; else `monitors`
  std::vector<Monitor> monitors;   // two or more, in the order of the terms
  MonitorPolicy policy = MonitorPolicy::kUnset;
  uint32_t quorum = 0;
  SilentMonitor silent = SilentMonitor::kUnset;  // kAllDown and kQuorum
  // Percent of the window that must be known; below it the verdict is indeterminate.
  std::optional<Decimal> coverage_floor;
  StateRule rule;
  Holding holding = Holding::kUnset;
  std::optional<Duration> hold_limit;    // kAtMost
  std::optional<Duration> quantum;       // kProbe
  CountsAs unknown = CountsAs::kUnset;   // up, down or removed from both sides
  CountsAs degraded = CountsAs::kUnset;  // up or down
  Denominator denominator = Denominator::kUnset;
  std::optional<Duration> fixed;  // kFixed
  bool clamp_at_zero = false;     // stated with kFixed; else false
  std::optional<MinimumOutage> minimum_outage;
  Duration resolution;  // 1 ms, 1 s, 60 s
  Snap snap = Snap::kUnset;
  SnapScope snap_scope = SnapScope::kUnset;  // stated unless snap is none
};

// An interval that both parties took out when they signed; overlaps are counted once.
struct AgreedExclusion {
  std::string id;
  std::string cause;  // "planned maintenance", ...
  Interval interval;
};

enum class Compare : uint16_t { kUnset = 0, kAtLeast = 1, kAtMost = 2 };
// Levels are written in the unit of the measure: percent of a ratio, seconds, a number.
struct Target {
  Compare compare = Compare::kUnset;
  Decimal percent;                      // the expected level: "99.99" of "at least 99.99 %"
  std::optional<Decimal> minimum = {};  // failed: a failure of its own kind
  std::optional<Decimal> stretch = {};  // reached: a bonus, a ratchet
};

// Which edge of a tier belongs to it: [from, below) or (from, up to].
enum class TierEdges : uint16_t { kUnset = 0, kFromIncluded = 1, kUpToIncluded = 2 };
// A range of the value, in the unit of the target; an absent edge is open. Tiers cover what
// breaches.
struct Tier {
  std::optional<Decimal> from;
  std::optional<Decimal> below;
  Decimal credit_percent;
};
enum class EmptyRule : uint16_t {
  kUnset = 0,
  kMet = 1,
  kBreached = 2,
  kNoResult = 3,
  kCarryLast = 4
};
struct CreditRule {
  std::string fee;     // name of the fee that is the base; empty where the scheme has none
  std::string scheme;  // "tiers", or a scheme of the vocabulary
  Choices choices;     // of the scheme
  TierEdges edges = TierEdges::kUnset;
  std::vector<Tier> tiers;               // highest value first; index counts from 1
  Rounding rounding = Rounding::kUnset;  // once per line, to minor units
  std::optional<Money> window_cap;       // absent when the terms say "cap: none"
  std::optional<Money> minimum;          // paid only if strictly more; absent: "minimum: none"
};

struct Clause {
  std::string id;  // "4.2"
  std::string wording;
  DocumentDigest document;  // zeros: none
};

// What is measured, but availability by time: a kind of the vocabulary.
struct Measure {
  std::string kind;
  std::vector<SourceRef> sources;  // as listed; each kind says what several mean
  Choices choices;
};
// What holds beside or over objectives: a cap, maintenance windows, an earn-back, a right.
struct Rule {
  std::string id;
  std::string kind;
  std::vector<std::string> objectives;  // ascending ids; none: all
  Choices choices;
};

struct Objective {
  std::string id;
  std::string obligor;  // roles
  std::string obligee;
  std::optional<Clause> clause;
  AvailabilityByTime measure;  // unless `counted` is there
  std::optional<Measure> counted;
  std::vector<AgreedExclusion> exclusions;
  WindowRule window;
  EmptyRule empty = EmptyRule::kUnset;
  Target target;
  std::optional<CreditRule> credit;  // absent when the terms say "credit: none"
};

enum class SilentAnswer : uint16_t { kUnset = 0, kDeemedAccepted = 1, kDeemedRejected = 2 };
enum class ClaimNeeded : uint16_t { kUnset = 0, kAutomatic = 1, kOnClaim = 2 };
enum class LateEvidence : uint16_t {
  kUnset = 0,
  kDisregarded = 1,
  kRestatementProposed = 2,
  kAlwaysRestated = 3
};
// Calendar days in the terms' zone: day 0 is the local day of the ledger time, the timer ends at
// the end of day n, end exclusive (DOMAIN 3.17 rule 25, GC-41).
struct DisputeRules {
  ClaimNeeded credits = ClaimNeeded::kUnset;
  uint32_t claim_within_days = 0;               // after the window's end; kOnClaim
  uint32_t answer_within_days = 0;              // after the claim; kOnClaim
  SilentAnswer silence = SilentAnswer::kUnset;  // kOnClaim
  uint32_t evidence_cutoff_days = 0;            // after the window's end
  uint32_t objection_days = 0;                  // after the closing
  LateEvidence late_evidence = LateEvidence::kUnset;
};

struct Terms {
  std::string agreement;
  std::vector<TermsParty> parties;
  Instant from;
  std::optional<Instant> until;  // absent: open
  ZoneRef zone;
  std::vector<CalendarRef> calendars;  // ascending by name
  std::vector<Fee> fees;
  std::vector<Objective> objectives;  // ascending by id
  std::vector<Rule> rules;            // ascending by id
  DisputeRules disputes;
  std::optional<TermsLevels> levels;  // of terms that were resolved from several documents
  std::vector<Support> supports;      // ascending by objective, agreement, by
};

// All sources that an objective rests on, in the order of its terms.
std::vector<SourceRef> SourcesOf(const Objective& objective);

// Canonical Cap'n Proto, as for event bodies.
Bytes Encode(const Terms& terms);
// InvalidArgument for anything but canonical bytes with every choice stated.
absl::StatusOr<Terms> DecodeTerms(ByteView bytes);

}  // namespace tally
