#include "tests/tree_rules.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace tally::tests {
namespace {

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

bool IsHeader(const std::string& path) { return absl::EndsWith(path, ".h"); }
bool IsSource(const std::string& path) { return absl::EndsWith(path, ".cc"); }
bool IsTest(const std::string& path) { return absl::StartsWith(path, "tests/"); }
bool Below(const std::string& path, absl::string_view folder) {
  return absl::StartsWith(path, absl::StrCat(folder, "/"));
}

std::string Where(const SourceFile& file, size_t line) {
  return absl::StrCat(file.path, ":", line + 1, ": ");
}

// The text of `#include "..."` or `#include <...>`, else "".
std::string Included(const std::string& line) {
  static const std::regex kInclude(R"re(^#include ["<]([^">]+)[">])re");
  std::smatch match;
  return std::regex_search(line, match, kInclude) ? match[1].str() : "";
}

// Code without its // comment and without the contents of its string literals.
std::string CodeOf(const std::string& line) {
  std::string code;
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (!quoted && line.compare(i, 2, "//") == 0) break;
    if (line[i] == '\\' && quoted) {
      ++i;
      continue;
    }
    if (line[i] == '"') quoted = !quoted;
    if (!quoted || line[i] == '"') code.push_back(line[i]);
  }
  return code;
}

// Folders that a folder's files may include from, itself first. Longest folder wins.
struct FloorRule {
  absl::string_view folder;
  std::vector<absl::string_view> may_include;
};
const std::vector<FloorRule>& FloorRules() {
  static const std::vector<FloorRule> kRules = {
      {"ledger/crypto", {"ledger/crypto", "schema"}},
      {"ledger/chain", {"ledger/chain", "ledger/crypto", "schema"}},
      {"ledger/files", {"ledger/files", "schema"}},
      {"ledger/tiles", {"ledger/tiles", "ledger/files", "ledger/chain", "ledger/crypto", "schema"}},
      {"ledger/store", {"ledger/store", "ledger/files", "schema"}},
      {"ledger/pack",
       {"ledger/pack", "ledger/ledger.h", "ledger/log", "ledger/chain", "ledger/crypto", "schema"}},
      {"ledger", {"ledger", "schema"}},
      {"replay/terms", {"replay/terms", "schema"}},
      {"replay/projection",
       {"replay/projection", "replay/terms", "replay/replay.h", "ledger/chain", "ledger/crypto",
        "ledger/log/verified.h", "ledger/log/keyring.h", "schema"}},
      {"replay/dispute",
       {"replay/dispute", "replay/projection", "replay/terms", "replay/replay.h", "ledger/chain",
        "ledger/crypto", "ledger/log/verified.h", "ledger/log/keyring.h", "schema"}},
      {"replay", {"replay", "ledger", "schema"}},
      {"schema", {"schema"}},
      {"tools", {"tools", "replay", "ledger", "schema"}},
  };
  return kRules;
}

const FloorRule* RuleFor(const std::string& path) {
  for (const FloorRule& rule : FloorRules()) {
    if (Below(path, rule.folder)) return &rule;
  }
  return nullptr;
}

bool IsOurs(const std::string& include) {
  for (absl::string_view floor : {"schema", "ledger", "replay", "tools", "tests"}) {
    if (Below(include, floor)) return true;
  }
  return false;
}

// A dependency, by the beginning of its includes, and the only folders that may open it.
struct Door {
  absl::string_view include;
  std::vector<absl::string_view> folders;
};
const std::vector<Door>& Doors() {
  static const std::vector<Door> kDoors = {
      {"openssl/", {"ledger/crypto"}},
      {"rocksdb/", {"ledger/store"}},
      {"xxhash.h", {"ledger/store"}},
      {"capnp/", {"schema"}},
      {"kj/", {"schema", "tools/serve"}},
      {"yaml-cpp/", {"tools"}},
      {"nlohmann/", {"schema", "tools"}},
  };
  return kDoors;
}

size_t FileLinesMax(const std::string& path) {
  if (IsTest(path)) return 800;
  // One closed table of all bodies: a reader looks a kind up, and numbers are seen side by side.
  if (path == "schema/body.capnp") return 1000;
  return IsHeader(path) ? 300 : 500;
}

// Functions written at the left margin: from a line that opens a brace to the brace that closes it.
void CheckFunctionSizes(const SourceFile& file, const std::vector<std::string>& lines,
                        Complaints& complaints) {
  static const std::regex kNotFunction(
      R"re(^(namespace|class|struct|enum|union|extern|const|constexpr|TEST|RC_GTEST)\b)re"
      R"re(|^(inline|static) const\b)re");
  constexpr size_t kFunctionLinesMax = 70;
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    if (line.empty() || !absl::EndsWith(line, "{") || std::isspace(line[0]) != 0) continue;
    if (std::regex_search(line, kNotFunction)) continue;
    size_t end = i + 1;
    while (end < lines.size() && !absl::StartsWith(lines[end], "}")) ++end;
    if (end - i - 1 > kFunctionLinesMax) {
      complaints.push_back(absl::StrCat(Where(file, i), "function of ", end - i - 1,
                                        " lines; limit ", kFunctionLinesMax));
    }
  }
}

struct Ban {
  std::string pattern;
  std::vector<absl::string_view> folders;   // where it is banned
  std::vector<absl::string_view> excepted;  // paths by their beginning
  std::string reason;
};
const std::vector<Ban>& Bans() {
  static const std::vector<Ban> kBans = {
      {R"re(\b(float|double)\b)re",
       {"schema", "ledger", "replay"},
       {},
       "floating point below tools: results would depend on the machine"},
      {R"re(\b(unordered_map|unordered_set|flat_hash_map|flat_hash_set)\b)re",
       {"replay"},
       {},
       "hash-map order differs in every process and must not reach a result"},
      {R"re(\b(system_clock|steady_clock|getenv|random_device|srand|rand\b|time\(nullptr\)))re",
       {"schema", "ledger", "replay", "tools"},
       {"tools/tally_main.cc", "tools/tally_verify_main.cc", "tools/system_world"},
       "clock, randomness and environment are read in main and passed inward"},
      {R"re(^using namespace)re",
       {"schema", "ledger", "replay", "tools"},
       {},
       "names say where they come from"},
      {R"re(\bthread_local\b)re",
       {"schema", "ledger", "replay", "tools"},
       {"ledger/crypto/"},
       "state belongs to an object"},
      {R"re(^(static |inline )?(std::|absl::)?[A-Za-z_:<>, ]+ g_\w+)re",
       {"schema", "ledger", "replay", "tools"},
       {"tools/tally_main.cc", "tools/system_world"},
       "no mutable globals: main shows what the program is made of"},
      {R"re(\.IgnoreError\(\))re",
       {"schema", "ledger", "replay", "tools"},
       {},
       "a Status is never ignored"},
      {R"re(\bcatch \(\.\.\.\))re",
       {"ledger", "replay"},
       {},
       "foreign errors are translated by type where they enter"},
  };
  return kBans;
}

bool StartsWithAny(const std::string& path, const std::vector<absl::string_view>& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(), [&](absl::string_view beginning) {
    return absl::StartsWith(path, beginning);
  });
}

}  // namespace

Complaints CheckFloors(const SourceFile& file) {
  Complaints complaints;
  const FloorRule* rule = RuleFor(file.path);
  if (rule == nullptr) return complaints;
  std::vector<std::string> lines = LinesOf(file.text);
  for (size_t i = 0; i < lines.size(); ++i) {
    std::string include = Included(lines[i]);
    if (include.empty() || !IsOurs(include)) continue;
    if (!StartsWithAny(include, rule->may_include)) {
      complaints.push_back(
          absl::StrCat(Where(file, i), std::string(rule->folder), " may not include ", include));
    }
  }
  return complaints;
}

Complaints CheckDoors(const SourceFile& file) {
  Complaints complaints;
  if (IsTest(file.path)) return complaints;
  std::vector<std::string> lines = LinesOf(file.text);
  for (size_t i = 0; i < lines.size(); ++i) {
    std::string include = Included(lines[i]);
    if (absl::EndsWith(include, ".capnp.h") && !Below(file.path, "schema")) {
      complaints.push_back(absl::StrCat(Where(file, i), "generated code stays in schema"));
    }
    for (const Door& door : Doors()) {
      if (!absl::StartsWith(include, door.include)) continue;
      bool allowed =
          std::any_of(door.folders.begin(), door.folders.end(),
                      [&](absl::string_view folder) { return Below(file.path, folder); });
      if (!allowed) {
        complaints.push_back(absl::StrCat(Where(file, i), include, " has its door elsewhere"));
      }
    }
    // Headers inside ledger/store may name RocksDB's types, but not its great header.
    const bool inside = Below(file.path, "ledger/store") && include != "rocksdb/db.h";
    bool heavy = (absl::StartsWith(include, "rocksdb/") && !inside) ||
                 absl::StartsWith(include, "nlohmann/") || absl::StartsWith(include, "gmock/") ||
                 absl::StartsWith(include, "yaml-cpp/") || absl::StartsWith(include, "openssl/");
    if (heavy && IsHeader(file.path)) {
      complaints.push_back(absl::StrCat(Where(file, i), "heavy header ", include, " in a header"));
    }
  }
  return complaints;
}

Complaints CheckSizes(const SourceFile& file) {
  Complaints complaints;
  std::vector<std::string> lines = LinesOf(file.text);
  if (lines.size() > FileLinesMax(file.path)) {
    complaints.push_back(
        absl::StrCat(file.path, ": ", lines.size(), " lines; limit ", FileLinesMax(file.path)));
  }
  if (!IsSource(file.path) && !IsHeader(file.path)) return complaints;
  constexpr size_t kLineMax = 100;
  for (size_t i = 0; i < lines.size(); ++i) {
    // Width in characters: continuation bytes of UTF-8 are not counted.
    size_t width = static_cast<size_t>(std::count_if(lines[i].begin(), lines[i].end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
    if (width > kLineMax) {
      complaints.push_back(absl::StrCat(Where(file, i), "line of ", width, " characters"));
    }
  }
  CheckFunctionSizes(file, lines, complaints);
  return complaints;
}

Complaints CheckBanned(const SourceFile& file) {
  Complaints complaints;
  if (absl::StartsWith(file.path, "tests/tree_rules") || file.path == "tests/tidy_test.cc") {
    return complaints;
  }
  std::vector<std::string> lines = LinesOf(file.text);
  static const std::regex kUnfinished(R"re(\b(TODO|FIXME|XXX|HACK)\b)re");
  for (size_t i = 0; i < lines.size(); ++i) {
    if (std::regex_search(lines[i], kUnfinished)) {
      complaints.push_back(absl::StrCat(Where(file, i), "unfinished work"));
    }
  }
  for (const Ban& ban : Bans()) {
    bool applies = std::any_of(ban.folders.begin(), ban.folders.end(),
                               [&](absl::string_view folder) { return Below(file.path, folder); });
    if (!applies || StartsWithAny(file.path, ban.excepted)) continue;
    if (!IsSource(file.path) && !IsHeader(file.path)) continue;
    std::regex pattern(ban.pattern);
    for (size_t i = 0; i < lines.size(); ++i) {
      if (std::regex_search(CodeOf(lines[i]), pattern)) {
        complaints.push_back(absl::StrCat(Where(file, i), ban.reason));
      }
    }
  }
  return complaints;
}

Complaints CheckNames(const SourceFile& file) {
  Complaints complaints;
  static const std::regex kEmptyFile(
      R"re((^|_)(util|utils|helper|helpers|manager|common|misc|data|info)(_|\.))re");
  static const std::regex kEmptyType(
      R"re(\b(class|struct) \w*(Util|Utils|Helper|Manager|Misc|Info)\b)re");
  std::string name = std::filesystem::path(file.path).filename().string();
  if (std::regex_search(name, kEmptyFile)) {
    complaints.push_back(absl::StrCat(file.path, ": a name that says nothing"));
  }
  std::vector<std::string> lines = LinesOf(file.text);
  for (size_t i = 0; i < lines.size(); ++i) {
    if (std::regex_search(CodeOf(lines[i]), kEmptyType)) {
      complaints.push_back(absl::StrCat(Where(file, i), "a type name that says nothing"));
    }
  }
  if (IsHeader(file.path) && !absl::StrContains(file.text, "#pragma once")) {
    complaints.push_back(absl::StrCat(file.path, ": no #pragma once"));
  }
  if (IsHeader(file.path) && !absl::StartsWith(file.text, "//")) {
    complaints.push_back(absl::StrCat(file.path, ": the first line does not say what this is"));
  }
  return complaints;
}

std::string TwinOf(const SourceFile& file) {
  constexpr size_t kTooSmallForATwin = 25;
  if (!IsSource(file.path) || IsTest(file.path)) return "";
  if (absl::EndsWith(file.path, "main.cc")) return "";
  if (LinesOf(file.text).size() < kTooSmallForATwin) return "";
  return absl::StrCat("tests/", absl::StripSuffix(file.path, ".cc"), "_test.cc");
}

std::vector<SourceFile> ReadTree(const std::string& root) {
  static constexpr std::array<absl::string_view, 5> kEndings = {".cc", ".h", ".py", ".capnp",
                                                                ".cmake"};
  std::vector<SourceFile> files;
  for (const char* floor : {"schema", "ledger", "replay", "tools", "tests", "cmake"}) {
    std::filesystem::path folder = std::filesystem::path(root) / floor;
    if (!std::filesystem::exists(folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      std::string path = std::filesystem::relative(entry.path(), root).string();
      bool wanted = std::any_of(kEndings.begin(), kEndings.end(), [&](absl::string_view ending) {
        return absl::EndsWith(path, ending);
      });
      if (!entry.is_regular_file() || !wanted) continue;
      std::ifstream in(entry.path());
      std::ostringstream text;
      text << in.rdbuf();
      files.push_back({path, text.str()});
    }
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

}  // namespace tally::tests
