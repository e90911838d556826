// Copying out and copying back.
#include "ledger/log/backup.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "ledger/crypto/sha256_stream.h"
#include "ledger/log/backend.h"
#include "ledger/log/head_file.h"
#include "ledger/log/layout.h"
#include "ledger/log/reader.h"
#include "ledger/log/undo.h"
#include "ledger/store/durable_file.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

namespace fs = std::filesystem;

constexpr char kLedgerFolder[] = "ledger";
constexpr char kHeadName[] = "ledger.head";
constexpr char kCheckpointName[] = "checkpoint";
// Rows that are committed to the copy together: few synced writes, and little memory.
constexpr size_t kCopiedTogether = 8 * 1024 * 1024;
constexpr size_t kManifestBytes = 64 * 1024 * 1024;
constexpr int kAttempts = 5;

std::string Join(const std::string& folder, absl::string_view name) {
  return absl::StrCat(folder, "/", name);
}

absl::Status MakeFolder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (!error) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("cannot make ", path, ": ", error.message()));
}

absl::Status RequireEmpty(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path, error);
  if (!fs::exists(status)) return absl::OkStatus();
  if (fs::is_directory(status) && fs::is_empty(path, error) && !error) return absl::OkStatus();
  return absl::AlreadyExistsError(absl::StrCat(path, " is there already and is no empty folder"));
}

// Removes what a failed attempt made; what stays behind is said by the next attempt.
class Unfinished {
 public:
  explicit Unfinished(std::string path) : path_(std::move(path)) {}
  ~Unfinished() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  void Keep() { path_.clear(); }

 private:
  std::string path_;
};

absl::Status CopyRows(const Store& source, Store& copy) {
  WriteSet writes;
  size_t bytes = 0;
  absl::Status committed;
  TALLY_RETURN_IF_ERROR(source.Scan({}, {}, [&](ByteView key, ByteView value) {
    writes.puts.push_back({Bytes(key.begin(), key.end()), Bytes(value.begin(), value.end())});
    bytes += key.size() + value.size();
    if (bytes < kCopiedTogether) return true;
    committed = copy.Commit(writes);
    writes = WriteSet();
    bytes = 0;
    return committed.ok();
  }));
  TALLY_RETURN_IF_ERROR(committed);
  return copy.Commit(writes);
}

// What the head does not cover goes, as if the writer had been closed at that head.
absl::Status SettleAt(const HeadSlot& head, Store& copy) {
  TALLY_ASSIGN_OR_RETURN(CutBack cut, MakeCutBack(copy, head.size));
  const Bytes limit = {'U' + 1};
  TALLY_RETURN_IF_ERROR(copy.Scan(layout::Undo(0), limit, [&](ByteView key, ByteView) {
    cut.writes.deletes.emplace_back(key.begin(), key.end());
    return true;
  }));
  cut.writes.puts.push_back({layout::Head(), EncodeHeadSlot(head)});
  return copy.Commit(cut.writes);
}

// A writer that replaces a file between two looks makes the opening fail; then the head moved on.
absl::StatusOr<ReadableLog> OpenBesideWriter(const EmbeddedLogOptions& options) {
  absl::StatusOr<ReadableLog> log = OpenEmbeddedLogForReading(options);
  for (int attempt = 1; !log.ok() && attempt < kAttempts; ++attempt) {
    log = OpenEmbeddedLogForReading(options);
  }
  return log;
}

absl::StatusOr<HeadSlot> CopyStore(const EmbeddedLogOptions& source, const std::string& directory) {
  TALLY_ASSIGN_OR_RETURN(const ReadableLog log, OpenBesideWriter(source));
  if (log.head.size == 0) return absl::FailedPreconditionError("the ledger has no records yet");
  Store::Options options;
  options.directory = directory;
  options.mode = Store::Mode::kReadWrite;
  options.create = true;
  TALLY_ASSIGN_OR_RETURN(const std::unique_ptr<Store> copy, Store::Open(options));
  TALLY_RETURN_IF_ERROR(CopyRows(*log.store, *copy));
  TALLY_RETURN_IF_ERROR(SettleAt(log.head, *copy));
  TALLY_RETURN_IF_ERROR(copy->CloseCleanly());
  return log.head;
}

// Files beside the store are copied before the head is read: what they cover, it covers.
absl::Status CopyBeside(const BackupOptions& options, const std::string& directory,
                        const std::string& target) {
  for (const std::string& name : options.beside) {
    TALLY_ASSIGN_OR_RETURN(const PathKind kind, KindOf(Join(directory, name)));
    if (kind == PathKind::kAbsent) continue;
    TALLY_RETURN_IF_ERROR(
        CopyFileDurably(Join(directory, name), Join(target, name), [](ByteView) {}));
  }
  return absl::OkStatus();
}

// What lies beside the store is published by who has the copy: a checkpoint that the log signed, of
// a tree that the copy holds, and nothing else.
absl::Status CheckBeside(const std::string& folder, const std::vector<std::string>& beside) {
  LedgerOptions options;
  options.directory = Join(folder, kLedgerFolder);
  TALLY_ASSIGN_OR_RETURN(const std::unique_ptr<Ledger> copy, Ledger::Open(options));
  for (const std::string& name : beside) {
    TALLY_ASSIGN_OR_RETURN(const PathKind kind, KindOf(Join(options.directory, name)));
    if (kind == PathKind::kAbsent) continue;
    const absl::StatusOr<std::string> note =
        ReadWholeFile(Join(options.directory, name), kNoteBytesMax);
    const absl::StatusOr<Checkpoint> said = note.ok() ? copy->keyring().log_keys().Open(*note)
                                                      : absl::StatusOr<Checkpoint>(note.status());
    const absl::StatusOr<Hash> root =
        said.ok() ? copy->RootAt(said->size) : absl::StatusOr<Hash>(said.status());
    if (root.ok() && *root == said->root) continue;
    return absl::DataLossError(
        absl::StrCat(name, " beside the store is no checkpoint of what the copy holds: ",
                     root.ok() ? "it has another root there" : root.status().message()));
  }
  return absl::OkStatus();
}

std::string FirstFinding(const AuditReport& report) {
  const AuditFinding& finding = report.findings.front();
  return absl::StrCat(finding.kind,
                      finding.index ? absl::StrCat(" at record ", *finding.index) : "",
                      ": expected ", finding.expected, ", found ", finding.found);
}

absl::StatusOr<AuditReport> AuditCopy(const std::string& folder, int threads) {
  AuditOptions audit;
  audit.ledger.directory = Join(folder, kLedgerFolder);
  audit.threads = threads;
  AuditReport report = Audit(audit);
  if (report.verified) return report;
  return absl::DataLossError(absl::StrCat("the copy does not verify: ", FirstFinding(report)));
}

absl::StatusOr<Hash> DigestOfFile(const std::string& path) {
  Sha256Stream stream;
  TALLY_RETURN_IF_ERROR(ReadFileParts(path, [&](ByteView part) { stream.Add(part); }));
  return stream.Finish();
}

uint64_t BytesOf(const BackupManifest& manifest) {
  uint64_t bytes = 0;
  for (const BackupManifest::File& file : manifest.files) bytes += file.size;
  return bytes;
}

absl::StatusOr<BackupReport> DescribeCopy(const BackupOptions& options, const HeadSlot& head) {
  BackupReport report;
  TALLY_ASSIGN_OR_RETURN(report.audit, AuditCopy(options.target, options.threads));
  BackupManifest& manifest = report.manifest;
  manifest.ledger = report.audit.ledger_id;
  manifest.origin = report.audit.origin;
  manifest.size = head.size;
  manifest.root = head.root;
  manifest.recorded_ms = head.recorded_ms;
  TALLY_ASSIGN_OR_RETURN(manifest.files, ListBackupFiles(options.target));
  for (BackupManifest::File& file : manifest.files) {
    TALLY_ASSIGN_OR_RETURN(file.digest, DigestOfFile(Join(options.target, file.name)));
  }
  report.bytes = BytesOf(manifest);
  return report;
}

// ---- The way back --------------------------------------------------------------------------

absl::StatusOr<BackupManifest> ReadManifest(const std::string& backup) {
  const absl::StatusOr<std::string> text =
      ReadWholeFile(Join(backup, kBackupManifestName), kManifestBytes);
  if (absl::IsNotFound(text.status())) {
    return absl::InvalidArgumentError(
        absl::StrCat(backup, " is no backup: it has no file ", kBackupManifestName,
                     ", which is written last, so a backup that was cut short has none"));
  }
  if (!text.ok()) return text.status();
  return DecodeBackupManifest(*text);
}

struct ExpectedHead {
  std::string note;
  Checkpoint says;  // trusted by nobody yet
};

absl::StatusOr<std::vector<ExpectedHead>> ReadExpected(const RestoreOptions& options,
                                                       const BackupManifest& manifest) {
  std::vector<ExpectedHead> heads;
  for (const std::string& note : options.expected) {
    TALLY_ASSIGN_OR_RETURN(const Note parsed, ParseNote(note));
    TALLY_ASSIGN_OR_RETURN(const Checkpoint says, ParseCheckpointText(parsed.text));
    if (says.origin != manifest.origin) {
      return absl::InvalidArgumentError(absl::StrCat("the expected head is of ", says.origin,
                                                     ", the backup of ", manifest.origin));
    }
    heads.push_back({note, says});
  }
  if (heads.empty()) return absl::InvalidArgumentError("no head was named that it must hold");
  return heads;
}

std::string HeadWords(uint64_t size, const Hash& root) {
  return absl::StrCat(size, " records with root ", ToBase64(root.view()));
}

// A number decides before gigabytes are copied; signatures and roots are compared afterwards.
absl::Status CheckNotOlder(const std::vector<ExpectedHead>& expected,
                           const BackupManifest& manifest) {
  for (const ExpectedHead& head : expected) {
    if (head.says.size <= manifest.size) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("the backup is older than the expected head: it holds ",
                     HeadWords(manifest.size, manifest.root), ", expected are ",
                     HeadWords(head.says.size, head.says.root), ": records ", manifest.size, " to ",
                     head.says.size - 1, " were acknowledged and would be lost"));
  }
  return absl::OkStatus();
}

absl::Status CheckHolds(const Ledger& ledger, const std::vector<ExpectedHead>& expected) {
  for (const ExpectedHead& head : expected) {
    // Under the keys of its size: the log's key may have been replaced since.
    const absl::StatusOr<Checkpoint> signed_head = ledger.keyring().log_keys().Open(head.note);
    if (!signed_head.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("the expected head is not signed by the log ",
                                                     ledger.origin(), ": ",
                                                     signed_head.status().message()));
    }
    TALLY_ASSIGN_OR_RETURN(const Hash root, ledger.RootAt(signed_head->size));
    if (root == signed_head->root) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("the backup is of a fork: the expected head has ",
                     HeadWords(signed_head->size, signed_head->root), ", the backup has ",
                     HeadWords(signed_head->size, root), ", and the log's key signed both"));
  }
  return absl::OkStatus();
}

// A head that survived the store's loss is the newest that there is.
absl::Status CheckHeadPlace(const std::string& head_path, const BackupManifest& manifest) {
  TALLY_ASSIGN_OR_RETURN(const PathKind kind, KindOf(head_path));
  if (kind == PathKind::kAbsent) return absl::OkStatus();
  const absl::StatusOr<HeadSlot> head = HeadFile::Read(head_path);
  if (!head.ok()) return absl::AlreadyExistsError(head.status().message());
  if (head->ledger != manifest.ledger) {
    return absl::AlreadyExistsError(absl::StrCat(head_path, " is the head of another ledger"));
  }
  if (head->size == manifest.size && head->root == manifest.root) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "the head that lies at ", head_path, " covers ", HeadWords(head->size, head->root),
      ", the backup holds ", HeadWords(manifest.size, manifest.root)));
}

absl::Status CheckParts(const RestoreOptions& options, const BackupManifest& manifest) {
  const auto is_part = [&](absl::string_view name) {
    if (name == kCheckpointName || name == kHeadName) return true;
    if (!absl::ConsumePrefix(&name, absl::StrCat(kLedgerFolder, "/"))) return false;
    if (std::ranges::find(options.beside, name) != options.beside.end()) return true;
    return absl::ConsumePrefix(&name, "store/") && !absl::StrContains(name, '/');
  };
  for (const BackupManifest::File& file : manifest.files) {
    if (is_part(file.name)) continue;
    return absl::DataLossError(
        absl::StrCat(file.name, " is no part of a backup, which has the store, its head and ",
                     "checkpoints, and no key: it was planted, and listed with the others"));
  }
  return absl::OkStatus();
}

// Copies every file, and refuses the first whose bytes are not those of the manifest.
absl::Status CopyFiles(const BackupManifest& manifest, const std::string& backup,
                       const std::string& target) {
  TALLY_RETURN_IF_ERROR(CompareBackupFiles(manifest, backup));
  for (const BackupManifest::File& file : manifest.files) {
    const std::string path = Join(target, file.name);
    TALLY_RETURN_IF_ERROR(MakeFolder(DirectoryOf(path)));
    Sha256Stream stream;
    TALLY_RETURN_IF_ERROR(
        CopyFileDurably(Join(backup, file.name), path, [&](ByteView part) { stream.Add(part); }));
    if (stream.Finish() != file.digest) {
      return absl::DataLossError(
          absl::StrCat(file.name, " was changed: its digest is not the one that was written"));
    }
  }
  return absl::OkStatus();
}

absl::Status SyncFolders(const std::string& folder) {
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    if (entry.is_directory()) TALLY_RETURN_IF_ERROR(SyncDirectory(entry.path().string()));
  }
  return SyncDirectory(folder);
}

// The audited copy becomes the ledger. A crash before the rename leaves a head without a store,
// which opens for nobody and which the same restore accepts; after it the ledger is whole.
absl::Status PlaceAudited(const std::string& folder, const EmbeddedLogOptions& ledger) {
  TALLY_ASSIGN_OR_RETURN(const PathKind head, KindOf(ledger.head_path));
  if (head == PathKind::kAbsent) {
    TALLY_RETURN_IF_ERROR(MakeFolder(DirectoryOf(ledger.head_path)));
    TALLY_ASSIGN_OR_RETURN(const std::string bytes,
                           ReadWholeFile(Join(folder, kHeadName), 2 * kHeadSlotBytes));
    TALLY_RETURN_IF_ERROR(WriteFileDurably(ledger.head_path, bytes));
  }
  if (ledger.head_path != ledger.directory + ".head") {
    TALLY_RETURN_IF_ERROR(WriteFileDurably(HeadPathFile(Join(folder, kLedgerFolder)),
                                           absl::StrCat(ledger.head_path, "\n")));
  }
  TALLY_RETURN_IF_ERROR(SyncFolders(folder));
  std::error_code error;
  fs::remove(ledger.directory, error);  // an empty folder; anything else stays and is in the way
  return RenameDurably(Join(folder, kLedgerFolder), ledger.directory);
}

absl::Status CompareAudit(const AuditReport& audit, const BackupManifest& manifest) {
  if (audit.ledger_id == manifest.ledger && audit.size == manifest.size &&
      audit.root == manifest.root) {
    return absl::OkStatus();
  }
  return absl::DataLossError(
      absl::StrCat(kBackupManifestName, " tells of ledger ", manifest.ledger.ToHex(), " and ",
                   HeadWords(manifest.size, manifest.root), ", the copy is ledger ",
                   audit.ledger_id.ToHex(), " with ", HeadWords(audit.size, audit.root)));
}

}  // namespace

absl::StatusOr<std::string> NoteOfHead(const std::string& path) {
  TALLY_ASSIGN_OR_RETURN(std::string bytes, ReadWholeFile(path, kNoteBytesMax));
  if (bytes.find('\0') == std::string::npos) return bytes;
  TALLY_ASSIGN_OR_RETURN(const HeadSlot head, HeadFile::Read(path));
  return head.note;
}

absl::StatusOr<BackupReport> MakeBackup(const BackupOptions& options) {
  const EmbeddedLogOptions source = BackendOptions(options.ledger);
  TALLY_RETURN_IF_ERROR(RequireEmpty(options.target));
  Unfinished unfinished(options.target);
  const std::string directory = Join(options.target, kLedgerFolder);
  TALLY_RETURN_IF_ERROR(MakeFolder(directory));
  TALLY_RETURN_IF_ERROR(CopyBeside(options, source.directory, directory));
  TALLY_ASSIGN_OR_RETURN(const HeadSlot head, CopyStore(source, Join(directory, "store")));
  TALLY_RETURN_IF_ERROR(
      HeadFile::Create(Join(options.target, kHeadName), head, HeadFileCalls::System(), {})
          .status());
  TALLY_RETURN_IF_ERROR(WriteFileDurably(Join(options.target, kCheckpointName), head.note));
  TALLY_ASSIGN_OR_RETURN(BackupReport report, DescribeCopy(options, head));
  TALLY_RETURN_IF_ERROR(CheckBeside(options.target, options.beside));
  TALLY_RETURN_IF_ERROR(SyncFolders(options.target));
  // A crash before this leaves a folder without a manifest, which no restore takes.
  TALLY_RETURN_IF_ERROR(WriteFileDurably(Join(options.target, kBackupManifestName),
                                         EncodeBackupManifest(report.manifest)));
  unfinished.Keep();
  return report;
}

absl::StatusOr<BackupReport> RestoreBackup(const RestoreOptions& options) {
  const EmbeddedLogOptions ledger = BackendOptions(options.ledger);
  BackupReport report;
  TALLY_ASSIGN_OR_RETURN(report.manifest, ReadManifest(options.backup));
  TALLY_ASSIGN_OR_RETURN(const std::vector<ExpectedHead> expected,
                         ReadExpected(options, report.manifest));
  TALLY_RETURN_IF_ERROR(RequireEmpty(ledger.directory));
  TALLY_RETURN_IF_ERROR(CheckHeadPlace(ledger.head_path, report.manifest));
  TALLY_RETURN_IF_ERROR(CheckNotOlder(expected, report.manifest));
  TALLY_RETURN_IF_ERROR(CheckParts(options, report.manifest));
  const std::string folder = absl::StrCat(ledger.directory, ".restoring");
  TALLY_RETURN_IF_ERROR(RequireEmpty(folder));
  Unfinished unfinished(folder);
  TALLY_RETURN_IF_ERROR(MakeFolder(folder));
  TALLY_RETURN_IF_ERROR(CopyFiles(report.manifest, options.backup, folder));
  TALLY_ASSIGN_OR_RETURN(report.audit, AuditCopy(folder, options.threads));
  TALLY_RETURN_IF_ERROR(CompareAudit(report.audit, report.manifest));
  {
    LedgerOptions copy;
    copy.directory = Join(folder, kLedgerFolder);
    TALLY_ASSIGN_OR_RETURN(const std::unique_ptr<Ledger> opened, Ledger::Open(copy));
    TALLY_RETURN_IF_ERROR(CheckHolds(*opened, expected));
  }
  TALLY_RETURN_IF_ERROR(CheckBeside(folder, options.beside));
  TALLY_RETURN_IF_ERROR(PlaceAudited(folder, ledger));
  report.bytes = BytesOf(report.manifest);
  return report;
}

}  // namespace tally::ledger
