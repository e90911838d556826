// An Upptime repository's own history: each commit that touches history/NAME.yml is one observation
// of the site NAME. The files are a few lines of `key: value`, written by Upptime itself.
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "schema/status.h"
#include "tools/import_reports.h"
#include "tools/subprocess.h"

namespace tally::tools {
namespace {

constexpr size_t kGitBytesMax = size_t{1} << 30;  // stops a repository that only costs memory

// One file of one commit.
struct Observation {
  std::string commit;
  std::string committed_at;
  std::string path;
};

std::vector<Observation> ParseLog(absl::string_view log) {
  std::vector<Observation> observations;
  Observation current;
  for (absl::string_view line : absl::StrSplit(log, '\n')) {
    if (absl::ConsumePrefix(&line, "commit ")) {
      std::vector<std::string> words = absl::StrSplit(line, ' ');
      if (words.size() == 2) current = {words[0], words[1], ""};
    } else if (absl::StartsWith(line, "history/") && absl::EndsWith(line, ".yml")) {
      current.path = std::string(line);
      observations.push_back(current);
    }
  }
  return observations;
}

// The next object of `git cat-file --batch`: "<id> blob <size>\n<bytes>\n".
absl::StatusOr<absl::string_view> TakeBlob(absl::string_view& output) {
  const size_t line_end = output.find('\n');
  if (line_end == absl::string_view::npos) return absl::DataLossError("git cat-file ended early");
  std::vector<absl::string_view> words = absl::StrSplit(output.substr(0, line_end), ' ');
  uint64_t size = 0;
  if (words.size() != 3 || words[1] != "blob" || !absl::SimpleAtoi(words[2], &size) ||
      line_end + 1 + size >= output.size()) {
    return absl::DataLossError(absl::StrCat("git cat-file: ", output.substr(0, line_end)));
  }
  absl::string_view blob = output.substr(line_end + 1, size);
  output.remove_prefix(line_end + 1 + size + 1);
  return blob;
}

std::map<std::string, std::string> ParseKeys(absl::string_view blob) {
  std::map<std::string, std::string> keys;
  for (absl::string_view line : absl::StrSplit(blob, '\n')) {
    const size_t colon = line.find(": ");
    if (colon == absl::string_view::npos || line.front() == ' ' || line.front() == '#') continue;
    keys.emplace(line.substr(0, colon), absl::StripAsciiWhitespace(line.substr(colon + 2)));
  }
  return keys;
}

// nullopt and a sentence in `error` when the file is not what Upptime writes.
std::optional<ImportedReport> ParseObservation(const Observation& observation,
                                               absl::string_view blob, std::string& error) {
  const std::map<std::string, std::string> keys = ParseKeys(blob);
  auto find = [&](const char* key) -> absl::string_view {
    auto found = keys.find(key);
    return found == keys.end() ? absl::string_view() : absl::string_view(found->second);
  };
  static constexpr std::pair<const char*, State> kStates[] = {
      {"up", State::kUp}, {"down", State::kDown}, {"degraded", State::kDegraded}};
  ImportedReport report;
  absl::string_view stem = observation.path;
  absl::ConsumePrefix(&stem, "history/");
  absl::ConsumeSuffix(&stem, ".yml");
  report.source = std::string(stem);
  for (const auto& [name, state] : kStates) {
    if (find("status") == name) report.body.state = state;
  }
  int64_t code = 0, response = 0;
  absl::StatusOr<Instant> observed = ParseInstant(find("lastUpdated"));
  absl::StatusOr<Instant> reported = ParseInstant(observation.committed_at);
  if (report.body.state == State::kUnset) error = "status is none of up, down, degraded";
  if (!absl::SimpleAtoi(find("code"), &code)) error = "code is not a whole number";
  if (!absl::SimpleAtoi(find("responseTime"), &response))
    error = "responseTime is not a whole number";
  if (!observed.ok()) error = absl::StrCat("lastUpdated: ", observed.status().message());
  if (!reported.ok()) error = absl::StrCat("commit time: ", reported.status().message());
  if (!error.empty()) return std::nullopt;
  report.observed_at = *observed;
  report.reported_at = *reported;
  report.body.code = code;
  report.body.value = response;
  report.body.note = observation.commit.substr(0, 12);
  return report;
}

}  // namespace

absl::StatusOr<ImportedFile> ReadUpptimeClone(const std::string& directory) {
  TALLY_ASSIGN_OR_RETURN(
      const std::string log,
      RunProgram({"git", "-C", directory, "log", "--reverse", "--no-renames", "--diff-filter=AM",
                  "--format=commit %H %cI", "--name-only", "--", "history/*.yml"},
                 "", kGitBytesMax));
  const std::vector<Observation> observations = ParseLog(log);
  if (observations.empty()) {
    return absl::NotFoundError(absl::StrCat(directory,
                                            ": no commit touches history/*.yml; is this an "
                                            "Upptime repository?"));
  }
  std::string requests;
  for (const Observation& observation : observations) {
    absl::StrAppend(&requests, observation.commit, ":", observation.path, "\n");
  }
  TALLY_ASSIGN_OR_RETURN(
      const std::string blobs,
      RunProgram({"git", "-C", directory, "cat-file", "--batch"}, requests, kGitBytesMax));
  ImportedFile file;
  file.source = {"ms", 0};
  absl::string_view rest = blobs;
  uint64_t number = 0;
  for (const Observation& observation : observations) {
    TALLY_ASSIGN_OR_RETURN(const absl::string_view blob, TakeBlob(rest));
    ++number;
    std::string error;
    std::optional<ImportedReport> report = ParseObservation(observation, blob, error);
    if (!report.has_value()) {
      file.errors.push_back({number, 0,
                             absl::StrCat("commit ", observation.commit.substr(0, 12), ", ",
                                          observation.path, ": ", error)});
      continue;
    }
    report->line = number;
    file.reports.push_back(*std::move(report));
  }
  return file;
}

}  // namespace tally::tools
