// The vocabulary of requests, latencies and other samples (M2 by error share, M4 to M7, M9).
//
// A RequestCounts report says how many requests were valid, how many of these were good, and beside
// them how many were invalid and how many were retries; terms decide what the last two are. A
// report or sample belongs to the window, slice and exclusion of one instant.
#include "schema/choice.h"

namespace tally {
namespace {

using Words = absl::string_view;

constexpr Words kLeftOutOrNotGood[] = {"left out", "not good"};
constexpr Words kMembership[] = {"start", "end"};
constexpr Words kSliceAlignment[] = {"clock", "window"};
constexpr Words kQuantumAlignment[] = {"clock", "sliding"};
constexpr Words kNoErrorsOrLeftOut[] = {"no errors", "left out"};
constexpr Words kEmptySlice[] = {"good", "bad", "left out"};
constexpr Words kExcludedSlice[] = {"left out", "good"};
constexpr Words kDecimals[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"};
constexpr Words kComparison[] = {"more than", "at least"};
constexpr Words kRunAtEdge[] = {"cut before test", "cut after test"};
constexpr Words kExcludedInRun[] = {"breaks the run", "is passed over"};
constexpr Words kDenominator[] = {"keep", "remove"};
constexpr Words kWithoutRequests[] = {"up", "empty"};
constexpr Words kMethod[] = {"nearest rank", "linear"};
constexpr Words kEvidence[] = {"samples", "histograms"};
constexpr Words kFailedInPercentile[] = {"left out", "slower than any"};
constexpr Words kFailedInShare[] = {"left out", "not met"};
constexpr Words kMeasured[] = {"time", "number"};
constexpr Words kTime[] = {"time"};
constexpr Words kNumber[] = {"number"};
constexpr Words kLimitIs[] = {"at least", "at most"};

// ---- Rows that several kinds share ---------------------------------------------------------

constexpr ChoiceRow kInvalidRequests = {
    .name = "invalid requests",
    .words = kLeftOutOrNotGood,
    .ask = "choose what invalid requests are: `left out`, or requests that are `not good`"};
constexpr ChoiceRow kRetries = {
    .name = "retries",
    .words = kLeftOutOrNotGood,
    .ask =
        "choose what retries, which are counted beside valid requests, are: `left out`, or "
        "requests that are `not good`"};
constexpr ChoiceRow kBelongsBy = {
    .name = "membership",
    .words = kMembership,
    .ask =
        "choose the instant by which a report or sample belongs to a window, a slice or an "
        "exclusion: its `start` or its `end`"};
constexpr ChoiceRow kMinimumSample = {
    .name = "minimum sample",
    .form = ChoiceForm::kCount,
    .ask =
        "write how many are needed for a verdict; with fewer it is indeterminate; 0 asks for "
        "no more than one"};
constexpr ChoiceRow kAlignment = {
    .name = "alignment",
    .words = kSliceAlignment,
    .ask =
        "choose where they begin: on the `clock` (whole lengths since 1970-01-01T00:00:00Z) or "
        "counted from the first instant of the `window`"};
constexpr ChoiceRow kMinimumRequests = {
    .name = "minimum requests",
    .form = ChoiceForm::kCount,
    .ask = "write with fewer requests than how many it is empty, such as `1`"};
constexpr ChoiceRow kPrecision = {
    .name = "decimals",
    .words = kDecimals,
    .ask =
        "choose to how many decimals (0 to 12, half to even) each of them is rounded before "
        "the mean"};
constexpr ChoiceRow kSlice = {.name = "slice",
                              .form = ChoiceForm::kLength,
                              .ask = "write the length of a slice, such as `5 min`"};
constexpr ChoiceRow kEmpty = {
    .name = "empty slice",
    .words = kEmptySlice,
    .ask = "choose what a slice without enough requests is: `good`, `bad` or `left out`"};
constexpr ChoiceRow kExcluded = {
    .name = "excluded slice",
    .words = kExcludedSlice,
    .ask = "choose what a slice that begins in an exclusion is: `left out` or `good`"};

// ---- Requests ------------------------------------------------------------------------------

constexpr ChoiceRow kRequestRatio[] = {kInvalidRequests, kRetries, kBelongsBy, kMinimumSample};

constexpr ChoiceRow kDowntimePeriods[] = {
    {.name = "quantum",
     .form = ChoiceForm::kLength,
     .ask = "write the length of time that is good or bad as a whole, such as `1 min`"},
    {.name = "alignment",
     .words = kQuantumAlignment,
     .ask = "choose `clock` (whole quanta since 1970-01-01T00:00:00Z, reports of one quantum "
            "together) or `sliding` (each report over its own time)"},
    {.name = "error share",
     .form = ChoiceForm::kPercent,
     .ask = "write the share of errors that makes a quantum bad, such as `5 %`"},
    {.name = "comparison",
     .words = kComparison,
     .ask = "choose whether a quantum is bad with `more than` that share or with `at least` it"},
    {.name = "minimum samples",
     .form = ChoiceForm::kCount,
     .ask = "write the number of requests without which a quantum is not bad, such as `100`"},
    {.name = "consecutive",
     .form = ChoiceForm::kCount,
     .ask = "write how many bad quanta in a row make a downtime period, such as `10`"},
    {.name = "run at window edge",
     .words = kRunAtEdge,
     .ask = "choose whether a run over the window's edge is `cut before test` of its length or "
            "`cut after test`"},
    {.name = "excluded time",
     .words = kExcludedInRun,
     .ask = "choose whether excluded time `breaks the run` or `is passed over`"},
    {.name = "denominator",
     .words = kDenominator,
     .ask = "choose whether to `keep` excluded time in the denominator or `remove` it"},
    {.name = "window without requests",
     .words = kWithoutRequests,
     .ask = "choose what a window without any request is: `up`, or `empty` (the empty rule "
            "decides)"},
    kInvalidRequests,
    kRetries,
    kBelongsBy,
};

constexpr ChoiceRow kMeanOfIntervals[] = {
    {.name = "interval",
     .form = ChoiceForm::kLength,
     .ask = "write the interval length, such as `5 min`"},
    kAlignment,
    {.name = "empty interval",
     .words = kNoErrorsOrLeftOut,
     .ask = "choose what an interval without enough requests is: one with `no errors`, or `left "
            "out`"},
    {.name = "excluded interval",
     .words = kNoErrorsOrLeftOut,
     .ask = "choose what an interval that begins in an exclusion is: one with `no errors`, or "
            "`left out`"},
    kMinimumRequests,
    kPrecision,
    kInvalidRequests,
    kRetries,
    kBelongsBy,
};

constexpr ChoiceRow kGoodSlices[] = {
    kSlice,
    kAlignment,
    {.name = "slice target",
     .form = ChoiceForm::kPercent,
     .ask = "write the share of good requests at which a slice is good, such as `99 %`"},
    kEmpty,
    kExcluded,
    kMinimumRequests,
    kInvalidRequests,
    kRetries,
    kBelongsBy,
};

constexpr ChoiceRow kMeanOfSlices[] = {
    kSlice,     kAlignment,       kEmpty,   kExcluded,  kMinimumRequests,
    kPrecision, kInvalidRequests, kRetries, kBelongsBy,
};

// ---- Latencies and other samples -----------------------------------------------------------

constexpr ChoiceRow kFrom = {
    .name = "from",
    .words = kEvidence,
    .ask =
        "choose what it is found from: `samples`, or `histograms` (the target must be one of "
        "their edges)"};

constexpr ChoiceRow kPercentile[] = {
    {.name = "percentile",
     .form = ChoiceForm::kPercent,
     .ask = "write the percentile, such as `95 %`; more than 0, at most 100"},
    {.name = "method", .words = kMethod, .ask = "choose `nearest rank` or `linear`"},
    kFrom,
    {.name = "failed samples",
     .words = kFailedInPercentile,
     .ask = "choose what failed samples are: `left out` or `slower than any`"},
    kBelongsBy,
    kMinimumSample,
};

constexpr ChoiceRow kShareWithin[] = {
    {.name = "measured",
     .words = kMeasured,
     .ask = "choose what is compared: the `time` that a sample took or the `number` that it gave"},
    kFrom,
    {.name = "limit is",
     .words = kLimitIs,
     .ask = "choose whether a sample meets the limit when it is `at least` or `at most` the limit"},
    {.name = "longest",
     .form = ChoiceForm::kLength,
     .ask = "write the limit, such as `300 ms`",
     .when = "measured",
     .is = kTime},
    {.name = "limit",
     .form = ChoiceForm::kNumber,
     .ask = "write the limit in the unit of the source, such as `30`",
     .when = "measured",
     .is = kNumber},
    {.name = "failed samples",
     .words = kFailedInShare,
     .ask = "choose what failed samples are: `left out` or `not met`"},
    kBelongsBy,
    kMinimumSample,
};

constexpr VocabularyRow kRequests[] = {
    {.thing = ThingKind::kMeasure,
     .kind = "request ratio",
     .article = "M4",
     .unit = ValueUnit::kRatio,
     .choices = kRequestRatio},
    {.thing = ThingKind::kMeasure,
     .kind = "downtime periods by error share",
     .article = "M2",
     .unit = ValueUnit::kRatio,
     .choices = kDowntimePeriods},
    {.thing = ThingKind::kMeasure,
     .kind = "mean of interval error rates",
     .article = "M5",
     .unit = ValueUnit::kRatio,
     .choices = kMeanOfIntervals},
    {.thing = ThingKind::kMeasure,
     .kind = "good slices",
     .article = "M6",
     .unit = ValueUnit::kRatio,
     .choices = kGoodSlices},
    {.thing = ThingKind::kMeasure,
     .kind = "mean of slice ratios",
     .article = "M7",
     .unit = ValueUnit::kRatio,
     .choices = kMeanOfSlices},
    {.thing = ThingKind::kMeasure,
     .kind = "latency percentile",
     .article = "M9",
     .unit = ValueUnit::kSeconds,
     .choices = kPercentile},
    {.thing = ThingKind::kMeasure,
     .kind = "share within threshold",
     .article = "M9",
     .unit = ValueUnit::kRatio,
     .choices = kShareWithin},
};

}  // namespace

std::span<const VocabularyRow> RequestVocabulary() { return kRequests; }

}  // namespace tally
