// The first event at which two replays part, found by looking at prefixes of the log.
//
// Both replays are taken back to the beginning and played forward side by side. At a moment (n, k)
// either knows the first n records and the instant k, but never more than its own size and its own
// knowledge instant: a replay that asked for an earlier size stands still there while the other
// goes on. Before any record both are empty and equal; at the end they are what was asked for, and
// differ. In between the clock moves to the time of the next record, and then the record is
// added: if they differ after the first of these two steps, time alone parted them (a deadline
// passed); else a record did, and in it the first event with which they differ while the events
// behind it in the same record are left out.
//
// Which records are looked at: those of the agreement, of the feeds that its terms bind, and of the
// system stream; no others can matter. Of at most kEveryRecordMax of them each is looked at in log
// order, so that the event named is the first of all. Of more the search halves: it ends at an
// event just before which the replays agree and with which they differ; where they had parted and
// met again earlier, it may be a later one than the first. `every` looks at each in any case.
//
// Two replays may differ in several things that part at several events, and meet again in between:
// a ruling moves balances, and weeks later a restatement moves the figure. So each kind of
// difference is searched by itself as well, for the first event and for the last crossing, after
// which they stay apart; that one is looked for from the end, of more records than are looked at
// each in strides that double.
//
// Evidence is searched a second time on its own: all acts and all that feeds say of themselves
// (sources, watermarks) are known from the beginning, and observations are added in log order. That
// names the first observation that the two weigh differently where the first event of the log is
// the act that put terms in force, or the watermark that made known what had been observed before.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/look.h"

namespace tally::replay {

inline constexpr size_t kEveryRecordMax = 64;

enum class PartingKind { kEvent, kClock };
enum class PartingSearch { kEveryRecord, kHalving };
absl::string_view PartingKindName(PartingKind kind);        // "event", "clock"
absl::string_view PartingSearchName(PartingSearch search);  // "every record", "halving"

struct Parting {
  PartingKind kind = PartingKind::kEvent;
  // Of the event:
  ledger::EventAddress at = {};
  uint64_t stream = 0;  // by the record that opened it
  BodyKind event = BodyKind::kUnset;
  StreamId author = {};  // of acts
  uint32_t source = 0;   // the feed's number of the thing observed; 0: none
  Instant observed = {}, reported = {}, recorded = {};
  // Of the clock: the last record before it, and when they differed at the latest.
  Instant after = {}, until = {};
  PartingSearch search = PartingSearch::kEveryRecord;
  uint64_t records = 0;              // that could matter
  std::vector<std::string> of = {};  // kinds of difference that begin with it; of evidence none
};
// One kind of difference by itself: "figures" (verdict, value and credit of the windows),
// "balances", "standing" (how the windows stand) or "acts" (claims and rights).
struct PartingOfKind {
  std::string of;
  Parting first, last;  // the first event, and the one after which they stay apart
};

// What is compared at each moment: parts of the answers that differ at the end.
struct PartingFocus {
  std::vector<WindowName> windows = {};
  bool standing = false;  // also how windows stand
  bool balances = false;
  bool acts = false;  // claims and rights
};
// `look` as far as the focus reaches; empty for none.
std::string Focused(const PartingFocus& focus, const std::optional<Look>& look);

struct PartingQuestion {
  LookRequest left, right;        // on their own axes
  std::vector<uint64_t> streams;  // that either reads; the system's is added
  PartingFocus focus;             // the two differ in it
  bool every = false;
};
struct Partings {
  Parting first;  // of all that the question's focus names
  std::vector<PartingOfKind> kinds;
};
absl::StatusOr<Partings> FindPartings(const ledger::Ledger& ledger,
                                      const PartingQuestion& question);
// nullopt when no observation parts them.
absl::StatusOr<std::optional<Parting>> FindPartingOfEvidence(const ledger::Ledger& ledger,
                                                             const PartingQuestion& question);

}  // namespace tally::replay
