#include "tools/terms_file.h"

#include <filesystem>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/crypto/sha256.h"
#include "ledger/files/plain_file.h"
#include "schema/status.h"
#include "tools/documents.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/yaml_reader.h"

namespace tally::tools {
namespace {

constexpr char kSystemZoneinfo[] = "/usr/share/zoneinfo";
constexpr size_t kZoneBytesMax = 256 * 1024;  // the largest of 2026 has 4 KiB

// A name may lead nowhere but below the folder.
bool IsZoneName(const std::string& name) {
  return !name.empty() && name.front() != '/' && !absl::StrContains(name, "..") &&
         name.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") ==
             std::string::npos;
}

// The names of calendars are names of these terms: they lead nowhere else.
absl::StatusOr<Bytes> ReadCalendarFile(const std::string& folder, const std::string& name) {
  const std::string path = (std::filesystem::path(folder) / name).string();
  for (const std::string& each : {path, path + ".txt"}) {
    const absl::StatusOr<std::string> text =
        ledger::ReadPlainFile(each, kZoneBytesMax, ledger::Links::kFollowed);
    if (text.ok()) return Bytes(text->begin(), text->end());
    if (absl::IsUnavailable(text.status())) return text.status();
  }
  return absl::NotFoundError("no calendar of that name");
}

// A document of a level, by the path that stands in terms, seen from them.
absl::StatusOr<Bytes> ReadLevelFile(const std::string& path) {
  const absl::StatusOr<std::string> text =
      ledger::ReadPlainFile(path, kYamlBytesMax, ledger::Links::kFollowed);
  if (text.ok()) return Bytes(text->begin(), text->end());
  if (absl::IsUnavailable(text.status())) return text.status();
  return absl::NotFoundError("no file, or one that is too large");
}

absl::Status UnknownZone(const std::string& name, const std::string& directory) {
  return Refuse(
      "unknown-zone", absl::StrCat("no rules are known for the time zone '", name, "'"),
      absl::StrCat("use an IANA name such as Europe/Berlin or UTC; rules are looked for in the "
                   "ledger and in ",
                   directory));
}

}  // namespace

std::string ZoneinfoDirectory(const Invocation& call) {
  return call.arguments.Value("zoneinfo").value_or(kSystemZoneinfo);
}

absl::StatusOr<Bytes> ReadZoneRules(const std::string& directory, const std::string& name) {
  if (!IsZoneName(name)) return UnknownZone(name, directory);
  const absl::StatusOr<std::string> text = ledger::ReadPlainFile(
      (std::filesystem::path(directory) / name).string(), kZoneBytesMax, ledger::Links::kFollowed);
  if (!text.ok() || !absl::StartsWith(*text, "TZif")) return UnknownZone(name, directory);
  return Bytes(text->begin(), text->end());
}

absl::StatusOr<TermsDocuments> ZonesOf(const Invocation& call, const ledger::Ledger* ledger) {
  std::map<std::string, Bytes> zones;
  std::map<std::string, Bytes> calendars;
  if (ledger != nullptr) {
    TALLY_ASSIGN_OR_RETURN(const std::vector<ListedDocument> listed,
                           ListDocuments(*ledger, BodyKind::kUnset, Contents::kKept));
    for (const ListedDocument& each : listed) {
      if (each.kind == BodyKind::kZoneAdded) zones[each.document.name] = each.document.content;
      if (each.kind == BodyKind::kCalendarAdded) {
        calendars[each.document.name] = each.document.content;
      }
    }
  }
  const auto zone = [known = std::move(zones), directory = ZoneinfoDirectory(call)](
                        const std::string& name) -> absl::StatusOr<Bytes> {
    if (const auto found = known.find(name); found != known.end()) return found->second;
    return ReadZoneRules(directory, name);
  };
  const auto calendar = [known = std::move(calendars), folder = call.arguments.Value("calendars")](
                            const std::string& name) -> absl::StatusOr<Bytes> {
    if (const auto found = known.find(name); found != known.end()) return found->second;
    if (!folder) return absl::NotFoundError("no calendar of that name");
    return ReadCalendarFile(*folder, name);
  };
  return TermsDocuments(zone, calendar, ReadLevelFile);
}

absl::StatusOr<CompiledTerms> ReadTermsFile(const Invocation& call, const std::string& path,
                                            const ledger::Ledger* ledger) {
  TALLY_ASSIGN_OR_RETURN(const std::string text, ReadInput(call, path));
  TALLY_ASSIGN_OR_RETURN(const TermsDocuments documents, ZonesOf(call, ledger));
  return CompileTerms(text, path, documents);
}

absl::StatusOr<std::vector<DocumentAdded>> MissingZones(const Invocation& call,
                                                        const ledger::Ledger& ledger,
                                                        const CompiledTerms& compiled) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<ListedDocument> listed,
                         ListDocuments(ledger, BodyKind::kZoneAdded, Contents::kLeftOut));
  std::vector<DocumentAdded> missing;
  for (const std::string& name : compiled.zones) {
    bool held = false;
    for (const ListedDocument& zone : listed) held = held || zone.document.name == name;
    if (held) continue;
    DocumentAdded document;
    document.name = name;
    document.media_type = "application/tzif";
    TALLY_ASSIGN_OR_RETURN(document.content, ReadZoneRules(ZoneinfoDirectory(call), name));
    document.digest = ledger::DigestOfDocument(document.content);
    missing.push_back(std::move(document));
  }
  return missing;
}

}  // namespace tally::tools
