// Goal: what no reader could take is refused before it is signed or recorded, and everything that
// may be said passes. Method: bodies as authors write them, with the extremes of their numbers and
// times; and of every kind the example bodies that the walk accepts, of which a sense must be told
// without a fault.
#include "schema/body_sense.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "schema/canonical.h"
#include "schema/layout.h"
#include "tests/schema/body_example_support.h"

namespace tally {
namespace {

absl::Status SenseOf(BodyKind kind, absl::string_view json) {
  const absl::StatusOr<Bytes> body = BodyFromJson(kind, json);
  EXPECT_TRUE(body.ok()) << json << ": " << body.status();
  return body.ok() ? CheckBodySense(kind, *body) : body.status();
}

constexpr char kWindow[] =
    R"({"objective":"a","from":"0001-01-01T00:00:00Z","until":"9999-12-31T23:59:59.999999Z"})";
constexpr char kNoWindow[] =
    R"({"objective":"a","from":"2026-03-01T00:00:00Z","until":"2026-02-01T00:00:00Z"})";
constexpr char kState[] = R"("replacement":{"state":"up"})";

struct Row {
  BodyKind kind;
  std::string json;
  bool sense;
};

TEST(BodySense, CountsThatCannotBe) {
  const Row rows[] = {
      {BodyKind::kRequestCounts, R"({"valid":"10","good":"100","invalid":"0","retries":"0"})",
       false},
      {BodyKind::kRequestCounts,
       R"({"valid":"18446744073709551615","good":"0","invalid":"0","retries":"0"})", true},
      {BodyKind::kLatencyHistogram,
       R"({"edges":["2","1"],"counts":["0","0"],"above":"0","failed":"0"})", false},
      {BodyKind::kLatencyHistogram,
       R"({"edges":["1","2"],"counts":["5"],"above":"0","failed":"0"})", false},
      {BodyKind::kLatencyHistogram,
       R"({"edges":["1"],"counts":["18446744073709551615"],"above":"0","failed":"0"})", true},
  };
  for (const Row& row : rows) EXPECT_EQ(SenseOf(row.kind, row.json).ok(), row.sense) << row.json;
}

TEST(BodySense, CorrectionsThatWithdrawAndReplace) {
  const std::string head = absl::StrCat(R"({"supersedes":")", std::string(64, 'a'),
                                        R"(","reason":"x","position":"2","action":)");
  EXPECT_FALSE(
      SenseOf(BodyKind::kCorrection, absl::StrCat(head, R"("withdraw",)", kState, "}")).ok());
  EXPECT_FALSE(SenseOf(BodyKind::kCorrection, absl::StrCat(head, R"("replace"})")).ok());
  EXPECT_TRUE(SenseOf(BodyKind::kCorrection, absl::StrCat(head, R"("withdraw"})")).ok());
  EXPECT_TRUE(
      SenseOf(BodyKind::kCorrection, absl::StrCat(head, R"("replace",)", kState, "}")).ok());
}

TEST(BodySense, AmountsThatNoSumCanHold) {
  const std::string most = "92233720368547758.07 EUR";
  EXPECT_FALSE(
      SenseOf(BodyKind::kSettlementProposed, absl::StrCat(R"({"amount":")", most, R"("})")).ok());
  EXPECT_FALSE(SenseOf(BodyKind::kClaimFiled,
                       absl::StrCat(R"({"windows":[)", kWindow, R"(],"amount":")", most, R"("})"))
                   .ok());
  const std::string award = absl::StrCat(
      R"({"rank":"arbitrator","partial":false,"awards":[{"of":"costs","debtor":"p","amount":")",
      most, R"("}]})");
  EXPECT_FALSE(SenseOf(BodyKind::kRulingIssued, award).ok());
  const std::string ruled =
      absl::StrCat(R"({"rank":"arbitrator","partial":false,"credits":[{)", R"("window":)", kWindow,
                   R"(,"amount":")", most, R"("}]})");
  EXPECT_FALSE(SenseOf(BodyKind::kRulingIssued, ruled).ok());
  EXPECT_TRUE(
      SenseOf(BodyKind::kSettlementProposed, R"({"amount":"100000000000000.00 EUR"})").ok());
}

TEST(BodySense, WindowsThatEndBeforeTheyBegin) {
  EXPECT_FALSE(
      SenseOf(BodyKind::kClaimFiled, absl::StrCat(R"({"windows":[)", kNoWindow, "]}")).ok());
  // As long as time is: a word that can be read, and answered.
  EXPECT_TRUE(SenseOf(BodyKind::kClaimFiled, absl::StrCat(R"({"windows":[)", kWindow, "]}")).ok());
}

TEST(BodySense, OfEveryKindItIsTold) {
  for (const KindRow& row : KindTable()) {
    const StructLayout* layout = LayoutOf(row.kind);
    if (layout == nullptr) continue;
    for (const Fullness fullness : {Fullness::kAll, Fullness::kLeast}) {
      const absl::Status sense = CheckBodySense(row.kind, ExampleBody(*layout, fullness));
      EXPECT_TRUE(sense.ok() || absl::IsInvalidArgument(sense)) << row.name << ": " << sense;
    }
  }
}

}  // namespace
}  // namespace tally
