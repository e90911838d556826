#include "tests/conformance/kit_writer.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <utility>

#include "schema/status.h"
#include "tools/json_writer.h"

namespace tally::conformance {

namespace {

// Where the page of formats, or a standard, says what cases of a kind are judged by.
std::string RuleOfKind(const std::string& kind) {
  static const std::map<std::string, std::string> kRules = {
      {"commitment", "FORMAT.md 1, body commitment B"},
      {"digest", "FORMAT.md 1, event digest D"},
      {"fingerprint", "FORMAT.md 1, key fingerprint"},
      {"entry", "FORMAT.md 7, entry; 1, leaf hash"},
      {"inclusion", "RFC 9162 2.1.3.2"},
      {"consistency", "RFC 9162 2.1.4.2"},
      {"checkpoint", "C2SP signed-note, tlog-checkpoint"},
      {"cosignature", "C2SP tlog-cosignature"},
      {"batch", "FORMAT.md 2, 3, 5, 6, 10"},
      {"proof", "FORMAT.md 9"},
      {"tiles", "C2SP tlog-tiles; FORMAT.md 7"},
      {"contradiction", "FORMAT.md 8"},
      {"pack", "FORMAT.md 13"},
  };
  return kRules.at(kind);
}

absl::string_view WordOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kAccept:
      return "accept";
    case Verdict::kRefuse:
      return "refuse";
    case Verdict::kIncomplete:
      return "incomplete";
  }
  return "";
}

}  // namespace

std::string KitWriter::File(const std::string& name, ByteView bytes) {
  const std::filesystem::path path = std::filesystem::path(folder_) / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  TALLY_CHECK(file.good());
  return name;
}

std::string KitWriter::File(const std::string& name, const std::string& text) {
  return File(name, AsBytes(text));
}

void KitWriter::Case(const std::string& what, std::vector<std::string> arguments, Verdict verdict,
                     const std::string& rule) {
  const std::string section = RuleOfKind(arguments.front());
  rows_.push_back({what, std::move(arguments), verdict, rule.empty() ? section : rule});
}

// One case a line, so that a change of one is a change of one line.
void KitWriter::Finish() {
  std::string text = "{\"format\":\"tally.conformance/1\",\"cases\":[\n";
  for (const Row& row : rows_) {
    tools::JsonWriter json;
    json.BeginObject().Key("arguments").BeginArray();
    for (const std::string& argument : row.arguments) json.String(argument);
    json.EndArray()
        .Field("verdict", WordOf(row.verdict))
        .Field("what", row.what)
        .Field("rule", row.rule)
        .EndObject();
    text += json.Take();
    text += &row == &rows_.back() ? "\n" : ",\n";
  }
  File("cases.json", text + "]}\n");
}

}  // namespace tally::conformance
