#include "tools/terms_zones.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "ledger/crypto/sha256.h"

namespace tally::tools {

ZoneRef TermsZones::Read(const Field& field) {
  constexpr absl::string_view kExpected = "name an IANA time zone, like `UTC` or `Asia/Jakarta`";
  std::optional<std::string> name = field.Text(kExpected);
  if (!name) return {};
  if (auto known = known_.find(*name); known != known_.end()) return known->second.reference;
  absl::StatusOr<Bytes> rules = source_(*name);
  if (!rules.ok()) {
    field.Error("unknown-zone",
                absl::StrCat("no rules for the time zone \"", name->substr(0, 60), "\""),
                kExpected);
    return {};
  }
  absl::StatusOr<replay::Zone> zone = replay::Zone::Parse(*rules);
  if (!zone.ok()) {
    field.Error("unknown-zone", absl::StrCat("the rules of the time zone \"", *name,
                                             "\" cannot be read: ", zone.status().message()));
    return {};
  }
  ZoneRef reference{*name, ledger::DigestOfDocument(*rules)};
  known_.emplace(*name, Known{reference, *std::move(zone)});
  return reference;
}

const replay::Zone* TermsZones::Find(const std::string& name) const {
  const auto known = known_.find(name);
  return known == known_.end() ? nullptr : &known->second.zone;
}

std::vector<std::string> TermsZones::Names() const {
  std::vector<std::string> names;
  for (const auto& [name, known] : known_) names.push_back(name);
  return names;
}

std::optional<Instant> ReadInstant(const Field& field, const replay::Zone* zone) {
  constexpr absl::string_view kExpected =
      "write a date like `2025-06-01` (midnight in the term's zone) or a time like "
      "`2025-06-01T00:00:00Z`";
  if (!field.present()) return std::nullopt;
  if (!field.node().IsText()) {
    field.Bad(kExpected);
    return std::nullopt;
  }
  const std::string& text = field.node().text;
  absl::StatusOr<Instant> instant = ParseInstant(text);
  if (instant.ok()) return *instant;
  // A date is read by the same parser, so that both refuse the same days.
  absl::StatusOr<Instant> midnight = ParseInstant(absl::StrCat(text, "T00:00:00Z"));
  if (!midnight.ok() || text.size() != 10) {
    const absl::Status& reason = text.size() == 10 ? midnight.status() : instant.status();
    field.Bad(absl::StrCat(kExpected, " (", reason.message(), ")"));
    return std::nullopt;
  }
  if (zone == nullptr) return std::nullopt;
  return zone->StartOfDay(replay::DayOfNumber(
      replay::FloorDivide(midnight->micros, replay::kSecondsPerDay * replay::kMicrosPerSecond)));
}

}  // namespace tally::tools
