// Goal: what is supposed changes the answer as if it were recorded, and nothing else.
// Method: a small ledger; an event left out, an act supposed, sources in another order.
#include "replay/supposition.h"

#include <gtest/gtest.h>

#include "schema/canonical.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

class Suppositions : public testing::Test {
 protected:
  void SetUp() override {
    test_.terms.objectives[0].measure.sources = {{"probes", "web"}, {"probes", "mail"}};
    test_.Agree(test_.terms);
    test_.Wait("2026-04-01T00:30:00Z");
    test_.feed.Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
        .Report(2, State::kUp, On("2026-03-10T00:00:00Z"))
        .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
    test_.Publish("2026-04-01T00:00:00Z");
  }
  std::string Value(const Supposition& supposition) {
    LookRequest request = *LookRequestOf(test_.ledger(), test_.Request("2026-03"));
    auto file = CaseFile::Open(test_.ledger(), request.wanted);
    TALLY_CHECK(file.ok());
    Result standing = test_.Replay("2026-03");
    auto windows = Suppose(test_.ledger(), request, **file, standing, supposition);
    EXPECT_TRUE(windows.ok()) << windows.status();
    TALLY_CHECK(windows.ok());
    if (windows->size() != 1 || !windows->front().value.has_value()) return "none";
    return FormatWide(windows->front().value->numerator()) + "/" +
           FormatWide(windows->front().value->denominator());
  }
  SmallCase test_;
};

TEST_F(Suppositions, NothingSupposedIsWhatStands) { EXPECT_EQ(Value({}), "30/31"); }

TEST_F(Suppositions, AnotherOrderOfSources) {
  Supposition other;
  other.sources["availability"] = {{"probes", "mail"}, {"probes", "web"}};
  EXPECT_EQ(Value(other), "1/1");
  Supposition elsewhere;
  elsewhere.sources["no-such"] = {{"probes", "mail"}};
  EXPECT_EQ(Value(elsewhere), "30/31");
}

TEST_F(Suppositions, EventsLeftOutAndActsSupposedAddUp) {
  Result standing = test_.Replay("2026-03");
  Supposition both;
  both.without.insert(standing.windows[0].evidence.at(0).first);
  EXPECT_EQ(Value(both), "1/1");
  Supposition act;
  absl::StatusOr<Bytes> body =
      BodyFromJson(BodyKind::kExclusionProposed,
                   R"({"name":"x","cause":"force-majeure","from":"2026-03-10T00:00:00Z",)"
                   R"("until":"2026-03-10T12:00:00Z"})");
  ASSERT_TRUE(body.ok()) << body.status();
  act.acts.push_back({BodyKind::kExclusionProposed, test_.acme.id, *body});
  EXPECT_EQ(Value(act), "30/31") << "proposed alone";
  body = BodyFromJson(BodyKind::kExclusionAgreed, R"({"name":"x"})");
  act.acts.push_back({BodyKind::kExclusionAgreed, test_.shop.id, *body});
  EXPECT_EQ(Value(act), "61/62");
  act.Add(both);
  EXPECT_EQ(Value(act), "1/1");
}

}  // namespace
}  // namespace tally::replay
