#include "tools/verify_ledger.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/ledger.h"
#include "schema/status.h"
#include "tools/cosigned_checkpoint.h"
#include "tools/fault.h"
#include "tools/verify_claims.h"
#include "tools/verify_log_keys.h"
#include "tools/verify_stamps.h"
#include "tools/verify_tiles.h"

namespace tally::tools {
namespace {

// A checkpoint of another log says nothing about this one: the wrong file was named, or the wrong
// ledger. One that bears this origin and another key stays a finding: so looks a ledger made anew.
absl::Status CheckOrigins(const Trust& trust, const ledger::Ledger& ledger) {
  for (const Trust::Retained& retained : trust.retained) {
    if (retained.origin == ledger.origin()) continue;
    return RefuseAt({retained.file, 0, 0}, "identity-mismatch",
                    absl::StrCat("is a checkpoint of ", retained.origin,
                                 ", but the ledger that is verified is ", ledger.origin()),
                    absl::StrCat("give a checkpoint of ", ledger.origin(),
                                 ", or name the ledger that the checkpoint is of"));
  }
  return absl::OkStatus();
}

// A checkpoint that somebody kept must be a prefix of the ledger.
absl::Status CompareRetained(const Invocation& call, const Trust& trust,
                             const ledger::Ledger& ledger, Verdict& verdict) {
  TALLY_ASSIGN_OR_RETURN(std::vector<ledger::VerifierKey> keys, LogKeysOf(ledger));
  keys.insert(keys.end(), trust.keys.begin(), trust.keys.end());
  for (const Trust::Retained& retained : trust.retained) {
    const absl::StatusOr<ledger::Checkpoint> kept = OpenKept(trust, ledger, retained.note);
    if (!kept.ok()) {
      verdict.against.push_back({"retained", retained.file, 0, false});
      AddFinding(verdict, "retained-checkpoint", absl::StrCat("a checkpoint of ", ledger.origin()),
                 std::string(kept.status().message()));
      continue;
    }
    const absl::StatusOr<Hash> root = kept->size > verdict.report.size
                                          ? absl::StatusOr<Hash>(absl::OutOfRangeError("shorter"))
                                          : ledger.RootAt(kept->size);
    const bool good = root.ok() && *root == kept->root;
    verdict.against.push_back({"retained", retained.file, kept->size, good});
    if (good) continue;
    AddFinding(verdict, "retained-checkpoint",
               absl::StrCat("size ", kept->size, " root ", ToBase64(kept->root.view())),
               root.ok() ? absl::StrCat("root ", ToBase64(root->view()))
                         : absl::StrCat("a log of ", verdict.report.size, " records"));
    const auto tiles = [&](ledger::TileName tile, uint32_t width) {
      return ledger.Tile(tile, width);
    };
    std::vector<std::string> handovers;
    for (const ledger::LogKeys::Term& term : ledger.keyring().log_keys().terms()) {
      if (!term.handover.empty()) handovers.push_back(term.handover);
    }
    TALLY_RETURN_IF_ERROR(
        WriteEvidence(call, retained, ledger.head().note, keys, tiles, handovers, verdict));
  }
  return absl::OkStatus();
}

absl::Status CompareAllFigures(const ledger::Ledger& ledger, Verdict& verdict) {
  absl::StatusOr<std::vector<ledger::StreamState>> streams = ledger.Streams();
  if (!streams.ok()) return Translate(Doing::kReading, streams.status());
  for (const ledger::StreamState& stream : *streams) {
    if (stream.kind != StreamKind::kAgreement) continue;
    TALLY_RETURN_IF_ERROR(CompareFigures(ledger, stream.name, verdict));
  }
  return absl::OkStatus();
}

// The head under --policy, with what witnesses cosigned of it. What lies there as cosigned is
// published with every checkpoint, so without a policy, too, it must be of this ledger.
void CompareWitnesses(const Trust& trust, const std::string& directory,
                      const ledger::Ledger& ledger, Verdict& verdict) {
  const absl::StatusOr<std::string> note = HeadNote(directory, ledger);
  if (!note.ok()) {
    AddFinding(verdict, "cosigned-checkpoint", "a ledger that holds what witnesses cosigned",
               FaultText(FaultOf(note.status())));
    return;
  }
  if (trust.policy.has_value()) ComparePolicy(trust, *note, verdict);
}

}  // namespace

absl::StatusOr<Verdict> VerifyLedger(const Invocation& call, const std::string& directory,
                                     const Trust& trust) {
  const int threads =
      static_cast<int>(std::min<uint64_t>(call.arguments.Number("jobs").value_or(1), 64));
  const bool figures = !call.arguments.Has("no-figures");
  Verdict verdict;
  ledger::AuditOptions options;
  options.ledger.directory = directory;
  options.threads = std::max(threads, 1);
  verdict.report = ledger::Audit(options);
  absl::StatusOr<std::unique_ptr<ledger::Ledger>> ledger = ledger::Ledger::Open(options.ledger);
  if (!ledger.ok()) {
    if (verdict.report.findings.empty()) {
      AddFinding(verdict, "store-unreadable", "a ledger that opens",
                 std::string(ledger.status().message()));
    }
    const std::vector<ledger::AuditFinding>& findings = verdict.report.findings;
    if (std::any_of(findings.begin(), findings.end(), [](const ledger::AuditFinding& each) {
          return each.kind == "store-unreadable";
        })) {
      verdict.report.notes.push_back(
          "it does not open: `tally restore` makes a ledger of a backup, and `tally salvage` "
          "writes what can still be read of this one and changes nothing");
    }
    return verdict;
  }
  TALLY_RETURN_IF_ERROR(CheckOrigins(trust, **ledger));
  // Against itself the ledger is what the audit found, whatever else the caller named.
  const bool consistent = verdict.report.verified;
  JudgeNames(trust, **ledger, verdict);
  CompareLogKeys(trust, **ledger, (*ledger)->head().note, verdict);
  TALLY_RETURN_IF_ERROR(CompareRetained(call, trust, **ledger, verdict));
  CompareWitnesses(trust, directory, **ledger, verdict);
  // Figures of a ledger that is not what it says are worth nothing.
  if (consistent && figures) TALLY_RETURN_IF_ERROR(CompareAllFigures(**ledger, verdict));
  if (!figures) {
    verdict.report.notes.push_back("statements and closings were not computed again");
  }
  if (verdict.against.empty()) {
    verdict.against.push_back({"self", verdict.report.origin, verdict.report.size, consistent});
    verdict.report.notes.push_back(
        "checked against its own log key only: this proves nothing against its operator; keep a "
        "checkpoint and "
        "use --against, or name the log key with --trust");
  }
  // A stamp says when, and not that nothing else was there before: it takes no warning away.
  if (consistent) TALLY_RETURN_IF_ERROR(CompareStamps(trust, **ledger, verdict));
  return verdict;
}

}  // namespace tally::tools
