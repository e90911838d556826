// One golden case as people would play it: a terms file, evidence as JSON lines, a replay asked for
// as JSON. Everything goes through the function that `main` calls.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/scenarios/player.h"

namespace tally::tests {

// Where the terms of most cases begin.
inline constexpr char kStart[] = "2026-01-01T00:00:00Z";
std::string After(const std::string& at, Duration length);

// What one window of the answer must be. Fields left empty are not compared.
struct ExpectedWindow {
  std::string from = {};  // its first instant
  std::string verdict = {};
  std::string value = {};   // "n/d", as the case's integers give it; compared reduced
  std::string credit = {};  // "123.46"; "-" means that the terms give none
  std::string status = {};
};

class Golden {
 public:
  // The scenario's clock begins at `now`.
  explicit Golden(const std::string& now = "2026-05-01T00:00:00Z");

  // "2026-01-01" or an instant; the zone is that of terms and windows unless an objective says
  // otherwise.
  Golden& Term(const std::string& from, const std::string& until, const std::string& zone);
  Golden& Fee(const std::string& name, const std::string& fee);  // "{ amount: ..., per: ... }"
  // Fields of an objective, unindented. `obligor`, `obligee`, `exclusions: none`,
  // `window` by calendar month and `when empty` are added where they do not stand.
  Golden& Objective(const std::string& id, const std::string& fields);
  Golden& Rule(const std::string& id, const std::string& fields);
  Golden& Calendar(const std::string& name, const std::string& text);
  // Instead of: credits automatic, evidence always restated.
  Golden& Disputes(const std::string& fields);

  // One event of feed `feed`; `json` without kind and source. Sources are registered as needed.
  Golden& Event(const std::string& feed, const std::string& source, const std::string& kind,
                const std::string& at, const std::string& body);
  // Who acts in the events that follow: "human", "automation" or "monitor".
  Golden& By(const std::string& actor);
  Golden& Ticket(const std::string& ticket, const std::string& step, const std::string& at,
                 const std::string& priority = "", const std::string& reason = "");
  Golden& State(const std::string& source, const std::string& at, const std::string& state);
  // Down in [from, until), up afterwards.
  Golden& Down(const std::string& source, const std::string& from, const std::string& until);
  // States that all sources of feed "probes" begin with, at the beginning of the term.
  Golden& UpFrom(const std::string& source, const std::string& at);

  // Makes the ledger, records the evidence and puts the terms in force; then more commands may
  // follow by player().
  Golden& Play();
  // The same in two steps, for acts in between: terms first, evidence last.
  Golden& Open();
  Golden& Feed();
  // Moves the clock on, with acts in between where the step is long: a start more than a month
  // after the last record would ask the operator.
  Golden& MoveTo(const std::string& at);
  // An act in the agreement's stream, by a party; `json` is its body.
  Golden& Act(const std::string& party, const std::string& kind, const std::string& json,
              const std::string& answers = "");
  Player& player() { return player_; }
  std::string TermsText() const;

  // The answer for `period`; `axes` are further words.
  nlohmann::json Ask(const std::string& period, const std::vector<std::string>& axes = {});
  // The windows of one objective, in order.
  void Expect(const std::string& objective, const std::string& period,
              const std::vector<ExpectedWindow>& windows,
              const std::vector<std::string>& axes = {});
  // A party's balance in the answer for `period`, "" if there is none.
  std::string Balance(const std::string& account, const std::string& party,
                      const std::string& period);

 private:
  std::string from_ = "2026-01-01";
  std::string until_ = "open";
  std::string zone_ = "UTC";
  std::string fees_, objectives_, rules_, calendars_, disputes_;
  std::vector<std::pair<std::string, std::string>> events_;  // feed, line
  std::vector<std::pair<std::string, std::string>> calendar_texts_;
  std::string actor_ = "human";
  int strangers_ = 0;  // parties that were made to let time pass
  Player player_;
};

// Availability of source "s" of feed "probes", every choice stated.
std::string Availability(const std::string& source = "probes/s");
// AWS-like tiers and the like: "- { from: ..., below: ..., credit: ... }" lines with a fee as base.
std::string Tiers(const std::string& fee, const std::vector<std::string>& rows);

}  // namespace tally::tests
