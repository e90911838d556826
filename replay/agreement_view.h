// What was proposed for one agreement and what became of it: for commands that list proposals, and
// that have to say before anybody signs why an amendment would have no effect.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "schema/body.h"

namespace tally::replay {

struct ProposedTerms {
  ledger::EventAddress at;
  Hash digest;
  bool amendment = false;
  bool attested = false;  // by one side alone
  TermsHash terms;
  TermsHash base;  // amendments: what it changes
  Instant proposed, effective;
  Reach reach = Reach::kUnset;
  bool reopens_settled = false;
  std::string by, reason;
  std::vector<std::string> consented, waiting_for;  // names
  std::set<StreamId> missing;                       // whom it waits for
  // "waiting", "in force", "superseded", "attested", "rejected", "withdrawn", "replaced",
  // "overtaken", "lapsed"
  std::string state;
  std::optional<ledger::EventAddress> decided_by;  // the act that made it so
  std::optional<Instant> in_force_since, lapses_at;
};
struct AgreementView {
  std::vector<ProposedTerms> proposals;  // in log order
  std::optional<size_t> current;         // in proposals: what is in force
};
// NotFound: no such agreement.
absl::StatusOr<AgreementView> ViewAgreement(const ledger::Ledger& ledger,
                                            const std::string& agreement, Instant now);

}  // namespace tally::replay
