// Goal: settled credits stand against invoices and give credit notes, and what an obligee released
// is owed no more (DOMAIN 3.11, 3.18). Method: one breached month through the commands, claimed,
// settled on an invoice; and released, with and without a sum that the obligor granted.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/april_case.h"

namespace tally::tests {
namespace {

class InvoiceScenario : public ::testing::Test {
 protected:
  InvoiceScenario() : golden_(kAprilBegins) { PlayApril(golden_); }
  Outcome Say(std::vector<std::string> words, const std::string& key, int exit = 0) {
    words.insert(words.begin() + 2, "case");
    words.insert(words.end(), {"--yes", "--key", absl::StrCat("@", key, ".pem")});
    const Outcome said = golden_.player().Run(words);
    EXPECT_EQ(said.exit, exit) << said.out << said.err;
    return said;
  }
  void Invoice(const std::string& number, const std::string& net, int exit = 0) {
    Say({"invoice", "record", "--number", number, "--net", net, "--from", "2026-04-01T00:00:00Z",
         "--until", "2026-05-01T00:00:00Z", "--line", absl::StrCat("hosting=", net)},
        "provider", exit);
  }
  void Settle(const std::string& reference) {
    Say({"claim", "file", "--period", "2026-04"}, "customer");
    Say({"claim", "answer", "--accept"}, "provider");
    Say({"settlement", "propose", "--reference", reference}, "provider");
    Say({"settlement", "confirm"}, "customer");
  }
  void Release() {
    golden_.Act("customer", "release given",
                R"({"full":true,"amount":{"minor":"4000","currency":"USD","exponent":2},)"
                R"("reason":"final"})");
  }
  bool Found(const std::string& kind) {
    const nlohmann::json answer = golden_.Ask("2026-04");
    for (const nlohmann::json& finding : answer["findings"]) {
      if (finding["kind"] == kind) return true;
    }
    return false;
  }

  Golden golden_;
};

TEST_F(InvoiceScenario, ASettledCreditStandsAgainstItsInvoice) {
  Invoice("R-1", "1000.00 USD");
  const Outcome early =
      Say({"invoice", "credit", "--number", "G-1", "--invoice", "R-1"}, "provider", 2);
  EXPECT_NE(early.err.find("no settled credit names the invoice R-1"), std::string::npos);
  Settle("R-1");
  const std::string note = golden_.player().Must({"invoice", "note", "case"});
  EXPECT_NE(note.find("Credit note by provider"), std::string::npos) << note;
  EXPECT_NE(note.find("100.00 USD  against R-1"), std::string::npos) << note;
  golden_.player().Must({"invoice", "note", "case", "--csv", "@note.csv"});
  std::stringstream csv;
  csv << std::ifstream(golden_.player().Path("note.csv")).rdbuf();
  EXPECT_EQ(csv.str().substr(0, csv.str().find('\n')),
            "agreement,posting,at,objective,from,to,creditor,debtor,amount,currency,against,cause");
  EXPECT_NE(csv.str().find(",100.00,USD,R-1,"), std::string::npos) << csv.str();
  Say({"invoice", "credit", "--number", "G-1", "--invoice", "R-1"}, "provider");
  const std::string list = golden_.player().Must({"invoice", "list", "case"});
  EXPECT_NE(list.find("G-1"), std::string::npos) << list;
  EXPECT_NE(list.find("100.00 USD"), std::string::npos) << list;
  // One number is one document, and figures hang on none of them.
  Invoice("R-1", "900.00 USD");
  EXPECT_TRUE(Found("invoice-number-taken"));
  EXPECT_EQ(golden_.Balance("settled", "customer", "2026-04"), "100.00");
}

TEST_F(InvoiceScenario, WrongWordsAreRefusedWithWhatToWrite) {
  const Outcome empty = Say({"invoice", "record", "--number", "R", "--net", "1.00 USD", "--from",
                             "2026-04-01T00:00:00Z", "--until", "2026-04-01T00:00:00Z"},
                            "provider", 2);
  EXPECT_NE(empty.err.find("--until after --from"), std::string::npos) << empty.err;
  const Outcome sum =
      Say({"invoice", "record", "--number", "R", "--net", "1.00 USD", "--from",
           "2026-04-01T00:00:00Z", "--until", "2026-05-01T00:00:00Z", "--line", "hosting=2.00 USD"},
          "provider", 2);
  EXPECT_NE(sum.err.find("do not add up"), std::string::npos) << sum.err;
}

TEST_F(InvoiceScenario, WhatIsReleasedIsOwedNoMore) {
  Say({"claim", "file", "--period", "2026-04"}, "customer");
  Say({"claim", "answer", "--partly", "40.00 USD"}, "provider");
  Release();
  EXPECT_FALSE(Found("release-above-approved"));
  EXPECT_EQ(golden_.Balance("settled", "customer", "2026-04"), "40.00");
  EXPECT_EQ(golden_.Balance("reversed", "customer", "2026-04"), "60.00");
  const std::string note = golden_.player().Must({"invoice", "note", "case"});
  EXPECT_NE(note.find("Credit note by provider"), std::string::npos) << note;
  EXPECT_EQ(golden_.Ask("2026-04")["claims"].at(0)["state"], "withdrawn");
  golden_.MoveTo("2026-05-05T00:00:00Z");
  Say({"claim", "file", "--period", "2026-04", "--reason", "once more"}, "customer");
  EXPECT_TRUE(Found("claim-released"));
  EXPECT_EQ(golden_.Balance("reversed", "customer", "2026-04"), "60.00");
}

// Whoever is owed writes no credit note for the other side.
TEST_F(InvoiceScenario, AReleaseProvesNoPaymentOfWhatNobodyGranted) {
  Say({"claim", "file", "--period", "2026-04"}, "customer");
  Say({"claim", "answer", "--reject"}, "provider");
  Release();
  EXPECT_TRUE(Found("release-above-approved"));
  EXPECT_EQ(golden_.Balance("settled", "customer", "2026-04"), "");
  EXPECT_EQ(golden_.Balance("reversed", "customer", "2026-04"), "100.00");
  const std::string note = golden_.player().Must({"invoice", "note", "case"});
  EXPECT_EQ(note, "no settled credits\n");
  Say({"invoice", "credit", "--number", "G-1"}, "provider", 2);
}

TEST_F(InvoiceScenario, NorOfWhatNobodyClaimed) {
  Release();
  EXPECT_TRUE(Found("release-above-approved"));
  EXPECT_EQ(golden_.Balance("settled", "customer", "2026-04"), "");
  EXPECT_EQ(golden_.Balance("reversed", "customer", "2026-04"), "100.00");
}

TEST_F(InvoiceScenario, NobodyReleasesWhatAnotherIsOwed) {
  golden_.Act("provider", "release given",
              R"({"full":false,"windows":[{"objective":"availability",)"
              R"("from":"2026-04-01T00:00:00Z","until":"2026-05-01T00:00:00Z"}]})");
  EXPECT_TRUE(Found("release-by-non-obligee"));
  EXPECT_EQ(golden_.Balance("accrued", "customer", "2026-04"), "100.00");
}

}  // namespace
}  // namespace tally::tests
