// Goal: what a ruling says of windows and keys is heard from whoever may decide about them, and
// from nobody else; the highest word prevails, among equals the latest, and a correction takes its
// ruling's place (DOMAIN 3.10, 3.17 rule 26). Method: rulings made in memory, one wrong thing each.
#include "replay/dispute/rulings.h"

#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "schema/canonical.h"
#include "tests/replay/dispute/acts_support.h"

namespace tally::replay {
namespace {

class RulingsTest : public ::testing::Test {
 protected:
  static Terms WithForums() {
    Terms terms = SmallTerms(SomeZone());
    terms.parties.push_back({"arbiter", "watch"});
    terms.parties.push_back({"expert", "lab"});
    return terms;
  }
  RulingsTest() {
    AgreementOpened opened;
    opened.name = "gold";
    opened.parties = {{"provider", "acme", Stream("acme")},
                      {"customer", "shop", Stream("shop")},
                      {"arbiter", "watch", Stream("watch")},
                      {"expert", "lab", Stream("lab")}};
    Say(BodyKind::kAgreementOpened, "acme", Encode(opened), "2026-03-01T08:00:00Z");
    const Hash proposal =
        Say(BodyKind::kTermsProposed, "acme", ProposalOf(terms_), "2026-03-01T09:00:00Z");
    Say(BodyKind::kTermsAccepted, "shop", Encode(TermsAccepted{HashOf(terms_)}),
        "2026-03-01T10:00:00Z", proposal);
  }
  Hash Say(BodyKind kind, absl::string_view author, Bytes body, absl::string_view recorded,
           const Hash& answers = {}) {
    const Fact fact = maker_.Make(kind, Stream(author), std::move(body),
                                  {.answers = answers, .recorded = On(recorded)});
    agreement_.Apply(fact);
    fold_.Apply(fact);
    return fact.event->digest;
  }
  static RulingOnClaims Value(int64_t over, DecisionRank rank = DecisionRank::kArbitrator) {
    RulingOnClaims ruling;
    ruling.rank = rank;
    ruling.values = {{March(), *Fraction::Of(over, 1000)}};
    return ruling;
  }
  Hash Rule(absl::string_view author, const RulingOnClaims& ruling, const Hash& answers = {}) {
    return Say(BodyKind::kRulingIssued, author, Encode(ruling), "2026-04-10T00:00:00Z", answers);
  }
  TimeQuestion Question() const {
    TimeQuestion question;
    question.version = agreement_.Current();
    question.objective = &question.version->terms->objectives.front();
    question.knowledge = On("2026-05-01T00:00:00Z");
    return question;
  }
  RuledWindow Ruled() const { return RuledOn(fold_, March(), Question()); }
  bool Found(absl::string_view kind) const {
    const auto version = [this](const WindowName&) { return agreement_.Current(); };
    const auto on_claim = [this](const ledger::EventAddress& at) {
      return on_claim_.count(at) > 0;
    };
    std::vector<Finding> findings = RulingFindings(fold_, agreement_, version, on_claim);
    findings.insert(findings.end(), fold_.findings().begin(), fold_.findings().end());
    for (const Finding& finding : findings) {
      if (finding.kind == kind) return true;
    }
    return false;
  }

  Terms terms_ = WithForums();
  FactMaker maker_;
  AgreementFold agreement_{"gold"};
  RulingFold fold_{agreement_};
  std::set<ledger::EventAddress> on_claim_;  // rulings that the forum hears
};

TEST_F(RulingsTest, OnlyWhoeverMayDecideIsHeard) {
  for (const char* side : {"acme", "shop"}) {
    Rule(side, Value(999));
    EXPECT_FALSE(Ruled().value.has_value()) << side;
  }
  EXPECT_TRUE(Found("ruling-without-authority"));
  Rule("nobody", Value(998));
  EXPECT_FALSE(Ruled().value.has_value()) << "no party";
  Rule("lab", Value(997));
  EXPECT_FALSE(Ruled().value.has_value()) << "an expert is no arbitrator";
  Rule("lab", Value(996, DecisionRank::kExpert));
  ASSERT_TRUE(Ruled().value.has_value());
  EXPECT_EQ(Ruled().value->what, *Fraction::Of(996, 1000));
}

TEST_F(RulingsTest, TheHighestWordPrevailsAmongEqualsTheLatest) {
  Rule("watch", Value(990));
  Rule("lab", Value(991, DecisionRank::kExpert));
  EXPECT_EQ(Ruled().value->what, *Fraction::Of(990, 1000));
  Rule("watch", Value(992));
  EXPECT_EQ(Ruled().value->what, *Fraction::Of(992, 1000));
  EXPECT_EQ(Ruled().Newest(), Ruled().value->by);
}

TEST_F(RulingsTest, ACorrectionTakesItsRulingsPlace) {
  const Hash ruling = Rule("watch", Value(990));
  absl::StatusOr<Bytes> corrected = BodyFromJson(
      BodyKind::kRulingCorrected,
      R"({"ruling":{"rank":"arbitrator","partial":false,"reopened":[{"objective":"availability",)"
      R"("from":"2026-03-01T00:00:00Z","until":"2026-04-01T00:00:00Z"}]}})");
  ASSERT_TRUE(corrected.ok()) << corrected.status();
  Say(BodyKind::kRulingCorrected, "lab", *corrected, "2026-04-11T00:00:00Z", ruling);
  EXPECT_TRUE(Ruled().value.has_value()) << "by another hand";
  Say(BodyKind::kRulingCorrected, "watch", *corrected, "2026-04-11T00:00:00Z");
  EXPECT_TRUE(Found("correction-of-nothing"));
  Say(BodyKind::kRulingCorrected, "watch", *corrected, "2026-04-12T00:00:00Z", ruling);
  EXPECT_FALSE(Ruled().value.has_value());
  EXPECT_NE(Ruled().reopened, nullptr);
}

// What is heard no higher replaces nothing, and is said to.
TEST_F(RulingsTest, ACorrectionReplacesWhatItIsHeardOn) {
  const auto corrected = [](const std::string& rank) {
    absl::StatusOr<Bytes> body =
        BodyFromJson(BodyKind::kRulingCorrected,
                     absl::StrCat(R"({"ruling":{"rank":")", rank, R"(","partial":false}})"));
    EXPECT_TRUE(body.ok()) << body.status();
    return *std::move(body);
  };
  RulingOnClaims costs = Value(990);
  costs.awards = {{AwardOf::kCosts, "provider", Cash("5.00 USD"), ""}};
  const Hash ruling = Rule("watch", costs);
  Say(BodyKind::kRulingCorrected, "shop", corrected("arbitrator"), "2026-04-11T00:00:00Z", ruling);
  EXPECT_TRUE(Found("correction-of-nothing"));
  const Hash lower =
      Say(BodyKind::kRulingCorrected, "watch", corrected("expert"), "2026-04-12T00:00:00Z", ruling);
  EXPECT_TRUE(Found("ruling-without-authority"));
  EXPECT_TRUE(Ruled().value.has_value());
  EXPECT_EQ(AwardsBesideClaims(fold_).size(), 1u);
  // Through the one that had no effect he reaches what it was about.
  Say(BodyKind::kRulingCorrected, "watch", corrected("arbitrator"), "2026-04-13T00:00:00Z", lower);
  EXPECT_FALSE(Ruled().value.has_value());
  EXPECT_TRUE(AwardsBesideClaims(fold_).empty());
  TimeQuestion before = Question();
  before.knowledge = On("2026-04-12T12:00:00Z");
  EXPECT_TRUE(RuledOn(fold_, March(), before).value.has_value()) << "as it was known then";
}

// What is found once for many questions is what each question alone finds.
TEST_F(RulingsTest, ManyQuestionsAreAnsweredAsEachAlone) {
  const Hash first = Rule("watch", Value(990));
  Say(BodyKind::kRulingIssued, "lab", Encode(Value(970, DecisionRank::kExpert)),
      "2026-04-12T00:00:00Z");
  Say(BodyKind::kRulingIssued, "shop", Encode(Value(100)), "2026-04-13T00:00:00Z");
  Say(BodyKind::kRulingCorrected, "watch",
      *BodyFromJson(BodyKind::kRulingCorrected,
                    R"({"ruling":{"rank":"arbitrator","partial":false,"reason":"a slip"}})"),
      "2026-04-14T00:00:00Z", first);
  Say(BodyKind::kRulingIssued, "watch", Encode(Value(950)), "2026-04-15T00:00:00Z");
  const RuledWindows windows(fold_);
  TimeQuestion question = Question();
  std::set<ledger::EventAddress> said;
  for (int day = 20; day > 8; --day) {  // not in the order of time, and each twice
    for (int again : {0, 1}) {
      question.knowledge = On(absl::StrCat("2026-04-", day < 10 ? "0" : "", day, "T00:00:00Z"));
      const RuledWindow alone = RuledOn(fold_, March(), question);
      const RuledWindow found = windows.On(March(), question);
      ASSERT_EQ(found.value.has_value(), alone.value.has_value()) << day << " " << again;
      if (!alone.value.has_value()) continue;
      EXPECT_EQ(found.value->by, alone.value->by) << day;
      EXPECT_EQ(found.first, alone.first) << day;
      said.insert(alone.value->by->stamp.at);
    }
  }
  EXPECT_EQ(said.size(), 3u) << "the first, the expert's once it was corrected, and the last";
  WindowName other = March();
  other.objective = "latency";
  EXPECT_EQ(windows.On(other, question).Newest(), nullptr);
}

// Sums, terms and keys are no expert's to determine.
TEST_F(RulingsTest, AnExpertAwardsNothing) {
  RulingOnClaims ruling;
  ruling.rank = DecisionRank::kExpert;
  ruling.credits = {{March(), Cash("70.00 USD")}};
  Rule("lab", ruling);
  EXPECT_FALSE(Ruled().credit.has_value());
  EXPECT_TRUE(Found("ruling-without-authority"));
  RulingOnClaims more;
  more.rank = DecisionRank::kExpert;
  more.awards = {{AwardOf::kCosts, "provider", Cash("5.00 USD"), ""}};
  more.recomputations = {{March(), HashOf(terms_)}};
  more.keys_invalid.resize(1);
  Rule("lab", more);
  EXPECT_FALSE(Ruled().terms.has_value());
  EXPECT_TRUE(AwardsBesideClaims(fold_).empty());
  EXPECT_TRUE(KeysRuledInvalid(fold_).empty());
}

TEST_F(RulingsTest, WhoIsNoSideOwesNothing) {
  RulingOnClaims ruling;
  ruling.rank = DecisionRank::kArbitrator;
  ruling.awards = {{AwardOf::kCosts, "customer", Cash("5.00 USD"), ""}};
  Rule("watch", ruling);
  ASSERT_EQ(AwardsBesideClaims(fold_).size(), 1u);
  EXPECT_EQ(AwardsBesideClaims(fold_)[0].debtor, Stream("shop"));
  EXPECT_EQ(AwardsBesideClaims(fold_)[0].creditor, Stream("acme"));
  EXPECT_FALSE(Found("award-unknown-debtor"));
  ruling.awards[0].debtor = "expert";
  Rule("watch", ruling);
  EXPECT_EQ(AwardsBesideClaims(fold_).size(), 1u);
  EXPECT_TRUE(Found("award-unknown-debtor"));
}

// What AwardsOnRecord finds in one walk, asked anew after each ruling.
std::vector<AwardOnRecord> AwardsAskedEachTime(const RulingFold& rulings) {
  std::vector<AwardOnRecord> record;
  for (const WindowRuling& said : rulings.rulings()) {
    const std::vector<RuledAward> standing = AwardsBesideClaims(rulings, &said);
    for (AwardOnRecord& each : record) {
      const bool stands =
          std::any_of(standing.begin(), standing.end(),
                      [&each](const RuledAward& now) { return now.by == each.awarded.by; });
      if (each.taken_back_by == nullptr && !stands) each.taken_back_by = &said;
    }
    for (const RuledAward& each : standing) {
      if (each.by == &said) record.push_back({each});
    }
  }
  return record;
}

TEST_F(RulingsTest, AwardsOnRecordAreWhatEachRulingLeft) {
  std::vector<Hash> said = {ledger::Sha256Of({AsBytes("a claim")})};
  std::mt19937 dice(7);
  for (int i = 0; i < 300; ++i) {
    const bool corrects = dice() % 2 == 0;
    std::string awards;
    for (size_t left = dice() % 3; left > 0; --left) {
      absl::StrAppend(&awards, awards.empty() ? "" : ",", R"({"of":"costs","debtor":")",
                      dice() % 5 == 0 ? "expert" : "provider", R"(","amount":")", i + 1,
                      R"(.00 USD"})");
    }
    const absl::string_view rank = dice() % 4 == 0 ? "expert" : "arbitrator";
    const std::string ruling = absl::StrCat(R"({"rank":")", rank, R"(","partial":false,"reason":")",
                                            i, R"(","awards":[)", awards, "]}");
    const BodyKind kind = corrects ? BodyKind::kRulingCorrected : BodyKind::kRulingIssued;
    const absl::StatusOr<Bytes> body =
        BodyFromJson(kind, corrects ? absl::StrCat(R"({"ruling":)", ruling, "}") : ruling);
    ASSERT_TRUE(body.ok()) << body.status();
    const absl::string_view author = dice() % 3 == 0 ? "lab" : dice() % 4 == 0 ? "shop" : "watch";
    const Hash on_claim = dice() % 3 == 0 ? said[0] : Hash{};
    said.push_back(Say(kind, author, *body, "2026-04-11T00:00:00Z",
                       corrects ? said[dice() % said.size()] : on_claim));
  }
  const std::vector<AwardOnRecord> found = AwardsOnRecord(fold_);
  const std::vector<AwardOnRecord> asked = AwardsAskedEachTime(fold_);
  ASSERT_EQ(found.size(), asked.size());
  size_t taken_back = 0;
  for (size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].awarded.by, asked[i].awarded.by) << i;
    EXPECT_EQ(found[i].awarded.award.amount, asked[i].awarded.award.amount) << i;
    EXPECT_EQ(found[i].taken_back_by, asked[i].taken_back_by) << i;
    taken_back += found[i].taken_back_by != nullptr ? 1 : 0;
  }
  EXPECT_GT(taken_back, 5u);
  EXPECT_LT(taken_back, found.size());
}

TEST_F(RulingsTest, CreditsAndAwardsBesideClaimsCountByAuthority) {
  RulingOnClaims ruling;
  ruling.rank = DecisionRank::kArbitrator;
  ruling.credits = {{March(), Cash("70.00 USD")}};
  ruling.awards = {{AwardOf::kCosts, "provider", Cash("5.00 USD"), ""}};
  Rule("watch", ruling, ledger::Sha256Of({AsBytes("a claim")}));
  EXPECT_FALSE(Ruled().credit.has_value()) << "in answer to a claim it is weighed with it";
  EXPECT_TRUE(AwardsBesideClaims(fold_).empty());
  Rule("watch", ruling);
  ASSERT_TRUE(Ruled().credit.has_value());
  EXPECT_EQ(Ruled().credit->what, Cash("70.00 USD"));
  EXPECT_EQ(AwardsBesideClaims(fold_).size(), 1u);
}

// Nothing that is ruled is passed over in silence.
TEST_F(RulingsTest, CreditsInAnswerToWhatIsNoClaimAreAFinding) {
  RulingOnClaims ruling;
  ruling.rank = DecisionRank::kArbitrator;
  ruling.credits = {{March(), Cash("70.00 USD")}};
  Rule("watch", ruling);
  EXPECT_FALSE(Found("ruling-on-no-claim"));
  Rule("watch", ruling, ledger::Sha256Of({AsBytes("a closing")}));
  EXPECT_TRUE(Found("ruling-on-no-claim"));
  on_claim_.insert(fold_.rulings().back().stamp.at);
  EXPECT_FALSE(Found("ruling-on-no-claim"));
  Rule("watch", Value(990), ledger::Sha256Of({AsBytes("another closing")}));
  EXPECT_FALSE(Found("ruling-on-no-claim")) << "what it says of windows counts all the same";
}

TEST_F(RulingsTest, AWindowIsOpenedByTheHighestWord) {
  const auto reopening = [](DecisionRank rank, const std::string& why) {
    RulingOnClaims ruling;
    ruling.rank = rank;
    ruling.reopened = {March()};
    ruling.reason = why;
    return ruling;
  };
  Rule("lab", reopening(DecisionRank::kExpert, "first"));
  ASSERT_NE(Ruled().reopened, nullptr);
  Rule("watch", reopening(DecisionRank::kArbitrator, "second"));
  EXPECT_EQ(Ruled().reopened, &fold_.rulings().back());
  Rule("lab", reopening(DecisionRank::kExpert, "third"));
  EXPECT_EQ(Ruled().reopened, &fold_.rulings()[1]) << "an expert adds nothing to an arbitrator's";
  Rule("watch", reopening(DecisionRank::kArbitrator, "fourth"));
  EXPECT_EQ(Ruled().reopened, &fold_.rulings().back()) << "among equals the latest";
}

TEST_F(RulingsTest, KeysAreInvalidByAuthorityOnly) {
  RulingOnClaims ruling;
  ruling.rank = DecisionRank::kArbitrator;
  ruling.keys_invalid.resize(1);
  ruling.keys_invalid[0].bytes.fill(7);
  Rule("shop", ruling);
  EXPECT_TRUE(KeysRuledInvalid(fold_).empty());
  EXPECT_TRUE(Found("ruling-without-authority"));
  Rule("watch", ruling);
  EXPECT_EQ(KeysRuledInvalid(fold_).size(), 1u);
  EXPECT_TRUE(Found("key-ruled-invalid"));
}

TEST_F(RulingsTest, TermsAndWindowsThatNobodyKnowsAreFindings) {
  RulingOnClaims ruling;
  ruling.rank = DecisionRank::kArbitrator;
  ruling.recomputations = {{March(), {}}};
  ruling.recomputations[0].terms.bytes.fill(9);
  Rule("watch", ruling);
  EXPECT_TRUE(Found("ruling-unknown-terms"));
  EXPECT_FALSE(Found("ruling-unknown-window"));
  RulingOnClaims other = Value(990);
  other.values[0].window.objective = "speed";
  Rule("watch", other);
  EXPECT_TRUE(Found("ruling-unknown-window"));
}

}  // namespace
}  // namespace tally::replay
