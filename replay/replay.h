// The door of the replay floor: what follows from a ledger. It never writes.
//
//   auto result = Replay(ledger, {.agreement = "coral-island", .period = *ParsePeriod("2026-02")});
//   for (const WindowResult& window : result->windows) ...
//
// A replay is a fold over verified events in log order, exact and pure: the same ledger, request
// and engine give the same canonical bytes and digest, whatever the threads, batch boundaries,
// locale or machine. Axes are explicit: service time (period), known at (log size and knowledge
// instant K), reported by, reading, engine version (DOMAIN 3.17 rules 1, 4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "replay/terms/outcome.h"
#include "schema/instant.h"
#include "schema/number.h"
#include "schema/terms.h"

namespace tally::replay {

// Names the rules that computed a result. A change of any result needs a new version.
inline constexpr char kEngineVersion[] = "tally-engine/1";

// Local days by their numbers since 1970-01-01, the second one exclusive.
struct LocalDays {
  int64_t first = 0, limit = 0;
  friend bool operator==(const LocalDays&, const LocalDays&) = default;
};
// A service period as people write it; civil forms are resolved in each objective's window zone.
struct Period {
  int year = 0;  // civil forms: 2026, 2026-Q1 (quarter), 2026-02 (month)
  int quarter = 0;
  int month = 0;
  std::optional<Interval> exact;       // FROM/TO, two instants
  std::optional<LocalDays> days = {};  // FROM/TO, two days; civil as well
};
absl::StatusOr<Period> ParsePeriod(absl::string_view text);

struct Axes {
  std::optional<Instant> as_recorded;  // at most one of these two
  std::optional<uint64_t> at_size;
  std::optional<Instant> as_reported;
  std::string engine;  // "": kEngineVersion
};

struct ReplayRequest {
  std::string agreement;
  std::optional<Period> period;  // absent: all windows that begin before the earliest watermark
  std::optional<std::string> objective;
  Axes axes;
  std::optional<Terms> terms;  // another reading: these terms instead of the agreed ones
  std::vector<ledger::EventAddress> without;  // events left out
  std::string reading = "agreed";
  int threads = 1;
  bool checked_beforehand = false;  // as ledger::ReadOptions: only after an Audit of this ledger
};

enum class WindowStatus { kOpen, kProvisional, kFinal, kConclusive, kSettled };
absl::string_view StatusName(WindowStatus status);
absl::string_view VerdictName(Verdict verdict);

absl::string_view UnitName(ValueUnit unit);  // "ratio", "seconds", "count", "points", "money"
// For display only, without a sign: a ratio as a percentage with six decimals, anything else as a
// whole number or with six decimals; half to even.
std::string DisplayValue(const Fraction& value, ValueUnit unit);

absl::string_view SegmentName(SegmentKind kind);
// A stretch of a window's picture; segments are ordered and cover the window without gaps.
struct Segment {
  Interval interval;
  SegmentKind kind = SegmentKind::kUnknown;
  std::optional<ledger::EventAddress> cause;
};

struct CreditLine {
  Money amount;
  int tier_index = 0;  // from 1; 0: none applied
  Decimal tier_percent;
  bool posted = false;  // open windows and met ones are projections
};
struct EvidenceRange {
  std::string feed;
  ledger::EventAddress first, last;
  Hash digest;  // over the digests of the evidence used, in order
};
struct ClosedFigure {
  ledger::EventAddress closing;
  std::string verdict, value;
  std::optional<Money> credit;
  bool differs = false;  // from what is computed now
};
// One step from records to the last cent, in order (tally explain).
struct DerivationLine {
  std::string step;     // "period", "down", "value", "target", "tier", "credit", ...
  std::string formula;  // in words and numbers
  std::string result;
  std::string clause;  // id of the clause or the terms' path
  std::vector<ledger::EventAddress> causes;
};

// A figure that rests on erased evidence: the least and the greatest value over all that this may
// have said; an end that is absent is not bounded.
struct ErasedFigure {
  std::optional<Fraction> lowest, highest;
  ledger::EventAddress event;                              // whose body is gone
  std::optional<ledger::EventAddress> last_statement = {};  // of this figure, before the erasure
};

struct WindowResult {
  std::string objective;
  std::string obligor;
  Interval window;
  std::string zone;
  WindowStatus status = WindowStatus::kOpen;
  Verdict verdict = Verdict::kNoResult;
  ValueUnit unit = ValueUnit::kRatio;
  std::optional<Fraction> value;  // in `unit`
  std::optional<ErasedFigure> erased = {};  // not part of the canonical result
  std::optional<Fraction> coverage;
  // In the terms' time unit ("ms", "s", "min"); of counted measures "items": `period` is the
  // population and `counted` what of it stands against the value.
  int64_t period = 0, counted = 0, excluded = 0, unknown = 0, remaining = 0, degraded = 0;
  std::string time_unit;
  std::optional<CreditLine> credit;  // null when the terms give none
  std::optional<ClosedFigure> closed;
  std::vector<ledger::EventAddress> causes;  // at most 1,000
  uint64_t causes_left_out = 0;
  std::vector<EvidenceRange> evidence;
  TermsHash terms;                         // in force for this window
  Hash figures;                            // digest of this window's figures
  std::vector<Segment> segments;           // for pictures; not part of the canonical result
  std::vector<DerivationLine> derivation;  // likewise
  std::string measure;                     // likewise: its kind, as the terms call it
  std::string clause, wording;  // likewise: what the terms quote of the contract; "" without one
};
struct Balance {
  std::string account, party;
  Money amount;
};
// One entry of the books, in the order of time: `amount` moved from an account to another, owed to
// `creditor` by `debtor`. An account "" is outside of the books. Never changed: what proves wrong
// is taken back by a later posting that names it.
struct Posting {
  uint64_t number = 0;                        // from 1
  Instant at;                                 // of the act, or at which a timer ran out
  std::optional<ledger::EventAddress> cause;  // absent: the clock, or the figures alone
  std::string clause, text, objective;
  std::optional<Interval> window;
  std::string from, to, creditor, debtor;
  Money amount;           // above zero
  uint64_t reverses = 0;  // the number of the posting that this takes back; 0: none
};
// What a rule gave beside the credit of a window, and nobody has paid yet.
struct OpenSum {
  std::string rule;  // "" for what a cap carried into the window
  std::string objective;
  Interval window;  // settlements that answer its closing pay it
  std::string debtor, creditor;
  Money open;  // above zero
};
struct Deadline {
  std::string what, object, party;
  Instant due;
  std::string zone, clause, state, consequence;
};
struct Right {
  std::string kind, party;
  Instant arose, exercise_until;  // the last instant of the ledger where no notice time is stated
  std::string state;              // "open", "exercised", "waived", "lapsed", "void"
  std::string rule, objective;
  Interval window;                              // that completed it
  std::optional<ledger::EventAddress> used;     // the act that used it or gave it up
  std::optional<Instant> effective;             // exercised: the end that the act states
  std::optional<ledger::EventAddress> removed;  // what took the failure away
  std::vector<ledger::EventAddress> causes;     // closings of the windows that failed
  std::vector<Interval> failures;               // these windows
};
struct Finding {
  std::string kind, severity, objective;  // severity: "error", "warning", "note"
  std::optional<ledger::EventAddress> at;
  std::string message;
};
struct ClaimResult {
  ledger::EventAddress at;
  std::string id;     // hex of the act's id
  std::string state;  // filed, accepted, settled, lapsed, ...
  std::vector<WindowName> windows;
  std::optional<Money> due;  // the computed amount that the claim stands for
  // How it came to its state, oldest first; a step without a cause was made by the clock.
  struct Step {
    std::string state;
    Instant at;
    std::optional<ledger::EventAddress> cause;
    std::string clause;
  };
  std::vector<Step> steps;
  // What of it was conceded, agreed, ruled or paid by now, without what a ruling awards beside;
  // absent while nothing was decided. Not part of the canonical result: the postings are.
  std::optional<Money> decided = {};
  // What rulings on it awarded beside, such as costs, and nobody paid; below zero: paid, and
  // awarded no more. Not part of the canonical result either.
  struct Award {
    ledger::EventAddress ruling;
    std::string creditor, debtor;
    Money open;
  };
  std::vector<Award> awards = {};
};
struct Known {
  uint64_t size = 0;
  Instant instant;   // K
  Instant recorded;  // of the last record
  std::optional<Instant> reported;
};
struct Result {
  std::string agreement, engine, reading;
  TermsHash terms;  // in force at K
  Known known;
  std::vector<WindowResult> windows;  // by objective id, then first instant
  std::vector<Balance> balances;
  std::vector<Posting> postings;  // that the balances add up to
  std::vector<OpenSum> sums;      // in the order in which settlements pay them; follow from these
                                  // and are no part of the canonical text
  std::vector<Deadline> deadlines;
  std::vector<Right> rights;
  std::vector<ClaimResult> claims;
  std::vector<Finding> findings;
  Hash digest;   // SHA-256 of CanonicalResult
  Hash figures;  // of the figures alone, without axes
};

// NotFound: no such agreement or size; FailedPrecondition: no terms in force; InvalidArgument:
// request; DataLoss: the ledger does not verify.
absl::StatusOr<Result> Replay(const ledger::Ledger& ledger, const ReplayRequest& request);
// The result file: canonical text (FORMAT.md "Results"), byte-identical for equal results.
std::string CanonicalResult(const Result& result);

// One step of the nightly projection for one agreement: what should be appended, as bodies, and
// nothing when nothing changed. Pure: the caller signs and appends.
struct ProjectionOutput {
  std::vector<Statement> statements;
  std::vector<WindowClosed> closings;
  uint64_t windows = 0;
};
// `knowledge` is the job's one reading of the clock.
absl::StatusOr<ProjectionOutput> Project(const ledger::Ledger& ledger, absl::string_view agreement,
                                         uint64_t size, Instant knowledge);
// False if no stream that the agreement rests on has grown since `size` and no timer expired
// between `then` and `now`, so that projecting it again could give nothing new.
absl::StatusOr<bool> ChangedSince(const ledger::Ledger& ledger, absl::string_view agreement,
                                  uint64_t size, Instant then, Instant now);

}  // namespace tally::replay
