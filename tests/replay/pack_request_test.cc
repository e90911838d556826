// Goal: a pack must show what its figures rest on, and a period narrows that only where no figure
// looks further. Method: a small ledger with one agreement; selections of the whole, of a period
// and of objectives, before and after the terms get a rule that looks over several windows; then a
// replay of a pack against one of the ledger.
#include "replay/pack_request.h"

#include "gtest/gtest.h"
#include "ledger/pack/pack_builder.h"
#include "ledger/pack/pack_ledger.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

using ledger::PackScope;
using ledger::PackSelection;

class PackRequestTest : public testing::Test {
 protected:
  PackRequestTest() {
    test_.Agree(test_.terms);
    test_.feed.Report(1, State::kUp, ledger::At("2026-03-01T00:00:00Z"));
    test_.feed.Report(1, State::kDown, ledger::At("2026-03-10T00:00:00Z"));
    test_.feed.Report(2, State::kDown, ledger::At("2026-03-10T00:00:00Z"));
    test_.feed.Report(1, State::kUp, ledger::At("2026-03-11T00:00:00Z"));
    test_.Wait("2026-05-01T02:00:00Z");
    test_.Publish("2026-05-01T01:00:00Z");
  }
  PackSelection Select(const PackScope& scope) {
    const auto selection = SelectForPack(test_.ledger(), scope);
    EXPECT_TRUE(selection.ok()) << selection.status();
    return selection.value_or(PackSelection{});
  }
  SmallCase test_;
};

TEST_F(PackRequestTest, SourcesAreThoseOfTheTerms) {
  const PackSelection all = Select({.agreement = "gold"});
  ASSERT_EQ(all.feeds.size(), 1u);
  EXPECT_EQ(all.feeds[0].opening, test_.feed.opening());
  EXPECT_EQ(all.feeds[0].sources, std::set<std::string>{"web"});
  EXPECT_EQ(all.feeds[0].from, Instant::Min());
  EXPECT_EQ(all.feeds[0].until, Instant::Max());
  const std::string objective = test_.terms.objectives.front().id;
  EXPECT_EQ(Select({.agreement = "gold", .objective = objective}).feeds.size(), 1u);
}

TEST_F(PackRequestTest, APeriodNarrowsWhereWindowsStandAlone) {
  const PackSelection april = Select({.agreement = "gold", .period = "2026-04"});
  EXPECT_EQ(april.feeds[0].from, ledger::At("2026-04-01T00:00:00Z"));
  EXPECT_EQ(april.feeds[0].until, ledger::At("2026-05-01T00:00:00Z"));
  Terms amended = test_.terms;
  amended.objectives.front().empty = EmptyRule::kCarryLast;
  test_.Amend(test_.terms, amended, ledger::At("2026-04-01T00:00:00Z"), Reach::kRetroactive);
  const PackSelection looks_back = Select({.agreement = "gold", .period = "2026-04"});
  EXPECT_EQ(looks_back.feeds[0].from, Instant::Min());
  EXPECT_EQ(looks_back.feeds[0].until, ledger::At("2026-05-01T00:00:00Z"));
}

TEST_F(PackRequestTest, WhatIsNotThereIsRefused) {
  const auto refused = [&](const PackScope& scope) {
    return SelectForPack(test_.ledger(), scope).status();
  };
  EXPECT_TRUE(absl::IsNotFound(refused({.agreement = "silver"})));
  EXPECT_TRUE(absl::IsNotFound(refused({.agreement = "gold", .objective = "speed"})));
  EXPECT_TRUE(absl::IsInvalidArgument(refused({.agreement = "gold", .period = "soon"})));
  EXPECT_FALSE(refused({.agreement = "gold", .period = "1999"}).ok());
  EXPECT_TRUE(absl::IsNotFound(refused({.agreement = "gold", .at_size = 9999})));
}

TEST_F(PackRequestTest, APackOfAWindowGivesTheWindowsFigures) {
  for (const std::string period : {"", "2026-03", "2026-04"}) {
    const PackSelection selection = Select({.agreement = "gold", .period = period});
    const auto bytes = ledger::BuildPack(test_.ledger(), selection, "");
    ASSERT_TRUE(bytes.ok()) << bytes.status();
    const ledger::OpenedPack opened = ledger::OpenPack(*bytes);
    ASSERT_TRUE(opened.report.verified);
    const auto from_pack = Replay(*opened.ledger, test_.Request(period));
    ASSERT_TRUE(from_pack.ok()) << from_pack.status();
    const Result result = test_.Replay(period);
    EXPECT_FALSE(result.windows.empty());
    EXPECT_EQ(Lines(*from_pack), Lines(result));
    EXPECT_EQ(from_pack->figures, result.figures);
    EXPECT_EQ(from_pack->digest, result.digest) << period;
    EXPECT_EQ(*SelectForPack(*opened.ledger, selection.scope)->feeds.begin()->sources.begin(),
              "web");
  }
}

}  // namespace
}  // namespace tally::replay
