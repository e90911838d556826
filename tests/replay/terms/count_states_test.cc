// Goal: measures of states count what their definitions say.
// Method: published cases (GC-10, GC-16) and small worlds beside their values; every kind of the
// table is dispatched and its choices are checked against it.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "replay/terms/counting.h"
#include "schema/choice.h"
#include "schema/vocabulary_states.h"
#include "tests/replay/terms/terms_support.h"

namespace tally::replay {
namespace {

using Written = std::vector<std::pair<std::string, std::string>>;

const Interval kApril{{1'775'001'600'000'000}, {1'777'593'600'000'000}};
Instant April(int64_t seconds) { return kApril.first + Seconds(seconds); }

class States {
 public:
  States(std::string kind, Written choices, size_t sources = 1) {
    objective_.counted.emplace();
    objective_.counted->kind = std::move(kind);
    for (size_t i = 0; i < sources; ++i) {
      objective_.counted->sources.push_back({"feed", absl::StrCat("source ", i)});
    }
    std::vector<Choice> made;
    for (auto& [name, value] : choices) made.push_back({name, {value}});
    objective_.counted->choices = Choices(std::move(made));
    window_.interval = kApril;
  }
  void Report(Instant at, State state, uint32_t source = 0) {
    Item item;
    item.observed = {at, at};
    item.source = source;
    item.cause = {items_.size() + 100, 0};
    SampleValue sample;
    sample.state = state;
    item.body = sample;
    items_.push_back(item);
  }
  void Down(Instant from, Instant until, uint32_t source = 0) {
    Report(from, State::kDown, source);
    Report(until, State::kUp, source);
  }
  void Exclude(Instant from, Instant until) { exclusions_.push_back({from, until}); }

  // The choices are those that the table asks for, and the measure counts.
  Counted Count() {
    const Measure& measure = *objective_.counted;
    const VocabularyRow* row = nullptr;
    for (const VocabularyRow& each : StateVocabulary()) {
      if (each.thing == ThingKind::kMeasure && each.kind == measure.kind) row = &each;
    }
    EXPECT_NE(row, nullptr);
    if (row != nullptr) {
      absl::Status checked = measure.choices.Check(*row);
      EXPECT_TRUE(checked.ok()) << checked;
    }
    EXPECT_TRUE(CheckStateChoices(measure.kind, measure.choices).ok());
    absl::StatusOr<Counted> counted = CountStates(Question());
    EXPECT_TRUE(counted.ok()) << counted.status();
    return counted.ok() ? *counted : Counted{};
  }
  CountQuestion Question() {
    std::stable_sort(items_.begin(), items_.end(), [](const Item& a, const Item& b) {
      return std::pair(a.observed.first, a.source) < std::pair(b.observed.first, b.source);
    });
    CountQuestion question;
    question.objective = &objective_;
    question.zone = &zone_;
    question.calendars = &calendars_;
    question.window = window_;
    question.knowledge = knowledge_;
    question.exclusions = exclusions_;
    question.items = items_;
    question.watermarks = watermarks_;
    question.term = term_;
    return question;
  }
  void KnownAt(Instant instant) { knowledge_.instant = instant; }
  void CompleteTo(std::vector<Instant> watermarks) { watermarks_ = std::move(watermarks); }
  void TermFrom(Instant instant) { term_.first = instant; }
  // A rolling window that reaches back before the term, where all time is good.
  void GoodBefore(Instant instant) {
    window_.term_begins = instant;
    TermFrom(instant);
  }

 private:
  Objective objective_ = PlainObjective("99.9");
  Zone zone_ = Zone::Utc();
  CalendarBook calendars_;
  Window window_;
  Knowledge knowledge_{Instant::Max(), Instant::Max()};
  std::vector<Interval> exclusions_;
  std::vector<Item> items_;
  std::vector<Instant> watermarks_;
  Interval term_ = {Instant::Min(), Instant::Max()};
};

Written Hysteresis(std::string excluded) {
  return {{"bad interval", "any of it is down"},
          {"bad to begin", "10"},
          {"degraded", "counts as up"},
          {"excluded time", std::move(excluded)},
          {"good to end", "10"},
          {"hold", "until next report"},
          {"interval", "1 s"},
          {"unknown time", "counts as up"}};
}
Written Resources(std::string deployed, std::string unknown) {
  return {{"degraded", "counts as up"},
          {"deployed", std::move(deployed)},
          {"excluded time", "keep"},
          {"hold", "until next report"},
          {"unknown time", std::move(unknown)}};
}
Written Outages(std::string at_least, std::string excluded, std::string gap, std::string window) {
  return {{"at least", std::move(at_least)},      {"degraded", "counts as up"},
          {"excluded time", std::move(excluded)}, {"hold", "until next report"},
          {"merge gap", std::move(gap)},          {"unknown time", "counts as up"},
          {"window of outage", std::move(window)}};
}

// GC-10
TEST(CountStates, GC10HysteresisOverAMonth) {
  States states("availability with hysteresis", Hysteresis("keep"));
  states.Down(April(0), April(12));
  states.Down(April(21), April(22));
  EXPECT_EQ(states.Count().value, Ratio(2'592'000 - 22, 2'592'000));
  EXPECT_EQ(states.Count().failed, 22);
  states.Exclude(April(2), April(12));
  EXPECT_EQ(states.Count().value, Ratio(2'592'000 - 12, 2'592'000));
  States removed("availability with hysteresis", Hysteresis("remove"));
  removed.Down(April(0), April(12));
  removed.Exclude(April(2), April(102));
  EXPECT_EQ(removed.Count().value, Ratio(2'591'900 - 2, 2'591'900));
}

// The state at the window's start is carried from before it, and the ten seconds that decide may
// lie beyond its end.
TEST(CountStates, HysteresisLooksPastTheWindowsEdges) {
  States states("availability with hysteresis", Hysteresis("keep"));
  states.Down(April(-20), April(5));
  states.Down(kApril.limit - Seconds(4), kApril.limit + Seconds(6));
  EXPECT_EQ(states.Count().failed, 9);
  States shorter("availability with hysteresis", Hysteresis("keep"));
  shorter.Down(kApril.limit - Seconds(4), kApril.limit + Seconds(5));
  EXPECT_EQ(shorter.Count().failed, 0);
}

// GC-16
TEST(CountStates, GC16ResourceMinutes) {
  for (const char* deployed : {"while known", "until reported unknown"}) {
    States states("resource availability", Resources(deployed, "counts as up"), 3);
    states.Report(April(-86400), State::kUp, 0);
    states.Down(April(1000), April(1000 + 30 * 60), 0);
    states.Report(At("2026-04-11T00:00:00Z"), State::kUp, 1);
    states.Down(At("2026-04-12T00:00:00Z"), At("2026-04-12T01:00:00Z"), 1);
    states.Report(April(-1), State::kUp, 2);
    states.Down(April(5000), April(5000 + 10 * 60), 2);
    states.Report(At("2026-04-16T00:00:00Z"), State::kUnknown, 2);
    Counted counted = states.Count();
    EXPECT_EQ(counted.value, Ratio(935, 936)) << deployed;
    EXPECT_EQ(FormatPercent(*counted.value), "99.893162");
    EXPECT_EQ(counted.population, 93'600 * 60);
    EXPECT_EQ(counted.failed, 100 * 60);
    EXPECT_EQ(counted.coverage, Ratio(1, 1));
  }
}

// What silence is worth: a deployed resource that says nothing counts as the terms say.
TEST(CountStates, SilentResourcesCountAsTheTermsSay) {
  struct Case {
    const char* unknown;
    Fraction value;
  };
  for (const Case& c : std::vector<Case>{{"counts as up", Ratio(1, 1)},
                                         {"counts as down", Ratio(1, 10)},
                                         {"is removed", Ratio(1, 1)}}) {
    Written choices = Resources("until reported unknown", c.unknown);
    choices[3] = {"hold", "at most"};
    choices.insert(choices.begin() + 4, {"hold limit", "3 d"});
    States states("resource availability", choices);
    states.Report(April(0), State::kUp);
    Counted counted = states.Count();
    EXPECT_EQ(counted.value, c.value) << c.unknown;
    EXPECT_EQ(counted.coverage, Ratio(1, 10));
  }
  States nobody("resource availability", Resources("while known", "counts as up"), 2);
  EXPECT_FALSE(nobody.Count().value.has_value());
}

TEST(CountStates, OutagesAreCountedByLengthGapAndWindow) {
  struct Case {
    const char *at_least, *excluded, *gap, *window;
    int64_t expected;
  };
  for (const Case& c : std::vector<Case>{
           {"none", "breaks outage", "none", "start", 5},
           {"none", "is passed over", "none", "start", 4},
           {"5 min", "breaks outage", "none", "start", 1},  // the last, with its length
           {"5 min", "breaks outage", "none", "part inside",
            1},  // the first, whose part is as long
           {"4 min", "is passed over", "none", "start", 2},
           {"none", "is passed over", "2 min", "start", 3},
           {"none", "is passed over", "1 min", "start", 4},  // a gap of the length itself stays
           {"none", "breaks outage", "none", "part inside", 6}}) {
    States states("outage count", Outages(c.at_least, c.excluded, c.gap, c.window));
    states.Down(April(-600), April(300));  // ends in the window
    states.Down(April(1000), April(1060));
    states.Down(April(1120), April(1180));        // a minute later
    states.Down(April(5000), April(5000 + 300));  // excluded in the middle
    states.Exclude(April(5100), April(5160));
    states.Down(kApril.limit - Seconds(10), kApril.limit + Minutes(10));
    Counted counted = states.Count();
    EXPECT_EQ(counted.value, Fraction::Whole(counted.failed));
    EXPECT_EQ(counted.failed, c.expected)
        << c.at_least << " " << c.excluded << " " << c.gap << " " << c.window;
  }
}

// The page's own example: 10:00 to 10:04 and 10:04:30 to 10:09 are one outage of 9 minutes. What is
// excluded in the gap adds nothing.
TEST(CountStates, AMergedOutageLastsFromEndToEnd) {
  const auto counted = [](const char* at_least, bool excluded) {
    States states("outage count", Outages(at_least, "is passed over", "1 min", "start"));
    states.Down(April(36'000), April(36'240));
    states.Down(April(36'270), April(36'540));
    if (excluded) states.Exclude(April(36'250), April(36'260));
    return states.Count().failed;
  };
  EXPECT_EQ(counted("9 min", false), 1);
  EXPECT_EQ(counted("541 s", false), 0);
  EXPECT_EQ(counted("530 s", true), 1);
  EXPECT_EQ(counted("531 s", true), 0);
}

// Time after K is not bad, whatever was going on.
TEST(CountStates, TimeAfterKnowledgeIsGood) {
  States states("availability with hysteresis", Hysteresis("keep"));
  states.Report(April(0), State::kDown);
  states.KnownAt(April(100));
  EXPECT_EQ(states.Count().failed, 100);
  States resources("resource availability", Resources("while known", "counts as up"));
  resources.Report(April(0), State::kDown);
  resources.KnownAt(April(100));
  EXPECT_EQ(resources.Count().value, Ratio(2'592'000 - 100, 2'592'000));
}

TEST(CountStates, OnlyKindsOfTheTableAreCounted) {
  States states("availability of moods", {});
  EXPECT_EQ(CountStates(states.Question()).status().code(), absl::StatusCode::kInvalidArgument);
}

// Rule 9: how long a resource is known is said by its own feed.
TEST(CountStates, EachResourceIsKnownToTheWatermarkOfItsFeed) {
  States states("resource availability", Resources("while known", "counts as up"), 2);
  states.Report(April(0), State::kUp, 0);
  states.Report(April(0), State::kDown, 1);
  states.CompleteTo({April(3000), April(1000)});
  EXPECT_EQ(states.Count().value, Ratio(3000, 4000));
  EXPECT_EQ(states.Count().population, 4000);
}

// Time before the term in the first rolling windows is good, though nothing was known of it.
TEST(CountStates, TimeBeforeTheTermIsGood) {
  Written choices = Hysteresis("keep");
  choices.back() = {"unknown time", "counts as down"};
  States states("availability with hysteresis", choices);
  states.GoodBefore(April(100'000));
  states.Report(April(100'000), State::kUp);
  states.Down(April(200'000), April(200'020));
  EXPECT_EQ(states.Count().failed, 20);
}

// Silence is one outage, which begins with the term: neither before it nor again in each window.
TEST(CountStates, AnOutageBeginsWithTheTermAtTheEarliest) {
  for (const char* window : {"start", "part inside"}) {
    Written choices = Outages("none", "breaks outage", "none", window);
    choices[5] = {"unknown time", "counts as down"};
    States states("outage count", choices);
    states.TermFrom(April(1000));
    states.Report(April(1000), State::kUp);
    EXPECT_EQ(states.Count().failed, 0) << window << ": nothing is owed before the term";
    States silent("outage count", choices);
    silent.TermFrom(April(-1000));
    EXPECT_EQ(silent.Count().failed, *window == 'p' ? 1 : 0) << window;
    silent.TermFrom(April(0));
    EXPECT_EQ(silent.Count().failed, 1) << window;
  }
}

}  // namespace
}  // namespace tally::replay
