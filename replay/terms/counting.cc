// Which file counts which kind: the one whose table names it.
#include "replay/terms/counting.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

struct Room {
  std::span<const VocabularyRow> (*rows)();
  absl::StatusOr<Counted> (*count)(const CountQuestion&);
};
constexpr Room kRooms[] = {{RequestVocabulary, CountRequests},
                           {DeskVocabulary, CountDesk},
                           {DutyVocabulary, CountDuty},
                           {StateVocabulary, CountStates}};

}  // namespace

absl::StatusOr<Counted> CountMeasure(const CountQuestion& question) {
  TALLY_CHECK(question.objective != nullptr && question.objective->counted.has_value());
  TALLY_CHECK(question.zone != nullptr && question.calendars != nullptr);
  const std::string& kind = question.objective->counted->kind;
  for (const Room& room : kRooms) {
    const std::span<const VocabularyRow> rows = room.rows();
    const bool here = std::any_of(rows.begin(), rows.end(), [&](const VocabularyRow& row) {
      return row.thing == ThingKind::kMeasure && row.kind == kind;
    });
    if (here) return room.count(question);
  }
  return absl::InvalidArgumentError(absl::StrCat("no measure is called \"", kind, "\""));
}

}  // namespace tally::replay
