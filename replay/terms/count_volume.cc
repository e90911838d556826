// Volumes (M16): leads that count in the window, each as one, with its units, or with its value.
//
//   volume    own + carried over from earlier windows
//   pacing    delivered / (planned x elapsed / length), elapsed up to K; of a window that the term
//             clips, or that took such a one in, planned is its share
// A window into which no delivering feed's watermark reaches, and without a lead, is empty: silence
// is no count of zero.
//
// Where surplus is carried over, what exceeds the expected level of the target in one window helps
// the next: "next window" carries a window's own surplus once, and uses what came from before it
// first; "until used" carries all that is left.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/terms/count_kinds.h"
#include "replay/terms/lead_book.h"
#include "replay/terms/population.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// A lead that counts, and when.
struct CountedLead {
  const Lead* lead;
  Instant at;   // of delivery or outcome, as the window is chosen
  bool counts;  // had the outcome that is counted
  Wide amount;  // leads, units, or minor units of money
};

// What a lead comes to; none if it does not count at all (a value in another currency).
std::optional<Wide> AmountOf(const Choices& choices, const LeadEvent& delivery) {
  if (choices.Has("currency")) {
    if (!delivery.value || delivery.value->currency.code != choices.Text("currency")) {
      return std::nullopt;
    }
    return delivery.value->minor;
  }
  return choices.Is("counted in", "units") ? Wide{delivery.units} : Wide{1};
}

// When the outcome that is counted came about; none if it did not.
absl::StatusOr<std::optional<Instant>> OutcomeOf(const CountQuestion& question, const Lead& lead) {
  const Choices& choices = question.objective->counted->choices;
  if (choices.Is("counted", "delivered")) return lead.delivered;
  if (choices.Is("counted", "accepted")) {
    TALLY_ASSIGN_OR_RETURN(const Acceptance acceptance, AcceptanceOf(question, lead));
    return acceptance.accepted ? std::optional<Instant>(acceptance.at) : std::nullopt;
  }
  for (const Item* word : lead.words) {
    if (std::get<LeadEvent>(word->body).step != LeadStep::kHandedOver) continue;
    if (IsFrom(question, *word, "decided by")) return word->observed.first;
  }
  return std::nullopt;
}

absl::StatusOr<std::vector<CountedLead>> LeadsThatCount(const CountQuestion& question,
                                                        const LeadBook& book) {
  const Choices& choices = question.objective->counted->choices;
  const bool by_outcome = choices.Is("window of a lead", "outcome");
  std::vector<CountedLead> leads;
  for (const auto& [name, lead] : book.leads()) {
    const std::optional<Wide> amount = AmountOf(choices, *lead.delivery);
    if (!amount) continue;
    TALLY_ASSIGN_OR_RETURN(const std::optional<Instant> outcome, OutcomeOf(question, lead));
    if (by_outcome && !outcome) continue;
    const Instant at = by_outcome ? *outcome : lead.delivered;
    // What began in an exclusion is left out, whenever it was decided.
    if (IsInAny(question.exclusions, lead.delivered)) continue;
    leads.push_back({&lead, at, outcome.has_value(), *amount});
  }
  return leads;
}

// Sums over any window by two searches: what is carried into a window comes from all before it.
class LeadSums {
 public:
  explicit LeadSums(const std::vector<CountedLead>& leads) {
    for (const CountedLead& each : leads) {
      if (each.counts) sums_.push_back({each.at, each.amount});
    }
    std::sort(sums_.begin(), sums_.end(), [](const Sum& a, const Sum& b) { return a.at < b.at; });
    Wide sum = 0;
    for (Sum& each : sums_) each.with = sum += each.with;
  }
  Wide In(const Interval& window) const { return Before(window.limit) - Before(window.first); }

 private:
  struct Sum {
    Instant at;
    Wide with;  // of all up to this one
  };
  Wide Before(Instant limit) const {
    const auto next = std::partition_point(sums_.begin(), sums_.end(),
                                           [limit](const Sum& sum) { return sum.at < limit; });
    return next == sums_.begin() ? 0 : std::prev(next)->with;
  }
  std::vector<Sum> sums_;
};

// The level that surplus is measured from, in the unit of the sums.
absl::StatusOr<Fraction> StatedLevel(const CountQuestion& question, int exponent) {
  TALLY_ASSIGN_OR_RETURN(const Fraction unit, Fraction::Of(PowerOfTen(exponent), 1));
  return Fraction::Multiply(Fraction::FromDecimal(question.objective->target.percent), unit);
}

absl::StatusOr<Fraction> CarriedInto(const CountQuestion& question, const LeadSums& sums,
                                     const Fraction& level) {
  const Choices& choices = question.objective->counted->choices;
  Fraction carried;
  if (choices.Is("surplus", "lost")) return carried;
  const Fraction none;
  for (const Window& window : question.earlier) {
    TALLY_ASSIGN_OR_RETURN(const Fraction own, Fraction::Of(sums.In(window.interval), 1));
    TALLY_ASSIGN_OR_RETURN(const Fraction all, Fraction::Add(own, carried));
    TALLY_ASSIGN_OR_RETURN(const Fraction over, Fraction::Subtract(all, level));
    // What came from before is used first, so at most the window's own is left of it.
    carried = std::max(none, over);
    if (choices.Is("surplus", "next window")) carried = std::min(carried, own);
  }
  return carried;
}

// No lead, and nobody who says that there was none: the population is not known, so it is empty.
void NoteUnreported(Working& working) {
  working.Line("leads", "no feed that delivers is complete into this window: no lead is not zero",
               "not reported");
}

}  // namespace

absl::StatusOr<Counted> CountVolume(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  int exponent = 0;
  if (choices.Has("currency")) {
    TALLY_ASSIGN_OR_RETURN(const Currency currency, FindCurrency(choices.Text("currency")));
    exponent = currency.exponent;
  }
  const LeadBook book = LeadBook::Of(question);
  TALLY_ASSIGN_OR_RETURN(const std::vector<CountedLead> leads, LeadsThatCount(question, book));
  Working working(question);
  Counted counted;
  for (const CountedLead& each : leads) {
    if (!question.window.interval.Contains(each.at)) continue;
    ++counted.population;
    if (!each.counts) ++counted.failed;
    for (const Cause& cause : each.lead->causes) working.RestsOn(cause);
    for (const Item* word : each.lead->words) working.RestsOn(word->cause);
  }
  if (counted.population == 0 && !ReachesWindow(question, "delivered by")) {
    NoteUnreported(working);
    return std::move(working).Finish(std::move(counted));
  }
  const LeadSums sums(leads);
  const Wide own = sums.In(question.window.interval);
  TALLY_ASSIGN_OR_RETURN(const Fraction unit, Fraction::Of(1, PowerOfTen(exponent)));
  const auto in_units = [&unit](const Fraction& sum) { return Fraction::Multiply(sum, unit); };
  TALLY_ASSIGN_OR_RETURN(const Fraction own_sum, Fraction::Of(own, 1));
  TALLY_ASSIGN_OR_RETURN(const Fraction own_value, in_units(own_sum));
  working.Line("leads",
               absl::StrCat(counted.population, " in the window, ", counted.failed, " not ",
                            choices.Word("counted")),
               NumberText(own_value));
  working.ShowCauses();
  TALLY_ASSIGN_OR_RETURN(const Fraction level, StatedLevel(question, exponent));
  TALLY_ASSIGN_OR_RETURN(const Fraction carried, CarriedInto(question, sums, level));
  TALLY_ASSIGN_OR_RETURN(const Fraction sum, Fraction::Add(own_sum, carried));
  TALLY_ASSIGN_OR_RETURN(counted.value, in_units(sum));
  if (carried > Fraction{}) {
    TALLY_ASSIGN_OR_RETURN(const Fraction carried_value, in_units(carried));
    working.Line("surplus", "carried over from earlier windows", NumberText(carried_value));
  }
  working.Line("value", "what counts, and what was carried over", NumberText(*counted.value));
  return std::move(working).Finish(std::move(counted));
}

absl::StatusOr<Counted> CountPacing(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  const Interval& window = question.window.interval;
  const LeadBook book = LeadBook::Of(question);
  Working working(question);
  Counted counted;
  Wide delivered = 0;
  for (const auto& [name, lead] : book.leads()) {
    if (!Counts(question, lead.delivered)) continue;
    delivered += *AmountOf(choices, *lead.delivery);
    for (const Cause& cause : lead.causes) working.RestsOn(cause);
  }
  const Instant until = std::min(question.knowledge.instant, window.limit);
  const Wide elapsed = std::max<Wide>(0, (until - window.first).micros);
  TALLY_ASSIGN_OR_RETURN(const Fraction share, Fraction::Of(elapsed, Length(window).micros));
  TALLY_ASSIGN_OR_RETURN(
      const Fraction planned,
      Fraction::Multiply(question.window.share, Fraction::Whole(choices.Count("planned"))));
  TALLY_ASSIGN_OR_RETURN(const Fraction line, Fraction::Multiply(share, planned));
  counted.population = Capped(delivered);
  working.Line(
      "line",
      absl::StrCat(NumberText(planned), " x ", NumberText(share), " of the window's length"),
      NumberText(line));
  working.Line("delivered", "in the window", FormatWide(delivered));
  working.ShowCauses();
  if (delivered == 0 && !ReachesWindow(question, "delivered by")) {
    NoteUnreported(working);
  } else if (line > Fraction{}) {
    TALLY_ASSIGN_OR_RETURN(const Fraction sum, Fraction::Of(delivered, 1));
    TALLY_ASSIGN_OR_RETURN(counted.value, Fraction::Divide(sum, line));
    working.Line("value", "delivered / line", ShareText(*counted.value));
  }
  return std::move(working).Finish(std::move(counted));
}

}  // namespace tally::replay
