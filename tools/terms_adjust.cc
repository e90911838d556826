#include "tools/terms_adjust.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "tools/terms_target.h"

namespace tally::tools {
namespace {

constexpr int64_t kDecimalsMax = 6;
constexpr int64_t kBest = 4;

bool IsAbout(const Rule& rule, const Objective& objective) {
  const std::vector<std::string>& about = rule.objectives;
  return about.empty() || std::find(about.begin(), about.end(), objective.id) != about.end();
}

class RuleCheck {
 public:
  RuleCheck(const Terms& terms, const Rule& rule, TermsReport& report)
      : terms_(terms), rule_(rule), report_(report) {}

  void Target() {
    const std::string of = rule_.kind == "baseline" ? "first windows" : "newest windows";
    const int64_t windows = rule_.choices.Count(of);
    if (windows < 1) Bad(of, "no window is measured", "write at least 1");
    if (rule_.choices.Count("decimals") > kDecimalsMax) {
      Bad("decimals", "a level has at most six decimals", "write 0 to 6");
    }
    if (rule_.choices.Is("formula", "k-th lowest")) {
      const int64_t k = rule_.choices.Count("k");
      if (k < 1 || k > windows) Bad("k", "there is no such window", "write 1 to `first windows`");
    }
    const bool best = rule_.choices.Is("formula", "best four");
    if (best && windows < kBest) Bad(of, "the best four of fewer", "write at least 4");
    for (const Objective& objective : terms_.objectives) {
      if (IsAbout(rule_, objective)) TargetOf(objective, best);
    }
  }

  void InFlight() {
    for (const Objective& objective : terms_.objectives) {
      const std::string kind = objective.counted ? objective.counted->kind : "";
      const bool in_time = kind == "tickets in time";
      const bool timed =
          in_time || kind == "mean ticket time" || kind == "percentile of ticket time";
      if (!IsAbout(rule_, objective)) continue;
      if (!timed && !rule_.objectives.empty()) {
        Bad("objectives", absl::StrCat(objective.id, " times no tickets"),
            "name objectives that measure tickets in time, or mean or percentile times");
      }
      if (timed && !in_time && rule_.choices.Is("governed by", "strictest")) {
        Bad("governed by", absl::StrCat(objective.id, " has no deadlines to compare"),
            "choose `terms at start` or `terms at stop`");
      }
    }
  }

  void Proposals() {
    if (rule_.objectives.empty()) return;
    Bad("objectives", "an amendment is about the terms as a whole", "write `all`");
  }

 private:
  void TargetOf(const Objective& objective, bool best) {
    if (objective.empty == EmptyRule::kCarryLast) {
      Bad("objectives",
          absl::StrCat(objective.id, " carries results over, which nobody has measured"),
          "choose another `when empty`, or leave it out of the rule");
    }
    if (objective.window.every == WindowEvery::kRollingDays) {
      Bad("objectives", absl::StrCat(objective.id, " has windows that overlap"),
          "a formula over windows needs windows that follow each other");
    }
    const bool ratio = FormOf(objective, terms_.fees).unit == ValueUnit::kRatio;
    if (best && (!ratio || objective.target.compare != Compare::kAtLeast)) {
      Bad("formula",
          absl::StrCat("`best four` moves towards 100 %, and ", objective.id,
                       " is no ratio that must be at least its target"),
          "choose `half way`");
    }
  }

  void Bad(absl::string_view choice, std::string message, std::string hint) {
    report_.Error(report_.PlaceOf(absl::StrCat("rules.", rule_.id, ".", choice)),
                  "terms-contradiction", message, hint);
  }

  const Terms& terms_;
  const Rule& rule_;
  TermsReport& report_;
};

}  // namespace

void CheckAdjustments(const Terms& terms, TermsReport& report) {
  for (const Rule& rule : terms.rules) {
    const VocabularyRow* row = FindInVocabulary(ThingKind::kRule, rule.kind);
    if (row == nullptr || !rule.choices.Check(*row).ok()) continue;
    RuleCheck check(terms, rule, report);
    if (rule.kind == "baseline" || rule.kind == "ratchet") check.Target();
    if (rule.kind == "in-flight tickets") check.InFlight();
    if (rule.kind == "amendment proposals") check.Proposals();
  }
}

}  // namespace tally::tools
