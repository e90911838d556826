// What rulings say of windows and keys: a value in place of the measured one, a credit, other terms
// by which a window is to be computed, windows opened again, keys whose suspect acts do not count.
// Folded from an agreement's stream in log order (DOMAIN 3.10; what a ruling says about time is
// read by exclusions.h, what it does to a claim by claim_life.h).
//
// A ruling is heard on a window from whoever may decide about it: by the rule "decision authority",
// or as the forum of a dispute level, and never from a side of the objective, while he holds that
// office (authority.h). Whatever state a claim is in, this part counts by that authority alone. Of
// several the highest word prevails, among equals the latest. An expert determines values and opens
// windows; sums, terms to compute by and keys take an arbitrator's word.
//
// A correction takes the place of its author's ruling that it answers, or of his rulings on the
// same claim, only where it is heard itself, and no lower than what it corrects: both are kept, and
// each question asks of both. What has no authority replaces nothing.
//
// A window that a ruling opens again is evaluated on all that was recorded before the ruling,
// however late, and its settlement no longer ends it.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "replay/dispute/exclusion_standing.h"
#include "replay/dispute/heard_act.h"
#include "replay/dispute/window_names.h"
#include "replay/projection/agreement_fold.h"
#include "replay/projection/fact.h"
#include "replay/replay.h"
#include "schema/dispute_act.h"

namespace tally::replay {

struct WindowRuling {
  ActStamp stamp;
  Hash digest;
  Hash answers;  // zeros: nothing
  Hash first;    // of a correction: the ruling that was corrected first; else the digest
  // Of a correction: the claim, all rulings on which it corrects; zeros: those of `first`.
  Hash corrects_all_on = {};
  const TermsVersion* then = nullptr;  // in force when it was issued; nullptr: none
  RulingOnClaims body;

  bool IsCorrection() const { return first != digest; }
};

class RulingFold {
 public:
  // `agreement` has folded the same facts up to and with the one that is applied; it outlives this.
  explicit RulingFold(const AgreementFold& agreement) : agreement_(agreement) {}
  // Facts of other kinds pass through unchanged. Whether an act may be heard at all the fold of
  // exclusions says, which reads the same acts.
  void Apply(const Fact& fact);

  bool empty() const { return rulings_.empty(); }
  // Corrections among them, and what these correct.
  const std::vector<WindowRuling>& rulings() const { return rulings_; }
  const std::vector<Finding>& findings() const { return findings_; }
  // (window_names.h)
  void EachName(const NameVisitor& visit);

 private:
  const AgreementFold& agreement_;
  std::vector<WindowRuling> rulings_;
  std::map<Hash, size_t> by_digest_;                       // of rulings_
  std::map<std::pair<StreamId, Hash>, size_t> newest_on_;  // by author and what it answers
  std::vector<Finding> findings_;
};

// One thing that was ruled, and by which ruling; these live as long as the fold.
template <typename What>
struct Ruled {
  What what;
  const WindowRuling* by = nullptr;
};
struct RuledWindow {
  std::optional<Ruled<Fraction>> value;
  std::optional<Ruled<Money>> credit;      // of rulings that answer no claim
  std::optional<Ruled<TermsHash>> terms;   // to compute it by
  const WindowRuling* reopened = nullptr;  // of the highest rank, too
  // The first that stands and says what the window is worth: its value, credit or terms. Silence
  // says nothing against it (restatement.h).
  const WindowRuling* first = nullptr;
  // The latest of those; nullptr when nothing was ruled.
  const WindowRuling* Newest() const;
};
// `question` names the version that was agreed for the window, whatever a ruling ordered.
RuledWindow RuledOn(const RulingFold& rulings, const WindowName& window,
                    const TimeQuestion& question);

// The same, for who asks of many windows at many instants: what is said of a window changes with a
// ruling and with nothing else, so it is found once for each number of them that were recorded.
// Any thread.
class RuledWindows {
 public:
  // `rulings` outlives this and has read all that it will when the first question is asked, and so
  // do the version and the objective of every question.
  explicit RuledWindows(const RulingFold& rulings) : rulings_(rulings) {}
  RuledWindow On(const WindowName& window, const TimeQuestion& question) const;
  // What the rulings say changed (window_names.h).
  void Forget() {
    const absl::MutexLock lock(&mutex_);
    named_.clear();
    heard_.clear();
  }

 private:
  struct Heard {
    std::vector<std::optional<int>> heights;  // of each ruling; nullopt: it is not heard
    std::map<std::pair<WindowName, ptrdiff_t>, RuledWindow> told;
  };
  const RulingFold& rulings_;
  mutable absl::Mutex mutex_;
  mutable std::vector<Instant> recorded_ ABSL_GUARDED_BY(mutex_);  // ascending
  mutable std::map<WindowName, bool> named_ ABSL_GUARDED_BY(mutex_);
  mutable std::map<std::pair<const TermsVersion*, const Objective*>, Heard> heard_
      ABSL_GUARDED_BY(mutex_);
};

// Keys that rulings declare invalid, by authority over any objective of the terms in force then.
std::set<KeyFingerprint> KeysRuledInvalid(const RulingFold& rulings);

// The agreed version of a window.
using VersionOf = std::function<const TermsVersion*(const WindowName&)>;
// Whether the ruling at an address answers a claim, or an act about one (forum.h).
using IsOnClaim = std::function<bool(const ledger::EventAddress&)>;
// What rulings say that has no effect, and which keys do not count.
std::vector<Finding> RulingFindings(const RulingFold& rulings, const AgreementFold& agreement,
                                    const VersionOf& version_of, const IsOnClaim& is_on_claim);
// Awards of rulings that answer no claim, by authority over an objective of the terms in force then
// of which the debtor is a side: of those that the ruling names windows of, else of any. He owes
// them to the other side; where that is not one party, and where he is no side, he owes nothing.
struct RuledAward {
  Award award;
  const WindowRuling* by = nullptr;
  StreamId creditor, debtor;
};
// Those that stand once `last` is said; nullptr: all that was.
std::vector<RuledAward> AwardsBesideClaims(const RulingFold& rulings,
                                           const WindowRuling* last = nullptr);
// All that ever stood, in the order in which they were made, and the correction that took each back
// (nullptr: it stands).
struct AwardOnRecord {
  RuledAward awarded;
  const WindowRuling* taken_back_by = nullptr;
};
std::vector<AwardOnRecord> AwardsOnRecord(const RulingFold& rulings);

}  // namespace tally::replay
