// Goal: the axes' options have one meaning each, and a period that cannot be read is refused with
// what to write, said once.
// Method: the options are read back from their table; invocations of `replay`.
#include "tools/axes.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/tools/tally_support.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

TEST(Axes, EachOptionStandsOnceAndIsDocumented) {
  std::set<std::string> names;
  for (const OptionSpec& option : AxesOptions()) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
    EXPECT_FALSE(option.summary.empty()) << option.name;
  }
  EXPECT_EQ(names, (std::set<std::string>{"as-recorded", "at-size", "as-reported", "engine"}));
}

TEST(Axes, APeriodThatCannotBeReadIsRefusedWithOneHint) {
  TallyTest test;
  for (const std::string bad : {"2026-13", "feb", "2026-02-01T00:00:00Z/x", "2026/2027"}) {
    TestCall call(test, {"replay", "coral-island", "--period", bad});
    const auto period = PeriodOf(call.call());
    ASSERT_FALSE(period.ok()) << bad;
    const std::string text = FaultText(FaultOf(period.status()));
    const size_t hint = text.find("write 2026-02");
    ASSERT_NE(hint, std::string::npos) << text;
    EXPECT_EQ(text.find("write 2026-02", hint + 1), std::string::npos) << text;
  }
  TestCall good(test, {"replay", "coral-island", "--period", "2026-02"});
  EXPECT_EQ((*PeriodOf(good.call()))->month, 2);
}

// What nobody can know yet is a forecast, and is called one.
TEST(Axes, ADateInTheFutureIsSaidToBeOne) {
  TallyTest test;
  TestCall past(test, {"replay", "coral-island", "--as-recorded", "2025-06-01T00:00:00Z"});
  ASSERT_TRUE(AxesOf(past.call()).ok());
  EXPECT_EQ(past.err(), "");
  TestCall future(test, {"replay", "coral-island", "--as-recorded", "2027-06-01T00:00:00Z"});
  ASSERT_TRUE(AxesOf(future.call()).ok());
  EXPECT_NE(future.err().find("lies in the future"), std::string::npos) << future.err();
}

}  // namespace
}  // namespace tally::tools
