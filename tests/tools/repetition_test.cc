// Goal: the same words said again are one act while they still mean it, another step once they do
// not, and nobody's guess where they could be either. Method: the built-in scenario with two levels
// and an arbitrator; each act that an author could mean a second time, said twice at once and again
// when things changed.
#include "tools/repetition.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

constexpr char kTwoLevels[] =
    "rules:\n"
    "  one: { kind: dispute level, objectives: all, level: 1, form: representatives, counted in: "
    "no limit }\n"
    "  two: { kind: dispute level, objectives: all, level: 2, form: representatives, counted in: "
    "no limit }\n";
constexpr char kArbiter[] =
    "rules:\n"
    "  who: { kind: decision authority, objectives: all, arbitrator: monitor, expert: none, "
    "order: arbitrator over expert over joint agreement, deemed acceptance: none }\n";

class RepeatedAct : public ::testing::Test {
 protected:
  // Up to the closing of February.
  void Play(const std::string& rules) {
    player_.NewLedger({"provider", "customer", "monitor"});
    player_.Write("terms.yaml", absl::StrCat(Replaced(ReadSourceFile("tools/scenario/terms.yaml"),
                                                      "always restated", "restatement proposed"),
                                             rules));
    player_.Write("events.jsonl", ReadSourceFile("tools/scenario/events.jsonl"));
    player_.Must({"feed", "register", "probes", "--party", "monitor", "--key", "@monitor.pem"});
    player_.Must({"append", "@events.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
    player_.Agree("terms.yaml", "web-shop", "provider", "customer");
    player_.Must({"project"});
  }
  Outcome By(const std::string& party, std::vector<std::string> words) {
    words.insert(words.end(), {"--key", absl::StrCat("@", party, ".pem")});
    return player_.Run(words);
  }
  static bool IsNew(const Outcome& said) {
    return said.exit == 0 && said.out.find("recorded already") == std::string::npos;
  }
  static bool IsSame(const Outcome& said) {
    return said.exit == 0 && said.out.find("recorded already") != std::string::npos;
  }
  std::string Shown() { return player_.Must({"claim", "show", "web-shop"}); }
  void WaitMicros(int64_t micros) { player_.clock().Set(player_.clock().Now() + Duration{micros}); }
  Player player_;
};

TEST_F(RepeatedAct, AWithdrawnClaimIsFiledAgain) {
  Play("");
  const std::vector<std::string> file = {"claim", "file", "web-shop", "--period", "2026-02"};
  EXPECT_TRUE(IsNew(By("customer", file)));
  EXPECT_TRUE(IsSame(By("customer", file)));
  ASSERT_EQ(By("customer", {"claim", "withdraw", "web-shop"}).exit, 0);
  const Outcome again = By("customer", file);
  EXPECT_TRUE(IsNew(again)) << again.out << again.err;
  EXPECT_NE(again.out.find("another step"), std::string::npos) << again.out;
  EXPECT_TRUE(IsSame(By("customer", file)));
  EXPECT_NE(Shown().find("): filed"), std::string::npos) << Shown();
}

TEST_F(RepeatedAct, AClimbIsOneDirectlyAfterAndNobodysGuessLater) {
  Play(kTwoLevels);
  ASSERT_EQ(By("customer", {"claim", "file", "web-shop", "--period", "2026-02"}).exit, 0);
  ASSERT_EQ(By("provider", {"claim", "answer", "web-shop", "--reject"}).exit, 0);
  const std::vector<std::string> climb = {"claim", "escalate", "web-shop"};
  EXPECT_TRUE(IsNew(By("customer", climb)));
  EXPECT_TRUE(IsSame(By("customer", climb)));
  WaitMicros(int64_t{2} * 3600 * 1000000);
  const Outcome unclear = By("customer", climb);
  EXPECT_EQ(unclear.exit, 1) << unclear.out;
  EXPECT_NE(Shown().find("): level 1"), std::string::npos) << Shown();
  const size_t at = unclear.err.find("--id ");
  ASSERT_NE(at, std::string::npos) << unclear.err;
  EXPECT_TRUE(IsNew(
      By("customer", {"claim", "escalate", "web-shop", "--id", unclear.err.substr(at + 5, 32)})));
  EXPECT_NE(Shown().find("): level 2"), std::string::npos) << Shown();
  // Whoever says which level he means can say it at any time.
  WaitMicros(int64_t{2} * 3600 * 1000000);
  EXPECT_EQ(By("customer", {"claim", "escalate", "web-shop", "--level", "2"}).exit, 1);
  EXPECT_EQ(By("customer", {"claim", "escalate", "web-shop", "--level", "0"}).exit, 2);
  // What was met threatens nothing any more.
  EXPECT_EQ(Shown().find("met; else"), std::string::npos) << Shown();
}

TEST_F(RepeatedAct, ANamedLevelIsOneStepWhenever) {
  Play(kTwoLevels);
  ASSERT_EQ(By("customer", {"claim", "file", "web-shop", "--period", "2026-02"}).exit, 0);
  ASSERT_EQ(By("provider", {"claim", "answer", "web-shop", "--reject"}).exit, 0);
  const std::vector<std::string> climb = {"claim", "escalate", "web-shop", "--level", "1"};
  // The wrong side is told whose turn it is.
  const Outcome wrong = By("provider", {"claim", "escalate", "web-shop", "--dry-run"});
  EXPECT_NE(wrong.out.find("said by customer the same would have an effect"), std::string::npos)
      << wrong.out << wrong.err;
  EXPECT_TRUE(IsNew(By("customer", climb)));
  WaitMicros(int64_t{2} * 3600 * 1000000);
  EXPECT_TRUE(IsSame(By("customer", climb)));
  EXPECT_NE(Shown().find("): level 1"), std::string::npos) << Shown();
}

TEST_F(RepeatedAct, ARulingGoesBack) {
  Play(kArbiter);
  const auto rule = [this](const std::string& value) {
    return By("monitor", {"ruling", "issue", "web-shop", "--rank", "arbitrator", "--period",
                          "2026-02", "--value", value});
  };
  EXPECT_TRUE(IsNew(rule("99.95 %")));
  EXPECT_TRUE(IsSame(rule("99.95 %")));
  EXPECT_TRUE(IsNew(rule("98 %")));
  const Outcome back = rule("99.95 %");
  EXPECT_TRUE(IsNew(back)) << back.out << back.err;
  EXPECT_TRUE(IsSame(rule("99.95 %")));
  EXPECT_NE(player_.Must({"replay", "web-shop", "--period", "2026-02"}).find("99.950000 %"),
            std::string::npos);
}

TEST_F(RepeatedAct, AWordThatWasLeftIsGivenAgain) {
  Play("");
  ASSERT_EQ(By("customer", {"claim", "file", "web-shop", "--period", "2026-02"}).exit, 0);
  const auto agree = [this](const std::string& party, const std::string& sum) {
    return By(party, {"claim", "agree", "web-shop", "--amount", sum});
  };
  EXPECT_TRUE(IsNew(agree("customer", "70.00 EUR")));
  EXPECT_TRUE(IsNew(agree("customer", "80.00 EUR")));
  EXPECT_TRUE(IsNew(agree("customer", "70.00 EUR")));
  EXPECT_TRUE(IsSame(agree("customer", "70.00 EUR")));
  ASSERT_EQ(agree("provider", "70.00 EUR").exit, 0);
  EXPECT_NE(Shown().find("): agreed"), std::string::npos) << Shown();
}

TEST_F(RepeatedAct, AnAmendmentThatWasRejectedIsProposedAgain) {
  Play("");
  player_.Write("amended.yaml",
                Replaced(Replaced(Replaced(ReadSourceFile("tools/scenario/terms.yaml"),
                                           "always restated", "restatement proposed"),
                                  "at least 99.9 %", "at least 99.8 %"),
                         "agreement: web-shop\n",
                         "agreement: web-shop\namends:\n  base: current\n  effective: 2026-12-01\n"
                         "  reach: prospective\n  reason: test\n"));
  const std::vector<std::string> propose = {"amendment", "propose", "web-shop", "@amended.yaml"};
  const Outcome first = By("provider", propose);
  ASSERT_TRUE(IsNew(first)) << first.err;
  EXPECT_TRUE(IsSame(By("provider", propose)));
  ASSERT_EQ(By("customer", {"amendment", "reject", "web-shop"}).exit, 0);
  EXPECT_TRUE(IsNew(By("provider", propose)));
}

}  // namespace
}  // namespace tally::tests
