// Goal: what an amendment changes inside a window or a period changes by its time only: points,
// caps, bonuses and charges of a split window are those of its parts, a percentage of charges takes
// the fee of each month. Method: agreements, amendments and days of down time through the commands.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/scenarios/golden_support.h"

namespace tally::tests {
namespace {

using Json = nlohmann::json;
using Replacements = std::vector<std::pair<std::string, std::string>>;

constexpr char kSplitRule[] = "kind: amendments\nobjectives: all\ninside a window: split\n";

class AmendedMoney : public testing::Test {
 protected:
  // The terms with other texts, from `effective` on, agreed by both.
  void Amend(const std::string& effective, const std::string& reach, Replacements changed) {
    changed.push_back(
        {"\nparties:", absl::StrCat("\namends:\n  base: current\n  effective: ", effective,
                                    "\n  reach: ", reach, "\n  reason: as agreed\nparties:")});
    golden_.player().Write("new.yaml", absl::StrReplaceAll(golden_.TermsText(), changed));
    const std::string out = golden_.player().Must(
        {"amendment", "propose", "case", "@new.yaml", "--key", "@provider.pem"});
    ASSERT_NE(out.find("terms "), std::string::npos) << out;
    golden_.player().Must({"amendment", "accept", "case", "--terms",
                           out.substr(out.find("terms ") + 6, 64), "--key", "@customer.pem"});
  }
  void AmendBack(Replacements changed) {
    Amend("2026-04-16", "retroactive\n  settled windows: stay closed", std::move(changed));
  }
  std::string Accrued(const std::string& currency, const std::string& period) {
    const Json answer = golden_.Ask(period);
    for (const Json& balance : answer["balances"]) {
      if (balance["account"] == "accrued" && balance["party"] == "customer" &&
          balance["currency"] == currency) {
        return balance["amount"];
      }
    }
    return "";
  }
  Json Explained(const std::string& period) {
    return Json::parse(golden_.player().Must({"explain", "case", "--period", period, "--json"}));
  }
  // Result of the last such step of the first window.
  std::string Step(const std::string& step, const std::string& period) {
    std::string result;
    const Json answer = Explained(period);
    for (const Json& line : answer["windows"][0]["lines"]) {
      if (line["step"] == step) result = line["result"];
    }
    return result;
  }
  // Down for a day in both halves of April.
  void DownInBothHalves() {
    golden_.UpFrom("s", kStart)
        .Down("s", "2026-04-05T00:00:00Z", "2026-04-06T00:00:00Z")
        .Down("s", "2026-04-20T00:00:00Z", "2026-04-21T00:00:00Z");
  }
  Golden golden_;
};

TEST_F(AmendedMoney, PointsOfASplitWindowAreThoseOfItsParts) {
  golden_
      .Objective("availability",
                 absl::StrCat(Availability(),
                              "target: at least 99.5 %\ncredit:\n  scheme: points\n"
                              "  for: severity\n  levels: { 99.5: 3 }\n"
                              "  level itself: is the better\n  repeat factor: 1\n"
                              "  rounding: half up to whole points, once per line\n"))
      .Rule("price",
            "kind: points price\nobjectives: all\nprice: 5.00 EUR\nperiod: calendar month\n")
      .Rule("mid", kSplitRule);
  DownInBothHalves();
  golden_.Play();
  EXPECT_EQ(Accrued("points", "2026-04"), "3");
  AmendBack({{"99.5: 3", "99.5: 4"}});
  EXPECT_EQ(Accrued("points", "2026-04"), "7");
  EXPECT_EQ(Accrued("EUR", "2026-04"), "35.00");
  EXPECT_EQ(Step("points", "2026-04"), "7 points");
}

// 500.00 for one half and 100.00 for the other, whatever else the terms say of credits.
TEST_F(AmendedMoney, RulesOverCreditsKeepTheCapsOfBothParts) {
  const std::string credit = absl::StrReplaceAll(Tiers("service", {"below: 99.5 %, credit: 30 %"}),
                                                 {{"window cap: none", "window cap: 500.00 EUR"}});
  golden_.Fee("service", "{ amount: 10000.00 EUR, per: calendar month }")
      .Objective("availability", absl::StrCat(Availability(), "target: at least 99.5 %\n", credit))
      .Rule("least", "kind: minimum\nobjectives: all\namount: 1.00 EUR\nper: line\n")
      .Rule("mid", kSplitRule);
  DownInBothHalves();
  golden_.Play();
  AmendBack({{"window cap: 500.00 EUR", "window cap: 100.00 EUR"}});
  golden_.Expect("availability", "2026-04", {{.credit = "300.00"}});
}

// 3,000.00 of the first half; what the terms say from mid-month on takes nothing of it.
TEST_F(AmendedMoney, ACreditThatIsDroppedInMidMonthIsPaidForTheTimeBefore) {
  const std::string credit = Tiers("service", {"below: 99.5 %, credit: 30 %"});
  golden_.Fee("service", "{ amount: 10000.00 EUR, per: calendar month }")
      .Fee("other", "{ amount: 500.00 EUR, per: calendar month }")
      .Objective("availability", absl::StrCat(Availability(), "target: at least 99.5 %\n", credit))
      .Objective("other", absl::StrCat(Availability("probes/t"), "target: at least 99.5 %\n",
                                       Tiers("other", {"below: 99.5 %, credit: 100 %"})))
      .Rule("least", "kind: minimum\nobjectives: all\namount: 1.00 EUR\nper: line\n")
      .Rule("mid", kSplitRule);
  golden_.UpFrom("t", kStart);
  DownInBothHalves();
  golden_.Play();
  std::string indented = absl::StrReplaceAll(credit, {{"\n", "\n    "}});
  AmendBack({{indented, "credit: none\n"}});
  golden_.Expect("availability", "2026-04", {{.credit = "1500.00"}});
}

// 2 % of 1,000.00 and 4 % of 2,000.00, a half each.
TEST_F(AmendedMoney, ABonusOfASplitWindowIsThatOfItsParts) {
  golden_.Fee("service", "{ amount: 1000.00 EUR, per: calendar month }")
      .Fee("other", "{ amount: 500.00 EUR, per: calendar month }")
      .Objective("availability", absl::StrCat(Availability(), "target: at least 99.5 %\n",
                                              Tiers("service", {"below: 99.5 %, credit: 30 %"})))
      .Objective("other", absl::StrCat(Availability("probes/t"), "target: at least 99.5 %\n",
                                       Tiers("other", {"below: 99.5 %, credit: 100 %"})))
      .Rule("bonus",
            "kind: bonus\nobjectives: [availability]\nfee: service\nlevels: { 99.95: 2 }\n"
            "rounding: down\nnetted against: credits of the window\n")
      .Rule("mid", kSplitRule)
      .UpFrom("s", kStart)
      .UpFrom("t", kStart)
      .Down("t", "2026-04-05T00:00:00Z", "2026-04-06T00:00:00Z")
      .Play();
  AmendBack({{"1000.00", "2000.00"}, {"99.95: 2", "99.95: 4"}});
  EXPECT_EQ(Step("bonus", "2026-04"), "50.00 EUR");
  // Of the other objective the first half pays.
  EXPECT_EQ(Accrued("EUR", "2026-04"), "200.00");
}

// Until a year is over, what it comes to is a projection.
TEST_F(AmendedMoney, ABonusAgainstAYearIsOwedAtItsEnd) {
  golden_.Fee("service", "{ amount: 1000.00 EUR, per: calendar month }")
      .Objective("availability", absl::StrCat(Availability(), "target: at least 99.5 %\n",
                                              Tiers("service", {"below: 99.5 %, credit: 30 %"})))
      .Rule("bonus",
            "kind: bonus\nobjectives: [availability]\nfee: service\nlevels: { 99.95: 2 }\n"
            "rounding: down\nnetted against: credits of the year\n")
      .UpFrom("s", kStart)
      .Down("s", "2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z")
      .Play();
  EXPECT_EQ(Step("bonus", "2026-04"), "20.00 EUR");
  EXPECT_EQ(Accrued("EUR", "2026"), "300.00");
  golden_.MoveTo("2027-01-02T00:00:00Z").Feed();
  // Eleven months, as far as the credit reaches.
  EXPECT_EQ(Accrued("EUR", "2026"), "80.00");
  const Json answer = Explained("2026-04");
  ASSERT_FALSE(answer["postings"].empty());
  EXPECT_EQ(answer["postings"][0]["text"],
            "bonus rules/bonus, availability 2026-04-01T00:00:00Z/2026-05-01T00:00:00Z");
  EXPECT_EQ(answer["postings"].size(), 1u) << "of the one window that was asked for";
}

// 1,000.00 a month in the first quarter, then 2,000.00; all credits of March and April are above
// 5 % of the charges. March was held to a limit of its own terms, and stays so.
class ChargesOfMonths : public AmendedMoney {
 protected:
  void Expect(const std::string& rule, const std::string& march, const std::string& april) {
    golden_.Fee("service", "{ amount: 1000.00 EUR, per: calendar month }")
        .Objective("availability", absl::StrCat(Availability(), "target: at least 99.5 %\n",
                                                Tiers("service", {"below: 99.5 %, credit: 100 %"})))
        .Rule("limit", absl::StrCat("objectives: all\npercent: 5 %\nfee: service\n"
                                    "cut: pro rata\n",
                                    rule))
        .UpFrom("s", kStart)
        .Down("s", "2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z")
        .Down("s", "2026-04-05T00:00:00Z", "2026-04-06T00:00:00Z")
        .Play();
    golden_.Expect("availability", "2026-03", {{.credit = march}});
    Amend("2026-04-01", "prospective", {{"1000.00", "2000.00"}});
    golden_.Expect("availability", "2026-03", {{.credit = march}});
    golden_.Expect("availability", "2026-04", {{.credit = april}});
  }
  static std::string Cap(const std::string& period) {
    return absl::StrCat(
        "kind: cap\nlimit: percent of charges\ncharges: of the period\nbelongs by: end of window\n"
        "above: lost\nsettled windows: stay\nperiod: ",
        period, "\n");
  }
};

// 3 x 1,000.00, so 150.00; then 3 x 1,000.00 + 2,000.00, so 250.00, of which March used 150.00.
TEST_F(ChargesOfMonths, OfRollingTwelveMonths) {
  Expect(Cap("rolling 12 months"), "150.00", "100.00");
}
// 12 x 1,000.00, so 600.00; then 3 x 1,000.00 + 9 x 2,000.00, so 1,050.00.
TEST_F(ChargesOfMonths, OfAContractYear) { Expect(Cap("contract year"), "600.00", "450.00"); }
TEST_F(ChargesOfMonths, AtRisk) {
  Expect("kind: at risk\nperiod: contract year\n", "600.00", "450.00");
}

// 5 % of 3 x 1,000.00 + 9 x 2,000.00, when the year is over.
TEST_F(AmendedMoney, ATableOfPointsTakesTheFeeOfEachMonth) {
  golden_.Fee("service", "{ amount: 1000.00 EUR, per: calendar month }")
      .Objective("availability",
                 absl::StrCat(Availability(),
                              "target: at least 99.5 %\ncredit:\n  scheme: points\n"
                              "  for: severity\n  levels: { 99.5: 3 }\n"
                              "  level itself: is the better\n  repeat factor: 1\n"
                              "  rounding: half up to whole points, once per line\n"))
      .Rule("table",
            "kind: points table\nobjectives: all\ntable: { 1: 5 }\nfee: service\n"
            "period: contract year\nrounding: down\n");
  DownInBothHalves();
  golden_.Play();
  Amend("2026-04-01", "prospective", {{"1000.00", "2000.00"}});
  EXPECT_EQ(Accrued("EUR", "2026"), "") << "nobody owes it before the year is over";
  golden_.MoveTo("2027-01-02T00:00:00Z").Feed();
  EXPECT_EQ(Accrued("EUR", "2026"), "1050.00");
}

// 99.6 % lies between the target of the end, 99.5 %, and the weighted one, 99.7 %. Only the tiers
// of the first terms hold it: they say 10 %, of the fee of the last, under the cap of the last.
TEST_F(AmendedMoney, EarlierTiersPayAMissedWeightedTargetByTheLastFeeAndCap) {
  golden_.Fee("service", "{ amount: 1000.00 EUR, per: calendar month }")
      .Objective("availability",
                 absl::StrCat(Availability(), "target: at least 99.9 %\n",
                              absl::StrReplaceAll(Tiers("service", {"below: 99.9 %, credit: 10 %"}),
                                                  {{"window cap: none", "window cap: 50.00 EUR"}})))
      .Rule("mid", "kind: amendments\nobjectives: all\ninside a window: weighted target\n")
      .UpFrom("s", kStart)
      .Down("s", "2026-04-05T00:00:00Z", "2026-04-05T02:53:00Z")
      .Play();
  AmendBack({{"1000.00", "2000.00"},
             {"99.9 %", "99.5 %"},
             {"credit: 10 %", "credit: 30 %"},
             {"50.00", "300.00"}});
  golden_.Expect("availability", "2026-04", {{.verdict = "breached", .credit = "200.00"}});
}

}  // namespace
}  // namespace tally::tests
