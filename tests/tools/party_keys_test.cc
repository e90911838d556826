// Goal: what the commands on parties share refuses what is no fingerprint, role or party, and says
// what a key is now. Method: the functions on a small ledger.
#include "tools/party_keys.h"

#include <gtest/gtest.h>

#include "tests/tools/tally_support.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

TEST(PartyKeys, RolesFingerprintsAndNames) {
  TallyTest test;
  test.MakeFeed();
  const auto roles = [&](std::vector<std::string> more) {
    std::vector<std::string> words = {"party", "rotate", "lime", "--new-key", "x"};
    words.insert(words.end(), more.begin(), more.end());
    const TestCall call(test, words);
    return ReadPartyRoles(call.call());
  };
  EXPECT_EQ(*roles({}), uint32_t{kRoleAppend | kRoleGrant});
  EXPECT_EQ(*roles({"--roles", "append"}), uint32_t{kRoleAppend});
  EXPECT_EQ(FaultOf(roles({"--roles", "operator"}).status()).code, "bad-input");
  EXPECT_TRUE(ReadFingerprint(std::string(64, 'a')).ok());
  EXPECT_EQ(FaultOf(ReadFingerprint("lime").status()).code, "bad-input");
  EXPECT_TRUE(FindNamedParty(*test.OpenAcme(), "lime").ok());
  EXPECT_EQ(FaultOf(FindNamedParty(*test.OpenAcme(), "lemon").status()).code, "not-found");
}

TEST(PartyKeys, WhatAKeyIsNow) {
  const Instant end = Instant{Days(20000).micros};
  ledger::KeyEntry key;
  EXPECT_EQ(KeyStateText(key, end), "valid");
  key.valid_until = end;
  EXPECT_EQ(KeyStateText(key, end - Milliseconds(1)), "valid");
  EXPECT_EQ(KeyStateText(key, end), "expired");
  key.revoked_at = 7;
  EXPECT_EQ(KeyStateText(key, end), "retired");
  key.compromised_since = end;
  EXPECT_EQ(KeyStateText(key, end), "compromised");
}

}  // namespace
}  // namespace tally::tools
