// The month that scenarios of disputes begin with: one service, breached in April, closed on 3 May.
// What each scenario adds, rules or tiers of its own, it adds before it plays it.
//
// By hand: April has 30 days. Down for the whole of 5 April: 29/30 = 96.67 %, breached; 10 % of
// 1,000.00 USD are 100.00, unless a scenario has other tiers. A claim is timely within 60 days of
// April and answered within 7, else deemed rejected.
#pragma once

#include <string>
#include <vector>

#include "tests/scenarios/golden_support.h"

namespace tally::tests {

// The scenario's clock begins here.
inline constexpr char kAprilBegins[] = "2026-04-20T00:00:00Z";

struct AprilCase {
  std::vector<std::string> tiers = {"below: 99.9 %, credit: 10 %"};
  std::string late_evidence = "disregarded";
  std::string silence = "rejected";  // what a claim is deemed that nobody answers
  bool closed = true;                // else it ends on 2 May, before the job runs
};
// Plays it up to the run of the job that closes April.
void PlayApril(Golden& golden, const AprilCase& with = {});

// Rules of a dispute that goes on: ten days to escalate, and levels by their number.
Golden& EscalatesWithinTenDays(Golden& golden);
Golden& TalksAt(Golden& golden, int level);
Golden& MediationAt(Golden& golden, int level);
// The party "monitor" is the tribunal; its time has no limit.
Golden& ArbitrationAt(Golden& golden, int level);

}  // namespace tally::tests
