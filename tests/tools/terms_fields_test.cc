// Goal: every field reads one form and names it when it meets another; numbers have no octal, no
// exponent and no sign that was not meant.
// Method: one map with all kinds of values; every two-letter name.
#include "tools/terms_fields.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace tally::tools {
namespace {

// One field `f` with the value that `text` writes.
class OneField {
 public:
  explicit OneField(const std::string& text)
      : root_(ReadYaml(absl::StrCat("f: ", text, "\n"), "file").value()),
        fields_(Field(root_, "", report_)) {}
  Field field() { return fields_.Need("f", "write it"); }
  std::string Findings() {
    std::string all;
    for (const Diagnostic& each : report_.Sorted()) all += DiagnosticText(each) + "\n";
    return all;
  }

 private:
  YamlNode root_;
  TermsReport report_;
  Fields fields_;
};

TEST(TermsFields, NamesAreThoseOfTheLedger) {
  int names = 0;
  for (char first = 0x21; first < 0x7f; ++first) {
    for (char second = 0x21; second < 0x7f; ++second) {
      const std::string quoted = {'\'', first, second, '\''};
      if (first == '\'' || second == '\'') continue;
      if (OneField(quoted).field().Name()) ++names;
    }
  }
  EXPECT_EQ(names, 36 * 39);
  EXPECT_TRUE(OneField(std::string(64, 'a')).field().Name());
  EXPECT_FALSE(OneField(std::string(65, 'a')).field().Name());
  EXPECT_FALSE(OneField("'\xc3\xa9'").field().Name());
  OneField list("[a]");
  EXPECT_FALSE(list.field().Name());
  EXPECT_TRUE(absl::StrContains(list.Findings(), "file:1:4: `f` is a list; a name has"));
}

// T-67
TEST(TermsFields, T67NumbersAreDecimalAndWhole) {
  for (const std::string bad : {"010", "0x10", "1e3", "+5", "-1", "1.0", "5 days", "1_000", "''",
                                "[5]", "0o17", ".5", "1,000"}) {
    OneField one(bad);
    EXPECT_FALSE(one.field().Count(0, 1'000'000)) << bad;
    EXPECT_TRUE(absl::StrContains(one.Findings(), "`f` is ")) << bad;
  }
  EXPECT_EQ(OneField("42").field().Count(1, 42), 42u);
  EXPECT_FALSE(OneField("43").field().Count(1, 42));
  EXPECT_FALSE(OneField("0").field().Count(1, 42));
  EXPECT_EQ(OneField("-5").field().Integer(), -5);
  EXPECT_EQ(OneField("0").field().Integer(), 0);
  EXPECT_FALSE(OneField("007").field().Integer());
  EXPECT_EQ(OneField("1 day").field().Days(1), 1u);
  EXPECT_EQ(OneField("60 days").field().Days(1), 60u);
  EXPECT_EQ(OneField("0 days").field().Days(0), 0u);
  for (const std::string bad : {"0 days", "1 days", "2 day", "60", "60d", "06 days", "60  days",
                                "36601 days", "4294967297 days", "-1 days"}) {
    EXPECT_FALSE(OneField(bad).field().Days(1)) << bad;
  }
  EXPECT_EQ(OneField("90 s").field().Length(), Seconds(90));
  for (const std::string bad : {"0 s", "-1 s", "90", "1.5 h"}) {
    EXPECT_FALSE(OneField(bad).field().Length()) << bad;
  }
  EXPECT_TRUE(OneField("1000.00 USD").field().Amount());
  for (const std::string bad : {"1000.00", "-1.00 USD", "1000.5 USD", "1000 usd", "[1]"}) {
    EXPECT_FALSE(OneField(bad).field().Amount()) << bad;
  }
}

TEST(TermsFields, PercentagesHaveSixDecimalsAtMost) {
  EXPECT_EQ(ParsePercent("99.99 %", 100).value(), (Decimal{9999, 2}));
  EXPECT_EQ(ParsePercent("99.99%", 100).value(), (Decimal{9999, 2}));
  EXPECT_EQ(ParsePercent("99.90 %", 100)->scale, 1) << "equal terms are equal bytes";
  EXPECT_TRUE(ParsePercent("99.999999 %", 100));
  EXPECT_TRUE(ParsePercent("0 %", 100) && ParsePercent("100 %", 100));
  for (absl::string_view bad : {"99.9999999 %", "100.000001 %", "-1 %", "99.99", "99,99 %", "%",
                                " %", "99.99  %", "099 %", "1e1 %", "NaN %", "99.99 % "}) {
    EXPECT_FALSE(ParsePercent(bad, 100)) << bad;
  }
}

TEST(TermsFields, AMissingFieldSaysWhatToChooseAndAStrayOneWhatWasMeant) {
  const YamlNode root = ReadYaml("measure:\n  resolutoin: 1 s\n  snap: none\n", "file").value();
  TermsReport report;
  report.Note("", {"file", 1, 1});
  Fields fields(Field(root, "", report));
  Fields measure(fields.Need("measure", "write it"));
  Duration resolution;
  measure.Choose("resolution", kResolutionWords, resolution);
  measure.Exclude("snap", "of a test");
  measure.Done();
  fields.Done();
  std::vector<std::string> found;
  for (const Diagnostic& each : report.Sorted()) found.push_back(DiagnosticText(each));
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0],
            "file:1:1: measure: `resolution` is not stated; choose `1 ms`, `1 s` or "
            "`60 s`");
  EXPECT_EQ(found[1],
            "file:2:3: measure: `resolutoin` means nothing here; did you mean "
            "`resolution`?");
  EXPECT_EQ(found[2], "file:3:3: `snap` means nothing here: of a test; remove it");
}

TEST(TermsFields, WhatIsNoMapIsReportedOnce) {
  const YamlNode root = ReadYaml("measure: nothing\n", "file").value();
  TermsReport report;
  Fields fields(Field(root, "", report));
  Fields measure(fields.Need("measure", "write it"));
  EXPECT_FALSE(measure.readable());
  EXPECT_FALSE(measure.Need("kind", "choose").present());
  measure.Done();
  EXPECT_EQ(report.Sorted().size(), 1u) << "what is missing inside is not reported as well";
}

}  // namespace
}  // namespace tally::tools
