// Goal: terms check answers yes or no with places; terms show prints what is in force.
// Method: the built-in scenario's terms, good and with one choice left out.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

TEST(TermsCommands, AMissingChoiceHasAPlaceAndExitStatusOne) {
  Player player;
  player.Write("good.yaml", ReadSourceFile("tools/scenario/terms.yaml"));
  player.Write("bad.yaml", Replaced(ReadSourceFile("tools/scenario/terms.yaml"),
                                    "      unknown time: counts as down\n", ""));
  player.Must({"terms", "check", "@good.yaml"});
  const Outcome bad = player.Run({"terms", "check", "@bad.yaml"});
  EXPECT_EQ(bad.exit, 1);
  EXPECT_NE(bad.out.find("bad.yaml:"), std::string::npos) << bad.out;
  EXPECT_NE(bad.out.find("`unknown time` is not stated"), std::string::npos) << bad.out;
  nlohmann::json json =
      nlohmann::json::parse(player.Run({"terms", "check", "@bad.yaml", "--json"}).out);
  EXPECT_EQ(json["accepted"], false);
  EXPECT_EQ(json["diagnostics"][0]["code"], "terms-missing-choice");
}

TEST(TermsCommands, StrictMakesWarningsErrors) {
  Player player;
  player.Write("lenient.yaml",
               Replaced(ReadSourceFile("tools/scenario/terms.yaml"), "unknown time: counts as down",
                        "unknown time: counts as up"));
  EXPECT_EQ(player.Run({"terms", "check", "@lenient.yaml"}).exit, 0);
  EXPECT_EQ(player.Run({"terms", "check", "@lenient.yaml", "--strict"}).exit, 1);
}

TEST(TermsCommands, ShowPrintsWhatIsInForce) {
  Player player;
  player.PlayScenarioToTerms();
  const std::string text = player.Must({"terms", "show", "web-shop"});
  EXPECT_NE(text.find("99.9 %"), std::string::npos) << text;
}

TEST(TermsCommands, NewListsTemplatesAndPrintsOneThatIsAccepted) {
  Player player;
  const std::string list = player.Must({"terms", "new"});
  EXPECT_NE(list.find("service-desk"), std::string::npos) << list;
  EXPECT_NE(list.find("response and resolution by priority"), std::string::npos) << list;
  const std::string text = player.Must({"terms", "new", "--template", "service-desk"});
  EXPECT_EQ(text, ReadSourceFile("tools/templates/service-desk.yaml"));
  player.Write("desk.yaml", text);
  player.Must({"terms", "check", "@desk.yaml"});
  nlohmann::json json = nlohmann::json::parse(player.Must({"terms", "new", "--json"}));
  EXPECT_EQ(json["format"], "tally.templates/1");
  EXPECT_EQ(json["templates"].size(), 8u);
  const Outcome wrong = player.Run({"terms", "new", "--template", "servce-desk"});
  EXPECT_EQ(wrong.exit, 2);
  EXPECT_NE(wrong.err.find("did you mean service-desk?"), std::string::npos) << wrong.err;
}

// Business hours of a folder; with a ledger that has the calendar none is needed.
TEST(TermsCommands, CalendarsComeFromAFolder) {
  Player player;
  std::string text = Replaced(ReadSourceFile("tools/templates/managed-network.yaml"),
                              "calendar: 24x7", "calendar: office-hours");
  player.Write("net.yaml",
               Replaced(text, "objectives:\n", "calendars: [office-hours]\nobjectives:\n"));
  EXPECT_EQ(player.Run({"terms", "check", "@net.yaml"}).exit, 1);
  player.Write("office-hours.txt",
               "tally-calendar/1\nzone: Europe/Berlin\nhours: mon-fri 09:00-17:00\n");
  player.Must({"terms", "check", "@net.yaml", "--calendars", player.Path("")});
}

}  // namespace
}  // namespace tally::tests
