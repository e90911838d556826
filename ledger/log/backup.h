// Backups: a ledger as it stood at one acknowledged head, in a folder of its own, and the way back.
//
//   BACKUP                      what follows, file by file (backup_manifest.h); written last
//   checkpoint                  the signed head, to be kept elsewhere: a restore asks for it
//   ledger.head                 the head outside, as it was
//   ledger/store/...            the database
//   ledger/...                  files that the caller named (cosigned checkpoints)
//
// Private keys are never in it: a restore refuses a backup that lists anything else, so nobody
// slips a key or another ledger's head under the one who restores. The folder is a ledger that can
// be read where it lies.
//
// The database is copied row by row from a read-only view, not by RocksDB's checkpoints or backup
// engine: both want the process that holds the database open, and a backup must not wait for the
// writer. The view is one point in time; what a writer had written but not acknowledged by then is
// taken back in the copy. The copy is audited before it is called a backup, and audited again
// before it is called a ledger.
//
// A restore gives a ledger that a writer may go on with, so it must never be an older one: the
// caller brings the newest head that he knows of, from elsewhere.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "ledger/log/backup_manifest.h"

namespace tally::ledger {

struct BackupOptions {
  LedgerOptions ledger;  // read-only; a writer may be at work
  std::string target;    // the backup's folder: absent or empty
  // Names of files in the ledger's folder to take along if there: checkpoints of this log, of what
  // the copy holds.
  std::vector<std::string> beside;
  int threads = 1;  // of the audit
};
struct RestoreOptions {
  std::string backup;
  LedgerOptions ledger;  // its directory must be absent or empty
  // Signed notes, or head files' notes: the ledger must hold all that they cover.
  std::vector<std::string> expected;
  std::vector<std::string> beside;  // what the backup may have taken along, and nothing else
  int threads = 1;
};
struct BackupReport {
  BackupManifest manifest;
  AuditReport audit;  // of the copy
  uint64_t bytes = 0;
};

// AlreadyExists: the target holds something. FailedPrecondition: the ledger does not open.
// DataLoss: the copy does not verify, the message names the first finding, or what lies beside is
// no checkpoint of it; the target is removed again. Unavailable: the system refuses.
absl::StatusOr<BackupReport> MakeBackup(const BackupOptions& options);

// The signed note in a checkpoint's file, or the newest one in a head file.
absl::StatusOr<std::string> NoteOfHead(const std::string& path);

// InvalidArgument: no backup, or an expected head that cannot be read or is another log's.
// DataLoss: a file of the backup is not as it was written, or none that a backup has, by name; or
// its records do not verify, or what lies beside them is no checkpoint of them.
// FailedPrecondition: the backup is older than an expected head, or contradicts it.
// AlreadyExists: the directory holds something, or its head file is another's. Nothing is left
// where a ledger would lie unless it is OK.
absl::StatusOr<BackupReport> RestoreBackup(const RestoreOptions& options);

}  // namespace tally::ledger
