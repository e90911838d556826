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
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/log/verified.h"
#include "ledger/pack/pack_form.h"
#include "schema/instant.h"

namespace tally::ledger {

// What of a feed is evidence in the matter.
struct FeedSelection {
  uint64_t opening = 0;           // log index of the feed's opening
  std::set<std::string> sources;  // by name
  // What was observed in [from, until) is shown, and of each source the last report before it: the
  // state that held as the time began.
  Instant from = Instant::Min();
  Instant until = Instant::Max();
};

struct PackSelection {
  PackScope scope;
  uint64_t agreement = 0;            // log index of its opening
  std::vector<FeedSelection> feeds;  // ascending by opening
  // Sizes at which the root is to be told, for receivers who kept a checkpoint of that size.
  std::vector<uint64_t> retained = {};
};

// Decides for one feed, in two passes over its events in log order.
class FeedDisclosure {
 public:
  // `selection` outlives it.
  explicit FeedDisclosure(const FeedSelection& selection) : selection_(selection) {}

  // First pass. InvalidArgument for the registration of a source that cannot be read.
  absl::Status Learn(const EventAddress& address, const EventHeader& header, ByteView body);
  // Second pass.
  bool Shows(const EventAddress& address, const EventHeader& header) const;

 private:
  bool IsWanted(const EventHeader& header) const;

  const FeedSelection& selection_;
  std::set<uint32_t> sources_;                 // wanted, by number
  std::map<uint32_t, EventAddress> at_begin_;  // the last report of each before `from`
  std::map<uint32_t, Instant> begun_;          // when that was observed
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
