// Goal: "strictest" orders values where a direction is declared, exactly, and says nothing anywhere
// else. Method: a table of fields with two values and the order that is expected, each both ways.
#include "tools/terms_strict.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace tally::tools {
namespace {

YamlNode Node(const std::string& value) {
  return ReadYaml(absl::StrCat("v: ", value, "\n"), "f")->items[0];
}

struct Case {
  std::string field;
  std::string kind;
  std::string stricter;
  std::string other;
};

std::partial_ordering Order(const Case& test, const std::string& a, const std::string& b) {
  const std::vector<std::string> field = absl::StrSplit(test.field, '.');
  return CompareStrictness(field, test.kind, Node(a), Node(b));
}

// DOMAIN 3.17 rule 24: higher target, shorter time, higher credit.
TEST(TermsStrict, EachDeclaredDirection) {
  const Case cases[] = {
      {"objectives.a.target", "", "at least 99.95 %", "at least 99.9 %"},
      {"objectives.a.target", "", "at least 1000", "at least 999.5"},
      {"objectives.a.target", "", "at most 90 min", "at most 2 h"},
      {"objectives.a.target", "", "at most 10.00 EUR", "at most 11 EUR"},
      {"objectives.a.target", "", "{ expected: at least 99.9 %, minimum: 99 %, stretch: none }",
       "{ expected: at least 99.9 %, minimum: 98 %, stretch: none }"},
      {"objectives.a.target", "", "{ expected: at least 99.9 %, minimum: 99 %, stretch: none }",
       "at least 99.9 %"},
      {"objectives.a.target", "", "{ expected: at most 4 h, minimum: 5 h, stretch: none }",
       "{ expected: at most 4 h, minimum: 6 h, stretch: none }"},
      {"objectives.a.measure.target", "tickets in time", "90 min", "2 h"},
      {"objectives.a.measure.targets", "tickets in time", "{ P1: 1 h, P2: 4 h }",
       "{ P2: 4 h, P1: 90 min }"},
      {"objectives.a.measure.targets", "tickets in time", "[\"P1: 1 h\"]", "{ P1: 2 h }"},
      {"objectives.a.measure.threshold", "telephone service factor", "20 s", "30 s"},
      {"objectives.a.measure.contact within", "leads contacted in time", "4 h", "24 h"},
      {"objectives.a.measure.decision within", "leads decided in time", "4 h", "24 h"},
      {"objectives.a.credit", "", "{ base: fee a }", "none"},
      {"objectives.a.credit.tiers", "tiers", "[{ below: 99 %, credit: 12 % }]",
       "[{ below: 99.0 %, credit: 10 % }]"},
      {"objectives.a.credit.window cap", "tiers", "none", "100.00 EUR"},
      {"objectives.a.credit.window cap", "tiers", "100.00 EUR", "50 EUR"},
      {"objectives.a.credit.minimum", "tiers", "none", "1.00 EUR"},
      {"objectives.a.credit.minimum", "tiers", "1.00 EUR", "2.00 EUR"},
      {"objectives.a.credit.sum", "fixed sum", "60 EUR", "50 EUR"},
      {"objectives.a.credit.percent per step", "linear", "2 %", "1.5 %"},
      {"objectives.a.credit.at most", "linear", "none", "10 %"},
      {"objectives.a.credit.days", "days of service", "2", "1"},
      {"disputes.answer within", "", "1 day", "10 days"},
  };
  for (const Case& test : cases) {
    EXPECT_TRUE(Order(test, test.stricter, test.other) > 0) << test.field << " " << test.stricter;
    EXPECT_TRUE(Order(test, test.other, test.stricter) < 0) << test.field << " " << test.stricter;
    EXPECT_TRUE(Order(test, test.stricter, test.stricter) >= 0 || test.field.ends_with("credit"));
  }
}

TEST(TermsStrict, EqualInOtherWords) {
  const Case target{"objectives.a.target", "", "", ""};
  EXPECT_TRUE(Order(target, "at most 2 h", "at most 120 min") == 0);
  EXPECT_TRUE(Order(target, "at least 99.90 %", "at least 99.9%") == 0);
  EXPECT_TRUE(Order(target, "at least 9 %",
                    "{ expected: at least 9 %, minimum: none, stretch: none }") == 0);
}

TEST(TermsStrict, NothingElseHasADirection) {
  const Case cases[] = {
      {"objectives.a.target", "", "at least 99 %", "at most 1 %"},
      {"objectives.a.target", "", "at least 99 %", "at least 99"},
      {"objectives.a.target", "", "at most 4 h", "at most 10"},
      {"objectives.a.target", "", "at most 10 EUR", "at most 9 USD"},
      {"objectives.a.target", "", "{ expected: at least 99 %, minimum: 90 %, stretch: none }",
       "{ expected: at least 98 %, minimum: 95 %, stretch: none }"},
      {"objectives.a.target", "", "{ expected: at least 99 %, minimum: none, stretch: 99.9 % }",
       "at least 99 %"},
      {"objectives.a.measure.target", "mean ticket time", "1 h", "2 h"},
      {"objectives.a.measure.targets", "tickets in time", "{ P1: 1 h, P2: 4 h }",
       "{ P1: 2 h, P2: 3 h }"},
      {"objectives.a.measure.targets", "tickets in time", "{ P1: 1 h }", "{ P1: 1 h, P2: 3 h }"},
      {"objectives.a.measure.unknown time", "availability by time", "counts as down", "is removed"},
      {"objectives.a.measure.percentile", "latency percentile", "99 %", "95 %"},
      {"objectives.a.window", "", "{ every: calendar month }", "{ every: calendar year }"},
      {"objectives.a.credit", "", "{ base: fee a }", "{ scheme: fixed sum }"},
      {"objectives.a.credit.tiers", "tiers", "[{ below: 99 %, credit: 12 % }]",
       "[{ below: 98 %, credit: 10 % }]"},
      {"objectives.a.credit.window cap", "tiers", "100 EUR", "50 USD"},
      {"objectives.a.credit.rounding", "tiers", "up to cents, once per line",
       "down to cents, once per line"},
      {"disputes.claim within", "", "1 day", "10 days"},
      {"fees.a.amount", "", "1 EUR", "2 EUR"},
      {"parties.provider", "", "lime", "lemon"},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(Order(test, test.stricter, test.other), std::partial_ordering::unordered)
        << test.field << " " << test.stricter;
    EXPECT_EQ(Order(test, test.other, test.stricter), std::partial_ordering::unordered)
        << test.field << " " << test.stricter;
  }
}

TEST(TermsStrict, SameValueLooksAtTheTree) {
  EXPECT_TRUE(SameValue(Node("{ a: 1, b: [x, y] }"), Node("{ b: [x, y], a: 1 }")));
  EXPECT_FALSE(SameValue(Node("{ a: 1, b: [x, y] }"), Node("{ a: 1, b: [y, x] }")));
  EXPECT_FALSE(SameValue(Node("{ a: 1 }"), Node("{ b: 1 }")));
  EXPECT_FALSE(SameValue(Node("[a]"), Node("a")));
}

}  // namespace
}  // namespace tally::tools
