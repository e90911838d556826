#include "tools/verify_pack.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/files/plain_file.h"
#include "ledger/pack/pack_ledger.h"
#include "replay/pack_request.h"
#include "replay/replay.h"
#include "schema/status.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/pack_rows.h"
#include "tools/printable.h"
#include "tools/verify_claims.h"
#include "tools/verify_limits.h"
#include "tools/verify_log_keys.h"
#include "tools/verify_stamps.h"
#include "tools/verify_tiles.h"
#include "tools/verify_trust.h"

namespace tally::tools {
namespace {

using ledger::PackLedger;

absl::Status RequireTrust(const Trust& trust, const Bytes& bytes) {
  if (!trust.keys.empty() || !trust.retained.empty() || trust.policy.has_value() || trust.self) {
    return absl::OkStatus();
  }
  const absl::StatusOr<ledger::Pack> pack = ledger::DecodePack(bytes);
  const std::string found =
      pack.ok() ? ClaimedSigners(pack->checkpoint) : "nothing that can be read";
  return Refuse("usage",
                absl::StrCat("a pack: you named nothing that you trust; found inside, and "
                             "untrusted: ",
                             found),
                "give the log's key with --trust, a checkpoint that you kept with --against, "
                "witnesses with --policy, or --self to check it against itself");
}

// A checkpoint that somebody kept must be a prefix of the pack's log, where the pack can tell.
absl::Status CompareRetained(const Trust& trust, const PackLedger& pack, Verdict& verdict) {
  for (const Trust::Retained& retained : trust.retained) {
    const auto kept = OpenKept(trust, pack, retained.note);
    if (!kept.ok()) {
      verdict.against.push_back({"retained", retained.file, 0, false});
      AddFinding(verdict, "retained-checkpoint", absl::StrCat("a checkpoint of ", pack.origin()),
                 std::string(kept.status().message()));
      continue;
    }
    const absl::StatusOr<Hash> root = pack.RootAt(kept->size);
    const bool good = root.ok() && *root == kept->root;
    // A pack that does not tell the root there says neither yes nor no.
    verdict.against.push_back({"retained", retained.file, kept->size, good, root.ok()});
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

// What the caller asks, and what of it he left to the pack. A question that names anything asks for
// all of what it does not name: one month is no answer to a question about every month.
ledger::PackScope QuestionOf(const Invocation& call, const PackLedger& pack) {
  ledger::PackScope question = pack.scope();
  bool asked = false;
  for (const OptionSpec& option : PackQuestionOptions()) {
    asked = asked || call.arguments.Has(option.name);
  }
  if (!asked) return question;
  question.agreement = call.arguments.Value("agreement").value_or(question.agreement);
  question.objective = call.arguments.Value("objective").value_or("");
  question.period = call.arguments.Value("period").value_or("");
  question.at_size = call.arguments.Number("at-size").value_or(0);
  return question;
}

absl::Status CheckPeriod(const Invocation& call) {
  const std::string period = call.arguments.Value("period").value_or("");
  const absl::StatusOr<std::vector<ledger::PackRow>> rows = ledger::ParsePackRows(period);
  const bool good =
      period.empty() || (rows.ok() && !rows->empty()) || replay::ParsePeriod(period).ok();
  if (good) return absl::OkStatus();
  return Refuse("usage", absl::StrCat("\"", period, "\" is no period"),
                "write 2026-02, 2026-Q1, 2026 or FROM/TO");
}

// A valid proof about something else is no answer to the question.
void CompareQuestion(const ledger::PackScope& question, const PackLedger& pack, Verdict& verdict) {
  const ledger::PackScope& scope = pack.scope();
  const auto compare = [&](absl::string_view what, const std::string& asked,
                           const std::string& found) {
    if (asked == found) return;
    AddFinding(verdict, "question", absl::StrCat(what, " ", asked.empty() ? "all" : asked),
               absl::StrCat("a pack of ", what, " ", found));
  };
  compare("agreement", question.agreement, scope.agreement);
  // A pack of everything answers for each part of it.
  if (!scope.objective.empty()) compare("objective", question.objective, scope.objective);
  if (!scope.period.empty()) compare("period", question.period, scope.period);
  if (question.at_size == 0 || pack.Knows(question.at_size)) return;
  AddFinding(verdict, "question", absl::StrCat("size ", question.at_size),
             absl::StrCat("a pack that tells of size ",
                          scope.at_size == 0 ? pack.head().size : scope.at_size));
}

// What the terms rest on in `scope` must be shown, whatever the pack chose to show.
absl::Status CompareShown(const ledger::PackScope& scope, const PackLedger& pack,
                          Verdict& verdict) {
  const absl::StatusOr<ledger::PackSelection> wanted = replay::SelectForPack(pack, scope);
  if (!wanted.ok()) {
    AddFinding(verdict, "withheld", absl::StrCat("what agreement ", scope.agreement, " rests on"),
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

// Nobody signed what the pack says that it was made for, nor that nothing was left out of it: the
// one is held against the question, the other is shown by the heads event or not at all.
void JudgeCompleteness(const Invocation& call, const PackLedger& pack, Verdict& verdict) {
  if (pack.complete()) {
    verdict.completeness = "shown";
    return;
  }
  verdict.completeness = "not shown";
  if (call.arguments.Has("allow-incomplete")) return;  // the report has a note of it
  AddFinding(verdict, kIncomplete, "a heads event that closes the log, and its proof",
             "a pack from the ends of whose streams anything may have been left out: its figures "
             "are what its maker chose to show; ask for a complete one, or take it for that with "
             "--allow-incomplete");
}

// What people asked for, in front of the hashes that programs compare; a pack of years has the rest
// in its replay.
void NameFigures(const replay::Result& result, Verdict& verdict) {
  constexpr size_t kNamed = 12;
  std::vector<std::string>& notes = verdict.report.notes;
  for (const replay::WindowResult& window : result.windows) {
    if (&window - result.windows.data() == kNamed) {
      notes.push_back(absl::StrCat("and ", result.windows.size() - kNamed,
                                   " more windows: `replay ", Printable(result.agreement),
                                   " -C PACK` has them all"));
      return;
    }
    const bool percent = window.unit == ValueUnit::kRatio;
    const std::string value =
        window.value.has_value()
            ? absl::StrCat(replay::DisplayValue(*window.value, window.unit), percent ? " %" : "")
            : std::string("no value");
    notes.push_back(
        absl::StrCat("figure: ", Printable(window.objective), " ",
                     FormatInstant(window.window.first), "/", FormatInstant(window.window.limit),
                     ": ", value, ", ", std::string(replay::VerdictName(window.verdict)), ", ",
                     window.credit.has_value() ? FormatMoney(window.credit->amount) : "no credit"));
  }
}

// The figures that the question asks for, computed from the pack alone.
absl::Status ComputeAnswer(const ledger::PackScope& question, const PackLedger& pack,
                           Verdict& verdict) {
  replay::ReplayRequest request;
  request.agreement = question.agreement;
  if (!question.objective.empty()) request.objective = question.objective;
  if (!question.period.empty()) {
    const absl::StatusOr<replay::Period> period = replay::ParsePeriod(question.period);
    if (!period.ok()) {
      return Refuse("usage", absl::StrCat("\"", question.period, "\" is no period"),
                    "write 2026-02, 2026-Q1, 2026 or FROM/TO");
    }
    request.period = *period;
  }
  if (question.at_size != 0) request.axes.at_size = question.at_size;
  const absl::StatusOr<replay::Result> result = replay::Replay(pack, request);
  if (absl::IsFailedPrecondition(result.status())) {
    verdict.report.notes.push_back(
        absl::StrCat("no figures: ", std::string(result.status().message())));
    return absl::OkStatus();
  }
  if (!result.ok()) return Translate(Doing::kReading, result.status());
  verdict.figures += result->windows.size();
  verdict.report.notes.push_back(absl::StrCat(
      pack.complete() ? "answer" : "INCOMPLETE answer", ": agreement ", question.agreement,
      question.objective.empty() ? "" : absl::StrCat(", objective ", question.objective),
      question.period.empty() ? "" : absl::StrCat(", period ", question.period), ", ",
      result->windows.size(), " windows as known at size ", result->known.size, ": figures ",
      result->figures.ToHex(), ", result ", result->digest.ToHex()));
  NameFigures(*result, verdict);
  for (const replay::Finding& finding : result->findings) {
    const bool told =
        finding.kind == "figure-indeterminate" || finding.kind == "closing-not-reproduced";
    if (told) verdict.report.notes.push_back(finding.message);
  }
  return absl::OkStatus();
}

// What was stated of the windows that the pack shows must come out of it.
absl::Status CompareStated(const PackLedger& pack, Verdict& verdict) {
  replay::AuditScope scope;
  if (!pack.scope().objective.empty()) scope.objective = pack.scope().objective;
  if (!pack.scope().period.empty()) {
    const absl::StatusOr<replay::Period> period = replay::ParsePeriod(pack.scope().period);
    if (!period.ok()) return Translate(Doing::kReading, period.status());
    scope.period = *period;
  }
  return CompareFigures(pack, pack.scope().agreement, verdict, scope);
}

absl::Status CompareFiguresOf(const Invocation& call, const ledger::PackScope& question,
                              const PackLedger& pack, Verdict& verdict) {
  // Figures of a pack that is not what it should be are worth nothing.
  if (!verdict.verified()) return absl::OkStatus();
  if (call.arguments.Has("no-figures")) {
    verdict.report.notes.push_back("figures were not computed");
    return absl::OkStatus();
  }
  const absl::StatusOr<std::vector<ledger::PackRow>> rows =
      ledger::ParsePackRows(pack.scope().period);
  if (!rows.ok()) return Translate(Doing::kReading, rows.status());
  if (!rows->empty()) return DescribeRows(*rows, pack, verdict);
  TALLY_RETURN_IF_ERROR(ComputeAnswer(question, pack, verdict));
  return CompareStated(pack, verdict);
}

absl::Status CompareWithTrust(const Trust& trust, const PackLedger& pack, Verdict& verdict) {
  JudgeNames(trust, pack, verdict);
  CompareLogKeys(trust, pack, std::string(pack.checkpoint()), verdict);
  TALLY_RETURN_IF_ERROR(CompareRetained(trust, pack, verdict));
  if (trust.policy.has_value()) {
    ComparePolicy(trust, std::string(pack.checkpoint()), verdict);
  }
  if (verdict.against.empty()) {
    verdict.against.push_back({"self", pack.origin(), pack.head().size, true});
    verdict.report.notes.push_back(
        "checked against its own log key only: this proves nothing against the log's operator; "
        "keep a checkpoint and use --against, or name the log key with --trust");
  }
  // A stamp says when, and not that nothing else was there before: it takes no warning away.
  return CompareStamps(trust, pack, verdict);
}

// Whether everything is shown that figures rest on, and what they are.
absl::Status JudgeAnswer(const Invocation& call, const ledger::PackScope& question,
                         const PackLedger& pack, Verdict& verdict) {
  TALLY_RETURN_IF_ERROR(CompareShown(pack.scope(), pack, verdict));
  // A size that the pack was made for says nothing about the terms of the one that is asked for.
  if (verdict.verified() && question != pack.scope()) {
    TALLY_RETURN_IF_ERROR(CompareShown(question, pack, verdict));
  }
  return CompareFiguresOf(call, question, pack, verdict);
}

}  // namespace

bool IsPackFile(const std::string& path) {
  const absl::StatusOr<std::string> begin = ledger::ReadBeginning(path, 8);
  return begin.ok() && begin->size() == 8 && ledger::LooksLikePack(AsBytes(*begin));
}

// A file that is being written may grow while it is read, so what comes is counted, and not what
// was promised. Room is made once: a vector that grows holds its bytes twice.
absl::StatusOr<Bytes> ReadPackFile(const std::string& file) {
  const absl::StatusOr<ledger::PlainFile> open =
      ledger::PlainFile::Open(file, ledger::Links::kFollowed);
  if (!open.ok()) {
    return RefuseAt({file, 0, 0}, "file-unreadable", open.status().message(),
                    "name a file that this user may read");
  }
  const uint64_t size = open->size();
  Bytes bytes(std::min<uint64_t>(size, ledger::kPackBytesMax));
  const absl::StatusOr<size_t> filled = open->Fill(bytes);
  uint8_t more = 0;
  const absl::StatusOr<size_t> behind = open->Fill({&more, 1});
  const bool whole = filled.ok() && *filled == bytes.size();
  if (whole && size == bytes.size() && behind.ok() && *behind == 0) return bytes;
  return RefuseAt({file, 0, 0}, "bad-input",
                  whole && size > ledger::kPackBytesMax
                      ? absl::StrCat("is a pack of ", size, " bytes; at most ",
                                     ledger::kPackBytesMax, " are read")
                      : std::string("changed while it was read"),
                  whole && size > ledger::kPackBytesMax
                      ? "ask for one that shows less (--objective, --period)"
                      : "try again when whoever writes it is done");
}

absl::StatusOr<Verdict> VerifyPack(const Invocation& call, const std::string& file,
                                   const Trust& trust) {
  Verdict verdict;
  verdict.subject = "pack";
  verdict.completeness = "not shown";
  const bool limited = call.world.owns_process && !call.arguments.Has("no-limits");
  const bool json = call.console.json();
  if (limited) LimitMemory(kVerifyMemoryMax, json);
  TALLY_ASSIGN_OR_RETURN(Bytes bytes, ReadPackFile(file));
  TALLY_RETURN_IF_ERROR(RequireTrust(trust, bytes));
  Duration allowed;
  if (limited) {
    allowed = TimeAllowedFor(ledger::CostOfPack(bytes));
    LimitTime(allowed, VerifyStage::kProofs, json);
  }
  ledger::OpenedPack opened = ledger::OpenPack(std::move(bytes));
  verdict.report = std::move(opened.report);
  if (opened.ledger == nullptr) return verdict;
  const PackLedger& pack = *opened.ledger;
  TALLY_RETURN_IF_ERROR(CompareWithTrust(trust, pack, verdict));
  const ledger::PackScope question = QuestionOf(call, pack);
  TALLY_RETURN_IF_ERROR(CheckPeriod(call));
  CompareQuestion(question, pack, verdict);
  if (limited) LimitTime(allowed, VerifyStage::kFigures, json);
  const absl::Status judged = JudgeAnswer(call, question, pack, verdict);
  if (!judged.ok()) {
    const Fault fault = FaultOf(judged);
    if (fault.code == "usage" || ExitOf(fault) == kExitStorage) return judged;
    // What the pack's own acts cite, and it does not tell, is its fault and not the caller's.
    AddFinding(verdict, "figures", "what the pack states, computed again from it", fault.message);
  }
  if (limited) LiftTimeLimit();
  JudgeCompleteness(call, pack, verdict);
  return verdict;
}

std::vector<OptionSpec> PackQuestionOptions() {
  return {
      {"agreement", 0, ValueType::kText, "A", "packs: the agreement that it must be about"},
      {"objective", 0, ValueType::kText, "O", "packs: the objective, else all"},
      {"period", 0, ValueType::kText, "P", "packs: the period that it must answer for, else all"},
      {"at-size", 0, ValueType::kNumber, "N", "packs: as known when the log had N records"},
  };
}

}  // namespace tally::tools
