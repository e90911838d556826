// What a writer checks of a batch before anything of the ledger's state: its form and, where the
// key is known already, its signature. The checksum is taken first, of the bytes as they came
// (T-12). Whether bodies make sense is asked here and not by an audit: what an earlier version let
// in stays in, and readers leave it out.
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/log/admission.h"
#include "schema/body_sense.h"
#include "schema/status.h"

namespace tally::ledger {

Checksum ChecksumOfBatch(const SignedBatch& batch) {
  ChecksumStream checksum;
  checksum.Add(batch.evidence);
  for (const Event& event : batch.events) {
    checksum.Add(event.header);
    checksum.Add(event.salt.view());
    checksum.Add(event.body);
  }
  return checksum.Value();
}

absl::StatusOr<Candidate> MakeCandidate(const LedgerId& ledger, SignedBatch batch,
                                        const std::shared_ptr<const Verifier>& verifier) {
  Candidate candidate;
  candidate.before_hashing = ChecksumOfBatch(batch);
  TALLY_ASSIGN_OR_RETURN(candidate.checked, CheckBatchForm(batch));
  for (size_t i = 0; i < batch.events.size(); ++i) {
    const absl::Status sense =
        CheckBodySense(candidate.checked.headers[i].kind, batch.events[i].body);
    if (!sense.ok()) return At(absl::StrCat("event ", i, ": body"), sense);
  }
  candidate.batch = std::move(batch);
  if (verifier != nullptr)
    TALLY_RETURN_IF_ERROR(CheckCandidateSignature(ledger, *verifier, candidate));
  return candidate;
}

}  // namespace tally::ledger
