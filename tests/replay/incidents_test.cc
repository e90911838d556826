// Goal: a credit belongs to an incident exactly if the window would not have been failed without
// the incident's time and tickets (DOMAIN rule 20), and only decided incidents count.
// Method: the parts by hand; then outages in a real ledger, put down to incidents by acts. The sums
// of money that follow are the golden case GC-33 (tests/scenarios).
#include "replay/incidents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "schema/canonical.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum BodyKind;

Item TicketItem(absl::string_view ticket, absl::string_view incident, uint32_t source = 0) {
  Item item;
  item.source = source;
  TicketEvent event;
  event.ticket = std::string(ticket);
  event.incident = std::string(incident);
  item.body = event;
  return item;
}

TEST(Incidents, DecisionsOfOneNameAreOneIncident) {
  const Interval early = During("2026-04-01T00:00:00Z", "2026-04-01T02:00:00Z");
  const Interval late = During("2026-04-01T01:00:00Z", "2026-04-01T03:00:00Z");
  const Interval other = During("2026-04-05T00:00:00Z", "2026-04-05T01:00:00Z");
  const std::vector<Incident> found =
      IncidentsOf({{"Y", {other}, {{7, 0}}}, {"X", {late}, {{5, 0}}}, {"X", {early}, {{6, 0}}}});
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].name, "X");
  EXPECT_THAT(found[0].time, ElementsAre(During("2026-04-01T00:00:00Z", "2026-04-01T03:00:00Z")));
  EXPECT_EQ(found[0].acts.size(), 2u);
  EXPECT_EQ(found[1].name, "Y");

  const std::vector<Interval> before = {During("2026-04-01T02:00:00Z", "2026-04-01T04:00:00Z")};
  EXPECT_EQ(TimeWithout(nullptr, before), before);
  EXPECT_THAT(TimeWithout(&found[0], before),
              ElementsAre(During("2026-04-01T00:00:00Z", "2026-04-01T04:00:00Z")));
}

// The newest word on a ticket decides for all of its events; names belong to their source.
TEST(Incidents, AllOfATicketIsLeftOut) {
  std::vector<Item> items = {TicketItem("a", ""),  TicketItem("b", "X"),   TicketItem("a", "X"),
                             TicketItem("b", "Y"), TicketItem("a", ""),    TicketItem("c", ""),
                             TicketItem("b", ""),  TicketItem("a", "", 1), {}};
  items.back().body = RequestCounts{};
  LeaveOut("X", items);
  std::vector<std::string> left;
  for (const Item& item : items) {
    const auto* event = std::get_if<TicketEvent>(&item.body);
    left.push_back(event == nullptr ? "counts" : absl::StrCat(event->ticket, item.source));
  }
  EXPECT_THAT(left, ElementsAre("b0", "b0", "c0", "b0", "a1", "counts"));
}

TEST(Incidents, NotFailedIsMetOrNothingToMeasure) {
  WindowFigures figures;
  figures.verdict = Verdict::kMet;
  EXPECT_TRUE(IsWithoutFailure(figures));
  for (const Verdict verdict : {Verdict::kBreached, Verdict::kIndeterminate, Verdict::kNoResult}) {
    figures.verdict = verdict;
    EXPECT_FALSE(IsWithoutFailure(figures));
  }
  figures.empty = true;
  EXPECT_TRUE(IsWithoutFailure(figures));
  figures.verdict = Verdict::kBreached;
  EXPECT_FALSE(IsWithoutFailure(figures));
}

// Outages of one hour each on the given days of April, against 99.9 %: 43.2 minutes.
struct Outages {
  explicit Outages(const std::vector<int>& days, bool compared = true) {
    test.terms.objectives[0].target.percent = Figure("99.9");
    test.terms.objectives[0].credit->tiers = {{std::nullopt, Figure("99.9"), Figure("10")}};
    if (compared) {
      Rule rule;
      rule.id = "one";
      rule.kind = "same incident";
      rule.choices = Choices(std::vector<Choice>{{"pays", {"highest"}}});
      test.terms.rules = {rule};
    }
    test.Agree(test.terms);
    test.feed.Report(1, State::kUp, On("2026-03-15T00:00:00Z"));
    for (const int day : days) {
      test.feed.Report(1, State::kDown, On(absl::StrCat("2026-04-", day, "T10:00:00Z")));
      test.feed.Report(1, State::kUp, On(absl::StrCat("2026-04-", day, "T11:00:00Z")));
    }
    test.Wait("2026-05-01T02:00:00Z");
    test.Publish("2026-05-01T01:00:00Z");
  }
  void Say(const ledger::TestParty& author, BodyKind kind, const std::string& json) {
    absl::StatusOr<Bytes> body = BodyFromJson(kind, json);
    ASSERT_TRUE(body.ok()) << body.status();
    test.Act(author, kind, *std::move(body));
  }
  void Propose(const std::string& name, const std::string& incident, int day, int from, int until) {
    Say(test.acme, kAttributionProposed,
        absl::StrCat(R"({"name":")", name, R"(","responsible":"provider","cause":"provider",)",
                     R"("incident":")", incident, R"(","from":"2026-04-)", day, "T10:", from,
                     R"(:00Z","until":"2026-04-)", day, "T10:", until, R"(:00Z"})"));
  }
  void Attribute(const std::string& name, const std::string& incident, int day, int from = 10,
                 int until = 59) {
    Propose(name, incident, day, from, until);
    Say(test.shop, kAttributionAgreed, absl::StrCat(R"({"name":")", name, R"("})"));
  }
  std::vector<std::string> Found() const {
    const Result result = test.Replay("2026-04");
    std::vector<std::string> incidents;
    for (const DerivationLine& line : result.windows.at(0).derivation) {
      if (line.step == "incident") incidents.push_back(line.result);
    }
    return incidents;
  }
  SmallCase test;
};

TEST(Incidents, TheCreditOfOneOutageBelongsToItsIncident) {
  Outages outages({10});
  EXPECT_THAT(outages.Found(), IsEmpty());
  outages.Propose("a", "X", 10, 10, 59);
  EXPECT_THAT(outages.Found(), IsEmpty()) << "a proposal alone";
  outages.Say(outages.test.shop, kAttributionAgreed, R"({"name":"a"})");
  EXPECT_THAT(outages.Found(), ElementsAre("X"));
  // The decision is among what the figure rests on; the time counts all the same.
  const Result result = outages.test.Replay("2026-04");
  EXPECT_EQ(result.windows.at(0).value, *Fraction::Of(43'140, 43'200));
  EXPECT_EQ(FormatMoney(result.windows.at(0).credit->amount), "100.00 USD");
}

TEST(Incidents, OnlyTheTimeDecidedIsOfTheIncident) {
  Outages outages({10});
  outages.Attribute("a", "X", 10, 10, 20);  // 50 of 43.2 minutes remain
  EXPECT_THAT(outages.Found(), IsEmpty());
  outages.Attribute("b", "X", 10, 30, 40);  // 40 remain
  EXPECT_THAT(outages.Found(), ElementsAre("X"));
}

TEST(Incidents, TwoOutagesOfWhichEachIsTooLong) {
  Outages outages({10, 20});
  outages.Attribute("a", "X", 10);
  outages.Attribute("b", "Y", 20);
  EXPECT_THAT(outages.Found(), IsEmpty()) << "without either the other remains";
  outages.Attribute("c", "X", 20);
  EXPECT_THAT(outages.Found(), ElementsAre("X"));
}

TEST(Incidents, SeveralMayEachBeNeeded) {
  Outages outages({10});
  outages.Attribute("a", "X", 10, 10, 30);
  outages.Attribute("b", "Y", 10, 30, 50);
  EXPECT_THAT(outages.Found(), ElementsAre("X", "Y"));
}

TEST(Incidents, NothingIsAskedWhereTheTermsCompareNothing) {
  Outages outages({10}, false);
  outages.Attribute("a", "X", 10);
  EXPECT_THAT(outages.Found(), IsEmpty());
}

}  // namespace
}  // namespace tally::replay
