// Goal: what an identity file says comes back from reading it, and a damaged one is refused.
// Method: the identity of a small ledger, written, read and written again; each line cut.
#include "tools/identity_file.h"

#include <gtest/gtest.h>

#include "tests/tools/tally_support.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

TEST(IdentityFile, RoundTrips) {
  TallyTest test;
  test.MakeFeed();
  ASSERT_EQ(test.OnLedger({"zone", "add", "UTC"}).exit, 0);
  test.Write("a.jsonl", TallyTest::StateLines(3));
  ASSERT_EQ(test.OnLedger({"append", test.Path("a.jsonl"), "--feed", "web", "--key",
                           test.Path("lime.pem")})
                .exit,
            0);
  const auto ledger = test.OpenAcme();
  const auto identity = IdentityOf(
      *ledger,
      {{StreamKind::kFeed, "web"}, {StreamKind::kParty, "lime"}, {StreamKind::kSystem, "system"}});
  ASSERT_TRUE(identity.ok()) << identity.status();
  const std::string text = IdentityText(*identity);
  const auto read = ParseIdentity(text, "id.json");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(IdentityText(*read), text);
  EXPECT_EQ(read->ledger, ledger->id());
  EXPECT_EQ(read->zones.size(), 1u);
  ASSERT_NE(read->FindParty("lime"), nullptr);
  const IdentityFile::Stream* feed = read->FindStream({StreamKind::kFeed, "web"});
  ASSERT_NE(feed, nullptr);
  ASSERT_TRUE(feed->feed.has_value());
  EXPECT_EQ(feed->feed->last_position, 4u);
  EXPECT_EQ(feed->feed->author, read->FindParty("lime")->id);
  EXPECT_EQ(feed->feed->last_positions.at(1), 4u);
  EXPECT_EQ(read->PartyOf(read->FindParty("lime")->keys.front().fingerprint)->name, "lime");
  EXPECT_EQ(read->FindStream({StreamKind::kFeed, "no"}), nullptr);

  for (size_t length = 0; length + 1 < text.size(); length += 7) {
    EXPECT_FALSE(ParseIdentity(text.substr(0, length), "id.json").ok()) << length;
  }
  std::string other_key = text;
  const size_t at = other_key.find("public_key\":\"") + 13;
  other_key[at] = other_key[at] == '0' ? '1' : '0';
  EXPECT_EQ(FaultOf(ParseIdentity(other_key, "id.json").status()).code, "bad-json");
}

TEST(IdentityFile, RolesAreNamed) {
  EXPECT_EQ(RolesText(kRoleAppend | kRoleGrant), "append, grant");
  EXPECT_EQ(RolesText(kRoleOperator | kRoleProjector), "operator, projector");
  EXPECT_EQ(RolesText(0), "");
}

}  // namespace
}  // namespace tally::tools
