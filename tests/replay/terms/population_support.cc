#include "tests/replay/terms/population_support.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "schema/status.h"
#include "tests/replay/terms/tzif_support.h"

namespace tally::replay {

Choices MakeChoices(const std::map<std::string, std::string>& choices) {
  std::vector<Choice> made;
  for (const auto& [name, value] : choices) {
    made.push_back({name, absl::StrSplit(value, '|')});
  }
  return Choices(std::move(made));
}

Population::Population(std::string kind, std::map<std::string, std::string> choices)
    : choices_(std::move(choices)) {
  objective.id = "duty";
  objective.obligor = "provider";
  objective.obligee = "customer";
  objective.counted = Measure{.kind = std::move(kind),
                              .sources = {{"marketing", "m"}, {"sales", "s"}, {"board", "b"}},
                              .choices = MakeChoices(choices_)};
  objective.target.compare = Compare::kAtLeast;
  Target("0");
  Within("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z");
  calendars.emplace("24x7", BusinessCalendar::Always());
}

Instant Population::Read(absl::string_view instant) {
  absl::StatusOr<Instant> read = ParseInstant(instant);
  TALLY_CHECK(read.ok());
  return *read;
}

Population& Population::Choose(const std::string& name, const std::string& value) {
  choices_[name] = value;
  if (value.empty()) choices_.erase(name);
  objective.counted->choices = MakeChoices(choices_);
  return *this;
}
Population& Population::Target(absl::string_view level) {
  absl::StatusOr<Decimal> decimal = ParseDecimal(level);
  TALLY_CHECK(decimal.ok());
  objective.target.percent = *decimal;
  return *this;
}
Population& Population::Within(absl::string_view first, absl::string_view limit) {
  window.interval = {Read(first), Read(limit)};
  return *this;
}
Population& Population::Excluding(absl::string_view first, absl::string_view limit) {
  exclusions.push_back({Read(first), Read(limit)});
  return *this;
}
Population& Population::KnownAt(absl::string_view instant) {
  knowledge.instant = Read(instant);
  return *this;
}
Population& Population::Calendar(const std::string& name, absl::string_view zone_name,
                                 absl::string_view text) {
  Zone local = zone_name == "UTC" ? Zone::Utc() : LoadZone(std::string(zone_name));
  absl::StatusOr<BusinessCalendar> calendar = BusinessCalendar::Parse(text, std::move(local));
  EXPECT_TRUE(calendar.ok()) << calendar.status();
  TALLY_CHECK(calendar.ok());
  calendars.insert_or_assign(name, *std::move(calendar));
  return *this;
}

absl::StatusOr<Counted> Population::Try() const {
  const VocabularyRow* row = FindInVocabulary(ThingKind::kMeasure, objective.counted->kind);
  TALLY_CHECK(row != nullptr);
  TALLY_RETURN_IF_ERROR(objective.counted->choices.Check(*row));
  std::vector<Item> ordered = items;
  std::stable_sort(ordered.begin(), ordered.end(), [](const Item& a, const Item& b) {
    return std::tie(a.observed.first, a.source, a.cause) <
           std::tie(b.observed.first, b.source, b.cause);
  });
  CountQuestion question;
  question.objective = &objective;
  question.zone = &zone;
  question.calendars = &calendars;
  question.window = window;
  question.knowledge = knowledge;
  question.exclusions = exclusions;
  question.items = ordered;
  question.members = members;
  question.term = term;
  question.earlier = earlier;
  question.watermarks = watermarks;
  question.rules = rules;
  for (const VocabularyRow& each : RequestVocabulary()) {
    if (&each == row) return CountRequests(question);
  }
  return CountDuty(question);
}

Counted Population::Count() const {
  absl::StatusOr<Counted> counted = Try();
  EXPECT_TRUE(counted.ok()) << counted.status();
  return counted.ok() ? *std::move(counted) : Counted{};
}

std::string Population::Value() const {
  const Counted counted = Count();
  std::string text = counted.value ? absl::StrCat(FormatWide(counted.value->numerator()), "/",
                                                  FormatWide(counted.value->denominator()))
                                   : "none";
  if (counted.indeterminate) absl::StrAppend(&text, " indeterminate");
  return text;
}

}  // namespace tally::replay
