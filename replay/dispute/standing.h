// What follows from the acts at one knowledge instant K: which closings hold, how each window
// stands, what each claim has come to, which deadlines run, and who owes what.
//
// Two steps, because a closing fixes which evidence a window may use and therefore comes before its
// figures, while claims and balances come after them:
//   ClosingInForce(...)          before a window is evaluated
//   Weigh(cases, ...)            after all windows are
//
// A claim's life is lived by claim_life.h, what it does to the books is kept by bookkeeping.h.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "replay/dispute/dispute_fold.h"
#include "replay/dispute/forum.h"
#include "replay/dispute/journal.h"
#include "replay/dispute/rulings.h"
#include "replay/projection/agreement_fold.h"
#include "replay/replay.h"
#include "replay/terms/business_calendar.h"
#include "replay/terms/zone.h"
#include "schema/terms.h"

namespace tally::replay {

// The instants by which acts are weighed. `recorded` is K on the ledger's axis and decides
// deadlines; `status` is the as-reported time where one was asked for (rule 4), else K.
struct WeighingInstants {
  Instant recorded;
  Instant status;
};

// The end of the time in which a window's evidence is timely, and how many records of the whole log
// were recorded before it.
struct EvidenceCutoff {
  Instant instant;
  uint64_t size = 0;
};
// Whether a closing fixes anything. The job's key alone makes closings, so what it signs is held to
// what anybody can check: that it knew all timely evidence, and the terms that were in force.
enum class ClosingVerdict {
  kHolds,
  kForeseen,    // claims to know what came after it was made
  kEarly,       // made, or as known, before the cut-off
  kIncomplete,  // covers fewer records than were recorded before the cut-off
  kOtherTerms,  // cites terms that did not govern the window when it was made
};
ClosingVerdict JudgeClosing(const Closing& closing, const EvidenceCutoff& cutoff);

// The first closing of a window that holds; nullptr while there is none.
const Closing* ClosingInForce(const DisputeFold& acts, const WindowName& window,
                              const EvidenceCutoff& cutoff, const WeighingInstants& instants);

// A credit that changed after it was closed: what stood before, in minor units, and since which act
// something else does.
struct Restated {
  int64_t before = 0;
  ActStamp stamp;
  std::string why;
  bool by_silence = false;  // nobody but its proposer said so
  bool moves = true;        // false: it states what stood before it, and overtakes nobody's word
  // Of what came before it and states no credit of its own, as amendments and rulings, the time.
  Instant spoken = Instant::Min();
  // By rules over windows, with an act about another window: nobody said anything of this one, and
  // no more than the difference is posted.
  bool by_rules = false;
  // By late evidence, where the terms let it count whenever it comes: nobody said anything either.
  bool by_evidence = false;
  std::optional<Currency> currency =
      {};  // of what stood before; absent: nothing did, or that of now

  // When both sides or an authority said so.
  Instant SpokenAt() const { return by_silence || by_rules || by_evidence ? spoken : stamp.time; }
  // Since then nobody but its proposer said anything of what is due.
  bool IsSilenceSince(Instant decided) const {
    return (by_silence || by_evidence) && spoken <= decided;
  }
};

// What rulings that answer no claim say of a window's credit from an act on; absent: nothing more,
// and it is what it would be without them.
struct CreditRuled {
  std::optional<Money> amount;
  ActStamp by;
};

// A sum that is no credit of its window: what a rule of the terms gives with it, or what a cap
// carried into one that owes none. It stands in the books beside the windows (rule_sums.h), and
// settlements that answer the closing of its window pay it.
struct SumBeside {
  struct Step {
    ActStamp since;
    int64_t minor = 0;
  };
  std::string rule;  // "" for what was carried
  Currency currency;
  Instant owed = Instant::Min();  // since when
  bool turned = false;            // owed by the obligee of the window's credit to its obligor
  std::vector<Step> steps;  // in the order of time, not empty; the first stands from the beginning
  // What of it was owed at an act.
  int64_t AmountBy(const ActStamp& act) const;
};
struct PaidSum {
  WindowName window;
  std::string rule;
  bool turned = false;
  Money amount;
  ActStamp by;  // the confirmation
  bool IsOf(const WindowName& name, const SumBeside& sum) const {
    return window == name && rule == sum.rule && turned == sum.turned &&
           amount.currency == sum.currency;
  }
};

// What governs a window since an act.
struct TermsSince {
  Instant since = Instant::Min();
  const Terms* terms = nullptr;
  const TermsVersion* version = nullptr;  // the same, as the agreement binds them
  const CalendarBook* calendars = nullptr;
  const Zone* zone = nullptr;             // of the terms: deadlines
  std::optional<Currency> currency = {};  // of a credit by them; absent: they give none in money
};

// One window as evaluated, and what the acts make of it.
struct WindowCase {
  WindowName name;
  const Terms* terms = nullptr;           // that govern it
  const TermsVersion* version = nullptr;  // the same, as the agreement binds them
  const CalendarBook* calendars = nullptr;
  const Zone* zone = nullptr;    // of the terms: deadlines
  std::string obligor, obligee;  // names of the parties
  StreamId obligee_party;
  std::optional<Currency> currency = {};  // of its credit by these terms, if any is computed or not
  // Where other terms came to govern it after its closing: all that did, in the order of time.
  std::vector<TermsSince> governed = {};
  // By then. What was said under terms that something reached back to replace stays said.
  TermsSince TermsBy(Instant time) const;
  bool wanted = true;     // false: evaluated only because a claim names it
  bool evaluated = true;  // false: no such window under the terms
  bool ended = false;     // at `status`
  bool breached = false;
  std::optional<Money> computed;  // the credit computed now
  Instant cutoff;                 // of its evidence
  const Closing* closing = nullptr;
  bool closing_stands = true;      // false: it does not follow from what it cites
  bool reopened = false;           // an amendment after its closing or settlement changed it
  std::vector<Restated> restated;  // in the order of time; after the last, `computed` stands
  // It owed a credit at that time, by what stood then.
  bool OwedBy(Instant time) const;
  // Since when what stood by `instant` is there to be claimed: the end of the window, or when an
  // act last made more of it due.
  Instant ArisenBy(Instant instant) const;
  // More of it became due after `decided` and by `instant`; of what was decided silence makes none.
  // `by_rules`: by rules over windows alone.
  bool RaisedBetween(Instant decided, Instant instant, bool by_rules) const;
  // When the last word changed it that opens what was settled before: silence is none.
  Instant ReopenedAt() const;
  // Confirmations and agreements on it that came after it had changed (after_closing.h).
  std::set<ledger::EventAddress> overtaken = {};
  std::vector<CreditRuled> ruled_credits = {};  // in the order of time
  bool IsRuledBy(Instant time) const;           // one of them gave it a credit by then
  std::vector<SumBeside> sums = {};             // that arose with it, in the order of the books
  // Set by Weigh.
  WindowStatus status = WindowStatus::kOpen;
  bool posted = false;
  std::optional<Money> due;  // what stands in the books for it
};

// The terms approve its credit by the closing alone: a claim can only ask for more. Those of now,
// or of then.
bool IsDueWithoutClaim(const WindowCase& window);
bool IsDueWithoutClaim(const WindowCase& window, Instant by);

struct Weighed {
  std::vector<ClaimResult> claims;
  std::vector<Deadline> deadlines;
  std::vector<Finding> findings;
  std::vector<PaidSum> paid_sums;  // not in the journal: neither are the sums themselves
  Journal journal;
};
// Which claims are weighed: every one, or those that name one of the cases.
enum class ClaimsAsked { kAll, kOfTheCases };
// Orders of `cases` and of the log decide every order in the answer.
// FailedPrecondition when a timer of the terms cannot be counted (claim_life.h).
absl::StatusOr<Weighed> Weigh(const DisputeFold& acts, const ForumFold& forum,
                              std::vector<WindowCase>& cases, ClaimsAsked asked,
                              const WeighingInstants& instants);

}  // namespace tally::replay
