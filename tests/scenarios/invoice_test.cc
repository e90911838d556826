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

// By hand: April is 96.67 %, so 10 % of 1000.00 USD and of 500.00 EUR, owed by the provider, and
// 10 % of 400.00 USD, owed by the customer; all of it is settled.
class CreditNotes : public ::testing::Test {
 protected:
  CreditNotes() : golden_(kAprilBegins) {
    const auto objective = [](const std::string& fee, const std::string& sides) {
      return absl::StrCat(sides, Availability(), "target: at least 99.9 %\n",
                          Tiers(fee, {"below: 99.9 %, credit: 10 %"}));
    };
    golden_.Term("2026-04-01", "open", "UTC")
        .Fee("service", "{ amount: 1000.00 USD, per: calendar month }")
        .Fee("place", "{ amount: 500.00 EUR, per: calendar month }")
        .Fee("access", "{ amount: 400.00 USD, per: calendar month }")
        .Objective("a", objective("service", ""))
        .Objective("b", objective("place", ""))
        .Objective("c", objective("access", "obligor: customer\nobligee: provider\n"))
        .Disputes(
            "credits: automatic\nevidence cut-off: 2 days\nobjection: 5 days\n"
            "late evidence: disregarded\n")
        .UpFrom("s", "2026-04-01T00:00:00Z")
        .Down("s", "2026-04-05T00:00:00Z", "2026-04-06T00:00:00Z")
        .Play()
        .MoveTo("2026-05-03T00:00:00Z");
    golden_.player().Must({"project"});
    for (const std::string id : {"a", "b", "c"}) {
      const std::string debtor = id == "c" ? "customer" : "provider";
      const std::vector<std::string> which = {"case", "--period", "2026-04", "--objective", id};
      std::vector<std::string> offer = {"settlement", "propose"}, taken = {"settlement", "confirm"};
      offer.insert(offer.end(), which.begin(), which.end());
      taken.insert(taken.end(), which.begin(), which.end());
      offer.insert(offer.end(), {"--reference", "R-7"});
      Must(offer, debtor);
      Must(taken, id == "c" ? "provider" : "customer");
    }
  }
  Outcome Try(std::vector<std::string> words, const std::string& party) {
    words.insert(words.end(), {"--key", absl::StrCat("@", party, ".pem")});
    return golden_.player().Run(words);
  }
  void Must(const std::vector<std::string>& words, const std::string& party) {
    const Outcome said = Try(words, party);
    EXPECT_EQ(said.exit, 0) << said.out << said.err;
  }
  Outcome Note(const std::string& number, const std::string& party,
               const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"invoice", "credit", "case", "--number", number};
    words.insert(words.end(), more.begin(), more.end());
    return Try(words, party);
  }
  // "NUMBER by PARTY: NET" of each document of a kind.
  std::vector<nlohmann::json> Documents(const std::string& kind) {
    std::vector<nlohmann::json> found;
    std::stringstream lines(golden_.player().Must({"invoice", "list", "case", "--json"}));
    for (std::string line; std::getline(lines, line);) {
      const nlohmann::json each = nlohmann::json::parse(line);
      if (each["kind"] == kind) found.push_back(each);
    }
    return found;
  }

  Golden golden_;
};

TEST_F(CreditNotes, AreOfOneDebtorInOneCurrency) {
  const Outcome mixed = Note("G-1", "provider");
  EXPECT_EQ(mixed.exit, 2) << mixed.out;
  EXPECT_NE(mixed.err.find("50.00 EUR to customer"), std::string::npos) << mixed.err;
  EXPECT_NE(mixed.err.find("100.00 USD to customer"), std::string::npos) << mixed.err;
  EXPECT_NE(mixed.err.find("--net"), std::string::npos) << mixed.err;
  EXPECT_EQ(Note("G-1", "monitor").exit, 2) << "who owed nothing notes nothing";
  EXPECT_TRUE(Documents("credit note").empty());
  EXPECT_EQ(Note("G-1", "provider", {"--net", "100.00 USD"}).exit, 0);
  EXPECT_EQ(Note("K-1", "customer").exit, 0);
  const std::vector<nlohmann::json> notes = Documents("credit note");
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_EQ(notes[0]["net"], "100.00 USD");
  EXPECT_EQ(notes[1]["by"], "customer");
  EXPECT_EQ(notes[1]["net"], "40.00 USD") << "what he owed, not what he is owed";
}

TEST_F(CreditNotes, WhatIsNotedIsNotNotedAgainWithoutAWord) {
  EXPECT_EQ(Note("G-1", "provider", {"--net", "100.00 USD"}).exit, 0);
  const Outcome rest = Note("G-2", "provider");
  EXPECT_EQ(rest.exit, 0) << rest.err;
  EXPECT_NE(rest.out.find("100.00 USD to customer is noted already (G-1) and left out"),
            std::string::npos)
      << rest.out << rest.err;
  const Outcome again = Note("G-3", "provider", {"--net", "50.00 EUR"});
  EXPECT_EQ(again.exit, 2) << again.out;
  EXPECT_NE(again.err.find("50.00 EUR to customer is noted already (G-2)"), std::string::npos)
      << again.err;
  EXPECT_EQ(Documents("credit note").size(), 2u);
  const Outcome meant = Note("G-3", "provider", {"--net", "50.00 EUR", "--yes"});
  EXPECT_EQ(meant.exit, 0) << meant.err;
  const nlohmann::json answer = golden_.Ask("2026-04");
  int told = 0;
  for (const nlohmann::json& finding : answer["findings"]) {
    told += finding["kind"] == "credit-noted-twice" ? 1 : 0;
  }
  EXPECT_EQ(told, 1);
}

// A number is its author's: the credit stands against the invoice of whoever owed it.
TEST_F(CreditNotes, StandAgainstTheirDebtorsInvoice) {
  for (const char* party : {"provider", "customer"}) {
    Must({"invoice", "record", "case", "--number", "R-7", "--net", "1000.00 USD", "--from",
          "2026-04-01T00:00:00Z", "--until", "2026-05-01T00:00:00Z"},
         party);
  }
  const std::vector<nlohmann::json> invoices = Documents("invoice");
  ASSERT_EQ(invoices.size(), 2u);
  EXPECT_EQ(invoices[0]["settled"].size(), 2u);
  EXPECT_EQ(invoices[1]["settled"], nlohmann::json::parse(R"(["40.00 USD"])"));
}

}  // namespace
}  // namespace tally::tests
