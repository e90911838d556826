// Goal: a correction of a ruling on a claim holds all that is ruled: of a window whose credit it
// names no more nothing of the corrected sum is left, and what was posted before stays in the
// books. Method: a claim on two breached months, ruled and corrected through the commands.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/golden_support.h"

namespace tally::tests {
namespace {

using Json = nlohmann::json;

class CorrectedRuling : public testing::Test {
 protected:
  CorrectedRuling() : golden_("2026-01-20T00:00:00Z") {}

  // Down for a day in January and in February: 120.00 each, both closed and claimed.
  void Play() {
    golden_.Fee("monthly", "{ amount: 1200.00 EUR, per: calendar month }")
        .Disputes(
            "credits: on claim\nclaim within: 40 days\nanswer within: 40 days\n"
            "silence: deemed accepted\nevidence cut-off: 5 days\nobjection: 10 days\n"
            "late evidence: disregarded\n")
        .Objective("service", absl::StrCat(Availability(), "target: at least 99.9 %\n",
                                           Tiers("monthly", {"below: 99.9 %, credit: 10 %"})))
        .Rule("decisions",
              "kind: decision authority\nobjectives: all\narbitrator: monitor\nexpert: none\n"
              "deemed acceptance: none\norder: arbitrator over expert over joint agreement\n")
        .UpFrom("s", "2026-01-01T00:00:00Z")
        .Down("s", "2026-01-10T00:00:00Z", "2026-01-11T00:00:00Z")
        .Down("s", "2026-02-10T00:00:00Z", "2026-02-11T00:00:00Z")
        .Open()
        .MoveTo("2026-03-01T00:00:00Z")
        .Feed()
        .MoveTo("2026-03-07T00:00:00Z");
    player().Must({"project"});
    golden_.Act("customer", "claim filed",
                absl::StrCat(R"({"windows":[)", kJanuary, ",", kFebruary, "]}"));
    claim_ = LastAct();
  }
  Player& player() { return golden_.player(); }
  std::string LastAct() {
    return Json::parse(player().Must({"agreement", "show", "case", "--json"}))["acts"].back()["at"];
  }
  static std::string Credit(const std::string& window, const std::string& amount) {
    return absl::StrCat(R"({"window":)", window, R"(,"amount":")", amount, " EUR\"}");
  }
  std::string Approved() { return golden_.Balance("approved", "customer", "2026"); }

  static constexpr char kJanuary[] =
      R"({"objective":"service","from":"2026-01-01T00:00:00Z","until":"2026-02-01T00:00:00Z"})";
  static constexpr char kFebruary[] =
      R"({"objective":"service","from":"2026-02-01T00:00:00Z","until":"2026-03-01T00:00:00Z"})";
  Golden golden_;
  std::string claim_;
};

TEST_F(CorrectedRuling, NothingIsLeftOfACreditThatItNamesNoMore) {
  Play();
  golden_.Act("monitor", "ruling issued",
              absl::StrCat(R"({"rank":"arbitrator","partial":false,"credits":[)",
                           Credit(kJanuary, "30.00"), ",", Credit(kFebruary, "40.00"), "]}"),
              claim_);
  EXPECT_EQ(Approved(), "70.00");
  const std::string ruling = LastAct();
  golden_.MoveTo("2026-03-08T00:00:00Z");
  golden_.Act("monitor", "ruling corrected",
              absl::StrCat(R"({"ruling":{"rank":"arbitrator","partial":false,"credits":[)",
                           Credit(kJanuary, "30.00"), "]}}"),
              ruling);
  EXPECT_EQ(Approved(), "150.00") << "February is upheld as it was claimed";
  const Json before = golden_.Ask("2026", {"--as-recorded", "2026-03-07T12:00:00Z"});
  EXPECT_EQ(before["balances"].at(0)["amount"], "70.00");
  const Json now = golden_.Ask("2026");
  const Json was = before["postings"];
  ASSERT_GT(now["postings"].size(), was.size());
  for (size_t i = 0; i < was.size(); ++i) EXPECT_EQ(now["postings"].at(i), was.at(i));
  player().Must({"verify"});
}

TEST_F(CorrectedRuling, OfAPartialOneTheRestIsOpenAgain) {
  Play();
  golden_.Act("monitor", "ruling issued",
              absl::StrCat(R"({"rank":"arbitrator","partial":true,"credits":[)",
                           Credit(kJanuary, "30.00"), ",", Credit(kFebruary, "40.00"), "]}"),
              claim_);
  golden_.Act("monitor", "ruling corrected",
              absl::StrCat(R"({"ruling":{"rank":"arbitrator","partial":true,"credits":[)",
                           Credit(kJanuary, "30.00"), "]}}"),
              LastAct());
  EXPECT_EQ(Approved(), "30.00");
  EXPECT_EQ(golden_.Balance("claimed", "customer", "2026"), "120.00");
}

}  // namespace
}  // namespace tally::tests
