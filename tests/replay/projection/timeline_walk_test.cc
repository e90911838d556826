// Goal: what is read again is as good as what is kept: the same figures, the same evidence, the
// same findings, for every window and axis. Method: random feeds of two sources, with late
// versions, steps back, erased reports, corrections, withdrawals and runs, folded twice: once
// keeping every report, once with pages of a few rows and a shelf of one or two.
#include "replay/projection/timeline_walk.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/replay/projection/fact_book.h"

namespace tally::replay::timeline_walk_cases {
namespace {

Instant Hour(int64_t hour) { return On("2026-03-01T00:00:00Z") + Hours(hour); }

class RandomFeed {
 public:
  explicit RandomFeed(uint64_t seed) : random_(seed) {
    int64_t at = 0;
    for (int i = 0; i < 60; ++i) {
      at += Any(0, 3);
      Step(at);
    }
  }
  FactBook& book() { return book_; }
  int64_t Any(int64_t least, int64_t most) {
    return least + static_cast<int64_t>(random_() % static_cast<uint64_t>(most - least + 1));
  }

 private:
  void Step(int64_t at) {
    const State states[] = {State::kUp, State::kDown, State::kDegraded, State::kUnknown};
    const State state = states[Any(0, 3)];
    const auto source = static_cast<uint32_t>(Any(1, 2));
    FactOptions options;
    options.recorded = Hour(at + Any(0, 40));
    options.erased = Any(0, 19) == 0;
    switch (Any(0, 9)) {
      case 0:  // steps back
        digests_.push_back(
            book_.Report(source, Hour(at - Any(1, 30)), state, options).event->digest);
        return;
      case 1:
        if (digests_.empty()) return;
        book_.Correct(digests_[static_cast<size_t>(Any(0, 1'000'000)) % digests_.size()],
                      Any(0, 1) == 0 ? std::nullopt : std::optional<State>(state), Hour(at));
        return;
      case 2:
        return Run(source, at, options);
      default:
        options.reported = Hour(at + Any(0, 3));
        digests_.push_back(book_.Report(source, Hour(at), state, options).event->digest);
    }
  }
  void Run(uint32_t source, int64_t at, FactOptions options) {
    const auto rows = static_cast<uint32_t>(Any(1, 6));
    tally::Run run;
    run.step = Hours(1);
    run.sources = {{source, 0, rows, Hour(at)}};
    run.states.assign((rows + 3) / 4, 0);
    for (uint32_t i = 0; i < rows; ++i) {
      run.states[i / 4] = static_cast<uint8_t>(run.states[i / 4] | (Any(0, 3) << (2 * (i % 4))));
    }
    options.observed = Hour(at);
    options.until = Hour(at + rows);
    options.reported = options.until;
    book_.Add(BodyKind::kMeasurementRun, Encode(run), options);
  }

  FactBook book_;
  std::mt19937_64 random_;
  std::vector<Hash> digests_;
};

std::unique_ptr<FeedFold> Folded(FactBook& book, const Rereading& rereading) {
  auto fold = std::make_unique<FeedFold>("probes", WantedSources{{"web", "mail"}, {}}, rereading);
  for (const Fact& fact : book.facts()) {
    const absl::Status applied = fold->Apply(fact);
    EXPECT_TRUE(applied.ok()) << applied;
  }
  const absl::Status sealed = fold->Seal();
  EXPECT_TRUE(sealed.ok()) << sealed;
  return fold;
}

struct Asked {
  Window window;
  EvidenceScope scope;
  AvailabilityByTime measure;
};

struct Seen {
  Measured measured;
  EvidenceUse use;
};

Seen Look(const FeedFold& fold, const Asked& asked) {
  Timeline timeline;
  for (const char* source : {"web", "mail"}) timeline.Add(*fold.Find(source));
  timeline.Seal();
  Seen seen;
  AvailabilityMeter meter(asked.measure, asked.window, {},
                          {.watermark = Hour(80), .instant = Hour(200)});
  const absl::Status fed = timeline.Feed(asked.scope, asked.window.interval, meter, seen.use);
  EXPECT_TRUE(fed.ok()) << fed;
  const absl::Status concluded = seen.use.Conclude(30);
  EXPECT_TRUE(concluded.ok()) << concluded;
  seen.measured = meter.Finish();
  return seen;
}

void ExpectSame(const Seen& kept, const Seen& read) {
  EXPECT_EQ(kept.measured.counted, read.measured.counted);
  EXPECT_EQ(kept.measured.unknown, read.measured.unknown);
  EXPECT_EQ(kept.measured.degraded, read.measured.degraded);
  EXPECT_EQ(kept.measured.causes, read.measured.causes);
  EXPECT_EQ(kept.use.late, read.use.late);
  EXPECT_EQ(kept.use.first_late, read.use.first_late);
  EXPECT_EQ(kept.use.as_claimed, read.use.as_claimed);
  EXPECT_EQ(kept.use.first_as_claimed, read.use.first_as_claimed);
  EXPECT_EQ(kept.use.erased, read.use.erased);
  ASSERT_EQ(kept.use.ranges.size(), read.use.ranges.size());
  for (const auto& [feed, range] : kept.use.ranges) {
    EXPECT_EQ(range.digest, read.use.ranges.at(feed).digest);
    EXPECT_EQ(range.first, read.use.ranges.at(feed).first);
    EXPECT_EQ(range.last, read.use.ranges.at(feed).last);
    EXPECT_EQ(range.beyond, read.use.ranges.at(feed).beyond);
  }
}

Asked AnyQuestion(RandomFeed& feed) {
  Asked asked;
  const int64_t first = feed.Any(0, 90);
  asked.window.interval = {Hour(first), Hour(first + feed.Any(1, 40))};
  asked.measure = SmallObjective(SomeZone()).measure;
  if (feed.Any(0, 2) == 0) {
    asked.measure.holding = Holding::kProbe;
    asked.measure.quantum = Hours(feed.Any(1, 2));
  }
  if (feed.Any(0, 1) == 0) {
    asked.measure.minimum_outage = MinimumOutage{};
    asked.measure.minimum_outage->count = 3;
    asked.measure.minimum_outage->quantum = Hours(1);
    asked.measure.minimum_outage->edge = RunAtEdge::kCutAfterTest;
    asked.measure.minimum_outage->excluded = ExcludedInRun::kBreaksRun;
    asked.measure.minimum_outage->alignment = Alignment::kSliding;
  }
  if (feed.Any(0, 1) == 0)
    asked.scope.size = feed.book().limit() - static_cast<uint64_t>(feed.Any(0, 40));
  if (feed.Any(0, 1) == 0) asked.scope.cutoff = Hour(feed.Any(0, 120));
  if (feed.Any(0, 3) == 0) asked.scope.reported_by = Hour(feed.Any(0, 90));
  return asked;
}

TEST(TimelineWalk, ReadAgainIsAsGoodAsKept) {
  int readings = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    RandomFeed feed(seed);
    PageShelf shelf({static_cast<size_t>(feed.Any(1, 5)), static_cast<size_t>(feed.Any(1, 2))});
    const auto kept = Folded(feed.book(), {});
    const auto read = Folded(feed.book(), {feed.book().Reader(), &shelf});
    EXPECT_LT(read->Find("web")->reports.size(), kept->Find("web")->reports.size());
    EXPECT_EQ(kept->findings().size(), read->findings().size());
    for (int i = 0; i < 40; ++i) {
      const Asked asked = AnyQuestion(feed);
      ExpectSame(Look(*kept, asked), Look(*read, asked));
      ASSERT_FALSE(::testing::Test::HasFailure()) << "seed " << seed << ", question " << i;
    }
    readings += feed.book().readings;
  }
  EXPECT_GT(readings, 1000) << "nothing was read again";
}

TEST(TimelineWalk, PiecesComeInOrderWithTheOneAfter) {
  FactBook book;
  for (int64_t hour : {0, 2, 4, 6, 8}) book.Report(1, Hour(hour), State::kUp);
  PageShelf shelf({2, 1});
  const auto fold = Folded(book, {book.Reader(), &shelf});
  Timeline timeline;
  timeline.Add(*fold->Find("web"));
  timeline.Seal();
  EvidenceUse use;
  const EvidenceScope scope;
  TimelineWalk walk(timeline, scope, {Hour(3), Hour(6)}, use);
  ASSERT_TRUE(walk.Start().ok());
  std::vector<Instant> firsts;
  while (walk.now() != nullptr) {
    firsts.push_back(walk.now()->first);
    EXPECT_TRUE(walk.after() == nullptr || ComesBefore(*walk.now(), *walk.after()));
    ASSERT_TRUE(walk.Advance().ok());
  }
  EXPECT_EQ(firsts, (std::vector<Instant>{Hour(2), Hour(4), Hour(6)}))
      << "carried in, inside, and the one after";
}

}  // namespace
}  // namespace tally::replay::timeline_walk_cases
