// Goal: whoever accepts terms hears whether that was what they waited for. Method: the built-in
// scenario's terms, accepted by each of its three keys.
#include "tools/terms_consent.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

TEST(TermsConsent, AWrongKeyIsToldWhoseIsMissing) {
  Player player;
  player.NewLedger({"provider", "customer", "monitor"});
  player.Must({"feed", "register", "probes", "--party", "monitor", "--key", "@monitor.pem"});
  player.Write("terms.yaml", ReadSourceFile("tools/scenario/terms.yaml"));
  const std::string said =
      player.Must({"agreement", "propose", "@terms.yaml", "--key", "@provider.pem"});
  const std::string hash = said.substr(said.find("terms ") + 6, 64);
  const auto accept = [&](const std::string& party) {
    return player.Run({"agreement", "accept", "web-shop", "--terms", hash, "--key",
                       absl::StrCat("@", party, ".pem")});
  };
  const Outcome own = accept("provider");
  EXPECT_EQ(own.exit, 1) << own.out;
  EXPECT_NE(own.err.find("provider consented by proposing; they wait for customer"),
            std::string::npos)
      << own.err;
  const Outcome strange = accept("monitor");
  EXPECT_EQ(strange.exit, 1) << strange.out;
  EXPECT_NE(strange.err.find("neither owes nor is owed"), std::string::npos) << strange.err;
  const Outcome meant = accept("customer");
  EXPECT_EQ(meant.exit, 0) << meant.err;
  EXPECT_NE(meant.out.find("in force since"), std::string::npos) << meant.out;
}

}  // namespace
}  // namespace tally::tests
