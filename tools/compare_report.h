// A comparison of two replays, and the contested points of an agreement, as people and programs
// read them (docs/REPLAY.md).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "replay/compare.h"

namespace tally::tools {

// What a parting's event says of itself, looked up once: name of its stream, of its author and of
// what it observed ("": nothing).
struct PartingNames {
  std::string stream, author, source;
};
absl::StatusOr<PartingNames> NamesOf(const ledger::Ledger& ledger, const replay::Parting& parting);

struct CompareNames {
  std::optional<PartingNames> parting, evidence;
  // Of Comparison::partings, in their order: of the first event and of the last.
  std::vector<std::pair<PartingNames, PartingNames>> partings = {};
};
// tally.compare/1.
std::string CompareJson(const replay::Comparison& comparison, const CompareNames& names);
std::string CompareText(const replay::Comparison& comparison, const CompareNames& names);

}  // namespace tally::tools
