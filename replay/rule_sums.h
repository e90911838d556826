// Sums that rules give beside the credits of windows: points and their price, bonuses, lump sums,
// what a cap carried to the end. What each came to, since which act, and what of it is in the
// books.
//
// As with credits (rule_history.h) the books of the past stay as they were: what was owed once is
// posted for good, and what a restatement, a ruling or another window makes of it is posted when it
// does, so that a sum that was paid and is owed no more is owed back (DOMAIN 3.11). A sum is fixed
// when its time is over and every window that it rests on is closed; until then it is a projection.
// Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "replay/case_file.h"
#include "replay/dispute/standing.h"
#include "replay/terms/pipeline.h"

namespace tally::replay {

// What a sum came to, in minor units, since an act.
struct SumSince {
  ActStamp stamp = {};
  std::string why = {};
  int64_t minor = 0;
  std::string formula = {};
};
struct SumOfRule {
  PipelineEntry entry;          // as it was owed first
  std::vector<SumSince> since;  // in the order of time, not empty; the first has no act
};

// When what a period comes to is owed: at its end, or at that of the term.
Instant OwedAt(const CaseFile& file, const Interval& period);

// True if some version of the terms can give such sums, but for what a cap carries.
bool GivesSums(const CaseFile& file);

// Collects what the pipeline finds at one act after the other (rule_history.h).
class SumHistory {
 public:
  // Both outlive this.
  SumHistory(const CaseFile& file, const PipelineQuestion& today) : file_(file), today_(today) {}

  // What it found at an act over the windows that were closed by then, `closed` of today's
  // outcomes.
  void Take(const ActStamp& stamp, const std::string& why, const PipelineAnswer& found,
            const std::vector<size_t>& closed);
  // Ends with what is found now, unless windows that are over are not closed: these make a
  // projection, which the books do not hold of what is fixed. Consumes the history.
  std::vector<SumOfRule> EndAs(const PipelineAnswer& answer);

 private:
  // Kind, rule, debtor, creditor, period, window that it is for, currency.
  using Key = std::tuple<std::string, std::string, std::string, std::string, Interval, std::string,
                         std::optional<Interval>, Currency>;
  static Key KeyOf(const PipelineEntry& entry);
  void Arrange(const PipelineAnswer& found);
  bool IsFixed(const PipelineEntry& entry, Instant time, const std::vector<size_t>& closed) const;

  const CaseFile& file_;
  const PipelineQuestion& today_;
  std::map<Key, SumOfRule> sums_;
  std::vector<Key> order_;
  ActStamp last_ = {};
  std::string last_why_;
};

}  // namespace tally::replay
