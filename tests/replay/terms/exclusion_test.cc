// Goal: time is taken out exactly as a rule admits it, once, with its reason.
// Method: the published tables (GC-11, GC-12) through the meter; each choice of the rule varied;
// recurring days of known calendars, through changes of the clock.
#include "replay/terms/exclusion.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "replay/terms/state_line.h"
#include "schema/vocabulary_states.h"
#include "tests/replay/terms/terms_support.h"
#include "tests/replay/terms/tzif_support.h"

namespace tally::replay {
namespace {

using Written = std::vector<std::pair<std::string, std::string>>;

Window April() {
  Window window;
  window.interval = Between("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z");
  return window;
}

Rule Made(absl::string_view kind, const Written& choices) {
  Rule rule;
  rule.id = "rule";
  rule.kind = std::string(kind);
  std::vector<Choice> made;
  for (const auto& [name, value] : choices) made.push_back({name, {value}});
  rule.choices = Choices(std::move(made));
  for (const VocabularyRow& row : StateVocabulary()) {
    if (row.thing != ThingKind::kRule || row.kind != kind) continue;
    absl::Status checked = rule.choices.Check(row);
    EXPECT_TRUE(checked.ok()) << checked;
  }
  EXPECT_TRUE(CheckStateChoices(kind, rule.choices).ok());
  return rule;
}
Written Capped(std::string by, std::string order = "start") {
  return {{"cap", "each calendar month"},
          {"cap consumed by", std::move(by)},
          {"cap length", "4 h"},
          {"cap order", std::move(order)},
          {"covers", "planned maintenance"},
          {"late notice", "rejected"},
          {"notice", "2 d"},
          {"notice counted in", "elapsed time"},
          {"overrun", "counts"}};
}
Written Uncapped(std::string late, std::string notice) {
  return {{"cap", "none"},
          {"covers", "planned maintenance"},
          {"late notice", std::move(late)},
          {"notice", std::move(notice)},
          {"notice counted in", "elapsed time"},
          {"overrun", "counts"}};
}

Announcement Announced(std::string name, absl::string_view at, absl::string_view from,
                       absl::string_view until, uint64_t act = 1) {
  Announcement announcement;
  announcement.body.name = std::move(name);
  announcement.body.cause = CauseClass::kPlannedMaintenance;
  announcement.body.interval = Between(from, until);
  announcement.announced = At(at);
  announcement.act = {act, 0};
  return announcement;
}

std::vector<Interval> IntervalsOf(const std::vector<AdmittedTime>& times) {
  std::vector<Interval> intervals;
  for (const AdmittedTime& time : times) intervals.push_back(time.interval);
  return intervals;
}

std::vector<Interval> Admitted(const Rule& rule, std::vector<Announcement> announcements,
                               std::vector<Interval> down = {},
                               std::vector<const Rule*> counts = {}) {
  Zone utc = Zone::Utc();
  CalendarBook calendars;
  MaintenanceQuestion question;
  question.rule = &rule;
  question.zone = &utc;
  question.calendars = &calendars;
  question.counts = std::move(counts);
  question.announcements = std::move(announcements);
  question.down = std::move(down);
  question.periods = CapPeriodsAround(rule, utc, April().interval);
  absl::StatusOr<WeighedMaintenance> weighed = AdmittedMaintenance(question);
  EXPECT_TRUE(weighed.ok()) << weighed.status();
  return weighed.ok() ? IntervalsOf(weighed->admitted) : std::vector<Interval>{};
}

AvailabilityRatio RatioWith(AvailabilityByTime measure, const std::vector<Interval>& down,
                            const std::vector<Interval>& exclusions, Measured* measured) {
  AvailabilityMeter meter(measure, April(), exclusions, {Instant::Max(), Instant::Max()});
  for (const Observation& observation : UpExcept(At("2026-03-31T00:00:00Z"), down)) {
    EXPECT_TRUE(meter.Add(observation).ok());
  }
  *measured = meter.Finish();
  return *RatioOf(*measured, measure, April());
}

// DOMAIN 3.3, 3: at most so many times a month or week, in the order that the rule states; what
// came too late is not counted, and what is not covered neither.
TEST(Exclusion, NoMoreWindowsThanAgreedInEachPeriod) {
  const Rule rule = Made("maintenance", Uncapped("rejected", "2 d"));
  const auto count = [](std::string period, std::string order, std::string covers) {
    return Made("maintenance count", {{"at most", "1"},
                                      {"counted by", std::move(order)},
                                      {"covers", std::move(covers)},
                                      {"period", std::move(period)}});
  };
  const std::vector<Announcement> all = {
      Announced("late", "2026-04-07T00:00:01Z", "2026-04-07T02:00:00Z", "2026-04-07T03:00:00Z", 1),
      Announced("second", "2026-04-01T00:00:00Z", "2026-04-10T02:00:00Z", "2026-04-10T03:00:00Z",
                2),
      Announced("first", "2026-04-02T00:00:00Z", "2026-04-08T02:00:00Z", "2026-04-08T03:00:00Z", 3),
      Announced("next", "2026-04-03T00:00:00Z", "2026-04-13T00:00:00Z", "2026-04-13T01:00:00Z", 4)};
  const Interval first = Between("2026-04-08T02:00:00Z", "2026-04-08T03:00:00Z");
  const Interval second = Between("2026-04-10T02:00:00Z", "2026-04-10T03:00:00Z");
  const Interval next = Between("2026-04-13T00:00:00Z", "2026-04-13T01:00:00Z");
  using Intervals = std::vector<Interval>;
  const Rule month = count("each calendar month", "start", "planned maintenance");
  EXPECT_EQ(Admitted(rule, all, {}, {&month}), Intervals{first});
  const Rule week = count("each calendar week", "start", "planned maintenance");
  EXPECT_EQ(Admitted(rule, all, {}, {&week}), (Intervals{first, next})) << "13 April is a Monday";
  const Rule announced = count("each calendar week", "announcement", "planned maintenance");
  EXPECT_EQ(Admitted(rule, all, {}, {&announced}), (Intervals{second, next}));
  const Rule other = count("each calendar month", "start", "emergency maintenance");
  EXPECT_EQ(Admitted(rule, all, {}, {&other}), (Intervals{first, second, next}));
}

std::vector<std::string> Declined(const Rule& rule, std::vector<Announcement> announcements,
                                  std::vector<const Rule*> counts = {}) {
  Zone utc = Zone::Utc();
  CalendarBook calendars;
  MaintenanceQuestion question;
  question.rule = &rule;
  question.zone = &utc;
  question.calendars = &calendars;
  question.counts = std::move(counts);
  question.announcements = std::move(announcements);
  question.down = {April().interval};
  question.periods = CapPeriodsAround(rule, utc, April().interval);
  const absl::StatusOr<WeighedMaintenance> weighed = AdmittedMaintenance(question);
  std::vector<std::string> reasons;
  for (const DeclinedMaintenance& each : weighed->declined) reasons.push_back(each.reason);
  return reasons;
}

// Each step of the ladder has its words.
TEST(Exclusion, WhatIsNotExcludedSaysWhy) {
  const auto of = [](absl::string_view name, absl::string_view at, absl::string_view day) {
    return Announced(std::string(name), at, std::string(day) + "T02:00:00Z",
                     std::string(day) + "T06:00:00Z");
  };
  const Announcement good = of("a", "2026-04-01T00:00:00Z", "2026-04-10");
  using Reasons = std::vector<std::string>;
  const Rule plain = Made("maintenance", Uncapped("rejected", "2 d"));
  EXPECT_EQ(Declined(plain, {good}), Reasons{});
  EXPECT_EQ(
      Declined(plain, {of("late", "2026-04-09T00:00:00Z", "2026-04-10")}),
      Reasons{"announced too late, the notice of 2 d ends 2026-04-11T00:00:00Z (rules/rule)"});
  EXPECT_EQ(Declined(Made("maintenance", Uncapped("reduced", "none")),
                     {of("late", "2026-04-10T06:00:00Z", "2026-04-10")}),
            Reasons{"announced too late, at 2026-04-10T06:00:00Z (rules/rule)"});
  Announcement urgent = good;
  urgent.body.cause = CauseClass::kEmergencyMaintenance;
  EXPECT_EQ(Declined(plain, {urgent}), Reasons{"its cause is none that rules/rule covers"});
  EXPECT_EQ(Declined(plain, {good, of("a", "2026-04-02T00:00:00Z", "2026-04-12")}),
            Reasons{"announced anew under its name"});
  const Rule once = Made("maintenance count", {{"at most", "1"},
                                               {"counted by", "start"},
                                               {"covers", "planned maintenance"},
                                               {"period", "each calendar month"}});
  const Announcement second = of("b", "2026-04-01T00:00:00Z", "2026-04-20");
  EXPECT_EQ(Declined(plain, {good, second}, {&once}),
            Reasons{"more than 1 announced since 2026-04-01T00:00:00Z (rules/rule)"});
  EXPECT_EQ(Declined(Made("maintenance", Capped("down time")), {good, second}),
            Reasons{"nothing is left of the cap of rules/rule"});
  EXPECT_EQ(Declined(plain, {good, of("b", "2026-04-01T00:00:00Z", "2026-04-10")}),
            Reasons{"the time is out by an earlier announcement"});
}

// GC-11
TEST(Exclusion, GC11OverlapsAreExcludedOnceInThreeModes) {
  struct Case {
    Denominator denominator;
    Fraction value;
    const char* percent;
  };
  for (const Case& c :
       std::vector<Case>{{Denominator::kKeep, Ratio(43140, 43200), "99.861111"},
                         {Denominator::kRemove, Ratio(42900, 42960), "99.860335"},
                         {Denominator::kRemoveOverlap, Ratio(42960, 43020), "99.860530"}}) {
    AvailabilityByTime measure = PlainMeasure();
    measure.denominator = c.denominator;
    Measured measured;
    AvailabilityRatio ratio =
        RatioWith(measure, {Between("2026-04-10T01:00:00Z", "2026-04-10T05:00:00Z")},
                  {Between("2026-04-10T00:00:00Z", "2026-04-10T03:00:00Z"),
                   Between("2026-04-10T02:00:00Z", "2026-04-10T04:00:00Z")},
                  &measured);
    EXPECT_EQ(measured.counted, Minutes(60));
    EXPECT_EQ(measured.bad_excluded, Minutes(180));
    EXPECT_EQ(ratio.value, c.value);
    EXPECT_EQ(FormatPercent(*ratio.value), c.percent);
  }
}

const std::vector<Interval>& Outages() {
  static const std::vector<Interval>* outages =
      new std::vector<Interval>{Between("2026-04-05T02:00:00Z", "2026-04-05T04:45:00Z"),
                                Between("2026-04-12T02:30:00Z", "2026-04-12T03:30:00Z"),
                                Between("2026-04-19T02:00:00Z", "2026-04-19T05:00:00Z"),
                                Between("2026-04-26T02:10:00Z", "2026-04-26T02:40:00Z")};
  return *outages;
}
std::vector<Announcement> Windows() {
  return {
      Announced("d", "2026-04-01T00:00:00Z", "2026-04-19T02:00:00Z", "2026-04-19T05:00:00Z", 1),
      Announced("a", "2026-04-03T02:00:00Z", "2026-04-05T02:00:00Z", "2026-04-05T04:00:00Z", 2),
      Announced("b", "2026-04-10T02:00:01Z", "2026-04-12T02:00:00Z", "2026-04-12T04:00:00Z", 3),
      Announced("e", "2026-04-20T00:00:00Z", "2026-04-26T02:00:00Z", "2026-04-26T03:00:00Z", 4)};
}

// GC-12
TEST(Exclusion, GC12NoticeOverrunAndCap) {
  Rule rule = Made("maintenance", Capped("down time"));
  std::vector<Interval> admitted = Admitted(rule, Windows(), Outages());
  EXPECT_EQ(admitted,
            (std::vector<Interval>{Between("2026-04-05T02:00:00Z", "2026-04-05T04:00:00Z"),
                                   Between("2026-04-19T02:00:00Z", "2026-04-19T04:00:00Z")}));
  const Duration excluded[] = {Minutes(120), {}, Minutes(120), {}};
  const Duration counted[] = {Minutes(45), Minutes(60), Minutes(60), Minutes(30)};
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(LengthWithin(admitted, Outages()[i]), excluded[i]) << i;
    EXPECT_EQ(Length(Outages()[i]).micros - LengthWithin(admitted, Outages()[i]).micros,
              counted[i].micros);
  }
  Measured measured;
  AvailabilityRatio ratio = RatioWith(PlainMeasure(), Outages(), admitted, &measured);
  EXPECT_EQ(measured.counted, Minutes(195));
  EXPECT_EQ(measured.bad_excluded, Minutes(240));
  EXPECT_EQ(FormatPercent(*ratio.value), "99.548611");
}

// By announced length, and by announcement: the same windows share the cap otherwise.
TEST(Exclusion, TheCapIsUsedInTheOrderAndByTheMeasureOfTheTerms) {
  EXPECT_EQ(Admitted(Made("maintenance", Capped("announced length", "announcement")), Windows()),
            (std::vector<Interval>{Between("2026-04-19T02:00:00Z", "2026-04-19T05:00:00Z"),
                                   Between("2026-04-05T02:00:00Z", "2026-04-05T03:00:00Z")}));
  // A window that crosses into May uses the caps of both months.
  std::vector<Announcement> night = {
      Announced("n", "2026-04-01T00:00:00Z", "2026-04-30T19:00:00Z", "2026-05-01T06:00:00Z")};
  EXPECT_EQ(Admitted(Made("maintenance", Capped("announced length")), night),
            (std::vector<Interval>{Between("2026-04-30T19:00:00Z", "2026-04-30T23:00:00Z")}));
  // Weeks begin on Monday: Sunday the 5th and Monday the 6th each have a cap of their own.
  Written weekly = Capped("announced length");
  weekly[0].second = "each calendar week";
  std::vector<Announcement> days = {
      Announced("s", "2026-04-01T00:00:00Z", "2026-04-05T18:00:00Z", "2026-04-05T23:00:00Z"),
      Announced("m", "2026-04-01T00:00:00Z", "2026-04-06T00:00:00Z", "2026-04-06T03:00:00Z")};
  EXPECT_EQ(Admitted(Made("maintenance", weekly), days),
            (std::vector<Interval>{Between("2026-04-05T18:00:00Z", "2026-04-05T22:00:00Z"),
                                   Between("2026-04-06T00:00:00Z", "2026-04-06T03:00:00Z")}));
}

TEST(Exclusion, LateNoticeRejectsOrReduces) {
  auto one = [](absl::string_view at) {
    return std::vector<Announcement>{
        Announced("w", at, "2026-04-05T02:00:00Z", "2026-04-05T04:00:00Z")};
  };
  Interval whole = Between("2026-04-05T02:00:00Z", "2026-04-05T04:00:00Z");
  Interval half = Between("2026-04-05T03:00:00Z", "2026-04-05T04:00:00Z");
  using Intervals = std::vector<Interval>;
  Rule reject = Made("maintenance", Uncapped("rejected", "2 d"));
  Rule reduce = Made("maintenance", Uncapped("reduced", "2 d"));
  Rule none = Made("maintenance", Uncapped("reduced", "none"));
  EXPECT_EQ(Admitted(reject, one("2026-04-03T02:00:00Z")), Intervals{whole});
  EXPECT_EQ(Admitted(reject, one("2026-04-03T03:00:00Z")), Intervals{});
  EXPECT_EQ(Admitted(reduce, one("2026-04-03T03:00:00Z")), Intervals{half});
  EXPECT_EQ(Admitted(reduce, one("2026-04-03T04:00:00Z")), Intervals{});
  EXPECT_EQ(Admitted(none, one("2026-04-05T03:00:00Z")), Intervals{half});
  EXPECT_EQ(Admitted(none, one("2026-04-06T00:00:00Z")), Intervals{});
  // The newest announcement of a name is the only one, and only causes that the rule covers count.
  std::vector<Announcement> moved = one("2026-04-01T00:00:00Z");
  moved.push_back(
      Announced("w", "2026-04-02T00:00:00Z", "2026-04-08T02:00:00Z", "2026-04-08T03:00:00Z", 2));
  EXPECT_EQ(Admitted(reject, moved),
            Intervals{Between("2026-04-08T02:00:00Z", "2026-04-08T03:00:00Z")});
  moved[1].body.cause = CauseClass::kEmergencyMaintenance;
  EXPECT_EQ(Admitted(reject, moved), Intervals{});
}

// 48 business hours of a calendar that is always open are 48 hours; an unknown one is refused.
TEST(Exclusion, NoticeInBusinessTime) {
  Written choices = Uncapped("rejected", "2 d");
  choices[4].second = "business time";
  choices.insert(choices.begin(), {"calendar", "24x7"});
  Rule rule = Made("maintenance", choices);
  Zone utc = Zone::Utc();
  CalendarBook calendars;
  MaintenanceQuestion question;
  question.rule = &rule;
  question.zone = &utc;
  question.calendars = &calendars;
  question.announcements = Windows();
  question.periods = April().interval;
  EXPECT_EQ(AdmittedMaintenance(question).status().code(), absl::StatusCode::kNotFound);
  calendars.emplace("24x7", BusinessCalendar::Always());
  absl::StatusOr<WeighedMaintenance> weighed = AdmittedMaintenance(question);
  ASSERT_TRUE(weighed.ok());
  ASSERT_EQ(weighed->admitted.size(), 3u);
  EXPECT_EQ(weighed->admitted[0].acts, (std::vector<Cause>{{2, 0}}));
  EXPECT_EQ(weighed->admitted[0].rule, "rule");
}

TEST(Exclusion, RecurringDaysAreLocal) {
  Zone denver = LoadZone("America/Denver");
  auto days = [&](Written choices, absl::string_view first, absl::string_view limit) {
    return IntervalsOf(
        RecurringTime(Made("recurring exclusion", choices), denver, Between(first, limit)));
  };
  Written wednesdays = {{"cause", "planned maintenance"},
                        {"occurs", "first"},
                        {"time", "whole local day"},
                        {"weekday", "wednesday"}};
  using Intervals = std::vector<Interval>;
  EXPECT_EQ(days(wednesdays, "2026-07-01T06:00:00Z", "2026-09-01T06:00:00Z"),
            (Intervals{Between("2026-07-01T06:00:00Z", "2026-07-02T06:00:00Z"),
                       Between("2026-08-05T06:00:00Z", "2026-08-06T06:00:00Z")}));
  wednesdays[1].second = "last";
  EXPECT_EQ(days(wednesdays, "2026-07-01T06:00:00Z", "2026-08-01T06:00:00Z"),
            (Intervals{Between("2026-07-29T06:00:00Z", "2026-07-30T06:00:00Z")}));
  wednesdays[1].second = "every";
  EXPECT_EQ(days(wednesdays, "2026-07-01T06:00:00Z", "2026-08-01T06:00:00Z").size(), 5u);
  // The day on which clocks are set back has 25 hours; the last day of the month is any weekday.
  Written sunday = {
      {"cause", "x"}, {"occurs", "first"}, {"time", "whole local day"}, {"weekday", "sunday"}};
  EXPECT_EQ(days(sunday, "2026-11-01T06:00:00Z", "2026-11-05T06:00:00Z"),
            (Intervals{Between("2026-11-01T06:00:00Z", "2026-11-02T07:00:00Z")}));
  Written night = {
      {"begins", "23:30"},           {"cause", "x"},    {"length", "3 h"}, {"occurs", "last"},
      {"time", "from a local time"}, {"weekday", "day"}};
  EXPECT_EQ(days(night, "2026-08-01T06:00:00Z", "2026-08-02T06:00:00Z"),
            (Intervals{Between("2026-08-01T05:30:00Z", "2026-08-01T08:30:00Z")}));
}

}  // namespace
}  // namespace tally::replay
