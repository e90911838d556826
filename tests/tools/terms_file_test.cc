// Goal: zone rules come from a folder by name, and no name leads out of it.
// Method: good and hostile names against the machine's own rules.
#include "tools/terms_file.h"

#include <gtest/gtest.h>

#include "tools/fault.h"

namespace tally::tools {
namespace {

TEST(TermsFile, ReadsRulesAndRefusesNamesThatLeadElsewhere) {
  absl::StatusOr<Bytes> rules = ReadZoneRules("/usr/share/zoneinfo", "Europe/Berlin");
  ASSERT_TRUE(rules.ok()) << rules.status();
  EXPECT_EQ(AsText(*rules).substr(0, 4), "TZif");
  for (const char* name :
       {"", "Europe/Nowhere", "../../../etc/passwd", "/etc/passwd", "Europe", "zone.tab", "a b"}) {
    absl::StatusOr<Bytes> none = ReadZoneRules("/usr/share/zoneinfo", name);
    ASSERT_FALSE(none.ok()) << name;
    EXPECT_EQ(FaultOf(none.status()).code, "unknown-zone") << name;
  }
}

}  // namespace
}  // namespace tally::tools
