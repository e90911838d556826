// Which items a window of a counted objective can rest on, found without walking the others: a year
// of tickets is folded once, and each of its windows reads the tickets that have to do with it.
//
//   all      whatever was said from the beginning of the term: kinds that carry state or volume
//            forward, and what is due after delays of the other party
//   window   what begins in the window: counts and samples that belong to the window of their start
//   named    what is said of a ticket or lead of which something is said in the window, whenever it
//            was said: such a thing starts, stops and is delivered by an event, and belongs to the
//            window of that event
//   due      the same, and what is said of a thing that may fall due in the window: a deliverable
//   on
//            a date that is stated, a ticket once its time has run. Of a ticket only a bound is
//            known here: it falls due not before its first event, and not after its calendar has
//            been open, from its last event on, for the most time that any ticket has, for all that
//            it may have been paused between its events, and for all that is excluded. A pause that
//            nothing ends lasts to the end of what is known, and so does the wait for the deadline:
//            a window that reaches beyond that is given everything.
//
// Right because an item that is left out could not have changed the figure, and what is said inside
// the window is never left out, so that the evidence used is noted in full.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "absl/strings/string_view.h"
#include "replay/projection/feed_fold.h"
#include "replay/terms/business_calendar.h"
#include "replay/terms/ticket_clock.h"
#include "schema/instant.h"
#include "schema/terms.h"

namespace tally::replay {

enum class ItemReach { kAll, kWindow, kNamed, kDue };
// Where the other party's delays move dates, kDue is not enough.
ItemReach ReachOf(const Measure& measure);

// When a ticket may fall due.
struct TicketDue {
  const BusinessCalendar* calendar = nullptr;  // outlives the index
  Duration longest;                            // the most time that any ticket has
};

class ItemIndex {
 public:
  // `sources` as for SelectItems; the evidence is sealed and outlives the index. `tickets` where
  // tickets are due; without it due dates are those that are stated.
  ItemIndex(std::vector<const SourceEvidence*> sources, ItemReach reach,
            std::optional<TicketDue> tickets = {});

  // What is asked about.
  struct Around {
    Interval window;
    Duration excluded = {};          // no more than this is excluded
    Instant known = Instant::Max();  // the end of what is known
  };
  const std::vector<const SourceEvidence*>& sources() const { return sources_; }
  // For each source its items that the window can rest on, in their order.
  std::vector<std::vector<const StoredItem*>> Near(const Around& around) const;

 private:
  struct Place {
    uint32_t source, item;
    friend auto operator<=>(const Place&, const Place&) = default;
  };
  // Something of that name may be due from an instant on, to a place on the clock of tickets, or of
  // the day where dates are stated.
  struct Due {
    Instant first;
    int64_t last = 0;
    absl::string_view name;
  };
  using Names = std::set<absl::string_view>;

  void AddDueOfTickets();
  void AddDueAsStated();
  void SealDue();
  int64_t PlaceOf(Instant at) const;
  void AddDueNames(const Around& around, Names& names) const;
  std::vector<std::vector<const StoredItem*>> NearByName(const Around& around) const;

  std::vector<const SourceEvidence*> sources_;
  ItemReach reach_;
  std::map<absl::string_view, std::vector<Place>> named_;  // ascending
  std::optional<TicketDue> tickets_;
  Interval over_;                   // of all items
  std::optional<OpenHours> hours_;  // of tickets that fall due, over over_
  std::vector<Due> due_;            // by first
  std::vector<int64_t> due_until_;  // the greatest `last` of due_[0..i]
};

}  // namespace tally::replay
