// The words of the terms language, each beside what it means. One table serves the compiler, its
// "choose ..." sentences and the text that `tally terms show` prints, so that they cannot differ.
#pragma once

#include "schema/body.h"
#include "schema/instant.h"
#include "schema/number.h"
#include "schema/terms.h"

namespace tally::tools {

// A choice as a file spells it.
template <typename Value>
struct Word {
  absl::string_view text;
  Value value;
};

inline constexpr Word<CountsAs> kUnknownWords[] = {{"counts as up", CountsAs::kUp},
                                                   {"counts as down", CountsAs::kDown},
                                                   {"is removed", CountsAs::kRemoved}};
inline constexpr Word<CountsAs> kDegradedWords[] = {{"counts as up", CountsAs::kUp},
                                                    {"counts as down", CountsAs::kDown}};
inline constexpr Word<bool> kBelowZeroWords[] = {{"clamp", true}, {"keep", false}};
inline constexpr Word<RunAtEdge> kEdgeWords[] = {{"cut before test", RunAtEdge::kCutBeforeTest},
                                                 {"cut after test", RunAtEdge::kCutAfterTest}};
inline constexpr Word<ExcludedInRun> kExcludedWords[] = {
    {"breaks run", ExcludedInRun::kBreaksRun}, {"is passed over", ExcludedInRun::kIsPassedOver}};
inline constexpr Word<Alignment> kAlignmentWords[] = {{"sliding", Alignment::kSliding},
                                                      {"clock", Alignment::kClock}};
// Beside these stands "at least N down".
inline constexpr Word<MonitorPolicy> kPolicyWords[] = {{"any down", MonitorPolicy::kAnyDown},
                                                       {"all down", MonitorPolicy::kAllDown},
                                                       {"first known", MonitorPolicy::kFallback},
                                                       {"mean of monitors", MonitorPolicy::kMean}};
inline constexpr Word<SilentMonitor> kSilentWords[] = {
    {"may be down", SilentMonitor::kMayBeDown}, {"is passed over", SilentMonitor::kIsPassedOver}};
inline constexpr Word<MonthEnd> kMonthEndWords[] = {{"last day", MonthEnd::kLastDay},
                                                    {"first of next", MonthEnd::kNextMonth}};
inline constexpr Word<Duration> kResolutionWords[] = {
    {"1 ms", Milliseconds(1)}, {"1 s", Seconds(1)}, {"60 s", Seconds(60)}};

struct SnapWord {
  Snap snap;
  SnapScope scope;
  friend bool operator==(const SnapWord&, const SnapWord&) = default;
};
inline constexpr Word<SnapWord> kSnapWords[] = {
    {"none", {Snap::kNone, SnapScope::kUnset}},
    {"floor of each outage", {Snap::kFloor, SnapScope::kEachOutage}},
    {"ceiling of each outage", {Snap::kCeil, SnapScope::kEachOutage}},
    {"floor of window total", {Snap::kFloor, SnapScope::kWindowTotal}},
    {"ceiling of window total", {Snap::kCeil, SnapScope::kWindowTotal}}};

inline constexpr Word<ClippedWindow> kClippedWords[] = {
    {"prorate", ClippedWindow::kProrate},
    {"merge", ClippedWindow::kMergeIntoNext},
    {"not measured", ClippedWindow::kNotMeasured}};
inline constexpr Word<RollingLength> kLengthWords[] = {{"local days", RollingLength::kLocalDays},
                                                       {"elapsed days", RollingLength::kElapsed}};
inline constexpr Word<ShortRolling> kShortWords[] = {
    {"not measured", ShortRolling::kNotMeasured},
    {"missing time counts as good", ShortRolling::kMissingCountsAsGood}};

inline constexpr Word<Rounding> kRoundingWords[] = {{"half up", Rounding::kHalfUp},
                                                    {"half even", Rounding::kHalfEven},
                                                    {"down", Rounding::kDown},
                                                    {"up", Rounding::kUp}};

inline constexpr Word<WindowEvery> kCalendarWindows[] = {
    {"calendar month", WindowEvery::kCalendarMonth},
    {"calendar quarter", WindowEvery::kCalendarQuarter},
    {"calendar year", WindowEvery::kCalendarYear}};

inline constexpr Word<ClaimNeeded> kCreditsWords[] = {{"automatic", ClaimNeeded::kAutomatic},
                                                      {"on claim", ClaimNeeded::kOnClaim}};
inline constexpr Word<SilentAnswer> kSilenceWords[] = {
    {"deemed accepted", SilentAnswer::kDeemedAccepted},
    {"deemed rejected", SilentAnswer::kDeemedRejected}};
inline constexpr Word<LateEvidence> kLateWords[] = {
    {"disregarded", LateEvidence::kDisregarded},
    {"restatement proposed", LateEvidence::kRestatementProposed},
    {"always restated", LateEvidence::kAlwaysRestated}};
inline constexpr Word<EmptyRule> kEmptyWords[] = {{"met", EmptyRule::kMet},
                                                  {"breached", EmptyRule::kBreached},
                                                  {"no result", EmptyRule::kNoResult},
                                                  {"carry last", EmptyRule::kCarryLast}};
inline constexpr Word<Reach> kReachWords[] = {{"prospective", Reach::kProspective},
                                              {"retroactive", Reach::kRetroactive}};
inline constexpr Word<bool> kSettledWords[] = {{"stay closed", false}, {"are reopened", true}};

// The word for a value; "unset" for one that no file can state.
template <typename Value, size_t kCount>
absl::string_view TextOf(const Word<Value> (&words)[kCount], const Value& value) {
  for (const Word<Value>& word : words) {
    if (word.value == value) return word.text;
  }
  return "unset";
}

}  // namespace tally::tools
