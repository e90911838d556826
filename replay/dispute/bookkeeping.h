// What moves in the books when: every step of every claim, payment, release, ruling beside claims
// and end of a time, in the order of time, whichever window or claim it is of. So the journal of a
// later instant begins with that of an earlier one: a posting is never changed, none leaves, and
// none is put in before another (DOMAIN 3.11).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "replay/dispute/claim_admission.h"
#include "replay/dispute/claim_money.h"
#include "replay/dispute/claim_posting.h"
#include "replay/dispute/dispute_fold.h"
#include "replay/dispute/forum.h"
#include "replay/dispute/journal.h"
#include "replay/dispute/standing.h"

namespace tally::replay {

class Bookkeeping {
 public:
  // All outlive this; `admission` has run, and cases are priced, before Run.
  Bookkeeping(const DisputeFold& acts, const ForumFold& forum, const ClaimAdmission& admission,
              const std::vector<WindowCase>& cases, Instant knowledge)
      : acts_(acts), forum_(forum), admission_(admission), cases_(cases), until_(knowledge) {}

  // Posts all that came until then, once. Findings tell of releases that say more was paid than was
  // approved.
  void Run(Journal& journal, std::vector<Finding>& findings);

  // After Run: what is open of the awards on a claim of the admission.
  std::vector<ClaimPosting::OpenAward> OpenAwards(const ClaimCase& taken) const;
  // Of a case that was evaluated, after Run.
  const WindowAccount& AccountOf(const WindowCase& each) const { return accounts_.at(&each); }

 private:
  struct Move {
    Instant at;
    ledger::EventAddress cause;  // the clock is before all acts of its instant
    std::function<void()> post;
    std::vector<const WindowCase*> touched;
  };
  void Open(Journal& journal);
  void Collect(Journal& journal, std::vector<Finding>& findings);
  void CollectOf(const WindowCase& each);
  void CollectClaims(Journal& journal, std::vector<Finding>& findings);
  void CollectPayments(const ClaimCase& taken, ClaimPosting* posting,
                       const std::vector<const WindowCase*>& touched,
                       std::vector<Finding>& findings);
  // Payments of what rulings awarded, and of what is owed back for windows.
  void CollectAwards(std::vector<Finding>& findings);
  void CollectRepayments(const WindowCase& each, std::vector<Finding>& findings);
  ClaimForm FormOf(const ClaimCase& taken, const ClaimCase::Form& form);
  void TakeRuling(const WindowCase& each, const CreditRuled& said);
  void TakeStep(ClaimPosting& posting, const ClaimStep& step);
  bool IsLeftOut(const ClaimCase& taken, const ClaimStep& step) const;
  void Release(const tally::replay::Release& release,
               const std::vector<const WindowCase*>& given_up, std::vector<Finding>& findings);
  void Expire(const WindowCase& each, Instant at);

  const DisputeFold& acts_;
  const ForumFold& forum_;
  const ClaimAdmission& admission_;
  const std::vector<WindowCase>& cases_;
  Instant until_;
  bool as_if_unruled_ = false;  // nothing was ruled beside claims
  // A ruling on a claim that was never made, nor what it corrects; of the others those that stand
  // by then are taken, and none that was corrected. nullptr: all are, as they came.
  const ClaimRuling* but_for_ = nullptr;
  std::map<const WindowCase*, WindowAccount> accounts_;
  std::vector<ClaimPosting> claims_;
  std::map<const ClaimCase*, const ClaimPosting*> posting_of_;
  std::vector<Move> moves_;
};

}  // namespace tally::replay
