// Goal: a window is given all that its figure can rest on and little else. Method: two months of
// tickets and leads by hand; what the index leaves out is told apart by name, and what it gives is
// compared with a walk over everything.
#include "replay/projection/item_index.h"

#include <gtest/gtest.h>

#include "replay/projection/item_list.h"
#include "tests/replay/fact_support.h"

namespace tally::replay {
namespace {

Interval MarchOfIndex() { return {On("2026-03-01T00:00:00Z"), On("2026-04-01T00:00:00Z")}; }

StoredItem At(absl::string_view at, uint64_t index, std::string ticket) {
  StoredItem stored;
  stored.item.observed = {On(at), On(at)};
  if (!ticket.empty()) {
    TicketEvent event;
    event.ticket = std::move(ticket);
    stored.item.body = event;
  }
  stored.item.cause = {index, 0};
  stored.provenance.address = {index, 0};
  stored.provenance.reported = stored.provenance.recorded = On(at);
  return stored;
}

// "3a 4b": the log index and ticket of each item.
std::string Text(const std::vector<std::vector<const StoredItem*>>& near) {
  std::string text;
  for (const auto& source : near) {
    for (const StoredItem* stored : source) {
      const auto* ticket = std::get_if<TicketEvent>(&stored->item.body);
      if (!text.empty()) text += ' ';
      text += std::to_string(stored->provenance.address.index);
      if (ticket != nullptr) text += ticket->ticket;
    }
    text += '|';
  }
  return text;
}

class ItemIndexTest : public ::testing::Test {
 protected:
  ItemIndexTest() {
    desk_.items = {At("2026-02-10T00:00:00Z", 1, "a"), At("2026-02-20T00:00:00Z", 2, "b"),
                   At("2026-03-01T00:00:00Z", 3, "a"), At("2026-03-31T23:59:59Z", 4, "c"),
                   At("2026-04-01T00:00:00Z", 5, "b"), At("2026-04-09T00:00:00Z", 6, "a")};
    other_.items = {At("2026-01-10T00:00:00Z", 7, "c"), At("2026-03-02T00:00:00Z", 8, ""),
                    At("2026-05-02T00:00:00Z", 9, "")};
  }
  std::string Near(ItemReach reach) {
    return Text(ItemIndex({&desk_, nullptr, &other_}, reach).Near({MarchOfIndex()}));
  }
  SourceEvidence desk_, other_;
};

TEST_F(ItemIndexTest, AllIsEverything) {
  EXPECT_EQ(Near(ItemReach::kAll), "1a 2b 3a 4c 5b 6a|| 7c 8 9|");
}

TEST_F(ItemIndexTest, AWindowHasWhatBeginsInIt) {
  EXPECT_EQ(Near(ItemReach::kWindow), "3a 4c|| 8|") << "the first instant is in, the limit is not";
}

TEST_F(ItemIndexTest, ANamedThingComesWholeFromAllSources) {
  EXPECT_EQ(Near(ItemReach::kNamed), "1a 3a 4c 6a|| 7c 8|") << "b said nothing in MarchOfIndex";
}

// The evidence used and what came late are noted as by a walk over everything.
TEST_F(ItemIndexTest, TheUseIsTheSame) {
  EvidenceScope scope;
  scope.size = 8;  // record 8 is too late
  EvidenceUse all, named;
  SelectItems({&desk_, &other_}, scope, MarchOfIndex(), all);
  SelectItems(ItemIndex({&desk_, &other_}, ItemReach::kNamed), scope, {MarchOfIndex()}, named);
  EXPECT_EQ(all.used, named.used);
  EXPECT_EQ(all.late, 1u);
  EXPECT_EQ(named.late, 1u);
  EXPECT_EQ(all.first_late, named.first_late);
}

// What may fall due in a window is near it, and what has fallen due before, or comes later, is not.
TEST_F(ItemIndexTest, ATicketIsNearWhereItMayFallDue) {
  const BusinessCalendar always = BusinessCalendar::Always();
  const auto near = [&](Duration longest, ItemIndex::Around around) {
    around.window = {On("2026-02-25T00:00:00Z"), On("2026-02-26T00:00:00Z")};
    return Text(ItemIndex({&desk_}, ItemReach::kDue, TicketDue{&always, longest}).Near(around));
  };
  SourceEvidence early;
  early.items = {At("2026-02-10T00:00:00Z", 1, "a"), At("2026-02-12T00:00:00Z", 2, "a"),
                 At("2026-02-20T00:00:00Z", 3, "b"), At("2026-02-26T00:00:00Z", 4, "c")};
  desk_.items = std::move(early.items);
  EXPECT_EQ(near(Duration{Days(5).micros - 1}, {}), "|") << "b is due by the instant before";
  EXPECT_EQ(near(Days(5), {}), "3b|");
  EXPECT_EQ(near(Days(11), {}), "1a 2a 3b|") << "a was paused for two days at most";
  EXPECT_EQ(near(Duration{Days(11).micros - 1}, {}), "3b|");
  EXPECT_EQ(near(Days(10), {.window = {}, .excluded = Days(1)}), "1a 2a 3b|");
  EXPECT_EQ(near(Hours(1), {.window = {}, .excluded = {}, .known = On("2026-02-25T23:59:59Z")}),
            "1a 2a 3b|")
      << "a pause may last to the end of what is known";
  EXPECT_EQ(near(Hours(1), {.window = {}, .excluded = {}, .known = On("2026-02-26T00:00:00Z")}),
            "|");
}

TEST_F(ItemIndexTest, ADeliverableIsNearWhereADateIsStated) {
  const auto deliverable = [](absl::string_view at, uint64_t index, std::string name,
                              absl::string_view due) {
    StoredItem stored = At(at, index, "");
    DeliverableEvent event;
    event.deliverable = std::move(name);
    if (!due.empty()) event.due = On(due);
    stored.item.body = event;
    return stored;
  };
  desk_.items = {deliverable("2026-01-05T00:00:00Z", 1, "plan", "2026-03-01T00:00:00Z"),
                 deliverable("2026-01-06T00:00:00Z", 2, "list", "2026-04-01T00:00:00Z"),
                 deliverable("2026-02-06T00:00:00Z", 3, "plan", ""),
                 deliverable("2026-03-06T00:00:00Z", 4, "note", "2026-05-01T00:00:00Z")};
  EXPECT_EQ(Text(ItemIndex({&desk_}, ItemReach::kDue).Near({MarchOfIndex()})), "1 3 4|");
}

// A date that a dependency may move is near every window after it; what is said of dependencies is
// always near.
TEST_F(ItemIndexTest, ADelayedDeliverableIsNearAfterItsDate) {
  const auto due = [](uint64_t index, std::string name, absl::string_view date) {
    StoredItem stored = At("2026-01-05T00:00:00Z", index, "");
    DeliverableEvent event;
    event.deliverable = std::move(name);
    event.due = On(date);
    stored.item.body = event;
    return stored;
  };
  StoredItem delay = At("2026-01-06T00:00:00Z", 4, "");
  DependencyEvent blocks;
  blocks.dependency = "data";
  blocks.blocks = {"plan"};
  delay.item.body = blocks;
  desk_.items = {due(1, "plan", "2026-02-10T00:00:00Z"), due(2, "list", "2026-02-10T00:00:00Z"),
                 due(3, "plan", "2026-04-10T00:00:00Z"), delay};
  const auto near = [&](std::set<std::string> delayed) {
    return Text(ItemIndex({&desk_}, Reaching{.reach = ItemReach::kDue, .delayed = delayed})
                    .Near({MarchOfIndex()}));
  };
  EXPECT_EQ(near({"plan"}), "1 3 4|");
  EXPECT_EQ(near({}), "4|");
}

// What reaches over the edge is near, with everything that begins together with it.
TEST_F(ItemIndexTest, WhatReachesIntoTheWindowIsNear) {
  const auto lasting = [](absl::string_view from, absl::string_view until, uint64_t index) {
    StoredItem stored = At(from, index, "");
    stored.item.observed.limit = On(until);
    return stored;
  };
  desk_.items = {lasting("2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z", 1),
                 lasting("2026-02-28T22:00:00Z", "2026-02-28T23:00:00Z", 2),
                 lasting("2026-02-28T22:00:00Z", "2026-03-01T00:00:01Z", 3),
                 lasting("2026-02-28T23:00:00Z", "2026-02-28T23:30:00Z", 4),
                 lasting("2026-03-31T23:59:59Z", "2026-04-01T00:00:00Z", 5),
                 lasting("2026-04-01T00:30:00Z", "2026-04-01T00:31:00Z", 6)};
  const auto near = [&](Surroundings around, Duration excluded = {}) {
    return Text(ItemIndex({&desk_}, Reaching{.reach = ItemReach::kNear, .near = around})
                    .Near({.window = MarchOfIndex(), .excluded = excluded}));
  };
  EXPECT_EQ(near({}), "2 3 4 5|") << "2 begins with 3, of which it may be a version";
  EXPECT_EQ(near({Hours(1)}), "2 3 4 5 6|");
  EXPECT_EQ(near({Minutes(30)}, Days(30)), "2 3 4 5|");
  EXPECT_EQ(near({.distance = Minutes(30), .beside_excluded = true}, Days(30)), "1 2 3 4 5 6|");
}

// How far a measure looks beyond its window.
TEST(ItemReach, SurroundingsAreWhatTheMeasureTests) {
  Measure slices;
  slices.kind = "good slices";
  slices.choices = Choices(std::vector<Choice>{{"slice", {"5 min"}}});
  EXPECT_EQ(SurroundingsOf(slices).distance, Minutes(5));
  const auto downtime = [](const std::string& edge, const std::string& excluded) {
    Measure measure;
    measure.kind = "downtime periods by error share";
    measure.choices = Choices({{"consecutive", {"10"}},
                               {"excluded time", {excluded}},
                               {"quantum", {"60 s"}},
                               {"run at window edge", {edge}}});
    return SurroundingsOf(measure);
  };
  EXPECT_EQ(downtime("cut before test", "is passed over").distance, Minutes(2));
  EXPECT_FALSE(downtime("cut before test", "is passed over").beside_excluded);
  EXPECT_EQ(downtime("cut after test", "breaks run").distance, Minutes(12));
  EXPECT_FALSE(downtime("cut after test", "breaks run").beside_excluded);
  EXPECT_TRUE(downtime("cut after test", "is passed over").beside_excluded);
}

Measure Of(const std::string& kind, const std::string& choice, const std::string& word) {
  Measure measure;
  measure.kind = kind;
  measure.choices = Choices({{choice, {word}}});
  return measure;
}

TEST(ItemReach, DeadlinesAndEndsMayLieAnywhere) {
  const auto reach = [](const std::string& kind, const std::string& choice,
                        const std::string& word) { return ReachOf(Of(kind, choice, word)); };
  EXPECT_EQ(reach("tickets in time", "window of a ticket", "deadline"), ItemReach::kDue);
  EXPECT_EQ(reach("deliverable on time", "due", "stated"), ItemReach::kDue);
  EXPECT_EQ(reach("deliverable lateness", "due", "n-th business day"), ItemReach::kAll);
  EXPECT_EQ(reach("call abandonment", "queues", "a"), ItemReach::kWindow);
  EXPECT_EQ(reach("tickets in time", "window of a ticket", "start"), ItemReach::kNamed);
  EXPECT_EQ(reach("mean ticket time", "window of a ticket", "stop"), ItemReach::kNamed);
  EXPECT_EQ(reach("latency percentile", "membership", "end"), ItemReach::kNear);
  EXPECT_EQ(reach("volume", "surplus", "lost"), ItemReach::kNamed);
  EXPECT_EQ(reach("volume", "surplus", "until used"), ItemReach::kAll);
  EXPECT_EQ(reach("latency percentile", "membership", "start"), ItemReach::kWindow);
}

// Every kind is named here once, so that a new one is looked at.
TEST(ItemReach, NoOtherKindIsCutShort) {
  for (const VocabularyRow* row : Vocabulary(ThingKind::kMeasure)) {
    if (!row->sources) continue;
    const std::string kind(row->kind);
    Measure measure;
    measure.kind = kind;
    measure.choices = Choices({{"membership", {"start"}}, {"window of a ticket", {"start"}}});
    const bool cut = ReachOf(measure) != ItemReach::kAll;
    const std::set<std::string> known = {"request ratio",
                                         "latency percentile",
                                         "share within threshold",
                                         "tickets in time",
                                         "mean ticket time",
                                         "percentile of ticket time",
                                         "tickets reopened",
                                         "first contact resolution",
                                         "leads decided in time",
                                         "leads contacted in time",
                                         "call abandonment",
                                         "telephone service factor",
                                         "average speed of answer",
                                         "mean of interval error rates",
                                         "good slices",
                                         "mean of slice ratios",
                                         "downtime periods by error share",
                                         "pacing",
                                         "survey mean",
                                         "survey share"};
    EXPECT_EQ(cut, known.count(kind) > 0) << kind;
  }
}

}  // namespace
}  // namespace tally::replay
