// Goal: what convicts an author of two words stands by itself, and nothing else convicts him.
// Method: one is made, and every byte and question of it changed.
#include "ledger/log/equivocation.h"

#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

class EquivocationTest : public ::testing::Test {
 protected:
  EquivocationTest() : lime_(test_.AddParty("lime")), feed_(test_.AddFeed("uptime", lime_)) {
    for (uint32_t i = 1; i <= 5; ++i) feed_.Register(i, std::string(i, 'a'));
    candidate_.batch = feed_.Sign();
    candidate_.checked = *CheckBatchForm(candidate_.batch);
  }
  absl::Status Check(ByteView value, uint64_t position) {
    return CheckEquivocation(value, test_.ledger().id(), feed_.id(), position,
                             test_.ledger().keyring());
  }
  TestLedger test_;
  TestParty& lime_;
  TestFeed& feed_;
  Candidate candidate_;
};

TEST_F(EquivocationTest, EveryEventOfABatchCanConvict) {
  for (size_t event = 0; event < 5; ++event) {
    const Bytes value = EncodeEquivocation(candidate_, event);
    EXPECT_TRUE(Check(value, event + 1).ok()) << event;
    EXPECT_FALSE(Check(value, event + 2).ok());
    EXPECT_FALSE(
        CheckEquivocation(value, test_.ledger().id(), lime_.id, event + 1, test_.ledger().keyring())
            .ok());
    EXPECT_FALSE(
        CheckEquivocation(value, LedgerId(), feed_.id(), event + 1, test_.ledger().keyring()).ok());
    EXPECT_FALSE(
        CheckEquivocation(value, test_.ledger().id(), feed_.id(), event + 1, Keyring()).ok());
  }
}

TEST_F(EquivocationTest, EveryChangedByteAcquits) {
  Bytes value = EncodeEquivocation(candidate_, 2);
  for (uint8_t& byte : value) {
    byte ^= 2;
    EXPECT_FALSE(Check(value, 3).ok());
    byte ^= 2;
  }
  for (size_t size = 0; size < value.size(); ++size) {
    EXPECT_FALSE(Check(ByteView(value).first(size), 3).ok());
  }
  EXPECT_TRUE(Check(value, 3).ok());
}

}  // namespace
}  // namespace tally::ledger
