#include "replay/terms/carried.h"

#include <algorithm>

#include "replay/terms/caps.h"

namespace tally::replay {
namespace {

bool HasStill(const WindowOutcome& outcome, const std::string& id) {
  const std::vector<Rule>& rules = outcome.terms->rules;
  return std::any_of(rules.begin(), rules.end(), [&](const Rule& rule) {
    return rule.id == id && IsCap(rule) && IsAbout(rule, outcome);
  });
}

}  // namespace

int64_t& Carried::By(const Rule& rule, const std::string& objective, const Currency& currency,
                     size_t line) {
  Sum& sum = sums_[{objective, rule.id, currency}];
  sum.rule = &rule;
  sum.line = line;
  sum.currency = currency;
  return sum.minor;
}

std::vector<Carried::Sum> Carried::TakeStruck(const WindowOutcome& outcome,
                                              const Currency& currency) {
  std::vector<Sum> taken;
  for (auto& [key, sum] : sums_) {
    const auto& [objective, rule, unit] = key;
    const bool about = objective == outcome.objective->id && unit == currency;
    if (!about || sum.minor == 0 || HasStill(outcome, rule)) continue;
    taken.push_back(sum);
    sum.minor = 0;
  }
  return taken;
}

std::vector<Carried::Sum> Carried::Rest() const {
  std::vector<Sum> rest;
  for (const auto& [key, sum] : sums_) {
    if (sum.minor > 0) rest.push_back(sum);
  }
  return rest;
}

}  // namespace tally::replay
