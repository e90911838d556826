// How origins are told. Apart from finding them, so that a program that reads no terms files links
// this alone.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/field_origins.h"
#include "tools/printable.h"
#include "tools/terms_provenance.h"

namespace tally::tools {
namespace {

constexpr size_t kShownBytesMax = 60;  // of a value in a line for people

}  // namespace

std::string StatedText(const FieldOrigin& field) {
  if (!field.stated) return "";
  const FieldSource& source = *field.stated;
  return absl::StrCat(source.level, ", line ", source.line,
                      source.clause.empty() ? "" : absl::StrCat(", clause ", source.clause), ", ",
                      std::string(RuleInWords(source.rule)));
}

std::string OriginText(const OriginVersion& version) {
  if (!version.effective) return version.at.ToText();
  return absl::StrCat("amendment ", version.at.ToText(), ", effective ",
                      FormatInstant(*version.effective));
}

std::string OriginsText(const TermsOrigins& origins) {
  std::string out = absl::StrCat("Where the terms of ", Printable(origins.objective),
                                 " come from: ", origins.versions.back().terms.ToHex(), "\n");
  for (const OriginVersion& version : origins.versions) {
    absl::StrAppend(&out, "  ", OriginText(version), version.reason.empty() ? "" : ": ",
                    Printable(version.reason), "\n");
  }
  size_t others = 0;
  for (const FieldOrigin& each : origins.fields) {
    // What was agreed first, by one document, needs no line of its own.
    if (!each.stated && each.since == 0) {
      ++others;
      continue;
    }
    std::string value = each.value.substr(0, kShownBytesMax);
    if (value.size() < each.value.size()) value += "...";
    const std::string stated = StatedText(each);
    absl::StrAppend(&out, "  ", Printable(each.field), ": ", Printable(value), "\n      ",
                    Printable(stated), stated.empty() ? "" : "; since ",
                    OriginText(origins.versions[each.since]), "\n");
  }
  if (others > 0) {
    absl::StrAppend(&out, "  ", others == origins.fields.size() ? "all" : "all other",
                    " fields: since ", OriginText(origins.versions.front()), "\n");
  }
  return out;
}

void WriteOrigins(JsonWriter& json, const std::vector<TermsOrigins>& origins) {
  json.BeginArray();
  for (const TermsOrigins& each : origins) {
    json.BeginObject().Field("objective", each.objective);
    json.Field("terms", each.versions.back().terms.ToHex()).Key("fields").BeginArray();
    for (const FieldOrigin& field : each.fields) {
      const OriginVersion& since = each.versions[field.since];
      json.BeginObject().Field("field", field.field).Field("value", field.value);
      json.Key("stated");
      if (field.stated) {
        json.BeginObject().Field("level", field.stated->level);
        json.NumberField("line", field.stated->line).Field("clause", field.stated->clause);
        json.Field("by", RuleInWords(field.stated->rule));
        json.Field("document", field.document ? field.document->ToHex() : "").EndObject();
      } else {
        json.Null();
      }
      json.Key("since").BeginObject().Field("event", since.at.ToText());
      json.Field("terms", since.terms.ToHex()).BoolField("amendment", since.effective.has_value());
      json.OptionalField(
          "effective", since.effective ? std::optional<std::string>(FormatInstant(*since.effective))
                                       : std::nullopt);
      json.EndObject().EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray();
}

}  // namespace tally::tools
