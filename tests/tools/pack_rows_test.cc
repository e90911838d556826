// Goal: one measurement of a run is handed out alone, and `verify` says what it proves and what
// not; batches that cannot matter are left out with their headers. Method: the built-in scenario
// with a run behind it; packs by the command, read by `verify`.
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "gtest/gtest.h"
#include "ledger/chain/batch.h"
#include "ledger/ledger.h"
#include "tests/scenarios/player.h"
#include "tools/author.h"
#include "tools/stream_end.h"

namespace tally::tests {
namespace {

class PackRowsTest : public testing::Test {
 protected:
  PackRowsTest() {
    player_.PlayScenarioToTerms();
    AppendRun();
  }

  std::string TextOf(const std::string& name) const {
    std::ifstream in(player_.Path(name), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

  // 40 minutes down in March, as the monitor measured them.
  void AppendRun() {
    const auto ledger = ledger::Ledger::Open({.directory = player_.Path("ledger")}).value();
    const auto feed = ledger->FindStream(StreamKind::kFeed, "probes").value();
    tools::AuthorKey key;
    key.key = ledger::SigningKey::FromPem(TextOf("monitor.pem"), "").value();
    key.salt_secret = Bytes(32, 7);
    tools::FeedAuthor author(tools::ReadFeedEnd(*ledger, feed).value(), key);
    tally::Run run;
    run.step = Minutes(1);
    run.sources = {{author.SourceNumber("web-shop", Instant{}).value(), 0, 40,
                    *ParseInstant("2026-03-10T00:00:00Z")}};
    run.states.assign(10, 0x55);
    ASSERT_TRUE(
        author.AddRun(run, ActorKind::kMonitor, *ParseInstant("2026-03-10T01:00:00Z")).ok());
    const auto batches = author.Sign(16).value();
    const Bytes file = ledger::EncodeBatchFile(ledger->id(), batches);
    player_.Write("run.tev", std::string(file.begin(), file.end()));
    run_ = std::to_string(ledger->head().size) + "/0";
    player_.Must({"append", "@run.tev"});
  }

  nlohmann::json Verdict(const std::string& pack) {
    return nlohmann::json::parse(player_.Must({"verify", "@" + pack, "--self", "--json"}));
  }
  static bool Notes(const nlohmann::json& verdict, const std::string& text) {
    for (const std::string note : verdict["notes"]) {
      if (note.find(text) != std::string::npos) return true;
    }
    return false;
  }

  Player player_;
  std::string run_;
};

TEST_F(PackRowsTest, OneMeasurementIsProvenAlone) {
  player_.Must({"pack", "web-shop", "--out", "@row.pack", "--row", run_ + "/17"});
  const nlohmann::json verdict = Verdict("row.pack");
  EXPECT_EQ(verdict["verdict"], "verified") << verdict;
  EXPECT_EQ(verdict["completeness"], "shown");
  EXPECT_EQ(verdict["covered"]["figures"], "0");
  EXPECT_TRUE(
      Notes(verdict, "measurement " + run_ +
                         "/17: monitor said in feed probes of source "
                         "web-shop (1), 2026-03-10T00:17:00Z to 2026-03-10T00:18:00Z: down"))
      << verdict["notes"];
  EXPECT_TRUE(Notes(verdict, "figures were not computed"));
  // A valid proof about something else is no answer.
  EXPECT_EQ(player_.Run({"verify", "@row.pack", "--self", "--agreement", "web-shop"}).exit, 1);
  player_.Must(
      {"pack", "web-shop", "--out", "@small.pack", "--row", run_ + "/17", "--withhold-headers"});
  const nlohmann::json small = Verdict("small.pack");
  EXPECT_EQ(small["verdict"], "verified") << small;
  EXPECT_TRUE(Notes(small, "measurement " + run_ + "/17"));
  EXPECT_LE(TextOf("small.pack").size(), TextOf("row.pack").size());
}

// What its author took back, and what he said anew, stands in the pack and in the verdict; what he
// said of other measurements does not.
TEST_F(PackRowsTest, LaterWordsOnTheMeasurementAreTold) {
  const auto lines = player_.Must({"log", "feed/probes", "--kind", "measurement run", "--json"});
  const auto run = nlohmann::json::parse(lines.substr(0, lines.find('\n')));
  const uint64_t first = std::stoull(run["position"].get<std::string>());
  const auto correction = [&](const std::string& digest, uint64_t position,
                              const std::string& rest) {
    player_.Write("c.jsonl", R"({"kind":"correction","source":"web-shop","at":)"
                             R"("2026-03-10T01:00:00Z","reported":"2026-03-10T01:00:00Z","body":)"
                             R"({"supersedes":")" +
                                 digest + R"(","position":")" + std::to_string(position) + R"(",)" +
                                 rest + "}}\n");
    player_.Must({"append", "@c.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
    const auto all = player_.Must({"log", "feed/probes", "--kind", "correction", "--json"});
    const std::string last = all.substr(all.rfind('\n', all.size() - 2) + 1);
    return nlohmann::json::parse(last)["digest"].get<std::string>();
  };
  const std::string digest = run["digest"];
  const std::string withdrawn =
      correction(digest, first + 17, R"("action":"withdraw","reason":"a fault of the probe")");
  correction(digest, first + 5, R"("action":"withdraw","reason":"of another one")");
  correction(withdrawn, 1,
             R"("action":"replace","replacement":{"state":"up"},"reason":"it was up")");
  player_.Write("s.jsonl", R"({"kind":"state reported","source":"web-shop","at":)"
                           R"("2026-03-10T00:17:00Z","reported":"2026-03-10T02:00:00Z","body":)"
                           R"({"state":"degraded"}})"
                           "\n");
  player_.Must({"append", "@s.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
  for (const bool close : {false, true}) {
    std::vector<std::string> words = {"pack",      "web-shop", "--out",
                                      "@row.pack", "--row",    run_ + "/17"};
    if (close) words.push_back("--withhold-headers");
    player_.Must(words);
    const nlohmann::json verdict = Verdict("row.pack");
    EXPECT_EQ(verdict["verdict"], "verified") << verdict;
    const std::string name = "measurement " + run_ + "/17: ";
    EXPECT_TRUE(Notes(verdict, name + "its author withdraws it at ")) << verdict["notes"];
    EXPECT_TRUE(Notes(verdict, ": a fault of the probe; figures go by the measurement"));
    EXPECT_TRUE(Notes(verdict, "and replaces it by up at ")) << verdict["notes"];
    EXPECT_TRUE(Notes(verdict, "by a report of the same instant: degraded")) << verdict["notes"];
    EXPECT_FALSE(Notes(verdict, "of another one")) << verdict["notes"];
  }
  // What the pack does not show is not called nothing.
  const Outcome shown = player_.Run({"show", run_, "-C", "@row.pack"});
  EXPECT_EQ(shown.exit, 2);
  EXPECT_NE(shown.err.find("the pack does not show " + run_), std::string::npos) << shown.err;
}

TEST_F(PackRowsTest, WhatIsNoRowIsRefused) {
  const auto refused = [&](std::vector<std::string> words, const std::string& why) {
    words.insert(words.begin(), {"pack", "web-shop", "--out", "@no.pack"});
    const Outcome outcome = player_.Run(words);
    EXPECT_EQ(outcome.exit, 2) << outcome.err;
    EXPECT_NE(outcome.err.find(why), std::string::npos) << outcome.err;
  };
  refused({"--row", run_ + "/40"}, "has 40 rows, none 40");
  refused({"--row", "0/0/1"}, "is no run of a feed");
  refused({"--row", run_}, "names no row of a run");
  refused({"--row", run_ + "/1", "--period", "2026-03"}, "make two packs");
}

// T-88: rows go in whole leaves, which is said; what rests on the others alone stays exact.
TEST_F(PackRowsTest, T88SomeRowsAreErasedAndTheOthersStay) {
  const std::vector<std::string> february = {"replay", "web-shop", "--period", "2026-02", "--json"};
  const auto exact = nlohmann::json::parse(player_.Must(february))["windows"];
  player_.Must({"pack", "web-shop", "--out", "@before.pack"});
  const auto erase = [&](const std::string& rows) {
    return player_.Run({"erase", run_, "--rows", rows, "--reason", "asked", "--yes"});
  };
  for (const std::string party : {"monitor", "provider", "customer"}) {
    EXPECT_EQ(erase("20-25").exit, 5) << party;
    const Outcome agreed = player_.Run({"erasure", "agree", run_, "--rows", "20-25", "--reason",
                                        "asked", "--key", "@" + party + ".pem"});
    EXPECT_EQ(agreed.exit, 0) << agreed.err;
    EXPECT_NE((agreed.out + agreed.err).find("rows 16 to 31 of 40, in whole leaves of 16 rows"),
              std::string::npos)
        << agreed.err;
  }
  EXPECT_EQ(erase("10-20").exit, 5) << "nobody agreed to rows 0 to 15";
  EXPECT_EQ(player_.Run({"erase", run_, "--reason", "asked", "--yes"}).exit, 5);
  const Outcome done = erase("20-25");
  ASSERT_EQ(done.exit, 0) << done.err;
  EXPECT_NE(
      (done.out + done.err).find("no file of the ledger holds rows 16 to 31 of event " + run_),
      std::string::npos)
      << done.err;
  EXPECT_EQ(erase("31").exit, 0) << "it is erased already";
  EXPECT_EQ(erase("0-20").exit, 2) << "some of it is";
  for (const std::string rows : {"40", "5-4", "a", "1-2-3", ""}) {
    EXPECT_EQ(erase(rows).exit, 2) << rows;
  }
  EXPECT_NE(player_.Must({"show", run_}).find("erased: rows 16 to 31 of 40; the others stay"),
            std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(player_.Must(february))["windows"], exact);
  const auto march = nlohmann::json::parse(
      player_.Must({"replay", "web-shop", "--period", "2026-03", "--json"}))["windows"][0];
  EXPECT_EQ(march["verdict"], "indeterminate");
  EXPECT_EQ(march["range"]["erased"], run_);
  const auto verdict =
      nlohmann::json::parse(player_.Must({"verify", "@ledger", "--self", "--json"}));
  EXPECT_EQ(verdict["verdict"], "verified") << verdict;
  EXPECT_TRUE(Notes(verdict, "of event " + run_ + " is erased: rows 16 to 31"));
  player_.clock().Set(player_.clock().Now() + Minutes(2));
  player_.Must({"pack", "web-shop", "--out", "@after.pack"});
  player_.Must({"pack", "web-shop", "--out", "@row.pack", "--row", run_ + "/3"});
  EXPECT_EQ(player_.Run({"pack", "web-shop", "--out", "@no.pack", "--row", run_ + "/20"}).exit, 2);
  for (const std::string name : {"before", "after", "row"}) {
    const nlohmann::json pack = Verdict(name + ".pack");
    EXPECT_EQ(pack["verdict"], "verified") << pack;
    EXPECT_EQ(Notes(pack, "is erased: rows 16 to 31"), name != "before") << pack;
  }
  EXPECT_TRUE(Notes(Verdict("row.pack"), "measurement " + run_ + "/3"));
}

}  // namespace
}  // namespace tally::tests
