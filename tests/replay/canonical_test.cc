// Goal: the canonical text is what docs/FORMAT.md "Results" says, byte for byte, and figures do not
// see what is not a figure.
// Method: one result written out whole; fields changed one by one.
#include "replay/canonical.h"

#include <gtest/gtest.h>

#include "tests/replay/small_terms.h"

namespace tally::replay {
namespace {

Result SmallResult() {
  Result result;
  result.agreement = "gold";
  result.engine = "tally-engine/1";
  result.reading = "agreed";
  result.terms.bytes.fill(0x11);
  result.known = {.size = 42,
                  .instant = On("2026-04-06T00:00:00Z"),
                  .recorded = On("2026-04-05T23:59:59.5Z"),
                  .reported = std::nullopt};
  WindowResult window;
  window.objective = "availability";
  window.obligor = "provider";
  window.window = During("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
  window.zone = "UTC";
  window.status = WindowStatus::kFinal;
  window.verdict = Verdict::kBreached;
  window.value = *Fraction::Of(30, 31);
  window.coverage = Fraction::Whole(1);
  window.period = 44'640;
  window.counted = 1'440;
  window.time_unit = "min";
  window.credit = CreditLine{Cash("300.00 USD"), 2, Figure("30"), true};
  window.causes = {{10, 0}, {12, 3}};
  window.terms = result.terms;
  window.evidence = {{"probes", {12, 0}, {12, 3}, Hash{}}};
  window.closed = ClosedFigure{{20, 0}, "breached", "30/31", Cash("300.00 USD"), false};
  window.figures = DigestOfFigures(window);
  result.windows.push_back(window);
  result.balances = {{"accrued", "shop", Cash("300.00 USD")}};
  result.deadlines = {{"claim.file", "availability", "shop", On("2026-05-01T00:00:00Z"), "UTC",
                       "disputes.claim_within_days", "open", "the credit expires"}};
  Posting posting;
  posting.number = 1;
  posting.at = On("2026-04-01T00:00:00Z");
  posting.clause = "credit";
  posting.text = "computed";
  posting.objective = "availability";
  posting.window = window.window;
  posting.to = "accrued";
  posting.creditor = "shop";
  posting.debtor = "acme";
  posting.amount = Cash("300.00 USD");
  result.postings = {posting};
  result.claims = {{{21, 0},
                    "0a",
                    "filed",
                    {{"availability", window.window}},
                    std::nullopt,
                    {{"filed", On("2026-04-07T00:00:00Z"), ledger::EventAddress{21, 0}, ""}}}};
  result.findings = {{"evidence-late", "warning", "availability", std::nullopt, "line 1\n\"2\""}};
  return result;
}

TEST(Canonical, TheWholeText) {
  Result result = SmallResult();
  std::string ones(64, '1');
  std::string zeros(64, '0');
  EXPECT_EQ(
      CanonicalResult(result),
      "tally.result/1\n"
      "agreement \"gold\"\n"
      "engine \"tally-engine/1\"\n"
      "reading \"agreed\"\n"
      "terms " +
          ones +
          "\n"
          "size 42\n"
          "knowledge 2026-04-06T00:00:00Z\n"
          "recorded 2026-04-05T23:59:59.500Z\n"
          "reported -\n"
          "window \"availability\" 2026-03-01T00:00:00Z/2026-04-01T00:00:00Z\n"
          "zone \"UTC\"\n"
          "obligor \"provider\"\n"
          "terms " +
          ones +
          "\n"
          "verdict breached\n"
          "value 30/31 ratio\n"
          "period 44640 min\n"
          "counted 1440\n"
          "excluded 0\n"
          "degraded 0\n"
          "credit 300.00 USD tier 2 30 posted\n"
          "cause 10/0\n"
          "cause 12/3\n"
          "causes-left-out 0\n"
          "status final\n"
          "unknown 0\n"
          "remaining 0\n"
          "coverage 1/1\n"
          "evidence \"probes\" 12/0 12/3 " +
          zeros +
          "\n"
          "closed 20/0 \"breached\" \"30/31\" 300.00 USD same\n"
          "figures " +
          result.windows[0].figures.ToHex() +
          "\n"
          "balance accrued \"shop\" 300.00 USD\n"
          "posting 1 2026-04-01T00:00:00Z - - accrued \"shop\" \"acme\" 300.00 USD - "
          "\"availability\" 2026-03-01T00:00:00Z/2026-04-01T00:00:00Z \"credit\" \"computed\"\n"
          "deadline claim.file \"availability\" \"shop\" 2026-05-01T00:00:00Z \"UTC\" "
          "\"disputes.claim_within_days\" open \"the credit expires\"\n"
          "claim 21/0 0a \"filed\" -\n"
          "claimed \"availability\" 2026-03-01T00:00:00Z/2026-04-01T00:00:00Z\n"
          "step \"filed\" 2026-04-07T00:00:00Z 21/0 \"\"\n"
          "finding evidence-late warning \"availability\" - \"line 1\\x0a\\\"2\\\"\"\n");
}

TEST(Canonical, FiguresSeeFiguresAndNothingElse) {
  const WindowResult window = SmallResult().windows[0];
  const Hash figures = DigestOfFigures(window);
  WindowResult same = window;
  same.status = WindowStatus::kOpen;
  same.unknown = 7;
  same.remaining = 7;
  same.coverage = std::nullopt;
  same.evidence.clear();
  same.closed = std::nullopt;
  EXPECT_EQ(DigestOfFigures(same), figures);
  std::vector<WindowResult> others(9, window);
  others[0].value = *Fraction::Of(29, 31);
  others[1].counted = 1;
  others[2].excluded = 1;
  others[3].degraded = 1;
  others[4].credit->posted = false;
  others[5].credit = std::nullopt;
  others[6].causes.pop_back();
  others[7].terms.bytes[0] = 0;
  others[8].verdict = Verdict::kMet;
  for (const WindowResult& other : others) EXPECT_NE(DigestOfFigures(other), figures);
}

TEST(Canonical, QuotesHaveOneSpelling) {
  EXPECT_EQ(Quoted(""), "\"\"");
  EXPECT_EQ(Quoted("a\"b\\c"), "\"a\\\"b\\\\c\"");
  EXPECT_EQ(Quoted(absl::string_view("\0\t\x7f", 3)), "\"\\x00\\x09\\x7f\"");
  EXPECT_EQ(Quoted("§ 4.2"), "\"§ 4.2\"");
  EXPECT_EQ(FractionText(std::nullopt), "-");
}

}  // namespace
}  // namespace tally::replay
