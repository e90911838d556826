// The door of DutyVocabulary(): by kind, once the choices hold together.
#include <array>

#include "absl/strings/str_cat.h"
#include "replay/terms/count_kinds.h"
#include "schema/duty_choices.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

struct KindOfDuty {
  absl::string_view kind;
  absl::StatusOr<Counted> (*count)(const CountQuestion&);
};
constexpr std::array<KindOfDuty, 12> kDuties = {{
    {"volume", CountVolume},
    {"volume in money", CountVolume},
    {"pacing", CountPacing},
    {"leads decided in time", CountLeadsDecided},
    {"leads contacted in time", CountLeadsContacted},
    {"deliverable on time", CountDeliverableOnTime},
    {"deliverable lateness", CountDeliverableLateness},
    {"survey mean", CountSurveyMean},
    {"survey share", CountSurveyShare},
    {"weighted mean of objectives", CountWeightedMean},
    {"objectives met", CountObjectivesMet},
    {"points of objectives", CountPointsOfObjectives},
}};

}  // namespace

absl::StatusOr<Counted> CountDuty(const CountQuestion& question) {
  TALLY_CHECK(question.objective != nullptr && question.objective->counted.has_value());
  const Measure& measure = *question.objective->counted;
  for (const KindOfDuty& each : kDuties) {
    if (each.kind != measure.kind) continue;
    TALLY_RETURN_IF_ERROR(CheckDutyChoices(measure.kind, measure.choices));
    return each.count(question);
  }
  return absl::InvalidArgumentError(absl::StrCat("\"", measure.kind, "\" is no measure of duties"));
}

}  // namespace tally::replay
