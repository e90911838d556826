// One function for each kind of RequestVocabulary() and DutyVocabulary(); their doors are in
// replay/terms/counting.h. Each file's head says what is counted, in formulas.
#pragma once

#include "absl/status/statusor.h"
#include "replay/terms/counting.h"

namespace tally::replay {

absl::StatusOr<Counted> CountRequestRatio(const CountQuestion& question);
absl::StatusOr<Counted> CountDowntimePeriods(const CountQuestion& question);
absl::StatusOr<Counted> CountMeanOfIntervals(const CountQuestion& question);
absl::StatusOr<Counted> CountGoodSlices(const CountQuestion& question);
absl::StatusOr<Counted> CountMeanOfSlices(const CountQuestion& question);
absl::StatusOr<Counted> CountLatencyPercentile(const CountQuestion& question);
absl::StatusOr<Counted> CountShareWithin(const CountQuestion& question);

absl::StatusOr<Counted> CountVolume(const CountQuestion& question);
absl::StatusOr<Counted> CountPacing(const CountQuestion& question);
absl::StatusOr<Counted> CountLeadsDecided(const CountQuestion& question);
absl::StatusOr<Counted> CountLeadsContacted(const CountQuestion& question);
absl::StatusOr<Counted> CountDeliverableOnTime(const CountQuestion& question);
absl::StatusOr<Counted> CountDeliverableLateness(const CountQuestion& question);
absl::StatusOr<Counted> CountSurveyMean(const CountQuestion& question);
absl::StatusOr<Counted> CountSurveyShare(const CountQuestion& question);
absl::StatusOr<Counted> CountWeightedMean(const CountQuestion& question);
absl::StatusOr<Counted> CountObjectivesMet(const CountQuestion& question);
absl::StatusOr<Counted> CountPointsOfObjectives(const CountQuestion& question);

}  // namespace tally::replay
