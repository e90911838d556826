#include "tools/terms_provenance.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "tools/terms_words.h"

namespace tally::tools {
namespace {

constexpr uint32_t kLineMax = 1'000'000;  // more than kYamlBytesMax has room for, nearly

constexpr Word<FieldRule> kFieldRuleWords[] = {{"only statement", FieldRule::kOnlyStated},
                                               {"all agree", FieldRule::kAllAgree},
                                               {"most specific", FieldRule::kMostSpecific},
                                               {"strictest", FieldRule::kStrictest},
                                               {"named", FieldRule::kNamed}};

// Without a zone: what was written out has its offset.
std::optional<Instant> ReadTime(const Field& field) {
  constexpr absl::string_view kForm = "write a time like `2025-06-01T00:00:00Z`";
  if (!field.present()) return std::nullopt;
  absl::StatusOr<Instant> time = field.node().IsText() ? ParseInstant(field.node().text)
                                                       : absl::InvalidArgumentError("no text");
  if (time.ok()) return *time;
  field.Bad(kForm);
  return std::nullopt;
}

LevelDocument ReadDocument(const Field& item) {
  constexpr absl::string_view kDigest = "write the 64 hex digits of the document's SHA-256";
  LevelDocument document;
  Fields entry(item, "write `{ level: corporate, sha256: ... }`");
  document.level = entry.Need("level", "name the document's level").Name().value_or("");
  const Field field = entry.Need("sha256", kDigest);
  entry.Done();
  if (!field.present()) return document;
  absl::StatusOr<DocumentDigest> digest = field.node().IsText()
                                              ? DocumentDigest::FromHex(field.node().text)
                                              : absl::InvalidArgumentError("no text");
  if (digest.ok() && !digest->IsZero()) {
    document.document = *digest;
  } else {
    field.Bad(kDigest);
  }
  return document;
}

FieldSource ReadSource(const Field& item, absl::string_view name) {
  FieldSource source;
  source.field = std::string(name);
  Fields entry(item, "write `{ level: corporate, line: 12, by: strictest }`");
  source.level = entry.Need("level", "name the level of its document").Name().value_or("");
  source.line = entry.Need("line", "write the line in the document").Count(1, kLineMax).value_or(0);
  source.clause =
      entry.Find("clause").Text("write the clause that the document gives it").value_or("");
  entry.Choose("by", kFieldRuleWords, source.rule);
  entry.Done();
  return source;
}

// A field's name stands bare where YAML reads it back so.
std::string FieldName(const std::string& name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' ||
           c == ' ';
  });
  const bool letter = !name.empty() && name.front() >= 'a' && name.front() <= 'z';
  return plain && letter && name.back() != ' ' ? name : Quoted(name);
}

}  // namespace

std::optional<TermsLevels> ReadResolved(const Field& field) {
  if (!field.present()) return std::nullopt;
  TermsLevels levels;
  Fields block(field, "write `from`, `until`, `documents` and `fields`");
  levels.from =
      ReadTime(block.Need("from", "write from when these terms are resolved")).value_or(Instant{});
  const Field until = block.Need("until", "choose `open` or write until when");
  if (!until.Says("open")) levels.until = ReadTime(until);
  const Field documents =
      block.Need("documents", "list the documents, the one that prevails first");
  for (const Field& item : documents.Items("list the documents, the one that prevails first")) {
    levels.documents.push_back(ReadDocument(item));
  }
  const Field list = block.Need("fields", "say where each field was taken from");
  Fields fields(list, "say where each field was taken from");
  for (const Field& item : fields.All()) {
    levels.fields.push_back(ReadSource(item, item.path().substr(list.path().size() + 1)));
  }
  block.Done();
  std::sort(levels.fields.begin(), levels.fields.end(),
            [](const FieldSource& a, const FieldSource& b) { return a.field < b.field; });
  return levels;
}

void AddResolved(const TermsLevels& levels, Lines& lines) {
  lines.Add(0, "resolved", "");
  lines.Add(1, "from", FormatInstant(levels.from));
  lines.Add(1, "until", levels.until ? FormatInstant(*levels.until) : "open");
  lines.Add(1, "documents", "");
  for (const LevelDocument& each : levels.documents) {
    lines.Item(
        2, absl::StrCat("{ level: ", Bare(each.level), ", sha256: ", each.document.ToHex(), " }"));
  }
  lines.Add(1, "fields", "");
  for (const FieldSource& each : levels.fields) {
    lines.Add(2, FieldName(each.field),
              absl::StrCat("{ level: ", Bare(each.level), ", line: ", each.line,
                           each.clause.empty() ? "" : ", clause: ",
                           each.clause.empty() ? "" : Quoted(each.clause),
                           ", by: ", TextOf(kFieldRuleWords, each.rule), " }"));
  }
}

absl::string_view RuleInWords(FieldRule rule) { return TextOf(kFieldRuleWords, rule); }

}  // namespace tally::tools
