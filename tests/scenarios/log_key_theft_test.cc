// Goal: the runbook of a stolen log key (T-44, docs/OPERATING.md): heads that others witnessed
// before the cut-off stay good, later ones of the stolen key are good for nobody, and a reader who
// knows one key alone is told how far it reaches. Method: the built-in scenario; a thief who has
// the key file and nothing else; the ledger, a pack, a witness and the program for packs.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "ledger/chain/note.h"
#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

class LogKeyTheft : public testing::Test {
 protected:
  LogKeyTheft() {
    player_.PlayScenarioToTerms();
    old_key_ = LogKey();
    stolen_ = Read("ledger/keys/log.pem");
    player_.Must({"key", "new", "--party", "w1", "--out", "@w1.pem"});
    player_.Must({"checkpoint", "--out", "@before"});
    Cosign("before");
    player_.Must({"key", "new", "--party", "log", "--out", "@log2.pem"});
    player_.Must({"key", "rotate-log", "--new-key", "@log2.pem", "--recovery-key",
                  "@ledger/keys/recovery.pem", "--reason", "machine broken into"});
    new_key_ = LogKey();
    player_.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  }
  Outcome Cosign(const std::string& file) {
    return player_.Run({"cosign", "@" + file, "--key", "@w1.pem", "--name", "witness.example/w1"});
  }
  std::string LogKey() {
    return nlohmann::json::parse(player_.Must({"identity", "--out", "-"}))["log_vkeys"][0];
  }
  std::string Read(const std::string& name) const {
    std::ifstream in(player_.Path(name), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  // What the thief makes the stolen key say.
  void Forge(const std::string& name, const ledger::Checkpoint& checkpoint) {
    const auto key = ledger::SigningKey::FromPem(stolen_, "");
    ASSERT_TRUE(key.ok());
    std::ofstream(player_.Path(name)) << *ledger::SignCheckpoint(checkpoint, **key);
  }
  ledger::Checkpoint Head() {
    const std::string note = player_.Must({"checkpoint", "--out", "-"});
    return *ledger::ParseCheckpointText(ledger::ParseNote(note)->text);
  }
  std::string VerdictOfLedger(const std::string& against) {
    const Outcome outcome =
        player_.Run({"verify", "--json", "--trust", new_key_, "--against", "@" + against});
    return nlohmann::json::parse(outcome.out)["verdict"];
  }
  Player player_;
  std::string old_key_, new_key_, stolen_;
};

// T-44: the date decides, and the date is a size.
TEST_F(LogKeyTheft, T44WitnessedBeforeStaysGoodAndLaterDoesNot) {
  EXPECT_EQ(VerdictOfLedger("before"), "verified");
  // The very head of the ledger, under the key that ended.
  Forge("after", Head());
  EXPECT_EQ(VerdictOfLedger("after"), "failed");
  EXPECT_NE(Cosign("after").exit, 0);
  // Another history of a greater size.
  ledger::Checkpoint other = Head();
  other.size += 5;
  other.root.bytes[0] ^= 1;
  Forge("longer", other);
  EXPECT_EQ(VerdictOfLedger("longer"), "failed");
  // Of a smaller one: the key could sign it, the log does not have it.
  other.size = 3;
  Forge("shorter", other);
  EXPECT_EQ(VerdictOfLedger("shorter"), "failed");
  player_.Must({"checkpoint", "--out", "@now"});
  EXPECT_EQ(Cosign("now").exit, 0);
}

// T-44: the ledger is carried on by nobody who has the stolen key alone.
TEST_F(LogKeyTheft, T44TheStolenKeyAppendsNothing) {
  std::ofstream(player_.Path("ledger/keys/log.pem")) << stolen_;
  const Outcome refused = player_.Run({"claim", "withdraw", "web-shop", "--key", "@customer.pem"});
  EXPECT_NE(refused.exit, 0);
  EXPECT_NE(refused.err.find("log key"), std::string::npos) << refused.err;
}

// T-44: packs, and those who have nothing else.
TEST_F(LogKeyTheft, T44APackShowsTheHandover) {
  player_.clock().Set(player_.clock().Now() + Minutes(2));
  player_.Must({"pack", "web-shop", "--out", "@p.pack"});
  const std::string verifier = TALLY_BINARY_DIR "/bin/tally-verify verify ";
  for (const std::string& key : {old_key_, new_key_}) {
    const std::string command = absl::StrCat(verifier, player_.Path("p.pack"), " --trust '", key,
                                             "' > ", player_.Path("said"), " 2>&1");
    EXPECT_EQ(std::system(command.c_str()), 0) << Read("said");
    EXPECT_EQ(Read("said").find("cut-off") != std::string::npos, key == old_key_) << Read("said");
  }
}

}  // namespace
}  // namespace tally::tests
