// Making events in the ledger's own name.
#include "ledger/log/service_event.h"

#include <utility>

#include "ledger/chain/digest.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr size_t kNonceBytes = 32;

Salt RandomSalt(Randomness& randomness) {
  Salt salt;
  randomness.Fill(salt.bytes);
  TALLY_CHECK(!salt.IsZero());  // A source that gives zeros is no source.
  return salt;
}

ActId RandomId(Randomness& randomness) {
  ActId id;
  randomness.Fill(id.bytes);
  TALLY_CHECK(!id.IsZero());
  return id;
}

}  // namespace

Event MakeEvent(EventHeader header, Bytes body, const Salt& salt) {
  header.body = BodyCommitment(salt, body);
  Event event;
  event.header = EncodeHeader(header);
  event.body = std::move(body);
  event.salt = salt;
  return event;
}

absl::StatusOr<SignedBatch> MakeGenesis(Genesis genesis, Instant now, Randomness& randomness,
                                        const SigningKey& signer) {
  genesis.nonce.resize(kNonceBytes);
  randomness.Fill(genesis.nonce);
  EventHeader header;
  header.kind = BodyKind::kGenesis;
  header.actor = ActorKind::kAutomation;
  header.reported_at = now;
  header.id = RandomId(randomness);
  std::vector<Event> events;
  events.push_back(MakeEvent(header, Encode(genesis), RandomSalt(randomness)));
  return SignBatch(LedgerId(), std::move(events), signer);
}

absl::StatusOr<SignedBatch> MakeSystemAct(const LedgerId& ledger, const StreamState& system,
                                          BodyKind kind, Bytes body, Instant now,
                                          Randomness& randomness, const SigningKey& signer) {
  TALLY_CHECK(system.records > 0);
  EventHeader header;
  header.kind = kind;
  header.actor = ActorKind::kAutomation;
  header.reported_at = now;
  header.stream = system.id;
  header.id = RandomId(randomness);
  header.seen = Seen{system.records - 1, system.newest_leaf};
  std::vector<Event> events;
  events.push_back(MakeEvent(header, std::move(body), RandomSalt(randomness)));
  return SignBatch(ledger, std::move(events), signer);
}

}  // namespace tally::ledger
