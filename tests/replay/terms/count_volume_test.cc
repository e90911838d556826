// Goal: volumes of leads by units and money, carry-over and pacing are exact (M16). Method: the
// published two-sided case; each choice beside its opposite; and a direct walk over random windows
// for surplus.
#include <random>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/replay/terms/population_support.h"
#include "tests/replay/terms/terms_support.h"

namespace tally::replay {
namespace {

Population Volume() {
  Population volume("volume", {{"counted in", "leads"},
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
                               {"window of a lead", "delivery"},
                               {"surplus", "lost"}});
  volume.Target("1000");
  return volume;
}
Population Delivered(const std::string& kind = "volume") {
  Population volume = Volume();
  for (const char* name :
       {"decided by", "reviewed by", "rejection within", "rejection calendar", "late rejection",
        "rejection without reason", "undecided", "window of a lead"}) {
    volume.Choose(name, "");
  }
  volume.objective.counted->kind = kind;
  return volume.Choose("counted", "delivered");
}

LeadEvent LeadWas(const std::string& lead, LeadStep step, const std::string& reason = "") {
  LeadEvent event;
  event.lead = lead;
  event.step = step;
  event.class_name = "mql";
  event.units = 3;
  event.reason = reason;
  return event;
}

// GC-48: 1,012 delivered; 40 rejected, 5 of them too late, 15 of the others overturned.
TEST(CountVolume, GC48AcceptedLeads) {
  Population leads = Volume();
  for (int i = 0; i < 1'012; ++i) {
    const std::string name = absl::StrCat("lead-", i);
    leads.Add("2026-04-10T09:00:00Z", LeadWas(name, LeadStep::kDelivered));
    if (i >= 40) continue;
    leads.Add(i < 5 ? "2026-04-11T09:00:01Z" : "2026-04-11T09:00:00Z",
              LeadWas(name, LeadStep::kRejected, "no budget"), kSales);
    if (i >= 25) leads.Add("2026-04-14T12:00:00Z", LeadWas(name, LeadStep::kAccepted), kBoard);
  }
  EXPECT_EQ(leads.Value(), "992/1");
  EXPECT_EQ(leads.Count().population, 1'012);
  EXPECT_EQ(leads.Count().failed, 20);
  EXPECT_EQ(leads.Count().causes.size(), 1'000U);
  EXPECT_EQ(leads.Count().causes_left_out, 67U);
  EXPECT_EQ(leads.Choose("late rejection", "rejected").Value(), "987/1");
  EXPECT_EQ(leads.Choose("reviewed by", "none").Value(), "972/1");
}

// Silence is no count of zero: a feed that delivers must have said that it is complete into the
// window.
TEST(CountVolume, NoLeadIsZeroOnlyWhereAFeedIsComplete) {
  for (const char* kind : {"volume", "pacing"}) {
    Population leads = Delivered(kind);
    if (absl::string_view(kind) == "pacing") {
      leads = Population("pacing", {{"planned", "1000"},
                                    {"counted in", "leads"},
                                    {"classes", "none"},
                                    {"delivered by", "marketing"}});
      leads.KnownAt("2026-04-16T00:00:00Z");
    }
    EXPECT_EQ(leads.Value(), "0/1") << "nothing is said of watermarks";
    leads.watermarks = {leads.window.interval.first, leads.window.interval.limit, {}};
    EXPECT_EQ(leads.Value(), "none") << "sales does not deliver";
    leads.watermarks[0] = leads.window.interval.first + Duration{1};
    EXPECT_EQ(leads.Value(), "0/1");
    leads.watermarks[0] = Instant::Min();
    leads.Add("2026-04-10T09:00:00Z", LeadWas("a", LeadStep::kDelivered));
    EXPECT_NE(leads.Value(), "none") << "a lead is one whatever is complete";
  }
}

TEST(CountVolume, GC48Pacing) {
  Population pacing("pacing", {{"planned", "1000"},
                               {"counted in", "leads"},
                               {"classes", "none"},
                               {"delivered by", "marketing"}});
  pacing.KnownAt("2026-04-16T00:00:00Z");
  for (int i = 0; i < 480; ++i) {
    pacing.Add("2026-04-05T00:00:00Z", LeadWas(absl::StrCat(i), LeadStep::kDelivered));
  }
  EXPECT_EQ(pacing.Value(), "24/25");  // 480 of a line of 500
  EXPECT_EQ(pacing.Choose("counted in", "units").Value(), "72/25");
  EXPECT_EQ(pacing.Choose("counted in", "leads").KnownAt("2026-06-01T00:00:00Z").Value(), "12/25");
  EXPECT_EQ(pacing.KnownAt("2026-04-01T00:00:00Z").Value(), "none");
  EXPECT_FALSE(pacing.Choose("planned", "0").Try().ok());
}

// What is planned is planned for a whole window: the term begins on the 16th.
TEST(CountVolume, PacingOfAClippedWindowHasItsShareOfThePlan) {
  Population pacing("pacing", {{"planned", "1000"},
                               {"counted in", "leads"},
                               {"classes", "none"},
                               {"delivered by", "marketing"}});
  pacing.Within("2026-04-16T00:00:00Z", "2026-05-01T00:00:00Z").KnownAt("2026-06-01T00:00:00Z");
  pacing.window.share = *Fraction::Of(1, 2);
  for (int i = 0; i < 450; ++i) {
    pacing.Add("2026-04-20T00:00:00Z", LeadWas(absl::StrCat(i), LeadStep::kDelivered));
  }
  EXPECT_EQ(pacing.Value(), "9/10");
}

TEST(CountVolume, NobodyAcceptsItsOwnLeads) {
  Population leads = Volume().Choose("undecided", "not accepted");
  leads.Add("2026-04-10T09:00:00Z", LeadWas("a", LeadStep::kDelivered));
  leads.Add("2026-04-10T10:00:00Z", LeadWas("a", LeadStep::kAccepted), kMarketing);
  leads.Add("2026-04-10T11:00:00Z", LeadWas("a", LeadStep::kAccepted), kBoard);
  leads.Add("2026-04-10T09:00:00Z", LeadWas("b", LeadStep::kDelivered), kSales);
  EXPECT_EQ(leads.Value(), "0/1");
  leads.Add("2026-04-10T12:00:00Z", LeadWas("a", LeadStep::kAccepted), kSales);
  EXPECT_EQ(leads.Value(), "1/1");
}

TEST(CountVolume, ALeadIsDeliveredOnce) {
  Population leads = Delivered();
  leads.Choose("counted in", "units");
  leads.Add("2026-04-10T09:00:00Z", LeadWas("a", LeadStep::kDelivered));
  leads.Add("2026-04-11T09:00:00Z", LeadWas("a", LeadStep::kDelivered));
  EXPECT_EQ(leads.Value(), "3/1");
  EXPECT_EQ(leads.Choose("classes", "sql").Value(), "0/1");
  EXPECT_EQ(leads.Choose("classes", "sql|mql").Value(), "3/1");
  EXPECT_EQ(leads.Excluding("2026-04-10T00:00:00Z", "2026-04-11T00:00:00Z").Value(), "0/1");
}

TEST(CountVolume, AnOutcomeCountsInItsOwnWindowWhereTheTermsSaySo) {
  Population leads = Volume().Choose("window of a lead", "outcome");
  leads.Add("2026-03-31T23:00:00Z", LeadWas("a", LeadStep::kDelivered));  // accepted 1 April 23:00
  leads.Add("2026-04-29T23:59:59Z", LeadWas("b", LeadStep::kDelivered));  // 30 April 23:59:59
  leads.Add("2026-04-30T00:00:00Z", LeadWas("c", LeadStep::kDelivered));  // 1 May
  EXPECT_EQ(leads.Value(), "2/1");
  leads.Choose("window of a lead", "delivery");
  EXPECT_EQ(leads.Value(), "2/1");
  leads.Add("2026-04-05T00:00:00Z", LeadWas("d", LeadStep::kDelivered));
  leads.Add("2026-05-05T00:00:00Z", LeadWas("d", LeadStep::kRejected, "late"), kSales);
  EXPECT_EQ(leads.Value(), "3/1");
  leads.Choose("late rejection", "rejected");
  EXPECT_EQ(leads.Value(), "2/1");
}

TEST(CountVolume, HandedOverLeads) {
  Population leads = Delivered().Choose("counted", "handed over").Choose("decided by", "sales");
  leads.Choose("window of a lead", "outcome");
  leads.Add("2026-03-10T09:00:00Z", LeadWas("a", LeadStep::kDelivered));
  leads.Add("2026-04-10T09:00:00Z", LeadWas("a", LeadStep::kHandedOver), kSales);
  leads.Add("2026-04-10T09:00:00Z", LeadWas("b", LeadStep::kDelivered));
  EXPECT_EQ(leads.Value(), "1/1");
  EXPECT_EQ(leads.Choose("window of a lead", "delivery").Value(), "0/1");
}

TEST(CountVolume, ValueInMoney) {
  Population value =
      Delivered("volume in money").Choose("counted in", "").Choose("currency", "EUR");
  LeadEvent lead = LeadWas("a", LeadStep::kDelivered);
  lead.value = Amount("1234.56 EUR");
  value.Add("2026-04-10T09:00:00Z", lead);
  lead.lead = "b";
  lead.value = Amount("100.00 USD");
  value.Add("2026-04-10T09:00:00Z", lead);
  EXPECT_EQ(value.Value(), "30864/25");
  EXPECT_FALSE(value.Choose("currency", "XXQ").Try().ok());
}

TEST(CountVolume, SurplusIsLostOrHelpsTheNextWindowOrAllLaterOnes) {
  std::mt19937_64 random(16);
  const auto below = [&random](uint64_t limit) { return static_cast<int64_t>(random() % limit); };
  for (int round = 0; round < 300; ++round) {
    const char* words[] = {"lost", "next window", "until used"};
    const std::string surplus = words[below(3)];
    Population volume = Delivered();
    volume.Choose("surplus", surplus).Target("4");
    const Instant start = At("2026-01-01T00:00:00Z");
    int64_t lead = 0;
    int64_t bank_new = 0;  // the last window's own surplus
    int64_t bank_old = 0;  // what came from before it
    int64_t value = 0;
    for (int64_t week = 0; week < 5; ++week) {
      const Interval window{start + Days(7 * week), start + Days(7 * week + 7)};
      const int64_t own = below(10);
      for (int64_t i = 0; i < own; ++i) {
        const Instant at = window.first + Days(below(7));
        volume.Add(Interval{at, at}, LeadWas(absl::StrCat(lead++), LeadStep::kDelivered));
      }
      if (week < 4) volume.earlier.push_back({.interval = window});
      volume.window.interval = window;
      // One lead at a time: the target takes the old first, then its own.
      if (surplus == "lost") bank_old = bank_new = 0;
      if (surplus == "next window") bank_old = bank_new;
      if (surplus == "until used") bank_old += bank_new;
      value = own + bank_old;
      bank_new = own;
      for (int64_t need = 4; need > 0; --need) {
        if (bank_old > 0) {
          --bank_old;
        } else if (bank_new > 0) {
          --bank_new;
        }
      }
      if (surplus == "next window") bank_old = 0;
    }
    ASSERT_EQ(volume.Count().value, Fraction::Whole(value)) << surplus << " round " << round;
  }
}

}  // namespace
}  // namespace tally::replay
