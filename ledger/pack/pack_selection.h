// Which events of a ledger a pack shows, and which it must show to prove what it was made for.
//
// Whole streams are in a pack: the agreement's, those of its parties, the system's and those of the
// feeds that its terms name, each record with its headers, evidence and links, so that nothing can
// be left out of the middle. What may be left out is what was said: bodies of evidence of other
// sources or other times, of documents that no act of the agreement names, and of acts without
// prejudice. Maker and verifier decide by this one file: the maker shows no more, the verifier
// takes no less.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/chain/recorded_form.h"
#include "ledger/log/verified.h"
#include "ledger/pack/pack_form.h"
#include "schema/instant.h"

namespace tally::ledger {

// What of a feed is evidence in the matter.
struct FeedSelection {
  uint64_t opening = 0;                // log index of the feed's opening
  std::set<std::string> sources = {};  // by name
  // What was observed in [from, until) is shown; of each source also what held as the time began,
  // and what ended the last state of it where no watermark does. Which report that is hangs on what
  // counts, and that differs: a closing knows less than the head, late evidence counts or not,
  // corrections take back. So all is shown from the nearest report on that counts however it is
  // looked at, and everything where there is none.
  Instant from = Instant::Min();
  Instant until = Instant::Max();
  // A report counts in any case if it stands below `settled`, was reported by `reported`, and was
  // recorded below `timely` or, as imported history, reported before `cutoff` and `opened`.
  uint64_t settled = UINT64_MAX;
  uint64_t timely = UINT64_MAX;
  Instant cutoff = Instant::Max();
  Instant opened = Instant::Min();  // the feed, in this ledger
  Instant reported = Instant::Max();
};

// One row of a run, counted through its source table from 0.
struct PackRow {
  EventAddress run;
  uint32_t row = 0;
  friend auto operator<=>(const PackRow&, const PackRow&) = default;
};
// A pack of single rows has "rows 12/3/17 12/3/18" for its period: ascending, one spelling.
std::string PackRowsText(const std::vector<PackRow>& rows);
// None for a period of any other kind; InvalidArgument for one that only begins so.
absl::StatusOr<std::vector<PackRow>> ParsePackRows(absl::string_view period);

// Where and when such a row stands. What its author said of it later belongs to it: any correction
// behind the run that is of its source or of none, for nobody sees from outside what it is about,
// and single reports of its source that begin when it begins, for the later one prevails.
struct RowMoment {
  EventAddress run;
  uint32_t source = 0;  // by its number in the feed
  Instant from;
};

struct PackSelection {
  PackScope scope;
  uint64_t agreement = 0;            // log index of its opening
  std::vector<FeedSelection> feeds;  // ascending by opening
  // Sizes at which the root is to be told, for receivers who kept a checkpoint of that size.
  std::vector<uint64_t> retained = {};
  // Not empty: of the evidence these rows are shown, each with its at most 15 neighbours under one
  // leaf, and what its author said of it later (RowMoment); nothing else.
  std::vector<PackRow> rows = {};
  bool close = false;  // batches that may be closed are
};

// Decides for one feed, in two passes over its events in log order.
class FeedDisclosure {
 public:
  // `selection` outlives it. `rows`: those of this feed that are asked for alone.
  explicit FeedDisclosure(const FeedSelection& selection, std::vector<RowMoment> rows = {})
      : selection_(selection), rows_(std::move(rows)) {}

  // First pass. InvalidArgument for the registration of a source that cannot be read.
  absl::Status Learn(const EventAddress& address, const EventHeader& header, ByteView body);
  // Second pass, in log order. Whether the batch of record `index`, into which nobody may look, can
  // hold nothing of what is asked: nothing is but rows of runs behind it; or the figures stand
  // alone in their time, each source has a report in front of it that is shown and counts in any
  // case, the batch was observed before all of these, and it stands before everything that is
  // shown, of which nothing can be corrected in there.
  bool MayClose(uint64_t index, const Evidence& evidence) const;
  void SetShown(const EventHeader& header) { shown_ = shown_ || MayWithhold(header.kind); }
  bool Shows(const EventAddress& address, const EventHeader& header) const;

 private:
  // Beside the time that is asked for: the nearest report of a source that counts in any case.
  struct Edge {
    std::optional<Instant> nearest = {};
    bool corrected = false;  // something there is: how far to look is not known
  };

  bool IsWanted(const EventHeader& header) const;
  bool IsWordOnRow(const EventAddress& address, const EventHeader& header) const;
  bool CountsInAnyCase(const EventAddress& address, const EventHeader& header) const;

  const FeedSelection& selection_;
  const std::vector<RowMoment> rows_;
  std::set<uint32_t> sources_;           // wanted, by number
  std::map<uint32_t, Edge> before_;      // of each source
  std::map<uint32_t, Edge> after_;       // likewise
  bool shown_ = false;                   // some evidence, in the second pass
  bool complete_through_until_ = false;  // so says a watermark
};

// The digests that the bodies of an agreement's acts name, of whatever it may be: a digest stands
// in canonical bytes as four whole words.
class NamedDigests {
 public:
  void Learn(ByteView body);
  bool Has(const DocumentDigest& digest) const { return words_.contains(FirstWord(digest.view())); }

 private:
  static uint64_t FirstWord(ByteView bytes);
  std::set<uint64_t> words_;
};

}  // namespace tally::ledger
