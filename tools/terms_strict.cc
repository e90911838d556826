// A value is read as a demand: numbers of which more is stricter, and a shape that says what they
// are. Demands of one shape are compared number by number; demands of different shapes are not.
#include "tools/terms_strict.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "schema/instant.h"
#include "schema/number.h"

namespace tally::tools {
namespace {

// `none` lies beyond every number, on one side or the other.
struct Demand {
  enum class End { kLowest = -1, kNumber = 0, kHighest = 1 };
  struct Level {
    End end = End::kNumber;
    Decimal number = {};
    std::string unit = {};
  };
  std::string shape;
  std::vector<Level> levels;
};

std::partial_ordering CompareLevels(const Demand::Level& a, const Demand::Level& b) {
  if (a.end != b.end) return a.end <=> b.end;
  if (a.end != Demand::End::kNumber) return std::partial_ordering::equivalent;
  if (a.unit != b.unit) return std::partial_ordering::unordered;
  return a.number <=> b.number;
}

Decimal Negative(const Decimal& number) { return {-number.mantissa, number.scale}; }

// A number and what it is a number of: "%", "time", "EUR", "".
struct Quantity {
  std::string unit;
  Decimal number;
};
std::optional<Quantity> ReadQuantity(absl::string_view text) {
  if (absl::StatusOr<Decimal> number = ParseDecimal(text); number.ok())
    return Quantity{"", *number};
  if (absl::StatusOr<Duration> length = ParseDuration(text); length.ok()) {
    return Quantity{"time", {length->micros, 6}};
  }
  if (absl::StatusOr<Money> money = ParseMoney(text); money.ok()) {
    return Quantity{money->currency.code, {money->minor, money->currency.exponent}};
  }
  if (!absl::ConsumeSuffix(&text, "%")) return std::nullopt;
  absl::ConsumeSuffix(&text, " ");
  absl::StatusOr<Decimal> percent = ParseDecimal(text);
  if (!percent.ok()) return std::nullopt;
  return Quantity{"%", *percent};
}

std::optional<Demand> More(const YamlNode& node, Demand::End none) {
  if (!node.IsText()) return std::nullopt;
  if (node.text == "none") return Demand{"", {{none}}};
  std::optional<Quantity> quantity = ReadQuantity(node.text);
  if (!quantity) return std::nullopt;
  return Demand{"", {{Demand::End::kNumber, quantity->number, quantity->unit}}};
}

std::optional<Demand> Less(const YamlNode& node, Demand::End none) {
  std::optional<Demand> demand = More(node, none);
  if (demand && demand->levels[0].end == Demand::End::kNumber) {
    demand->levels[0].number = Negative(demand->levels[0].number);
  }
  return demand;
}

// "at least 99.9 %", or a map of expected, minimum and stretch. A stretch is no demand: targets
// that differ in it are of different shapes.
std::optional<Demand> TargetDemand(const YamlNode& node) {
  const YamlNode* expected = node.IsMap() ? ValueOf(node, "expected") : &node;
  if (expected == nullptr || !expected->IsText()) return std::nullopt;
  absl::string_view text = expected->text;
  const bool at_least = absl::ConsumePrefix(&text, "at least ");
  if (!at_least && !absl::ConsumePrefix(&text, "at most ")) return std::nullopt;
  const std::optional<Quantity> level = ReadQuantity(text);
  if (!level) return std::nullopt;
  Demand demand{absl::StrCat(at_least ? "at least " : "at most ", level->unit), {}};
  const auto add = [&](const Decimal& number) {
    demand.levels.push_back({Demand::End::kNumber, at_least ? number : Negative(number)});
  };
  add(level->number);
  const YamlNode* minimum = node.IsMap() ? ValueOf(node, "minimum") : nullptr;
  if (minimum == nullptr || (minimum->IsText() && minimum->text == "none")) {
    demand.levels.push_back({Demand::End::kLowest});
  } else {
    const auto lowest = minimum->IsText() ? ReadQuantity(minimum->text) : std::nullopt;
    if (!lowest || lowest->unit != level->unit) return std::nullopt;
    add(lowest->number);
  }
  const YamlNode* stretch = node.IsMap() ? ValueOf(node, "stretch") : nullptr;
  if (stretch != nullptr && !stretch->IsText()) return std::nullopt;
  absl::StrAppend(&demand.shape, " stretch ", stretch == nullptr ? "none" : stretch->text);
  return demand;
}

// Tiers with the same edges: what each of them pays.
std::optional<Demand> TiersDemand(const YamlNode& node) {
  if (!node.IsList()) return std::nullopt;
  Demand demand;
  for (const YamlNode& tier : node.items) {
    if (!tier.IsMap()) return std::nullopt;
    std::map<std::string, std::string> edges;
    std::optional<Quantity> credit;
    for (size_t i = 0; i < tier.keys.size(); ++i) {
      if (!tier.items[i].IsText()) return std::nullopt;
      const std::optional<Quantity> quantity = ReadQuantity(tier.items[i].text);
      if (!quantity) return std::nullopt;
      if (tier.keys[i].text == "credit") {
        credit = quantity;
      } else {
        edges[tier.keys[i].text] =
            absl::StrCat(FormatDecimal(quantity->number.Normalised()), " ", quantity->unit);
      }
    }
    if (!credit) return std::nullopt;
    absl::StrAppend(&demand.shape, "|", credit->unit);
    for (const auto& [edge, level] : edges) absl::StrAppend(&demand.shape, " ", edge, " ", level);
    demand.levels.push_back({Demand::End::kNumber, credit->number});
  }
  return demand;
}

// `{ P1: 4 h, P2: 90 min }` or `["P1: 4 h"]`: each time shorter. `none` among texts is no time.
std::optional<Demand> TimesDemand(const YamlNode& node) {
  std::map<std::string, std::string> times;
  for (size_t i = 0; i < node.items.size(); ++i) {
    if (!node.items[i].IsText()) return std::nullopt;
    std::string name = node.IsMap() ? node.keys[i].text : node.items[i].text;
    std::string time = node.items[i].text;
    if (node.IsList()) {
      const size_t colon = name.rfind(": ");
      if (colon == std::string::npos) return std::nullopt;
      time = name.substr(colon + 2);
      name.resize(colon);
    }
    times[name] = time;
  }
  if (times.empty()) return std::nullopt;
  Demand demand;
  for (const auto& [name, time] : times) {
    absl::StatusOr<Duration> length = ParseDuration(time);
    if (!length.ok()) return std::nullopt;
    absl::StrAppend(&demand.shape, name, "\n");
    demand.levels.push_back({Demand::End::kNumber, {-length->micros, 6}});
  }
  return demand;
}

// Choices of measures that give somebody a time to do what he owes.
struct TimeLimit {
  absl::string_view kind;
  absl::string_view choice;
};
constexpr TimeLimit kTimeLimits[] = {
    {"leads contacted in time", "contact within"},
    {"leads decided in time", "decision within"},
    {"telephone service factor", "threshold"},
    {"tickets in time", "target"},
    {"tickets in time", "targets"},
};

std::optional<Demand> MeasureDemand(absl::string_view kind, absl::string_view choice,
                                    const YamlNode& node) {
  const bool limit = std::any_of(
      std::begin(kTimeLimits), std::end(kTimeLimits),
      [&](const TimeLimit& each) { return each.kind == kind && each.choice == choice; });
  if (!limit) return std::nullopt;
  return choice == "targets" ? TimesDemand(node) : Less(node, Demand::End::kLowest);
}

std::optional<Demand> CreditDemand(absl::string_view choice, const YamlNode& node) {
  if (choice == "tiers") return TiersDemand(node);
  if (choice == "window cap" || choice == "at most") return More(node, Demand::End::kHighest);
  if (choice == "minimum") return Less(node, Demand::End::kHighest);
  if (choice == "sum" || choice == "percent per step" || choice == "days") {
    return More(node, Demand::End::kLowest);
  }
  return std::nullopt;
}

// "7 days" of the day counts that disputes are written in.
std::optional<Demand> AnswerDemand(const YamlNode& node) {
  if (!node.IsText()) return std::nullopt;
  absl::string_view text = node.text;
  if (!absl::ConsumeSuffix(&text, " days") && !absl::ConsumeSuffix(&text, " day")) {
    return std::nullopt;
  }
  absl::StatusOr<Decimal> days = ParseDecimal(text);
  if (!days.ok()) return std::nullopt;
  return Demand{"days", {{Demand::End::kNumber, Negative(*days)}}};
}

std::optional<Demand> DemandOf(const std::vector<std::string>& field, absl::string_view kind,
                               const YamlNode& node) {
  const std::string& last = field.back();
  if (field[0] == "disputes" && field.size() == 2 && last == "answer within") {
    return AnswerDemand(node);
  }
  if (field[0] != "objectives") return std::nullopt;
  if (field.size() == 3 && last == "target") return TargetDemand(node);
  if (field.size() != 4) return std::nullopt;
  if (field[2] == "measure") return MeasureDemand(kind, last, node);
  return field[2] == "credit" ? CreditDemand(last, node) : std::nullopt;
}

std::partial_ordering CompareDemands(const Demand& a, const Demand& b) {
  if (a.shape != b.shape || a.levels.size() != b.levels.size()) {
    return std::partial_ordering::unordered;
  }
  bool less = false;
  bool greater = false;
  for (size_t i = 0; i < a.levels.size(); ++i) {
    const std::partial_ordering order = CompareLevels(a.levels[i], b.levels[i]);
    if (order == std::partial_ordering::unordered) return order;
    less = less || order < 0;
    greater = greater || order > 0;
  }
  if (less && greater) return std::partial_ordering::unordered;
  if (less) return std::partial_ordering::less;
  return greater ? std::partial_ordering::greater : std::partial_ordering::equivalent;
}

}  // namespace

std::partial_ordering CompareStrictness(const std::vector<std::string>& field,
                                        absl::string_view kind, const YamlNode& a,
                                        const YamlNode& b) {
  if (field.size() == 3 && field[0] == "objectives" && field[2] == "credit") {
    // Some credit is more than none; two that are put together differently are not compared.
    if (a.IsMap() == b.IsMap()) return std::partial_ordering::unordered;
    return a.IsMap() ? std::partial_ordering::greater : std::partial_ordering::less;
  }
  const std::optional<Demand> left = DemandOf(field, kind, a);
  const std::optional<Demand> right = DemandOf(field, kind, b);
  if (!left || !right) return std::partial_ordering::unordered;
  return CompareDemands(*left, *right);
}

const YamlNode* ValueOf(const YamlNode& map, absl::string_view key) {
  if (!map.IsMap()) return nullptr;
  for (size_t i = 0; i < map.keys.size(); ++i) {
    if (map.keys[i].text == key) return &map.items[i];
  }
  return nullptr;
}

bool SameValue(const YamlNode& a, const YamlNode& b) {
  if (a.kind != b.kind || a.items.size() != b.items.size()) return false;
  if (a.IsText()) return a.text == b.text;
  if (a.IsList()) return std::equal(a.items.begin(), a.items.end(), b.items.begin(), SameValue);
  for (size_t i = 0; i < a.keys.size(); ++i) {
    const YamlNode* other = ValueOf(b, a.keys[i].text);
    if (other == nullptr || !SameValue(a.items[i], *other)) return false;
  }
  return true;
}

}  // namespace tally::tools
