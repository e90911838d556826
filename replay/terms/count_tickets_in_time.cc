// The share of tickets in time (DOMAIN 3.1, M11): each run of the window against the time that its
// priority has. Late are those whose elapsed time is more than that, or whose stop comes after the
// deadline; the two differ only for a stop in closed or paused time.
#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "replay/terms/count_tickets.h"
#include "replay/terms/ticket_terms.h"
#include "schema/status.h"
#include "schema/vocabulary_desk.h"

namespace tally::replay {
namespace {

constexpr size_t kLateShown = 20;  // tickets named one by one; the causes name the others

std::string ElapsedText(Duration length) {
  return length.micros == 0 ? "0 s" : FormatDuration(length);
}

struct TargetRule {
  absl::string_view which;  // the word of "priority"
  Duration one;             // when priorities are not used
  std::vector<std::pair<std::string, Duration>> by_priority;

  std::optional<Duration> Of(absl::string_view priority) const {
    for (const auto& [name, target] : by_priority) {
      if (name == priority) return target;
    }
    return std::nullopt;
  }
};

absl::StatusOr<TargetRule> TargetRuleOf(const Choices& choices) {
  TargetRule rule{.which = choices.Word("priority"), .one = {}, .by_priority = {}};
  if (rule.which == "not used") {
    rule.one = choices.Length("target");
  } else {
    TALLY_ASSIGN_OR_RETURN(rule.by_priority, ReadTicketTargets(choices.Texts("targets")));
  }
  return rule;
}

// The time that the run has; none: it is not counted. A restart moves the run's start.
std::optional<Duration> TargetFor(const TicketDesk& desk, const TargetRule& rule, TicketRun& run) {
  if (rule.which == "not used") return rule.one;
  if (rule.which != "strictest" && rule.which != "restarts at a change") {
    return rule.Of(desk.PriorityOf(run, rule.which));
  }
  const bool strictest = rule.which == "strictest";
  Instant end = std::max(run.start, run.stop.value_or(desk.horizon));
  // What the stop itself says of the priority comes too late for a clock to begin anew.
  if (run.stop && !strictest) end = std::max(run.start, *run.stop - Duration{1});
  const std::vector<PriorityChange> held = PrioritiesWithin(*run.ticket, {run.start, end});
  std::optional<Duration> target;
  if (strictest) {
    for (const PriorityChange& change : held) {
      const std::optional<Duration> one = rule.Of(change.priority);
      if (one && (!target || *one < *target)) target = one;
    }
  } else if (!held.empty()) {
    // The first is what the ticket had; only later ones are changes.
    if (held.size() > 1) run.start = held.back().at;
    target = rule.Of(held.back().priority);
  }
  return target;
}

struct LateTicket {
  const Ticket* ticket = nullptr;
  Instant start;
  std::optional<Instant> stop;
  Duration elapsed, target;
  Cause cause;
};

class InTimeCount {
 public:
  using Targets = std::map<const TicketDesk*, TargetRule>;
  InTimeCount(const TicketDesk& desk, Targets targets)
      : desk_(desk), targets_(std::move(targets)) {}

  // By whichever terms the run is timed, those of the window say whether it is counted.
  void Add(Timings timings) {
    const Interval& window = desk_.question.window.interval;
    const absl::string_view of = desk_.choices.Word("window of a ticket");
    const TicketRun& run = timings.back().run;
    const Instant start = run.start;
    const bool by_stop = run.stop && window.Contains(*run.stop);
    // For deadlines this is asked again below, once there is one.
    if (of == "start" ? !window.Contains(start) : of == "stop" && !by_stop) return;
    const bool near = of == "deadline" ? window.Contains(start) : true;
    if (desk_.IsLeftOut(start)) {
      left_out_.excluded += near ? 1 : 0;
      return;
    }
    std::vector<Judged> judged;
    std::optional<Instant> deadline;  // the earliest
    for (TimedRun& timed : timings) {
      const std::optional<Duration> target =
          TargetFor(*timed.desk, targets_.at(timed.desk), timed.run);
      if (!target) continue;
      const bool by_deadline = timed.desk->choices.Is("in time", "stopped by deadline");
      std::optional<Instant> due;
      if (of == "deadline" || by_deadline) due = timed.hours->Deadline(timed.run, *target);
      if (due && (!deadline || *due < *deadline)) deadline = due;
      judged.push_back(Judge(timed, *target, by_deadline ? due : std::nullopt));
    }
    if (judged.empty()) {
      left_out_.other_priority += near ? 1 : 0;
      return;
    }
    if (of == "deadline" && (!deadline || !window.Contains(*deadline))) return;
    Count(judged);
  }

  void AddUnstarted() { ++left_out_.unstarted; }
  absl::Status Finish(CountedLines& lines, Counted& counted);

 private:
  struct Judged {
    LateTicket run;
    bool late = false;
  };
  // With a deadline it decides; otherwise the elapsed time does.
  Judged Judge(const TimedRun& timed, Duration target, std::optional<Instant> deadline) const {
    const TicketRun& run = timed.run;
    const Instant until = std::max(run.start, run.stop.value_or(desk_.horizon));
    const Duration elapsed = timed.hours->Elapsed(run, until);
    return {
        {run.ticket, run.start, run.stop, elapsed, target, run.stop ? run.stopped : run.started},
        deadline ? until > *deadline : elapsed > target};
  }

  // Late by one of the terms that time it is late.
  void Count(const std::vector<Judged>& judged) {
    const auto found =
        std::find_if(judged.begin(), judged.end(), [](const Judged& each) { return each.late; });
    const bool late = found != judged.end();
    const LateTicket& run = late ? found->run : judged.back().run;
    if (!run.stop && !late) {
      ++left_out_.undecided;
      return;
    }
    if (!run.stop && desk_.choices.Is("open and overdue", "left out")) {
      ++left_out_.overdue;
      return;
    }
    ++population_;
    if (!late) return;
    late_.push_back(run);
  }
  void ShowLate(CountedLines& lines);

  const TicketDesk& desk_;
  Targets targets_;
  TicketsLeftOut left_out_;
  int64_t population_ = 0;
  std::vector<LateTicket> late_;
};

void InTimeCount::ShowLate(CountedLines& lines) {
  std::sort(late_.begin(), late_.end(), [](const LateTicket& a, const LateTicket& b) {
    return std::tie(a.start, a.cause) < std::tie(b.start, b.cause);
  });
  for (size_t i = 0; i < std::min(late_.size(), kLateShown); ++i) {
    const LateTicket& late = late_[i];
    lines.Line("late",
               absl::StrCat(late.ticket->name, ", from ", FormatInstant(late.start), " to ",
                            late.stop ? FormatInstant(*late.stop) : "now, still open"),
               absl::StrCat(ElapsedText(late.elapsed), " of ", ElapsedText(late.target)));
  }
  if (late_.size() > kLateShown) {
    lines.Line("late", "others", absl::StrCat(late_.size() - kLateShown));
  }
}

absl::Status InTimeCount::Finish(CountedLines& lines, Counted& counted) {
  counted.population = population_;
  counted.failed = static_cast<int64_t>(late_.size());
  lines.Line("tickets", "of the window, decided", absl::StrCat(population_));
  left_out_.Show(lines);
  ShowLate(lines);
  std::vector<Cause> causes;
  for (const LateTicket& late : late_) causes.push_back(late.cause);
  lines.Causes(std::move(causes));
  lines.MinimumSample(desk_.choices.Count("minimum sample"));
  if (population_ == 0) {
    lines.Line("value", "no tickets", "none");
    return absl::OkStatus();
  }
  const int64_t met = population_ - counted.failed;
  TALLY_ASSIGN_OR_RETURN(counted.value, Fraction::Of(met, population_));
  lines.Value(absl::StrCat("in time / all: ", met, " / ", population_),
              PercentOfShare(*counted.value));
  return absl::OkStatus();
}

}  // namespace

absl::Status CountTicketsInTime(const TicketDesk& desk, CountedLines& lines, Counted& counted) {
  TALLY_ASSIGN_OR_RETURN(const TicketTimer timer, TicketTimer::Of(desk));
  InTimeCount::Targets targets;
  for (const TicketDesk* each : timer.Desks()) {
    TALLY_ASSIGN_OR_RETURN(targets[each], TargetRuleOf(each->choices));
  }
  InTimeCount count(desk, std::move(targets));
  for (const Ticket& ticket : desk.tickets) {
    std::vector<Timings> runs = timer.RunsOf(ticket);
    if (runs.empty() && HasEventIn(ticket, desk.question.window.interval)) count.AddUnstarted();
    for (Timings& timings : runs) count.Add(std::move(timings));
  }
  return count.Finish(lines, counted);
}

}  // namespace tally::replay
