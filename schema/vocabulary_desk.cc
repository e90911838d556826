// The vocabulary of service desks and call centres. A ticket's events are TicketEvents: a step, who
// acted (of the header), the priority from then on, and a reason in the desk's own words. Terms
// name those words where they matter: reasons whose pauses stop the clock, and reasons that make a
// step no answer ("internal note").
#include "schema/vocabulary_desk.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally {
namespace {

using Words = absl::string_view;

constexpr Words kFrom[] = {"opened", "classified"};
constexpr Words kTo[] = {"responded", "resolved", "closed"};
constexpr Words kToResolved[] = {"resolved", "closed"};
constexpr Words kActors[] = {"human", "human or automation", "anyone"};
constexpr Words kReopened[] = {"first resolution", "final resolution", "each resolution"};
constexpr Words kExcluded[] = {"leaves tickets out", "stops the clock"};
constexpr Words kTargetOf[] = {"not used",   "at start",  "at stop",
                               "last known", "strictest", "restarts at a change"};
constexpr Words kTargetBy[] = {"at start", "at stop", "last known", "strictest",
                               "restarts at a change"};
constexpr Words kNotUsed[] = {"not used"};
constexpr Words kPriority[] = {"not used", "at start", "at stop", "last known"};
constexpr Words kPriorityUsed[] = {"at start", "at stop", "last known"};
constexpr Words kInTime[] = {"elapsed within target", "stopped by deadline"};
constexpr Words kWindowOf[] = {"start", "deadline", "stop"};
constexpr Words kWindowOfOpen[] = {"start", "deadline"};
constexpr Words kWindowOfStopped[] = {"start", "stop"};
constexpr Words kOverdue[] = {"failed", "left out"};
constexpr Words kOutliers[] = {"counted", "left out", "cut to the limit"};
constexpr Words kOutliersLimited[] = {"left out", "cut to the limit"};
constexpr Words kMeanOf[] = {"tickets", "sites"};
constexpr Words kAggregation[] = {"all calls", "mean of intervals"};
constexpr Words kMeanOfIntervals[] = {"mean of intervals"};
constexpr Words kEmptyInterval[] = {"left out", "good", "bad"};
constexpr Words kDecimals[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"};
constexpr Words kAbandonedCalls[] = {"in time count as good",      // (aT + bT) / (a + b)
                                     "left out",                   // aT / a
                                     "count against",              // aT / (a + b)
                                     "in time left out",           // aT / (a + b after T)
                                     "short ones count as good"};  // (aT + b short) / (a + b)
constexpr Words kShortOnes[] = {"short ones count as good"};

// ---- Rows that several kinds share ---------------------------------------------------------

constexpr ChoiceRow kClockFrom = {
    .name = "clock from",
    .words = kFrom,
    .ask = "choose the step that starts the clock: `opened` or the first `classified`"};
constexpr ChoiceRow kClockTo = {
    .name = "clock to",
    .words = kTo,
    .ask =
        "choose the step that stops the clock: `responded` (a resolved ticket is answered, too), "
        "`resolved` (a closed one is resolved, too) or `closed`"};
constexpr ChoiceRow kStoppedBy = {
    .name = "stopped by",
    .words = kActors,
    .ask =
        "choose whose step stops the clock: `human`, `human or automation`, or `anyone`, which "
        "adds monitors"};
constexpr ChoiceRow kNotStoppedBy = {
    .name = "not stopped by",
    .form = ChoiceForm::kTexts,
    .or_none = true,
    .ask =
        "list the reasons of steps that do not stop the clock, such as \"internal note\", or "
        "write `none`"};
constexpr ChoiceRow kCalendar = {
    .name = "calendar",
    .form = ChoiceForm::kName,
    .ask = "name the calendar whose open hours count, or write `24x7`"};
constexpr ChoiceRow kPauses = {
    .name = "pauses",
    .form = ChoiceForm::kTexts,
    .or_none = true,
    .ask =
        "list the reasons whose pauses stop the clock, such as \"awaiting customer\", or write "
        "`none`; time that is paused twice is taken out once"};
constexpr ChoiceRow kExcludedTime = {
    .name = "excluded time",
    .words = kExcluded,
    .ask =
        "choose what an exclusion does: `leaves tickets out` whose clock starts inside it, or "
        "`stops the clock`"};
constexpr ChoiceRow kReopenRule = {
    .name = "reopened",
    .words = kReopened,
    .ask =
        "choose `first resolution`, `final resolution` (the start of the last unbroken resolved "
        "run) or `each resolution` (every run is timed from its opening or reopening)",
    .when = "clock to",
    .is = kToResolved};
constexpr ChoiceRow kMinimumSample = {
    .name = "minimum sample",
    .form = ChoiceForm::kCount,
    .ask =
        "write how many are needed for a verdict; with fewer it is indeterminate; 0 asks for "
        "no more than one"};
constexpr ChoiceRow kWhichPriority = {
    .name = "priority",
    .words = kPriority,
    .ask =
        "choose which of a ticket's priorities decides whether it is counted: `at start`, `at "
        "stop`, `last known`; or `not used`"};
constexpr ChoiceRow kPriorities = {.name = "priorities",
                                   .form = ChoiceForm::kTexts,
                                   .ask = "list the priorities that are counted",
                                   .when = "priority",
                                   .is = kPriorityUsed};
constexpr ChoiceRow kStartOrStop = {
    .name = "window of a ticket",
    .words = kWindowOfStopped,
    .ask = "choose the window that a ticket belongs to: that of its clock's `start` or `stop`"};
constexpr ChoiceRow kQueues = {.name = "queues",
                               .form = ChoiceForm::kTexts,
                               .or_none = true,
                               .ask = "list the queues whose calls count, or write `none` for all"};

// ---- Tickets -------------------------------------------------------------------------------

constexpr ChoiceRow kTicketsInTime[] = {
    kClockFrom,
    kClockTo,
    kStoppedBy,
    kNotStoppedBy,
    kCalendar,
    kPauses,
    kExcludedTime,
    kReopenRule,
    {.name = "priority",
     .words = kTargetOf,
     .ask = "choose the priority whose target holds: `at start`, `at stop`, `last known` (even "
            "after the stop), `strictest` (the shortest target of all that the ticket had), "
            "`restarts at a change` (the clock begins anew at the last change before the stop), or "
            "`not used` (one target for all tickets)"},
    {.name = "target",
     .form = ChoiceForm::kLength,
     .ask = "write the time that every ticket has, such as `4 h`",
     .when = "priority",
     .is = kNotUsed},
    {.name = "targets",
     .form = ChoiceForm::kTexts,
     .ask = "write the time of each priority, such as \"P1: 4 h\"; tickets of other priorities are "
            "not counted",
     .when = "priority",
     .is = kTargetBy},
    {.name = "in time",
     .words = kInTime,
     .ask = "choose `elapsed within target` or `stopped by deadline`; they differ for a stop in "
            "closed or paused time after the last minute was used"},
    {.name = "window of a ticket",
     .words = kWindowOf,
     .ask = "choose the window that a ticket belongs to: that of its clock's `start`, `deadline` "
            "or `stop`"},
    {.name = "open and overdue",
     .words = kOverdue,
     .ask = "choose whether a ticket that has not stopped and is past its time has `failed` or is "
            "`left out` until it stops",
     .when = "window of a ticket",
     .is = kWindowOfOpen},
    kMinimumSample,
};

constexpr ChoiceRow kMeanTicketTime[] = {
    kClockFrom,
    kClockTo,
    kStoppedBy,
    kNotStoppedBy,
    kCalendar,
    kPauses,
    kExcludedTime,
    kReopenRule,
    kWhichPriority,
    kPriorities,
    kStartOrStop,
    {.name = "outliers",
     .words = kOutliers,
     .ask = "choose what becomes of times over a limit: `counted`, `left out` or `cut to the "
            "limit`"},
    {.name = "outlier limit",
     .form = ChoiceForm::kLength,
     .ask = "write the limit, such as `30 d`",
     .when = "outliers",
     .is = kOutliersLimited},
    {.name = "mean of",
     .words = kMeanOf,
     .ask = "choose the mean of all `tickets`, or of the means of `sites`"},
    kMinimumSample,
};

constexpr ChoiceRow kPercentileOfTicketTime[] = {
    kClockFrom,
    kClockTo,
    kStoppedBy,
    kNotStoppedBy,
    kCalendar,
    kPauses,
    kExcludedTime,
    kReopenRule,
    kWhichPriority,
    kPriorities,
    kStartOrStop,
    {.name = "percentile",
     .form = ChoiceForm::kPercent,
     .ask = "write the percentile, above 0 and at most 100; it is the time of the ticket at that "
            "rank, rounded up"},
    kMinimumSample,
};

constexpr ChoiceRow kTicketsReopened[] = {
    kStoppedBy,
    kNotStoppedBy,
    kWhichPriority,
    kPriorities,
    {.name = "reopened within",
     .form = ChoiceForm::kLength,
     .or_none = true,
     .ask = "write the time after its first resolution in which a reopening counts, or `none` for "
            "at any time"},
    kExcludedTime,
    kMinimumSample,
};

constexpr ChoiceRow kFirstContactResolution[] = {
    kStoppedBy,
    kNotStoppedBy,
    {.name = "categories",
     .form = ChoiceForm::kTexts,
     .or_none = true,
     .ask = "list the categories that a first contact can resolve, or write `none` for all"},
    {.name = "window of a ticket",
     .words = kWindowOfStopped,
     .ask = "choose the contacts that are counted: opened (`start`) or first resolved (`stop`) in "
            "the window"},
    {.name = "reopened within",
     .form = ChoiceForm::kLength,
     .or_none = true,
     .ask = "write the time after its first resolution in which a reopening undoes it, or `none` "
            "for never"},
    kExcludedTime,
    kMinimumSample,
};

// ---- Calls ---------------------------------------------------------------------------------

constexpr ChoiceRow kTelephoneServiceFactor[] = {
    kQueues,
    {.name = "threshold",
     .form = ChoiceForm::kLength,
     .ask = "write the time in which a call is to be answered, such as `20 s`"},
    {.name = "abandoned calls",
     .words = kAbandonedCalls,
     .ask =
         "choose what becomes of abandoned calls: those `in time count as good`, all `left out`, "
         "all `count against`, those `in time left out`, or `short ones count as good`"},
    {.name = "short limit",
     .form = ChoiceForm::kLength,
     .ask = "write the time in which an abandoned call is short, such as `5 s`",
     .when = "abandoned calls",
     .is = kShortOnes},
    {.name = "aggregation",
     .words = kAggregation,
     .ask = "choose `all calls` of the window together, or the plain `mean of intervals`"},
    {.name = "empty interval",
     .words = kEmptyInterval,
     .ask = "choose what an interval without calls is: `left out`, `good` (1) or `bad` (0)",
     .when = "aggregation",
     .is = kMeanOfIntervals},
    {.name = "decimals",
     .words = kDecimals,
     .ask = "choose to how many decimals (0 to 12, half to even) the factor of each interval is "
            "rounded before the mean",
     .when = "aggregation",
     .is = kMeanOfIntervals},
    kMinimumSample,
};

constexpr ChoiceRow kCallAbandonment[] = {
    kQueues,
    {.name = "short limit",
     .form = ChoiceForm::kLength,
     .or_none = true,
     .ask = "write the time in which an abandoned call is short and leaves both sides, such as `5 "
            "s`, or `none`"},
    kMinimumSample,
};

constexpr ChoiceRow kAverageSpeedOfAnswer[] = {kQueues, kMinimumSample};

constexpr VocabularyRow kDesk[] = {
    {.thing = ThingKind::kMeasure,
     .kind = "tickets in time",
     .article = "M11",
     .unit = ValueUnit::kRatio,
     .choices = kTicketsInTime},
    {.thing = ThingKind::kMeasure,
     .kind = "mean ticket time",
     .article = "M12",
     .unit = ValueUnit::kSeconds,
     .choices = kMeanTicketTime},
    {.thing = ThingKind::kMeasure,
     .kind = "percentile of ticket time",
     .article = "M10",
     .unit = ValueUnit::kSeconds,
     .choices = kPercentileOfTicketTime},
    {.thing = ThingKind::kMeasure,
     .kind = "tickets reopened",
     .article = "M11",
     .unit = ValueUnit::kRatio,
     .choices = kTicketsReopened},
    {.thing = ThingKind::kMeasure,
     .kind = "first contact resolution",
     .article = "M15",
     .unit = ValueUnit::kRatio,
     .choices = kFirstContactResolution},
    {.thing = ThingKind::kMeasure,
     .kind = "telephone service factor",
     .article = "M14",
     .unit = ValueUnit::kRatio,
     .choices = kTelephoneServiceFactor},
    {.thing = ThingKind::kMeasure,
     .kind = "call abandonment",
     .article = "M13",
     .unit = ValueUnit::kRatio,
     .choices = kCallAbandonment},
    {.thing = ThingKind::kMeasure,
     .kind = "average speed of answer",
     .article = "M12",
     .unit = ValueUnit::kSeconds,
     .choices = kAverageSpeedOfAnswer},
};

bool IsPriority(absl::string_view text) {
  const bool edges = !text.empty() && text.front() != ' ' && text.back() != ' ';
  return edges && text.size() <= 64 && std::none_of(text.begin(), text.end(), [](char letter) {
           return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f || letter == ':';
         });
}

using TicketTarget = std::pair<std::string, Duration>;

absl::Status Wrong(absl::string_view text, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\": ", what));
}

absl::StatusOr<TicketTarget> ReadTarget(const std::string& text) {
  const size_t colon = text.find(": ");
  if (colon == std::string::npos) {
    return Wrong(text, "a priority and its time, such as \"P1: 4 h\"");
  }
  const std::string priority = text.substr(0, colon);
  if (!IsPriority(priority)) return Wrong(text, "the priority is no plain text of 1 to 64 bytes");
  const absl::StatusOr<Duration> length = ParseDuration(text.substr(colon + 2));
  if (!length.ok()) return Wrong(text, length.status().message());
  if (length->micros <= 0) return Wrong(text, "the time is not above zero");
  return TicketTarget{priority, *length};
}

}  // namespace

std::span<const VocabularyRow> DeskVocabulary() { return kDesk; }

absl::StatusOr<std::vector<std::pair<std::string, Duration>>> ReadTicketTargets(
    const std::vector<std::string>& texts) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<std::string> canonical, SpellTicketTargets(texts));
  std::vector<std::pair<std::string, Duration>> targets;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (texts[i] != canonical[i])
      return Wrong(texts[i], absl::StrCat("write \"", canonical[i], "\""));
    TALLY_ASSIGN_OR_RETURN(TicketTarget target, ReadTarget(texts[i]));
    targets.push_back(std::move(target));
  }
  return targets;
}

absl::StatusOr<std::vector<std::string>> SpellTicketTargets(const std::vector<std::string>& texts) {
  std::vector<std::string> canonical;
  std::set<std::string> priorities;
  for (const std::string& text : texts) {
    TALLY_ASSIGN_OR_RETURN(const TicketTarget target, ReadTarget(text));
    const auto& [priority, length] = target;
    if (!priorities.insert(priority).second) return Wrong(text, "the priority stands twice");
    canonical.push_back(absl::StrCat(priority, ": ", FormatDuration(length)));
  }
  return canonical;
}

absl::Status CheckDeskChoices(absl::string_view kind, const Choices& choices) {
  if (kind == "tickets in time" && choices.Has("targets")) {
    return At("choice \"targets\"", ReadTicketTargets(choices.Texts("targets")).status());
  }
  if (kind == "percentile of ticket time") {
    const Decimal percentile = choices.Number("percentile");
    if (percentile.mantissa == 0 || percentile > Decimal{100, 0}) {
      return absl::InvalidArgumentError("choice \"percentile\": above 0 and at most 100");
    }
  }
  return absl::OkStatus();
}

}  // namespace tally
