// Goal: reopened tickets and first contact resolutions are counted as their choices say.
// Method: the reopened shares of GC-29; then one small log with both answers of each choice.
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/replay/terms/desk_support.h"

namespace tally::replay {
namespace {

StatedChoices PlainReopened() {
  return {{"stopped by", {"human"}},
          {"not stopped by", {"none"}},
          {"priority", {"not used"}},
          {"reopened within", {"none"}},
          {"excluded time", {"leaves tickets out"}},
          {"minimum sample", {"0"}}};
}
StatedChoices PlainFirstContact() {
  return {{"stopped by", {"human"}},     {"not stopped by", {"none"}},
          {"categories", {"none"}},      {"window of a ticket", {"start"}},
          {"reopened within", {"none"}}, {"excluded time", {"leaves tickets out"}},
          {"minimum sample", {"0"}}};
}

std::string Share(const Counted& counted) {
  if (!counted.value) return "none";
  return absl::StrCat(FormatPercent(*counted.value), " ", counted.failed, " of ",
                      counted.population);
}

// GC-29
TEST(CountTickets, GC29TheShareOfReopenedTickets) {
  for (int reopened : {0, 1, 2, 3, 4}) {
    TicketLog log;
    for (int i = 0; i < 100; ++i) {
      const std::string name = absl::StrCat("t", i);
      log.Add(name, "2026-06-01T08:00:00Z", TicketStep::kOpened, Priority("P1"))
          .Add(name, "2026-06-01T09:00:00Z", TicketStep::kResolved);
      if (i < reopened) log.Add(name, "2026-06-03T09:00:00Z", TicketStep::kReopened);
    }
    log.Add("p2", "2026-06-01T08:00:00Z", TicketStep::kOpened, Priority("P2"))
        .Add("p2", "2026-06-01T09:00:00Z", TicketStep::kResolved)
        .Add("p2", "2026-06-01T10:00:00Z", TicketStep::kReopened);
    const Counted counted = Desk().Count(
        "tickets reopened",
        With(PlainReopened(), {{"priority", {"at start"}}, {"priorities", {"P1"}}}), log);
    ASSERT_TRUE(counted.value.has_value());
    EXPECT_EQ(*counted.value, *Fraction::Of(reopened, 100));
    EXPECT_EQ(counted.failed, reopened);
  }
}

TEST(CountTickets, AReopeningCountsWithinItsTime) {
  TicketLog log;
  log.Add("t", "2026-06-01T08:00:00Z", TicketStep::kOpened)
      .Add("t", "2026-06-01T08:30:00Z", TicketStep::kReopened)  // before any resolution: none
      .Add("t", "2026-06-01T09:00:00Z", TicketStep::kResolved)
      .Add("t", "2026-06-03T09:00:00Z", TicketStep::kReopened)
      .Add("u", "2026-06-01T09:00:00Z", TicketStep::kOpened);  // not resolved: not counted
  const auto share = [&](const char* within) {
    return Share(Desk().Count("tickets reopened",
                              With(PlainReopened(), {{"reopened within", {within}}}), log));
  };
  EXPECT_EQ(share("none"), "100.000000 1 of 1");
  EXPECT_EQ(share("2 d"), "100.000000 1 of 1");
  EXPECT_EQ(share("47 h"), "0.000000 0 of 1");
  Desk july;
  july.window = {DeskTime("2026-07-01T00:00:00Z"), DeskTime("2026-08-01T00:00:00Z")};
  EXPECT_EQ(Share(july.Count("tickets reopened", PlainReopened(), log)), "none");
}

TEST(CountTickets, FirstContactResolution) {
  TicketEvent at_once, password, network;
  at_once.first_contact = true;
  password.category = "password";
  network.category = "network";
  TicketLog log;
  log.Add("a", "2026-06-01T08:00:00Z", TicketStep::kOpened, password)
      .Add("a", "2026-06-01T08:10:00Z", TicketStep::kResolved, at_once)
      .Add("b", "2026-06-01T08:00:00Z", TicketStep::kOpened, password)
      .Add("b", "2026-06-01T08:10:00Z", TicketStep::kResolved, at_once)
      .Add("b", "2026-06-02T08:10:00Z", TicketStep::kReopened)
      .Add("c", "2026-06-01T08:00:00Z", TicketStep::kOpened, password)
      .Add("c", "2026-07-01T08:00:00Z", TicketStep::kResolved)
      .Add("d", "2026-06-01T08:00:00Z", TicketStep::kOpened, network);
  Desk desk;
  desk.window = {DeskTime("2026-06-01T00:00:00Z"), DeskTime("2026-07-01T00:00:00Z")};
  const auto share = [&](const StatedChoices& changes) {
    return Share(desk.Count("first contact resolution", With(PlainFirstContact(), changes), log));
  };
  EXPECT_EQ(share({}), "50.000000 2 of 4");
  EXPECT_EQ(share({{"categories", {"password"}}}), "66.666667 1 of 3");
  EXPECT_EQ(share({{"window of a ticket", {"stop"}}}), "100.000000 0 of 2");
  EXPECT_EQ(share({{"window of a ticket", {"stop"}}, {"reopened within", {"1 d"}}}),
            "50.000000 1 of 2");
  EXPECT_EQ(share({{"window of a ticket", {"stop"}}, {"reopened within", {"23 h"}}}),
            "100.000000 0 of 2");
  desk.exclusions = {{DeskTime("2026-06-01T08:00:00Z"), DeskTime("2026-06-01T08:00:01Z")}};
  EXPECT_EQ(share({}), "none");
}

}  // namespace
}  // namespace tally::replay
