// Goal: nobody reads figures without hearing that the ledger's time went back (T-52) or that names
// in the terms lead elsewhere. Method: each done once, and the findings before and after.
#include "replay/record_warnings.h"

#include <gtest/gtest.h>

#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

// T-52
TEST(RecordWarnings, T52ATimeThatWasSetBackIsAFinding) {
  SmallCase test;
  test.Agree(test.terms);
  EXPECT_FALSE(Has(test.Replay("2026-03"), "time-corrected"));
  ledger::TestClock& clock = test.test.clock();
  const Instant lower = clock.Now() - Days(14);
  clock.Set(lower);
  test.test.Append(test.test.SignServiceAct(0, BodyKind::kTimeCorrected,
                                            Encode(TimeCorrected{lower, "it ran ahead"})));
  EXPECT_EQ(test.ledger().head().recorded, lower);
  EXPECT_TRUE(Has(test.Replay("2026-03"), "time-corrected"));
}

TEST(RecordWarnings, ANameThatLeadsElsewhereIsAFinding) {
  SmallCase honest;
  honest.Agree(honest.terms);
  EXPECT_FALSE(Has(honest.Replay("2026-03"), "name-bound-elsewhere"));
  SmallCase test;
  ledger::TestFeed& mine = test.test.AddFeed("mine", test.acme);
  test.bindings = {{"feed/others", mine.id()}};
  test.Agree(test.terms);
  EXPECT_TRUE(Has(test.Replay("2026-03"), "name-bound-elsewhere"));
}

}  // namespace
}  // namespace tally::replay
