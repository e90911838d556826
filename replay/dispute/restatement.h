// Restatements: how a closed figure is changed by consent after late evidence (DOMAIN 3.17 rules 30
// and 31). Folded from an agreement's stream in log order, and weighed at one knowledge instant.
//
// One side of the objective proposes what the window would be closed as now; the other accepts or
// contests exactly these figures. It counts from the acceptance, or where a rule "restatement" of
// the terms lets silence accept, from the end of the time for an answer. From then on the window is
// evaluated on all that was recorded below the size that the proposal names, however late; what
// came behind it is late again. Only terms with `late evidence: restatement proposed` let it count.
//
// Of several the latest prevails, and both parties' word over silence: once both accepted one,
// silence accepts no other, proposed before or after; and silence on one that was proposed before
// another counted says nothing of the figure that stands since. Nor does silence say anything
// against a ruling on what the window is worth (DOMAIN 3.4, rule 26).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/dispute/dispute_fold.h"
#include "replay/dispute/heard_act.h"
#include "replay/projection/agreement_fold.h"
#include "replay/projection/fact.h"
#include "replay/replay.h"
#include "replay/terms/business_calendar.h"
#include "replay/terms/zone.h"
#include "schema/restatement_act.h"

namespace tally::replay {

// The body by which a party proposes to restate: `closed` as the closing in force fixed it, `now`
// as the same window would be closed with late evidence (StaleWindow of replay/project.h has both).
// Acts of restatement are signed by parties; the job can only prepare them.
RestatementProposed RestatementBody(const WindowClosed& closed, const WindowClosed& now,
                                    std::string reason);

struct RestatementAnswer {
  ActStamp stamp;
  bool accepts = false;
};
struct RestatementCase {
  ActStamp stamp;
  Hash digest;
  std::string id;  // hex
  RestatementProposed body;
  std::vector<RestatementAnswer> answers;  // by parties, in log order
  // By a later proposal of its author that answers it, whatever becomes of that one: the ledger
  // takes no answer to this one any more, so from then on silence says nothing.
  std::optional<ActStamp> replaced = {};
};

class RestatementFold {
 public:
  // `agreement` has folded the same facts up to and with the one that is applied; it outlives this.
  explicit RestatementFold(const AgreementFold& agreement) : agreement_(agreement) {}
  // Facts of other kinds pass through unchanged.
  void Apply(const Fact& fact);
  static bool Reads(BodyKind kind);

  const std::vector<RestatementCase>& cases() const { return cases_; }
  const std::vector<Finding>& findings() const { return findings_; }

 private:
  void Propose(const Fact& fact);
  void Answer(const Fact& fact, const Hash& figures, bool accepts);
  RestatementCase* AnsweredBy(const Fact& fact);
  ActStamp StampOf(const Fact& fact);

  const AgreementFold& agreement_;
  std::vector<RestatementCase> cases_;
  std::vector<Finding> findings_;
};

// What decides about the restatements of one window.
struct RestatementQuestion {
  const TermsVersion* version = nullptr;  // that governs it; these four outlive the call
  const Objective* objective = nullptr;
  const Zone* zone = nullptr;  // of the terms
  const CalendarBook* calendars = nullptr;
  const Closing* closing = nullptr;  // in force; nullptr: none yet
  Instant knowledge;                 // K
};
struct RestatementStanding {
  const RestatementCase* restatement = nullptr;
  // "proposed", "accepted", "deemed accepted", "contested", "deemed rejected", "replaced",
  // "overtaken" or "without effect"
  std::string state;
  std::string why;                    // it is without effect, or overtaken
  std::optional<ActStamp> effective;  // what made it count; by silence: the proposal, at `time`
  std::optional<Instant> answer_due;  // where the terms set a time for the answer
  std::string answer_by;              // the party that answers
  std::optional<ActStamp> said_later = {};  // the other side accepted it after its silence did
};
// All restatements of a window, in log order. FailedPrecondition or NotFound when a timer of the
// terms cannot be counted.
absl::StatusOr<std::vector<RestatementStanding>> RestatementsOf(
    const RestatementFold& fold, const AgreementFold& agreement, const WindowName& window,
    const RestatementQuestion& question);
// Before when a restatement of a window that was closed at `closed` is to be proposed; nullopt: at
// any time after it. `objective` is one of the terms, `zone` theirs.
std::optional<Instant> ProposedBefore(const Terms& terms, const Objective& objective,
                                      const Zone& zone, Instant closed);
// True if the time for an answer to some proposal ended in (then, now]: the clock alone decided it.
absl::StatusOr<bool> AnswerTimeEnded(const RestatementFold& fold, const TermsVersion& version,
                                     const Zone& zone, const CalendarBook& calendars, Instant then,
                                     Instant now);
// What silence accepted counts no more; what both said of it later is then the only acceptance.
void Overtake(RestatementStanding& each, absl::string_view why);
// The same of all that another one overtook. Those that are without effect by then overtake
// nothing.
void DropOvertaken(std::vector<RestatementStanding>& restatements);
// Of what is left, the one that the figures go by: the newest that counts; nullptr if none does.
const RestatementStanding* InForce(const std::vector<RestatementStanding>& restatements);

}  // namespace tally::replay
