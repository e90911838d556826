// Goal: which ledger it is and whose keys it knows is compared with what the caller named. Method:
// a ledger with one party; right and wrong names. Figures are compared in verify_command_test.cc
// and the scenarios.
#include "tools/verify_claims.h"

#include "gtest/gtest.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

TEST(VerifyClaims, NamesThatDifferAreFindings) {
  TallyTest test;
  test.MakeFeed();
  const auto ledger = test.OpenAcme();
  const ledger::PartyEntry* lime = ledger->keyring().FindParty(absl::string_view("lime"));
  ASSERT_NE(lime, nullptr);
  const KeyFingerprint key = ledger->keyring().KeysOf(lime->id).front()->fingerprint;
  const auto findings = [&](const Trust& trust) {
    Verdict verdict;
    JudgeNames(trust, *ledger, verdict);
    return verdict.report.findings.size();
  };
  Trust trust;
  trust.ledger_id = ledger->id();
  trust.parties = {{"lime", key}};
  EXPECT_EQ(findings(trust), 0u);
  trust.parties = {{"lemon", key}, {"lime", KeyFingerprint{{1}}}};
  EXPECT_EQ(findings(trust), 2u);
  trust.ledger_id = LedgerId{{1}};
  EXPECT_EQ(findings(trust), 3u);
}

}  // namespace
}  // namespace tally::tools
