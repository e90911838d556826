// Terms with rules, and outcomes of windows, by hand: each test states what it is about.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "replay/terms/pipeline.h"
#include "schema/terms.h"
#include "tests/replay/terms/terms_support.h"

namespace tally::replay {

// Choices in any order; each has one value, or several divided by "; ".
Choices Stated(std::vector<std::pair<std::string, std::string>> choices);
// A rule whose choices the vocabulary admits; a test that states others fails here.
Rule RuleOf(absl::string_view id, absl::string_view kind,
            std::vector<std::pair<std::string, std::string>> choices,
            std::vector<std::string> objectives = {});
CreditRule SchemeOf(absl::string_view scheme, absl::string_view fee,
                    std::vector<std::pair<std::string, std::string>> choices);

// Terms from 2024-01-01, in UTC, with monthly fee "service", and objectives with a credit each.
class RuledTerms {
 public:
  explicit RuledTerms(absl::string_view fee, std::vector<std::string> objectives = {"a"});
  Terms& terms() { return terms_; }
  void Add(Rule rule) { terms_.rules.push_back(std::move(rule)); }
  Objective& At(absl::string_view id);

  // A month of objective `id`: "2026-04". Breached if `raw` is above zero, else met.
  WindowOutcome Month(absl::string_view id, absl::string_view month, absl::string_view raw);

 private:
  Terms terms_;
  Zone zone_ = Zone::Utc();
};

PipelineAnswer RunRules(std::vector<WindowOutcome> outcomes,
                        Instant knowledge = ::tally::replay::At("2030-01-01T00:00:00Z"));
// What is granted, in order.
std::vector<std::string> GrantedOf(const PipelineAnswer& answer);

}  // namespace tally::replay
