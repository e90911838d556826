// Goal: terms come into force only when the other side accepts exactly what was proposed.
// Method: the built-in scenario's terms, proposed and accepted by commands; each refusal beside its
// exit status.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

class AgreementCommands : public testing::Test {
 protected:
  void SetUp() override {
    player_.NewLedger({"provider", "customer", "monitor"});
    player_.Must({"feed", "register", "probes", "--party", "monitor", "--key", "@monitor.pem"});
    player_.Write("terms.yaml", ReadSourceFile("tools/scenario/terms.yaml"));
  }
  Player player_;
};

TEST_F(AgreementCommands, ProposeAddsZonesOpensTheStreamAndIsRepeatable) {
  const std::string first =
      player_.Must({"agreement", "propose", "@terms.yaml", "--key", "@provider.pem"});
  EXPECT_NE(first.find("zone added"), std::string::npos) << first;
  EXPECT_NE(first.find("agreement opened"), std::string::npos) << first;
  const std::string before = player_.Must({"checkpoint"});
  player_.Must({"agreement", "propose", "@terms.yaml", "--key", "@provider.pem"});
  EXPECT_EQ(player_.Must({"checkpoint"}), before) << "proposing again appended something";
}

TEST_F(AgreementCommands, RefusesNamesThatTheLedgerLacks) {
  player_.Write("other.yaml", Replaced(ReadSourceFile("tools/scenario/terms.yaml"),
                                       "probes/web-shop", "radar/web-shop"));
  const Outcome outcome =
      player_.Run({"agreement", "propose", "@other.yaml", "--key", "@provider.pem"});
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_NE(outcome.err.find("the feed 'radar'"), std::string::npos) << outcome.err;
}

TEST_F(AgreementCommands, AcceptNeedsTheHashOfAProposal) {
  player_.Must({"agreement", "propose", "@terms.yaml", "--key", "@provider.pem"});
  EXPECT_EQ(
      player_.Run({"agreement", "accept", "web-shop", "--terms", "abc", "--key", "@customer.pem"})
          .exit,
      2);
  const Outcome unknown = player_.Run({"agreement", "accept", "web-shop", "--terms",
                                       std::string(64, 'a'), "--key", "@customer.pem"});
  EXPECT_EQ(unknown.exit, 2);
  EXPECT_NE(unknown.err.find("nobody proposed terms"), std::string::npos) << unknown.err;
}

// A stranger's signature is no consent: the ledger refuses it by role.
TEST_F(AgreementCommands, AStrangerCannotAccept) {
  player_.Must({"key", "new", "--party", "stranger", "--out", "@stranger.pem"});
  player_.Must({"party", "register", "stranger", "--key", "@stranger.pem"});
  const std::string out =
      player_.Must({"agreement", "propose", "@terms.yaml", "--key", "@provider.pem"});
  const std::string hash = out.substr(out.find("terms ") + 6, 64);
  EXPECT_EQ(
      player_.Run({"agreement", "accept", "web-shop", "--terms", hash, "--key", "@stranger.pem"})
          .exit,
      5);
}

// Whoever a party let act in its name opens, proposes and accepts in it, and nobody else does.
TEST_F(AgreementCommands, AnAgentActsForTheParties) {
  player_.Must({"key", "new", "--party", "agent", "--out", "@agent.pem"});
  player_.Must({"party", "register", "agent", "--key", "@agent.pem"});
  const std::vector<std::string> propose = {"agreement", "propose", "@terms.yaml", "--as",
                                            "provider",  "--key",   "@agent.pem"};
  EXPECT_EQ(player_.Run(propose).exit, 5);
  for (const std::string party : {"provider", "customer"}) {
    player_.Must({"party", "grant", party, "--to", "agent", "--key", "@" + party + ".pem"});
  }
  const std::string out = player_.Must(propose);
  const std::string hash = out.substr(out.find("terms ") + 6, 64);
  player_.Must({"agreement", "accept", "web-shop", "--terms", hash, "--as", "customer", "--key",
                "@agent.pem"});
  const std::string acts = player_.Must({"agreement", "show", "web-shop"});
  EXPECT_EQ(acts.find("agent"), std::string::npos) << acts;
  EXPECT_NE(acts.find("provider"), std::string::npos) << acts;
  EXPECT_NE(acts.find("customer"), std::string::npos) << acts;
}

// The hash that both sides compare covers no binding: the same terms, with another as monitor.
TEST_F(AgreementCommands, NamesThatLeadElsewhereAreAcceptedOnPurposeAlone) {
  player_.Must({"agreement", "propose", "@terms.yaml", "--key", "@provider.pem"});
  const auto newest = [&] {
    const std::string lines = player_.Must({"log", "agreement/web-shop", "--json"});
    return nlohmann::json::parse(lines.substr(lines.rfind('\n', lines.size() - 2) + 1));
  };
  nlohmann::json body = newest().at("body");
  std::map<std::string, std::string> streams;
  for (const nlohmann::json& each : body.at("bindings")) {
    streams[each.at("name").get<std::string>()] = each.at("stream").get<std::string>();
  }
  for (nlohmann::json& each : body.at("bindings")) {
    if (each.at("name") == "party/monitor") each["stream"] = streams.at("party/provider");
  }
  const nlohmann::json line = {
      {"kind", "terms proposed"}, {"agreement", "web-shop"}, {"body", body}};
  player_.Write("other.jsonl", line.dump() + "\n");
  player_.Must({"append", "@other.jsonl", "--key", "@provider.pem"});
  std::vector<std::string> accept = {"agreement", "accept", "web-shop"};
  accept.push_back(newest().at("event").get<std::string>());
  accept.insert(accept.end(), {"--terms", body.at("termsHash").get<std::string>()});
  accept.insert(accept.end(), {"--key", "@customer.pem"});
  const Outcome refused = player_.Run(accept);
  EXPECT_EQ(refused.exit, 2);
  EXPECT_NE(refused.err.find("names in the terms are bound"), std::string::npos) << refused.err;
  EXPECT_NE(refused.out.find("party/monitor means party/provider"), std::string::npos)
      << refused.out;
  accept.push_back("--yes");
  EXPECT_EQ(player_.Run(accept).exit, 0);
}

TEST_F(AgreementCommands, ListsAndShowsTheActs) {
  const std::string hash = player_.Agree("terms.yaml", "web-shop", "provider", "customer");
  nlohmann::json list = nlohmann::json::parse(player_.Must({"agreement", "list", "--json"}));
  EXPECT_EQ(list["format"], "tally.agreement/1") << "one document a line";
  EXPECT_EQ(list["name"], "web-shop");
  nlohmann::json show =
      nlohmann::json::parse(player_.Must({"agreement", "show", "web-shop", "--json"}));
  ASSERT_EQ(show["acts"].size(), 3u);
  EXPECT_EQ(show["acts"][1]["terms"], hash);
  EXPECT_EQ(show["acts"][2]["author"], "customer");
}

// T-63: an amendment against terms that are no longer in force is refused before it is signed.
TEST_F(AgreementCommands, T63AStaleBaseIsRefusedBeforeSigning) {
  player_.Agree("terms.yaml", "web-shop", "provider", "customer");
  const std::string amends = "amends:\n  base: " + std::string(64, 'b') +
                             "\n  effective: 2026-01-01T00:00:00Z\n  reach: prospective\n"
                             "  reason: r\n";
  player_.Write("amended.yaml", ReadSourceFile("tools/scenario/terms.yaml") + amends);
  const Outcome outcome =
      player_.Run({"amendment", "propose", "web-shop", "@amended.yaml", "--key", "@provider.pem"});
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_NE(outcome.err.find("those in force are"), std::string::npos) << outcome.err;
  EXPECT_EQ(player_.Run({"agreement", "propose", "@amended.yaml", "--key", "@provider.pem"}).exit,
            2);
}

}  // namespace
}  // namespace tally::tests
