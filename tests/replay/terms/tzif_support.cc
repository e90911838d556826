#include "tests/replay/terms/tzif_support.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "schema/status.h"

namespace tally::replay {
namespace {

constexpr char kZoneTree[] = "/usr/share/zoneinfo";

void AppendHeader(const TzifParts& parts, ByteWriter& writer) {
  writer.Text(parts.magic);
  writer.U8(static_cast<uint8_t>(parts.version));
  writer.Raw(parts.reserved);
}

}  // namespace

Bytes ReadZoneFile(const std::string& name) {
  std::ifstream file(std::string(kZoneTree) + "/" + name, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return Bytes(text.begin(), text.end());
}

Zone LoadZone(const std::string& name) {
  absl::StatusOr<Zone> zone = Zone::Parse(ReadZoneFile(name));
  TALLY_CHECK(zone.ok());
  return *zone;
}

std::vector<std::string> AllZoneNames() {
  namespace fs = std::filesystem;
  std::vector<std::string> names;
  std::set<Bytes> contents;  // most names are links to another's rules
  if (!fs::exists(kZoneTree)) return names;
  for (auto entry = fs::recursive_directory_iterator(kZoneTree);
       entry != fs::recursive_directory_iterator(); ++entry) {
    std::string name = fs::relative(entry->path(), kZoneTree).string();
    if (name == "posix" || name == "right") entry.disable_recursion_pending();
    if (!entry->is_regular_file()) continue;
    Bytes bytes = ReadZoneFile(name);
    if (bytes.size() < 4 || AsText(ByteView(bytes).first(4)) != "TZif") continue;
    if (contents.insert(bytes).second) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Bytes BuildTzif(const TzifParts& parts) {
  Bytes out;
  ByteWriter writer(out);
  AppendHeader(parts, writer);
  // The 32-bit block of a slim file: one type, one letter, nothing else.
  for (uint32_t count : {0u, 0u, 0u, 0u, 1u, 1u}) writer.U32(count);
  writer.Zeros(7);
  AppendHeader(parts, writer);
  writer.U32(static_cast<uint32_t>(parts.ut_marks.size()));
  writer.U32(static_cast<uint32_t>(parts.standard_marks.size()));
  writer.U32(parts.leaps);
  writer.U32(static_cast<uint32_t>(parts.transitions.size()));
  writer.U32(static_cast<uint32_t>(parts.types.size()));
  writer.U32(static_cast<uint32_t>(parts.letters.size()));
  for (int64_t at : parts.transitions) writer.I64(at);
  writer.Raw(parts.types_after);
  for (const TzifParts::Type& type : parts.types) {
    writer.U32(static_cast<uint32_t>(type.offset_s));
    writer.U8(type.saving);
    writer.U8(type.letters_at);
  }
  writer.Text(parts.letters);
  writer.Zeros(size_t{parts.leaps} * 12);
  writer.Raw(parts.standard_marks);
  writer.Raw(parts.ut_marks);
  writer.Text(parts.footer);
  return out;
}

}  // namespace tally::replay
