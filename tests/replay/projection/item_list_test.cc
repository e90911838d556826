// Goal: a question sees the items of its sources in one order, rows of runs among them, and what
// came too late is left out and counted. Method: evidence built by hand.
#include "replay/projection/item_list.h"

#include <gtest/gtest.h>

#include "schema/run.h"
#include "tests/replay/fact_support.h"

namespace tally::replay {
namespace {

Interval MarchOfList() { return {On("2026-03-01T00:00:00Z"), On("2026-04-01T00:00:00Z")}; }

StoredItem Stored(absl::string_view at, uint64_t index, std::string ticket) {
  StoredItem stored;
  stored.item.observed = {On(at), On(at)};
  TicketEvent event;
  event.ticket = std::move(ticket);
  stored.item.body = event;
  stored.item.cause = {index, 0};
  stored.provenance.address = {index, 0};
  stored.provenance.reported = stored.provenance.recorded = On(at);
  stored.provenance.digest = ledger::Sha256Of({AsBytes(std::to_string(index))});
  return stored;
}

TEST(ItemList, SourcesAreMergedInOneOrder) {
  SourceEvidence first, second;
  first.feed = second.feed = "desk";
  first.items = {Stored("2026-03-02T00:00:00Z", 7, "a"), Stored("2026-03-05T00:00:00Z", 8, "b")};
  second.items = {Stored("2026-02-05T00:00:00Z", 5, "c"), Stored("2026-03-02T00:00:00Z", 6, "d")};
  EvidenceUse use;
  std::string order;
  for (const Item& item : SelectItems({&first, nullptr, &second}, {}, MarchOfList(), use)) {
    order += std::get<TicketEvent>(item.body).ticket + std::to_string(item.source);
  }
  EXPECT_EQ(order, "c2a0d2b0");
  EXPECT_EQ(use.used["desk"].size(), 3u) << "what began before the window is seen, not used";
}

// T-51: the same rule as for states.
TEST(ItemList, T51LateItemsAreLeftOutAndCounted) {
  SourceEvidence desk;
  desk.items = {Stored("2026-03-02T00:00:00Z", 7, "a"), Stored("2026-03-05T00:00:00Z", 8, "b")};
  EvidenceScope scope;
  scope.size = 8;
  EvidenceUse use;
  EXPECT_EQ(SelectItems({&desk}, scope, MarchOfList(), use).size(), 1u);
  EXPECT_EQ(use.late, 1u);
  EXPECT_EQ(use.first_late, (ledger::EventAddress{8, 0}));
}

// A later version of one queue replaces the earlier one, whatever was said of another between them.
TEST(ItemList, VersionsAreFoundBetweenOthersOfTheirInstant) {
  SourceEvidence desk;
  uint64_t index = 7;
  for (const char* queue : {"gold", "silver", "gold"}) {
    StoredItem stored = Stored("2026-03-02T00:00:00Z", index++, "a");
    CallCounts calls;
    calls.queue = queue;
    stored.item.body = calls;
    desk.items.push_back(stored);
  }
  EvidenceUse use;
  const std::vector<Item> items = SelectItems({&desk}, {}, MarchOfList(), use);
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(std::get<CallCounts>(items[0].body).queue, "silver");
  EXPECT_EQ(std::get<CallCounts>(items[1].body).queue, "gold");
}

TEST(ItemList, RowsOfRunsAreItemsNearTheWindow) {
  tally::Run run;
  run.step = Hours(1);
  run.sources = {{1, 0, 72, On("2026-02-26T12:00:00Z")}};
  run.states.assign(18, 0);
  auto stored = std::make_shared<StoredRun>();
  stored->body = Encode(run);
  stored->view = *RunView::Open(stored->body);
  SourceEvidence probes;
  probes.runs = {{.run = stored,
                  .source_index = 0,
                  .first = stored->view.FromOf(0, 0),
                  .last = stored->view.FromOf(0, 71)}};
  EvidenceUse use;
  const std::vector<Item> items =
      SelectItems(ItemIndex({&probes}, ItemReach::kWindow), {}, {MarchOfList()}, use);
  ASSERT_EQ(items.size(), 24u + 12u) << "a day before the window, and half a day of it";
  EXPECT_EQ(items[0].observed.first, On("2026-02-28T00:00:00Z"));
  EXPECT_EQ(std::get<SampleValue>(items[0].body).state, State::kUp);
  // Kinds that carry state see what was said long before, and what ends an outage long after; a
  // late run beside the window is not late for it.
  const Interval later{MarchOfList().first + Days(20), MarchOfList().limit};
  EvidenceScope late;
  late.cutoff = Instant::Min();
  EvidenceUse all;
  EXPECT_EQ(SelectItems({&probes}, {}, later, all).size(), 72u);
  EXPECT_TRUE(SelectItems({&probes}, late, later, all).empty());
  EXPECT_EQ(all.late, 0u);
  EXPECT_TRUE(all.used.empty());
}

}  // namespace
}  // namespace tally::replay
