// What caps carry over their limits (`above: carried`) until a later line of the objective takes it
// up. Amounts are kept by objective, rule and currency, in minor units; none is ever negative.
//
// A rule that an amendment renamed or struck takes nothing up any more: then the next line does, as
// if it had earned the sum itself. So no sum depends on what a rule is called.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "replay/terms/window_outcome.h"

namespace tally::replay {

class Carried {
 public:
  struct Sum {
    const Rule* rule = nullptr;  // that carried it; its terms own it
    size_t line = 0;             // from which it was carried
    Currency currency;
    int64_t minor = 0;
  };
  // What `rule` carries for an objective, zero at first; `line` is the one that is looked at.
  int64_t& By(const Rule& rule, const std::string& objective, const Currency& currency,
              size_t line);
  // Takes out what is carried for the objective by rules that the terms of `outcome` no longer
  // have for it as caps.
  std::vector<Sum> TakeStruck(const WindowOutcome& outcome, const Currency& currency);
  // All that is still carried, by objective and rule; nothing is taken out.
  std::vector<Sum> Rest() const;

 private:
  std::map<std::tuple<std::string, std::string, Currency>, Sum> sums_;  // by objective, rule
};

}  // namespace tally::replay
