// Goal: a party whose keys are lost goes on with its recovery key, keys expire by ledger time, and
// another party acts in its name as far as it was let (T-42, T-43). Method: the program as a
// function, from the theft to what verify says of it.
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

class PartyLifeTest : public testing::Test {
 protected:
  void SetUp() override {
    test_.MakeLedger();
    for (const char* name : {"lime", "next", "spare", "spare2", "agent"}) {
      ASSERT_EQ(test_.Run({"key", "new", "--party", "lime", "--out", Pem(name)}).exit, 0);
    }
    Must({"party", "register", "lime", "--key", Pem("lime"), "--recovery-key", Pem("spare")});
    Must({"party", "register", "agent", "--key", Pem("agent")});
    Must({"feed", "register", "web", "--party", "lime", "--key", Pem("lime")});
    test_.Write("a.jsonl", TallyTest::StateLines(2));
    test_.Write("b.jsonl", TallyTest::StateLines(2, 10));
    test_.Write("c.jsonl", TallyTest::StateLines(2, 20));
  }
  std::string Pem(const std::string& name) { return test_.Path(name + ".pem"); }
  Outcome Must(std::vector<std::string> words) {
    const Outcome outcome = test_.OnLedger(std::move(words));
    EXPECT_EQ(outcome.exit, 0) << outcome.err;
    return outcome;
  }
  Outcome Append(const std::string& lines, const std::string& key) {
    return test_.OnLedger({"append", test_.Path(lines), "--feed", "web", "--key", Pem(key)});
  }
  TallyTest test_;
};

// T-43: after the recovery the stolen key signs nothing, the new one goes on.
TEST_F(PartyLifeTest, T43RecoversWithTheRecoveryKey) {
  ASSERT_EQ(Append("a.jsonl", "lime").exit, 0);
  Must({"party", "grant", "lime", "--to", "agent", "--key", Pem("lime")});  // the thief
  const std::vector<std::string> recover = {
      "party",      "recover",   "lime",     "--key",         Pem("spare"),
      "--new-key",  Pem("next"), "--reason", "laptop stolen", "--new-recovery-key",
      Pem("spare2")};
  std::vector<std::string> by_other = recover;
  by_other[4] = Pem("lime");
  EXPECT_EQ(test_.OnLedger(by_other).exit, 5);
  by_other[4] = Pem("agent");
  EXPECT_EQ(test_.OnLedger(by_other).exit, 5);
  const Outcome done = Must(recover);
  EXPECT_TRUE(absl::StrContains(done.err, "`tally party withdraw lime --from agent`")) << done.err;
  const Outcome again = Must(recover);
  EXPECT_TRUE(absl::StrContains(again.out, "nothing was appended")) << again.out << again.err;
  EXPECT_EQ(Append("b.jsonl", "lime").exit, 5);
  EXPECT_EQ(Append("b.jsonl", "next").exit, 0);
  // The new recovery key stands behind it; the old one, used, is gone.
  by_other[4] = Pem("spare");
  by_other[6] = Pem("lime");
  EXPECT_NE(test_.OnLedger(by_other).exit, 0);
  const Outcome show = Must({"party", "show", "lime", "--json"});
  EXPECT_TRUE(absl::StrContains(show.out, "\"state\":\"retired\"")) << show.out;
  const Outcome verify = Must({"verify"});
  EXPECT_TRUE(absl::StrContains(verify.out, "valid by retired key, 0 suspect")) << verify.out;
}

// T-42: what was signed since the compromise is suspect, not gone; replay and verify say so.
TEST_F(PartyLifeTest, T42CompromisedSinceIsSaidByVerify) {
  ASSERT_EQ(Append("a.jsonl", "lime").exit, 0);
  const Instant theft = test_.clock.now + Hours(1);
  test_.clock.now = theft;
  ASSERT_EQ(Append("b.jsonl", "lime").exit, 0);
  Must({"party", "recover", "lime", "--key", Pem("spare"), "--new-key", Pem("next"), "--reason",
        "stolen"});
  const auto ledger = test_.OpenAcme();
  const ledger::PartyEntry* lime = ledger->keyring().FindParty(absl::string_view("lime"));
  const std::string lost = ledger->keyring().KeysOf(lime->id)[0]->fingerprint.ToHex();
  Must({"party", "revoke", "lime", lost, "--compromised-since", FormatInstant(theft), "--key",
        Pem("next")});
  const Outcome verify = Must({"verify"});
  EXPECT_TRUE(absl::StrContains(verify.out, " 1 suspect")) << verify.out;
  EXPECT_TRUE(absl::StrContains(verify.out, "of party lime is compromised since")) << verify.out;
}

// T-42: the role that a thief granted to himself outlives neither the recovery unnoticed nor the
// word on the key: verify counts what he signs, and the command says how to end it.
TEST_F(PartyLifeTest, T42WhatAStolenKeyGrantedIsSuspect) {
  const Instant theft = test_.clock.now + Hours(1);
  test_.clock.now = theft;
  Must({"party", "grant", "lime", "--to", "agent", "--key", Pem("lime")});
  ASSERT_EQ(Append("a.jsonl", "agent").exit, 0);
  test_.clock.now = theft + Hours(1);
  Must({"party", "recover", "lime", "--key", Pem("spare"), "--new-key", Pem("next"), "--reason",
        "stolen"});
  const auto ledger = test_.OpenAcme();
  const ledger::PartyEntry* lime = ledger->keyring().FindParty(absl::string_view("lime"));
  const std::string lost = ledger->keyring().KeysOf(lime->id)[0]->fingerprint.ToHex();
  const Outcome revoked = Must({"party", "revoke", "lime", lost, "--compromised-since",
                                FormatInstant(theft), "--key", Pem("next")});
  EXPECT_TRUE(absl::StrContains(revoked.err, "what is signed under it is suspect")) << revoked.err;
  EXPECT_TRUE(absl::StrContains(revoked.err, "`tally party withdraw lime --from agent`"))
      << revoked.err;
  ASSERT_EQ(Append("b.jsonl", "agent").exit, 0);
  const Outcome verify = Must({"verify"});
  EXPECT_TRUE(absl::StrContains(verify.out, ", 3 suspect")) << verify.out;
  EXPECT_TRUE(absl::StrContains(verify.out,
                                "2 records signed under the role that it granted to party agent"))
      << verify.out;
  Must({"party", "withdraw", "lime", "--from", "agent", "--key", Pem("next")});
  EXPECT_EQ(Append("c.jsonl", "agent").exit, 5);
  Must({"verify"});
}

// T-42: the recorded time decides, at the millisecond.
TEST_F(PartyLifeTest, T42AKeyExpiresByLedgerTime) {
  const Instant end = test_.clock.now + Hours(2);
  Must({"party", "rotate", "lime", "--key", Pem("lime"), "--new-key", Pem("next"), "--keep-old",
        "--roles", "append", "--valid-until", FormatInstant(end)});
  EXPECT_EQ(test_
                .OnLedger({"party", "rotate", "lime", "--key", Pem("lime"), "--new-key",
                           Pem("spare2"), "--valid-until", "2020-01-01T00:00:00Z"})
                .exit,
            2);
  // It appends, and grants nothing.
  EXPECT_EQ(
      test_.OnLedger({"party", "rotate", "lime", "--key", Pem("next"), "--new-key", Pem("spare2")})
          .exit,
      5);
  test_.clock.now = end - Milliseconds(1);
  EXPECT_EQ(Append("a.jsonl", "next").exit, 0);
  test_.clock.now = end;
  const Outcome late = Append("b.jsonl", "next");
  EXPECT_EQ(late.exit, 5);
  EXPECT_TRUE(absl::StrContains(late.err, "expired")) << late.err;
  EXPECT_EQ(Append("b.jsonl", "lime").exit, 0);
  EXPECT_TRUE(absl::StrContains(Must({"party", "show", "lime"}).out, "expired"));
  Must({"verify"});
}

TEST_F(PartyLifeTest, ARoleIsGrantedAndWithdrawn) {
  EXPECT_EQ(Append("a.jsonl", "agent").exit, 5);
  EXPECT_EQ(test_
                .OnLedger({"party", "grant", "lime", "--to", "agent", "--role", "approve", "--key",
                           Pem("lime")})
                .exit,
            2);
  EXPECT_EQ(test_.OnLedger({"party", "grant", "lime", "--to", "nobody", "--key", Pem("lime")}).exit,
            2);
  EXPECT_EQ(test_.OnLedger({"party", "grant", "lime", "--to", "agent", "--key", Pem("agent")}).exit,
            5);
  Must({"party", "grant", "lime", "--to", "agent", "--key", Pem("lime"), "--reason", "holidays"});
  EXPECT_EQ(Append("a.jsonl", "agent").exit, 0);
  EXPECT_TRUE(absl::StrContains(Must({"party", "show", "lime"}).out, "agent"));
  // What was granted is not passed on, and the party's own keys stay its own.
  EXPECT_EQ(
      test_.OnLedger({"party", "rotate", "lime", "--key", Pem("agent"), "--new-key", Pem("next")})
          .exit,
      5);
  Must({"party", "withdraw", "lime", "--from", "agent", "--key", Pem("lime")});
  EXPECT_EQ(Append("b.jsonl", "agent").exit, 5);
  const Outcome twice =
      Must({"party", "withdraw", "lime", "--from", "agent", "--key", Pem("lime")});
  EXPECT_TRUE(absl::StrContains(twice.out, "nothing was appended")) << twice.out;
  // Granted again in the same words it is another act, and holds again.
  Must({"party", "grant", "lime", "--to", "agent", "--key", Pem("lime"), "--reason", "holidays"});
  EXPECT_EQ(Append("b.jsonl", "agent").exit, 0);
  Must({"party", "withdraw", "lime", "--from", "agent", "--key", Pem("lime")});
  EXPECT_EQ(Append("c.jsonl", "agent").exit, 5);
  Must({"verify"});
}

}  // namespace
}  // namespace tally::tools
