// From lines of events to signed batches, on a ledger or far from one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "tools/author.h"
#include "tools/event_lines.h"
#include "tools/feed_history.h"
#include "tools/identity_file.h"

namespace tally::tools {

// Where the streams stand that lines continue: a ledger or an identity file.
class StreamBook {
 public:
  virtual ~StreamBook() = default;
  virtual const LedgerId& ledger() const = 0;
  // The party of the key; zeros for a key of the system stream. Fault key-not-permitted.
  virtual absl::StatusOr<StreamId> AuthorOf(const KeyFingerprint& key) const = 0;
  // Whether `author` granted the key's party, `holder`, a role: then it signs his feeds too.
  virtual bool IsGranted(const StreamId& author, const StreamId& holder) const = 0;
  virtual absl::StatusOr<FeedHistory> Feed(const StreamName& name) const = 0;
  virtual absl::StatusOr<ActEnd> Acts(const StreamName& name) const = 0;
  // The digest that "INDEX/OFFSET" or hex names.
  virtual absl::StatusOr<Hash> Digest(absl::string_view answers) const = 0;
};
// `ledger` and `identity` outlive the books.
std::unique_ptr<StreamBook> BookOf(const ledger::Ledger& ledger);
std::unique_ptr<StreamBook> BookOf(const IdentityFile& identity);

// "INDEX", or "INDEX/OFFSET". Fault usage.
absl::StatusOr<ledger::EventAddress> ParseAddress(absl::string_view text);

struct SignedLines {
  std::vector<ledger::SignedBatch> batches;  // what is new, in the order of the lines
  std::vector<ledger::EventAddress> known;   // where the other lines stand already
};

// Signs `lines` with `key`, at most `events_per_batch` under one signature. Acts without a reported
// time take `now`. Nothing is signed unless every line can be.
absl::StatusOr<SignedLines> SignLines(const StreamBook& book, const std::vector<EventLine>& lines,
                                      const AuthorKey& key, size_t events_per_batch, Instant now);

}  // namespace tally::tools
