// Acts about targets: proposals and their answers, folded from an agreement's stream in log order.
//
// The fold keeps what may be heard, by parties to the agreement, in the order in which it stands.
// It knows neither clock nor figure: which formula gives the level, what silence means and what
// takes effect is weighed in replay/target_book.h. Acts count at the ledger's time alone, because
// they rest on closings, which this ledger made.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "replay/dispute/heard_act.h"
#include "replay/projection/agreement_fold.h"
#include "replay/projection/fact.h"
#include "replay/replay.h"
#include "schema/target.h"

namespace tally::replay {

struct TargetProposal {
  Hash digest;
  Hash answers;    // an earlier proposal whose place it takes; zeros: none
  std::string id;  // hex
  TargetProposed body;
};
struct TargetAnswer {
  Hash answers;  // the proposal's digest
  bool agrees = false;
  std::string objective;
};
struct TargetAct {
  ActStamp stamp;
  std::variant<TargetProposal, TargetAnswer> what;
};

class TargetFold {
 public:
  // `agreement` has folded the same facts up to and with the one that is applied; it outlives this.
  explicit TargetFold(const AgreementFold& agreement) : agreement_(agreement) {}
  // Facts of other kinds pass through unchanged.
  void Apply(const Fact& fact);
  static bool Reads(BodyKind kind);

  const std::vector<TargetAct>& acts() const { return acts_; }
  const std::vector<Finding>& findings() const { return findings_; }

 private:
  const AgreementFold& agreement_;
  std::vector<TargetAct> acts_;
  std::vector<Finding> findings_;
};

}  // namespace tally::replay
