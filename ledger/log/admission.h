// Admission: what the ledger's state says about a batch whose form is right.
//
// The ladder is flat and its order is the order of the source: stream, key, kind, then the rules of
// openings, acts or feeds. The writer climbs it before it links a batch; the audit climbs it again
// with the same state, so that what should have been refused is a failure (FORMAT.md, "Order").
// Nothing here depends on terms, deadlines or an author's own times, but for one rule: evidence
// observed more than an hour after its recorded time is refused.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/chain/batch.h"
#include "ledger/log/growing_tree.h"
#include "ledger/log/keyring.h"
#include "ledger/log/recorded_events.h"
#include "ledger/log/stream_table.h"
#include "ledger/store/checksum.h"

namespace tally::ledger {

inline constexpr Duration kObservedAheadMax = Hours(1);

// A batch after all checks that need no state.
struct Candidate {
  SignedBatch batch;
  CheckedBatch checked;
  bool signature_checked = false;  // by the key that the evidence names
  Checksum before_hashing;         // of the bytes, taken before any of them was hashed (T-12)
  const EventHeader& header() const { return checked.headers.front(); }
  BodyKind kind() const { return header().kind; }
  StreamId stream() const { return header().stream; }
};
// Form, and the signature when `keyring` knows the key already. InvalidArgument, PermissionDenied.
absl::StatusOr<Candidate> MakeCandidate(const LedgerId& ledger, SignedBatch batch,
                                        const std::shared_ptr<const Verifier>& verifier);
// XXH3 over what a record keeps of a batch: evidence, then header, salt and body of each event.
Checksum ChecksumOfBatch(const SignedBatch& batch);
absl::Status CheckCandidateSignature(const LedgerId& ledger, const Verifier& verifier,
                                     Candidate& candidate);

// Where a batch is to be recorded.
struct Place {
  uint64_t index = 0;
  Instant recorded;
};

// What the ladder found on its way up, for the link that follows.
struct Admission {
  StreamRow* stream = nullptr;       // null: an opening
  std::optional<StreamRow> opening;  // its row, but for what its place decides
  std::optional<Instant> watermark;
  std::vector<std::pair<std::string, uint32_t>> registered;  // sources by name
  std::optional<ActRow> superseded;  // the act that `answers` names, if this one ends it
};

// How much of the ledger the rules look at. In a part of it (a pack) other streams are not there to
// be compared, so the root in a heads event is proven apart; and a body may be withheld, of which
// nothing is judged but its place.
enum class Extent : uint8_t { kWhole, kPart };

class AdmissionRules {
 public:
  // All outlive the rules.
  AdmissionRules(const LedgerId& ledger, StreamTable& streams, const GrowingTree& tree,
                 const Keyring& keyring, Extent extent = Extent::kWhole,
                 const RecordedEvents* recorded = nullptr)
      : ledger_(ledger),
        streams_(streams),
        tree_(tree),
        keyring_(keyring),
        extent_(extent),
        recorded_(recorded) {}

  // NotFound: stream; PermissionDenied: key or role; InvalidArgument: content; Aborted: order;
  // AlreadyExists: a name is taken. Does not look for retries (ledger/log/known_batches.h).
  absl::StatusOr<Admission> Judge(const Candidate& candidate, Place place) const;
  // The same of what is recorded: a kind of a later version passes by the rules of its stream.
  absl::StatusOr<Admission> JudgeRecorded(const Candidate& candidate, Place place) const;
  // PermissionDenied says which rule the key breaks. A role that a key granted which is said to be
  // compromised stands until it is ended: what is signed under it is recorded, and suspect.
  absl::Status JudgeKey(const KeyFingerprint& key, const Signing& what, Place place) const;
  // What is judged by earlier events of the log: those must be recorded before it is.
  bool LooksBack(const Candidate& candidate) const;

 private:
  absl::StatusOr<Admission> JudgeInStream(const Candidate& candidate, Place place) const;
  // Openings (opening_rules.cc).
  absl::StatusOr<Admission> JudgeOpening(const Candidate& candidate) const;
  absl::StatusOr<StreamRow> OpenedStream(const Candidate& candidate) const;
  absl::Status CheckPossession(const KeyFingerprint& registrar, const std::vector<KeyGrant>& grants,
                               const Hash& party) const;
  // Acts (act_rules.cc).
  absl::StatusOr<Admission> JudgeAct(const Candidate& candidate, StreamRow* stream,
                                     Place place) const;
  absl::Status CheckActor(const EventHeader& header, const StreamRow& stream) const;
  // Named by the agreement's opening, or bound by terms that were in force then
  // (agreed_parties.h); without events to look up only the opening is known.
  absl::StatusOr<bool> IsPartyTo(const StreamRow& agreement, const StreamId& party) const;
  absl::Status CheckSeen(const EventHeader& header, const StreamRow& stream) const;
  absl::Status CheckActBody(const Candidate& candidate, const StreamRow& stream, Place place) const;
  absl::Status CheckHeads(ByteView body, Place place) const;
  absl::Status CheckErasureAct(BodyKind kind, ByteView body, Place place) const;
  // Of keys, roles and the log's key (key_rules.cc).
  absl::Status CheckKeyAct(const Candidate& candidate, const StreamRow& stream) const;
  absl::Status CheckPossessionOf(const Candidate& candidate, const StreamRow& stream) const;
  absl::Status CheckRoleGranted(ByteView body, const StreamRow& stream) const;
  absl::Status CheckLogKeyAct(const Candidate& candidate) const;
  absl::Status CheckStamp(ByteView body, Place place) const;
  // Feeds (feed_rules.cc).
  absl::StatusOr<Admission> JudgeFeed(const Candidate& candidate, StreamRow* stream,
                                      Place place) const;

  const LedgerId& ledger_;
  StreamTable& streams_;
  const GrowingTree& tree_;
  const Keyring& keyring_;
  const Extent extent_;
  const RecordedEvents* const recorded_;  // null: erasures are refused
};

// In whose name the candidate is signed, once it is judged.
Signing SigningOf(const Candidate& candidate, const Admission& admission);
// What the first event of a feed's next batch must carry as `previous`.
Hash ExpectedPrevious(const StreamRow& feed);
// True if an act of `kind` that answers an act of `answered` ends it: it withdraws or replaces it.
bool Supersedes(BodyKind kind, BodyKind answered);
// The commitment to the end of every stream in front of record `index` (FORMAT.md "Heads").
absl::StatusOr<Heads> HeadsOf(const Rows& rows, uint64_t index);

}  // namespace tally::ledger
