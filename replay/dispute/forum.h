// Where a claim goes when its answer does not end it: escalations, words of agreement, mediation,
// rulings on claims, and time moved by consent, folded from an agreement's stream in log order.
//
// The fold keeps what may be heard and joins what needs two: an agreement counts when claimant and
// obligor both stated the same amount, a deadline moves when both recorded the same act, the second
// answering the first. Whether an act fits the state of its claim is decided in claim_life.h.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "replay/dispute/claim_act.h"
#include "replay/dispute/dispute_fold.h"
#include "replay/dispute/heard_act.h"
#include "schema/dispute_act.h"

namespace tally::replay {

// A ruling in answer to a claim, by whoever it was signed.
struct ClaimRuling {
  ActStamp stamp;
  Hash digest;
  // A correction: the first ruling of its author whose place it takes, also where others corrected
  // that before; zeros: it corrects none.
  Hash corrects = {};
  RulingOnClaims body;
  const TermsVersion* then = nullptr;  // in force when it was issued; nullptr: none
};
struct ClaimAmendment {
  ActStamp stamp;
  ClaimAmended body;
};

class ForumFold {
 public:
  // Both have folded the same facts up to and with the one that is applied; they outlive this.
  ForumFold(const AgreementFold& agreement, const DisputeFold& disputes)
      : agreement_(agreement), disputes_(disputes) {}
  // Facts of other kinds pass through unchanged.
  void Apply(const Fact& fact);
  static bool Reads(BodyKind kind);

  // All that was said of one claim, in log order: what the other fold keeps, and what this one
  // does.
  std::vector<ClaimAct> ActsOf(const Claim& claim) const;
  // Amendments by the claimant that came before any answer, in log order; whether the claim still
  // waited for one then is weighed in standing.h.
  const std::vector<ClaimAmendment>& AmendmentsOf(const Claim& claim) const;
  // The ruling that an event is; nullptr if it is none that answers a claim.
  const ClaimRuling* RulingAt(const ledger::EventAddress& at) const;
  const std::vector<TimeShift>& shifts() const { return shifts_; }
  // Amendments of claims, and rulings on them (window_names.h).
  void EachName(const NameVisitor& visit);
  const std::vector<Finding>& findings() const { return findings_; }

 private:
  struct Word {
    Money amount;
    ActStamp stamp;
  };
  struct Matter {
    std::vector<ClaimAct> acts;
    std::map<StreamId, Word> agreed;         // the last word of each side
    std::map<StreamId, StreamId> mediators;  // whom each side named last
    std::optional<StreamId> mediator;        // whom both named, until they both name another
    std::vector<ClaimRuling> rulings;
    std::vector<ClaimAmendment> amendments;
  };
  struct Offer {  // to move time
    Hash digest;
    StreamId author;
    TimeShift shift;
    bool resumes = false;
    std::set<StreamId> joined = {};  // who agreed; once is all that anybody can
  };

  void Escalate(const Fact& fact);
  void Agree(const Fact& fact);
  void Amend(const Fact& fact);
  void OpenMediation(const Fact& fact);
  void CloseMediation(const Fact& fact);
  void Rule(const Fact& fact);
  void MoveTime(const Fact& fact);
  void TakeShift(const Fact& fact, TimeShift shift, bool resumes);

  // Whom both sides named, else whom the terms bind to the role "mediator"; nullptr: nobody yet.
  // What one side says alone dismisses neither.
  const StreamId* MediatorOf(const Claim& claim, const Matter& matter) const;
  // The claim that the act answers, itself or through an earlier act of this fold.
  const Claim* ClaimOf(const Fact& fact) const;
  std::optional<ActSide> SideOf(const Claim& claim, const StreamId& party) const;
  ActStamp Stamp(const Fact& fact) { return StampOf(fact, agreement_, findings_); }
  void Find(const Fact& fact, absl::string_view kind, std::string message,
            absl::string_view severity = "error");
  template <typename Body>
  std::optional<Body> Read(const Fact& fact, const absl::StatusOr<Body>& body);

  const AgreementFold& agreement_;
  const DisputeFold& disputes_;
  std::map<Hash, Matter> matters_;  // by the claim's digest
  std::map<Hash, Hash> claim_of_;   // acts of this fold: the claim that they are about
  std::vector<Offer> offers_;
  std::vector<TimeShift> shifts_;
  std::vector<Finding> findings_;
};

}  // namespace tally::replay
