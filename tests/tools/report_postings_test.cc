// Goal: postings read the same for people, programs and spreadsheets, exact to the cent, and
// hostile names stay text (T-91). Method: two postings made by hand, one that takes the other back.
#include "tools/report_postings.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tally::tools {
namespace {

std::vector<replay::Posting> Two(const std::string& name) {
  replay::Posting first;
  first.number = 1;
  first.at = *ParseInstant("2026-03-01T00:00:00Z");
  first.text = name;
  first.clause = "credit";
  first.objective = name;
  first.window = Interval{*ParseInstant("2026-02-01T00:00:00Z"), first.at};
  first.to = "accrued";
  first.creditor = "customer";
  first.debtor = "provider";
  first.amount = {12'345, {"EUR", 2}};
  replay::Posting second = first;
  second.number = 2;
  second.cause = ledger::EventAddress{7, 1};
  second.from = "accrued";
  second.to = "";
  second.reverses = 1;
  return {first, second};
}

TEST(ReportPostings, PeopleSeeAccountsAmountsAndCauses) {
  const std::string text = PostingsText(Two("computed"));
  EXPECT_NE(text.find("-         -> accrued"), std::string::npos) << text;
  EXPECT_NE(text.find("123.45 EUR"), std::string::npos);
  EXPECT_NE(text.find("takes back 1 (at 7/1)"), std::string::npos);
  EXPECT_EQ(PostingsText({}), "");
}

// A lump sum has no window of its own; the rule that gave it is named, and once.
TEST(ReportPostings, RulesAreNamed) {
  std::vector<replay::Posting> postings = Two("x");
  for (replay::Posting& posting : postings) {
    posting.objective = "";
    posting.window = std::nullopt;
    posting.clause = "rules.row";
  }
  postings[0].text = "lump sum";
  postings[1].text = "points price rules/row, 3 points";
  const std::string text = PostingsText(postings);
  EXPECT_NE(text.find("lump sum (rules.row); provider owes customer\n"), std::string::npos) << text;
  EXPECT_NE(text.find("points price rules/row, 3 points; provider"), std::string::npos) << text;
}

TEST(ReportPostings, ProgramsGetStringsForMoneyAndNumbers) {
  JsonWriter json;
  WritePostings(json, Two("computed"));
  const std::string text = json.Take();
  EXPECT_NE(text.find("\"debit_account\":\"accrued\",\"credit_account\":\"\""), std::string::npos)
      << text;
  EXPECT_NE(text.find("\"amount\":\"123.45\""), std::string::npos);
  EXPECT_NE(text.find("\"reverses\":\"1\""), std::string::npos);
}

TEST(ReportPostings, TheBooksGetOneRowAnAccount) {
  const std::string csv = PostingsCsv("shop", Two("computed"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 3) << "a header, one debit, one credit";
  EXPECT_NE(csv.find(",accrued,customer,provider,123.45,,EUR,,credit,computed\r\n"),
            std::string::npos)
      << csv;
  EXPECT_NE(csv.find(",accrued,customer,provider,,123.45,EUR,1,credit,computed\r\n"),
            std::string::npos)
      << csv;
}

// T-91: what a spreadsheet would run, or a terminal obey, is only text.
TEST(ReportPostings, T91HostileTextsStayText) {
  const std::string csv = PostingsCsv("shop", Two("=1+1"));
  EXPECT_NE(csv.find(",'=1+1"), std::string::npos) << csv;
  EXPECT_NE(PostingsCsv("a\"b,c", Two("x")).find("\"a\"\"b,c\""), std::string::npos);
  EXPECT_EQ(PostingsText(Two("a\x1b[31m")).find('\x1b'), std::string::npos);
}

TEST(ReportPostings, ACellOfOthersWordsIsNoFormula) {
  EXPECT_EQ(CsvCell("R-7"), "R-7");
  EXPECT_EQ(CsvCell("=HYPERLINK(\"http://evil\",\"x\")"),
            "\"'=HYPERLINK(\"\"http://evil\"\",\"\"x\"\")\"");
  EXPECT_EQ(CsvCell("@SUM(1)"), "'@SUM(1)");
  EXPECT_EQ(CsvCell("a,b"), "\"a,b\"");
}

}  // namespace
}  // namespace tally::tools
