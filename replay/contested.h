// What parties argue about in an agreement, and what each point is worth: the figures recomputed as
// each side reads the point, everything else as it stands, and the money between the readings.
//
// Points, and how each is read:
//   exclusion, attribution  proposed or contested and not decided, inside a window that was asked
//                 for: as proposed (decided by the authority of the terms, or agreed by the other
//                 side where nobody holds it), and as the other side says (rejected, or as far as
//                 its contest concedes; rejected in nobody's name where it said nothing); what was
//                 proposed after the closing of its window only where the terms give an authority,
//                 who alone can decide it; of more than kMattersMax that one side proposed to the
//                 other, those that came first are points of their own and the rest is one point
//   sources       an objective by time that lists several sources of one thing: each of them
//                 prevailing over the others, in the name of the party that writes its feed
//   monitors      an objective by time with several observers: each of them alone
//   correction    of evidence by its feed: as corrected, and as first reported; of more than
//                 kCorrectionsMax in one feed all together are one point
//   objection     to a closing: as closed, and as computed now
//   claim         answered with another amount than was claimed: the two amounts
// The last two compare what is recorded and recompute nothing.
//
// Money is counted by party, as compare.h counts it: what a reading makes each party owed, credits
// owed the other way taken off, and what hangs on a point is what that differs by.
//
// All points together: what hangs on them when each is read as it favours one party alone, for each
// party that owes or is owed. That is no sum of the single amounts: points overlap, and caps and
// tiers make some of them worth nothing.
//
// Nothing that is supposed here is recorded or posted. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/look.h"
#include "replay/replay.h"

namespace tally::replay {

inline constexpr size_t kCorrectionsMax = 16;
inline constexpr size_t kMattersMax = 16;

struct ContestedWindow {
  WindowName name;
  Verdict verdict = Verdict::kNoResult;
  ValueUnit unit = ValueUnit::kRatio;
  std::optional<Fraction> value;
  std::optional<Money> credit;
};
struct ContestedReading {
  std::string label;                     // "as proposed by acme"
  std::string party;                     // whose it is; "": of nobody in particular
  bool stands = false;                   // it gives the figures that stand now
  std::vector<ContestedWindow> windows;  // those whose figures are not the ones that stand
  Purse credits;                         // of all windows asked for
};
struct ContestedPoint {
  std::string kind, name;
  std::string matter;                      // what it is about, in a sentence's part
  std::vector<ledger::EventAddress> acts;  // that it rests on, at most 100
  std::vector<ContestedReading> readings;
  Purse stake;  // the highest less the lowest of the readings, for each party; zeros stand
  std::vector<Interval> time = {};  // that exclusions and attributions are about
};
struct ContestedFavour {
  std::string party;
  Purse credits;  // each point read as it favours that party alone
};
struct ContestedTogether {
  std::vector<ContestedFavour> favours;  // by party
  Purse stake;
};
struct Contested {
  Result standing;
  std::vector<ContestedPoint> points;
  ContestedTogether together;  // of the points that are recomputed
  Hash digest;                 // SHA-256 of CanonicalContested
};

// Fails as Replay. The request's reading is the agreed one.
absl::StatusOr<Contested> FindContested(const ledger::Ledger& ledger, const ReplayRequest& request);
std::string CanonicalContested(const Contested& contested);

}  // namespace tally::replay
