// One prefix for each kind of thing, so that no digest of one is ever the digest of another:
// 00 before headers and leaves, 01 before nodes, 02 before salt and body, "TS" letters elsewhere.
// Headers begin with four zero bytes, so 00 || header cannot be 00 || "TSE" and the like either.
#include "ledger/chain/digest.h"

#include "ledger/chain/tree_form.h"
#include "ledger/crypto/sha256_lanes.h"

namespace tally::ledger {
namespace {

constexpr uint8_t kBodyPrefix[] = {0x02};
constexpr uint8_t kSaltPrefix[] = {'T', 'S', 'N', 1};
constexpr uint8_t kActIdPrefix[] = {'T', 'S', 'I', 1};

template <typename Name>
Name FirstOf(const Hash& hash) {
  Name name;
  std::copy_n(hash.bytes.begin(), Name::size(), name.bytes.begin());
  return name;
}

}  // namespace

Hash BodyCommitment(const Salt& salt, ByteView body) {
  return Sha256Of({kBodyPrefix, salt.view(), body});
}

Hash EventDigest(ByteView header) { return Sha256Of({kLeafPrefix, header}); }

std::vector<EventHashes> HashesOfEvents(std::span<const Event> events) {
  std::vector<EventHashes> hashes(events.size());
  Sha256Lanes lanes(events.size());
  for (size_t i = 0; i < events.size(); ++i) {
    lanes.Add({kBodyPrefix, events[i].salt.view(), events[i].body}, &hashes[i].commitment);
    lanes.Add({kLeafPrefix, events[i].header}, &hashes[i].digest);
  }
  lanes.Finish();
  return hashes;
}

TermsHash HashOfTerms(ByteView canonical_terms) {
  return Rename<TermsHash>(Sha256Of({canonical_terms}));
}

Salt SaltSource::ForPosition(const StreamId& stream, uint64_t position, ByteView body) {
  Bytes place;
  ByteWriter(place).U64(position);
  return FirstOf<Salt>(hmac_.Of({kSaltPrefix, stream.view(), place, body}));
}

Salt SaltSource::ForAct(const StreamId& stream, const ActId& id, ByteView body) {
  return FirstOf<Salt>(hmac_.Of({kSaltPrefix, stream.view(), id.view(), body}));
}

ActId SaltSource::DefaultActId(const StreamId& stream, BodyKind kind, const Hash& answers,
                               ByteView body) {
  Bytes number;
  ByteWriter(number).U16(static_cast<uint16_t>(kind));
  return FirstOf<ActId>(hmac_.Of({kActIdPrefix, stream.view(), number, answers.view(), body}));
}

}  // namespace tally::ledger
