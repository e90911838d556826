#include "ledger/log/claim.h"

#include <dirent.h>
#include <sys/stat.h>

#include <cerrno>

#include "ledger/log/layout.h"
#include "ledger/log/quarantine.h"
#include "ledger/log/start.h"
#include "ledger/log/undo.h"
#include "ledger/store/clean_mark.h"
#include "ledger/store/durable_file.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

using Mode = Store::Mode;
using Verdict = Judgement::Verdict;

absl::StatusOr<std::unique_ptr<Store>> OpenStore(const EmbeddedLogOptions& options,
                                                 const EmbeddedLogSeam& seam, Mode mode) {
  Store::Options store;
  store.directory = StoreDirectory(options);
  store.mode = mode;
  store.create = options.create;
  store.check_files = options.check_files && mode != Mode::kReadWrite;
  store.failpoint = options.failpoint;
  return seam.open_store(store);
}

// A ledger is made by a command of its own. If one half is missing, the other half is evidence of
// what was there, and starting anew would bury it.
absl::Status CheckBothArePresent(const EmbeddedLogOptions& options) {
  TALLY_ASSIGN_OR_RETURN(const PathKind directory, KindOf(options.directory));
  if (directory == PathKind::kLink) {
    return absl::FailedPreconditionError(options.directory + " is a symbolic link, no ledger");
  }
  TALLY_ASSIGN_OR_RETURN(const PathKind store, KindOf(StoreDirectory(options)));
  TALLY_ASSIGN_OR_RETURN(const PathKind head, KindOf(options.head_path));
  if (store == PathKind::kAbsent && head == PathKind::kAbsent) {
    return absl::FailedPreconditionError("there is no ledger at " + options.directory);
  }
  if (store == PathKind::kAbsent) {
    return absl::FailedPreconditionError("the head file " + options.head_path +
                                         " exists, but the store at " + StoreDirectory(options) +
                                         " is gone: a ledger is not started anew over a head");
  }
  if (head == PathKind::kAbsent) {
    return absl::FailedPreconditionError(
        "the store at " + StoreDirectory(options) + " exists, but its head file " +
        options.head_path + " is missing: without it nobody can tell what was acknowledged");
  }
  return absl::OkStatus();
}

absl::Status MakeDirectory(const std::string& path) {
  TALLY_ASSIGN_OR_RETURN(const PathKind kind, KindOf(path));
  if (kind == PathKind::kAbsent) {
    if (::mkdir(path.c_str(), 0700) != 0) return SystemError("cannot make", path, errno);
    return SyncDirectory(DirectoryOf(path));
  }
  if (kind != PathKind::kDirectory) {
    return absl::FailedPreconditionError(path + " is in the way: it is not a directory");
  }
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(path.c_str()), &::closedir);
  if (open == nullptr) return SystemError("cannot list", path, errno);
  while (const dirent* entry = ::readdir(open.get())) {
    const absl::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    return absl::FailedPreconditionError(path + " is not empty: it holds " + std::string(name));
  }
  return absl::OkStatus();
}

// What step 2 and 3 found, with the store closed again.
struct Preflight {
  Judgement judgement;
  bool damaged = false;  // the strict opening refused; the one up to the damage did not
  std::string damage;
};

absl::StatusOr<Preflight> LookFirst(const EmbeddedLogOptions& options, const EmbeddedLogSeam& seam,
                                    const HeadSlot& outside) {
  Preflight preflight;
  absl::StatusOr<std::unique_ptr<Store>> store = OpenStore(options, seam, Mode::kReadOnly);
  if (absl::IsFailedPrecondition(store.status()) || absl::IsDataLoss(store.status())) {
    preflight.damaged = true;
    preflight.damage = std::string(store.status().message());
    store = OpenStore(options, seam, Mode::kReadOnlyPointInTime);
    // The first refusal says what is wrong; the second look was only a hope.
    if (!store.ok()) return absl::FailedPreconditionError(preflight.damage);
  }
  if (!store.ok()) return store.status();
  absl::StatusOr<Judgement> judgement =
      JudgeStore(**store, outside, options.root_at, TailCheck::kVerify);
  if (!judgement.ok() && preflight.damaged) {
    return absl::FailedPreconditionError(
        preflight.damage + ". Up to the damage: " + std::string(judgement.status().message()));
  }
  if (!judgement.ok()) return judgement.status();
  preflight.judgement = *std::move(judgement);
  return preflight;
}

// Step 4, and what the event will say.
absl::StatusOr<std::optional<Claimed::Recovery>> KeepEvidence(const EmbeddedLogOptions& options,
                                                              const Preflight& preflight,
                                                              const HeadSlot& outside) {
  const std::string store = StoreDirectory(options);
  const Judgement& judgement = preflight.judgement;
  TALLY_ASSIGN_OR_RETURN(const PathKind mark, KindOf(store + "/" + kCleanMarkName));
  if (mark == PathKind::kAbsent) TALLY_RETURN_IF_ERROR(KeepLinks(store, options.directory));
  Claimed::Recovery recovery;
  recovery.head_size = outside.size;
  recovery.found_size = judgement.end.size;
  if (!preflight.damaged && judgement.verdict == Verdict::kEqual) {
    TALLY_ASSIGN_OR_RETURN(const std::optional<Quarantine> earlier,
                           FindQuarantine(options.directory, outside.epoch + 1));
    if (!earlier.has_value()) return std::optional<Claimed::Recovery>();
    recovery.kept_size = judgement.end.size;
    recovery.quarantine = earlier->index;
    recovery.reason = "an earlier start set files aside and was cut short";
    return std::optional<Claimed::Recovery>(std::move(recovery));
  }
  recovery.kept_size =
      judgement.verdict == Verdict::kTailDoesNotVerify ? outside.size : judgement.end.size;
  if (judgement.verdict == Verdict::kTailVerifies) {
    recovery.reason = "records beyond the acknowledged head were found whole and kept";
  }
  if (preflight.damaged || judgement.verdict == Verdict::kTailDoesNotVerify) {
    TALLY_ASSIGN_OR_RETURN(const Quarantine quarantine,
                           SetAside(store, options.directory, outside.epoch + 1));
    recovery.quarantine = quarantine.index;
    recovery.reason =
        preflight.damaged
            ? "read up to a damaged end of the write-ahead log: " + preflight.damage
            : "records beyond the acknowledged head did not verify: " + judgement.reason;
    // How much of the log lies behind the damage nobody knows; the copies hold all of it.
    if (preflight.damaged) recovery.dropped_bytes = quarantine.wal_bytes;
  }
  return std::optional<Claimed::Recovery>(std::move(recovery));
}

// Step 6. The pending recovery of an earlier start, whose event never followed, is kept with it.
absl::Status Recover(const Judgement& judgement, const HeadSlot& outside, ClaimedLog& log) {
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> bytes, log.store->Get(layout::Recovery()));
  std::optional<Claimed::Recovery> pending;
  if (bytes.has_value()) {
    TALLY_ASSIGN_OR_RETURN(pending, DecodeRecovery(*bytes));
  }
  if (!log.recovery.has_value()) {
    log.recovery = std::move(pending);
    return absl::OkStatus();
  }
  WriteSet writes;
  if (judgement.verdict == Verdict::kTailDoesNotVerify) {
    TALLY_ASSIGN_OR_RETURN(CutBack cut, MakeCutBack(*log.store, outside.size));
    writes = std::move(cut.writes);
    log.recovery->dropped_bytes += cut.dropped_bytes;
  }
  if (pending.has_value() && pending->quarantine != log.recovery->quarantine) {
    log.recovery->reason +=
        "; before that, with quarantine " + pending->quarantine.ToHex() + ": " + pending->reason;
  }
  writes.puts.push_back({layout::Recovery(), EncodeRecovery(*log.recovery)});
  TALLY_RETURN_IF_ERROR(log.store->Commit(writes));
  log.size = log.recovery->kept_size;
  return absl::OkStatus();
}

absl::Status FindUndos(ClaimedLog& log) {
  const Bytes limit = {'U' + 1};
  absl::Status decoded;
  TALLY_RETURN_IF_ERROR(log.store->Scan(layout::Undo(0), limit, [&](ByteView, ByteView value) {
    const absl::StatusOr<Undo> undo = DecodeUndo(value);
    if (undo.ok()) log.undos.emplace_back(undo->first, undo->limit);
    decoded = undo.status();
    return decoded.ok();
  }));
  return decoded;
}

}  // namespace

absl::StatusOr<ClaimedLog> CreateLog(const EmbeddedLogOptions& options,
                                     const EmbeddedLogSeam& seam) {
  // A crash in here leaves half a ledger that holds nothing: the next start refuses it and says
  // which half is missing, and init refuses to write over it.
  TALLY_RETURN_IF_ERROR(MakeDirectory(options.directory));
  HeadSlot first;
  first.generation = 1;
  first.epoch = 1;
  ClaimedLog log;
  TALLY_ASSIGN_OR_RETURN(log.head_file, HeadFile::Create(options.head_path, first, seam.head_calls,
                                                         options.failpoint));
  TALLY_ASSIGN_OR_RETURN(log.store, OpenStore(options, seam, Mode::kReadWrite));
  return log;
}

absl::StatusOr<ClaimedLog> ClaimLog(const EmbeddedLogOptions& options,
                                    const EmbeddedLogSeam& seam) {
  TALLY_RETURN_IF_ERROR(CheckBothArePresent(options));
  ClaimedLog log;
  TALLY_ASSIGN_OR_RETURN(log.head_file, HeadFile::OpenForWriting(options.head_path, seam.head_calls,
                                                                 options.failpoint));
  const HeadSlot outside = log.head_file->newest();
  TALLY_ASSIGN_OR_RETURN(const Preflight preflight, LookFirst(options, seam, outside));
  TALLY_ASSIGN_OR_RETURN(log.recovery, KeepEvidence(options, preflight, outside));
  if (options.failpoint) options.failpoint("claim.before-open");
  TALLY_ASSIGN_OR_RETURN(
      log.store,
      OpenStore(options, seam, preflight.damaged ? Mode::kReadWritePointInTime : Mode::kReadWrite));
  TALLY_ASSIGN_OR_RETURN(const StoredEnd end, FindStoredEnd(*log.store));
  if (end != preflight.judgement.end) {
    return absl::FailedPreconditionError(
        "the store opened for writing with " + std::to_string(end.size) +
        " records, but read-only with " + std::to_string(preflight.judgement.end.size));
  }
  log.size = end.size;
  TALLY_RETURN_IF_ERROR(Recover(preflight.judgement, outside, log));
  if (options.failpoint) options.failpoint("claim.after-recovery");
  TALLY_RETURN_IF_ERROR(FindUndos(log));
  HeadSlot next = outside;
  ++next.generation;
  ++next.epoch;
  TALLY_RETURN_IF_ERROR(log.head_file->Advance(next));
  return log;
}

absl::StatusOr<ReadableLog> OpenEmbeddedLogForReading(const EmbeddedLogOptions& options) {
  TALLY_CHECK(options.root_at != nullptr);
  TALLY_RETURN_IF_ERROR(CheckBothArePresent(options));
  while (true) {
    ReadableLog log;
    TALLY_ASSIGN_OR_RETURN(log.head, HeadFile::Read(options.head_path));
    TALLY_ASSIGN_OR_RETURN(log.store,
                           OpenStore(options, EmbeddedLogSeam::System(), Mode::kReadOnly));
    const absl::StatusOr<Judgement> judgement =
        JudgeStore(*log.store, log.head, options.root_at, TailCheck::kIgnore);
    if (judgement.ok()) return log;
    // A writer may have gone on between the two looks: then the head is another one by now.
    TALLY_ASSIGN_OR_RETURN(const HeadSlot again, HeadFile::Read(options.head_path));
    if (again == log.head) return judgement.status();
  }
}

}  // namespace tally::ledger
