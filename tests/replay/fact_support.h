// Facts made in memory, for folds that need no ledger: each fact stands in a record of its own.
#pragma once

#include <deque>
#include <optional>

#include "ledger/chain/digest.h"
#include "ledger/crypto/sha256.h"
#include "replay/projection/fact.h"
#include "schema/body.h"
#include "schema/terms.h"
#include "tests/replay/small_terms.h"

namespace tally::replay {

// A stream id that no ledger has, the same in every run.
inline StreamId Stream(absl::string_view name) {
  return Rename<StreamId>(ledger::Sha256Of({AsBytes("stream of "), AsBytes(name)}));
}
inline ZoneRef SomeZone() {
  return {"UTC", Rename<DocumentDigest>(ledger::Sha256Of({AsBytes("rules of UTC")}))};
}

struct FactOptions {
  Hash answers = {};
  Instant recorded = On("2026-04-10T12:00:00Z");
  Instant observed = {};
  Instant until = {};
  Instant reported = {};
  uint32_t source = 0;
  bool erased = false;
  ledger::KeyVerdict verdict = ledger::KeyVerdict::kValid;
};

// Owns the bytes of its facts; they stay until it goes.
class FactMaker {
 public:
  Fact Make(BodyKind kind, const StreamId& author, Bytes body, const FactOptions& options = {}) {
    Kept& kept = kept_.emplace_back();
    kept.body = std::move(body);
    kept.event.address = {next_index_++, 0};
    kept.event.header.kind = kind;
    kept.event.header.actor = ActorKind::kHuman;
    kept.event.header.author = author;
    kept.event.header.answers = options.answers;
    kept.event.header.source = options.source;
    kept.event.header.observed_from = options.observed;
    kept.event.header.observed_until =
        options.until == Instant{} ? options.observed : options.until;
    kept.event.header.reported_at = options.reported;
    ActId id;
    id.bytes[15] = static_cast<uint8_t>(kept.event.address.index);
    kept.event.header.id = id;
    Bytes name;
    ByteWriter(name).U64(kept.event.address.index);
    kept.event.digest = ledger::Sha256Of({name});
    kept.event.erased = options.erased;
    if (!options.erased) kept.event.body = kept.body;
    return {.event = &kept.event, .recorded = options.recorded, .verdict = options.verdict};
  }
  uint64_t next_index() const { return next_index_; }

 private:
  struct Kept {
    ledger::VerifiedEvent event;
    Bytes body;
  };
  std::deque<Kept> kept_;
  uint64_t next_index_ = 10;
};

inline Bytes OpeningOf(const std::vector<std::string>& parties) {
  AgreementOpened opened;
  opened.name = "gold";
  const char* roles[] = {"provider", "customer", "monitor", "keeper"};
  for (size_t i = 0; i < parties.size(); ++i) {
    opened.parties.push_back({roles[i], parties[i], Stream(parties[i])});
  }
  return Encode(opened);
}

inline std::vector<Binding> SomeBindings() {
  return {{"feed/probes", Stream("probes")},
          {"party/acme", Stream("acme")},
          {"party/shop", Stream("shop")}};
}
inline Bytes ProposalOf(const Terms& terms) {
  TermsProposed proposed;
  proposed.terms = Encode(terms);
  proposed.terms_hash = ledger::HashOfTerms(proposed.terms);
  proposed.bindings = SomeBindings();
  for (size_t i = 2; i < terms.parties.size(); ++i) {
    proposed.bindings.push_back({"party/" + terms.parties[i].name, Stream(terms.parties[i].name)});
  }
  return Encode(proposed);
}
inline TermsHash HashOf(const Terms& terms) { return ledger::HashOfTerms(Encode(terms)); }

}  // namespace tally::replay
