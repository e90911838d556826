// A small case whose terms adjust their target after the first month: half way between 99.99 % and
// what March measured, 90 %, is 94.995 %. April measures 96 %: breached by the one, met by the
// other.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "replay/target_book.h"
#include "schema/target.h"
#include "tests/replay/case_support.h"

namespace tally::replay {

// Choices of the rule, by name.
using Changes = std::vector<std::pair<std::string, std::string>>;

inline Rule AdjustingRule(const Changes& changes, std::string kind) {
  std::vector<Choice> choices = {{"answer within days", {"10"}},
                                 {"applies from", {"end of the measured windows"}},
                                 {"decimals", {"4"}},
                                 {"formula", {"midpoint"}},
                                 {"no result", {"is skipped"}},
                                 {"proposed by", {"obligor"}},
                                 {"rounding", {"half even"}},
                                 {"silence", {"deemed accepted"}}};
  const bool baseline = kind == "baseline";
  choices.insert(choices.begin() + (baseline ? 3 : 4),
                 {baseline ? "first windows" : "newest windows", {"1"}});
  for (const auto& [name, value] : changes) {
    for (Choice& choice : choices) {
      if (choice.name == name) choice.values = {value};
    }
  }
  return {.id = "first-month",
          .kind = std::move(kind),
          .objectives = {},
          .choices = Choices(std::move(choices))};
}

class TargetCaseFor {
 public:
  explicit TargetCaseFor(const Changes& changes = {}, std::string kind = "baseline") {
    test.terms.rules = {AdjustingRule(changes, std::move(kind))};
    test.Agree(test.terms);
    Down("2026-03-10T00:00:00Z", "2026-03-13T02:24:00Z");  // a tenth of March
    Close("2026-04-01T00:00:00Z", "2026-04-07T00:00:00Z");
  }
  void Down(absl::string_view from, absl::string_view until) {
    if (!begun_) test.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"));
    begun_ = true;
    test.feed.Report(1, State::kDown, On(from)).Report(1, State::kUp, On(until));
  }
  void Close(absl::string_view through, absl::string_view at) {
    test.Wait(through);
    test.Publish(through);
    test.Wait(at);
    test.Project();
  }
  // 28 h 48 min of April, 4 %.
  void PlayApril() { Down("2026-04-20T00:00:00Z", "2026-04-21T04:48:00Z"); }

  Hash Propose(const ledger::TestParty& author, absl::string_view level,
               absl::string_view method = "first-month") {
    TargetProposed body;
    body.objective = "availability";
    body.compare = Compare::kAtLeast;
    body.target = Figure(level);
    body.effective = On("2026-04-01T00:00:00Z");
    body.method = std::string(method);
    return test.Act(author, BodyKind::kTargetProposed, Encode(body));
  }
  void Accept(const ledger::TestParty& author, const Hash& proposal) {
    test.Act(author, BodyKind::kTargetAccepted, Encode(TargetAccepted{.objective = "availability"}),
             proposal);
  }
  void Contest(const ledger::TestParty& author, const Hash& proposal) {
    test.Act(author, BodyKind::kTargetContested,
             Encode(TargetContested{.objective = "availability"}), proposal);
  }
  TargetView View(absl::string_view now = "2026-03-01T00:00:00Z") const {
    absl::StatusOr<TargetView> view = TargetsOf(test.ledger(), "gold", On(now));
    EXPECT_TRUE(view.ok()) << view.status();
    return view.ok() ? *view : TargetView{};
  }
  // States of all proposals at an instant, but not before the last record.
  std::vector<std::string> States(absl::string_view now = "2026-03-01T00:00:00Z") const {
    std::vector<std::string> states;
    for (const TargetCase& each : View(now).cases) {
      states.emplace_back(TargetStateName(each.state));
    }
    return states;
  }
  Result ReplayAt(absl::string_view now, absl::string_view period) const {
    ReplayRequest request = test.Request(period);
    request.axes.as_recorded = On(now);
    return test.Replay(request);
  }
  std::string VerdictAt(absl::string_view now, absl::string_view period) const {
    const Result result = ReplayAt(now, period);
    return result.windows.size() == 1 ? std::string(VerdictName(result.windows[0].verdict)) : "";
  }

  SmallCase test;

 private:
  bool begun_ = false;
};

}  // namespace tally::replay
