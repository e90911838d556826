// Goal: what stands says who changed a closed month and from which sum, that what was paid is paid,
// what is owed after both directions are set off, and what was awarded and is open.
// Method: results made by hand; an agreement attested by one side by its commands.
#include "tools/window_stands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/one_sided.h"
#include "tools/window_words.h"

namespace tally::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

replay::WindowResult MonthClosed() {
  replay::WindowResult window;
  window.objective = "availability";
  window.window = {*ParseInstant("2026-03-01T00:00:00Z"), *ParseInstant("2026-04-01T00:00:00Z")};
  window.time_unit = "s";
  return window;
}
replay::Posting Moved(const replay::WindowResult& window, const std::string& from,
                      const std::string& to, int64_t minor, const std::string& debtor,
                      const std::string& creditor) {
  replay::Posting posting;
  posting.objective = window.objective;
  posting.window = window.window;
  posting.from = from;
  posting.to = to;
  posting.debtor = debtor;
  posting.creditor = creditor;
  posting.amount = {minor, *FindCurrency("EUR")};
  return posting;
}

TEST(WindowStands, WhatWasPaidIsPaid) {
  replay::Result result;
  const replay::WindowResult window = MonthClosed();
  result.postings = {Moved(window, "", "approved", 18000, "nimbus", "rosa"),
                     Moved(window, "approved", "settled", 18000, "nimbus", "rosa"),
                     Moved(window, "", "accrued", 42000, "nimbus", "rosa")};
  EXPECT_THAT(StandsOf(result, window, {}),
              ElementsAre("accrued: 420.00 EUR owed by nimbus to rosa",
                          "settled: 180.00 EUR paid by nimbus to rosa"));
}

// What is owed one way and what is owed the other way are one sum.
TEST(WindowStands, BothDirectionsOfAPairAreOneSum) {
  replay::Result result;
  const replay::WindowResult window = MonthClosed();
  result.postings = {Moved(window, "accrued", "", 6000, "customer", "provider"),
                     Moved(window, "accrued", "", 6000, "provider", "customer"),
                     Moved(window, "", "approved", 6000, "customer", "provider"),
                     Moved(window, "", "approved", 4000, "provider", "customer"),
                     Moved(window, "held", "", 100, "provider", "customer")};
  EXPECT_THAT(StandsOf(result, window, {}),
              ElementsAre("approved: 20.00 EUR owed by customer to provider",
                          "held: 1.00 EUR owed by customer to provider"));
}

TEST(WindowStands, ARestatementSaysWhoWhenAndFromWhichSum) {
  replay::Result result;
  replay::WindowResult window = MonthClosed();
  window.closed = replay::ClosedFigure{
      {66, 0}, "breached", "737/743", Money{20000, *FindCurrency("EUR")}, true};
  window.derivation = {{"restatement",
                        "proposed 2026-04-23T09:00:00Z: breached at 733/743; accepted",
                        "600.00 EUR",
                        "disputes.late_evidence",
                        {{91, 0}, {93, 0}}}};
  ToldActs acts;
  acts[{91, 0}] = {"restatement proposed", "rosa", "late probes", {}};
  acts[{93, 0}] = {"restatement accepted", "nimbus", "", {}};
  EXPECT_THAT(
      StandsOf(result, window, acts),
      ElementsAre("closed by 66/0 as breached at 200.00 EUR; what is computed now differs",
                  "restatement: proposed 2026-04-23T09:00:00Z: breached at 733/743; accepted: "
                  "600.00 EUR (91/0 restatement proposed by rosa: late probes; 93/0 restatement "
                  "accepted by nimbus)"));
}

TEST(WindowStands, AnAwardIsOpenUntilItIsPaid) {
  replay::Result result;
  const replay::WindowResult window = MonthClosed();
  replay::WindowResult other = window;
  other.objective = "latency";
  replay::ClaimResult claim;
  claim.windows = {{window.objective, window.window}};
  claim.steps = {{"ruled", {}, ledger::EventAddress{75, 0}, ""}};
  claim.state = "ruled";
  claim.at = {58, 0};
  result.claims = {claim};
  replay::Posting award = Moved(window, "", "approved", 2000, "nimbus", "rosa");
  award.objective = "";
  award.window = std::nullopt;
  award.text = "awarded: costs";
  award.cause = ledger::EventAddress{75, 0};
  result.postings = {award};
  EXPECT_THAT(StandsOf(result, window, {}),
              ElementsAre("claim 58/0: ruled",
                          "awarded: costs, by 75/0, not paid: 20.00 EUR owed by nimbus to rosa"));
  EXPECT_TRUE(StandsOf(result, other, {}).empty()) << "it is of the claim";
  replay::Posting paid = award;
  paid.from = "approved";
  paid.to = "settled";
  paid.text = "settled";
  result.postings.push_back(paid);
  EXPECT_THAT(StandsOf(result, window, {}), ElementsAre("claim 58/0: ruled"));
}

TEST(WindowStands, LateEvidenceIsToldOfItsWindowAlone) {
  replay::Result result;
  replay::WindowResult window = MonthClosed();
  result.findings = {{"evidence-late",
                      "warning",
                      "availability",
                      {},
                      "window from 2026-03-01T00:00:00Z: 48 events came after the cut-off"}};
  EXPECT_EQ(LateWords(result, window), "48 events came after the cut-off");
  EXPECT_THAT(SheetOf(result, window).why,
              testing::Contains(HasSubstr("late evidence: 48 events")));
  window.window.first = *ParseInstant("2026-02-01T00:00:00Z");
  EXPECT_EQ(LateWords(result, window), "");
  EXPECT_FALSE(RestatableUntil(window, {}, {}).has_value()) << "nothing is known of its terms";
}

TEST(WindowStands, FiguresThatOneSideAttestedSaySo) {
  replay::Result result;
  EXPECT_EQ(OneSidedWords(result.findings), "");
  result.findings = {{"terms-unilateral",
                      "warning",
                      "",
                      {},
                      "the terms are attested by customer alone; the figures bind nobody"}};
  const std::string said = "unilateral: attested by customer alone; the figures bind nobody";
  EXPECT_EQ(OneSidedWords(result.findings), said);
  EXPECT_EQ(SheetOf(result, MonthClosed()).unilateral, said);
}

}  // namespace
}  // namespace tally::tools
