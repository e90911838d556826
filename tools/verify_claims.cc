#include "tools/verify_claims.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "replay/statement_audit.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

// A key that the party held and that is revoked convicts nobody, but is said: a reader who pinned
// it may not know that it ended.
void CompareParty(const Trust::PartyKey& wanted, const ledger::Ledger& ledger, Verdict& verdict) {
  const ledger::PartyEntry* party = ledger.keyring().FindParty(absl::string_view(wanted.party));
  const ledger::KeyEntry* key = ledger.keyring().Find(wanted.key);
  if (party == nullptr || key == nullptr || key->party != party->id) {
    AddFinding(verdict, "party-key", absl::StrCat(wanted.party, "=", wanted.key.ToHex()),
               party == nullptr ? std::string("no such party")
                                : std::string("the party never held that key"));
    return;
  }
  if (!key->revoked_at.has_value()) return;
  const auto record = ledger.ReadRecord(*key->revoked_at);
  verdict.report.notes.push_back(absl::StrCat(
      "party ", wanted.party, " held key ", wanted.key.ToHex(), " until record ", *key->revoked_at,
      record.ok() ? absl::StrCat(" of ", FormatInstant(record->recorded())) : "", ", revoked",
      key->compromised_since.has_value()
          ? absl::StrCat(" and compromised since ", FormatInstant(*key->compromised_since))
          : "",
      "; `tally party show ", wanted.party, "` names the keys that it holds now"));
}

}  // namespace

void JudgeNames(const Trust& trust, const ledger::Ledger& ledger, Verdict& verdict) {
  if (trust.ledger_id.has_value() && *trust.ledger_id != ledger.id()) {
    AddFinding(verdict, "ledger-id", trust.ledger_id->ToHex(), ledger.id().ToHex());
    verdict.report.notes.push_back(
        absl::StrCat("this is ledger ", ledger.id().ToHex(), " and not ", trust.ledger_id->ToHex(),
                     ", which --ledger-id names: another ledger was verified"));
  }
  for (const Trust::PartyKey& wanted : trust.parties) CompareParty(wanted, ledger, verdict);
}

absl::Status CompareFigures(const ledger::Ledger& ledger, const std::string& agreement,
                            Verdict& verdict, const replay::AuditScope& scope) {
  absl::StatusOr<replay::StatementAudit> audit =
      replay::AuditStatements(ledger, agreement, /*checked_beforehand=*/false, scope);
  if (!audit.ok()) return Translate(Doing::kReading, audit.status());
  verdict.figures += audit->statements + audit->closings;
  for (const std::string& note : audit->notes) verdict.report.notes.push_back(note);
  for (const replay::StatementFault& fault : audit->faults) {
    ledger::AuditFinding finding;
    finding.kind = absl::StrCat(fault.what, "-", fault.field);
    finding.index = fault.at.index;
    finding.stream = absl::StrCat("agreement/", agreement);
    finding.expected = absl::StrCat(fault.stated, " for ", fault.objective, " from ",
                                    FormatInstant(fault.window.first));
    finding.found = fault.computed;
    if (fault.parts_at.has_value()) {
      absl::StrAppend(&finding.found, "; the ledger parts from it at event ",
                      fault.parts_at->ToText(),
                      ": without it and those after it, what is stated comes out");
    } else if (fault.searched) {
      absl::StrAppend(&finding.found, "; it came out of no shorter ledger that was tried either");
    }
    verdict.report.findings.push_back(std::move(finding));
  }
  return absl::OkStatus();
}

}  // namespace tally::tools
