#include "tools/terms_rules.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tools/terms_credit.h"

namespace tally::tools {
namespace {

std::vector<std::string> ReadObjectiveNames(const Field& field,
                                            const std::vector<Objective>& objectives) {
  constexpr absl::string_view kForm = "choose `all` or list objectives, like `[availability]`";
  std::vector<std::string> names;
  if (!field.present() || field.Says("all")) return names;
  for (const Field& item : field.Items(kForm)) {
    std::optional<std::string> name = item.Name();
    if (!name) continue;
    const bool known = std::any_of(objectives.begin(), objectives.end(),
                                   [&](const Objective& each) { return each.id == *name; });
    if (!known) {
      item.Error("terms-contradiction", absl::StrCat("`objectives` has no \"", *name, "\""), kForm);
    } else if (std::find(names.begin(), names.end(), *name) != names.end()) {
      item.Error("terms-contradiction", absl::StrCat("the objective ", *name, " stands twice"));
    }
    names.push_back(*name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Rule ReadRule(const Field& entry, const std::vector<Objective>& objectives) {
  Rule rule;
  YamlNode id;
  id.position = entry.report().PlaceOf(entry.path());
  id.text = entry.path().substr(entry.path().find('.') + 1);
  rule.id = Field(id, entry.path(), entry.report()).Name().value_or("");
  Fields choices(entry, "write `{ kind: cap, objectives: all, ... }`");
  const std::vector<absl::string_view> kinds = KindsOf(ThingKind::kRule);
  const VocabularyRow* row =
      ReadKind(choices.Need("kind", ChooseOneOf(kinds)), ThingKind::kRule, kinds);
  rule.objectives = ReadObjectiveNames(
      choices.Need("objectives", "choose `all` or list the objectives that it holds for"),
      objectives);
  if (row == nullptr) return rule;  // its choices cannot be judged
  rule.kind = std::string(row->kind);
  rule.choices = ReadChoices(choices, *row, LevelsOfRule(rule, objectives));
  choices.Done();
  return rule;
}

}  // namespace

Levels LevelsOfRule(const Rule& rule, const std::vector<Objective>& objectives) {
  if (rule.kind != "bonus") return Levels::kNumbers;
  const auto about = std::find_if(objectives.begin(), objectives.end(), [&](const auto& each) {
    return rule.objectives.empty() ||
           std::binary_search(rule.objectives.begin(), rule.objectives.end(), each.id);
  });
  return about == objectives.end() ? Levels::kNumbers : LevelsOf(*about);
}

std::vector<Rule> ReadRules(const Field& field, const std::vector<Objective>& objectives) {
  std::vector<Rule> rules;
  if (!field.present() || field.Says("none")) return rules;
  Fields names(field, "choose `none` or name the rules, each with its kind and choices");
  for (const Field& entry : names.All()) rules.push_back(ReadRule(entry, objectives));
  std::sort(rules.begin(), rules.end(), [](const Rule& a, const Rule& b) { return a.id < b.id; });
  return rules;
}

}  // namespace tally::tools
