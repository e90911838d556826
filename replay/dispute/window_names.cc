// One walk over what each fold keeps. What named two windows that are one by now names it once.
#include "replay/dispute/window_names.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "replay/dispute/dispute_fold.h"
#include "replay/dispute/forum.h"
#include "replay/dispute/rulings.h"

namespace tally::replay {
namespace {

void VisitNames(std::vector<WindowName>& names, const ActStamp& said, const NameVisitor& visit) {
  std::vector<WindowName> kept;
  for (const WindowName& was : names) {
    WindowName name = was;
    visit(name, said);
    const bool merged = name != was && std::find(kept.begin(), kept.end(), name) != kept.end();
    if (!merged) kept.push_back(std::move(name));
  }
  names = std::move(kept);
}

void VisitNames(RulingOnClaims& body, const ActStamp& said, const NameVisitor& visit) {
  for (RuledValue& each : body.values) visit(each.window, said);
  for (RuledCredit& each : body.credits) visit(each.window, said);
  for (RuledRecomputation& each : body.recomputations) visit(each.window, said);
  VisitNames(body.reopened, said, visit);
}

}  // namespace

void DisputeFold::EachName(const NameVisitor& visit) {
  for (Claim& claim : claims_) VisitNames(claim.body.windows, claim.stamp, visit);
  for (Release& release : releases_) VisitNames(release.windows, release.stamp, visit);
}

void ForumFold::EachName(const NameVisitor& visit) {
  for (auto& [claim, matter] : matters_) {
    for (ClaimAmendment& each : matter.amendments) {
      VisitNames(each.body.windows, each.stamp, visit);
    }
    for (ClaimRuling& each : matter.rulings) VisitNames(each.body, each.stamp, visit);
  }
}

void RulingFold::EachName(const NameVisitor& visit) {
  for (WindowRuling& each : rulings_) VisitNames(each.body, each.stamp, visit);
}

}  // namespace tally::replay
