// Goal: both programs see the machine they run on. Method: the clock against the test's own, two
// draws of randomness, an environment variable, the path of this very program.
#include "tools/system_world.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include "absl/strings/match.h"
#include "schema/bytes.h"

namespace tally::tools {
namespace {

TEST(SystemWorldTest, ShowsTheMachine) {
  const SystemWorld system("called-as");
  const World& world = system.world();
  const int64_t before = ::time(nullptr);
  const int64_t seconds = world.clock->Now().micros / 1000000;
  EXPECT_GE(seconds, before);
  EXPECT_LE(seconds, ::time(nullptr));
  EXPECT_GT(world.clock->SinceBoot(), Duration{});
  Bytes one(32), other(32);
  world.randomness->Fill(one);
  world.randomness->Fill(other);
  EXPECT_NE(one, other);
  EXPECT_NE(one, Bytes(32));
  ASSERT_EQ(::setenv("TALLY_TEST_OF_WORLD", "there", 1), 0);
  EXPECT_EQ(world.environment("TALLY_TEST_OF_WORLD"), "there");
  ASSERT_EQ(::unsetenv("TALLY_TEST_OF_WORLD"), 0);
  EXPECT_EQ(world.environment("TALLY_TEST_OF_WORLD"), std::nullopt);
  EXPECT_TRUE(absl::EndsWith(world.program_path, "_test")) << world.program_path;
  EXPECT_FALSE(world.interrupted());
  EXPECT_TRUE(world.owns_process);
  EXPECT_EQ(world.doors, nullptr);  // which doors are open is each program's own word
}

}  // namespace
}  // namespace tally::tools
