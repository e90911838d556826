// backup and restore: a copy of the ledger to keep, and the way back, which never leads to less
// than the caller knows was acknowledged.
#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "ledger/chain/note.h"
#include "ledger/log/backup.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/ledger_access.h"
#include "tools/session.h"

namespace tally::tools {
namespace {

constexpr char kCosignedName[] = "cosigned.checkpoint";
constexpr char kNothingChanged[] = "nothing was written where the ledger would lie";

std::string WithoutSlash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

int Threads(const Invocation& call) {
  const uint64_t jobs = call.arguments.Number("jobs").value_or(1);
  return static_cast<int>(std::clamp<uint64_t>(jobs, 1, 64));
}

void Report(const Invocation& call, absl::string_view done, const std::string& backup,
            const std::string& directory, const ledger::BackupReport& report) {
  const ledger::BackupManifest& manifest = report.manifest;
  call.console.Line(absl::StrCat(done, ": ledger ", manifest.ledger.ToHex(), ", ", manifest.size,
                                 " records, ", report.audit.covered.events, " events, root ",
                                 ToBase64(manifest.root.view()), ", ", manifest.files.size(),
                                 " files of ", report.bytes, " bytes, all verified"));
  JsonWriter json;
  json.BeginObject()
      .Field("format", absl::StrCat("tally.", done, "/1"))
      .Field("backup", backup)
      .Field("directory", directory)
      .Field("ledger_id", manifest.ledger.ToHex())
      .Field("origin", manifest.origin)
      .NumberField("size", manifest.size)
      .Field("root", ToBase64(manifest.root.view()))
      .NumberField("events", report.audit.covered.events)
      .NumberField("files", manifest.files.size())
      .NumberField("bytes", report.bytes)
      .EndObject();
  call.console.Json(json);
}

absl::Status TranslateBackup(const std::string& target, const absl::Status& status) {
  if (absl::IsAlreadyExists(status)) {
    return Refuse("already-exists", status.message(), "name a folder that is absent or empty");
  }
  if (absl::IsUnavailable(status)) {
    return Refuse("storage-failed", status.message(),
                  absl::StrCat("there is no backup at ", target, "; make another one"));
  }
  if (absl::IsDataLoss(status)) {
    return Refuse(
        "ledger-unverified", status.message(),
        "there is no backup; `tally verify` says more, `tally salvage` saves what it can");
  }
  return Translate(Doing::kOpening, status);
}

absl::StatusOr<int> RunBackup(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const std::string directory, LedgerDirectory(call));
  TALLY_RETURN_IF_ERROR(CheckIsLedger(directory));
  ledger::BackupOptions options;
  options.ledger.directory = directory;
  options.target = WithoutSlash(call.arguments.At(0));
  options.beside = {kCosignedName};
  options.threads = Threads(call);
  const absl::StatusOr<ledger::BackupReport> report = ledger::MakeBackup(options);
  if (!report.ok()) return TranslateBackup(options.target, report.status());
  Report(call, "backup", options.target, directory, *report);
  call.console.Note(absl::StrCat(
      "private keys are not in it; keep ", options.target,
      "/checkpoint, or a newer one, elsewhere: `tally restore` asks for it with --expect-head"));
  return kExitDone;
}

absl::Status TranslateRestore(const ledger::RestoreOptions& options, const absl::Status& status) {
  if (absl::IsAlreadyExists(status)) {
    return Refuse("already-exists", status.message(),
                  absl::StrCat("name another directory with -C; ", kNothingChanged));
  }
  if (absl::IsDataLoss(status)) {
    return RefuseAt({options.backup, 0, 0}, "backup-refused", status.message(),
                    absl::StrCat("restore another backup; ", kNothingChanged));
  }
  if (absl::IsFailedPrecondition(status)) {
    return RefuseAt(
        {options.backup, 0, 0}, "backup-refused", status.message(),
        absl::StrCat("restore one that holds what the head covers; `tally verify ", options.backup,
                     "/ledger --against FILE --evidence OUT` says more; ", kNothingChanged));
  }
  if (absl::IsInvalidArgument(status) || absl::IsPermissionDenied(status) ||
      absl::IsNotFound(status)) {
    return RefuseAt({options.backup, 0, 0}, "bad-input", status.message(), kNothingChanged);
  }
  return Translate(Doing::kOpening, status);
}

absl::StatusOr<ledger::RestoreOptions> ReadRestore(const Invocation& call) {
  ledger::RestoreOptions options;
  options.backup = WithoutSlash(call.arguments.At(0));
  options.threads = Threads(call);
  options.beside = {kCosignedName};
  TALLY_ASSIGN_OR_RETURN(options.ledger.directory, LedgerDirectory(call));
  if (const auto head_dir = call.arguments.Value("head-dir"); head_dir.has_value()) {
    const std::filesystem::path name =
        std::filesystem::absolute(options.ledger.directory).filename();
    options.ledger.head_path =
        (std::filesystem::absolute(*head_dir) / absl::StrCat(name.string(), ".head")).string();
  }
  for (const std::string& file : call.arguments.Values("expect-head")) {
    absl::StatusOr<std::string> note = ledger::NoteOfHead(file);
    const absl::Status read = note.ok() ? ledger::ParseNote(*note).status() : note.status();
    if (!read.ok()) {
      return RefuseAt({file, 0, 0}, "file-unreadable",
                      absl::StrCat("cannot be read as a head: ", read.message()),
                      "name a checkpoint, or a head file that outlived the ledger");
    }
    options.expected.push_back(*std::move(note));
  }
  return options;
}

absl::StatusOr<int> RunRestore(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const ledger::RestoreOptions options, ReadRestore(call));
  const absl::StatusOr<ledger::BackupReport> report = ledger::RestoreBackup(options);
  if (!report.ok()) return TranslateRestore(options, report.status());
  Report(call, "restore", options.backup, options.ledger.directory, *report);
  call.console.Note(
      absl::StrCat("before anything is appended: see that no other copy of this ledger is written "
                   "to any more, or the log signs a fork; then put log.pem and service.pem back "
                   "into ",
                   options.ledger.directory, "/keys"));
  return kExitDone;
}

}  // namespace

std::vector<Command> BackupCommands() {
  Command backup{.name = "backup",
                 .summary = "copy the ledger as it stands, beside a writer at work",
                 .run = RunBackup};
  backup.operands = {
      {"DIR", "the backup's folder; absent or empty", Arity::kOne, ValueType::kDirectory}};
  backup.options = {{"jobs", 'j', ValueType::kNumber, "N", "threads"}};
  backup.text =
      "The copy is the ledger at its newest acknowledged head, audited before it is called a\n"
      "backup; DIR/BACKUP lists the digest of every file and is written last. DIR/ledger can be\n"
      "read where it lies. Private keys are not copied.";
  backup.examples = {"tally -C acme.ledger backup /mnt/backup/2026-03-01"};
  Command restore{.name = "restore",
                  .summary = "make a ledger from a backup, unless it is an older one",
                  .run = RunRestore};
  restore.operands = {{"DIR", "the backup's folder", Arity::kOne, ValueType::kDirectory}};
  restore.options = {
      {"expect-head", 0, ValueType::kFile, "FILE",
       "the newest head that you know of: a checkpoint, or a head file that outlived the ledger",
       true, true},
      {"head-dir", 0, ValueType::kDirectory, "DIR",
       "where the outside head shall lie, best on another disk"},
      {"jobs", 'j', ValueType::kNumber, "N", "threads"}};
  restore.text =
      "-C names the ledger to be made. Every file is compared with the backup's list, every "
      "record\n"
      "is audited, and the ledger must hold what the expected head covers: an older backup would\n"
      "lose what was acknowledged, and whoever kept a receipt could prove it. Only then does the\n"
      "ledger appear at its place. An older backup can still be read: `tally verify DIR/ledger`.";
  restore.examples = {
      "tally -C acme.ledger restore /mnt/backup/2026-03-01 --expect-head newest.checkpoint"};
  return {std::move(backup), std::move(restore)};
}

}  // namespace tally::tools
