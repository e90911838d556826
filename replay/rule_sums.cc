// Sums are told apart by what they are for; what they come to is compared from act to act.
#include "replay/rule_sums.h"

#include <algorithm>
#include <utility>

namespace tally::replay {
namespace {

bool IsOfBonuses(const PipelineEntry& entry) { return entry.kind == "bonus"; }

// A bonus rests on the credits that it can reduce, what points come to on the points of its time.
bool RestsOn(const PipelineEntry& entry, const WindowOutcome& outcome) {
  const std::string& obligor = IsOfBonuses(entry) ? entry.creditor : entry.debtor;
  const bool counts = IsOfBonuses(entry) ? outcome.raw.has_value() : outcome.points.has_value();
  return counts && outcome.objective->obligor == obligor &&
         entry.period.Contains({outcome.window.limit.micros - 1});
}

}  // namespace

Instant OwedAt(const CaseFile& file, const Interval& period) {
  Instant end = file.versions().back()->terms->until.value_or(Instant::Max());
  if (file.term_end().has_value()) end = std::min(end, file.term_end()->end);
  return end > period.first ? std::min(period.limit, end) : period.limit;
}

bool GivesSums(const CaseFile& file) {
  const auto gives = [](const Rule& rule) {
    return rule.kind == "bonus" || rule.kind == "points table" || rule.kind == "points price" ||
           (rule.kind == "chronic failure" && rule.choices.Is("right", "lump sum"));
  };
  for (const TermsVersion* version : file.versions()) {
    const Terms& terms = *version->terms;
    if (std::any_of(terms.rules.begin(), terms.rules.end(), gives)) return true;
    for (const Objective& objective : terms.objectives) {
      if (objective.credit.has_value() && objective.credit->scheme == "points") return true;
    }
  }
  return false;
}

SumHistory::Key SumHistory::KeyOf(const PipelineEntry& entry) {
  return {entry.kind,   entry.rule,         entry.debtor,    entry.creditor,
          entry.period, entry.of_objective, entry.of_window, entry.amount.currency};
}

// Lump sums and points rest on closed windows alone.
bool SumHistory::IsFixed(const PipelineEntry& entry, Instant time,
                         const std::vector<size_t>& closed) const {
  if (time < OwedAt(file_, entry.period)) return false;
  if (entry.kind == "lump sum" || entry.kind == "points") return true;
  for (size_t i = 0; i < today_.outcomes.size(); ++i) {
    const bool is_closed = std::binary_search(closed.begin(), closed.end(), i);
    if (!is_closed && RestsOn(entry, today_.outcomes[i])) return false;
  }
  return true;
}

// In the order in which answers list them, also those that later answers have no more.
void SumHistory::Arrange(const PipelineAnswer& found) {
  auto place = order_.begin();
  for (const PipelineEntry& entry : found.entries) {
    const Key key = KeyOf(entry);
    const auto known = std::find(order_.begin(), order_.end(), key);
    place = known != order_.end() ? known : order_.insert(place, key);
    ++place;
  }
}

void SumHistory::Take(const ActStamp& stamp, const std::string& why, const PipelineAnswer& found,
                      const std::vector<size_t>& closed) {
  last_ = stamp;
  last_why_ = why;
  Arrange(found);
  std::map<Key, const PipelineEntry*> now;
  for (const PipelineEntry& entry : found.entries) now[KeyOf(entry)] = &entry;
  for (auto& [key, sum] : sums_) {
    const auto entry = now.find(key);
    const int64_t minor = entry == now.end() ? 0 : entry->second->amount.minor;
    if (sum.since.back().minor == minor) continue;
    sum.since.push_back({.stamp = stamp, .why = why, .minor = minor});
    if (entry != now.end()) sum.since.back().formula = entry->second->formula;
  }
  for (const auto& [key, entry] : now) {
    if (sums_.contains(key) || !IsFixed(*entry, stamp.time, closed)) continue;
    sums_[key] = {*entry, {{.minor = entry->amount.minor, .formula = entry->formula}}};
  }
}

std::vector<SumOfRule> SumHistory::EndAs(const PipelineAnswer& answer) {
  const bool open =
      std::any_of(today_.outcomes.begin(), today_.outcomes.end(),
                  [](const WindowOutcome& each) { return each.ended && !each.closed.has_value(); });
  Arrange(answer);
  std::map<Key, const PipelineEntry*> now;
  for (const PipelineEntry& entry : answer.entries) {
    now[KeyOf(entry)] = &entry;
    // Nothing is fixed of it yet: a projection.
    sums_.try_emplace(KeyOf(entry),
                      SumOfRule{entry, {{.minor = entry.amount.minor, .formula = entry.formula}}});
  }
  std::vector<SumOfRule> told;
  for (const Key& key : order_) {
    const auto found = sums_.find(key);
    if (found == sums_.end()) continue;  // found once, and never fixed
    SumOfRule& sum = found->second;
    const auto entry = now.find(key);
    const int64_t minor = entry == now.end() ? 0 : entry->second->amount.minor;
    if (!open && sum.since.back().minor != minor) {
      sum.since.push_back({last_, last_why_, minor, ""});
      if (entry != now.end()) sum.since.back().formula = entry->second->formula;
    }
    told.push_back(std::move(sum));
  }
  sums_.clear();
  order_.clear();
  return told;
}

}  // namespace tally::replay
