// The verdict of `verify`, whatever was verified: what was recomputed, against what it was held,
// and what was found wrong. One form for people and one document, tally.verify/1.
#pragma once

#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "tools/command.h"

namespace tally::tools {

// One thing that the subject was compared with.
struct Against {
  std::string kind;  // "self", "retained", "witness", "trusted-key", "time-stamp"
  std::string name;
  uint64_t size = 0;
  bool consistent = false;
  // False where the subject does not tell what the comparison needs: no contradiction, no yes.
  bool told = true;
};

// The finding of a subject that does not prove to be all.
inline constexpr absl::string_view kIncomplete = "completeness";

struct Verdict {
  std::string subject = "ledger";  // "ledger", "pack", "tiles"
  ledger::AuditReport report;
  std::vector<Against> against;
  uint64_t figures = 0;  // statements and closings computed again
  std::string completeness = "not asked";
  // All is well but that the subject does not prove to be all: its figures may leave anything out.
  bool OnlyIncomplete() const;
  bool verified() const { return report.verified && report.findings.empty(); }
};

// Findings end the verification.
void AddFinding(Verdict& verdict, absl::string_view kind, const std::string& expected,
                const std::string& found);
// Prints it, or writes it as JSON, and returns the exit status: 0 or 1.
int GiveVerdict(const Invocation& call, const Verdict& verdict);

}  // namespace tally::tools
