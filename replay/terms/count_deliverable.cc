// Deliverables (M17): what is due and when it is done stands in deliverable_book.h.
//
//   on time   done <= due, of those due in the window; what is not done is late once what is known
//             reaches past the due date, and not before
//   lateness  |[due, done) by the calendar|, as far as is known while it is not done; exact, or in
//             whole units up or down; the sum, the longest, or the mean over all that were due; in
//             seconds
// What is known reaches to where the feeds that can say that it is done are complete (those of
// "decided by" for an acceptance, else of "delivered by"), and not past K or the cut-off.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/terms/count_kinds.h"
#include "replay/terms/deliverable_book.h"
#include "replay/terms/population.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// To where it is known what was not done.
Instant KnownUntil(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  const bool decides = choices.Is("done when", "accepted");
  return std::min(question.knowledge.instant,
                  EarliestWatermark(question, decides ? "decided by" : "delivered by"));
}

// The instant at which it was done, or at least that up to which it is known not to be.
Instant DoneOrKnown(const CountQuestion& question, const Deliverable& deliverable) {
  return deliverable.done.value_or(std::max(KnownUntil(question), deliverable.due));
}

bool IsLate(const CountQuestion& question, const Deliverable& deliverable) {
  return DoneOrKnown(question, deliverable) > deliverable.due;
}

std::string DoneText(const CountQuestion& question, const Deliverable& deliverable) {
  if (deliverable.done) return FormatInstant(*deliverable.done);
  const Instant known = KnownUntil(question);
  if (known == Instant::Min()) return "not done, and nothing says up to when";
  return absl::StrCat("not done, known to ", FormatInstant(known));
}

int64_t InUnits(const Choices& choices, int64_t micros) {
  if (choices.Is("part unit", "exact")) return micros;
  const int64_t unit = choices.Length("unit").micros;
  const int64_t part = micros % unit;
  if (part == 0) return micros;
  return micros - part + (choices.Is("part unit", "up") ? unit : 0);
}

// A line for each, up to a number that a page can hold.
constexpr size_t kLinesShown = 50;

void Lines(const CountQuestion& question, const std::vector<Deliverable>& deliverables,
           Counted& counted, Working& working) {
  for (const Deliverable& each : deliverables) {
    ++counted.population;
    const bool late = IsLate(question, each);
    if (late) ++counted.failed;
    for (const Cause& cause : each.causes) working.RestsOn(cause);
    if (static_cast<size_t>(counted.population) > kLinesShown) continue;
    working.Line("due", absl::StrCat(each.name, ", due ", FormatInstant(each.due)),
                 absl::StrCat(DoneText(question, each), late ? ", late" : ""));
  }
  working.Line("deliverables", absl::StrCat(counted.failed, " late"),
               absl::StrCat(counted.population));
  working.ShowCauses();
}

}  // namespace

absl::StatusOr<Counted> CountDeliverableOnTime(const CountQuestion& question) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<Deliverable> deliverables, DeliverablesOf(question));
  Working working(question);
  Counted counted;
  Lines(question, deliverables, counted, working);
  TALLY_ASSIGN_OR_RETURN(counted.value,
                         ShareOf(counted.population - counted.failed, counted.population));
  if (counted.value) {
    working.Line("value",
                 absl::StrCat(counted.population - counted.failed, " of ", counted.population),
                 ShareText(*counted.value));
  }
  return std::move(working).Finish(std::move(counted));
}

absl::StatusOr<Counted> CountDeliverableLateness(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  TALLY_ASSIGN_OR_RETURN(const std::vector<Deliverable> deliverables, DeliverablesOf(question));
  TALLY_ASSIGN_OR_RETURN(const BusinessCalendar* calendar,
                         CalendarOf(question, choices, "calendar"));
  Working working(question);
  Counted counted;
  Lines(question, deliverables, counted, working);
  Wide sum = 0;
  Wide longest = 0;
  for (const Deliverable& each : deliverables) {
    if (!IsLate(question, each)) continue;
    const Duration open = calendar->OpenTime({each.due, DoneOrKnown(question, each)});
    const Wide lateness = InUnits(choices, open.micros);
    sum += lateness;
    longest = std::max(longest, lateness);
  }
  if (counted.population > 0) {
    const Wide divisor = choices.Is("of several", "mean") ? counted.population : 1;
    const Wide total = choices.Is("of several", "longest") ? longest : sum;
    TALLY_ASSIGN_OR_RETURN(counted.value, Fraction::Of(total, divisor * 1'000'000));
    working.Line("value",
                 absl::StrCat("the ", choices.Word("of several"), " of lateness by ",
                              choices.Text("calendar"), ", part units ", choices.Word("part unit")),
                 absl::StrCat(NumberText(*counted.value), " s"));
  }
  return std::move(working).Finish(std::move(counted));
}

}  // namespace tally::replay
