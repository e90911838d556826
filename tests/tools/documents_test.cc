// Goal: the public documents of a ledger are listed in order, by kind, with or without content.
// Method: two zones and a document, listed each way.
#include "tools/documents.h"

#include <gtest/gtest.h>

#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

TEST(Documents, AreListedInLogOrder) {
  TallyTest test;
  test.MakeLedger();
  test.Write("sla.txt", "the wording");
  ASSERT_EQ(test.OnLedger({"zone", "add", "UTC"}).exit, 0);
  ASSERT_EQ(test.OnLedger({"document", "add", test.Path("sla.txt")}).exit, 0);
  ASSERT_EQ(test.OnLedger({"zone", "add", "Asia/Jakarta"}).exit, 0);
  const auto ledger = test.OpenAcme();
  const auto all = ListDocuments(*ledger, BodyKind::kUnset, Contents::kLeftOut);
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_EQ(all->size(), 3u);
  EXPECT_EQ((*all)[0].document.name, "UTC");
  EXPECT_EQ((*all)[1].content_bytes, 11u);
  EXPECT_TRUE((*all)[1].document.content.empty());
  EXPECT_EQ((*all)[2].address, (ledger::EventAddress{3, 0}));
  const auto zones = ListDocuments(*ledger, BodyKind::kZoneAdded, Contents::kKept);
  ASSERT_TRUE(zones.ok());
  ASSERT_EQ(zones->size(), 2u);
  EXPECT_EQ((*zones)[1].document.content.size(), (*zones)[1].content_bytes);
  EXPECT_TRUE(ListDocuments(*ledger, BodyKind::kCalendarAdded, Contents::kKept)->empty());
}

}  // namespace
}  // namespace tally::tools
