// Goal: a record that is kept is the record that was read, and holds on to nothing of where it came
// from. Method: every record of a small ledger, with reports, a run and acts, beside its copy,
// while what it was read from is gone.
#include "ledger/log/verified.h"

#include <gtest/gtest.h>

#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

std::string TextOfRecord(const VerifiedRecord& record) {
  std::string text = std::to_string(record.index()) + " " + record.leaf().ToHex() + " " +
                     std::string(KeyVerdictName(record.verdict()));
  for (const VerifiedEvent& event : record.events()) {
    text += " " + event.address.ToText() + " " + event.digest.ToHex() + " ";
    text.append(event.header_bytes.begin(), event.header_bytes.end());
    text.append(event.body.begin(), event.body.end());
    text.append(event.rest.begin(), event.rest.end());
  }
  return text;
}

TEST(Verified, ARecordWithItsOwnBytesIsTheSame) {
  TestLedger test;
  TestParty& lime = test.AddParty("lime");
  TestFeed& feed = test.AddFeed("uptime", lime);
  feed.Register(1, "site").Report(1, State::kUp, At("2026-02-01T00:00:00Z"));
  feed.Run({1}, 40, At("2026-02-02T00:00:00Z"), Minutes(1), State::kDown);
  test.Append(feed.Sign());
  test.AddAgreement("gold", {{"provider", &lime}});
  for (uint64_t index = 0; index < test.ledger().head().size; ++index) {
    std::optional<VerifiedRecord> own;
    std::string expected;
    {
      const auto record = test.ledger().ReadRecord(index);
      ASSERT_TRUE(record.ok()) << record.status();
      expected = TextOfRecord(*record);
      own = record->WithOwnBytes();
      for (size_t i = 0; i < record->events().size(); ++i) {
        EXPECT_NE(own->events()[i].body.data(), record->events()[i].body.data());
        EXPECT_NE(own->events()[i].header_bytes.data(), record->events()[i].header_bytes.data());
      }
    }
    EXPECT_EQ(TextOfRecord(*own), expected);
    EXPECT_EQ(TextOfRecord(own->WithOwnBytes()), expected);
  }
}

}  // namespace
}  // namespace tally::ledger
