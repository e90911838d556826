// One verified event as the folds see it: what was said, when the ledger recorded it, and what the
// keyring thinks of the key. A fact borrows its bytes from the record that is being read, so a fold
// copies what it keeps.
#pragma once

#include "ledger/log/keyring.h"
#include "ledger/log/verified.h"
#include "schema/event.h"
#include "schema/instant.h"

namespace tally::replay {

struct Fact {
  const ledger::VerifiedEvent* event = nullptr;  // outlives the call that it is passed to
  Instant recorded;                              // the ledger's time of its record
  ledger::KeyVerdict verdict = ledger::KeyVerdict::kValid;

  const EventHeader& header() const { return event->header; }
  BodyKind kind() const { return event->header.kind; }
  const ledger::EventAddress& address() const { return event->address; }
  // Acts signed by a key that held no authority have no effect; "compromised since" alone does not
  // make an act invalid (BYTES "Keys": only a ruling does).
  bool Authorised() const {
    return verdict != ledger::KeyVerdict::kInvalid && verdict != ledger::KeyVerdict::kUnknown;
  }
};

}  // namespace tally::replay
