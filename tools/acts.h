// Acts on an agreement's stream: found by what people call them, signed and appended.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "schema/body.h"
#include "tools/author.h"
#include "tools/command.h"
#include "tools/receipts.h"
#include "tools/repetition.h"
#include "tools/session.h"

namespace tally::tools {

// An act as it stands in the ledger; owns its bytes.
struct RecordedAct {
  ledger::EventAddress address;
  EventHeader header;
  Hash digest;
  Bytes body;
  Instant recorded;
};

// All acts of an agreement's stream, oldest first.
absl::StatusOr<std::vector<RecordedAct>> ReadActs(const ledger::Ledger& ledger,
                                                  const ledger::StreamState& agreement);
absl::StatusOr<ledger::StreamState> FindAgreement(const ledger::Ledger& ledger,
                                                  const std::string& name);
// The act of `kind` that `text` names by INDEX/OFFSET, INDEX or id (hex). Without `text` the only
// one; fault usage, listing the choices, when there are none or several.
absl::StatusOr<RecordedAct> PickAct(const std::vector<RecordedAct>& acts, BodyKind kind,
                                    const std::string& text);

// The options of every act of a dispute: --reason, --document, --at, --id.
std::vector<OptionSpec> ActOptions();
// SHA-256 of each --document FILE.
absl::StatusOr<std::vector<DocumentDigest>> DocumentsOf(const Invocation& call);

// Signs one act at the end of the agreement's stream with --key and appends it. An act that replay
// would disregard is warned of before it is signed; a terminal is asked, and without one it is
// recorded with exit status 1 unless --yes says that it is meant. What the same words as before
// mean tools/repetition.h says; where nobody can tell, nothing is recorded, and the exit status is
// 1.
absl::StatusOr<Submitted> SubmitAct(const Invocation& call, AppendSession& session,
                                    const std::string& agreement, BodyKind kind, Bytes body,
                                    const Hash& answers, const LikeDone& done = nullptr);

}  // namespace tally::tools
