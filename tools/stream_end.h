// Where streams stand, as an author needs it to go on: read from a ledger or from the file of
// `tally identity` on a machine that has no ledger.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "schema/body.h"
#include "schema/event.h"
#include "schema/identity.h"

namespace tally::tools {

struct FeedEnd {
  LedgerId ledger;
  StreamId stream;
  std::string name;
  StreamId author;
  uint64_t last_position = 0;
  Hash newest;  // digest of the newest event; zeros: none yet
  std::vector<SourceRegistered> sources;
  std::map<uint32_t, uint64_t> last_positions;  // of each source that has any
  std::optional<Instant> watermark;             // the latest

  const SourceRegistered* FindSource(absl::string_view source_name) const;
  const SourceRegistered* FindSource(uint32_t number) const;
};
// Whether values in this unit are lengths of time to a replay: latencies, which none of is below
// zero.
bool IsUnitOfTime(absl::string_view unit);

// Reads the feed's records: registered sources are events of the feed. `visit`, when given, sees
// every event on the way.
using EventVisitor = std::function<void(const ledger::VerifiedEvent&)>;
absl::StatusOr<FeedEnd> ReadFeedEnd(const ledger::Ledger& ledger, const ledger::StreamState& feed,
                                    const EventVisitor& visit = {});

// Of a stream of acts: system, party or agreement.
struct ActEnd {
  LedgerId ledger;
  StreamId stream;
  std::optional<Seen> seen;  // the newest record that the author holds
};
ActEnd EndOfActs(const ledger::Ledger& ledger, const ledger::StreamState& stream);

// "system", "party/NAME", "feed/NAME", "agreement/NAME". Fault usage or not-found.
struct StreamName {
  StreamKind kind = StreamKind::kUnset;
  std::string name;
};
absl::StatusOr<StreamName> ParseStreamName(absl::string_view text);
absl::StatusOr<ledger::StreamState> FindStream(const ledger::Ledger& ledger,
                                               const StreamName& name);
std::string StreamText(const ledger::StreamState& stream);

}  // namespace tally::tools
