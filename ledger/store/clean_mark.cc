#include "ledger/store/clean_mark.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr char kFirstLine[] = "tallystick clean close 1\n";
constexpr size_t kMarkBytesMax = 64 * 1024 * 1024;  // about half a million table files

bool IsMark(absl::string_view name) { return absl::StartsWith(name, kCleanMarkName); }

absl::Status Damaged() {
  return absl::FailedPreconditionError("the mark of the clean close is damaged");
}

absl::Status Changed(const std::string& directory, const std::string& name,
                     const std::string& how) {
  return absl::FailedPreconditionError("the file " + directory + "/" + name + " was " + how +
                                       " since the store was closed");
}

// The sorted files that a mark speaks of.
absl::StatusOr<std::vector<FileSize>> ListMarkedFiles(const std::string& directory) {
  TALLY_ASSIGN_OR_RETURN(std::vector<FileSize> files, ListFiles(directory));
  std::erase_if(files, [](const FileSize& file) { return IsMark(file.name); });
  return files;
}

absl::StatusOr<CleanMark::File> DecodeLine(absl::string_view line) {
  const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
  CleanMark::File file;
  if (words.size() != 3 || words[0].empty() || !absl::SimpleAtoi(words[1], &file.size)) {
    return Damaged();
  }
  file.name = std::string(words[0]);
  absl::StatusOr<Checksum> checksum = Checksum::FromHex(words[2]);
  if (!checksum.ok()) return Damaged();
  file.checksum = *checksum;
  return file;
}

}  // namespace

std::string EncodeCleanMark(const CleanMark& mark) {
  std::string text = kFirstLine;
  for (const CleanMark::File& file : mark.files) {
    text += file.name + " " + std::to_string(file.size) + " " + file.checksum.ToHex() + "\n";
  }
  return text + "end " + ChecksumOf(AsBytes(text)).ToHex() + "\n";
}

absl::StatusOr<CleanMark> DecodeCleanMark(absl::string_view text) {
  std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  if (lines.size() < 3) return Damaged();
  CleanMark mark;
  for (size_t i = 1; i + 2 < lines.size(); ++i) {  // without first, "end" and the empty last
    TALLY_ASSIGN_OR_RETURN(CleanMark::File file, DecodeLine(lines[i]));
    mark.files.push_back(std::move(file));
  }
  // One spelling: what was understood, printed again, is what was read.
  if (EncodeCleanMark(mark) != text) return Damaged();
  return mark;
}

absl::StatusOr<std::optional<CleanMark>> ReadMark(const std::string& directory,
                                                  const std::string& name) {
  absl::StatusOr<std::string> text = ReadWholeFile(directory + "/" + name, kMarkBytesMax);
  if (absl::IsNotFound(text.status())) return std::optional<CleanMark>();
  if (!text.ok()) return text.status();
  absl::StatusOr<CleanMark> mark = DecodeCleanMark(*text);
  if (!mark.ok()) return At(directory + "/" + name, mark.status());
  return std::optional<CleanMark>(*std::move(mark));
}

absl::Status WriteCleanMark(const std::string& directory) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<FileSize> files, ListMarkedFiles(directory));
  CleanMark mark;
  for (const FileSize& file : files) {
    TALLY_ASSIGN_OR_RETURN(const Checksum checksum, ChecksumOfFile(directory + "/" + file.name));
    mark.files.push_back({file.name, file.size, checksum});
  }
  return WriteFileDurably(directory + "/" + kCleanMarkName, EncodeCleanMark(mark));
}

absl::Status RetireCleanMark(const std::string& directory) {
  TALLY_ASSIGN_OR_RETURN(const PathKind kind, KindOf(directory + "/" + kCleanMarkName));
  if (kind == PathKind::kAbsent) return absl::OkStatus();
  return RenameDurably(directory + "/" + kCleanMarkName, directory + "/" + kLastMarkName);
}

absl::Status CheckAgainstMark(const std::string& directory, const CleanMark& mark,
                              MarkScope scope) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<FileSize> files, ListMarkedFiles(directory));
  for (const CleanMark::File& expected : mark.files) {
    const auto found = std::ranges::lower_bound(files, expected.name, {}, &FileSize::name);
    if (found == files.end() || found->name != expected.name) {
      return Changed(directory, expected.name, "deleted");
    }
    if (found->size != expected.size) {
      return Changed(directory, expected.name,
                     "cut or lengthened (" + std::to_string(expected.size) + " bytes expected, " +
                         std::to_string(found->size) + " found)");
    }
    if (scope == MarkScope::kWithoutTables && absl::EndsWith(expected.name, ".sst")) continue;
    TALLY_ASSIGN_OR_RETURN(const Checksum checksum,
                           ChecksumOfFile(directory + "/" + expected.name));
    if (checksum != expected.checksum) return Changed(directory, expected.name, "changed");
  }
  for (const FileSize& file : files) {
    if (!std::ranges::binary_search(mark.files, file.name, {}, &CleanMark::File::name)) {
      return Changed(directory, file.name, "added");
    }
  }
  return absl::OkStatus();
}

}  // namespace tally::ledger
