#include "ledger/log/start.h"

#include <algorithm>
#include <array>

#include "ledger/log/layout.h"
#include "ledger/log/segment.h"
#include "ledger/log/undo.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr std::array<uint8_t, 4> kRecoveryMagic = {'T', 'G', 'R', 1};

// The index that a segment's key names.
absl::StatusOr<uint64_t> FirstIndexOf(ByteView key) {
  if (key.size() != layout::Spine(0).size()) {
    return absl::DataLossError("the last segment's key has another length");
  }
  ByteReader reader(key.subspan(1));
  return reader.U64();
}

// The end of the last commit: from its spine, or from its undo when the spine is damaged. Only a
// commit that the outside head does not cover yet has an undo.
absl::StatusOr<uint64_t> LimitOfCommit(const Store& store, uint64_t first, const Bytes& spine) {
  const auto view = SpineView::Open(std::make_shared<const Bytes>(spine), first);
  if (view.ok()) return view->limit_index();
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> bytes, store.Get(layout::Undo(first)));
  if (!bytes.has_value()) return view.status();
  TALLY_ASSIGN_OR_RETURN(const Undo undo, DecodeUndo(*bytes));
  return undo.limit;
}

std::string Named(const HeadSlot& outside) {
  return "ledger " + outside.ledger.ToHex() + ", head of " + std::to_string(outside.size) +
         " records with root " + outside.root.ToHex();
}

absl::Status Refuse(const HeadSlot& outside, const std::string& found) {
  return absl::FailedPreconditionError("the store does not match the head outside it. Expected: " +
                                       Named(outside) + ". Found: " + found +
                                       ". Nothing was changed");
}

absl::Status CheckInside(const HeadSlot& inside, const HeadSlot& outside) {
  if (outside.size > 0 && inside.size > 0 && inside.ledger != outside.ledger) {
    return Refuse(outside, "ledger " + inside.ledger.ToHex());
  }
  if (inside.generation > outside.generation) {
    return Refuse(outside, "a newer head inside the store (generation " +
                               std::to_string(inside.generation) + ", " +
                               std::to_string(inside.size) + " records, against generation " +
                               std::to_string(outside.generation) +
                               "): the head file was rolled back or is a copy");
  }
  if (inside.generation == outside.generation && inside != outside) {
    return Refuse(outside, "another head of the same generation inside the store, of " +
                               std::to_string(inside.size) + " records with root " +
                               inside.root.ToHex());
  }
  if (inside.size > outside.size) {
    return Refuse(outside, "an older head inside the store that covers " +
                               std::to_string(inside.size) + " records");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<StoredEnd> FindStoredEnd(const Store& store) {
  StoredEnd end;
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> head, store.Get(layout::Head()));
  if (head.has_value()) {
    TALLY_ASSIGN_OR_RETURN(end.inside, DecodeHeadSlot(*head));
  }
  const Bytes limit = {'S' + 1};
  TALLY_ASSIGN_OR_RETURN(const std::optional<WriteSet::Put> last,
                         store.Last(layout::Spine(0), limit));
  if (!last.has_value()) return end;
  TALLY_ASSIGN_OR_RETURN(const uint64_t first, FirstIndexOf(last->key));
  TALLY_ASSIGN_OR_RETURN(end.size, LimitOfCommit(store, first, last->value));
  return end;
}

absl::StatusOr<Judgement> JudgeStore(const Store& store, const HeadSlot& outside,
                                     const RootAt& root_at, TailCheck tail) {
  TALLY_CHECK(root_at != nullptr);
  Judgement judgement;
  absl::StatusOr<StoredEnd> end = FindStoredEnd(store);
  if (!end.ok()) return Refuse(outside, std::string(end.status().message()));
  judgement.end = *std::move(end);
  if (judgement.end.inside.has_value()) {
    TALLY_RETURN_IF_ERROR(CheckInside(*judgement.end.inside, outside));
  }
  const uint64_t found = judgement.end.size;
  if (found < outside.size) {
    return Refuse(outside, std::to_string(found) + " records: records " + std::to_string(found) +
                               " to " + std::to_string(outside.size - 1) + " are missing");
  }
  if (outside.size > 0) {
    const absl::StatusOr<Hash> root = root_at(store, outside.size);
    if (!root.ok()) return Refuse(outside, std::string(root.status().message()));
    if (*root != outside.root) return Refuse(outside, "root " + root->ToHex() + " at that size");
  }
  if (found == outside.size || tail == TailCheck::kIgnore) return judgement;
  const absl::StatusOr<Hash> tail_root = root_at(store, found);
  judgement.verdict = tail_root.ok() ? Judgement::Verdict::kTailVerifies
                                     : Judgement::Verdict::kTailDoesNotVerify;
  if (!tail_root.ok()) judgement.reason = std::string(tail_root.status().message());
  return judgement;
}

Bytes EncodeRecovery(const Claimed::Recovery& recovery) {
  Bytes out;
  ByteWriter writer(out);
  writer.Raw(kRecoveryMagic);
  writer.U64(recovery.head_size);
  writer.U64(recovery.found_size);
  writer.U64(recovery.kept_size);
  writer.U64(recovery.dropped_bytes);
  writer.Raw(recovery.quarantine.view());
  writer.U32(static_cast<uint32_t>(recovery.reason.size()));
  writer.Text(recovery.reason);
  return out;
}

absl::StatusOr<Claimed::Recovery> DecodeRecovery(ByteView bytes) {
  ByteReader reader(bytes);
  const bool known = std::ranges::equal(reader.Raw(kRecoveryMagic.size()), kRecoveryMagic);
  Claimed::Recovery recovery;
  recovery.head_size = reader.U64();
  recovery.found_size = reader.U64();
  recovery.kept_size = reader.U64();
  recovery.dropped_bytes = reader.U64();
  reader.Fill(recovery.quarantine.bytes);
  recovery.reason = std::string(AsText(reader.Raw(reader.U32())));
  const absl::Status finished = reader.Finish("pending recovery");
  if (!known || !finished.ok()) return absl::DataLossError("the pending recovery is damaged");
  return recovery;
}

}  // namespace tally::ledger
