// From stored bytes to a record that proves itself.
#include "ledger/log/record_verifier.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/chain/digest.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/partial_run.h"
#include "ledger/log/recorded_time.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

absl::Status Differs(absl::string_view what, const Hash& expected, const Hash& found) {
  return absl::DataLossError(
      absl::StrCat(what, ": expected ", expected.ToHex(), ", found ", found.ToHex()));
}

absl::Status CheckBody(const VerifiedEvent& event) {
  const Hash body = BodyCommitment(event.salt, event.body);
  return body == event.header.body ? absl::OkStatus() : Differs("body", event.header.body, body);
}

// Whether an erasure names it is the cursor's question; what is left of a run binds all the same.
absl::Status CheckErased(const VerifiedEvent& event) {
  if (event.header.kind != BodyKind::kMeasurementRun) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(const PartialRun rest, DecodePartialRun(event.rest));
  return CheckPartialRun(event.header, rest);
}

absl::Status AtRecord(uint64_t index, const absl::Status& status) {
  if (status.ok()) return status;
  return absl::DataLossError(absl::StrCat("record ", index, ": ", status.message()));
}

}  // namespace

absl::StatusOr<VerifiedRecord> RecordVerifier::Decode(
    const std::shared_ptr<const StoredSegment>& segment, uint64_t index) {
  const SpineView& spine = segment->spine;
  TALLY_CHECK(index >= spine.first_index() && index < spine.limit_index());
  const uint32_t i = static_cast<uint32_t>(index - spine.first_index());
  VerifiedRecord record;
  record.index_ = index;
  record.recorded_ = InstantOfMilliseconds(spine.recorded_ms());
  TALLY_ASSIGN_OR_RETURN(record.record_, DecodeRecord(spine.record(i)));
  TALLY_ASSIGN_OR_RETURN(record.evidence_, DecodeEvidence(spine.evidence(i)));
  record.entry_ = EntryOf(spine.record(i), spine.recorded_ms());
  record.leaf_ = EntryLeaf(record.entry_);
  const auto [first, limit] = spine.EventsOf(i);
  record.events_.reserve(limit - first);
  for (uint32_t j = first; j < limit; ++j) {
    VerifiedEvent& event = record.events_.emplace_back();
    event.address = {index, j - first};
    event.header_bytes = spine.header(j);
    absl::StatusOr<EventHeader> header = DecodeHeader(event.header_bytes);
    if (!header.ok()) return At(absl::StrCat("event ", j - first), header.status());
    event.header = *std::move(header);
    event.digest = EventDigest(event.header_bytes);
    event.erased = segment->bodies.erased(j);
    event.body = segment->bodies.body(j);
    event.salt = segment->bodies.salt(j);
    event.rest = segment->bodies.rest(j);
  }
  record.bytes_ = segment;
  return record;
}

absl::Status RecordVerifier::CheckHashes(const VerifiedRecord& record, const StoredSegment& segment,
                                         const Hash& leaf) {
  if (record.leaf_ != leaf) return Differs("leaf of the entry", leaf, record.leaf_);
  const uint32_t i = static_cast<uint32_t>(record.index_ - segment.spine.first_index());
  const Hash evidence = EvidenceDigest(segment.spine.evidence(i));
  if (evidence != record.record_.evidence)
    return Differs("evidence", record.record_.evidence, evidence);
  std::vector<EventHeader> headers;
  std::vector<Hash> digests;
  headers.reserve(record.events_.size());
  digests.reserve(record.events_.size());
  for (const VerifiedEvent& event : record.events_) {
    const absl::Status body = event.erased ? CheckErased(event) : CheckBody(event);
    if (!body.ok()) return At(absl::StrCat("event ", event.address.offset), body);
    headers.push_back(event.header);
    digests.push_back(event.digest);
  }
  const Hash root = TreeRoot(digests);
  if (root != record.record_.root) return Differs("root of the batch", record.record_.root, root);
  Evidence fields = EvidenceFields(headers, digests);
  fields.key = record.evidence_.key;
  fields.signature = record.evidence_.signature;
  if (fields != record.evidence_)
    return absl::DataLossError("evidence: its fields are not those of the events");
  return absl::OkStatus();
}

absl::StatusOr<VerifiedRecord> RecordVerifier::Verify(
    const std::shared_ptr<const StoredSegment>& segment, uint64_t index, const Hash& leaf) {
  absl::StatusOr<VerifiedRecord> record = Decode(segment, index);
  if (!record.ok()) return AtRecord(index, record.status());
  TALLY_RETURN_IF_ERROR(AtRecord(index, CheckHashes(*record, *segment, leaf)));
  return record;
}

absl::StatusOr<VerifiedRecord> RecordVerifier::Trust(
    const std::shared_ptr<const StoredSegment>& segment, uint64_t index) {
  absl::StatusOr<VerifiedRecord> record = Decode(segment, index);
  if (!record.ok()) return AtRecord(index, record.status());
  return record;
}

}  // namespace tally::ledger
