// Goal: a credit that needs no claim is approved by the closing of its window and stays so,
// whatever is claimed beside it, until it is paid; and it is paid, as are lump sums, by a
// settlement that answers the closing (DOMAIN 3.10, 3.11, 3.17 rules 27 to 29 and 31). Method: one
// breached month under automatic credits through the commands, then every turn that a claim for
// more can take.
//
// By hand: down for the whole of 5 April, 29/30 = 96.67 % of 99.9 %: 10 % of 1,000.00 USD = 100.00.
// The failure of April is the first of one: the rule "often" gives 500.00 USD once.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/scenarios/april_case.h"

namespace tally::tests {
namespace {

constexpr char kAutomaticApril[] = "2026-04";

class AutomaticCredit : public ::testing::Test {
 protected:
  AutomaticCredit() : golden_(kAprilBegins) {}
  void Play() {
    EscalatesWithinTenDays(golden_);
    ArbitrationAt(golden_, 1);
    golden_.Term("2026-04-01", "open", "UTC")
        .Fee("service", "{ amount: 1000.00 USD, per: calendar month }")
        .Objective("availability", absl::StrCat(Availability(), "target: at least 99.9 %\n",
                                                Tiers("service", {"below: 99.9 %, credit: 10 %"})))
        .Disputes(
            "credits: automatic\nevidence cut-off: 2 days\nobjection: 5 days\n"
            "late evidence: disregarded\n")
        .UpFrom("s", "2026-04-01T00:00:00Z")
        .Down("s", "2026-04-05T00:00:00Z", "2026-04-06T00:00:00Z")
        .Play()
        .MoveTo("2026-05-03T00:00:00Z");
    golden_.player().Must({"project"});
  }
  // A rule that gives 500.00 USD for the first failure.
  void GiveLumpSum() {
    golden_.Rule("often",
                 "kind: chronic failure\nobjectives: all\nwhen: failures in a row\nfailures: 1\n"
                 "failure: breached\nno result: is skipped\nright: lump sum\n"
                 "lump sum: 500.00 USD\n");
  }
  Outcome Try(const std::string& party, const std::string& words) {
    std::vector<std::string> all = absl::StrSplit(words, ' ');
    for (std::string& word : all) word = Replaced(word, "_", " ");
    all.insert(all.end(), {"--key", absl::StrCat("@", party, ".pem")});
    return golden_.player().Run(all);
  }
  std::string Say(const std::string& party, const std::string& words) {
    const Outcome said = Try(party, words);
    EXPECT_EQ(said.exit, 0) << words << "\n" << said.out << said.err;
    return said.out;
  }
  std::string Owed(const std::string& account) {
    return golden_.Balance(account, "customer", kAutomaticApril);
  }
  void ExpectOwed(const std::string& approved, const std::string& settled) {
    EXPECT_EQ(Owed("approved"), approved);
    EXPECT_EQ(Owed("settled"), settled);
    EXPECT_EQ(Owed("claimed"), "");
    EXPECT_EQ(Owed("accrued"), "");
  }
  void Pay(const std::string& more = "") {
    const std::string april = " case --period 2026-04";
    Say("provider", absl::StrCat("settlement propose", april, more));
    Say("customer", absl::StrCat("settlement confirm", april));
  }

  Golden golden_;
};

TEST_F(AutomaticCredit, IsPaidByASettlementThatAnswersTheClosing) {
  Play();
  ExpectOwed("100.00", "");
  Say("provider",
      "invoice record case --number R-7 --net 1000.00_USD --from 2026-05-01T00:00:00Z --until "
      "2026-06-01T00:00:00Z");
  EXPECT_NE(Say("provider", "settlement propose case --period 2026-04 --reference R-7")
                .find("settlement of availability 2026-04-01T00:00:00Z/2026-05-01T00:00:00Z at "
                      "100.00 USD"),
            std::string::npos);
  EXPECT_NE(Say("customer", "settlement confirm case --period 2026-04")
                .find("settlement at 100.00 USD on R-7"),
            std::string::npos);
  ExpectOwed("", "100.00");
  golden_.Expect("availability", kAutomaticApril, {{.status = "settled"}});
  // The accounts department writes the credit note, against the invoice.
  const std::string note = golden_.player().Must({"invoice", "note", "case"});
  EXPECT_NE(note.find("100.00 USD  against R-7"), std::string::npos) << note;
  Say("provider", "invoice credit case --number G-1 --invoice R-7");
  const Outcome again = Try("provider", "settlement propose case --period 2026-04");
  EXPECT_EQ(again.exit, 2);
  EXPECT_NE(again.err.find("no credit of that period is open"), std::string::npos) << again.err;
}

// What a claim asks for is what exceeds the credit; every way in which it can end leaves that.
TEST_F(AutomaticCredit, AClaimForMoreTakesNothingFromIt) {
  Play();
  const Outcome filed = Try("customer", "claim file case --period 2026-04 --amount 300.00_USD");
  EXPECT_EQ(filed.exit, 0) << filed.err;
  ExpectOwed("100.00", "");
  const std::string refused = Say("provider", "claim answer case --reject");
  EXPECT_NE(refused.find("asks for more than the credit as computed"), std::string::npos)
      << refused;
  ExpectOwed("100.00", "");
  golden_.MoveTo("2026-05-20T00:00:00Z");
  const std::string now = FormatInstant(golden_.player().clock().Now());
  EXPECT_EQ(golden_.Ask(kAutomaticApril, {"--as-recorded", now})["claims"].at(0)["state"],
            "lapsed");
  Pay();
  ExpectOwed("", "100.00");
}

TEST_F(AutomaticCredit, IsPaidWhileMoreIsDisputedAndRuledOn) {
  Play();
  Say("customer", "claim file case --period 2026-04 --amount 300.00_USD");
  Pay();
  ExpectOwed("", "100.00");
  Say("provider", "claim answer case --reject");
  Say("customer", "claim escalate case");
  Say("monitor", "ruling issue case --rank arbitrator --credit 250.00_USD --yes");
  ExpectOwed("150.00", "100.00");
  // What is owed for the claim by now is what was not paid.
  EXPECT_NE(Say("provider", "settlement propose case").find("settlement at 150.00 USD"),
            std::string::npos);
  Say("customer", "settlement confirm case --yes");
  ExpectOwed("", "250.00");
}

TEST_F(AutomaticCredit, BothSidesWordIsTheWholeSum) {
  Play();
  Say("customer", "claim file case --period 2026-04 --amount 300.00_USD");
  Pay();
  Say("customer", "claim agree case --amount 180.00_USD");
  Say("provider", "claim agree case --amount 180.00_USD");
  ExpectOwed("80.00", "100.00");
}

TEST_F(AutomaticCredit, AClaimThatIsWithdrawnLeavesIt) {
  Play();
  Say("customer", "claim file case --period 2026-04 --amount 300.00_USD");
  Say("customer", "claim withdraw case");
  ExpectOwed("100.00", "");
}

TEST_F(AutomaticCredit, AClaimForNoMoreIsWarnedOf) {
  Play();
  for (const char* amount : {"", " --amount 100.00_USD"}) {
    const Outcome dry =
        Try("customer", absl::StrCat("claim file case --period 2026-04 --dry-run", amount));
    EXPECT_EQ(dry.exit, 0);
    EXPECT_NE(dry.err.find("the credit is due without a claim: 100.00 USD stay approved"),
              std::string::npos)
        << dry.err;
  }
}

TEST_F(AutomaticCredit, BeforeTheClosingNothingIsThereToPay) {
  Play();
  golden_.MoveTo("2026-05-20T00:00:00Z");
  const Outcome open = Try("provider", "settlement propose case --period 2026-05");
  EXPECT_EQ(open.exit, 2);
  EXPECT_GT(open.err.size(), 30u);
  const Outcome both = Try("provider", "settlement propose case 3/0 --period 2026-04");
  EXPECT_EQ(both.exit, 2);
  EXPECT_NE(both.err.find("name two things to settle"), std::string::npos) << both.err;
}

// 500.00 USD beside the credit: paid by a settlement of its own, once the credit is.
TEST_F(AutomaticCredit, ALumpSumIsSettledAfterTheCredit) {
  GiveLumpSum();
  Play();
  EXPECT_EQ(Owed("accrued"), "500.00");
  const std::string lump = " --lump-sum often";
  const Outcome early =
      Try("provider", absl::StrCat("settlement propose case --period 2026-04", lump));
  EXPECT_EQ(early.exit, 2);
  EXPECT_NE(early.err.find("settle the credit first"), std::string::npos) << early.err;
  Pay(" --reference R-7");
  EXPECT_EQ(Owed("accrued"), "500.00");
  Pay(absl::StrCat(lump, " --reference R-8"));
  ExpectOwed("", "600.00");
  const std::string note = golden_.player().Must({"invoice", "note", "case"});
  EXPECT_NE(note.find("500.00 USD  against R-8"), std::string::npos) << note;
  const Outcome none =
      Try("provider", absl::StrCat("settlement propose case --period 2026-04", lump));
  EXPECT_NE(none.err.find("no sum by the rule 'often' is open"), std::string::npos);
}

// A proposal of before the credit was paid is no payment of something else.
TEST_F(AutomaticCredit, AProposalThatWasLeftOverPaysNoLumpSum) {
  GiveLumpSum();
  Play();
  Say("provider", "settlement propose case --period 2026-04 --amount 500.00_USD");
  Say("provider", "settlement propose case --period 2026-04");
  const Outcome several = Try("customer", "settlement confirm case --period 2026-04");
  EXPECT_EQ(several.exit, 2);
  EXPECT_NE(several.err.find("several settlements of availability"), std::string::npos);
  const size_t at = several.err.find("name one of ") + 12;
  const std::string left_over = several.err.substr(at, several.err.find(',', at) - at);
  const size_t next = several.err.find(", ", at) + 2;
  const std::string meant = several.err.substr(next, several.err.find('\n', next) - next);
  Say("customer", absl::StrCat("settlement confirm case ", meant, " --yes"));
  EXPECT_EQ(Owed("settled"), "100.00");
  Try("customer", absl::StrCat("settlement confirm case ", left_over, " --yes"));
  EXPECT_EQ(Owed("settled"), "100.00");
  EXPECT_EQ(Owed("accrued"), "500.00");
}

// Half of a failure is held until the next month is over: what is due then is an equal sum, paid
// and noted by itself, in the words that paid and noted the first.
TEST_F(AutomaticCredit, TheHeldHalfIsPaidInTheSameWords) {
  golden_.Rule("back",
               "kind: earn-back\nobjectives: all\nwindows: 1\ncondition: met\nwithin windows: 1\n"
               "share: 50 %\neligible: every failure\ngives back: cash\nheadroom: not given back\n"
               "no result: is skipped\nstill a failure: \"yes\"\n"
               "objective ends: credit is final\nat termination: paid\n");
  Play();
  ExpectOwed("50.00", "");
  Pay();
  ExpectOwed("", "50.00");
  Say("provider", "invoice credit case --number G-1 --period 2026-04");
  const auto report = [](const std::string& at, const std::string& kind, const std::string& body) {
    return absl::StrCat(R"({"kind":")", kind, R"(","source":"s","at":")", at, R"(","reported":")",
                        at, R"(","body":)", body, "}\n");
  };
  golden_.MoveTo("2026-06-01T00:00:00Z");
  const std::string watermark = R"({"kind":"watermark","at":"2026-06-01T00:00:00Z",)"
                                R"("reported":"2026-06-01T00:00:00Z",)"
                                R"("body":{"through":"2026-06-01T00:00:00Z"}})"
                                "\n";
  golden_.player().Write(
      "may.jsonl",
      absl::StrCat(report("2026-05-05T00:00:00Z", "state reported", R"({"state":"down"})"),
                   report("2026-05-06T00:00:00Z", "state reported", R"({"state":"up"})"),
                   watermark));
  golden_.player().Must({"append", "@may.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
  golden_.MoveTo("2026-06-03T00:00:00Z");
  golden_.player().Must({"project"});
  ExpectOwed("50.00", "50.00");
  const std::string propose = "settlement propose case --period 2026-04";
  Say("provider", propose);
  const Outcome again = Try("provider", propose);
  EXPECT_NE(again.err.find("the same act was recorded"), std::string::npos) << again.err;
  Say("customer", "settlement confirm case --period 2026-04");
  ExpectOwed("", "100.00");
  const Outcome noted = Try("provider", "invoice credit case --number G-2 --period 2026-04");
  EXPECT_EQ(noted.exit, 0) << noted.err;
  EXPECT_EQ(noted.err.find("counts twice"), std::string::npos) << noted.err;
}

}  // namespace
}  // namespace tally::tests
