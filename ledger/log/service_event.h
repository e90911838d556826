// The events that the ledger itself makes: genesis, and what a restart recovered.
#pragma once

#include "absl/status/statusor.h"
#include "ledger/chain/batch.h"
#include "ledger/log/stream_table.h"
#include "schema/body.h"
#include "schema/environment.h"

namespace tally::ledger {

// Completes an event: salt and body commitment. The header's links are the caller's.
Event MakeEvent(EventHeader header, Bytes body, const Salt& salt);

// Record 0. Its nonce, id and salt come from `randomness`, so no two ledgers share an id.
absl::StatusOr<SignedBatch> MakeGenesis(Genesis genesis, Instant now, Randomness& randomness,
                                        const SigningKey& signer);

// An act of the system stream, following `system`'s newest record.
absl::StatusOr<SignedBatch> MakeSystemAct(const LedgerId& ledger, const StreamState& system,
                                          BodyKind kind, Bytes body, Instant now,
                                          Randomness& randomness, const SigningKey& signer);

}  // namespace tally::ledger
