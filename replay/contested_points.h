// The contested points of a case, found in its acts and evidence, with what each reading supposes.
// Nothing is recomputed here (contested.h does).
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/case_file.h"
#include "replay/contested.h"
#include "replay/evaluation.h"
#include "replay/supposition.h"

namespace tally::replay {

struct PointReading {
  std::string label, party;
  Supposition supposition;
  // Instead of a recomputation: what is recorded for the windows of the point.
  std::optional<Purse> recorded;
  std::string side = {};  // whose interest it is, where it is nobody's words
};
struct FoundPoint {
  std::string kind, name, matter;
  std::vector<ledger::EventAddress> acts;
  std::vector<PointReading> readings;
  std::vector<Interval> time = {};
};

// In the order of contested.h; matters by name, claims and corrections by log order.
// `windows` are those of the answer under the agreed reading.
absl::StatusOr<std::vector<FoundPoint>> FindPoints(const ledger::Ledger& ledger,
                                                   const CaseFile& file,
                                                   const std::vector<EvaluatedWindow>& windows);

}  // namespace tally::replay
