// Goal: points are found where somebody contests something, each with the two readings that its
// parties give it, and with what each reading supposes.
// Method: a small ledger with an exclusion that is proposed, then contested in part, then decided.
#include "replay/contested_points.h"

#include <gtest/gtest.h>

#include "schema/canonical.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

class Points : public testing::Test {
 protected:
  void SetUp() override {
    test_.Agree(test_.terms);
    test_.Wait("2026-04-01T00:30:00Z");
    test_.feed.Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
        .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
    test_.Publish("2026-04-01T00:00:00Z");
  }
  void Act(const ledger::TestParty& author, BodyKind kind, absl::string_view json) {
    absl::StatusOr<Bytes> body = BodyFromJson(kind, json);
    ASSERT_TRUE(body.ok()) << body.status();
    test_.Act(author, kind, *body);
  }
  std::vector<FoundPoint> Find() {
    LookRequest request = *LookRequestOf(test_.ledger(), test_.Request("2026-03"));
    auto file = CaseFile::Open(test_.ledger(), request.wanted);
    TALLY_CHECK(file.ok());
    auto answered = AnswerQuestion(**file, request.question);
    TALLY_CHECK(answered.ok());
    auto points = FindPoints(test_.ledger(), **file, answered->windows);
    EXPECT_TRUE(points.ok()) << points.status();
    return *std::move(points);
  }
  SmallCase test_;
};

TEST_F(Points, AreNoneWhereNothingIsSaid) { EXPECT_TRUE(Find().empty()); }

TEST_F(Points, ProposedThenConcededInPart) {
  Act(test_.acme, BodyKind::kExclusionProposed,
      R"({"name":"storm","cause":"force-majeure",)"
      R"("from":"2026-03-10T00:00:00Z","until":"2026-03-10T06:00:00Z"})");
  std::vector<FoundPoint> proposed = Find();
  ASSERT_EQ(proposed.size(), 1u);
  EXPECT_EQ(proposed[0].kind, "exclusion");
  ASSERT_EQ(proposed[0].readings.size(), 2u);
  // Nobody holds the last word here: the other side agrees, or the proposal was never made.
  ASSERT_EQ(proposed[0].readings[0].supposition.acts.size(), 1u);
  EXPECT_EQ(proposed[0].readings[0].supposition.acts[0].author, test_.shop.id);
  EXPECT_EQ(proposed[0].readings[1].supposition.without.size(), 1u);

  Act(test_.shop, BodyKind::kExclusionContested,
      R"({"name":"storm","extent":[{"from":"2026-03-10T00:00:00Z",)"
      R"("until":"2026-03-10T01:00:00Z","label":"power"}]})");
  std::vector<FoundPoint> conceded = Find();
  ASSERT_EQ(conceded.size(), 1u);
  EXPECT_EQ(conceded[0].acts.size(), 2u);
  const Supposition& answered = conceded[0].readings[1].supposition;
  EXPECT_TRUE(answered.without.empty());
  ASSERT_EQ(answered.acts.size(), 1u);
  EXPECT_NE(BodyToJson(answered.acts[0].kind, answered.acts[0].body).find("01:00:00"),
            std::string::npos);

  Act(test_.shop, BodyKind::kExclusionAgreed, R"({"name":"storm"})");
  EXPECT_TRUE(Find().empty()) << "agreed, so no longer contested";
}

}  // namespace
}  // namespace tally::replay
