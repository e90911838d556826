// Goal: the time to decide on a lead and to contact it is tested as the terms say (GC-48). Method:
// the published case; edges of each deadline to the second; each choice beside its opposite.
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/replay/terms/population_support.h"
#include "tests/replay/terms/terms_support.h"

namespace tally::replay {
namespace {

Population Contacts() {
  return Population("leads contacted in time", {{"contact within", "1 d"},
                                                {"calendar", "24x7"},
                                                {"contact is", "handed over"},
                                                {"contact by", "human"},
                                                {"counted", "accepted"},
                                                {"classes", "none"},
                                                {"delivered by", "marketing"},
                                                {"decided by", "sales"},
                                                {"reviewed by", "board"},
                                                {"rejection within", "1 d"},
                                                {"rejection calendar", "24x7"},
                                                {"late rejection", "accepted"},
                                                {"rejection without reason", "accepted"},
                                                {"undecided", "accepted"},
                                                {"clock after review", "decision"},
                                                {"minimum sample", "0"}});
}
Population Decisions() {
  return Population("leads decided in time", {{"decision within", "1 d"},
                                              {"calendar", "24x7"},
                                              {"classes", "none"},
                                              {"delivered by", "marketing"},
                                              {"decided by", "sales"},
                                              {"rejection without reason", "no decision"},
                                              {"minimum sample", "0"}});
}

LeadEvent Step(const std::string& lead, LeadStep step, const std::string& reason = "") {
  LeadEvent event;
  event.lead = lead;
  event.step = step;
  event.units = 1;
  event.reason = reason;
  return event;
}
TicketEvent Ticket(const std::string& ticket, TicketStep step) {
  TicketEvent event;
  event.ticket = ticket;
  event.step = step;
  return event;
}

// 1,012 leads, 992 accepted of which 15 by review; 930 contacted in time.
TEST(CountLeads, GC48ContactsOfAcceptedLeads) {
  Population leads = Contacts();
  for (int i = 0; i < 1'012; ++i) {
    const std::string name = absl::StrCat("lead-", i);
    leads.Add("2026-04-10T09:00:00Z", Step(name, LeadStep::kDelivered));
    if (i < 40) {
      leads.Add(i < 5 ? "2026-04-11T09:00:01Z" : "2026-04-11T08:00:00Z",
                Step(name, LeadStep::kRejected, "no budget"), kSales);
    }
    if (i >= 5 && i < 20) {
      leads.Add("2026-04-14T12:00:00Z", Step(name, LeadStep::kAccepted), kBoard);
      // 24 h from the decision: these are in time only because of it.
      leads.Add("2026-04-15T12:00:00Z", Step(name, LeadStep::kHandedOver), kSales);
    } else if (i >= 40 && i < 40 + 915) {
      leads.Add("2026-04-11T09:00:00Z", Step(name, LeadStep::kHandedOver), kSales);
    } else if (i >= 40 + 915 && i < 1'000) {
      leads.Add("2026-04-11T09:00:00.000001Z", Step(name, LeadStep::kHandedOver), kSales);
    }
  }
  EXPECT_EQ(leads.Value(), "15/16");  // 930/992 = 93.75 %
  EXPECT_EQ(leads.Count().population, 992);
  EXPECT_EQ(leads.Count().failed, 62);
  EXPECT_EQ(leads.Choose("clock after review", "delivery").Count().failed, 77);
}

TEST(CountLeads, AnOpenLeadIsNotLateBeforeItsTimeIsOver) {
  Population leads = Contacts();
  leads.Add("2026-04-10T09:00:00Z", Step("a", LeadStep::kDelivered));
  EXPECT_EQ(leads.KnownAt("2026-04-11T09:00:00Z").Value(), "1/1");
  EXPECT_EQ(leads.KnownAt("2026-04-11T09:00:00.000001Z").Value(), "0/1");
  EXPECT_EQ(leads.Choose("minimum sample", "2").Value(), "0/1 indeterminate");
}

TEST(CountLeads, AutomationIsNoContactWhereTheTermsAskForAHuman) {
  Population leads = Contacts();
  leads.Add("2026-04-10T09:00:00Z", Step("a", LeadStep::kDelivered));
  leads.Add("2026-04-10T09:00:05Z", Step("a", LeadStep::kHandedOver), kSales,
            ActorKind::kAutomation);
  EXPECT_EQ(leads.Value(), "0/1");
  EXPECT_EQ(leads.Choose("contact by", "anyone").Value(), "1/1");
}

TEST(CountLeads, AContactMayBeTheResponseOnATicket) {
  Population leads = Contacts().Choose("contact is", "ticket response");
  leads.Add("2026-04-10T09:00:00Z", Step("a", LeadStep::kDelivered));
  leads.Add("2026-04-10T10:00:00Z", Ticket("a", TicketStep::kOpened), kSales);
  leads.Add("2026-04-10T10:00:00Z", Step("a", LeadStep::kHandedOver), kSales);
  EXPECT_EQ(leads.Value(), "0/1");
  leads.Add("2026-04-10T11:00:00Z", Ticket("a", TicketStep::kResponded), kMarketing);
  EXPECT_EQ(leads.Value(), "0/1");  // not by sales
  leads.Add("2026-04-10T11:00:00Z", Ticket("a", TicketStep::kResponded), kSales);
  EXPECT_EQ(leads.Value(), "1/1");
}

TEST(CountLeads, TimeRunsByTheCalendar) {
  Population leads = Contacts().Choose("calendar", "office").Choose("contact within", "4 h");
  leads.Calendar("office", "UTC", "tally-calendar/1\nzone: UTC\nhours: mon-fri 09:00-17:00\n");
  leads.Add("2026-04-10T16:00:00Z", Step("friday", LeadStep::kDelivered));
  leads.Add("2026-04-13T12:00:00Z", Step("friday", LeadStep::kHandedOver), kSales);
  EXPECT_EQ(leads.Value(), "1/1");
  EXPECT_EQ(leads.Choose("calendar", "24x7").Value(), "0/1");
  EXPECT_FALSE(leads.Choose("calendar", "nobody").Try().ok());
}

TEST(CountLeads, GC48DecisionsInTimeAndWithAReason) {
  Population leads = Decisions();
  leads.Add("2026-04-10T09:00:00Z", Step("a", LeadStep::kDelivered));
  leads.Add("2026-04-11T09:00:00Z", Step("a", LeadStep::kRejected, "no budget"), kSales);
  leads.Add("2026-04-10T09:00:00Z", Step("b", LeadStep::kDelivered));
  leads.Add("2026-04-11T09:00:01Z", Step("b", LeadStep::kAccepted), kSales);
  leads.Add("2026-04-10T09:00:00Z", Step("c", LeadStep::kDelivered));
  leads.Add("2026-04-10T10:00:00Z", Step("c", LeadStep::kRejected), kSales);
  leads.Add("2026-04-10T09:00:00Z", Step("d", LeadStep::kDelivered));
  leads.Add("2026-04-10T10:00:00Z", Step("d", LeadStep::kAccepted), kMarketing);
  EXPECT_EQ(leads.Value(), "1/4");
  EXPECT_EQ(leads.Choose("rejection without reason", "a decision").Value(), "1/2");
}

}  // namespace
}  // namespace tally::replay
