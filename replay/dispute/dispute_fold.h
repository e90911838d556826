// What the parties and the nightly job said about windows, folded from an agreement's stream in log
// order: statements, closings, objections, claims, answers, settlements.
//
// The fold keeps acts and links them to what they answer; it knows no clock. What follows at a
// knowledge instant (timely or late, deemed, conclusive, owed) is weighed in standing.h.
// Which acts are heard at all, and when they count, stands in heard_act.h.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "replay/dispute/heard_act.h"
#include "replay/dispute/window_names.h"
#include "replay/projection/agreement_fold.h"
#include "replay/projection/fact.h"
#include "replay/replay.h"
#include "schema/body.h"

namespace tally::replay {

struct Objection {
  ActStamp stamp;
};
struct Closing {
  ActStamp stamp;
  Hash digest;
  WindowClosed body;
  std::optional<TermsHash> governing;  // of the terms that governed the window at the closing
  std::vector<Objection> objections;
};
struct Answer {
  ActStamp stamp;
  ClaimAnswered body;
};
struct Acceptance {
  ActStamp stamp;
  std::optional<Money> amount;  // that it is bound to; absent: whatever the answer says
};
struct Settlement {
  ActStamp proposed;
  Hash digest;
  Money amount;
  std::string reference;              // invoice or payment that it stands on
  std::optional<ActStamp> confirmed;  // by the claimant, at the same amount
  bool in_vain = false;               // the confirmation has no effect (settlement_effect.h)
  bool IsStated() const { return confirmed.has_value() && !in_vain; }
};
// What the confirmations of settlements came to.
struct SettlementEffect {
  std::set<ledger::EventAddress> in_vain;              // those without effect
  std::map<WindowName, ledger::EventAddress> settled;  // of each window the first that settled it
};
// An obligee gives up what he is owed: of windows, or of all that ended before.
struct Release {
  ActStamp stamp;
  bool full = false;
  std::vector<WindowName> windows;
  std::optional<Money> amount;  // the lump sum that he got for it
  bool Covers(const WindowName& window) const;
};
struct Claim {
  ActStamp stamp;
  Hash digest;
  std::string id;  // hex
  ClaimFiled body;
  StreamId obligor;                     // whom it is against: who owes its first window
  std::vector<Answer> answers;          // by that obligor, in log order
  std::vector<Acceptance> acceptances;  // the claimant takes the answer, in log order
  std::optional<ActStamp> withdrawn;
  std::vector<Settlement> settlements;
  const Settlement* Settled() const;  // the first that both stated and that is not in vain
  std::vector<Settlement> payments;   // on account: they end nothing
};

class DisputeFold {
 public:
  // `agreement` has folded the same facts up to and with the one that is applied; it outlives this.
  explicit DisputeFold(const AgreementFold& agreement) : agreement_(agreement) {}
  void Apply(const Fact& fact);

  const std::vector<Claim>& claims() const { return claims_; }
  // All closings of a window, in log order; empty when there is none.
  const std::vector<Closing>& ClosingsOf(const WindowName& window) const;
  // The event that settled a window: the confirmation of the first settlement of a claim for it, or
  // of its closing where credits need no claim. Until the effect of confirmations is weighed and
  // told, whatever both stated.
  std::optional<ledger::EventAddress> SettledAt(const WindowName& window) const;
  // The first that both stated, whether it has an effect or not.
  std::optional<ledger::EventAddress> StatedAt(const WindowName& window) const;
  void TakeEffect(SettlementEffect effect);
  // The newest statement about a window by a projection; nullptr when there is none.
  const Statement* NewestStatement(absl::string_view projection, const WindowName& window) const;
  // Settlements that answer a closing, where credits need no claim.
  const std::vector<Settlement>* DirectSettlements(const WindowName& window) const;
  const std::map<WindowName, std::vector<Settlement>>& direct() const { return direct_; }
  // Those that answer a closing and that the obligee of the window proposed: he owes back, and the
  // obligor confirms it.
  const std::vector<Settlement>* Repayments(const WindowName& window) const;
  const std::map<WindowName, std::vector<Settlement>>& repayments() const { return repayments_; }
  // Those that answer a ruling and pay what it awards, by its digest. Who owes an award, and who is
  // owed, is not asked here.
  const std::map<Hash, std::vector<Settlement>>& award_payments() const { return award_payments_; }
  // What obligees gave up, in log order.
  const std::vector<Release>& releases() const { return releases_; }
  // The first release by `party` of a window; nullptr if there is none.
  const Release* ReleaseOf(const StreamId& party, const WindowName& window) const;
  const std::vector<Finding>& findings() const { return findings_; }
  // Claims and releases (window_names.h).
  void EachName(const NameVisitor& visit);
  // Windows of the names that acts give, and why they are none any more.
  void TakeGone(std::map<WindowName, std::string> gone) { gone_ = std::move(gone); }
  // nullptr: of this one nothing is known.
  const std::string* WhyGone(const WindowName& window) const {
    const auto found = gone_.find(window);
    return found == gone_.end() ? nullptr : &found->second;
  }
  // The party that a claim over these windows is against, as the terms are now: who owes the first
  // of them. nullptr where nobody does. A claim is against one party; windows that another owes
  // need a claim of their own, else nobody could answer.
  const StreamId* OpponentOf(const std::vector<WindowName>& windows) const;

 private:
  void Close(const Fact& fact);
  void State(const Fact& fact);
  void Object(const Fact& fact);
  void File(const Fact& fact);
  void AnswerClaim(const Fact& fact);
  void AcceptAnswer(const Fact& fact);
  void Withdraw(const Fact& fact);
  void ProposeSettlement(const Fact& fact);
  void ConfirmSettlement(const Fact& fact);
  void GiveRelease(const Fact& fact);
  // What a window's credit is paid in, under the terms that govern it now, or the newest part of it
  // that gives one where an amendment splits it; nullopt where it has none in money.
  std::optional<Currency> CurrencyOf(const WindowName& window) const;

  ActStamp StampOf(const Fact& fact);
  Claim* ClaimAnsweredBy(const Fact& fact);
  Closing* ClosingAnsweredBy(const Fact& fact);
  enum class Side { kObligor, kObligee };
  // What a settlement answers: one of the three, or an earlier proposal about it.
  struct Offer {
    Settlement* settlement = nullptr;  // that proposal
    Claim* claim = nullptr;
    std::optional<WindowName> window = {};  // of a closing
    std::optional<Hash> ruling = {};
    bool back = false;  // it repays
  };
  Offer OfferAnsweredBy(const Fact& fact);
  Offer PlaceAnsweredBy(const Fact& fact);
  // The party is the obligor of the claim or window.
  bool Owes(const StreamId& party, const Offer& place) const;
  // The party on a side of a window under the terms that govern it now; nullptr if there is none.
  const StreamId* HolderOf(const WindowName& window, Side side) const;
  // True when `party` holds the side in all of the windows.
  bool Holds(const StreamId& party, Side side, const std::vector<WindowName>& windows) const;
  void Find(const Fact& fact, absl::string_view kind, absl::string_view severity,
            std::string message);

  const AgreementFold& agreement_;
  std::vector<Claim> claims_;
  std::vector<Release> releases_;
  std::map<WindowName, std::vector<Closing>> closings_;
  std::map<WindowName, std::vector<Settlement>> direct_, repayments_;
  std::map<Hash, std::vector<Settlement>> award_payments_;
  std::set<Hash> rulings_;  // whatever became of them
  std::map<std::pair<std::string, WindowName>, Statement> statements_;
  std::optional<SettlementEffect> effect_;
  std::map<WindowName, std::string> gone_;
  std::vector<Finding> findings_;
};

}  // namespace tally::replay
