// Goal: what is counted is kept as it was said, and a correction is a later version of what it
// names, on every axis. Method: facts in memory; the same evidence asked for at two sizes.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "replay/projection/feed_fold.h"
#include "replay/projection/item_list.h"
#include "schema/canonical.h"
#include "tests/replay/fact_support.h"

namespace tally::replay {
namespace {

Interval March() { return {On("2026-03-01T00:00:00Z"), On("2026-04-01T00:00:00Z")}; }

class FeedItemsTest : public ::testing::Test {
 protected:
  FeedItemsTest() {
    SourceRegistered body;
    body.source = 1;
    body.name = "web";
    body.unit = "ms";
    Apply(BodyKind::kSourceRegistered, Encode(body), {});
  }
  Fact Apply(BodyKind kind, Bytes body, const FactOptions& options) {
    Fact fact = maker_.Make(kind, Stream("watch"), std::move(body), options);
    absl::Status applied = fold_.Apply(fact);
    EXPECT_TRUE(applied.ok()) << applied;
    return fact;
  }
  static FactOptions At(absl::string_view time) {
    FactOptions options;
    options.source = 1;
    options.observed = On(time);
    options.reported = options.observed;
    return options;
  }
  bool Found(absl::string_view kind) const {
    for (const Finding& finding : fold_.findings()) {
      if (finding.kind == kind) return true;
    }
    return false;
  }
  Fact Ticket(absl::string_view id, TicketStep step, absl::string_view time) {
    TicketEvent event;
    event.ticket = std::string(id);
    event.step = step;
    return Apply(BodyKind::kTicketEvent, Encode(event), At(time));
  }
  Fact See(State state, int64_t value, absl::string_view time) {
    StateReported body;
    body.state = state;
    body.value = value;
    return Apply(BodyKind::kStateReported, Encode(body), At(time));
  }
  Fact Correct(const Fact& wrong, absl::string_view action, absl::string_view replacement,
               uint32_t source = 1) {
    const std::string json = absl::StrCat(R"({"supersedes": ")", wrong.event->digest.ToHex(),
                                          R"(", "position": "1", "action": ")", action,
                                          R"(", "reason": "clock was wrong")", replacement, "}");
    absl::StatusOr<Bytes> body = BodyFromJson(BodyKind::kCorrection, json);
    EXPECT_TRUE(body.ok()) << body.status();
    FactOptions options = At("2026-03-09T00:00:00Z");
    options.source = source;
    return Apply(BodyKind::kCorrection, *body, options);
  }
  std::vector<Item> Items(uint64_t size = UINT64_MAX) {
    EvidenceScope scope;
    scope.size = size;
    return SelectItems({fold_.Find("web")}, scope, March(), use_);
  }

  FactMaker maker_;
  FeedFold fold_{"probes", WantedSources{{"web"}, {"web"}}};
  EvidenceUse use_;
};

constexpr char kDown[] = R"(, "replacement": {"state": "down"})";

TEST_F(FeedItemsTest, StepsOfTicketsThatShareAnInstantAllCount) {
  Ticket("B", TicketStep::kOpened, "2026-03-02T10:00:00Z");
  Ticket("A", TicketStep::kOpened, "2026-03-02T10:00:00Z");
  Ticket("A", TicketStep::kResponded, "2026-03-02T09:00:00Z");
  ASSERT_TRUE(fold_.Seal().ok());
  const std::vector<Item> items = Items();
  ASSERT_EQ(items.size(), 3u);
  EXPECT_EQ(std::get<TicketEvent>(items[0].body).step, TicketStep::kResponded);
  EXPECT_EQ(std::get<TicketEvent>(items[1].body).ticket, "B");
  EXPECT_EQ(use_.used["probes"].size(), 3u);
}

TEST_F(FeedItemsTest, ASampleReplacesAnEarlierOneOfItsInstant) {
  See(State::kUp, 100, "2026-03-02T10:00:00Z");
  See(State::kUp, 250, "2026-03-02T10:00:00Z");
  ASSERT_TRUE(fold_.Seal().ok());
  const std::vector<Item> items = Items();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(std::get<SampleValue>(items[0].body).value, (Decimal{250, 0}));
  EXPECT_EQ(std::get<SampleValue>(items[0].body).took, Milliseconds(250));
}

TEST_F(FeedItemsTest, ACorrectionReplacesFromItsOwnRecordOn) {
  const Fact wrong = See(State::kUp, 100, "2026-03-02T10:00:00Z");
  const Fact correction = Correct(wrong, "replace", kDown);
  ASSERT_TRUE(fold_.Seal().ok());
  ASSERT_EQ(Items().size(), 1u);
  EXPECT_EQ(std::get<SampleValue>(Items()[0].body).state, State::kDown);
  EXPECT_EQ(Items()[0].cause.index, correction.address().index);
  EXPECT_EQ(std::get<SampleValue>(Items(correction.address().index)[0].body).state, State::kUp);
  const std::vector<Report>& reports = fold_.Find("web")->reports;
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_EQ(reports[1].observation.state, State::kDown);
  EXPECT_EQ(reports[1].observation.from, reports[0].observation.from);
}

TEST_F(FeedItemsTest, AWithdrawalLeavesNothing) {
  const Fact first = See(State::kUp, 100, "2026-03-02T10:00:00Z");
  const Fact withdrawal = Correct(first, "withdraw", "");
  const Fact ticket = Ticket("A", TicketStep::kOpened, "2026-03-02T10:00:00Z");
  Correct(ticket, "withdraw", "");
  ASSERT_TRUE(fold_.Seal().ok());
  EXPECT_TRUE(Items().empty());
  EXPECT_EQ(Items(withdrawal.address().index).size(), 1u);
  EXPECT_TRUE(fold_.Find("web")->reports.back().withdraws);
  EXPECT_TRUE(fold_.findings().empty());
}

TEST_F(FeedItemsTest, CorrectionsOfNothingAreSaid) {
  const Fact ticket = Ticket("A", TicketStep::kOpened, "2026-03-02T10:00:00Z");
  Correct(ticket, "replace", kDown);  // a state cannot stand in the place of a ticket
  FactMaker others;
  others.Make(BodyKind::kStateReported, Stream("x"), Encode(StateReported{State::kUp, {}, {}, ""}));
  ASSERT_TRUE(fold_.Seal().ok());
  ASSERT_EQ(fold_.findings().size(), 1u);
  EXPECT_EQ(fold_.findings()[0].kind, "correction-of-nothing");
  EXPECT_EQ(Items().size(), 1u);
}

// A pack of one source holds what is said in its name, or in none; so that is what counts.
TEST_F(FeedItemsTest, InAnotherSourcesNameNothingIsCorrected) {
  const Fact seen = See(State::kUp, 1, "2026-03-02T10:00:00Z");
  Correct(seen, "withdraw", "", /*source=*/2);
  ASSERT_TRUE(fold_.Seal().ok());
  EXPECT_TRUE(Found("correction-of-nothing"));
  EXPECT_FALSE(fold_.Find("web")->reports.back().withdraws);
}

TEST_F(FeedItemsTest, InNoSourcesNameItIsCorrected) {
  const Fact seen = See(State::kUp, 1, "2026-03-02T10:00:00Z");
  Correct(seen, "withdraw", "", /*source=*/0);
  ASSERT_TRUE(fold_.Seal().ok());
  EXPECT_FALSE(Found("correction-of-nothing"));
  EXPECT_TRUE(fold_.Find("web")->reports.back().withdraws);
}

// T-65: recorded by a version that let it in, it is said and left out; the rest stands.
TEST_F(FeedItemsTest, WhatContradictsItselfIsAFindingWithoutEffect) {
  const absl::StatusOr<Bytes> counts =
      BodyFromJson(BodyKind::kRequestCounts,
                   R"({"valid": "10", "good": "100", "invalid": "0", "retries": "0"})");
  ASSERT_TRUE(counts.ok());
  Apply(BodyKind::kRequestCounts, *counts, At("2026-03-02T10:00:00Z"));
  const Fact first = See(State::kUp, 100, "2026-03-02T11:00:00Z");
  Correct(first, "withdraw", kDown);
  Correct(first, "replace", "");
  ASSERT_TRUE(fold_.Seal().ok());
  EXPECT_TRUE(Found("evidence-contradicts-itself"));
  ASSERT_EQ(Items().size(), 1u);
  EXPECT_EQ(std::get<SampleValue>(Items()[0].body).state, State::kUp);
}

}  // namespace
}  // namespace tally::replay
