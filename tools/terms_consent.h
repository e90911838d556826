// Consent to terms, told before and after it is given: whose is missing, since when terms are in
// force, and why a consent binds nobody.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "ledger/ledger.h"
#include "tools/acts.h"
#include "tools/author.h"
#include "tools/command.h"

namespace tally::tools {

// The hash of the terms that an act proposes or attests, in hex; "" for any other act.
std::string TermsHashOf(const RecordedAct& act);
// Refusal of an acceptance of terms that nobody proposed; says so of terms that are attested.
absl::Status NobodyProposed(const ledger::Ledger& ledger, const std::vector<RecordedAct>& acts,
                            const TermsHash& hash);
// Why an acceptance of terms has no effect; nullopt: it has, or the act is none.
std::optional<std::string> WhyIdleConsent(const Invocation& call, const ledger::Ledger& ledger,
                                          const ledger::StreamState& agreement,
                                          const ActDraft& draft);
// Says who still has to accept, or since when the terms are in force. `proposal`: its digest.
void TellOfConsents(const Invocation& call, const ledger::Ledger& ledger,
                    const std::string& agreement, const Hash& proposal);

}  // namespace tally::tools
