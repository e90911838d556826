// Which proposal of a matter stands for one objective, and which decision about it prevails
// (DOMAIN 3.17 rules 5, 26 and 31; the ranks are those of exclusion_standing.h).
//
// The acts of a matter are taken in log order. A decision is about one proposal: the one that it
// names; else the one that the other side contested last, so that nothing is put in its place
// while a judge thinks; else the one that stands when it is recorded. Where the contested one was
// taken back, the one that stands, and of it no more than both have.
//
//   proposed      stands, unless the matter is decided; then only what both sides agree to anew
//                 takes its place, and as long as nobody agrees, what was decided is as it was
//   agreed        by the other side, to what it names; without a name to the newest proposal
//   contested     opposes every later proposal of that name too: who has said no need not say it
//                 again, and silence accepts none of them
//   taken back    by another proposal of its author that answers it: it stands no more, but for
//                 what was decided by then
//   silence       decides what stands when its days end
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "replay/dispute/authority.h"
#include "replay/dispute/exclusion_standing.h"
#include "replay/dispute/exclusions.h"

namespace tally::replay {

struct Decision {
  DecisionRank rank = DecisionRank::kUnset;
  bool replaces = false;  // a joint act that names the decision it replaces
  ledger::EventAddress at = {};
  Instant time = {};
  bool rejected = false;
  std::string responsible = {};  // attributions
  Extent extent = {};            // none: as proposed
  std::string how = {};          // "agreed", "ruled by the arbitrator"
  // By silence or burden of proof alone: nobody looked at what is said.
  bool unexamined() const { return rank < DecisionRank::kJoint; }
};
struct StandingProposal {
  const TimeProposal* proposal = nullptr;  // nullptr: no side of the objective proposed anything
  std::optional<Decision> decision;        // that prevails; none: open
};

// The end of the days of silence that a rule "decision authority" gives; nullopt where silence
// accepts nothing.
std::optional<Instant> EndOfSilence(const Rule& authority, const Zone& zone,
                                    const TimeProposal& proposal);

class MatterDecisions {
 public:
  // The question and what it points to outlive this.
  explicit MatterDecisions(const TimeQuestion& question);

  StandingProposal Standing(const Matter& matter) const;
  // The first contest by the other side of what `proposal` says or of an earlier one.
  const TimeAnswer* ContestOf(const Matter& matter, const TimeProposal& proposal) const;
  // True if the contest came while silence could not have accepted the proposal.
  bool Opposed(const TimeProposal& proposal, const TimeAnswer* contest) const;
  // When silence accepts a proposal; nullopt where the terms never let it.
  std::optional<Instant> SilenceOn(const TimeProposal& proposal) const;
  // Acts that were somebody's to say, in log order.
  std::vector<ledger::EventAddress> HeardOn(const Matter& matter) const;

  // The newest correction that took a ruling back after the closing; nullptr: none did.
  const Matter::Corrected* CorrectedSinceClosing(const Matter& matter) const;

  const Authority& authority() const { return authority_; }
  bool IsAbout(const std::vector<std::string>& objectives) const;
  bool IsSide(const StreamId& party) const { return authority_.IsSide(party); }
  bool Known(const ActStamp& stamp) const { return stamp.recorded <= question_.knowledge; }
  bool AfterClosing(const ledger::EventAddress& at) const {
    return question_.closed && at >= question_.closed->at;
  }

 private:
  class Hearing;
  class Walk;
  bool IsHeard(const TimeProposal& proposal) const;
  bool IsHeard(const TimeDetermination& determination) const;
  // How high the word of a party stands that decides; nullopt: it is not heard.
  std::optional<int> HeightOf(const ActStamp& stamp, DecisionRank rank,
                              const TermsVersion* then) const;
  // Of each ruling that was corrected, the height of the highest correction that is heard.
  std::map<Hash, int> Corrections(const Matter& matter) const;
  // `answer` was said by the other side of what it answers.
  bool IsOtherSide(const StreamId& party, const TimeProposal& proposal) const;
  std::optional<Decision> Deemed(const Hearing& hearing, const TimeProposal& proposal,
                                 Instant by) const;
  bool Prevails(const Decision& a, const Decision& b) const;

  const TimeQuestion& question_;
  Authority authority_;
  const Rule* rule_;  // "decision authority"; nullptr: the terms have none
};

}  // namespace tally::replay
