// Random histories of one agreement, by a seed: evidence, nights, claims, answers, escalations,
// agreements, settlements and withdrawals, timely or not, rulings beside claims and on them and
// their corrections, releases, restatements, terms that reach back, causes that were agreed.
#pragma once

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/replay/case_support.h"

namespace tally::replay {

// What the parties agreed otherwise than claims for single months.
struct HistoryTerms {
  const char* name;
  void (*agree)(Terms& terms);
};
// Credits without a claim; caps, earn-backs and expected levels, some with late evidence that
// counts.
const std::vector<HistoryTerms>& RulesOfHistories();

class History {
 public:
  // Steps are at most `pace` apart.
  explicit History(uint64_t seed, Duration pace = Seconds(40'000));
  // With terms of its own there are rulings on claims, claims for more, and settlements of what is
  // due, too; and each step has its own chance, so that one that is left out changes no other.
  History(uint64_t seed, Duration pace, const HistoryTerms& terms);
  SmallCase& test() { return test_; }

  void Step();
  // Time passes as with Step, and nothing is said.
  void PassStep();
  // Somebody else's agreement grows.
  void Noise();

 private:
  void Agree(void (*otherwise)(Terms& terms));
  void Advance();
  void Act();
  void ActUnderRules();
  uint64_t Any(uint64_t first, uint64_t last) { return first + random_() % (last - first + 1); }
  std::string Text() { return "words " + std::to_string(++texts_); }
  WindowName Month();
  Money Sum() { return {.minor = static_cast<int64_t>(Any(0, 40'000)), .currency = {"USD", 2}}; }
  const ledger::TestParty& Side() { return Any(0, 1) == 0 ? test_.acme : test_.shop; }
  bool HasClaim() const { return !claims_.empty(); }
  const Hash& SomeClaim() { return claims_[Any(0, claims_.size() - 1)]; }

  void Report();
  void ReportOutage();
  void File();
  void FileForMore();
  void Answer();
  void Climb();
  void AgreeOnClaim();
  void Settle();
  void Close();
  void RuleBeside();
  void RuleOnClaim();
  void Correct();
  void SettleClosing();
  void SettleDue();
  void Release();
  void Restate();
  void AnswerRestatement();
  void Amend();
  void AgreeOnCause();

  uint64_t seed_;
  const bool under_rules_ = false;
  std::mt19937_64 random_;
  Duration pace_;
  SmallCase test_;
  Instant at_;
  std::vector<Hash> claims_, ruled_, closings_;
  std::vector<std::string> causes_;
  std::vector<std::pair<Hash, Hash>> restated_;  // a proposal, and its figures
  uint64_t step_ = 0;
  int texts_ = 0;
  bool noisy_ = false;
};

}  // namespace tally::replay
