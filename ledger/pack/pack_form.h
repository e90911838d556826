// The bytes of a dispute pack (FORMAT.md, "Dispute packs"): form alone, nothing is proven here.
//
//   pack     "TSPACK" 00 01 | ledger id 32 | agreement text | objective text | period text |
//            at size 8 (0: the checkpoint's) | members | 00 | cuts: count 4, 8 each |
//            proof: count 4, 32 each | heads 1 (0: none, 1): count 4, 32 each |
//            checkpoint: length 4, note | SHA-256 of all before 32 (against torn copies, no proof)
//   text     length 2, UTF-8
//   member   01 | index 8 | recorded time 8 | SHA-256(record) 32                 an entry alone
//            02 | index 8 | recorded time 8 | record 116 | evidence 204 | events, as many as the
//            evidence counts
//            03 | index 8 | recorded time 8 | record 116 | evidence 204           closed: no
//            headers
//   event    header length 2 | header | 01 | salt 16 | body length 4 | body      shown
//            header length 2 | header | 02                                       body withheld
//            header length 2 | header | 03 | length 4 | partial run              part of a run
//
// Members ascend by index. There is one spelling of each pack: every length is checked before it is
// used, nothing is optional but by its form byte, and nothing may follow. The limits bound what a
// stranger's file can make a verifier hold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/chain/batch.h"
#include "ledger/chain/record.h"
#include "schema/bytes.h"
#include "schema/event.h"
#include "schema/identity.h"

namespace tally::ledger {

inline constexpr size_t kPackBytesMax = 96 * 1024 * 1024;
inline constexpr size_t kPackMembersMax = 256 * 1024;
inline constexpr size_t kPackProofHashesMax = 1024 * 1024;
inline constexpr size_t kPackCutsMax = 64 * 1024;
inline constexpr size_t kPackTextBytesMax = 256;
// A batch, or what stays of one whose runs were erased or are shown in part.
inline constexpr size_t kPackRecordBytesMax = 40 * 1024 * 1024;
// What records ask for beyond their bytes, kept by the verifier.
inline constexpr size_t kPackStreamsMax = 16 * 1024;
inline constexpr size_t kPackKeyBytesMax = 8 * 1024 * 1024;

// What was asked for when the pack was made. The door of the ledger does not interpret it.
struct PackScope {
  std::string agreement = {};
  std::string objective = {};  // "": all
  std::string period = {};     // as people write it; "": all
  uint64_t at_size = 0;        // the state that is meant; 0: that of the checkpoint
  friend bool operator==(const PackScope&, const PackScope&) = default;
};

// One event as it stands in a pack. Views into the pack's bytes.
struct PackEvent {
  ByteView header;
  bool shown = false;
  ByteView salt, body;    // empty unless shown
  ByteView partial = {};  // of a run whose body is not shown or erased: partial_run.h
};

struct PackMember {
  uint64_t index = 0;
  int64_t recorded_ms = 0;
  Hash record_hash;           // SHA-256(record); of a whole member to be recomputed: zeros
  ByteView record, evidence;  // empty: an entry alone
  ByteView events;            // their bytes
  uint32_t count = 0;
  bool closed = false;  // record and evidence stand for the batch; its headers stay out
  bool IsWhole() const { return !record.empty() && !closed; }
};
// Of a member of a decoded pack, whose form was checked.
std::vector<PackEvent> EventsOf(const PackMember& member);

struct Pack {
  LedgerId ledger;
  PackScope scope;
  std::vector<PackMember> members;
  std::vector<uint64_t> cuts;
  std::vector<Hash> proof;
  std::optional<std::vector<Hash>> heads;  // the proof of the heads tree at the last record
  absl::string_view checkpoint;
};

// What nobody can do without who verifies a pack: signatures to check, of its batches and of the
// keys whose possession is proven in it, and bytes to hash, among them the rows of its runs.
struct PackCost {
  uint64_t signatures = 0;
  uint64_t hashed_bytes = 0;
};
// Nothing for bytes that are no pack.
PackCost CostOfPack(ByteView bytes);

// True for bytes that begin as a pack does, whatever follows.
bool LooksLikePack(ByteView bytes);
// `bytes` outlives the pack. InvalidArgument says what is malformed and where.
absl::StatusOr<Pack> DecodePack(ByteView bytes);

// Writes a pack from front to back.
class PackWriter {
 public:
  PackWriter(const LedgerId& ledger, const PackScope& scope);
  void AddEntry(uint64_t index, const Entry& entry);
  // The events of a whole member follow, as many as its evidence counts.
  void AddRecord(uint64_t index, int64_t recorded_ms, const Record& record,
                 const Evidence& evidence);
  void AddEvent(const PackEvent& event);
  // A whole batch of which not even the headers are shown.
  void AddClosed(uint64_t index, int64_t recorded_ms, const Record& record,
                 const Evidence& evidence);
  size_t bytes() const { return bytes_.size(); }
  // InvalidArgument for a pack over the limits.
  absl::StatusOr<Bytes> Finish(std::span<const uint64_t> cuts, std::span<const Hash> proof,
                               const std::optional<std::vector<Hash>>& heads,
                               absl::string_view checkpoint) &&;

 private:
  void BeginMember(uint8_t form, uint64_t index, int64_t recorded_ms);
  Bytes bytes_;
  size_t members_ = 0;
};

}  // namespace tally::ledger
