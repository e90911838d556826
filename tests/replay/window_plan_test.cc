// Goal: each window is answered for once, under the terms that govern it; amendments bite from
// where they say, and a settled window only where they say so (GC-36's choices that this engine
// knows). Method: amendments of target and of window rule over three months.
#include "replay/window_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

#include "ledger/chain/digest.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

using ::testing::ElementsAre;

WindowName March() { return MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"); }

// An hour down in each of March, April and May: 743/744, 719/720, 743/744.
void ReportSpring(SmallCase& test) {
  test.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"));
  for (const char* month : {"3", "4", "5"}) {
    const Instant down = On(absl::StrCat("2026-0", month, "-20T00:00:00Z"));
    test.feed.Report(1, State::kDown, down).Report(1, State::kUp, down + Hours(1));
    const std::string next = absl::StrCat("2026-0", std::stoi(month) + 1, "-01T00:00:00Z");
    test.Wait(absl::StrCat(next.substr(0, 11), "00:30:00Z"));
    test.Publish(next);
  }
}
std::vector<std::string> Verdicts(const Result& result) {
  std::vector<std::string> verdicts;
  for (const WindowResult& window : result.windows) {
    verdicts.push_back(std::string(VerdictName(window.verdict)));
  }
  return verdicts;
}
Terms Easier(const Terms& terms) {
  Terms easier = terms;
  easier.objectives[0].target.percent = Figure("90");
  return easier;
}

TEST(WindowPlan, ProspectiveFromTheNextWindowRetroactiveFromTheOneItTouches) {
  for (Reach reach : {Reach::kProspective, Reach::kRetroactive}) {
    SmallCase test;
    test.Agree(test.terms);
    ReportSpring(test);
    test.Amend(test.terms, Easier(test.terms), On("2026-04-10T00:00:00Z"), reach);
    Result result = test.Replay();
    EXPECT_EQ(result.terms, ledger::HashOfTerms(Encode(Easier(test.terms))));
    if (reach == Reach::kProspective) {
      EXPECT_THAT(Verdicts(result), ElementsAre("breached", "breached", "met"));
    } else {
      EXPECT_THAT(Verdicts(result), ElementsAre("breached", "met", "met"));
    }
  }
}

// Terms of several levels go on when their documents have ended, and the result says so.
TEST(WindowPlan, TermsOutliveTheDocumentsTheyWereResolvedFrom) {
  SmallCase test;
  TermsLevels levels;
  levels.from = test.terms.from;
  levels.until = On("2026-04-01T00:00:00Z");
  levels.documents = {{"service", ledger::DigestOfDocument(Bytes{1})}};
  levels.fields = {{"objectives.availability.target", "service", FieldRule::kOnlyStated, 1, ""}};
  test.terms.levels = levels;
  test.Agree(test.terms);
  ReportSpring(test);
  EXPECT_FALSE(Has(test.Replay("2026-03"), "levels-ended"));
  const Result later = test.Replay();
  EXPECT_TRUE(Has(later, "levels-ended"));
  EXPECT_EQ(later.windows.size(), 3u) << "April and May are judged by them";
}

// T-63: effective before its own ledger position: it governs as agreed, and what was settled stays.
TEST(WindowPlan, T63SettledWindowsAreReopenedOnlyByName) {
  for (bool reopens : {false, true}) {
    SmallCase test;
    test.Agree(test.terms);
    ReportSpring(test);
    Hash offer = test.Offer(test.File({March()}), Cash("100.00 USD"));
    test.Confirm(offer, Cash("100.00 USD"));
    test.Amend(test.terms, Easier(test.terms), On("2026-03-02T00:00:00Z"), Reach::kRetroactive,
               reopens);
    Result result = test.Replay();
    EXPECT_EQ(Verdicts(result)[0], reopens ? "met" : "breached");
    EXPECT_EQ(result.windows[0].status,
              reopens ? WindowStatus::kProvisional : WindowStatus::kSettled);
    EXPECT_EQ(Verdicts(result)[1], "met");
  }
}

TEST(WindowPlan, ANewWindowRuleBeginsWithItsFirstWindow) {
  SmallCase test;
  test.Agree(test.terms);
  ReportSpring(test);
  Terms quarterly = test.terms;
  quarterly.objectives[0].window.every = WindowEvery::kCalendarQuarter;
  test.Amend(test.terms, quarterly, On("2026-04-01T00:00:00Z"), Reach::kProspective);
  EXPECT_THAT(Lines(test.Replay()), ElementsAre("2026-03-01T00:00:00Z provisional breached 743/744",
                                                "2026-04-01T00:00:00Z open breached 1091/1092"));
}

TEST(WindowPlan, PeriodsAndObjectives) {
  SmallCase test;
  test.Agree(test.terms);
  ReportSpring(test);
  EXPECT_EQ(test.Replay("2026-04").windows.size(), 1u);
  EXPECT_EQ(test.Replay("2026-Q2").windows.size(), 3u);
  EXPECT_EQ(test.Replay("2026").windows.size(), 10u) << "March to December";
  EXPECT_EQ(test.Replay("2026-04-30T23:59:59Z/2026-05-01T00:00:01Z").windows.size(), 2u);
  EXPECT_EQ(test.Replay("2025").windows.size(), 0u) << "before the term";
  EXPECT_EQ(test.Replay().windows.size(), 3u) << "up to the watermark";
  ReplayRequest request = test.Request("2026-04");
  request.objective = "availability";
  EXPECT_EQ(test.Replay(request).windows.size(), 1u);
  request.objective = "speed";
  EXPECT_EQ(Replay(test.ledger(), request).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(WindowPlan, AClaimBringsItsOtherWindows) {
  SmallCase test;
  test.terms.disputes.claim_within_days = 45;
  test.Agree(test.terms);
  ReportSpring(test);
  test.File({March(), MonthOf("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z")});
  Result march = test.Replay("2026-04");
  ASSERT_EQ(march.windows.size(), 1u);
  ASSERT_EQ(march.claims.size(), 1u);
  EXPECT_TRUE(Has(march, "claim-late")) << "March ended more than 45 days before";
  EXPECT_EQ(march.claims[0].due, Cash("100.00 USD"));
  EXPECT_TRUE(test.Replay("2026-05").claims.empty());
}

}  // namespace
}  // namespace tally::replay
