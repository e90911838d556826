// Goal: what is due on a business day is on time or late to the second, with the calendar's own
// holidays (GC-50), and lateness is exact or in whole units. Method: the published case with and
// without the holiday; each choice beside its opposite; edges of due dates and windows.
#include "gtest/gtest.h"
#include "tests/replay/terms/population_support.h"
#include "tests/replay/terms/terms_support.h"
#include "tests/replay/terms/tzif_support.h"

namespace tally::replay {
namespace {

constexpr char kNewYork[] =
    "tally-calendar/1\nzone: America/New_York\nhours: mon-fri 09:00-17:00\n";
constexpr char kWithHoliday[] =
    "tally-calendar/1\nzone: America/New_York\nhours: mon-fri 09:00-17:00\n"
    "holiday: 2026-07-03 Independence Day\n";

// A report for each month on the 5th business day of the next one, 17:00 in New York; it belongs to
// the month that it is about.
Population Reports(const char* calendar, const std::string& kind = "deliverable on time") {
  std::map<std::string, std::string> choices = {{"due", "n-th business day"},
                                                {"deliverables", "report"},
                                                {"business day", "5"},
                                                {"time of day", "17:00"},
                                                {"due calendar", "office"},
                                                {"due in", "next month"},
                                                {"window of a deliverable", "subject"},
                                                {"done when", "delivered"},
                                                {"delivered by", "marketing"},
                                                {"decided by", "sales"}};
  if (kind == "deliverable lateness") {
    choices.insert({{"calendar", "24x7"}, {"part unit", "exact"}, {"of several", "sum"}});
  }
  Population reports(kind, choices);
  reports.zone = LoadZone("America/New_York");
  reports.Within("2026-06-01T04:00:00Z", "2026-07-01T04:00:00Z");
  reports.knowledge = {.watermark = Instant::Max(), .instant = At("2026-09-01T00:00:00Z")};
  return reports.Calendar("office", "America/New_York", calendar);
}
DeliverableEvent Event(const std::string& name,
                       DeliverableStep step = DeliverableStep::kDelivered) {
  DeliverableEvent event;
  event.deliverable = name;
  event.step = step;
  return event;
}

TEST(CountDeliverable, GC50ReportDueOnTheFifthBusinessDay) {
  struct Case {
    const char* calendar;
    const char* delivered;
    const char* value;
  };
  for (const Case& c : std::vector<Case>{{kWithHoliday, "2026-07-08T21:00:00Z", "1/1"},
                                         {kWithHoliday, "2026-07-08T21:00:01Z", "0/1"},
                                         {kNewYork, "2026-07-07T21:00:00Z", "1/1"},
                                         {kNewYork, "2026-07-07T21:00:01Z", "0/1"},
                                         {kNewYork, "2026-07-08T21:00:00Z", "0/1"}}) {
    Population reports = Reports(c.calendar);
    reports.Add(c.delivered, Event("report 2026-06"));
    EXPECT_EQ(reports.Value(), c.value) << c.delivered;
  }
}

TEST(CountDeliverable, WhatNobodyDeliversIsLateOnceItsTimeIsOver) {
  Population reports = Reports(kWithHoliday);
  EXPECT_EQ(reports.Value(), "0/1");
  EXPECT_EQ(reports.KnownAt("2026-07-08T21:00:00Z").Value(), "1/1");
  EXPECT_EQ(reports.KnownAt("2026-07-08T21:00:00.000001Z").Value(), "0/1");
  // Nor before the feed of deliveries is complete past it, whatever the time; its source is first.
  reports.watermarks = {At("2026-07-08T21:00:00Z"), Instant::Max(), Instant::Max()};
  EXPECT_EQ(reports.Value(), "1/1");
  reports.watermarks = {At("2026-07-08T21:00:01Z"), Instant::Min(), Instant::Min()};
  EXPECT_EQ(reports.Value(), "0/1");
  // Not by the wrong author, under another name, or by another step.
  reports.Add("2026-07-01T12:00:00Z", Event("report 2026-06"), kSales);
  reports.Add("2026-07-01T12:00:00Z", Event("report 2026-07"));
  reports.Add("2026-07-01T12:00:00Z", Event("report 2026-06", DeliverableStep::kAccepted));
  EXPECT_EQ(reports.Value(), "0/1");
}

TEST(CountDeliverable, TheWindowIsThatOfTheDueDateOrOfItsSubject) {
  Population reports = Reports(kWithHoliday);
  reports.Choose("deliverables", "report|advice").Choose("window of a deliverable", "due");
  reports.Add("2026-06-01T12:00:00Z", Event("report 2026-05"));
  EXPECT_EQ(reports.Value(), "1/2");  // those about May, due in June
  reports.Choose("due in", "same month");
  EXPECT_EQ(reports.Value(), "0/1");  // those about June
  EXPECT_EQ(reports.Count().population, 2);
  // A month before the term is nobody's.
  reports.Choose("due in", "next month").term.first = At("2026-06-01T04:00:00Z");
  EXPECT_EQ(reports.Value(), "none");
}

TEST(CountDeliverable, AnExclusionTakesOutWhatIsDueInIt) {
  Population reports = Reports(kWithHoliday);
  reports.Excluding("2026-07-08T21:00:00Z", "2026-07-08T21:00:01Z");
  EXPECT_EQ(reports.Value(), "none");
}

TEST(CountDeliverable, ChoicesThatDoNotHoldTogetherAreRefused) {
  EXPECT_FALSE(Reports(kNewYork).Choose("time of day", "24:00").Try().ok());
  EXPECT_FALSE(Reports(kNewYork).Choose("business day", "16").Try().ok());
}

Population Stated(const std::string& done_when) {
  Population stated("deliverable on time", {{"due", "stated"},
                                            {"due stated by", "sales"},
                                            {"done when", done_when},
                                            {"delivered by", "marketing"},
                                            {"decided by", "sales"}});
  if (done_when == "delivered and not rejected") {
    stated.Choose("rejection within", "2 d").Choose("resubmission", "new date");
  }
  stated.KnownAt("2026-06-01T00:00:00Z");
  stated.knowledge.watermark = Instant::Max();
  return stated;
}

TEST(CountDeliverable, TheFirstDueDateOfThoseWhoMaySetItHolds) {
  Population stated = Stated("delivered");
  DeliverableEvent event = Event("plan");
  event.due = At("2026-04-30T00:00:00Z");
  stated.Add("2026-04-20T00:00:00Z", event, kMarketing);  // its own author's, counts for nothing
  EXPECT_EQ(stated.Value(), "none");
  event.step = DeliverableStep::kRejected;
  event.due = At("2026-04-19T00:00:00Z");
  stated.Add("2026-04-21T00:00:00Z", event, kSales);
  event.due = At("2026-04-25T00:00:00Z");
  stated.Add("2026-04-22T00:00:00Z", event, kSales);
  EXPECT_EQ(stated.Value(), "0/1");
}

TEST(CountDeliverable, RejectionAndResubmission) {
  Population plan = Stated("delivered and not rejected");
  DeliverableEvent due = Event("plan", DeliverableStep::kRejected);
  due.due = At("2026-04-10T00:00:00Z");
  plan.Add("2026-04-01T00:00:00Z", due, kSales);  // before any delivery: says the date only
  EXPECT_EQ(plan.Value(), "0/1");
  plan.Add("2026-04-09T00:00:00Z", Event("plan"));
  EXPECT_EQ(plan.Value(), "1/1");
  plan.Add("2026-04-11T00:00:00Z", Event("plan", DeliverableStep::kRejected), kSales);
  EXPECT_EQ(plan.Value(), "0/1");  // two days later, still in time
  plan.Add("2026-04-12T00:00:00Z", Event("plan", DeliverableStep::kResubmitted));
  EXPECT_EQ(plan.Value(), "0/1");  // the new date is late
  EXPECT_EQ(plan.Choose("resubmission", "first date").Value(), "1/1");
  plan.Choose("resubmission", "new date").Choose("rejection within", "1 d");
  EXPECT_EQ(plan.Value(), "1/1");  // the rejection came too late
}

TEST(CountDeliverable, AcceptanceMayBeWhatCounts) {
  Population plan = Stated("accepted");
  DeliverableEvent due = Event("plan", DeliverableStep::kRejected);
  due.due = At("2026-04-10T00:00:00Z");
  plan.Add("2026-04-01T00:00:00Z", due, kSales);
  plan.Add("2026-04-02T00:00:00Z", Event("plan"));
  plan.Add("2026-04-03T00:00:00Z", Event("plan", DeliverableStep::kAccepted));  // by its author
  EXPECT_EQ(plan.Value(), "0/1");
  plan.Add("2026-04-10T00:00:00Z", Event("plan", DeliverableStep::kAccepted), kSales);
  EXPECT_EQ(plan.Value(), "1/1");
}

// GC-50 (a): 5 d 18 h 10 m, a part day is a full day.
TEST(CountDeliverable, GC50LatenessInWholeUnits) {
  Population late = Reports(kWithHoliday, "deliverable lateness");
  late.Add("2026-07-14T15:10:00Z", Event("report 2026-06"));
  EXPECT_EQ(late.Value(), "497400/1");
  late.Choose("part unit", "up").Choose("unit", "1 d");
  EXPECT_EQ(late.Value(), "518400/1");
  EXPECT_EQ(late.Choose("part unit", "down").Value(), "432000/1");
  // Open hours: Thu, Fri, Mon 8 h each, Tuesday 14 July 09:00 to 11:10 local.
  late.Choose("part unit", "exact").Choose("unit", "").Choose("calendar", "office");
  EXPECT_EQ(late.Value(), "94200/1");
}

TEST(CountDeliverable, LatenessOfSeveral) {
  Population late = Reports(kWithHoliday, "deliverable lateness");
  late.Choose("deliverables", "a|b|c");
  late.Add("2026-07-08T21:00:10Z", Event("a 2026-06"));
  late.Add("2026-07-08T20:00:00Z", Event("b 2026-06"));
  late.KnownAt("2026-07-08T21:00:04Z");
  EXPECT_EQ(late.Value(), "14/1");  // c is not done: late up to K
  EXPECT_EQ(late.Choose("of several", "longest").Value(), "10/1");
  EXPECT_EQ(late.Choose("of several", "mean").Value(), "14/3");
  EXPECT_EQ(late.Count().failed, 2);
  late.term.first = At("2026-08-01T00:00:00Z");
  EXPECT_EQ(late.Value(), "none");
}

}  // namespace
}  // namespace tally::replay
