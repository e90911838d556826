// Goal: the footer's grammar is read exactly, and its days fall where POSIX puts them.
// Method: tables of texts beside results; every prefix and every changed character of a rule is
// either refused or reads as something else.
#include "replay/terms/yearly_rule.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "replay/terms/civil.h"

namespace tally::replay {
namespace {

YearlyRule RuleFrom(absl::string_view text) {
  absl::StatusOr<YearlyRule> rule = ParseYearlyRule(text, RuleTimes::kExtended);
  EXPECT_TRUE(rule.ok()) << text << ": " << rule.status();
  return rule.ok() ? *rule : YearlyRule{};
}

TEST(YearlyRule, OffsetsCountWestwardsAndNamesAreKept) {
  EXPECT_EQ(RuleFrom("UTC0").standard, (LocalType{0, false, "UTC"}));
  EXPECT_EQ(RuleFrom("WIB-7").standard, (LocalType{25'200, false, "WIB"}));
  EXPECT_EQ(RuleFrom("<-03>3").standard, (LocalType{-10'800, false, "-03"}));
  EXPECT_EQ(RuleFrom("<+1245>-12:45").standard, (LocalType{45'900, false, "+1245"}));
  EXPECT_EQ(RuleFrom("LMT+0:01:15").standard, (LocalType{-75, false, "LMT"}));
  YearlyRule berlin = RuleFrom("CET-1CEST,M3.5.0,M10.5.0/3");
  ASSERT_TRUE(berlin.saving);
  EXPECT_EQ(berlin.saving->type, (LocalType{7'200, true, "CEST"}));
  EXPECT_EQ(berlin.saving->end.time_s, 3 * 3'600);
  YearlyRule dublin = RuleFrom("IST-1GMT0,M10.5.0,M3.5.0/1");
  EXPECT_EQ(dublin.saving->type, (LocalType{0, true, "GMT"}));
  YearlyRule howe = RuleFrom("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0");
  EXPECT_EQ(howe.standard.offset_s, 37'800);
  EXPECT_EQ(howe.saving->type.offset_s, 39'600);
}

TEST(YearlyRule, DaysFallWherePosixPutsThem) {
  struct Case {
    const char* day;
    int64_t year;
    CivilDay expected;
    int64_t seconds;
  };
  for (const Case& c : std::vector<Case>{
           {"M3.5.0", 2026, {2026, 3, 29}, 7'200},
           {"M10.5.0/3", 2026, {2026, 10, 25}, 10'800},
           {"M3.2.0", 2026, {2026, 3, 8}, 7'200},
           {"M2.5.0", 2026, {2026, 2, 22}, 7'200},       // only four Sundays
           {"M2.1.0/0", 2026, {2026, 2, 1}, 0},          // the first is a Sunday
           {"M3.4.4/50", 2026, {2026, 3, 26}, 180'000},  // two days and two hours later
           {"M3.5.0/-1", 2026, {2026, 3, 29}, -3'600},
           {"J60", 2028, {2028, 3, 1}, 7'200},
           {"J59", 2028, {2028, 2, 28}, 7'200},
           {"J60", 2027, {2027, 3, 1}, 7'200},
           {"J365/25", 2028, {2028, 12, 31}, 90'000},
           {"59", 2028, {2028, 2, 29}, 7'200},
           {"59", 2027, {2027, 3, 1}, 7'200},
           {"0/0", 2027, {2027, 1, 1}, 0},
           {"365/167:59:59", 2028, {2028, 12, 31}, 0},
       }) {
    std::string text = absl::StrCat("STD0DST,", c.day, ",M12.1.0");
    if (c.seconds == 0 && absl::string_view(c.day).find("167:59") != absl::string_view::npos) {
      EXPECT_FALSE(ParseYearlyRule(text, RuleTimes::kExtended).ok());  // more than 167 h
      continue;
    }
    YearlyRule rule = RuleFrom(text);
    ASSERT_TRUE(rule.saving) << text;
    EXPECT_EQ(LocalSecondsOf(rule.saving->start, c.year),
              DayNumber(c.expected) * kSecondsPerDay + c.seconds)
        << text;
  }
}

TEST(YearlyRule, EveryDeviationIsRefused) {
  for (const char* text : {"",
                           "UT0",
                           "UTC",
                           "UTC0 ",
                           " UTC0",
                           "UTC0x",
                           "UTC25",
                           "UTC24:01",
                           "UTC0:60",
                           "UTC0:0:60",
                           "UTC0:",
                           "UTC1234",
                           "<UTC0",
                           "<UT>0",
                           "<U/C>0",
                           "12C0",
                           "UTC0DST",
                           "UTC0DST,",
                           "UTC0DS,1,2",
                           "UTC0DST,M3.5.0",
                           "UTC0DST,M3.5.0,",
                           "UTC0DST,M0.5.0,M10.5.0",
                           "UTC0DST,M13.5.0,M10.5.0",
                           "UTC0DST,M3.0.0,M10.5.0",
                           "UTC0DST,M3.6.0,M10.5.0",
                           "UTC0DST,M3.5.7,M10.5.0",
                           "UTC0DST,M3.5,M10.5.0",
                           "UTC0DST,M3,M10.5.0",
                           "UTC0DST,J0,J365",
                           "UTC0DST,J366,J1",
                           "UTC0DST,366,1",
                           "UTC0DST,1/168,2",
                           "UTC0DST,1/-168,2",
                           "UTC0DST,1/,2",
                           "UTC0DST,1,2,3",
                           "UTC0DST,1,2/",
                           "UTC0DST,1,2 ",
                           "UTC0DST+25,1,2",
                           ":UTC0",
                           "UTC--1"}) {
    absl::StatusOr<YearlyRule> rule = ParseYearlyRule(text, RuleTimes::kExtended);
    EXPECT_EQ(rule.status().code(), absl::StatusCode::kInvalidArgument) << "\"" << text << "\"";
  }
}

TEST(YearlyRule, EveryPrefixIsRefusedUnlessItIsARuleItself) {
  std::string text = "<+1030>-10:30<+11>-11,M10.1.0/-2,M4.1.0/26:30";
  std::vector<std::string> rules;
  for (size_t length = 0; length <= text.size(); ++length) {
    std::string prefix = text.substr(0, length);
    if (ParseYearlyRule(prefix, RuleTimes::kExtended).ok()) rules.push_back(prefix);
  }
  std::string whole = "<+1030>-10:30<+11>-11,M10.1.0/-2,M4.1.0";
  EXPECT_EQ(rules, (std::vector<std::string>{"<+1030>-1", "<+1030>-10", "<+1030>-10:3",
                                             "<+1030>-10:30", whole, whole + "/2", whole + "/26",
                                             whole + "/26:3", whole + "/26:30"}));
}

TEST(YearlyRule, Version2HasNoExtendedTimes) {
  EXPECT_TRUE(ParseYearlyRule("STD0DST,1/24,2/0", RuleTimes::kPosix).ok());
  EXPECT_FALSE(ParseYearlyRule("STD0DST,1/25,2", RuleTimes::kPosix).ok());
  EXPECT_FALSE(ParseYearlyRule("STD0DST,1/-1,2", RuleTimes::kPosix).ok());
  EXPECT_TRUE(ParseYearlyRule("STD0DST,1/-1,2/167", RuleTimes::kExtended).ok());
}

}  // namespace
}  // namespace tally::replay
