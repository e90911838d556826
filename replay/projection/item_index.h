// Which items a window of a counted objective can rest on, found without walking the others: a year
// of tickets is folded once, and each of its windows reads the tickets that have to do with it.
//
//   all      whatever was said from the beginning of the term: kinds that carry state or surplus
//            forward
//   window   what begins in the window: counts and samples that belong to the window of their start
//   near     what lies no farther from the window than the measure looks, and what began before and
//            reaches so far: slices that cross the edge, runs that are tested over it, counts that
//            belong to the window of their end
//   named    what is said of a ticket, lead or respondent of whom something is said in the window,
//            whenever it was said: such a thing starts, stops and is delivered by an event, and
//            belongs to the window of that event
//   due      the same, and what is said of a thing that may fall due in the window: a deliverable
//            on a date that is stated, a lead once the time for its rejection has run, a ticket
//            once its time has run. Of tickets and leads only a bound is known here: they fall due
//            not before their first event, and not after their calendar has been open, from their
//            last event on, for the most time that any has, for all that it may have been paused
//            between its events, and for all that is excluded. A pause that nothing ends lasts to
//            the end of what is known, and so does the wait for the deadline: a window that reaches
//            beyond that is given everything. A delay of the other party moves a date only to
//            later, and only that of a deliverable which it blocks: such a one is near every window
//            after its date. What is said of delays themselves is near every window.
//
// Right because an item that is left out could not have changed the figure, and what is said inside
// the window is never left out, so that the evidence used is noted in full.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "replay/projection/feed_fold.h"
#include "replay/terms/business_calendar.h"
#include "replay/terms/ticket_clock.h"
#include "schema/instant.h"
#include "schema/terms.h"

namespace tally::replay {

enum class ItemReach { kAll, kWindow, kNear, kNamed, kDue };
ItemReach ReachOf(const Measure& measure);

// How far from a window the items lie that it can rest on (kNear).
struct Surroundings {
  Duration distance;
  bool beside_excluded = false;  // excluded time does not count towards it
};
Surroundings SurroundingsOf(const Measure& measure);

// When a ticket or lead may fall due.
struct TicketDue {
  const BusinessCalendar* calendar = nullptr;  // outlives the index
  Duration longest;                            // the most time that any of them has
};

// What is known of a measure before any item is looked at.
struct Reaching {
  ItemReach reach = ItemReach::kAll;
  std::optional<TicketDue> tickets = {};  // where such things are due; else dates are stated
  Surroundings near = {};
  std::set<std::string> delayed = {};  // deliverables that a dependency blocks
};

class ItemIndex {
 public:
  // `sources` as for SelectItems; the evidence is sealed and outlives the index.
  ItemIndex(std::vector<const SourceEvidence*> sources, Reaching reaching);
  ItemIndex(std::vector<const SourceEvidence*> sources, ItemReach reach,
            std::optional<TicketDue> tickets = {})
      : ItemIndex(std::move(sources), Reaching{.reach = reach, .tickets = tickets}) {}

  // What is asked about.
  struct Around {
    Interval window;
    Duration excluded = {};          // no more than this is excluded
    Instant known = Instant::Max();  // the end of what is known
  };
  const std::vector<const SourceEvidence*>& sources() const { return sources_; }
  // Where rows of runs are taken from. State is carried from as far as there is any, and an outage
  // ends wherever it ends; a sample belongs to the window of its start, or of its end within a day.
  Interval RowsNear(const Interval& window) const;
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
  void AddNamed();
  void AddDueNames(const Around& around, Names& names) const;
  std::vector<std::vector<const StoredItem*>> NearByName(const Around& around) const;
  std::vector<std::vector<const StoredItem*>> NearInTime(const Around& around) const;

  std::vector<const SourceEvidence*> sources_;
  Reaching reaching_;
  // Of each source: the greatest end of its items [0..i], where ends are asked for.
  std::vector<std::vector<Instant>> ends_;
  std::map<absl::string_view, std::vector<Place>> named_;  // ascending
  std::vector<Place> delays_;                              // what is said of dependencies
  std::vector<Due> delayed_;                               // dates that may have moved, by first
  Interval over_;                                          // of all items
  std::optional<OpenHours> hours_;                         // of tickets that fall due, over over_
  std::vector<Due> due_;                                   // by first
  std::vector<int64_t> due_until_;                         // the greatest `last` of due_[0..i]
};

}  // namespace tally::replay
