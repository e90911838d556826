// Goal: each contested point is worth what its readings differ by, recomputed, and no more; what is
// undisputed is worth nothing; nothing of it is recorded.
// Method: GC-13's quarrel about a cause, two feeds that tell of one thing, a correction, a claim
// answered in part; amounts by hand.
#include "replay/contested.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "ledger/crypto/sha256.h"
#include "schema/canonical.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

Contested Must(const SmallCase& test) {
  absl::StatusOr<Contested> contested = FindContested(test.ledger(), test.Request("2026-03"));
  EXPECT_TRUE(contested.ok()) << contested.status();
  TALLY_CHECK(contested.ok());
  return *std::move(contested);
}
Bytes Body(BodyKind kind, absl::string_view json) {
  absl::StatusOr<Bytes> body = BodyFromJson(kind, json);
  TALLY_CHECK(body.ok());
  return *std::move(body);
}
// What the customer is owed; the provider owes it.
std::string Text(const Purse& purse, const std::string& party = "shop") {
  std::string text;
  for (const auto& [key, minor] : purse) {
    if (key.first == party) text += FormatMoney({minor, key.second}) + ";";
  }
  return text;
}
std::string Favouring(const Contested& contested, const std::string& party) {
  for (const ContestedFavour& each : contested.together.favours) {
    if (each.party == party) return Text(each.credits);
  }
  return "-";
}

// Down for the 10th of March: 30/31, 30 %: 300.00.
void ReportMarch(SmallCase& test) {
  test.Wait("2026-04-01T00:30:00Z");
  test.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
      .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
      .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
  test.Publish("2026-04-01T00:00:00Z");
}

TEST(Contested, NothingIsContestedWhereNobodyContests) {
  SmallCase test;
  test.Agree(test.terms);
  ReportMarch(test);
  Contested contested = Must(test);
  EXPECT_TRUE(contested.points.empty());
  EXPECT_EQ(Text(contested.together.stake), "0.00 USD;");
  EXPECT_EQ(contested.digest, ledger::Sha256Of({AsBytes(CanonicalContested(contested))}));
}

// GC-13 as it stood before the ruling: the provider puts the outage down to the customer.
TEST(Contested, GC13ACauseIsWorthTheCreditThatHangsOnIt) {
  SmallCase test;
  test.Agree(test.terms);
  ReportMarch(test);
  test.Act(test.acme, BodyKind::kAttributionProposed,
           Body(BodyKind::kAttributionProposed,
                R"({"name":"cause","responsible":"customer","cause":"customer",)"
                R"("from":"2026-03-10T00:00:00Z","until":"2026-03-11T00:00:00Z"})"));
  test.Act(test.shop, BodyKind::kAttributionContested,
           Body(BodyKind::kAttributionContested, R"({"name":"cause","responsible":"provider"})"));
  uint64_t size = test.ledger().head().size;
  Contested contested = Must(test);
  EXPECT_EQ(test.ledger().head().size, size);
  ASSERT_EQ(contested.points.size(), 1u);
  const ContestedPoint& point = contested.points[0];
  EXPECT_EQ(point.kind, "attribution");
  EXPECT_EQ(point.name, "cause");
  EXPECT_EQ(point.acts.size(), 2u);
  ASSERT_EQ(point.readings.size(), 2u);
  EXPECT_EQ(point.readings[0].label, "as acme proposes");
  EXPECT_FALSE(point.readings[0].stands);
  ASSERT_EQ(point.readings[0].windows.size(), 1u);
  EXPECT_EQ(point.readings[0].windows[0].verdict, Verdict::kMet);
  EXPECT_EQ(Text(point.readings[0].credits), "0.00 USD;");
  EXPECT_EQ(point.readings[1].label, "as shop says");
  EXPECT_TRUE(point.readings[1].stands);
  EXPECT_EQ(Text(point.readings[1].credits), "300.00 USD;");
  EXPECT_EQ(Text(point.stake), "300.00 USD;");
  EXPECT_EQ(Favouring(contested, "acme"), "0.00 USD;");
  EXPECT_EQ(Favouring(contested, "shop"), "300.00 USD;");
}

// Two exclusions of the halves of one outage, each of which leaves it breached at the same tier:
// worth nothing alone, the whole credit together.
TEST(Contested, TogetherIsNoSum) {
  SmallCase test;
  test.Agree(test.terms);
  test.Wait("2026-04-01T00:30:00Z");
  test.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
      .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
      .Report(1, State::kUp, On("2026-03-10T06:00:00Z"));
  test.Publish("2026-04-01T00:00:00Z");  // 738/744: 99.19 %, 10 %
  for (const char* part : {R"("name":"early","from":"2026-03-10T00:00:00Z",)"
                           R"("until":"2026-03-10T03:00:00Z")",
                           R"("name":"late","from":"2026-03-10T03:00:00Z",)"
                           R"("until":"2026-03-10T06:00:00Z")"}) {
    test.Act(test.acme, BodyKind::kExclusionProposed,
             Body(BodyKind::kExclusionProposed,
                  absl::StrCat(R"({"cause":"force-majeure",)", part, "}")));
  }
  Contested contested = Must(test);
  ASSERT_EQ(contested.points.size(), 2u);
  EXPECT_EQ(Text(contested.points[0].stake), "0.00 USD;");
  EXPECT_EQ(Text(contested.points[1].stake), "0.00 USD;");
  EXPECT_EQ(Favouring(contested, "acme"), "0.00 USD;");
  EXPECT_EQ(Favouring(contested, "shop"), "100.00 USD;");
}

// One exclusion saves the provider 300.00 and makes the customer owe 100.00 for what he owes: web
// down on the 10th; mail down for 264 s, 99.9901 % of March and 99.9898 % of March without a day.
TEST(Contested, CreditsOwedBothWaysAreNotAddedUp) {
  SmallCase test;
  Objective back = test.terms.objectives[0];
  back.id = "mail";
  std::swap(back.obligor, back.obligee);
  back.measure.sources = {{"probes", "mail"}};
  back.measure.denominator = Denominator::kRemove;
  test.terms.objectives.push_back(back);
  test.Agree(test.terms);
  test.Wait("2026-04-01T00:30:00Z");
  test.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
      .Report(2, State::kUp, On("2026-03-01T00:00:00Z"))
      .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
      .Report(1, State::kUp, On("2026-03-11T00:00:00Z"))
      .Report(2, State::kDown, On("2026-03-20T00:00:00Z"))
      .Report(2, State::kUp, On("2026-03-20T00:04:24Z"));
  test.Publish("2026-04-01T00:00:00Z");
  test.Act(test.acme, BodyKind::kExclusionProposed,
           Body(BodyKind::kExclusionProposed,
                R"({"name":"storm","cause":"force-majeure","from":"2026-03-10T00:00:00Z",)"
                R"("until":"2026-03-11T00:00:00Z"})"));
  const Contested contested = Must(test);
  ASSERT_EQ(contested.points.size(), 1u);
  const ContestedPoint& point = contested.points[0];
  EXPECT_EQ(Text(point.readings[0].credits), "-100.00 USD;") << "as acme proposes";
  EXPECT_EQ(Text(point.readings[0].credits, "acme"), "100.00 USD;");
  EXPECT_EQ(Text(point.readings[1].credits), "300.00 USD;") << "as shop says";
  EXPECT_EQ(Text(point.stake), "400.00 USD;");
  EXPECT_EQ(Text(point.stake, "acme"), "400.00 USD;");
  EXPECT_EQ(Favouring(contested, "acme"), "-100.00 USD;");
  EXPECT_EQ(Favouring(contested, "shop"), "300.00 USD;");
  EXPECT_EQ(Text(contested.together.stake), "400.00 USD;");
}

TEST(Contested, ACorrectionIsWorthWhatItCorrected) {
  SmallCase test;
  test.Agree(test.terms);
  ReportMarch(test);
  Result before = test.Replay("2026-03");
  ledger::EventAddress down = before.windows[0].evidence.at(0).first;
  down.offset += 1;
  ledger::VerifiedRecord record = *test.ledger().ReadRecord(down.index);
  const ledger::VerifiedEvent& wrong = record.events()[down.offset];
  EventHeader header;
  header.kind = BodyKind::kCorrection;
  header.actor = ActorKind::kMonitor;
  header.source = 1;
  header.observed_from = header.observed_until = wrong.header.observed_from;
  header.reported_at = On("2026-04-01T00:05:00Z");
  test.feed.Add(header,
                Body(BodyKind::kCorrection, absl::StrCat(R"({"supersedes":")", wrong.digest.ToHex(),
                                                         R"(","position":")", wrong.header.position,
                                                         R"(","action":"withdraw",)"
                                                         R"("reason":"clock was wrong"})")));
  test.Publish("2026-04-01T00:10:00Z");
  Contested contested = Must(test);
  ASSERT_EQ(contested.points.size(), 1u);
  EXPECT_EQ(contested.points[0].kind, "correction");
  EXPECT_TRUE(contested.points[0].readings[0].stands);
  EXPECT_EQ(contested.points[0].readings[1].label, "as first reported");
  EXPECT_EQ(Text(contested.points[0].stake), "300.00 USD;");
}

TEST(Contested, AClaimAnsweredOtherwiseIsWorthTheRest) {
  SmallCase test;
  test.Agree(test.terms);
  ReportMarch(test);
  Hash claim = test.File({MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")});
  ClaimAnswered body;
  body.answer = ClaimAnswer::kPartly;
  body.amount = Cash("120.00 USD");
  test.Act(test.acme, BodyKind::kClaimAnswered, Encode(body), claim);
  Contested contested = Must(test);
  ASSERT_EQ(contested.points.size(), 1u);
  EXPECT_EQ(contested.points[0].kind, "claim");
  EXPECT_EQ(Text(contested.points[0].readings[0].credits), "300.00 USD;");
  EXPECT_EQ(Text(contested.points[0].readings[1].credits), "120.00 USD;");
  EXPECT_EQ(Text(contested.points[0].stake), "180.00 USD;");
  EXPECT_EQ(Text(contested.together.stake), "0.00 USD;") << "no figure hangs on it";
}

// What needs no claim stands whatever is answered: what is asked beyond it is all that hangs on it.
TEST(Contested, AClaimForMoreThanACreditThatNeedsNoneIsWorthThat) {
  SmallCase test;
  PayWithoutClaims(test.terms);
  test.Agree(test.terms);
  ReportMarch(test);
  test.Wait("2026-04-06T00:00:00Z");
  test.Project();
  ClaimFiled filed;
  filed.windows = {MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")};
  filed.amount = Cash("400.00 USD");
  const Hash claim = test.Act(test.shop, BodyKind::kClaimFiled, Encode(filed));
  ClaimAnswered body;
  body.answer = ClaimAnswer::kRejected;
  test.Act(test.acme, BodyKind::kClaimAnswered, Encode(body), claim);
  const Contested contested = Must(test);
  ASSERT_EQ(contested.points.size(), 1u);
  EXPECT_EQ(Text(contested.points[0].readings[0].credits), "400.00 USD;");
  EXPECT_EQ(Text(contested.points[0].readings[1].credits), "300.00 USD;");
  EXPECT_EQ(Text(contested.points[0].stake), "100.00 USD;");
}

// A closing shuts out what the sides say, not what an authority of the terms decides: what was
// proposed after it is worth what hangs on that word, and nothing where nobody has it.
TEST(Contested, AProposalAfterTheClosingIsWorthTheWordOfTheAuthority) {
  for (const bool judge : {true, false}) {
    SmallCase test;
    if (judge) {
      test.terms.rules = {RuleWith("authority", "decision authority",
                                   {{"arbitrator", "monitor"},
                                    {"deemed acceptance", "none"},
                                    {"expert", "none"},
                                    {"order", "arbitrator over expert over joint agreement"}})};
    }
    test.Agree(test.terms);
    ReportMarch(test);
    test.Wait("2026-04-06T00:00:00Z");
    test.Project();
    ASSERT_TRUE(test.Replay("2026-03").windows[0].closed.has_value());
    test.Act(test.acme, BodyKind::kExclusionProposed,
             Body(BodyKind::kExclusionProposed,
                  R"({"cause":"force-majeure","name":"storm",)"
                  R"("from":"2026-03-10T00:00:00Z","until":"2026-03-11T00:00:00Z"})"));
    test.Act(test.shop, BodyKind::kExclusionContested,
             Body(BodyKind::kExclusionContested, R"({"name":"storm"})"));
    const Contested contested = Must(test);
    ASSERT_EQ(contested.points.size(), judge ? 1u : 0u);
    EXPECT_EQ(Text(contested.together.stake), judge ? "300.00 USD;" : "0.00 USD;");
    if (!judge) continue;
    const ContestedPoint& point = contested.points[0];
    EXPECT_EQ(point.kind, "exclusion");
    EXPECT_EQ(point.acts.size(), 2u);
    ASSERT_EQ(point.time.size(), 1u);
    EXPECT_EQ(point.time[0].first, On("2026-03-10T00:00:00Z"));
    EXPECT_EQ(Text(point.readings[0].credits), "0.00 USD;") << "as determined by watch";
    EXPECT_EQ(Text(point.readings[1].credits), "300.00 USD;");
    EXPECT_TRUE(point.readings[1].stands);
    EXPECT_NE(point.matter.find("watch (arbitrator) can decide it"), std::string::npos)
        << point.matter;
    // What hangs on it is what the word of that authority makes of it.
    test.Act(test.watch, BodyKind::kExclusionDetermined,
             Body(BodyKind::kExclusionDetermined,
                  R"({"name":"storm","rank":"arbitrator","admission":"admitted"})"));
    const Result decided = test.Replay("2026-03");
    EXPECT_EQ(decided.windows[0].credit->amount.minor, 0);
    EXPECT_TRUE(Must(test).points.empty());
  }
}

TEST(Contested, ItIsAboutTheAgreedReading) {
  SmallCase test;
  test.Agree(test.terms);
  ReplayRequest request = test.Request();
  request.terms = test.terms;
  EXPECT_EQ(FindContested(test.ledger(), request).status().code(),
            absl::StatusCode::kInvalidArgument);
}

// Nobody makes the answer long by proposing again and again: what came first is weighed by itself.
TEST(Contested, ManyProposalsOfOneSideAreOnePoint) {
  SmallCase test;
  test.Agree(test.terms);
  ReportMarch(test);
  constexpr int kProposed = static_cast<int>(kMattersMax) + 4;
  for (int i = kProposed; i-- > 0;) {
    test.Act(
        test.acme, BodyKind::kExclusionProposed,
        Body(BodyKind::kExclusionProposed,
             absl::StrCat(R"({"cause":"force-majeure","name":"e)", i + 10,
                          R"(","from":"2026-03-10T00:00:00Z","until":"2026-03-11T00:00:00Z"})")));
  }
  const Contested contested = Must(test);
  ASSERT_EQ(contested.points.size(), kMattersMax + 1);
  EXPECT_EQ(contested.points[0].name, "e14") << "in the order of names";
  EXPECT_EQ(contested.points[kMattersMax - 1].name, absl::StrCat("e", kProposed + 9));
  const ContestedPoint& rest = contested.points[kMattersMax];
  EXPECT_EQ(rest.name, "e13 and 3 more");
  EXPECT_EQ(rest.readings[1].label, "if it is not admitted");
  EXPECT_EQ(rest.readings[1].party, "") << "shop has said nothing";
  EXPECT_EQ(rest.matter, "4 exclusions proposed by acme and not decided");
  EXPECT_EQ(rest.acts.size(), 4u);
  ASSERT_EQ(rest.readings.size(), 2u);
  EXPECT_EQ(Text(rest.readings[0].credits), "0.00 USD;");
  EXPECT_EQ(Text(rest.readings[1].credits), "300.00 USD;");
  EXPECT_TRUE(rest.readings[1].stands);
  EXPECT_EQ(Text(contested.together.stake), "300.00 USD;");
}

}  // namespace
}  // namespace tally::replay
