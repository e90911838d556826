// Names of objectives come from terms, agreed or not; names of deadlines from a replay, beside
// those that every claim can have.
#include "tools/act_words.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "schema/status.h"
#include "schema/terms.h"
#include "tools/claim_choice.h"
#include "tools/fault.h"
#include "tools/printable.h"

namespace tally::tools {
namespace {

constexpr absl::string_view kOfClaims[] = {"claim.file", "claim.answer", "claim.escalate"};

absl::StatusOr<Bytes> TermsIn(const RecordedAct& act) {
  if (act.header.kind == BodyKind::kTermsProposed) {
    TALLY_ASSIGN_OR_RETURN(TermsProposed body, DecodeTermsProposed(act.body));
    return std::move(body.terms);
  }
  if (act.header.kind == BodyKind::kAmendmentProposed) {
    TALLY_ASSIGN_OR_RETURN(AmendmentProposed body, DecodeAmendmentProposed(act.body));
    return std::move(body.terms);
  }
  if (act.header.kind == BodyKind::kTermsAttested) {
    TALLY_ASSIGN_OR_RETURN(TermsAttested body, DecodeTermsAttested(act.body));
    return std::move(body.terms);
  }
  return Bytes();
}

// Every one that was proposed or attested.
std::vector<Terms> AllTerms(const std::vector<RecordedAct>& acts) {
  std::vector<Terms> all;
  for (const RecordedAct& act : acts) {
    const absl::StatusOr<Bytes> bytes = TermsIn(act);
    if (!bytes.ok() || bytes->empty()) continue;
    absl::StatusOr<Terms> terms = DecodeTerms(*bytes);
    if (terms.ok()) all.push_back(*std::move(terms));
  }
  return all;
}

absl::Status NotOneOf(absl::string_view what, const std::string& given,
                      const std::set<std::string>& known) {
  const std::vector<std::string> names(known.begin(), known.end());
  const std::vector<std::string> near = Suggestions(given, names);
  return Refuse("not-found",
                absl::StrCat("the agreement has no ", what, " '", Printable(given), "'"),
                near.empty() ? absl::StrCat("choose from ", absl::StrJoin(names, ", "))
                             : absl::StrCat("did you mean '", near[0], "'?"));
}

}  // namespace

absl::Status CheckObjectives(const std::vector<std::string>& given,
                             const std::vector<RecordedAct>& acts) {
  if (given.empty()) return absl::OkStatus();
  std::set<std::string> known;
  for (const Terms& terms : AllTerms(acts)) {
    for (const Objective& objective : terms.objectives) known.insert(objective.id);
  }
  for (const std::string& each : given) {
    if (!known.empty() && known.count(each) == 0) return NotOneOf("objective", each, known);
  }
  return absl::OkStatus();
}

absl::Status CheckRole(absl::string_view option, const std::string& given,
                       const std::vector<RecordedAct>& acts) {
  std::set<std::string> known;
  for (const RecordedAct& act : acts) {
    if (act.header.kind != BodyKind::kAgreementOpened) continue;
    const absl::StatusOr<AgreementOpened> body = DecodeAgreementOpened(act.body);
    if (!body.ok()) continue;
    for (const AgreementParty& party : body->parties) known.insert(party.role);
  }
  for (const Terms& terms : AllTerms(acts)) {
    for (const TermsParty& party : terms.parties) known.insert(party.role);
  }
  if (known.empty() || known.count(given) > 0) return absl::OkStatus();
  const std::vector<std::string> names(known.begin(), known.end());
  const std::vector<std::string> near = Suggestions(given, names);
  return Refuse(
      "usage", absl::StrCat("--", option, ": '", Printable(given), "' is no role of the agreement"),
      near.empty() ? absl::StrCat("choose from ", absl::StrJoin(names, ", "))
                   : absl::StrCat("did you mean ", near[0], "?"));
}

absl::Status CheckDeadline(const Invocation& call, const ledger::Ledger& ledger,
                           const std::string& agreement, const std::string& deadline,
                           std::optional<Instant> until) {
  if (deadline.empty()) return absl::OkStatus();
  const absl::StatusOr<replay::Result> result = ReplayFor(call, ledger, agreement);
  if (!result.ok()) return absl::OkStatus();  // without terms in force no deadline has a name
  std::set<std::string> known(std::begin(kOfClaims), std::end(kOfClaims));
  std::optional<Instant> ends;
  for (const replay::Deadline& each : result->deadlines) {
    known.insert(each.what);
    const bool named =
        deadline == each.what || deadline == absl::StrCat(each.what, " ", each.object);
    if (named && each.state == "open") ends = std::max(ends.value_or(each.due), each.due);
  }
  const std::string name = deadline.substr(0, deadline.find(' '));
  if (known.count(name) == 0 && !absl::StartsWith(name, "claim.level-")) {
    return NotOneOf("deadline", name, known);
  }
  if (!until || !ends || *until > *ends) return absl::OkStatus();
  return Refuse("usage",
                absl::StrCat("'", Printable(deadline), "' runs to ", FormatInstant(*ends),
                             " already: an extension ends later"),
                "give a later --until; a deadline is never made shorter");
}

}  // namespace tally::tools
