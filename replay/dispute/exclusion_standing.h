// What was decided about time at one knowledge instant, for one objective (DOMAIN 3.4; 3.17 rules
// 5, 14, 26).
//
// About each matter the decision of the highest rank prevails, among equals the latest; a joint act
// that names the decision it replaces always does. Which proposal a decision is about, and what
// becomes of one that comes again under its name, stands in matter_decisions.h. Ranks, from the
// top, in the order that the rule "decision authority" states:
//   arbitrator, expert   a determination or ruling by the party that holds the role, which is
//                        neither obligor nor obligee
//   joint                proposed by one side of the objective and agreed by the other; what a
//                        contest concedes is joint, too
//   deemed               nobody contested in the days that the rule gives, and K is not before
//                        their end; a later contest has no effect
//   proposal             decides nothing
// Without that rule silence accepts nothing; who holds the ranks then stands in authority.h.
//
// While a matter is proposed or contested and not decided, it is open and the figure provisional:
// its time counts, but for what was conceded, unless a rule "burden of proof" lets the obligee bear
// the burden; then it is out. After a closing only what an expert or an
// arbitrator decides changes a window; proposals made after it open nothing (rule 31).
//
// Whose cause it is: what is put down to the obligor, and by silence or burden alone what its
// proposer calls the obligor's own cause or that of its suppliers, takes nothing out. Suppliers are
// third parties only where a rule "third parties" says so. The obligor in the role "customer" owns
// the causes "customer" and "customer's supplier"; any other those of the provider.
//
// A rule "mitigation" ends what it covers at the instant since which, by notice of a role that it
// names, a work-around was possible; a decision made after the notice has heard it and stands.
//
// Time also belongs to an incident by decision: by an attribution or an admitted exclusion that
// names one, whoever is responsible, and as far as the decision goes. A proposal alone says
// nothing.
//
// An attribution takes time out when the party responsible is another than the obligor, and the
// cause is neither the provider nor the provider's supplier, who is no third party.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/log/verified.h"
#include "replay/dispute/exclusions.h"
#include "replay/projection/agreement_fold.h"
#include "replay/terms/exclusion.h"
#include "replay/terms/zone.h"
#include "schema/terms.h"

namespace tally::replay {

struct TimeQuestion {
  const TermsVersion* version = nullptr;  // these three outlive the call
  const Objective* objective = nullptr;
  const Zone* zone = nullptr;  // of the terms: days of silence
  Instant knowledge;           // K
  // Of a closed window: the first record that the closing could not know, and its K.
  std::optional<ActStamp> closed;
};

// A matter that is not decided, or not wholly.
struct OpenMatter {
  Interval interval;
  std::string reason;
  std::vector<Cause> acts;
};
struct IncidentTime {
  std::string incident;
  std::vector<Interval> time;  // ordered
  std::vector<Cause> acts;
};
// A decision that prevails, and what it is about.
struct Ruling {
  Interval interval;
  Instant time;
  Cause act;
  bool by_authority = false;   // of an expert or arbitrator
  bool after_closing = false;  // recorded after the closing
};
struct DecidedTime {
  std::vector<AdmittedTime> admitted;
  std::vector<OpenMatter> open;
  std::vector<OpenMatter> noted;  // what was said and does not take time out, and why not
  std::vector<OpenMatter> late;   // proposed after the closing: an authority alone decides it yet
  std::vector<Ruling> rulings;
  std::vector<IncidentTime> incidents;  // one for each decision
  bool after_closing = false;  // a decision recorded after the closing changed what is admitted
};
DecidedTime TimeDecided(const ExclusionFold& acts, const TimeQuestion& question);
// Those of its rulings that were recorded after the closing; none where nothing is closed.
std::vector<Ruling> RulingsAfterClosing(const ExclusionFold& acts, const TimeQuestion& question);

// How one matter stands for one objective.
struct MatterStanding {
  // "alleged", "proposed", "contested", "agreed", "deemed", "determined", "ruled" or "corrected";
  // "" for a matter that is not about the objective.
  std::string state;
  std::optional<ledger::EventAddress> by;  // the act that decided it
  // Silence accepts, or accepted, from then on; absent once something else decided or opposed it.
  std::optional<Instant> silence_ends;
  std::vector<Interval> out;                // time that it takes out
  std::vector<ledger::EventAddress> heard;  // acts that were somebody's to say, in log order
};
MatterStanding StandingOf(const Matter& matter, const ExclusionFold& acts,
                          const TimeQuestion& question);

// True if the days of silence of some proposal ended in (then, now]: the clock alone decided it.
bool SilenceEnded(const ExclusionFold& acts, const TermsVersion& version, const Zone& zone,
                  Instant then, Instant now);

// Announcements by either side of the objective that are about it and came before its closing, in
// log order.
std::vector<Announcement> AnnouncementsFor(const ExclusionFold& acts, const TimeQuestion& question);
// Those about it that are none of these, each with the reason why: by somebody else, or after its
// closing.
std::vector<OpenMatter> AnnouncementsUnheard(const ExclusionFold& acts,
                                             const TimeQuestion& question);
// "planned maintenance "m-05", announced 2026-04-01T00:00:00Z"
std::string AnnouncementText(const MaintenanceAnnounced& body, Instant announced);

}  // namespace tally::replay
