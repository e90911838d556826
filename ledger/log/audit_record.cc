// The parallel half of an audit.
#include "ledger/log/audit_record.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/chain/recorded_form.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

Bytes Copy(ByteView view) { return Bytes(view.begin(), view.end()); }

void Wrong(AuditedRecord& audited, std::string kind, std::string expected, std::string found) {
  audited.wrong = std::move(kind);
  audited.expected = std::move(expected);
  audited.found = std::move(found);
}

// What of an event is gone without an erasure that names it; "": nothing.
std::string MissingOf(ByteView rest, const ErasedByEvent& erased, const EventAddress& address) {
  const auto found = erased.find(address);
  if (found == erased.end()) return absl::StrCat("event ", address.offset);
  if (found->second.whole()) return "";
  const absl::StatusOr<PartialRun> run = DecodePartialRun(rest);
  if (!run.ok()) return absl::StrCat("event ", address.offset);
  const std::optional<RowsOfRun> missing = MissingUnnamed(*run, found->second);
  return missing.has_value()
             ? absl::StrCat("event ", address.offset, " without its ", missing->ToText())
             : "";
}

}  // namespace

AuditedRecord AuditRecordBytes(const StoredSegment& segment, uint64_t index, const LedgerId& ledger,
                               const Keyring& keyring, const ErasedByEvent& erased) {
  const SpineView& spine = segment.spine;
  const uint32_t i = static_cast<uint32_t>(index - spine.first_index());
  AuditedRecord audited;
  audited.index = index;
  audited.recorded_ms = spine.recorded_ms();
  const absl::StatusOr<Record> record = DecodeRecord(spine.record(i));
  if (!record.ok()) {
    Wrong(audited, "record-form", "a record", std::string(record.status().message()));
    return audited;
  }
  audited.record = *record;
  SignedBatch& batch = audited.candidate.batch;
  batch.evidence = Copy(spine.evidence(i));
  const auto [first, limit] = spine.EventsOf(i);
  batch.events.reserve(limit - first);
  for (uint32_t j = first; j < limit; ++j) {
    const BodiesView& bodies = segment.bodies;
    if (bodies.erased(j)) {
      const std::string missing = MissingOf(bodies.rest(j), erased, {index, j - first});
      if (!missing.empty()) {
        Wrong(audited, "body-missing", "a body, or an erasure that names it", missing);
        return audited;
      }
    }
    if (bodies.erased(j)) ++audited.erased;
    batch.events.push_back({Copy(spine.header(j)),
                            Copy(bodies.erased(j) ? bodies.rest(j) : bodies.body(j)),
                            bodies.salt(j)});
  }
  const Hash evidence = EvidenceDigest(batch.evidence);
  if (evidence != record->evidence) {
    Wrong(audited, "evidence-digest", record->evidence.ToHex(), evidence.ToHex());
    return audited;
  }
  absl::StatusOr<CheckedBatch> checked =
      audited.erased > 0 ? CheckShownForm(batch) : CheckRecordedForm(batch);
  if (!checked.ok()) {
    Wrong(audited, "event-form", "events as they were signed",
          std::string(checked.status().message()));
    return audited;
  }
  audited.candidate.checked = *std::move(checked);
  if (audited.candidate.checked.root != record->root) {
    Wrong(audited, "batch-root", record->root.ToHex(), audited.candidate.checked.root.ToHex());
    return audited;
  }
  const KeyEntry* key = keyring.Find(audited.candidate.checked.evidence.key);
  if (key != nullptr) {
    const absl::Status status = CheckCandidateSignature(ledger, *key->verifier, audited.candidate);
    if (!status.ok())
      Wrong(audited, "batch-signature", "a signature by the key named",
            std::string(status.message()));
  }
  return audited;
}

}  // namespace tally::ledger
