#include "tools/verify_pack.h"

#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ledger/pack/pack_ledger.h"
#include "replay/pack_request.h"
#include "replay/replay.h"
#include "schema/status.h"
#include "tools/axes.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/verify_claims.h"
#include "tools/verify_tiles.h"

namespace tally::tools {
namespace {

using ledger::PackLedger;

// What a note says of its signers, and of the log. Nobody trusts it yet.
std::string SignersOf(absl::string_view note) {
  const absl::StatusOr<ledger::Note> parsed = ledger::ParseNote(note);
  if (!parsed.ok()) return "nobody";
  return absl::StrJoin(parsed->unverified, ", ",
                       [](std::string* out, const ledger::NoteSignature& made) {
                         Bytes id;
                         ByteWriter(id).U32(made.id);
                         absl::StrAppend(out, made.name, "+", ToHex(id));
                       });
}

absl::Status RequireTrust(const Trust& trust, const std::string& bytes) {
  if (!trust.keys.empty() || !trust.retained.empty() || trust.policy.has_value() || trust.self) {
    return absl::OkStatus();
  }
  const absl::StatusOr<ledger::Pack> pack = ledger::DecodePack(AsBytes(bytes));
  const std::string found = pack.ok() ? SignersOf(pack->checkpoint) : "nothing that can be read";
  return Refuse("usage",
                absl::StrCat("a pack: you named nothing that you trust; found inside, and "
                             "untrusted: ",
                             found),
                "give the log's key with --trust, a checkpoint that you kept with --against, "
                "witnesses with --policy, or --self to check it against itself");
}

// The keys that the caller names must have signed the checkpoint.
void CompareKeys(const Trust& trust, const PackLedger& pack, Verdict& verdict) {
  const uint64_t size = pack.head().size;
  for (size_t i = 0; i < trust.keys.size(); ++i) {
    const auto opened =
        ledger::OpenCheckpoint(pack.checkpoint(), {&trust.keys[i], 1}, pack.origin());
    verdict.against.push_back({"trusted-key", trust.key_names[i], size, opened.ok()});
    if (opened.ok()) continue;
    AddFinding(verdict, "trusted-key", trust.key_names[i],
               absl::StrCat("a checkpoint signed by ", SignersOf(pack.checkpoint())));
  }
}

// A checkpoint that somebody kept must be a prefix of the pack's log, where the pack can tell.
absl::Status CompareRetained(const Trust& trust, const PackLedger& pack, Verdict& verdict) {
  std::vector<ledger::VerifierKey> keys = trust.keys;
  if (keys.empty()) {
    for (const std::string& vkey : pack.genesis().log_vkeys) {
      TALLY_ASSIGN_OR_RETURN(ledger::VerifierKey key, ledger::VerifierKey::Parse(vkey));
      keys.push_back(std::move(key));
    }
  }
  for (const Trust::Retained& retained : trust.retained) {
    const auto kept = ledger::OpenCheckpoint(retained.note, keys, pack.origin());
    if (!kept.ok()) {
      verdict.against.push_back({"retained", retained.file, 0, false});
      AddFinding(verdict, "retained-checkpoint", absl::StrCat("a checkpoint of ", pack.origin()),
                 std::string(kept.status().message()));
      continue;
    }
    const absl::StatusOr<Hash> root = pack.RootAt(kept->size);
    const bool good = root.ok() && *root == kept->root;
    verdict.against.push_back({"retained", retained.file, kept->size, good});
    if (good) continue;
    AddFinding(verdict, "retained-checkpoint",
               absl::StrCat("size ", kept->size, " root ", ToBase64(kept->root.view())),
               root.ok() ? absl::StrCat("root ", ToBase64(root->view()))
                         : absl::StrCat("a pack at size ", pack.head().size,
                                        " that does not tell the root at that size; ask for one "
                                        "made with `tally pack --against` your checkpoint"));
  }
  return absl::OkStatus();
}

// A valid proof about something else is no answer to the question.
void CompareQuestion(const Invocation& call, const PackLedger& pack, Verdict& verdict) {
  const ledger::PackScope& scope = pack.scope();
  const auto differs = [&](absl::string_view what, const std::string& asked,
                           const std::string& found) {
    AddFinding(
        verdict, "question", absl::StrCat(what, " ", asked),
        found.empty() ? absl::StrCat("a pack without ", what) : absl::StrCat(what, " ", found));
  };
  const std::string agreement = call.arguments.Value("agreement").value_or(scope.agreement);
  if (agreement != scope.agreement) differs("agreement", agreement, scope.agreement);
  // A pack of all periods answers for each of them.
  const std::string period = call.arguments.Value("period").value_or(scope.period);
  if (!scope.period.empty() && period != scope.period) differs("period", period, scope.period);
  const uint64_t scope_size = scope.at_size == 0 ? pack.head().size : scope.at_size;
  const uint64_t size = call.arguments.Number("at-size").value_or(scope_size);
  if (!pack.Knows(size)) differs("size", absl::StrCat(size), absl::StrCat(scope_size));
}

// What the question's terms rest on must be shown, whatever the pack chose to show.
absl::Status CompareShown(const PackLedger& pack, Verdict& verdict) {
  const absl::StatusOr<ledger::PackSelection> wanted = replay::SelectForPack(pack, pack.scope());
  if (!wanted.ok()) {
    AddFinding(verdict, "withheld",
               absl::StrCat("what agreement ", pack.scope().agreement, " rests on"),
               std::string(wanted.status().message()));
    return absl::OkStatus();
  }
  const auto missing = pack.FirstMissing(*wanted);
  if (!missing.ok()) return Translate(Doing::kReading, missing.status());
  if (missing->has_value()) {
    AddFinding(verdict, "withheld", absl::StrCat("the body of ", (*missing)->ToText()), "none");
    verdict.report.findings.back().index = (*missing)->index;
  }
  return absl::OkStatus();
}

// The figures that the question asks for, computed from the pack alone.
absl::Status ComputeAnswer(const Invocation& call, const PackLedger& pack, Verdict& verdict) {
  const ledger::PackScope& scope = pack.scope();
  replay::ReplayRequest request;
  request.agreement = scope.agreement;
  if (!scope.objective.empty()) request.objective = scope.objective;
  TALLY_ASSIGN_OR_RETURN(request.period, PeriodOf(call));
  if (!request.period.has_value() && !scope.period.empty()) {
    const absl::StatusOr<replay::Period> period = replay::ParsePeriod(scope.period);
    if (!period.ok()) {
      AddFinding(verdict, "malformed", "a period", std::string(period.status().message()));
      return absl::OkStatus();
    }
    request.period = *period;
  }
  request.axes.at_size = call.arguments.Number("at-size");
  if (!request.axes.at_size.has_value() && scope.at_size != 0) {
    request.axes.at_size = scope.at_size;
  }
  const absl::StatusOr<replay::Result> result = replay::Replay(pack, request);
  if (absl::IsFailedPrecondition(result.status())) {
    verdict.report.notes.push_back(
        absl::StrCat("no figures: ", std::string(result.status().message())));
    return absl::OkStatus();
  }
  if (!result.ok()) return Translate(Doing::kReading, result.status());
  verdict.figures += result->windows.size();
  verdict.report.notes.push_back(
      absl::StrCat("answer: agreement ", scope.agreement,
                   scope.objective.empty() ? "" : absl::StrCat(", objective ", scope.objective),
                   ", ", result->windows.size(), " windows as known at size ", result->known.size,
                   ": figures ", result->figures.ToHex(), ", result ", result->digest.ToHex()));
  for (const replay::Finding& finding : result->findings) {
    if (finding.kind == "figure-indeterminate") verdict.report.notes.push_back(finding.message);
  }
  return absl::OkStatus();
}

absl::Status CompareWithTrust(const Invocation& call, const Trust& trust, const PackLedger& pack,
                              Verdict& verdict) {
  CompareNames(trust, pack, verdict);
  CompareKeys(trust, pack, verdict);
  TALLY_RETURN_IF_ERROR(CompareRetained(trust, pack, verdict));
  if (trust.policy.has_value()) {
    ComparePolicy(trust, std::string(pack.checkpoint()), verdict);
  }
  CompareQuestion(call, pack, verdict);
  if (verdict.against.empty()) {
    verdict.against.push_back({"self", pack.origin(), pack.head().size, true});
    verdict.report.notes.push_back(
        "checked against its own log key only: this proves nothing against the log's operator; "
        "keep a checkpoint and use --against, or name the log key with --trust");
  }
  return absl::OkStatus();
}

}  // namespace

bool IsPackFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string begin(8, '\0');
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return file.gcount() == 8 && ledger::LooksLikePack(AsBytes(begin));
}

absl::StatusOr<Verdict> VerifyPack(const Invocation& call, const std::string& file,
                                   const Trust& trust) {
  Verdict verdict;
  verdict.subject = "pack";
  verdict.completeness = "not shown";
  TALLY_ASSIGN_OR_RETURN(std::string bytes, ReadInput(call, file, ledger::kPackBytesMax));
  TALLY_RETURN_IF_ERROR(RequireTrust(trust, bytes));
  ledger::OpenedPack opened = ledger::OpenPack(Bytes(bytes.begin(), bytes.end()));
  bytes = std::string();
  verdict.report = std::move(opened.report);
  if (opened.ledger == nullptr) return verdict;
  const PackLedger& pack = *opened.ledger;
  if (opened.complete) verdict.completeness = "shown";
  TALLY_RETURN_IF_ERROR(CompareWithTrust(call, trust, pack, verdict));
  TALLY_RETURN_IF_ERROR(CompareShown(pack, verdict));
  // Figures of a pack that is not what it should be are worth nothing.
  if (!verdict.verified()) return verdict;
  if (call.arguments.Has("no-figures")) {
    verdict.report.notes.push_back("figures were not computed");
    return verdict;
  }
  TALLY_RETURN_IF_ERROR(ComputeAnswer(call, pack, verdict));
  if (pack.scope().period.empty() && pack.scope().objective.empty()) {
    TALLY_RETURN_IF_ERROR(CompareFigures(pack, pack.scope().agreement, verdict));
  } else {
    verdict.report.notes.push_back(
        "statements and closings were not computed again: they speak of more than this pack shows");
  }
  return verdict;
}

std::vector<OptionSpec> PackQuestionOptions() {
  return {
      {"agreement", 0, ValueType::kText, "A", "packs: the agreement that it must be about"},
      {"period", 0, ValueType::kText, "P", "packs: the period that it must answer for"},
      {"at-size", 0, ValueType::kNumber, "N", "packs: as known when the log had N records"},
  };
}

}  // namespace tally::tools
