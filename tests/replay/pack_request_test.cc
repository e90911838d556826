// Goal: a pack must show what its figures rest on, and a period narrows that only where no figure
// looks further. Method: a small ledger with one agreement; selections of the whole, of a period
// and of objectives, before and after the terms get a rule that looks over several windows; then a
// replay of a pack against one of the ledger, where reports came late, too, and where objectives
// share a cap; what was stated is held to packs of single months, honest and cut.
#include "replay/pack_request.h"

#include "gtest/gtest.h"
#include "ledger/pack/pack_builder.h"
#include "ledger/pack/pack_ledger.h"
#include "replay/statement_audit.h"
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
  // The terms with a second objective, "mail", on a source of its own, agreed back to `from`.
  Terms AddMail(absl::string_view from) {
    Objective mail = test_.terms.objectives.front();
    mail.id = "mail";
    mail.measure.sources = {{"probes", "mail"}};
    Terms amended = test_.terms;
    amended.objectives.push_back(mail);
    test_.Amend(test_.terms, amended, ledger::At(from), Reach::kRetroactive);
    return amended;
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

// A pack as its receiver has it.
ledger::OpenedPack PackOf(const ledger::Ledger& ledger, const PackSelection& selection) {
  const auto bytes = ledger::BuildPack(ledger, selection, "");
  EXPECT_TRUE(bytes.ok()) << bytes.status();
  return ledger::OpenPack(bytes.value_or(Bytes()));
}

// April began down, as was stated on 1 May; up, as a report of 29 March told that came two days
// later; and a report of 30 March came when April had been closed.
class LatePackTest : public testing::Test {
 protected:
  LatePackTest() {
    test_.Agree(test_.terms);
    test_.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
        .Report(1, State::kDown, On("2026-03-28T00:00:00Z"))
        .Report(1, State::kUp, On("2026-04-02T00:00:00Z"));
    test_.Wait("2026-05-01T02:00:00Z");
    test_.Publish("2026-05-01T01:00:00Z");
    test_.Project();
    test_.Wait("2026-05-03T00:00:00Z");
    test_.feed.Report(1, State::kUp, On("2026-03-29T00:00:00Z"));
    test_.Publish("2026-05-02T00:00:00Z");
    test_.Wait("2026-05-07T00:00:00Z");
    test_.Project();
    test_.feed.Report(1, State::kDown, On("2026-03-30T00:00:00Z"));
    test_.Wait("2026-05-08T00:00:00Z");
    test_.Publish("2026-05-07T12:00:00Z");
  }
  PackSelection Select(const PackScope& scope) {
    const auto selection = SelectForPack(test_.ledger(), scope);
    EXPECT_TRUE(selection.ok()) << selection.status();
    return selection.value_or(PackSelection{});
  }
  SmallCase test_;
};

TEST_F(LatePackTest, WhatAClosingKnewIsInThePackOfItsMonth) {
  const PackSelection april = Select({.agreement = "gold", .period = "2026-04"});
  const ledger::OpenedPack opened = PackOf(test_.ledger(), april);
  ASSERT_NE(opened.ledger, nullptr);
  const auto from_pack = Replay(*opened.ledger, test_.Request("2026-04"));
  ASSERT_TRUE(from_pack.ok()) << from_pack.status();
  const Result result = test_.Replay("2026-04");
  EXPECT_EQ(Lines(*from_pack), Lines(result));
  EXPECT_EQ(from_pack->digest, result.digest);
  ASSERT_TRUE(result.windows[0].closed.has_value());
  EXPECT_FALSE(from_pack->windows[0].closed->differs);
}

TEST_F(LatePackTest, WhatWasStatedOfAMonthComesOutOfThePackOfIt) {
  const PackSelection april = Select({.agreement = "gold", .period = "2026-04"});
  const ledger::OpenedPack opened = PackOf(test_.ledger(), april);
  ASSERT_NE(opened.ledger, nullptr);
  const AuditScope scope{.period = *ParsePeriod("2026-04")};
  const auto audit = AuditStatements(*opened.ledger, "gold", false, scope);
  ASSERT_TRUE(audit.ok()) << audit.status();
  EXPECT_TRUE(audit->faults.empty()) << audit->faults[0].field << audit->faults[0].computed;
  EXPECT_EQ(audit->closings, 1u);
  EXPECT_GE(audit->statements, 1u);
  EXPECT_EQ(audit->notes.size(), 2u);  // other windows, and whole results
  // Who made it of less evidence than the month rests on is convicted by the closing.
  PackSelection less = april;
  for (ledger::FeedSelection& feed : less.feeds) feed.from = On("2026-04-03T00:00:00Z");
  for (ledger::FeedSelection& feed : less.feeds) feed.settled = UINT64_MAX;
  const ledger::OpenedPack cut = PackOf(test_.ledger(), less);
  ASSERT_NE(cut.ledger, nullptr);
  EXPECT_TRUE(cut.ledger->FirstMissing(april)->has_value());
  const auto caught = AuditStatements(*cut.ledger, "gold", false, scope);
  ASSERT_TRUE(caught.ok()) << caught.status();
  ASSERT_FALSE(caught->faults.empty());
  EXPECT_EQ(caught->faults.back().field, "figures");
  EXPECT_EQ(caught->faults.back().what, "closing");
}

TEST_F(PackRequestTest, ObjectivesThatShareARuleAreShownTogether) {
  const Terms amended = AddMail("2026-04-01T00:00:00Z");
  const PackScope scope{.agreement = "gold", .objective = "availability", .period = "2026-03"};
  EXPECT_EQ(Select(scope).feeds[0].sources, std::set<std::string>{"web"});
  Terms capped = amended;
  capped.rules = {{"cap",
                   "cap",
                   {},
                   Choices({{"above", {"lost"}},
                            {"belongs by", {"end of window"}},
                            {"cut", {"pro rata"}},
                            {"limit", {"money"}},
                            {"money", {"250.00 USD"}},
                            {"period", {"calendar month"}},
                            {"settled windows", {"stay"}}})}};
  test_.Amend(amended, capped, ledger::At("2026-04-01T00:00:00Z"), Reach::kRetroactive);
  const PackSelection shared = Select(scope);
  EXPECT_EQ(shared.feeds[0].sources, (std::set<std::string>{"mail", "web"}));
  const ledger::OpenedPack opened = PackOf(test_.ledger(), shared);
  ASSERT_NE(opened.ledger, nullptr);
  ReplayRequest request = test_.Request("2026-03");
  request.objective = "availability";
  const auto from_pack = Replay(*opened.ledger, request);
  ASSERT_TRUE(from_pack.ok()) << from_pack.status();
  const Result result = test_.Replay(request);
  ASSERT_EQ(result.windows.size(), 1u);
  // Both were down on 10 March, mail ever since.
  EXPECT_NE(FormatMoney(result.windows[0].credit->amount), "250.00 USD");
  EXPECT_EQ(from_pack->windows[0].credit->amount, result.windows[0].credit->amount);
  EXPECT_EQ(from_pack->digest, result.digest);
}

// What one claim decides is one sum, whichever of its windows is asked for.
TEST_F(PackRequestTest, ObjectivesThatShareAClaimAreShownTogether) {
  AddMail("2026-03-31T00:00:00Z");
  const PackScope scope{.agreement = "gold", .objective = "availability", .period = "2026-03"};
  EXPECT_EQ(Select(scope).feeds[0].sources, std::set<std::string>{"web"});
  const Interval march = test_.Replay("2026-03").windows[0].window;
  test_.File({{"availability", march}, {"mail", march}});
  const PackSelection shared = Select(scope);
  EXPECT_EQ(shared.feeds[0].sources, (std::set<std::string>{"mail", "web"}));
  const ledger::OpenedPack opened = PackOf(test_.ledger(), shared);
  ASSERT_NE(opened.ledger, nullptr);
  ReplayRequest request = test_.Request("2026-03");
  request.objective = "availability";
  const auto from_pack = Replay(*opened.ledger, request);
  ASSERT_TRUE(from_pack.ok()) << from_pack.status();
  EXPECT_EQ(from_pack->digest, test_.Replay(request).digest);
}

TEST_F(PackRequestTest, WhatAQuestionNeedsIsAskedOfThePackItself) {
  const ledger::OpenedPack march =
      PackOf(test_.ledger(), Select({.agreement = "gold", .period = "2026-03"}));
  ASSERT_NE(march.ledger, nullptr);
  const auto missing = [&](const ReplayRequest& request) {
    const auto needed = SelectForQuestion(*march.ledger, request);
    EXPECT_TRUE(needed.ok()) << needed.status();
    return march.ledger->FirstMissing(*needed)->has_value();
  };
  EXPECT_FALSE(missing(test_.Request("2026-03")));
  test_.feed.Report(1, State::kDown, ledger::At("2026-05-02T00:00:00Z"));
  test_.Wait("2026-06-01T02:00:00Z");
  test_.Publish("2026-06-01T01:00:00Z");
  const ledger::OpenedPack again =
      PackOf(test_.ledger(), Select({.agreement = "gold", .period = "2026-03"}));
  ASSERT_NE(again.ledger, nullptr);
  const auto all = SelectForQuestion(*again.ledger, test_.Request());
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_TRUE(again.ledger->FirstMissing(*all)->has_value());
}

// A later failure can make an earlier one pay, so the earlier month's figures rest on it.
TEST(PackOfAMonth, HoldsTheLaterFailuresThatMakeItPay) {
  for (const std::string pays : {"all", "the last"}) {
    SmallCase test;
    test.terms.rules = {{"patience",
                         "expected level",
                         {},
                         Choices({{"failures", {"2"}}, {"pays", {pays}}, {"windows", {"12"}}})}};
    test.Agree(test.terms);
    test.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
        .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
        .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
    test.Wait("2026-04-01T02:00:00Z");
    test.Publish("2026-04-01T01:00:00Z");
    test.feed.Report(1, State::kDown, On("2026-04-10T00:00:00Z"))
        .Report(1, State::kUp, On("2026-04-11T00:00:00Z"));
    test.Wait("2026-05-01T02:00:00Z");
    test.Publish("2026-05-01T01:00:00Z");
    const auto march = SelectForPack(test.ledger(), {.agreement = "gold", .period = "2026-03"});
    ASSERT_TRUE(march.ok()) << march.status();
    const Result result = test.Replay("2026-03");
    ASSERT_EQ(result.windows.size(), 1u);
    EXPECT_EQ(result.windows[0].credit->amount.minor > 0, pays == "all");
    const Instant until = pays == "all" ? Instant::Max() : On("2026-04-01T00:00:00Z");
    EXPECT_EQ(march->feeds.at(0).until, until);
    const ledger::OpenedPack opened = PackOf(test.ledger(), *march);
    ASSERT_NE(opened.ledger, nullptr);
    const auto from_pack = Replay(*opened.ledger, test.Request("2026-03"));
    ASSERT_TRUE(from_pack.ok()) << from_pack.status();
    EXPECT_EQ(from_pack->windows[0].credit->amount, result.windows[0].credit->amount);
    EXPECT_EQ(from_pack->figures, result.figures);
  }
}

}  // namespace
}  // namespace tally::replay
