// Which items a window of a counted objective can rest on, found without walking the others: a year
// of tickets is folded once, and each of its windows reads the tickets that have to do with it.
//
//   all      whatever was said from the beginning of the term: kinds that carry state or volume
//            forward, or whose deadlines may lie anywhere
//   window   what begins in the window: counts and samples that belong to the window of their start
//   named    what is said of a ticket or lead of which something is said in the window, whenever it
//            was said: such a thing starts, stops and is delivered by an event, and belongs to the
//            window of that event
//
// Right because an item that is left out could not have changed the figure, and what is said inside
// the window is never left out, so that the evidence used is noted in full.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "absl/strings/string_view.h"
#include "replay/projection/feed_fold.h"
#include "schema/instant.h"
#include "schema/terms.h"

namespace tally::replay {

enum class ItemReach { kAll, kWindow, kNamed };
ItemReach ReachOf(const Measure& measure);

class ItemIndex {
 public:
  // `sources` as for SelectItems; the evidence is sealed and outlives the index.
  ItemIndex(std::vector<const SourceEvidence*> sources, ItemReach reach);

  const std::vector<const SourceEvidence*>& sources() const { return sources_; }
  // For each source its items that the window can rest on, in their order.
  std::vector<std::vector<const StoredItem*>> Near(const Interval& window) const;

 private:
  struct Place {
    uint32_t source, item;
    friend auto operator<=>(const Place&, const Place&) = default;
  };
  void AddNamed(const Interval& window, std::vector<std::vector<const StoredItem*>>& near) const;

  std::vector<const SourceEvidence*> sources_;
  ItemReach reach_;
  std::map<absl::string_view, std::vector<Place>> named_;  // ascending
};

}  // namespace tally::replay
