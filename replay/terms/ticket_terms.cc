#include "replay/terms/ticket_terms.h"

#include <algorithm>

#include "schema/status.h"

namespace tally::replay {

absl::StatusOr<TicketTimer> TicketTimer::Of(const TicketDesk& desk) {
  TicketTimer timer(desk);
  TALLY_ASSIGN_OR_RETURN(OpenHours hours, OpenHoursOf(desk));
  timer.hours_ = std::make_unique<OpenHours>(std::move(hours));
  if (desk.question.in_flight == InFlight::kTermsOfWindow) return timer;
  for (const TermsOfTickets& each : desk.question.ticket_terms) {
    TALLY_CHECK(timer.terms_.empty() || timer.terms_.back()->from < each.from);
    auto terms = std::make_unique<Terms>();
    terms->from = each.from;
    terms->question = desk.question;
    terms->question.objective = each.objective;
    terms->question.calendars = each.calendars;
    const Choices& choices = each.objective->counted->choices;
    const bool stops = choices.Is("excluded time", "stops the clock");
    terms->desk = std::make_unique<TicketDesk>(
        TicketDesk{.question = terms->question,
                   .choices = choices,
                   .rules = ClockRulesOf(choices),
                   .tickets = {},
                   .horizon = desk.horizon,
                   .clock_stops = stops ? desk.question.exclusions : std::vector<Interval>(),
                   .leaves_out = stops ? std::vector<Interval>() : desk.question.exclusions});
    TALLY_ASSIGN_OR_RETURN(OpenHours open, OpenHoursOf(*terms->desk));
    terms->hours = std::make_unique<OpenHours>(std::move(open));
    timer.terms_.push_back(std::move(terms));
  }
  return timer;
}

size_t TicketTimer::TermsOf(const std::vector<std::vector<TicketRun>>& runs, size_t ordinal,
                            By by) const {
  size_t newest = 0;
  for (size_t i = 0; i < terms_.size(); ++i) {
    if (ordinal >= runs[i].size()) continue;
    newest = i;
    const TicketRun& run = runs[i][ordinal];
    const std::optional<Instant> event = by == By::kStart ? run.start : run.stop;
    const bool last = i + 1 == terms_.size();
    if (event && (last || *event < terms_[i + 1]->from)) return i;
  }
  return newest;
}

std::vector<Timings> TicketTimer::RunsOf(const Ticket& ticket) const {
  std::vector<Timings> timings;
  if (terms_.empty()) {
    for (TicketRun& run : own_->Runs(ticket)) {
      timings.push_back({{own_, hours_.get(), std::move(run)}});
    }
    return timings;
  }
  std::vector<std::vector<TicketRun>> runs;
  size_t most = 0;
  for (const std::unique_ptr<Terms>& each : terms_) {
    runs.push_back(each->desk->Runs(ticket));
    most = std::max(most, runs.back().size());
  }
  for (size_t ordinal = 0; ordinal < most; ++ordinal) {
    const size_t start = TermsOf(runs, ordinal, By::kStart);
    const size_t stop = TermsOf(runs, ordinal, By::kStop);
    std::vector<size_t> chosen;
    if (own_->question.in_flight != InFlight::kTermsAtStop) chosen.push_back(start);
    if (own_->question.in_flight != InFlight::kTermsAtStart) chosen.push_back(stop);
    chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    Timings each;
    for (size_t i : chosen) {
      each.push_back({terms_[i]->desk.get(), terms_[i]->hours.get(), runs[i][ordinal]});
    }
    timings.push_back(std::move(each));
  }
  return timings;
}

std::vector<const TicketDesk*> TicketTimer::Desks() const {
  std::vector<const TicketDesk*> desks = {own_};
  for (const std::unique_ptr<Terms>& each : terms_) desks.push_back(each->desk.get());
  return desks;
}

}  // namespace tally::replay
