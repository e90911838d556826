// Goal: `verify` says what stamps prove under the caller's authorities and nothing that they do
// not. Method: ledgers and packs with good stamps, stamps of other authorities and of other trees.
#include "tools/verify_stamps.h"

#include <gtest/gtest.h>
#include <time.h>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/crypto/time_stamp.h"
#include "ledger/pack/pack_ledger.h"
#include "tests/scenarios/player.h"
#include "tests/stamp_authority.h"

namespace tally::tests {
namespace {

class VerifyStampsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!StampAuthority::IsThere()) GTEST_SKIP() << "openssl is not installed";
    authority_ = std::make_unique<StampAuthority>();
    player_.PlayScenarioToTerms();
  }
  // A stamp of the head by `authority`; the size that was stamped.
  uint64_t Stamp(const StampAuthority& authority) {
    player_.Must({"stamp", "--request", "@q"});
    player_.Write("r", authority.Reply(ReadText(player_.Path("q"))));
    const auto head = nlohmann::json::parse(player_.Must({"checkpoint", "--json"}));
    player_.Must({"stamp", "--response", "@r", "--tsa-ca", authority.root_file()});
    return std::stoull(head["size"].get<std::string>());
  }
  nlohmann::json Verify(std::vector<std::string> words) {
    words.insert(words.begin(), "verify");
    words.push_back("--json");
    return nlohmann::json::parse(player_.Run(words).out);
  }
  static bool Notes(const nlohmann::json& verdict, const std::string& text) {
    for (const auto& note : verdict["notes"]) {
      if (absl::StrContains(note.get<std::string>(), text)) return true;
    }
    return false;
  }
  static nlohmann::json AgainstStamps(const nlohmann::json& verdict) {
    for (const auto& against : verdict["against"]) {
      if (against["kind"] == "time-stamp") return against;
    }
    return nullptr;
  }

  Player player_;
  std::unique_ptr<StampAuthority> authority_;
};

TEST_F(VerifyStampsTest, OfALedgerTheyAreHeldAgainstTheCallersAuthorities) {
  EXPECT_TRUE(AgainstStamps(Verify({})).is_null());
  EXPECT_EQ(Verify({"--tsa-ca", authority_->root_file()})["verdict"], "failed") << "none at all";
  const uint64_t size = Stamp(*authority_);
  EXPECT_TRUE(Notes(Verify({}), "1 time stamp was not checked"));
  const auto verdict = Verify({"--tsa-ca", authority_->root_file()});
  EXPECT_EQ(verdict["verdict"], "verified") << verdict;
  EXPECT_EQ(AgainstStamps(verdict)["result"], "consistent");
  EXPECT_EQ(AgainstStamps(verdict)["size"], absl::StrCat(size));
  EXPECT_TRUE(Notes(verdict, absl::StrCat("the first ", size, " records stood by "))) << verdict;
  // A stamp takes no warning away: the operator could have written all of it anew before.
  EXPECT_TRUE(Notes(verdict, "proves nothing against"));
  const StampAuthority other;
  const auto strange = Verify({"--tsa-ca", other.root_file()});
  EXPECT_EQ(strange["verdict"], "failed");
  EXPECT_EQ(AgainstStamps(strange)["result"], "not shown");
  EXPECT_EQ(strange["findings"][0]["kind"], "time-stamp");
  // One that holds is enough; the others are named.
  Stamp(other);
  const auto mixed = Verify({"--tsa-ca", other.root_file()});
  EXPECT_EQ(mixed["verdict"], "verified") << mixed;
  EXPECT_TRUE(Notes(mixed, "proves nothing: ")) << mixed;
}

// The authority's clock is the machine's; the ledger's is set a day ahead of it.
TEST_F(VerifyStampsTest, AClockThatWasAheadIsSeen) {
  const auto ahead = [&] {
    return Notes(Verify({"--tsa-ca", authority_->root_file()}), "the ledger's clock was ahead");
  };
  player_.clock().Set({static_cast<int64_t>(::time(nullptr)) * 1000000});
  player_.Must({"time", "accept"});
  Stamp(*authority_);
  EXPECT_FALSE(ahead());
  player_.clock().Set(player_.clock().Now() + Days(1));
  player_.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  Stamp(*authority_);
  EXPECT_TRUE(ahead());
}

// Who says "give or take a day" accuses nobody whose clock is half a day off.
TEST_F(VerifyStampsTest, AnAuthorityThatIsNotExactSaysByWhenAtTheLatest) {
  const StampAuthority loose(StampAuthority::Purpose::kStamps, "sha256", "secs:86400");
  player_.clock().Set(Instant{static_cast<int64_t>(::time(nullptr)) * 1000000} + Hours(12));
  player_.Must({"time", "accept"});
  player_.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  Stamp(loose);
  const auto verdict = Verify({"--tsa-ca", loose.root_file()});
  EXPECT_EQ(verdict["verdict"], "verified") << verdict;
  EXPECT_TRUE(Notes(verdict, " give or take 1 d)")) << verdict;
  EXPECT_FALSE(Notes(verdict, "the ledger's clock was ahead")) << verdict;
  const auto listed = nlohmann::json::parse(
      player_.Must({"stamp", "verify", "--tsa-ca", loose.root_file(), "--json"}));
  const auto time = [&](const char* field) {
    return *ParseInstant(listed["stamps"][0][field].get<std::string>());
  };
  EXPECT_EQ(time("by"), time("time") + Days(1)) << listed;
}

TEST_F(VerifyStampsTest, APackBringsTheStampsThatItsRecordsNeed) {
  const uint64_t first = Stamp(*authority_);
  Stamp(*authority_);  // over nothing of the agreement that the first does not cover
  player_.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  const uint64_t third = Stamp(*authority_);
  player_.Must({"pack", "web-shop", "--out", "@web-shop.pack"});
  const auto untold = Verify({"@web-shop.pack", "--self"});
  EXPECT_TRUE(Notes(untold, "2 time stamps were not checked")) << untold;
  const auto verdict = Verify({"@web-shop.pack", "--self", "--tsa-ca", authority_->root_file()});
  EXPECT_EQ(verdict["verdict"], "verified") << verdict;
  EXPECT_EQ(AgainstStamps(verdict)["size"], absl::StrCat(third));
  EXPECT_TRUE(Notes(verdict, absl::StrCat("the first ", first, " records stood by"))) << verdict;
  EXPECT_TRUE(Notes(verdict, absl::StrCat("the first ", third, " records stood by"))) << verdict;
  const StampAuthority other;
  EXPECT_EQ(Verify({"@web-shop.pack", "--self", "--tsa-ca", other.root_file()})["verdict"],
            "failed");
  // A time stamp is no trust in a log.
  EXPECT_EQ(player_.Run({"verify", "@web-shop.pack", "--tsa-ca", authority_->root_file()}).exit, 2);
}

// Whoever asks a second authority, known or not, takes the first one's word from nobody.
TEST_F(VerifyStampsTest, APackBringsTheWordOfEachAuthority) {
  const StampAuthority other;
  const uint64_t first = Stamp(other);
  const uint64_t second = Stamp(*authority_);
  player_.Must({"pack", "web-shop", "--out", "@both.pack"});
  for (const auto& [authority, size] : {std::pair(&other, first), {authority_.get(), second}}) {
    const auto verdict = Verify({"@both.pack", "--self", "--tsa-ca", authority->root_file()});
    EXPECT_EQ(verdict["verdict"], "verified") << verdict;
    EXPECT_EQ(AgainstStamps(verdict)["size"], absl::StrCat(size)) << verdict;
  }
}

TEST_F(VerifyStampsTest, WhereNoStampsAreTheQuestionIsWrong) {
  player_.Must({"tiles", "export", "@www"});
  EXPECT_EQ(player_.Run({"verify", "@www", "--self", "--tsa-ca", authority_->root_file()}).exit, 2);
}

}  // namespace
}  // namespace tally::tests
