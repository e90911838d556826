// Means and percentiles of ticket times (DOMAIN 3.1, M12; percentiles by nearest rank, 3.17 rule
// 11). Only runs that have stopped have a time. All sums are whole microseconds, so nothing is
// rounded.
#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "replay/terms/count_tickets.h"
#include "replay/terms/ticket_terms.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

absl::StatusOr<Fraction> InSeconds(Wide micros, Wide divisor) {
  return Fraction::Of(micros, divisor * kMicrosPerSecond);
}

struct TimedTicket {
  Duration elapsed;
  Cause cause;  // of the stop
  const Ticket* ticket = nullptr;
};

// The stopped runs of the window with their times, in the order of the tickets.
absl::StatusOr<std::vector<TimedTicket>> TimesOf(const TicketDesk& desk, CountedLines& lines) {
  TALLY_ASSIGN_OR_RETURN(const TicketTimer timer, TicketTimer::Of(desk));
  const Interval& window = desk.question.window.interval;
  const bool by_start = desk.choices.Is("window of a ticket", "start");
  std::vector<TimedTicket> times;
  TicketsLeftOut left_out;
  for (const Ticket& ticket : desk.tickets) {
    const std::vector<Timings> runs = timer.RunsOf(ticket);
    if (runs.empty() && HasEventIn(ticket, window)) ++left_out.unstarted;
    for (const Timings& timings : runs) {
      const TimedRun& timed = timings.back();
      const TicketRun& run = timed.run;
      if (by_start ? !window.Contains(run.start) : !(run.stop && window.Contains(*run.stop))) {
        continue;
      }
      if (desk.IsLeftOut(run.start)) {
        ++left_out.excluded;
      } else if (!timed.desk->HasPriority(run)) {
        ++left_out.other_priority;
      } else if (!run.stop) {
        ++left_out.open;
      } else {
        times.push_back({timed.hours->Elapsed(run, *run.stop), run.stopped, run.ticket});
      }
    }
  }
  lines.Line("tickets", "of the window, stopped", absl::StrCat(times.size()));
  left_out.Show(lines);
  return times;
}

// Times over the limit are cut or left out, as the terms say.
void ApplyLimit(const Choices& choices, std::vector<TimedTicket>& times, CountedLines& lines) {
  const absl::string_view outliers = choices.Word("outliers");
  if (outliers == "counted") return;
  const Duration limit = choices.Length("outlier limit");
  const auto over =
      std::stable_partition(times.begin(), times.end(),
                            [limit](const TimedTicket& time) { return time.elapsed <= limit; });
  lines.LineIfAny("outliers", absl::StrCat("longer than ", FormatDuration(limit), ": ", outliers),
                  times.end() - over);
  if (outliers == "left out") {
    times.erase(over, times.end());
  } else {
    for (auto time = over; time != times.end(); ++time) time->elapsed = limit;
  }
}

struct SiteSum {
  Wide micros = 0;
  int64_t tickets = 0;
};

// The mean of the sites' means. These are rounded to a microsecond, which is the resolution of all
// times, because sums of arbitrary fractions fit into no number.
absl::StatusOr<Fraction> MeanOfSites(const std::vector<TimedTicket>& times, CountedLines& lines) {
  std::map<absl::string_view, SiteSum> sites;
  for (const TimedTicket& time : times) {
    SiteSum& site = sites[SiteAt(*time.ticket, Instant::Max())];
    site.micros += time.elapsed.micros;
    ++site.tickets;
  }
  Wide sum = 0;
  for (const auto& [name, site] : sites) {
    TALLY_ASSIGN_OR_RETURN(const Fraction mean, Fraction::Of(site.micros, site.tickets));
    TALLY_ASSIGN_OR_RETURN(const int64_t micros, RoundToInteger(mean, Rounding::kHalfEven));
    sum += micros;
  }
  lines.Line("sites", "means of sites, each rounded to a microsecond", absl::StrCat(sites.size()));
  return InSeconds(sum, static_cast<int64_t>(sites.size()));
}

}  // namespace

absl::Status CountTicketPercentile(const TicketDesk& desk, CountedLines& lines, Counted& counted) {
  TALLY_ASSIGN_OR_RETURN(std::vector<TimedTicket> times, TimesOf(desk, lines));
  counted.population = static_cast<int64_t>(times.size());
  lines.MinimumSample(desk.choices.Count("minimum sample"));
  if (times.empty()) {
    lines.Line("value", "no tickets", "none");
    return absl::OkStatus();
  }
  std::sort(times.begin(), times.end(), [](const TimedTicket& a, const TimedTicket& b) {
    return std::tie(a.elapsed, a.cause) < std::tie(b.elapsed, b.cause);
  });
  // Rank max(1, ceil(p N)), in whole numbers (rule 11).
  const Decimal percentile = desk.choices.Number("percentile");
  Wide hundred = 100;
  for (int i = 0; i < percentile.scale; ++i) hundred *= 10;
  const Wide scaled = Wide{percentile.mantissa} * counted.population;
  const Wide rank = std::max<Wide>(1, (scaled + hundred - 1) / hundred);
  TALLY_CHECK(rank <= counted.population);
  const TimedTicket& found = times[static_cast<size_t>(rank) - 1];
  TALLY_ASSIGN_OR_RETURN(counted.value, InSeconds(found.elapsed.micros, 1));
  // For people: how many took longer than the target.
  const Fraction limit = Fraction::FromDecimal(desk.question.objective->target.percent);
  for (const TimedTicket& time : times) {
    TALLY_ASSIGN_OR_RETURN(const Fraction seconds, InSeconds(time.elapsed.micros, 1));
    if (seconds > limit) ++counted.failed;
  }
  lines.Value(
      absl::StrCat("the ", FormatWide(rank), "th shortest of ", counted.population, " times, the ",
                   FormatDecimal(percentile), " % rank: ticket ", found.ticket->name),
      SecondsText(*counted.value));
  lines.Causes({found.cause});
  return absl::OkStatus();
}

absl::Status CountMeanTicketTime(const TicketDesk& desk, CountedLines& lines, Counted& counted) {
  TALLY_ASSIGN_OR_RETURN(std::vector<TimedTicket> times, TimesOf(desk, lines));
  ApplyLimit(desk.choices, times, lines);
  counted.population = static_cast<int64_t>(times.size());
  lines.MinimumSample(desk.choices.Count("minimum sample"));
  std::vector<Cause> causes;
  for (const TimedTicket& time : times) causes.push_back(time.cause);
  lines.Causes(std::move(causes));
  if (times.empty()) {
    lines.Line("value", "no tickets", "none");
    return absl::OkStatus();
  }
  if (desk.choices.Is("mean of", "sites")) {
    TALLY_ASSIGN_OR_RETURN(counted.value, MeanOfSites(times, lines));
    lines.Value("sum of the means / sites", SecondsText(*counted.value));
    return absl::OkStatus();
  }
  Wide sum = 0;
  for (const TimedTicket& time : times) sum += time.elapsed.micros;
  TALLY_ASSIGN_OR_RETURN(counted.value, InSeconds(sum, counted.population));
  lines.Value(
      absl::StrCat("sum of times / tickets: ", FormatWide(sum), " us / ", counted.population),
      SecondsText(*counted.value));
  return absl::OkStatus();
}

}  // namespace tally::replay
