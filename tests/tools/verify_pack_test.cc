// Goal: `verify` of a pack believes nothing that lies in the pack, answers the caller's question
// and no other, and computes the ledger's figures from the pack alone; the program for those who
// have packs and nothing else needs no store. Method: packs of the built-in scenario, asked with
// right and wrong trust and questions; the program's dynamic section read.
#include "tools/verify_pack.h"

#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "gtest/gtest.h"
#include "ledger/chain/note.h"
#include "ledger/crypto/ed25519.h"
#include "ledger/pack/pack_form.h"
#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

using Words = std::vector<std::string>;

Words And(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

class VerifyPackTest : public testing::Test {
 protected:
  VerifyPackTest() {
    player_.PlayScenarioToTerms();
    player_.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
    player_.Must({"project"});
    std::istringstream note(player_.Must({"identity", "--out", "-"}));
    vkey_ = nlohmann::json::parse(note)["log_vkeys"][0];
  }
  std::string Read(const std::string& name) const {
    std::ifstream in(player_.Path(name), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  Outcome Verify(const std::string& pack, const Words& more) {
    return player_.Run(And({"verify", "@" + pack, "--json"}, more));
  }
  nlohmann::json Verdict(const std::string& pack, const Words& more = {"--self"}) {
    return nlohmann::json::parse(Verify(pack, more).out);
  }

  Player player_;
  std::string vkey_;
};

TEST_F(VerifyPackTest, FiguresComeOutOfThePackAsOutOfTheLedger) {
  player_.Must({"pack", "web-shop", "--out", "@all.pack"});
  const nlohmann::json verdict = Verdict("all.pack", {"--trust", vkey_});
  EXPECT_EQ(verdict["verdict"], "verified") << verdict;
  EXPECT_EQ(verdict["subject"], "pack");
  EXPECT_EQ(verdict["completeness"], "shown");
  EXPECT_NE(verdict["covered"]["figures"], "0");
  for (const std::string command : {"replay", "explain"}) {
    for (const Words& more : {Words{}, Words{"--period", "2026-02"}}) {
      const Words words = And({command, "web-shop", "--json"}, more);
      EXPECT_EQ(player_.Must(And(words, {"-C", "@all.pack"})), player_.Must(words));
    }
  }
  for (const std::string month : {"2026-01", "2026-02"}) {
    player_.Must({"pack", "web-shop", "--out", "@month.pack", "--period", month});
    const Words words = {"replay", "web-shop", "--period", month, "--json"};
    const auto of_pack = nlohmann::json::parse(player_.Must(And(words, {"-C", "@month.pack"})));
    const auto of_ledger = nlohmann::json::parse(player_.Must(words));
    EXPECT_EQ(of_pack["windows"].size(), 1u);
    EXPECT_EQ(of_pack["figures"], of_ledger["figures"]);
    EXPECT_EQ(of_pack["windows"], of_ledger["windows"]);
  }
  // What was observed after January is withheld; before February lies only the state it began in.
  player_.Must({"pack", "web-shop", "--out", "@january.pack", "--period", "2026-01"});
  EXPECT_LT(Read("january.pack").size(), Read("all.pack").size());
  EXPECT_NE(Verdict("january.pack")["covered"]["withheld"], "0");
}

TEST_F(VerifyPackTest, TheSameRequestGivesTheSameBytes) {
  player_.Must({"pack", "web-shop", "--out", "@one.pack"});
  const std::string size = player_.Must({"checkpoint"});
  player_.Must({"pack", "web-shop", "--out", "@two.pack"});
  EXPECT_EQ(player_.Must({"checkpoint"}), size);  // no second heads event
  EXPECT_EQ(Read("one.pack"), Read("two.pack"));
}

// T-24
TEST_F(VerifyPackTest, T24NothingInsideVouchesForThePack) {
  player_.Must({"pack", "web-shop", "--out", "@web-shop.pack"});
  const Outcome untrusted = Verify("web-shop.pack", {});
  EXPECT_EQ(untrusted.exit, 2);
  EXPECT_NE(untrusted.err.find("test.example/ledger+"), std::string::npos) << untrusted.err;
  EXPECT_EQ(Verify("web-shop.pack", {"--ledger-id", std::string(64, 'a')}).exit, 2);
  EXPECT_EQ(Verify("web-shop.pack", {"--self"}).exit, 0);
  EXPECT_EQ(Verify("web-shop.pack", {"--trust", vkey_}).exit, 0);
  EXPECT_EQ(Verify("web-shop.pack", {"--self", "--ledger-id", std::string(64, 'a')}).exit, 1);
  EXPECT_EQ(Verify("web-shop.pack", {"--self", "--party", "customer=" + std::string(64, 'a')}).exit,
            1);
  // A whole ledger of the same origin and content, made anew by somebody with another key.
  Player forger("2026-11-02T00:00:00Z");
  forger.Must({"key", "new", "--party", "x", "--out", "@x.pem"});  // moves the randomness on
  forger.PlayScenarioToTerms();
  forger.Must({"pack", "web-shop", "--out", "@forged.pack"});
  EXPECT_EQ(player_.Run({"verify", forger.Path("forged.pack"), "--self"}).exit, 0);
  const Outcome forged = player_.Run({"verify", forger.Path("forged.pack"), "--trust", vkey_});
  EXPECT_EQ(forged.exit, 1);
  EXPECT_NE(forged.out.find("trusted-key"), std::string::npos) << forged.out;
}

// T-25: twenty packs, each asked every question.
TEST_F(VerifyPackTest, T25AValidProofAboutSomethingElseIsNoAnswer) {
  player_.Write("blog.yaml", Replaced(ReadSourceFile("tools/scenario/terms.yaml"),
                                      "agreement: web-shop", "agreement: blog"));
  player_.Agree("blog.yaml", "blog", "provider", "customer");
  const Words agreements = {"web-shop", "blog"};
  const Words periods = {"", "2026-01", "2026-02", "2026-Q1", "2026"};
  int packs = 0;
  for (const std::string& agreement : agreements) {
    for (const std::string& period : periods) {
      for (const std::string objective : {"", "availability"}) {
        Words words = {"pack", agreement, "--out", "@some.pack"};
        if (!period.empty()) words = And(words, {"--period", period});
        if (!objective.empty()) words = And(words, {"--objective", objective});
        player_.Must(words);
        ++packs;
        for (const std::string& asked : agreements) {
          for (const std::string& when : periods) {
            Words question = {"--trust", vkey_, "--no-figures", "--agreement", asked};
            if (!when.empty()) question = And(question, {"--period", when});
            if (!objective.empty()) {
              EXPECT_EQ(Verify("some.pack", question).exit, 1) << "all objectives";
              question = And(question, {"--objective", objective});
            }
            const bool answers = asked == agreement && (period.empty() || when == period);
            EXPECT_EQ(Verify("some.pack", question).exit, answers ? 0 : 1)
                << agreement << " " << period << " asked for " << asked << " " << when;
          }
        }
      }
    }
  }
  EXPECT_EQ(packs, 20);
}

TEST_F(VerifyPackTest, AStateOfTheLedgerIsAskedForByItsSize) {
  const auto status = nlohmann::json::parse(player_.Must({"checkpoint", "--json"}));
  const std::string size = status["size"];
  player_.Must({"claim", "answer", "web-shop", "--accept", "--key", "@provider.pem"});
  player_.Must({"pack", "web-shop", "--out", "@then.pack", "--at-size", size});
  player_.Must({"pack", "web-shop", "--out", "@now.pack"});
  EXPECT_EQ(Verify("then.pack", {"--self", "--at-size", size}).exit, 0);
  EXPECT_EQ(Verify("then.pack", {"--self", "--at-size", "5"}).exit, 1);
  EXPECT_EQ(Verify("now.pack", {"--self", "--at-size", "5"}).exit, 1);
  const Words then = {"replay", "web-shop", "--json", "--at-size", size};
  EXPECT_EQ(player_.Must(And(then, {"-C", "@then.pack"})), player_.Must(then));
}

TEST_F(VerifyPackTest, AKeptCheckpointIsComparedWhereThePackTellsItsRoot) {
  player_.Must({"checkpoint", "--out", "@kept"});
  player_.Must({"claim", "answer", "web-shop", "--accept", "--key", "@provider.pem"});
  player_.Must({"pack", "web-shop", "--out", "@plain.pack"});
  player_.Must({"pack", "web-shop", "--out", "@linked.pack", "--against", "@kept"});
  // What the pack does not tell is neither yes nor a contradiction.
  const nlohmann::json untold = Verdict("plain.pack", {"--against", "@kept"});
  EXPECT_EQ(untold["verdict"], "failed");
  EXPECT_EQ(untold["against"][0]["result"], "not shown");
  const Outcome in_words = player_.Run({"verify", "@plain.pack", "--against", "@kept"});
  EXPECT_NE(in_words.out.find("not shown"), std::string::npos) << in_words.out;
  EXPECT_EQ(in_words.out.find("CONTRADICTS"), std::string::npos) << in_words.out;
  EXPECT_EQ(Verify("linked.pack", {"--against", "@kept"}).exit, 0);
  player_.Must({"checkpoint", "--out", "@head"});
  EXPECT_EQ(Verify("plain.pack", {"--against", "@head"}).exit, 0);
  // Another tree of a size that the pack tells, signed by the very log: a contradiction.
  const auto log_key = ledger::SigningKey::FromPem(Read("ledger/keys/log.pem"), "");
  ASSERT_TRUE(log_key.ok()) << log_key.status();
  for (const std::string name : {"kept", "head"}) {
    const auto parsed = ledger::ParseNote(Read(name));
    ledger::Checkpoint other = *ledger::ParseCheckpointText(parsed->text);
    other.root.bytes[0] ^= 1;
    player_.Write("other", *ledger::SignCheckpoint(other, **log_key));
    const nlohmann::json verdict = Verdict("linked.pack", {"--against", "@other"});
    EXPECT_EQ(verdict["verdict"], "failed");
    EXPECT_EQ(verdict["against"][0]["result"], "contradicts") << name;
  }
}

TEST_F(VerifyPackTest, APackCarriesWhatWitnessesCosignedOfItsHead) {
  player_.Must({"heads"});
  player_.Must({"checkpoint", "--out", "@cosigned"});
  player_.Must({"key", "new", "--party", "w", "--out", "@w.pem"});
  const std::string said = player_.Must({"cosign", "@cosigned", "--key", "@w.pem", "--name",
                                         "witness.example/1", "--trust", vkey_, "--json"});
  const std::string witness = nlohmann::json::parse(said)["witness"];
  player_.Write("policy", "log " + vkey_ + "\nwitness w " + witness + "\nquorum w\n");
  player_.Must({"pack", "web-shop", "--out", "@plain.pack"});
  EXPECT_EQ(Verify("plain.pack", {"--policy", "@policy"}).exit, 1);
  player_.Write("ledger/cosigned.checkpoint", Read("cosigned"));  // as `witness submit` leaves it
  player_.Must({"pack", "web-shop", "--out", "@witnessed.pack"});
  EXPECT_EQ(Verify("witnessed.pack", {"--policy", "@policy"}).exit, 0);
  // It is of that head alone.
  player_.Must({"claim", "answer", "web-shop", "--accept", "--key", "@provider.pem"});
  player_.Must({"pack", "web-shop", "--out", "@later.pack"});
  EXPECT_EQ(Verify("later.pack", {"--policy", "@policy"}).exit, 1);
}

// T-27, T-28
TEST_F(VerifyPackTest, T27DamagedPacksAreAVerdictAndNoFault) {
  player_.Must({"pack", "web-shop", "--out", "@good.pack"});
  const std::string good = Read("good.pack");
  for (size_t at = 8; at < good.size(); at += good.size() / 20) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 4);
    player_.Write("bad.pack", bad);
    EXPECT_EQ(Verify("bad.pack", {"--self"}).exit, 1) << at;
    player_.Write("bad.pack", good.substr(0, at));
    EXPECT_EQ(Verify("bad.pack", {"--self"}).exit, 1) << at;
  }
  player_.Write("bad.pack", good + "x");
  const nlohmann::json verdict = Verdict("bad.pack");
  EXPECT_EQ(verdict["verdict"], "failed");
  EXPECT_EQ(verdict["findings"][0]["kind"], "malformed");
}

TEST_F(VerifyPackTest, AFileLargerThanAnyPackIsNotRead) {
  player_.Must({"pack", "web-shop", "--out", "@good.pack"});
  std::filesystem::resize_file(player_.Path("good.pack"), ledger::kPackBytesMax + 1);
  const Outcome outcome = Verify("good.pack", {"--self"});
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_NE(outcome.err.find("100663297 bytes; at most 100663296"), std::string::npos);
  EXPECT_NE(outcome.err.find("--period"), std::string::npos) << outcome.err;
}

TEST_F(VerifyPackTest, WhatIsNotShownToBeAllIsNotVerified) {
  std::rename(player_.Path("ledger/keys/service.pem").c_str(), player_.Path("elsewhere").c_str());
  const Outcome made = player_.Run({"pack", "web-shop", "--out", "@open.pack"});
  EXPECT_EQ(made.exit, 0) << made.err;
  EXPECT_NE(made.err.find("heads"), std::string::npos) << made.err;
  for (const Words& more : {Words{}, Words{"--no-figures"}, Words{"--agreement", "web-shop"}}) {
    const Words words = And({"--trust", vkey_}, more);
    EXPECT_EQ(Verify("open.pack", words).exit, 1);
    const nlohmann::json verdict = Verdict("open.pack", words);
    EXPECT_EQ(verdict["verdict"], "failed");
    EXPECT_EQ(verdict["completeness"], "not shown");
    ASSERT_EQ(verdict["findings"].size(), 1u);
    EXPECT_EQ(verdict["findings"][0]["kind"], "completeness");
  }
  const Outcome text = player_.Run({"verify", "@open.pack", "--self"});
  EXPECT_EQ(text.exit, 1);
  EXPECT_TRUE(text.out.starts_with("INCOMPLETE, and so not verified")) << text.out;
  EXPECT_NE(text.out.find("INCOMPLETE answer: agreement web-shop"), std::string::npos) << text.out;
  // Who takes it for what it is says so, and is still told first.
  EXPECT_EQ(Verdict("open.pack", {"--self", "--allow-incomplete"})["verdict"], "verified");
  EXPECT_EQ(Verdict("open.pack", {"--self", "--allow-incomplete"})["completeness"], "not shown");
  const Outcome taken = player_.Run({"verify", "@open.pack", "--self", "--allow-incomplete"});
  EXPECT_EQ(taken.exit, 0);
  EXPECT_TRUE(taken.out.starts_with("INCOMPLETE, as was allowed")) << taken.out;
  // A pack that fails otherwise is not called less.
  EXPECT_TRUE(player_.Run({"verify", "@open.pack", "--self", "--agreement", "blog"})
                  .out.starts_with("FAILED"));
}

// A closing that stands in a pack of its month is held to the month's figures.
TEST_F(VerifyPackTest, WhatWasStatedOfTheMonthIsComputedAgain) {
  player_.Must({"pack", "web-shop", "--out", "@all.pack"});
  const nlohmann::json all = Verdict("all.pack");
  for (const Words& more :
       {Words{"--period", "2026-02"}, Words{"--period", "2026-02", "--objective", "availability"},
        Words{"--objective", "availability"}}) {
    player_.Must(And({"pack", "web-shop", "--out", "@part.pack"}, more));
    const nlohmann::json verdict = Verdict("part.pack", And({"--self"}, more));
    EXPECT_EQ(verdict["verdict"], "verified") << verdict;
    EXPECT_GT(std::stoi(verdict["covered"]["figures"].get<std::string>()), 1) << verdict;
    EXPECT_NE(verdict["notes"].dump().find("only the figures of their windows"), std::string::npos);
  }
  EXPECT_NE(all["covered"]["figures"], "0");
}

TEST_F(VerifyPackTest, APeriodThatIsNoneIsAWrongQuestion) {
  player_.Must({"pack", "web-shop", "--out", "@all.pack"});
  EXPECT_EQ(Verify("all.pack", {"--self", "--agreement", "web-shop", "--period", "soon"}).exit, 2);
}

// What a program of its own says, and its exit status.
Outcome Spawn(const std::string& line) {
  Outcome outcome;
  FILE* const pipe = ::popen((line + " 2>&1").c_str(), "r");
  char buffer[4096];
  while (const size_t got = fread(buffer, 1, sizeof(buffer), pipe)) outcome.out.append(buffer, got);
  outcome.exit = WEXITSTATUS(::pclose(pipe));
  return outcome;
}

const std::string kVerifier = TALLY_BINARY_DIR "/bin/tally-verify";

TEST(TallyVerify, LinksNeitherAStoreNorWhatServersNeed) {
  const Outcome section = Spawn("readelf -d " + kVerifier);
  ASSERT_EQ(section.exit, 0) << section.out;
  ASSERT_NE(section.out.find("libcrypto"), std::string::npos) << section.out;
  for (const std::string library :
       {"rocksdb", "yaml-cpp", "kj-async", "kj-http", "kj-tls", "capnp-rpc", "libssl"}) {
    EXPECT_EQ(section.out.find(library), std::string::npos) << section.out;
  }
}

// Its reader has no other program, and asked for a figure.
TEST_F(VerifyPackTest, TheProgramForPacksSpeaksOfItself) {
  for (const std::string words : {"", " --help", " help"}) {
    const Outcome said = Spawn(kVerifier + words);
    EXPECT_EQ(said.out.find("`tally help"), std::string::npos) << said.out;
    EXPECT_NE(said.out.find("tally-verify"), std::string::npos) << said.out;
  }
  const Outcome missing = Spawn(kVerifier + " verify /no/such.pack --self");
  EXPECT_EQ(missing.exit, 2);
  EXPECT_NE(missing.out.find("there is nothing at /no/such.pack"), std::string::npos)
      << missing.out;
}

TEST_F(VerifyPackTest, TheVerdictNamesTheFigure) {
  player_.Must({"pack", "web-shop", "--out", "@month.pack", "--period", "2026-02"});
  const Outcome verdict = player_.Run({"verify", "@month.pack", "--trust", vkey_});
  EXPECT_NE(verdict.out.find("99.113343 %, breached, 120.00 EUR"), std::string::npos)
      << verdict.out;
}

TEST_F(VerifyPackTest, AnotherLogsKeyContradictsNothing) {
  player_.Must({"pack", "web-shop", "--out", "@month.pack", "--period", "2026-02"});
  player_.Must({"init", "@other", "--origin", "other.example/x"});
  const std::string key = nlohmann::json::parse(
      player_.Must({"identity", "-C", "@other", "--out", "-"}))["log_vkeys"][0];
  const Outcome verdict = player_.Run({"verify", "@month.pack", "--trust", key});
  EXPECT_EQ(verdict.exit, 1) << verdict.out;
  EXPECT_NE(verdict.out.find("another log, "), std::string::npos) << verdict.out;
  EXPECT_EQ(verdict.out.find("CONTRADICTS"), std::string::npos) << verdict.out;
}

TEST_F(VerifyPackTest, TheProgramForPacksAnswersAsTallyDoes) {
  player_.Must({"pack", "web-shop", "--out", "@web-shop.pack"});
  const std::string pack = player_.Path("web-shop.pack");
  const Outcome verdict = Spawn(kVerifier + " verify --json " + pack + " --trust '" + vkey_ + "'");
  EXPECT_EQ(verdict.exit, 0) << verdict.out;
  EXPECT_EQ(verdict.out, Verify("web-shop.pack", {"--trust", vkey_}).out);
  for (const std::string command : {"replay web-shop", "explain web-shop --period 2026-02"}) {
    const Outcome spawned = Spawn(kVerifier + " " + command + " --json --quiet -C " + pack);
    EXPECT_EQ(spawned.exit, 0) << spawned.out;
    std::istringstream split(command);
    const Words words{std::istream_iterator<std::string>(split), {}};
    EXPECT_EQ(spawned.out, player_.Must(And(words, {"--json", "--quiet"})));
    if (words[0] == "explain") {
      EXPECT_FALSE(nlohmann::json::parse(spawned.out)["terms"].empty()) << spawned.out;
    }
  }
  EXPECT_EQ(Spawn(kVerifier + " verify " + player_.Path("ledger") + " --self").exit, 2);
  EXPECT_EQ(Spawn(kVerifier + " replay web-shop -C " + player_.Path("ledger")).exit, 2);
}

}  // namespace
}  // namespace tally::tests
