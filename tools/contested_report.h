// The contested points of an agreement as people and programs read them (docs/REPLAY.md).
#pragma once

#include <string>

#include "replay/contested.h"
#include "tools/told_acts.h"

namespace tally::tools {

// tally.contested/1. `acts` tells who said what about a point.
std::string ContestedJson(const replay::Contested& contested, const ToldActs& acts = {});
std::string ContestedText(const replay::Contested& contested, const ToldActs& acts = {});
// True where some point is recomputed, so that there is a sum over them.
bool AnyRecomputed(const replay::Contested& contested);
// What the sum of all points together leaves out, as a sentence: points that compare what is
// recorded (claims, objections) and are not recomputed. "" where there are none.
std::string LeftOutOfTogether(const replay::Contested& contested);
// What parties are owed: "60.00 EUR to shop and 5.00 USD to acme", "0.00 EUR", "nothing".
std::string OwedText(const replay::Purse& purse);
// What hangs on something: "60.00 EUR and 5.00 USD" where it is the same for all whom it concerns,
// else "60.00 EUR for acme, 40.00 EUR for lime, ..."; "0.00 EUR", "nothing".
std::string StakeText(const replay::Purse& stake);

}  // namespace tally::tools
