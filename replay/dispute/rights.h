// Acts by which rights are used or given up and agreements end, folded from an agreement's stream
// in log order. The fold keeps what may be heard; whether the right had arisen, for whom, and
// whether it was still open is weighed in replay/rights.h, because that hangs on figures.
//
// A termination by agreement is two acts: one, and another by the other side that answers it and
// names the same end. The fold joins them; what is joined stands where the second stands.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "replay/dispute/heard_act.h"
#include "replay/projection/agreement_fold.h"
#include "replay/projection/fact.h"
#include "replay/replay.h"
#include "schema/right_act.h"

namespace tally::replay {

enum class RightActKind { kExercised, kWaived };
struct RightAct {
  ActStamp stamp;
  RightActKind kind = RightActKind::kExercised;
  std::string right;                // id of the rule that gives it
  std::vector<WindowName> windows;  // none: the only one that is open
  Instant effective;                // the end that it states
};
// Terminations that both sides stated.
struct JointEnd {
  ActStamp stamp;  // of the act that made it joint
  Instant effective;
};

class RightFold {
 public:
  // `agreement` has folded the same facts up to and with the one that is applied; it outlives this.
  explicit RightFold(const AgreementFold& agreement) : agreement_(agreement) {}
  // Facts of other kinds pass through unchanged.
  void Apply(const Fact& fact);
  static bool Reads(BodyKind kind);

  bool empty() const { return acts_.empty() && joint_.empty(); }
  const std::vector<RightAct>& acts() const { return acts_; }
  const std::vector<JointEnd>& joint() const { return joint_; }
  const std::vector<Finding>& findings() const { return findings_; }

 private:
  // Of a termination by agreement: who has stated it so far.
  struct Offer {
    Hash digest;
    ActStamp stamp;
    Instant effective;
    std::vector<StreamId> by;
  };
  void Exercise(const Fact& fact);
  void Waive(const Fact& fact);
  void Terminate(const Fact& fact);
  void Agree(const Fact& fact, const Terminated& body);
  bool IsTermination(const Fact& fact, RightKind kind);
  ActStamp StampOf(const Fact& fact);
  void Find(const Fact& fact, absl::string_view kind, absl::string_view severity,
            std::string message);

  const AgreementFold& agreement_;
  std::vector<RightAct> acts_;
  std::vector<Offer> offers_;
  std::vector<JointEnd> joint_;
  std::vector<Finding> findings_;
};

}  // namespace tally::replay
