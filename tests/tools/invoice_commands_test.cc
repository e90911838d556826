// Goal: commands about invoices refuse what cannot be meant before anything is signed, and list
// what stands. Method: the built-in scenario; settled credits are read by
// tests/scenarios/invoice_test.cc.
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

TEST(InvoiceCommands, WrongWordsAreRefusedAndWhatStandsIsListed) {
  Player player;
  player.PlayScenarioToTerms();
  const auto record = [&player](const std::string& until, const std::string& line) {
    return player.Run({"invoice", "record", "web-shop", "--number", "R-1", "--net", "10.00 EUR",
                       "--from", "2026-02-01T00:00:00Z", "--until", until, "--line", line, "--key",
                       "@provider.pem"});
  };
  EXPECT_TRUE(absl::StrContains(player.Must({"invoice", "list", "web-shop"}), "no invoices"));
  EXPECT_TRUE(absl::StrContains(record("2026-02-01T00:00:00Z", "a=10.00 EUR").err, "is empty"));
  EXPECT_TRUE(absl::StrContains(record("2026-03-01T00:00:00Z", "a=9.00 EUR").err, "do not add up"));
  EXPECT_TRUE(absl::StrContains(record("2026-03-01T00:00:00Z", "ten euros").err, "is no line"));
  EXPECT_EQ(record("2026-03-01T00:00:00Z", "a=10.00 EUR").exit, 0);
  const std::string list = player.Must({"invoice", "list", "web-shop"});
  EXPECT_TRUE(absl::StrContains(list, "R-1")) << list;
  EXPECT_TRUE(
      absl::StrContains(player.Must({"invoice", "note", "web-shop"}), "no settled credits"));
  const Outcome credit = player.Run({"invoice", "credit", "web-shop", "--number", "G-1",
                                     "--invoice", "R-1", "--key", "@provider.pem"});
  EXPECT_EQ(credit.exit, 2) << credit.err;
}

}  // namespace
}  // namespace tally::tests
