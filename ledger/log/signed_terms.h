// Who signed the terms of an agreement, and whom they name: folded from the acts in its stream. Of
// the terms themselves only their parties are read.
//
// Terms are signed by their proposer and by whoever accepts them. What proves that a party was
// named by everybody is only a version that everybody signed who signed any; of several the last
// one that could come into force when its last signature came: the first terms, then amendments of
// what was signed before. So nobody is made arbiter by a proposal that the other side never took,
// and whom a later version leaves out is arbiter no more.
#pragma once

#include <set>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "ledger/log/recorded_events.h"
#include "schema/body.h"

namespace tally::ledger {

class SignedTerms {
 public:
  // The acts of one agreement's stream, in their order; those about other matters pass.
  absl::Status Add(const RecordedEvent& act);

  // Everybody who proposed, accepted or attested terms, whether or not they came into force.
  const std::set<StreamId>& signers() const { return signers_; }
  // Whether any version that was accepted or attested, or changes one, binds the stream to a name.
  bool RelyOn(const StreamId& stream) const;
  // Whom the opening, which one party writes alone, and the last version signed by all call
  // `arbiter`.
  std::vector<StreamId> Arbiters() const;

 private:
  struct Signature {
    size_t version = 0;
    StreamId party;
  };
  struct Version {
    Hash proposal;
    TermsHash terms, base;  // base: zeros for what changes nothing
    std::vector<Binding> bindings;
    std::vector<StreamId> arbiters;
  };
  void Propose(const RecordedEvent& act, const TermsHash& hash, ByteView terms,
               const TermsHash& base, std::vector<Binding> bindings);
  const Version* LastSignedByAll() const;

  std::vector<AgreementParty> opened_;
  std::vector<Version> versions_;
  std::vector<Signature> signatures_;  // in their order
  std::set<StreamId> signers_;
  bool in_force_ = false;
};

}  // namespace tally::ledger
