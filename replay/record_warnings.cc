// Both are warnings: whether a step back or another name was honest is for people to judge.
#include "replay/record_warnings.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::replay {

absl::Status NoteTimeSetBack(const Fact& fact, std::vector<Finding>& findings) {
  TALLY_ASSIGN_OR_RETURN(const TimeCorrected corrected, DecodeTimeCorrected(fact.event->body));
  findings.push_back({.kind = "time-corrected",
                      .severity = "warning",
                      .objective = "",
                      .at = fact.address(),
                      .message = absl::StrCat("the operator set the ledger's time back, to ",
                                              FormatInstant(fact.recorded), " (", corrected.reason,
                                              "); records before this one may have later times, "
                                              "and deadlines that had passed were open again")});
  return absl::OkStatus();
}

absl::Status NoteBoundElsewhere(const ledger::Ledger& ledger,
                                const std::vector<const TermsVersion*>& versions,
                                std::vector<Finding>& findings) {
  for (const TermsVersion* version : versions) {
    for (const Binding& binding : version->bindings) {
      const absl::StatusOr<ledger::StreamState> state = ledger.FindStream(binding.stream);
      if (absl::IsNotFound(state.status())) continue;
      if (!state.ok()) return state.status();
      const std::string meant =
          absl::StrCat(state->kind == StreamKind::kFeed ? "feed/" : "party/", state->name);
      const bool by_role = std::any_of(version->terms->parties.begin(),
                                       version->terms->parties.end(), [&](const TermsParty& party) {
                                         return binding.name == absl::StrCat("party/", party.role);
                                       });
      if (binding.name == meant || by_role) continue;
      findings.push_back(
          {.kind = "name-bound-elsewhere",
           .severity = "warning",
           .objective = "",
           .at = version->proposed,
           .message = absl::StrCat("where the terms say ", binding.name, ", the proposal means ",
                                   meant, "; the hash of the terms does not cover that")});
    }
  }
  return absl::OkStatus();
}

}  // namespace tally::replay
