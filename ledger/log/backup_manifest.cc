// One spelling: what was understood, printed again, is what was read.
#include "ledger/log/backup_manifest.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "ledger/crypto/sha256.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr char kFirstLine[] = "tallystick backup 1\n";
constexpr size_t kHeadLines = 6;

absl::Status DamagedManifest(absl::string_view what) {
  return absl::DataLossError(absl::StrCat(kBackupManifestName, ": ", what));
}

// A name that stays below the folder that it is relative to.
bool StaysInside(absl::string_view name) {
  if (name.empty()) return false;
  for (const absl::string_view part : absl::StrSplit(name, '/')) {
    if (part.empty() || part == "." || part == "..") return false;
  }
  return true;
}

absl::StatusOr<BackupManifest::File> DecodeFile(absl::string_view line) {
  const std::vector<std::string> words = absl::StrSplit(line, absl::MaxSplits(' ', 3));
  BackupManifest::File file;
  if (words.size() != 4 || words[0] != "file" || !absl::SimpleAtoi(words[2], &file.size)) {
    return DamagedManifest("a line names no file");
  }
  const absl::StatusOr<Hash> digest = Hash::FromHex(words[1]);
  if (!digest.ok()) return DamagedManifest("a line has no digest");
  file.digest = *digest;
  file.name = words[3];
  if (!StaysInside(file.name)) return DamagedManifest("a name leads out of the backup");
  return file;
}

// What follows `name` in the line.
absl::StatusOr<std::string> Field(absl::string_view line, absl::string_view name) {
  if (!absl::ConsumePrefix(&line, name) || !absl::ConsumePrefix(&line, " ")) {
    return DamagedManifest(absl::StrCat("the line of its ", name, " is missing"));
  }
  return std::string(line);
}

absl::Status DecodeHead(const std::vector<std::string>& lines, BackupManifest& manifest) {
  TALLY_ASSIGN_OR_RETURN(const std::string ledger, Field(lines[1], "ledger"));
  TALLY_ASSIGN_OR_RETURN(manifest.origin, Field(lines[2], "origin"));
  TALLY_ASSIGN_OR_RETURN(const std::string size, Field(lines[3], "size"));
  TALLY_ASSIGN_OR_RETURN(const std::string root, Field(lines[4], "root"));
  TALLY_ASSIGN_OR_RETURN(const std::string recorded, Field(lines[5], "recorded"));
  const absl::StatusOr<LedgerId> id = LedgerId::FromHex(ledger);
  const absl::StatusOr<Bytes> root_bytes = FromBase64(root);
  if (!id.ok() || !root_bytes.ok()) return DamagedManifest("its ledger or root is no digest");
  const absl::StatusOr<Hash> hash = Hash::FromBytes(*root_bytes);
  if (!hash.ok()) return DamagedManifest("its root is no digest");
  manifest.ledger = *id;
  manifest.root = *hash;
  if (!absl::SimpleAtoi(size, &manifest.size) ||
      !absl::SimpleAtoi(recorded, &manifest.recorded_ms)) {
    return DamagedManifest("its size or time is no number");
  }
  return absl::OkStatus();
}

}  // namespace

std::string EncodeBackupManifest(const BackupManifest& manifest) {
  std::string text =
      absl::StrCat(kFirstLine, "ledger ", manifest.ledger.ToHex(), "\norigin ", manifest.origin,
                   "\nsize ", manifest.size, "\nroot ", ToBase64(manifest.root.view()),
                   "\nrecorded ", manifest.recorded_ms, "\n");
  for (const BackupManifest::File& file : manifest.files) {
    absl::StrAppend(&text, "file ", file.digest.ToHex(), " ", file.size, " ", file.name, "\n");
  }
  absl::StrAppend(&text, "end ", Sha256Of({AsBytes(text)}).ToHex(), "\n");
  return text;
}

absl::StatusOr<BackupManifest> DecodeBackupManifest(absl::string_view text) {
  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
  // Behind the files stand "end" and the nothing after the last newline.
  if (lines.size() < kHeadLines + 2) return DamagedManifest("it is cut");
  BackupManifest manifest;
  TALLY_RETURN_IF_ERROR(DecodeHead(lines, manifest));
  for (size_t i = kHeadLines; i + 2 < lines.size(); ++i) {
    TALLY_ASSIGN_OR_RETURN(BackupManifest::File file, DecodeFile(lines[i]));
    if (!manifest.files.empty() && file.name <= manifest.files.back().name) {
      return DamagedManifest("its files are not in order");
    }
    manifest.files.push_back(std::move(file));
  }
  if (EncodeBackupManifest(manifest) != text)
    return DamagedManifest("its digest or spelling differs");
  return manifest;
}

absl::StatusOr<std::vector<BackupManifest::File>> ListBackupFiles(const std::string& directory) {
  namespace fs = std::filesystem;
  std::vector<BackupManifest::File> files;
  std::error_code error;
  fs::recursive_directory_iterator entries(directory, error);
  for (; !error && entries != fs::recursive_directory_iterator(); entries.increment(error)) {
    const fs::file_status status = entries->symlink_status(error);
    if (error) break;
    if (fs::is_directory(status)) continue;
    const std::string name = entries->path().lexically_relative(directory).string();
    if (!fs::is_regular_file(status)) {
      return absl::FailedPreconditionError(absl::StrCat(name, " is neither a file nor a folder"));
    }
    const uint64_t size = entries->file_size(error);
    if (error) break;
    if (name != kBackupManifestName) files.push_back({name, size, Hash()});
  }
  if (error) {
    return absl::UnavailableError(absl::StrCat("cannot list ", directory, ": ", error.message()));
  }
  std::ranges::sort(files, {}, &BackupManifest::File::name);
  return files;
}

absl::Status CompareBackupFiles(const BackupManifest& manifest, const std::string& directory) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<BackupManifest::File> found, ListBackupFiles(directory));
  for (const BackupManifest::File& file : manifest.files) {
    const auto there = std::ranges::lower_bound(found, file.name, {}, &BackupManifest::File::name);
    if (there == found.end() || there->name != file.name) {
      return absl::DataLossError(absl::StrCat(file.name, " is missing"));
    }
    if (there->size != file.size) {
      return absl::DataLossError(
          absl::StrCat(file.name, " has ", there->size, " bytes, ", file.size, " were written"));
    }
  }
  for (const BackupManifest::File& file : found) {
    if (!std::ranges::binary_search(manifest.files, file.name, {}, &BackupManifest::File::name)) {
      return absl::DataLossError(absl::StrCat(file.name, " was added"));
    }
  }
  return absl::OkStatus();
}

}  // namespace tally::ledger
