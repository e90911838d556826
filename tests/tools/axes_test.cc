// Goal: the axes' options have one meaning each.
// Method: the options are read back from their table.
#include "tools/axes.h"

#include <gtest/gtest.h>

#include <set>

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

}  // namespace
}  // namespace tally::tools
