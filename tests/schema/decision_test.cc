// Goal: bodies about time decode to what was said, and intervals that make no sense are refused.
// Method: each body from JSON, field by field; broken intervals and extents.
#include "schema/decision.h"

#include <string>

#include "gtest/gtest.h"
#include "schema/canonical.h"

namespace tally {
namespace {

using enum BodyKind;

Bytes Json(BodyKind kind, absl::string_view json) {
  absl::StatusOr<Bytes> body = BodyFromJson(kind, json);
  EXPECT_TRUE(body.ok()) << body.status() << " " << json;
  return body.ok() ? *std::move(body) : Bytes{};
}
Instant At(absl::string_view text) { return *ParseInstant(text); }
const Interval kTen{At("2026-04-10T10:00:00Z"), At("2026-04-10T10:10:00Z")};

constexpr char kTime[] = R"("from":"2026-04-10T10:00:00Z","until":"2026-04-10T12:00:00Z")";
constexpr char kPart[] =
    R"({"from":"2026-04-10T10:00:00Z","until":"2026-04-10T10:10:00Z","label":"l"})";

std::string With(absl::string_view head, absl::string_view rest) {
  return std::string(head) + kTime + std::string(rest) + "}";
}

TEST(Decision, ProposalsSayWhatAndWhen) {
  auto notice = DecodeMaintenanceAnnounced(
      Json(kMaintenanceAnnounced,
           With(R"({"name":"m","cause":"planned-maintenance",)", R"(,"objectives":["a","b"])")));
  ASSERT_TRUE(notice.ok()) << notice.status();
  EXPECT_EQ(notice->name, "m");
  EXPECT_EQ(notice->cause, CauseClass::kPlannedMaintenance);
  EXPECT_EQ(notice->interval.first, At("2026-04-10T10:00:00Z"));
  EXPECT_EQ(notice->objectives.size(), 2u);

  auto proposed = DecodeExclusionProposed(
      Json(kExclusionProposed,
           With(R"({"name":"x","cause":"other","incident":"i",)",
                std::string(R"(,"noticeGiven":"2026-04-01T00:00:00Z","extent":[)") + kPart + "]")));
  ASSERT_TRUE(proposed.ok()) << proposed.status();
  EXPECT_EQ(proposed->extent, Extent{kTen});
  EXPECT_EQ(proposed->notice_given, At("2026-04-01T00:00:00Z"));
  EXPECT_TRUE(proposed->announcement.IsZero());
  EXPECT_EQ(proposed->incident, "i");

  auto attributed = DecodeAttributionProposed(
      Json(kAttributionProposed,
           With(R"({"name":"x","responsible":"customer","cause":"customer",)", "")));
  ASSERT_TRUE(attributed.ok()) << attributed.status();
  EXPECT_EQ(attributed->responsible, "customer");
  EXPECT_TRUE(attributed->extent.empty());
}

TEST(Decision, AnswersAndDeterminationsNameTheirMatter) {
  std::string part = std::string(R"(,"extent":[)") + kPart + "]}";
  auto agreed = DecodeExclusionAgreed(Json(kExclusionAgreed, R"({"name":"x")" + part));
  ASSERT_TRUE(agreed.ok());
  EXPECT_EQ(agreed->extent, Extent{kTen});
  auto contested = DecodeExclusionContested(Json(kExclusionContested, R"({"name":"x")" + part));
  ASSERT_TRUE(contested.ok());
  EXPECT_EQ(contested->extent, Extent{kTen});
  auto determined = DecodeExclusionDetermined(
      Json(kExclusionDetermined, R"({"name":"x","rank":"expert","admission":"reduced")" + part));
  ASSERT_TRUE(determined.ok());
  EXPECT_EQ(determined->rank, DecisionRank::kExpert);
  EXPECT_EQ(determined->admission, Admission::kReduced);
  EXPECT_EQ(DecodeAttributionAgreed(Json(kAttributionAgreed, R"({"name":"x"})"))->name, "x");
  auto other = DecodeAttributionContested(
      Json(kAttributionContested, R"({"name":"x","responsible":"provider"})"));
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(other->responsible, "provider");
  auto ruled = DecodeAttributionDetermined(
      Json(kAttributionDetermined, R"({"name":"x","rank":"arbitrator","responsible":"customer"})"));
  ASSERT_TRUE(ruled.ok());
  EXPECT_EQ(ruled->rank, DecisionRank::kArbitrator);
  EXPECT_EQ(RankName(ruled->rank), "arbitrator");
}

TEST(Decision, RulingsSayWhatIsAboutTimeAndWhetherThereIsMore) {
  const std::string plain = R"({"rank":"arbitrator","partial":false,)"
                            R"("attributions":[{"name":"a","responsible":"customer"}],)"
                            R"("exclusions":[{"name":"e","admission":"rejected"}]})";
  auto ruling = DecodeRulingOnTime(Json(kRulingIssued, plain));
  ASSERT_TRUE(ruling.ok()) << ruling.status();
  EXPECT_EQ(ruling->rank, DecisionRank::kArbitrator);
  ASSERT_EQ(ruling->attributions.size(), 1u);
  EXPECT_EQ(ruling->attributions[0].responsible, "customer");
  ASSERT_EQ(ruling->exclusions.size(), 1u);
  EXPECT_EQ(ruling->exclusions[0].admission, Admission::kRejected);
  auto corrected = DecodeCorrectedRulingOnTime(
      Json(kRulingCorrected, R"({"ruling":)" + plain + R"(,"reason":"slip"})"));
  ASSERT_TRUE(corrected.ok()) << corrected.status();
  EXPECT_EQ(corrected->exclusions.size(), 1u);
  auto more = DecodeRulingOnTime(
      Json(kRulingIssued,
           R"({"rank":"expert","partial":true,"values":[{"window":{"objective":"a",)"
           R"("from":"2026-04-01T00:00:00Z","until":"2026-05-01T00:00:00Z"},"value":"1/2"}]})"));
  ASSERT_TRUE(more.ok()) << more.status();
  EXPECT_TRUE(more->exclusions.empty() && more->attributions.empty());
}

TEST(Decision, NoticesKeepWhatTheyAreAboutAndSinceWhen) {
  auto notice = DecodeNoticeGiven(
      Json(kNoticeGiven, R"({"about":"other","subject":"x","since":"2026-04-10T10:45:00Z"})"));
  ASSERT_TRUE(notice.ok()) << notice.status();
  EXPECT_EQ(notice->about, NoticeAbout::kOther);
  EXPECT_EQ(notice->subject, "x");
  EXPECT_EQ(notice->since, *ParseInstant("2026-04-10T10:45:00Z"));
  notice = DecodeNoticeGiven(Json(kNoticeGiven, R"({"about":"delay","subject":"x"})"));
  ASSERT_TRUE(notice.ok()) << notice.status();
  EXPECT_FALSE(notice->since.has_value());
}

TEST(Decision, BrokenIntervalsAreRefused) {
  auto decode = [](absl::string_view from, absl::string_view until, const std::string& extent) {
    std::string json = R"({"name":"x","cause":"other","from":")" + std::string(from) +
                       R"(","until":")" + std::string(until) + R"(")" + extent + "}";
    return DecodeExclusionProposed(Json(kExclusionProposed, json)).ok();
  };
  auto parts = [](const std::string& list) { return R"(,"extent":[)" + list + "]"; };
  const std::string later =
      R"({"from":"2026-04-10T10:05:00Z","until":"2026-04-10T10:20:00Z","label":"l"})";
  const std::string touching =
      R"({"from":"2026-04-10T10:10:00Z","until":"2026-04-10T10:20:00Z","label":"l"})";
  EXPECT_TRUE(decode("2026-04-10T10:00:00Z", "2026-04-10T12:00:00Z", ""));
  EXPECT_FALSE(decode("2026-04-10T10:00:00Z", "2026-04-10T10:00:00Z", ""));
  EXPECT_FALSE(decode("2026-04-10T12:00:00Z", "2026-04-10T10:00:00Z", ""));
  EXPECT_TRUE(decode("2026-04-10T10:00:00Z", "2026-04-10T12:00:00Z", parts(kPart)));
  EXPECT_FALSE(decode("2026-04-10T10:05:00Z", "2026-04-10T12:00:00Z", parts(kPart)));
  EXPECT_FALSE(decode("2026-04-10T09:00:00Z", "2026-04-10T10:05:00Z", parts(kPart)));
  EXPECT_FALSE(decode("2026-04-10T10:00:00Z", "2026-04-10T12:00:00Z",
                      parts(std::string(kPart) + "," + later)));
  EXPECT_TRUE(decode("2026-04-10T10:00:00Z", "2026-04-10T12:00:00Z",
                     parts(std::string(kPart) + "," + touching)));
  EXPECT_FALSE(DecodeExclusionProposed(Bytes{1, 2, 3}).ok());
}

TEST(Decision, EveryCauseAndRankHasItsWords) {
  for (uint16_t cause = 1; cause <= 11; ++cause) {
    EXPECT_NE(CauseName(static_cast<CauseClass>(cause)), CauseName(CauseClass::kUnset)) << cause;
  }
  for (uint16_t rank = 1; rank <= 5; ++rank) {
    EXPECT_NE(RankName(static_cast<DecisionRank>(rank)), RankName(DecisionRank::kUnset)) << rank;
  }
}

}  // namespace
}  // namespace tally
