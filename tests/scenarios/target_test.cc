// Goal: provisional targets, amendments that race, and tickets in flight, as people play them.
// Method: as in golden_time_test.cc; the published midpoint of 96 % and 98 % is 97 %.
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/scenarios/golden_support.h"

namespace tally::tests {
namespace {

std::string Baseline(const std::string& silence) {
  return absl::StrCat(
      "kind: baseline\nobjectives: [availability]\nformula: midpoint\nfirst windows: 2\n"
      "no result: is skipped\ndecimals: 2\nrounding: half even\nproposed by: either\n"
      "answer within days: 10\nsilence: ",
      silence, "\napplies from: end of the measured windows\n");
}

// January and February measure 98 % each.
Golden& TwoMonths(Golden& golden, const std::string& silence) {
  return golden.Fee("hosting", "{ amount: 1000.00 USD, per: calendar month }")
      .Objective("availability", absl::StrCat(Availability(), "target: at least 96 %\n",
                                              Tiers("hosting", {"below: 96 %, credit: 10 %"})))
      .Rule("first-months", Baseline(silence))
      .UpFrom("s", "2026-01-01T00:00:00Z")
      .Down("s", "2026-01-10T00:00:00Z", "2026-01-10T14:52:48Z")
      .Down("s", "2026-02-10T00:00:00Z", "2026-02-10T13:26:24Z")
      .Play();
}

// March measures 96.5 %.
void PlayMarch(Golden& golden) {
  golden.MoveTo("2026-04-01T01:00:00Z");
  const auto state = [](const std::string& at, const std::string& is) {
    return absl::StrCat(R"({"kind":"state reported","source":"s","actor":"monitor","at":")", at,
                        R"(","reported":")", at, R"(","body":{"state":")", is, "\"}}\n");
  };
  const std::string end = "2026-04-01T00:00:00Z";
  golden.player().Write(
      "march.jsonl",
      absl::StrCat(state("2026-03-18T00:00:00Z", "down"), state("2026-03-19T02:02:24Z", "up"),
                   R"({"kind":"watermark","at":")", end, R"(","reported":")", end,
                   R"(","body":{"through":")", end, "\"}}\n"));
  golden.player().Must({"append", "@march.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
}

std::string StateOf(Golden& golden) {
  const std::string list = golden.player().Must({"target", "list", "case", "--json"});
  if (list.empty()) return "";
  const std::vector<std::string> lines = absl::StrSplit(list, '\n', absl::SkipEmpty());
  return nlohmann::json::parse(lines.back())["state"];
}

TEST(Targets, TheMidpointTakesEffectBySilence) {
  Golden golden("2026-03-06T00:00:00Z");
  TwoMonths(golden, "deemed accepted");
  Player& player = golden.player();
  const Outcome early = player.Run({"target", "propose", "case", "--key", "@provider.pem"});
  EXPECT_EQ(early.exit, 2) << "nothing is closed yet";
  EXPECT_TRUE(absl::StrContains(early.err, "0 of 2 windows are closed")) << early.err;
  player.Must({"project"});
  EXPECT_TRUE(absl::StrContains(player.Must({"status"}), "gives 97 %"));
  const Outcome other =
      player.Run({"target", "propose", "case", "--target", "97.5 %", "--key", "@provider.pem"});
  EXPECT_EQ(other.exit, 2);
  EXPECT_TRUE(absl::StrContains(other.err, "gives 97 %, not 97.5 %")) << other.err;
  player.Must({"target", "propose", "case", "--key", "@provider.pem"});
  EXPECT_EQ(StateOf(golden), "waiting");
  EXPECT_TRUE(absl::StrContains(player.Must({"status"}), "waits for the answer of customer"));
  golden.MoveTo("2026-03-17T00:00:00Z");
  const Outcome late =
      player.Run({"target", "object", "case", "--reason", "too late", "--key", "@customer.pem"});
  EXPECT_EQ(late.exit, 1) << late.err;
  EXPECT_TRUE(absl::StrContains(late.err, "deemed accepted")) << late.err;
  EXPECT_EQ(StateOf(golden), "deemed accepted");
  PlayMarch(golden);
  golden.Expect("availability", "2026-03",
                {{.verdict = "breached", .value = "193/200", .credit = "100.00"}});
  golden.Expect("availability", "2026-02", {{.verdict = "met", .value = "49/50"}});
  const std::string why =
      player.Must({"explain", "case", "--period", "2026-03", "--objective", "availability"});
  EXPECT_TRUE(absl::StrContains(why, "the midpoint of 24/25 = 96.000000 % and 49/50 = 98.000000 %"))
      << why;
}

TEST(Targets, AnObjectionLeavesTheProvisionalTarget) {
  Golden golden("2026-03-06T00:00:00Z");
  TwoMonths(golden, "deemed accepted").player().Must({"project"});
  Player& player = golden.player();
  player.Must({"target", "propose", "case", "--key", "@provider.pem"});
  player.Must({"target", "object", "case", "--reason", "a bad month", "--key", "@customer.pem"});
  EXPECT_EQ(StateOf(golden), "contested");
  PlayMarch(golden);
  golden.Expect("availability", "2026-03", {{.verdict = "met", .credit = "0.00"}});
}

TEST(Targets, AnotherLevelTakesBothSignatures) {
  Golden golden("2026-03-06T00:00:00Z");
  TwoMonths(golden, "deemed rejected").player().Must({"project"});
  Player& player = golden.player();
  player.Must({"target", "propose", "case", "--by-consent", "--target", "98 %", "--effective",
               "2026-03-01T00:00:00Z", "--key", "@customer.pem"});
  player.Must({"target", "accept", "case", "--key", "@provider.pem"});
  EXPECT_EQ(StateOf(golden), "countersigned");
  PlayMarch(golden);
  golden.Expect("availability", "2026-03", {{.verdict = "breached", .credit = "100.00"}});
}

// ---- Amendments ---------------------------------------------------------------------------------

std::string Amending(const std::string& terms, const std::string& base,
                     const std::string& effective) {
  return Replaced(terms, "agreement: case\n",
                  absl::StrCat("agreement: case\namends:\n  base: ", base, "\n  effective: ",
                               effective, "\n  reach: prospective\n  reason: a change\n"));
}

std::string HashIn(const std::string& out) {
  for (const absl::string_view line : absl::StrSplit(out, '\n')) {
    if (absl::StartsWith(line, "terms ")) return std::string(line.substr(6));
  }
  ADD_FAILURE() << out;
  return "";
}

Golden& Plain(Golden& golden) {
  return golden.Objective("availability", absl::StrCat(Availability(), "target: at least 96 %\n"))
      .UpFrom("s", "2026-01-01T00:00:00Z")
      .Play();
}

TEST(Amendments, TheFirstThatIsCountersignedWins) {
  Golden golden("2026-03-06T00:00:00Z");
  Plain(golden);
  Player& player = golden.player();
  const auto propose = [&](const std::string& level, const std::string& party) {
    const std::string text = Replaced(golden.TermsText(), "at least 96 %", level);
    player.Write("amendment.yaml", Amending(text, "current", "2026-04-01"));
    return HashIn(player.Must({"amendment", "propose", "case", "@amendment.yaml", "--key",
                               absl::StrCat("@", party, ".pem")}));
  };
  const std::string first = propose("at least 97 %", "provider");
  const std::string second = propose("at least 95 %", "customer");
  EXPECT_TRUE(absl::StrContains(player.Must({"status"}), "wait for the consent of provider"));
  player.Must({"amendment", "accept", "case", "--terms", second, "--key", "@provider.pem"});
  const Outcome loser =
      player.Run({"amendment", "accept", "case", "--terms", first, "--key", "@customer.pem"});
  EXPECT_EQ(loser.exit, 2) << loser.err;
  EXPECT_TRUE(absl::StrContains(loser.err, "of customer, in force since")) << loser.err;
  EXPECT_TRUE(absl::StrContains(loser.err, second)) << loser.err;
  const std::string list = player.Must({"amendment", "list", "case"});
  EXPECT_TRUE(absl::StrContains(list, "overtaken") && absl::StrContains(list, "in force")) << list;
  EXPECT_TRUE(absl::StrContains(player.Must({"amendment", "show", "case", first}), "overtaken"));
  bool found = false;
  const nlohmann::json answer = golden.Ask("2026-02");
  for (const nlohmann::json& finding : answer["findings"]) {
    found = found || finding["kind"] == "amendment-base-stale";
  }
  EXPECT_TRUE(found);
  // A file that names the base which is gone is refused before anybody signs it.
  const std::string gone = Replaced(golden.TermsText(), "at least 96 %", "at least 94 %");
  player.Write("stale.yaml", Amending(gone, first, "2026-05-01"));
  const Outcome stale =
      player.Run({"amendment", "propose", "case", "@stale.yaml", "--key", "@provider.pem"});
  EXPECT_EQ(stale.exit, 2);
  EXPECT_TRUE(absl::StrContains(stale.err, "base: " + second)) << stale.err;
}

TEST(Amendments, ARejectedAmendmentHasNoEffect) {
  Golden golden("2026-03-06T00:00:00Z");
  Plain(golden);
  Player& player = golden.player();
  const std::string text = Replaced(golden.TermsText(), "at least 96 %", "at least 97 %");
  player.Write("amendment.yaml", Amending(text, "current", "2026-04-01"));
  const std::string hash = HashIn(
      player.Must({"amendment", "propose", "case", "@amendment.yaml", "--key", "@provider.pem"}));
  player.Must({"amendment", "reject", "case", "--reason", "no", "--key", "@customer.pem"});
  const Outcome accepted =
      player.Run({"amendment", "accept", "case", "--terms", hash, "--key", "@customer.pem"});
  EXPECT_EQ(accepted.exit, 1) << accepted.err;
  EXPECT_TRUE(absl::StrContains(accepted.err, "was rejected")) << accepted.err;
  const std::string shown = player.Must({"amendment", "show", "case", hash});
  EXPECT_TRUE(absl::StrContains(shown, "state       rejected")) << shown;
}

// The worked example of docs/TERMS.md.
TEST(Amendments, TicketsInFlightAreTimedByTheTermsThatTheRuleNames) {
  const std::pair<std::string, std::string> cases[] = {
      {"terms at start", "1/1"}, {"terms at stop", "0/1"}, {"strictest", "0/1"}};
  for (const auto& [word, value] : cases) {
    Golden golden("2026-05-02T00:00:00Z");
    golden
        .Objective("tickets",
                   "measure:\n"
                   "  kind: tickets in time\n"
                   "  source: desk/tickets\n"
                   "  clock from: opened\n"
                   "  clock to: resolved\n"
                   "  stopped by: human\n"
                   "  not stopped by: none\n"
                   "  calendar: 24x7\n"
                   "  pauses: none\n"
                   "  excluded time: stops the clock\n"
                   "  reopened: first resolution\n"
                   "  priority: not used\n"
                   "  target: 4 h\n"
                   "  in time: elapsed within target\n"
                   "  window of a ticket: stop\n"
                   "  minimum sample: 0\n"
                   "target: at least 95 %\n")
        .Rule("in-flight", absl::StrCat("kind: in-flight tickets\nobjectives: [tickets]\n"
                                        "governed by: ",
                                        word))
        .Ticket("t1", "opened", "2026-04-15T23:00:00Z")
        .Ticket("t1", "resolved", "2026-04-16T02:00:00Z")
        .Play();
    const std::string text = Replaced(golden.TermsText(), "target: 4 h", "target: 2 h");
    golden.player().Write("amendment.yaml", Amending(text, "current", "2026-04-16"));
    const std::string hash = HashIn(golden.player().Must(
        {"amendment", "propose", "case", "@amendment.yaml", "--key", "@provider.pem"}));
    golden.Expect("tickets", "2026-04", {{.value = "1/1"}});
    golden.player().Must(
        {"amendment", "accept", "case", "--terms", hash, "--key", "@customer.pem"});
    SCOPED_TRACE(word);
    golden.Expect("tickets", "2026-04", {{.value = value}});
  }
}

}  // namespace
}  // namespace tally::tests
