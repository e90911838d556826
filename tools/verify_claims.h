// What a verified ledger or pack says, held against what the caller trusts and against itself:
// which ledger it is, which keys its parties held, and the figures that were stated.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "ledger/ledger.h"
#include "replay/statement_audit.h"
#include "tools/verdict.h"
#include "tools/verify_trust.h"

namespace tally::tools {

// --ledger-id and --party.
void JudgeNames(const Trust& trust, const ledger::Ledger& ledger, Verdict& verdict);

// Every statement and closing of an agreement, or of the windows of `scope`, computed again from
// what it cites.
absl::Status CompareFigures(const ledger::Ledger& ledger, const std::string& agreement,
                            Verdict& verdict, const replay::AuditScope& scope = {});

}  // namespace tally::tools
