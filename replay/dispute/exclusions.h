// Acts about time that should not count: announcements of maintenance, and proposals that an
// interval be excluded or put down to somebody, with all that was said about each (DOMAIN 3.3,
// 3.4); and what a customer chose to be paid for where one incident failed several objectives.
// Folded from an agreement's stream in log order.
//
// The fold keeps acts under the name of the matter they are about. It knows neither clock nor
// objective: what stands at a knowledge instant, for whom and by whose authority, is weighed in
// exclusion_standing.h. What is about nothing, or said by nobody who could ever be heard, becomes a
// finding and is not kept.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "replay/dispute/heard_act.h"
#include "replay/projection/agreement_fold.h"
#include "replay/projection/fact.h"
#include "replay/replay.h"
#include "schema/decision.h"

namespace tally::replay {

enum class MatterKind { kExclusion = 0, kAttribution = 1 };
absl::string_view MatterName(MatterKind kind);  // "exclusion"

struct TimeProposal {
  ActStamp stamp;
  Hash digest;
  Hash answers;  // a decision that it would replace; zeros: none
  CauseClass cause = CauseClass::kUnset;
  std::string responsible;  // attributions: role
  Interval interval;
  Extent extent;                        // none: the whole interval
  std::vector<std::string> objectives;  // none: all
  std::string incident;                 // that the interval is part of; "": none
};
// An answer of a party: agreement, or contest, with the part that it concerns.
struct TimeAnswer {
  ActStamp stamp;
  Hash digest;
  Hash answers;  // the proposal that it names; zeros: the newest before it
  bool agrees = false;
  Extent extent;  // agreed: none is as proposed; contested: what is conceded
};
struct TimeDetermination {
  ActStamp stamp;
  Hash digest;
  Hash answers;  // the proposal that it decides; anything else: the one that stands
  DecisionRank rank = DecisionRank::kUnset;
  Admission admission = Admission::kUnset;  // exclusions
  std::string responsible;                  // attributions
  Extent extent;
  absl::string_view how = "determined";  // or "ruled", "corrected"
  const TermsVersion* then = nullptr;    // in force when it was said; nullptr: none
};
// All that was said under one name. Proposals with the same name are by the same author, except
// those that answer a decision and would replace it.
struct Matter {
  MatterKind kind = MatterKind::kExclusion;
  std::string name;
  std::vector<TimeProposal> proposals;
  std::vector<TimeAnswer> answers;
  std::vector<TimeDetermination> determinations;
  // Proposals that their author took back by another proposal that answers them.
  struct TakenBack {
    ActStamp stamp;
    Hash proposal;
  };
  std::vector<TakenBack> taken_back = {};
  // Rulings on it that their author corrected: where he is heard, they are as if never issued.
  struct Corrected {
    ActStamp stamp;
    Hash ruling;
    DecisionRank rank = DecisionRank::kUnset;  // of the correction
    const TermsVersion* then = nullptr;        // in force when it was said; nullptr: none
  };
  std::vector<Corrected> corrected = {};
};
struct MaintenanceNotice {
  ActStamp stamp;
  MaintenanceAnnounced body;
};
// A notice that a work-around was possible, about the matter of that name.
struct WorkAround {
  ActStamp stamp;
  std::string matter;
  Instant since;
  std::vector<std::string> objectives;  // none: all
};
// By the obligee of the objective that is chosen; the act's `choice` is the incident.
struct IncidentChosen {
  ActStamp stamp;
  std::string incident, objective;
};

class ExclusionFold {
 public:
  // `agreement` has folded the same facts up to and with the one that is applied; it outlives this.
  explicit ExclusionFold(const AgreementFold& agreement) : agreement_(agreement) {}
  // Facts of other kinds pass through unchanged.
  void Apply(const Fact& fact);
  static bool Reads(BodyKind kind);

  const std::vector<MaintenanceNotice>& notices() const { return notices_; }
  const std::vector<Matter>& matters() const { return matters_; }  // in the order of their names
  const std::vector<IncidentChosen>& choices() const { return choices_; }
  const std::vector<WorkAround>& work_arounds() const { return work_arounds_; }
  const std::vector<Finding>& findings() const { return findings_; }

 private:
  void Notice(const Fact& fact);
  void Announce(const Fact& fact);
  void Choose(const Fact& fact);
  void ProposeExclusion(const Fact& fact);
  void ProposeAttribution(const Fact& fact);
  void Answer(const Fact& fact);
  void Determine(const Fact& fact);
  void Rule(const Fact& fact);

  void Enter(const Fact& fact, MatterKind kind, const std::string& name, TimeProposal proposal);
  void Enter(const Fact& fact, MatterKind kind, const std::string& name,
             TimeDetermination determination);
  Matter* Find(MatterKind kind, const std::string& name);
  // True if `by` answers an earlier proposal of its author.
  bool TakeBack(MatterKind kind, const TimeProposal& by);
  ActStamp StampOf(const Fact& fact);
  void Report(const Fact& fact, absl::string_view kind, absl::string_view severity,
              std::string message);

  const AgreementFold& agreement_;
  std::vector<MaintenanceNotice> notices_;
  std::vector<Matter> matters_;
  std::vector<IncidentChosen> choices_;
  std::vector<WorkAround> work_arounds_;
  std::vector<Finding> findings_;
};

}  // namespace tally::replay
