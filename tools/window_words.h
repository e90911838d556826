// The plain words for one window of a replay, shared by all that tell people about it: what it came
// to, how it is measured, why, where its money stands, and what can be done until when. Nothing is
// computed here that is not in the result; only chosen, added up by account, and put into words.
#pragma once

#include <string>
#include <vector>

#include "replay/replay.h"
#include "tools/local_times.h"
#include "tools/told_acts.h"

namespace tally::tools {

// "99.123457 %", "12", "3 points"; of lengths the words before the number that formulas use, which
// alone is said below a minute: "21 h 12 min (76320 s)", "0.5434 s".
std::string ValueInWords(const Fraction& value, ValueUnit unit);
// The same of the window's value; "no value".
std::string ValueWords(const replay::WindowResult& window);
// "5 points" where the scheme gives points, which are no money; "" where it gives none.
std::string PointsWords(const replay::WindowResult& window);
// The same as a credit: of an open window they are a projection, as money is.
std::string EarnedPointsWords(const replay::WindowResult& window);
// "60.00 EUR by tier 2 (10 %), projected", "none".
std::string CreditWords(const replay::WindowResult& window);
// The kind of measure and what it comes to: "request ratio: good requests / all requests".
std::string MeasureWords(const replay::WindowResult& window);
// An amount in the window's unit: "5 h 27 min 30 s", "12 items", "1 item".
std::string LengthWords(int64_t amount, const std::string& unit);
// What counts against the value, of how much: "5 min of 28 d", "1 of 12 items".
std::string CountedWords(const replay::WindowResult& window);
// A step's result with its length in words where it is one: "28 d (2419200 s)"; formulas beside it
// use the number.
std::string ResultWords(const std::string& result);
// "900.00 EUR decided, 1579.87 EUR computed"; "" while neither is known.
std::string ClaimWords(const replay::ClaimResult& claim);
// Each address once, at its first place: parts of a split window may name the same event.
std::vector<ledger::EventAddress> Distinct(const std::vector<ledger::EventAddress>& addresses);
// Findings as people read them: those of an objective name it, and that a history was imported is
// said once of an objective, with how many more windows it is noted of.
std::vector<replay::Finding> ToldFindings(const std::vector<replay::Finding>& findings);
// Pays a sum that a rule gave beside the credit of its window.
bool PaysSumBeside(const replay::Posting& posting);
// What a positive amount in an account says of the party beside it, after "what the party": "was
// paid"; "" of accounts that this program does not know.
std::string AccountWords(const std::string& account);
// What a status means for whoever reads the figure.
std::string StatusWords(replay::WindowStatus status);

// One page about one window.
struct WindowSheet {
  std::string objective, obligor, verdict;
  std::string window;      // "March 2026 (Europe/Berlin), ... to ..." in UTC
  std::string unilateral;  // as OneSidedWords (one_sided.h)
  std::string figure;      // "99.123457 %, breached; the target is at least 99.9 %"
  std::string money;       // as CreditWords
  std::string status;      // as StatusWords, after the name of the status
  std::string measure;     // as MeasureWords
  std::string clause, wording;
  std::vector<std::string> why;     // what counted, for how long, and what was decided about it
  std::vector<std::string> stands;  // as StandsOf (window_stands.h)
  struct Step {
    Instant due;
    std::string what, otherwise;
    std::string zone = {};  // whose days the deadline counts
  };
  std::vector<Step> next;  // open deadlines, the earliest first
};
// `acts` and `local` name who acted and tell local times; without them addresses and UTC do.
WindowSheet SheetOf(const replay::Result& result, const replay::WindowResult& window,
                    const ToldActs& acts = {}, const LocalTimes& local = {});

}  // namespace tally::tools
