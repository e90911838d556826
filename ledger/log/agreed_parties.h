// Whom the terms of an agreement bind beside the parties of its opening: an arbiter or mediator
// whom a later amendment appoints. Folded from the acts in its stream; of the terms only who owes
// whom and the parties are read.
//
// What binds somebody is terms that came into force by the consent of every party that an objective
// of them, or of the terms that they change, names as obligor or obligee; the proposer consents by
// proposing. So nobody is brought in by one side alone: the first terms need the very parties that
// the opening gives those roles, and an amendment those whom the terms before it needed. Who is
// bound once may speak from then on, whatever later terms say: what he says then is weighed
// (replay/dispute/authority.h), and no record that was admitted becomes wrong.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "ledger/log/recorded_events.h"
#include "schema/body.h"

namespace tally::ledger {

class AgreedParties {
 public:
  // The acts of one agreement's stream, its opening first, in their order; those about other
  // matters pass.
  absl::Status Add(const RecordedEvent& act);
  // Of the stream how many records were added.
  uint64_t added() const { return added_; }
  // Named by the opening, or bound by terms that came into force.
  bool Has(const StreamId& party) const;

 private:
  struct Version {
    TermsHash terms, base;  // base: zeros for the first terms
    StreamId proposer;
    std::set<StreamId> needed, consents, named;
  };
  struct Proposal {
    TermsHash terms, base;
    ByteView bytes;
    const std::vector<Binding>& bindings;
  };
  void Propose(const RecordedEvent& act, const Proposal& said);
  void Accept(const RecordedEvent& act, const TermsHash& terms, bool amendment);
  void Reject(const RecordedEvent& act, const TermsHash& terms, bool amendment);
  // Whose consent it takes; nothing where a role is not held as it has to be.
  std::optional<std::set<StreamId>> NeededFor(const Proposal& said) const;
  bool IsOpenedIn(const StreamId& party, const std::string& role) const;
  void Settle(std::map<Hash, Version>::iterator version);

  uint64_t added_ = 0;
  std::vector<AgreementParty> opened_;
  std::set<StreamId> bound_;
  std::optional<Version> current_;
  std::map<Hash, Version> open_;  // by the proposal's digest
};

}  // namespace tally::ledger
