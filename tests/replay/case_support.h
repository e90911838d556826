// A small real ledger with one agreement in force, for replays: provider acme, customer shop, and
// watch, whose feed "probes" reports on the source "web" (numbers 1) and on "mail" (2).
//
//   SmallCase test;                          // opened on 2026-03-01, zones UTC and Asia/Jakarta
//   test.Agree(test.terms);
//   test.feed.Report(1, State::kDown, On("2026-03-10T00:00:00Z"));
//   test.Publish("2026-04-01T01:00:00Z");    // at that ledger time, with a watermark of the same
//   Result result = test.Replay({.period = ...});
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "replay/replay.h"
#include "tests/ledger/log/ledger_support.h"
#include "tests/replay/small_terms.h"

namespace tally::replay {

class SmallCase {
 public:
  explicit SmallCase(uint64_t seed = 1);

  // Time passes until then, if it is not over; the ledger records what comes next at that time.
  void Wait(absl::string_view until);
  // Opens the agreement that `with` names, with all parties, unless it is open.
  uint64_t Open(const Terms& with);
  void Agree(const Terms& with);
  // What acme proposes and shop accepts; the digest of the proposal.
  Hash Propose(const Terms& with);
  void Accept(const Terms& with, const Hash& proposal);
  void Amend(const Terms& base, const Terms& amended, Instant effective, Reach reach,
             bool reopens_settled = false);
  // Appends what the feed has collected, then a watermark at `through`.
  void Publish(absl::string_view through);

  // An act in the agreement `name`; gives its digest.
  Hash Act(const ledger::TestParty& author, BodyKind kind, Bytes body, const Hash& answers = {},
           absl::string_view name = "gold");
  Hash File(const std::vector<WindowName>& windows);
  void Answer(const Hash& claim, ClaimAnswer answer);
  Hash Offer(const Hash& claim, const Money& amount);
  void Confirm(const Hash& offer, const Money& amount);
  // A ruling with the fields that `said` adds, `,"values":[...]`; or the correction of one.
  Hash Rule(const ledger::TestParty& by, const std::string& said, const Hash& corrects = {});
  // Settles the closing of the window by both; `reference` tells settlements apart.
  void Settle(const WindowName& window, const Money& amount, absl::string_view reference);
  // Runs the projection now and appends what it gives.
  ProjectionOutput Project(absl::string_view name = "gold");
  // Signs and appends a statement as the job would, whatever it says.
  void State(const Statement& statement, absl::string_view name = "gold");

  ReplayRequest Request(absl::string_view period = "") const;
  // A replay that must succeed.
  Result Replay(const ReplayRequest& request) const;
  Result Replay(absl::string_view period = "") const { return Replay(Request(period)); }
  std::vector<Binding> Bindings() const;
  const ledger::Ledger& ledger() const { return test.ledger(); }
  ZoneRef Zone(absl::string_view name) const;

  ledger::TestLedger test;
  ledger::TestParty& acme;
  ledger::TestParty& shop;
  ledger::TestParty& watch;
  ledger::TestFeed& feed;
  Terms terms;
  std::vector<Binding> bindings;  // beside those of the parties and of "probes"

 private:
  uint64_t OpeningOf(absl::string_view name) const;
  int claims_ = 0;
};

// "met", "breached" and so on for each window, and its value: "2026-03-01T00:00:00Z breached 1/2".
std::vector<std::string> Lines(const Result& result);
bool Has(const Result& result, absl::string_view finding);
// What `party` is owed in an account: "100.00 USD" or "-".
std::string BalanceOf(const Result& result, absl::string_view account, absl::string_view party);

// A rule about all objectives; its choices in any order.
Rule RuleWith(absl::string_view id, absl::string_view kind,
              std::vector<std::pair<std::string, std::string>> choices);

WindowName MonthOf(absl::string_view first, absl::string_view limit);
// What Rule takes: a value of the window.
std::string RuledValue(const WindowName& window, absl::string_view fraction);
// The first posting of `before` that has a cause and is not in `after`; "" if there is none. What
// no act caused is computed and may change.
std::string LeftTheBooks(const std::vector<Posting>& before, const std::vector<Posting>& after);

}  // namespace tally::replay
