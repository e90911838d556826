// The streams as the ledger knows them after its last admitted record, and the rows they rest on.
//
// Admission, linking and audit are one set of rules over one state; what differs is only where the
// rows come from. The writer looks at the store with the rows of commits under way laid over it,
// the audit at rows that it has derived itself. `Rows` is that difference.
//
//   stream row   version 1 | kind 1 | opening 8 | id 32 | author 32 | opening digest 32 | records 8
//   |
//                newest leaf 32 | newest digest 32 | last position 8 | watermark 8 |
//                name length 2, name | parties 2, 32 each
//   act row      index 8 | superseded by 8 (0: nothing) | kind 2 | author 32
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "ledger/log/agreed_parties.h"
#include "ledger/store/store.h"
#include "schema/bytes.h"
#include "schema/identity.h"

namespace tally::ledger {

struct StreamRow {
  StreamState state;
  Instant watermark = Instant::Min();  // feeds: complete to this instant
  std::vector<StreamId> parties;       // agreements: who may act
  // Feeds in a pack: [first, last] positions of batches of which not even the headers are shown,
  // ascending. Not stored: a ledger has every header.
  std::vector<std::pair<uint64_t, uint64_t>> closed = {};
};
Bytes EncodeStreamRow(const StreamRow& row);
absl::StatusOr<StreamRow> DecodeStreamRow(ByteView bytes);

// 'E': an act by its digest, as `answers` finds it.
struct ActRow {
  uint64_t index = 0;
  uint64_t superseded_by = 0;
  BodyKind kind = BodyKind::kUnset;
  StreamId author = {};  // only he may end or replace it
};
Bytes EncodeActRow(const ActRow& row);
absl::StatusOr<ActRow> DecodeActRow(ByteView bytes);

// 'P': the record that holds a feed's positions [first, last].
struct PositionRow {
  uint64_t index = 0;
  uint64_t first = 0;
};
Bytes EncodePositionRow(const PositionRow& row);
absl::StatusOr<PositionRow> DecodePositionRow(ByteView bytes);

// 'I', 'A', 'N', 'D', 'Y', 'U': one number.
Bytes EncodeNumberRow(uint64_t value);
absl::StatusOr<uint64_t> DecodeNumberRow(ByteView bytes);

// Rows as they will be once everything admitted is durable. One thread.
class Rows {
 public:
  virtual ~Rows() = default;
  virtual absl::StatusOr<std::optional<Bytes>> Get(const Bytes& key) const = 0;
  virtual absl::Status Put(Bytes key, Bytes value) = 0;
  // Every stream row, by opening index. What the heads tree needs, and nothing else.
  virtual absl::StatusOr<std::vector<StreamRow>> AllStreams() const = 0;
};

// Streams and ends of sources, read when first asked for and written back when they changed.
// Pointers stay valid for the table's life. One thread.
class StreamTable {
 public:
  // `rows` outlives the table.
  explicit StreamTable(Rows& rows) : rows_(rows) {}
  StreamTable(const StreamTable&) = delete;
  StreamTable& operator=(const StreamTable&) = delete;

  // NotFound when no such stream was opened.
  absl::StatusOr<StreamRow*> Find(const StreamId& id);
  absl::StatusOr<StreamRow*> At(uint64_t opening_index);
  StreamRow* Add(StreamRow row);
  // The row was changed and is to be written.
  void Touch(const StreamRow* row) { touched_.insert(row->state.opening_index); }

  // Position of the source's last measurement, 0 for none yet; nullopt: not registered.
  absl::StatusOr<std::optional<uint64_t>> EndOfSource(uint64_t stream, uint32_t source);
  void SetEndOfSource(uint64_t stream, uint32_t source, uint64_t position);

  // Puts what changed since the last call.
  absl::Status Flush();
  // Whom terms bind in an agreement, as far as somebody had to know (AdmissionRules::IsPartyTo).
  AgreedParties& AgreedIn(uint64_t agreement) { return agreed_[agreement]; }

  // How many ends of sources are held beside the rows; and holds none, after all was put. For who
  // folds a log of which he does not know how many it registers.
  size_t sources_held() const { return sources_.size(); }
  absl::Status ForgetSources();

  Rows& rows() { return rows_; }

 private:
  using Source = std::pair<uint64_t, uint32_t>;
  Rows& rows_;
  std::map<uint64_t, std::unique_ptr<StreamRow>> streams_;
  std::map<StreamId, uint64_t> openings_;
  std::map<Source, std::optional<uint64_t>> sources_;
  std::set<uint64_t> touched_;
  std::set<Source> touched_sources_;
  std::map<uint64_t, AgreedParties> agreed_;  // by opening; of what is recorded, never of plans
};

}  // namespace tally::ledger
