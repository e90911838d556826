// Measures of states in time beside availability (M3, M8, M18), and the rules by which time is
// taken out of any measure: announced maintenance, days that recur, and who decides on causes
// (DOMAIN 3.3, 3.4; 3.17 rules 14, 26).
#include "schema/vocabulary_states.h"

#include "absl/status/status.h"

namespace tally {
namespace {

using Words = absl::string_view;

constexpr Words kHold[] = {"until next report", "at most", "probe"};
constexpr Words kAtMost[] = {"at most"};
constexpr Words kProbe[] = {"probe"};
constexpr Words kCountsAs[] = {"counts as up", "counts as down"};
constexpr Words kCountsAsOrRemoved[] = {"counts as up", "counts as down", "is removed"};
constexpr Words kBadInterval[] = {"any of it is down", "all of it is down"};
constexpr Words kDenominator[] = {"keep", "remove"};
constexpr Words kDeployed[] = {"while known", "until reported unknown"};
constexpr Words kExcludedInOutage[] = {"breaks outage", "is passed over"};
constexpr Words kOutageOf[] = {"start", "part inside"};

constexpr ChoiceRow kHoldRow = {
    .name = "hold",
    .words = kHold,
    .ask =
        "choose how long a reported state holds: `until next report`, `at most` a length, or "
        "`probe`, which stands for a fixed length"};
constexpr ChoiceRow kHoldLimitRow = {
    .name = "hold limit",
    .form = ChoiceForm::kLength,
    .ask = "write after how long without a report the state is unknown, such as `10 min`",
    .when = "hold",
    .is = kAtMost};
constexpr ChoiceRow kProbeLengthRow = {.name = "probe length",
                                       .form = ChoiceForm::kLength,
                                       .ask = "write for how long one probe stands, such as `60 s`",
                                       .when = "hold",
                                       .is = kProbe};
constexpr ChoiceRow kUnknownRow = {
    .name = "unknown time",
    .words = kCountsAs,
    .ask = "choose what time without knowledge is: `counts as up` or `counts as down`"};
constexpr ChoiceRow kDegradedRow = {
    .name = "degraded",
    .words = kCountsAs,
    .ask = "choose what degraded time is: `counts as up` or `counts as down`"};
constexpr ChoiceRow kExcludedTimeRow = {
    .name = "excluded time",
    .words = kDenominator,
    .ask =
        "choose whether excluded time stays in the denominator: `keep`, or `remove`, which takes "
        "it out of both sides"};

// Ascending by name, as in every table.
constexpr ChoiceRow kHysteresis[] = {
    {.name = "bad interval",
     .words = kBadInterval,
     .ask = "choose when an interval is bad: `any of it is down` or `all of it is down`"},
    {.name = "bad to begin",
     .form = ChoiceForm::kCount,
     .ask = "write how many consecutive bad intervals begin unavailable time, such as `10`"},
    kDegradedRow,
    kExcludedTimeRow,
    {.name = "good to end",
     .form = ChoiceForm::kCount,
     .ask = "write how many consecutive good intervals end unavailable time, such as `10`"},
    kHoldRow,
    kHoldLimitRow,
    {.name = "interval",
     .form = ChoiceForm::kLength,
     .ask = "write the length of one interval, such as `1 s`; intervals begin on whole multiples"},
    kProbeLengthRow,
    kUnknownRow,
};

constexpr ChoiceRow kResources[] = {
    kDegradedRow,
    {.name = "deployed",
     .words = kDeployed,
     .ask = "choose when a resource is deployed: `while known`, or from its first report `until "
            "reported unknown`"},
    kExcludedTimeRow,
    kHoldRow,
    kHoldLimitRow,
    kProbeLengthRow,
    {.name = "unknown time",
     .words = kCountsAsOrRemoved,
     .ask =
         "choose what deployed time without knowledge is: `counts as up`, `counts as down` or `is "
         "removed`"},
};

constexpr ChoiceRow kOutages[] = {
    {.name = "at least",
     .form = ChoiceForm::kLength,
     .or_none = true,
     .ask = "write how long an outage must last to be counted, such as `5 min`, or `none`"},
    kDegradedRow,
    {.name = "excluded time",
     .words = kExcludedInOutage,
     .ask =
         "choose what excluded time inside an outage does: `breaks outage`, or `is passed over`, "
         "which adds no length"},
    kHoldRow,
    kHoldLimitRow,
    {.name = "merge gap",
     .form = ChoiceForm::kLength,
     .or_none = true,
     .ask = "write how short a gap joins two outages to one, such as `1 min` (shorter ones do), or "
            "`none`"},
    kProbeLengthRow,
    kUnknownRow,
    {.name = "window of outage",
     .words = kOutageOf,
     .ask = "choose where an outage across the window's edge counts: in the window of its `start`, "
            "with its whole length, or by its `part inside` each window"},
};

// ---- Rules ---------------------------------------------------------------------------------

constexpr Words kCovers[] = {"planned maintenance", "emergency maintenance",
                             "planned and emergency maintenance"};
constexpr Words kNoticeIn[] = {"elapsed time", "business time"};
constexpr Words kBusinessTime[] = {"business time"};
constexpr Words kLateNotice[] = {"rejected", "reduced"};
constexpr Words kOverrun[] = {"counts"};
constexpr Words kCap[] = {"none", "each calendar month", "each calendar week"};
constexpr Words kCapped[] = {"each calendar month", "each calendar week"};
constexpr Words kConsumedBy[] = {"announced length", "down time"};
constexpr Words kOrder[] = {"start", "announcement"};

constexpr ChoiceRow kMaintenance[] = {
    {.name = "calendar",
     .form = ChoiceForm::kName,
     .ask = "name the calendar whose open hours count for the notice",
     .when = "notice counted in",
     .is = kBusinessTime},
    {.name = "cap",
     .words = kCap,
     .ask = "choose the period in which excluded maintenance is limited: `none`, `each calendar "
            "month` or `each calendar week`, in the zone of the windows"},
    {.name = "cap consumed by",
     .words = kConsumedBy,
     .ask = "choose what uses up the cap: the `announced length` of each window, or only the `down "
            "time` inside it",
     .when = "cap",
     .is = kCapped},
    {.name = "cap length",
     .form = ChoiceForm::kLength,
     .ask = "write how much time is excluded at most in each period, such as `4 h`",
     .when = "cap",
     .is = kCapped},
    {.name = "cap order",
     .words = kOrder,
     .ask = "choose which window uses the cap first: by `start` or by `announcement`",
     .when = "cap",
     .is = kCapped},
    {.name = "covers",
     .words = kCovers,
     .ask = "choose which announcements exclude time: `planned maintenance`, `emergency "
            "maintenance` or `planned and emergency maintenance`"},
    {.name = "late notice",
     .words = kLateNotice,
     .ask = "choose what a notice that came too late does: `rejected` as a whole, or `reduced` to "
            "the part for which it came in time"},
    {.name = "notice",
     .form = ChoiceForm::kLength,
     .or_none = true,
     .ask =
         "write how long before its start a window must be announced, such as `48 h`, or `none`"},
    {.name = "notice counted in",
     .words = kNoticeIn,
     .ask = "choose how the notice is counted: `elapsed time` or `business time`"},
    {.name = "overrun",
     .words = kOverrun,
     .ask = "state that work beyond the announced window `counts` as any other time"},
};

constexpr Words kCountPeriod[] = {"each calendar month", "each calendar week"};

constexpr ChoiceRow kMaintenanceCount[] = {
    {.name = "at most",
     .form = ChoiceForm::kCount,
     .ask = "write how many announced windows are excluded at most in each period, such as `2`"},
    {.name = "counted by",
     .words = kOrder,
     .ask = "choose which windows count first: by `start` or by `announcement`"},
    {.name = "covers",
     .words = kCovers,
     .ask = "choose which announcements are counted: `planned maintenance`, `emergency "
            "maintenance` or `planned and emergency maintenance`"},
    {.name = "period",
     .words = kCountPeriod,
     .ask = "choose the period, local to the zone of the windows: `each calendar month` or `each "
            "calendar week`; a window belongs to the one in which it starts"},
};

constexpr Words kMitigated[] = {"force majeure", "every cause"};

constexpr ChoiceRow kMitigation[] = {
    {.name = "covers",
     .words = kMitigated,
     .ask = "choose which exclusions and attributions end when a work-around was possible: those "
            "by `force majeure`, or by `every cause`"},
    {.name = "told by",
     .form = ChoiceForm::kNames,
     .ask = "name the roles whose notice says since when a work-around was possible, such as "
            "`[customer, expert]`"},
};

constexpr Words kSides[] = {"obligor", "obligee"};

constexpr ChoiceRow kBurden[] = {
    {.name = "attribution",
     .words = kSides,
     .ask = "choose who must prove what an outage is put down to while nothing is decided: the "
            "`obligor`, then the time counts; or the `obligee`, then it does not"},
    {.name = "exclusion",
     .words = kSides,
     .ask = "choose who must prove that time is excluded or not while nothing is decided: the "
            "`obligor`, then the time counts; or the `obligee`, then it does not"},
};

constexpr Words kSuppliers[] = {"are third parties", "are not third parties"};

constexpr ChoiceRow kThirdParties[] = {
    {.name = "own suppliers",
     .words = kSuppliers,
     .ask = "choose whether suppliers of the obligor `are third parties`, whose failures can be "
            "put down to them, or `are not third parties`"},
};

constexpr Words kOccurs[] = {"every", "first", "second", "third", "fourth", "last"};
constexpr Words kWeekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                               "friday", "saturday", "sunday",    "day"};
constexpr Words kTime[] = {"whole local day", "from a local time"};
constexpr Words kFromTime[] = {"from a local time"};
constexpr Words kQuarterHours[] = {
    "00:00", "00:15", "00:30", "00:45", "01:00", "01:15", "01:30", "01:45", "02:00", "02:15",
    "02:30", "02:45", "03:00", "03:15", "03:30", "03:45", "04:00", "04:15", "04:30", "04:45",
    "05:00", "05:15", "05:30", "05:45", "06:00", "06:15", "06:30", "06:45", "07:00", "07:15",
    "07:30", "07:45", "08:00", "08:15", "08:30", "08:45", "09:00", "09:15", "09:30", "09:45",
    "10:00", "10:15", "10:30", "10:45", "11:00", "11:15", "11:30", "11:45", "12:00", "12:15",
    "12:30", "12:45", "13:00", "13:15", "13:30", "13:45", "14:00", "14:15", "14:30", "14:45",
    "15:00", "15:15", "15:30", "15:45", "16:00", "16:15", "16:30", "16:45", "17:00", "17:15",
    "17:30", "17:45", "18:00", "18:15", "18:30", "18:45", "19:00", "19:15", "19:30", "19:45",
    "20:00", "20:15", "20:30", "20:45", "21:00", "21:15", "21:30", "21:45", "22:00", "22:15",
    "22:30", "22:45", "23:00", "23:15", "23:30", "23:45"};

constexpr ChoiceRow kRecurring[] = {
    {.name = "begins",
     .words = kQuarterHours,
     .ask = "write the local time at which it begins, on a quarter of an hour, such as `02:00`",
     .when = "time",
     .is = kFromTime},
    {.name = "cause",
     .form = ChoiceForm::kText,
     .ask = "write why this time is excluded, such as \"planned maintenance\""},
    {.name = "length",
     .form = ChoiceForm::kLength,
     .ask = "write how long it lasts from its beginning, such as `4 h`, at most `7 d`",
     .when = "time",
     .is = kFromTime},
    {.name = "occurs",
     .words = kOccurs,
     .ask = "choose which one of each local month: `every`, `first` to `fourth` or `last`"},
    {.name = "time",
     .words = kTime,
     .ask = "choose the time of the day: the `whole local day`, or `from a local time`"},
    {.name = "weekday",
     .words = kWeekdays,
     .ask = "choose the weekday, `monday` to `sunday`, or `day` for any"},
};

constexpr Words kAuthority[] = {"arbitrator over expert over joint agreement",
                                "arbitrator over joint agreement over expert",
                                "expert over arbitrator over joint agreement"};
constexpr Words kDeemed[] = {"none", "after days of silence"};
constexpr Words kAfterDays[] = {"after days of silence"};

constexpr ChoiceRow kDecisions[] = {
    {.name = "arbitrator",
     .form = ChoiceForm::kName,
     .or_none = true,
     .ask = "name the role whose determinations are an arbitrator's, or `none`"},
    {.name = "days of silence",
     .form = ChoiceForm::kCount,
     .ask = "write after how many calendar days, in the zone of the terms, a proposal that nobody "
            "contested is deemed accepted",
     .when = "deemed acceptance",
     .is = kAfterDays},
    {.name = "deemed acceptance",
     .words = kDeemed,
     .ask = "choose whether silence accepts a proposal: `none` or `after days of silence`"},
    {.name = "expert",
     .form = ChoiceForm::kName,
     .or_none = true,
     .ask = "name the role whose determinations are an expert's, or `none`"},
    {.name = "order",
     .words = kAuthority,
     .ask =
         "choose whose decision prevails, such as `arbitrator over expert over joint agreement`; "
         "deemed acceptance and proposals come last"},
};

constexpr VocabularyRow kStates[] = {
    {.thing = ThingKind::kMeasure,
     .kind = "availability with hysteresis",
     .article = "M3",
     .unit = ValueUnit::kRatio,
     .choices = kHysteresis},
    {.thing = ThingKind::kMeasure,
     .kind = "outage count",
     .article = "M18",
     .unit = ValueUnit::kCount,
     .choices = kOutages},
    {.thing = ThingKind::kMeasure,
     .kind = "resource availability",
     .article = "M8",
     .unit = ValueUnit::kRatio,
     .choices = kResources},
    {.thing = ThingKind::kRule,
     .kind = "burden of proof",
     .article = "3.4",
     .sources = false,
     .choices = kBurden},
    {.thing = ThingKind::kRule,
     .kind = "decision authority",
     .article = "3.4",
     .sources = false,
     .choices = kDecisions},
    {.thing = ThingKind::kRule,
     .kind = "maintenance",
     .article = "3.3",
     .sources = false,
     .choices = kMaintenance},
    {.thing = ThingKind::kRule,
     .kind = "maintenance count",
     .article = "3.3",
     .sources = false,
     .choices = kMaintenanceCount},
    {.thing = ThingKind::kRule,
     .kind = "mitigation",
     .article = "3.3",
     .sources = false,
     .choices = kMitigation},
    {.thing = ThingKind::kRule,
     .kind = "recurring exclusion",
     .article = "3.3",
     .sources = false,
     .choices = kRecurring},
    {.thing = ThingKind::kRule,
     .kind = "third parties",
     .article = "3.3",
     .sources = false,
     .choices = kThirdParties},
};

}  // namespace

std::span<const VocabularyRow> StateVocabulary() { return kStates; }

absl::Status CheckStateChoices(absl::string_view kind, const Choices& choices) {
  if (kind == "availability with hysteresis") {
    if (choices.Count("bad to begin") < 1) {
      return absl::InvalidArgumentError("choice \"bad to begin\": at least 1");
    }
    if (choices.Count("good to end") < 1) {
      return absl::InvalidArgumentError("choice \"good to end\": at least 1");
    }
  }
  if (kind == "recurring exclusion" && choices.Is("time", "from a local time") &&
      choices.Length("length") > Days(7)) {
    return absl::InvalidArgumentError("choice \"length\": at most 7 d");
  }
  return absl::OkStatus();
}

}  // namespace tally
