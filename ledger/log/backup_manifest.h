// What a backup holds, file by file: the file BACKUP, written last, so that a backup that was cut
// short has none.
//
//   tallystick backup 1
//   ledger <id in hex>
//   origin <origin>
//   size <records>
//   root <base64>
//   recorded <time of the last record, ms since 1970>
//   file <SHA-256 in hex> <bytes> <name>     one line a file, sorted by name
//   end <SHA-256 of all lines before, in hex>
//
// Names are relative to the backup, with "/" between folders. There is one spelling of each
// manifest. It finds accidents and names the file; against people it proves nothing, since whoever
// can write the files can write the manifest: they are caught by the audit of what is restored and
// by the head that the caller kept elsewhere.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "schema/identity.h"

namespace tally::ledger {

inline constexpr char kBackupManifestName[] = "BACKUP";

struct BackupManifest {
  struct File {
    std::string name;
    uint64_t size = 0;
    Hash digest;
    friend bool operator==(const File&, const File&) = default;
  };
  LedgerId ledger;
  std::string origin;
  uint64_t size = 0;
  Hash root;
  int64_t recorded_ms = 0;
  std::vector<File> files;  // sorted by name
  friend bool operator==(const BackupManifest&, const BackupManifest&) = default;
};

std::string EncodeBackupManifest(const BackupManifest& manifest);
// DataLoss for anything but what EncodeBackupManifest gives, and for names that lead out of the
// backup.
absl::StatusOr<BackupManifest> DecodeBackupManifest(absl::string_view text);

// Every file below `directory` but the manifest, sorted by name, without digests.
// FailedPrecondition for links and for what is neither file nor folder.
absl::StatusOr<std::vector<BackupManifest::File>> ListBackupFiles(const std::string& directory);
// DataLoss names the first file that is missing, was added, or has another length.
absl::Status CompareBackupFiles(const BackupManifest& manifest, const std::string& directory);

}  // namespace tally::ledger
