// What the steps of one claim's life do to the accounts of its windows, and the awards that rulings
// on it made beside them.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "replay/dispute/claim_life.h"
#include "replay/dispute/claim_money.h"
#include "replay/dispute/forum.h"
#include "replay/dispute/journal.h"
#include "replay/dispute/standing.h"

namespace tally::replay {

// What a claim is for from an act on: its filing, or an amendment.
struct ClaimForm {
  ledger::EventAddress at;
  std::vector<WindowAccount*> accounts;  // in the order of their windows
  std::optional<int64_t> limit;          // of what is claimed; absent: all
};

class ClaimPosting {
 public:
  // `forms` are all that the claim had, in log order; `accounts` those of the windows that it
  // holds, in their order. `settlement` ended it; nullptr: none did. What is pointed to outlives
  // this.
  ClaimPosting(const Settlement* settlement, std::vector<ClaimForm> forms, const ForumFold& forum,
               std::vector<WindowAccount*> accounts, std::vector<const WindowCase*> windows,
               Journal& journal)
      : settlement_(settlement),
        forms_(std::move(forms)),
        forum_(forum),
        accounts_(std::move(accounts)),
        windows_(std::move(windows)),
        journal_(journal) {}

  // Posts one step; those of a life in their order.
  void Take(const ClaimStep& step);

  // Where the step is a ruling that leaves windows to the claim which the ruling that it replaces
  // had decided: that step's ruling, else nullptr. They stand then as they would had neither ever
  // ruled; Restore says so before the step is taken, by accounts to which they did not.
  const ClaimRuling* LeavesUnruled(const ClaimStep& step) const;
  using AccountOf = std::function<const WindowAccount&(const WindowCase&)>;
  void Restore(const ClaimStep& step, const AccountOf& otherwise);
  // Both are one ruling: a correction and what it corrects, or two corrections of it.
  static bool AreOne(const ClaimRuling& a, const ClaimRuling& b);
  // Of two on one claim: a ruling on the whole of it takes the place of one on the whole before it,
  // and a correction that of what it corrects.
  static bool Replaces(const ClaimRuling& by, const ClaimRuling& earlier);
  // A payment on account: out of what is approved, and of nothing else; false, and nothing moves,
  // where that is less or in another currency.
  bool Pay(const Settlement& payment);
  // A payment in answer to a ruling: of what it and its corrections awarded on this claim, by the
  // party that owes it, or of what is owed back of that, by the other. nullopt: the ruling is none
  // on this claim; false: nobody owes so much so, and nothing moves.
  std::optional<bool> PayAward(const Hash& ruling, const Settlement& payment);
  // What is open of the awards.
  struct OpenAward {
    const ClaimRuling* ruling = nullptr;
    std::string creditor, debtor;
    Money open;  // below zero: owed back
  };
  std::vector<OpenAward> OpenAwards() const;
  // Of all that it moves.
  const std::vector<const WindowCase*>& windows() const { return windows_; }

 private:
  struct Awarded {
    const ClaimRuling* ruling = nullptr;
    Entry entry;
    StreamId creditor, debtor;
    int64_t open = 0;              // awarded and not paid; below zero: paid, and awarded no more
    std::optional<size_t> number;  // of its posting
    bool taken_back = false;
  };
  // Pays `minor` of the awards that it picks, in their order, up to what is open of each; below
  // zero it pays back. What is left over.
  int64_t PayAwards(const std::function<bool(const Awarded&)>& pick, int64_t minor);
  void CatchUp();
  void All(Account from, Account to);
  std::vector<int64_t> Claimed() const;
  void Claim(const ClaimForm& form);
  // Says of which accounts the claim waits for a decision from now on.
  void Wait(std::vector<WindowAccount*> accounts);
  void ApprovePart(const ClaimStep& step);
  void Agree(const ClaimStep& step);
  void Rule(const ClaimStep& step);
  void TakeBack(const ClaimRuling& by);
  bool IsLeft(const ClaimRuling& by, const WindowCase& window) const;
  void Award(const ClaimRuling& ruling, const tally::Award& award);
  void Settle();
  void Withdraw();
  int64_t ArisenSince(const WindowAccount& account) const;
  int64_t ApprovedBefore(const WindowAccount& account) const;

  const Settlement* settlement_;
  std::vector<ClaimForm> forms_;
  const ForumFold& forum_;
  std::vector<WindowAccount*> accounts_;
  std::vector<const WindowCase*> windows_;
  Journal& journal_;
  WindowAccount::Occasion occasion_;
  std::vector<WindowAccount*> claimed_;  // by the form that counts by now
  bool limited_ = false;                 // by the same form
  std::vector<WindowAccount*> waiting_;  // those of them on which no decision was made
  std::optional<Instant> decided_;       // since when nothing of it is left open
  // What stood approved by an earlier claim, and was paid, when this one was filed.
  struct Found {
    int64_t approved = 0, settled = 0;
  };
  std::map<const WindowAccount*, Found> found_;
  std::vector<Awarded> awarded_;
  std::vector<const ClaimRuling*> ruled_;  // by now, in their order
};

}  // namespace tally::replay
