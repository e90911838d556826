// What all measures but availability by time share: the evidence they are given, the question they
// answer, and the form of the answer. Pure: no ledger, no clock, no machine.
//
// The caller gives every item that counts (versions that were superseded, withdrawn or came too
// late are left out), from the beginning of the term to K, in the order (observed.first, index of
// source, cause); which of them belong to the window is the measure's to decide (DOMAIN 3.17 rule
// 10: an item belongs to the window of its start instant unless the terms say its end).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/terms/availability.h"
#include "replay/terms/business_calendar.h"
#include "replay/terms/evaluate.h"
#include "replay/terms/outcome.h"
#include "replay/terms/window.h"
#include "schema/event.h"
#include "schema/evidence.h"
#include "schema/terms.h"

namespace tally::replay {

// A number in the unit of its source: value x 10^-scale.
struct SampleValue {
  State state = State::kUnset;
  std::optional<Decimal> value;
  std::optional<Duration> took;  // when the unit is one of time
};

struct Item {
  Interval observed;  // an instant has first == limit
  Instant reported;
  ActorKind actor = ActorKind::kUnset;
  uint32_t source = 0;  // its index in the measure's list of sources
  Cause cause;
  std::variant<SampleValue, RequestCounts, LatencyHistogram, TicketEvent, CallCounts, LeadEvent,
               DeliverableEvent, DependencyEvent, SurveyResponse>
      body;
  // The ledger's own time, by which notices count (rule 2); without it the later of the author's.
  std::optional<Instant> recorded = {};
};

// Value of another objective over the same window, for composites and bases.
struct MemberValue {
  std::string objective;
  Verdict verdict = Verdict::kNoResult;
  std::optional<Fraction> value;
};

// Which terms time a ticket that an amendment falls into (rule 15).
enum class InFlight { kTermsOfWindow, kTermsAtStart, kTermsAtStop, kStrictest };
// One of the terms that a ticket may have lived under.
struct TermsOfTickets {
  Instant from;                          // of service; the first: Instant::Min()
  const Objective* objective = nullptr;  // with a `counted` of the same kind; outlives the call
  const CalendarBook* calendars = nullptr;
};

struct CountQuestion {
  const Objective* objective = nullptr;  // with `counted`; these outlive the call
  const Zone* zone = nullptr;            // of the objective's window rule
  const CalendarBook* calendars = nullptr;
  Window window;
  Knowledge knowledge;
  std::vector<Interval> exclusions;  // admitted, ordered, disjoint
  std::span<const Item> items;
  // To where each source's own feed is complete; knowledge.watermark is the earliest. Without them
  // that one holds for all.
  std::span<const Instant> watermarks = {};
  std::span<const MemberValue> members;
  // The agreement's term: nothing is due for a month outside it.
  Interval term = {Instant::Min(), Instant::Max()};
  // The windows before this one, ascending, from the beginning of the term: what a volume carries
  // over comes from them. `exclusions` then reach back as far.
  std::span<const Window> earlier = {};
  std::span<const Rule> rules = {};  // of the terms; those for the objective are picked out
  InFlight in_flight = InFlight::kTermsOfWindow;
  std::span<const TermsOfTickets> ticket_terms = {};  // ascending; only with another `in_flight`
};

struct Counted {
  std::optional<Fraction> value;  // in the unit of the vocabulary row; none: empty population
  std::optional<Fraction> coverage;
  // Above every level, and no number: why, in words ("slower than any limit: a failed sample").
  // `value` then only lies on its side of every level; it is shown to nobody.
  std::string beyond;
  bool indeterminate = false;  // below a coverage floor or a minimum sample, as the terms say
  int64_t population = 0;      // what the value is a share, mean or count of
  int64_t failed = 0;          // of the population, what stands against it
  std::vector<DerivationStep> steps;  // numbers behind the value, in order
  std::vector<Cause> causes;          // ascending, at most 1,000
  uint64_t causes_left_out = 0;
};

// The kinds of RequestVocabulary() that are measures, and so on for the other tables.
absl::StatusOr<Counted> CountRequests(const CountQuestion& question);
absl::StatusOr<Counted> CountDesk(const CountQuestion& question);
absl::StatusOr<Counted> CountDuty(const CountQuestion& question);
absl::StatusOr<Counted> CountStates(const CountQuestion& question);

// Any kind of the vocabulary. InvalidArgument for one that does not exist.
absl::StatusOr<Counted> CountMeasure(const CountQuestion& question);

}  // namespace tally::replay
