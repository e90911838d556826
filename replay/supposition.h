// What a party would have the ledger say: acts that nobody recorded, events left out, evidence
// weighed in another order. A supposition is applied to a whole case, for the windows that were
// asked for, each under the terms that govern it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/look.h"

namespace tally::replay {

struct SupposedAct {
  BodyKind kind = BodyKind::kUnset;
  StreamId author;
  Bytes body;
  Hash answers = {};  // zeros: nothing
};
struct Supposition {
  std::vector<SupposedAct> acts;
  std::set<ledger::EventAddress> without;
  // By objective: the sources instead of its own, the first prevailing; no monitors then.
  std::map<std::string, std::vector<SourceRef>> sources;

  void Add(const Supposition& other);
};

// The answer under `supposition`, for the windows of `standing`, in their order. A window that the
// supposition does away with is left out.
absl::StatusOr<std::vector<WindowResult>> Suppose(const ledger::Ledger& ledger,
                                                  const LookRequest& request, const CaseFile& file,
                                                  const Result& standing,
                                                  const Supposition& supposition);

}  // namespace tally::replay
