// A counted objective over one window: its evidence chosen, its question put together.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/case_file.h"
#include "replay/projection/item_index.h"
#include "replay/projection/timeline.h"
#include "replay/terms/counting.h"
#include "replay/window_plan.h"

namespace tally::replay {

struct CountedWindow {
  const PlannedWindow* plan = nullptr;  // of an objective with `counted`
  EvidenceScope scope;
  Knowledge knowledge;
  std::vector<Interval> exclusions;  // admitted, ordered, disjoint
  std::vector<MemberValue> members;
  std::string without_incident = {};  // its items are left out; "": none
  const ItemIndex* index = nullptr;   // of the objective; outlives the call
};

// What its windows find their items by; made once for all of them.
ItemIndex IndexOf(const CaseFile& file, const TermsVersion& version, const Objective& objective);

// What CountMeasure finds; `use` notes the evidence.
absl::StatusOr<Counted> CountWindow(const CaseFile& file, const CountedWindow& window,
                                    EvidenceUse& use);

// The objectives that a composite is made of, ascending; none for other kinds.
std::vector<std::string> MembersOf(const Measure& measure);

}  // namespace tally::replay
