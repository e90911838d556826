// A window is cut where a version of the terms takes effect inside it; whichever version governs a
// window of just that part governs the part.
#include "replay/amended_window.h"

#include <algorithm>
#include <set>

namespace tally::replay {
namespace {

const Objective* FindObjective(const TermsVersion& version, const std::string& id) {
  for (const Objective& objective : version.terms->objectives) {
    if (objective.id == id) return &objective;
  }
  return nullptr;
}

bool HasRule(const AmendedPart& part) {
  const std::vector<Rule>& rules = part.version->terms->rules;
  return std::any_of(rules.begin(), rules.end(), [&](const Rule& rule) {
    const bool about =
        rule.objectives.empty() || std::find(rule.objectives.begin(), rule.objectives.end(),
                                             part.objective->id) != rule.objectives.end();
    return rule.kind == "amendments" && about;
  });
}

}  // namespace

std::vector<TermsPart> AmendedWindow::terms() const {
  std::vector<TermsPart> pure;
  for (const AmendedPart& part : parts) pure.push_back({part.objective, part.interval});
  return pure;
}

std::optional<AmendedWindow> AmendmentInside(const CaseFile& file, const PlannedWindow& plan) {
  const Interval& whole = plan.window.interval;
  std::set<Instant> edges = {whole.first, whole.limit};
  for (const TermsVersion* version : file.versions()) {
    if (whole.first < version->effective && version->effective < whole.limit) {
      edges.insert(version->effective);
    }
  }
  AmendedWindow window;
  for (auto edge = edges.begin(); std::next(edge) != edges.end(); ++edge) {
    const Interval interval{*edge, *std::next(edge)};
    const TermsVersion* version = file.Governing({plan.objective->id, interval});
    if (version == nullptr) return std::nullopt;
    const Objective* objective = FindObjective(*version, plan.objective->id);
    if (objective == nullptr) return std::nullopt;
    if (!window.parts.empty() && window.parts.back().version == version) {
      window.parts.back().interval.limit = interval.limit;
    } else {
      // A target counts for whole windows, so the parts have what holds for all of it.
      window.parts.push_back({version, &file.targets().ObjectiveFor(*objective, whole), interval});
    }
  }
  if (window.parts.size() < 2 || !HasRule(window.parts.back())) return std::nullopt;
  window.reach = ReachOf(*window.parts.back().version->terms, *window.parts.back().objective);
  return window;
}

}  // namespace tally::replay
