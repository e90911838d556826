// Goal: terms are in force exactly when every obligor and obligee consented, amendments only on top
// of the terms in force, and what has no effect is a finding.
// Method: facts in memory; a table for the ways in which an amendment fails (T-63).
#include "replay/projection/agreement_fold.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "schema/rejection.h"
#include "tests/replay/fact_support.h"

namespace tally::replay {
namespace {

class AgreementFoldTest : public ::testing::Test {
 protected:
  AgreementFoldTest() {
    Apply(BodyKind::kAgreementOpened, "acme", OpeningOf({"acme", "shop", "watch"}),
          {.recorded = On("2026-03-01T08:00:00Z")});
  }

  Hash Apply(BodyKind kind, absl::string_view author, Bytes body, const FactOptions& options = {}) {
    Fact fact = maker_.Make(kind, Stream(author), std::move(body), options);
    fold_.Apply(fact);
    return fact.event->digest;
  }
  void Agree(const Terms& terms) {
    Hash proposal = Apply(BodyKind::kTermsProposed, "acme", ProposalOf(terms));
    Apply(BodyKind::kTermsAccepted, "shop", Encode(TermsAccepted{HashOf(terms)}),
          {.answers = proposal});
  }
  Hash Amend(const Terms& base, const Terms& amended, Instant effective, Reach reach,
             bool reopens = false) {
    AmendmentProposed body;
    body.base = HashOf(base);
    body.terms = Encode(amended);
    body.terms_hash = HashOf(amended);
    body.bindings = SomeBindings();
    body.effective = effective;
    body.reach = reach;
    body.reopens_settled = reopens;
    return Apply(BodyKind::kAmendmentProposed, "acme", Encode(body));
  }
  void AcceptAmendment(const Terms& amended, const Hash& proposal, absl::string_view author) {
    Apply(BodyKind::kAmendmentAccepted, author, Encode(AmendmentAccepted{HashOf(amended)}),
          {.answers = proposal});
  }
  bool Found(absl::string_view kind) const {
    for (const Finding& finding : fold_.Findings()) {
      if (finding.kind == kind) return true;
    }
    return false;
  }
  static Terms WithTarget(absl::string_view percent) {
    Terms terms = SmallTerms(SomeZone());
    terms.objectives[0].target.percent = Figure(percent);
    return terms;
  }

  FactMaker maker_;
  AgreementFold fold_{"gold"};
  Terms terms_ = SmallTerms(SomeZone());
  Interval march_ = During("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
  Interval april_ = During("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z");
};

TEST_F(AgreementFoldTest, TermsWaitForEveryObligorAndObligee) {
  Hash proposal = Apply(BodyKind::kTermsProposed, "acme", ProposalOf(terms_));
  EXPECT_EQ(fold_.Current(), nullptr);
  EXPECT_TRUE(Found("terms-pending"));
  Apply(BodyKind::kTermsAccepted, "watch", Encode(TermsAccepted{HashOf(terms_)}),
        {.answers = proposal});
  EXPECT_EQ(fold_.Current(), nullptr) << "the monitor owes and is owed nothing";
  EXPECT_TRUE(Found("acceptance-not-needed"));
  Apply(BodyKind::kTermsAccepted, "shop", Encode(TermsAccepted{HashOf(terms_)}),
        {.answers = proposal});
  ASSERT_NE(fold_.Current(), nullptr);
  EXPECT_EQ(fold_.Current()->hash, HashOf(terms_));
  EXPECT_FALSE(Found("terms-pending"));
}

TEST_F(AgreementFoldTest, ProposalByAThirdPartyNeedsBoth) {
  Hash proposal = Apply(BodyKind::kTermsProposed, "watch", ProposalOf(terms_));
  Apply(BodyKind::kTermsAccepted, "shop", Encode(TermsAccepted{HashOf(terms_)}),
        {.answers = proposal});
  EXPECT_EQ(fold_.Current(), nullptr);
  Apply(BodyKind::kTermsAccepted, "acme", Encode(TermsAccepted{HashOf(terms_)}),
        {.answers = proposal});
  EXPECT_NE(fold_.Current(), nullptr);
}

TEST_F(AgreementFoldTest, AcceptanceAnswersTheProposalAndNamesItsTerms) {
  Hash proposal = Apply(BodyKind::kTermsProposed, "acme", ProposalOf(terms_));
  Apply(BodyKind::kTermsAccepted, "shop", Encode(TermsAccepted{HashOf(terms_)}));
  EXPECT_TRUE(Found("acceptance-of-nothing"));
  Apply(BodyKind::kTermsAccepted, "shop", Encode(TermsAccepted{HashOf(WithTarget("99"))}),
        {.answers = proposal});
  EXPECT_TRUE(Found("acceptance-other-terms"));
  EXPECT_EQ(fold_.Current(), nullptr);
}

TEST_F(AgreementFoldTest, ProposalsThatAreNotWhatTheySayHaveNoEffect) {
  TermsProposed lying;
  lying.terms = Encode(terms_);
  lying.terms_hash = HashOf(WithTarget("99"));
  lying.bindings = SomeBindings();
  Apply(BodyKind::kTermsProposed, "acme", Encode(lying));
  EXPECT_TRUE(Found("terms-hash-mismatch"));
  Terms other = terms_;
  other.agreement = "silver";
  Apply(BodyKind::kTermsProposed, "acme", ProposalOf(other));
  EXPECT_TRUE(Found("terms-other-agreement"));
  TermsProposed unbound;
  unbound.terms = Encode(terms_);
  unbound.terms_hash = HashOf(terms_);
  unbound.bindings = {{"party/acme", Stream("acme")}, {"party/shop", Stream("stranger")}};
  Apply(BodyKind::kTermsProposed, "acme", Encode(unbound));
  EXPECT_TRUE(Found("terms-party-unbound"));
  EXPECT_EQ(fold_.Current(), nullptr);
}

TEST_F(AgreementFoldTest, ActsWithoutAuthorityOrBodyHaveNoEffect) {
  Apply(BodyKind::kTermsProposed, "acme", ProposalOf(terms_),
        {.verdict = ledger::KeyVerdict::kInvalid});
  EXPECT_TRUE(Found("act-without-authority"));
  Apply(BodyKind::kTermsProposed, "acme", ProposalOf(terms_), {.erased = true});
  EXPECT_TRUE(Found("act-erased"));
  EXPECT_FALSE(Found("terms-pending"));
}

// T-63: an amendment that one side signed is pending; one on stale terms has no effect; a second
// consent of the same side changes nothing.
TEST_F(AgreementFoldTest, T63AmendmentNeedsBothAndTheTermsInForce) {
  Agree(terms_);
  Terms amended = WithTarget("99.5");
  Hash proposal = Amend(terms_, amended, On("2026-03-10T00:00:00Z"), Reach::kRetroactive);
  AcceptAmendment(amended, proposal, "acme");
  EXPECT_EQ(fold_.Current()->hash, HashOf(terms_)) << "signed twice by one side only";
  EXPECT_TRUE(Found("amendment-pending"));
  AcceptAmendment(amended, proposal, "shop");
  EXPECT_EQ(fold_.Current()->hash, HashOf(amended));
  AcceptAmendment(amended, proposal, "shop");
  EXPECT_EQ(fold_.InForce().size(), 2u);
  Amend(terms_, WithTarget("99.7"), On("2026-03-10T00:00:00Z"), Reach::kRetroactive);
  EXPECT_TRUE(Found("amendment-base-stale"));
  EXPECT_EQ(fold_.InForce().size(), 2u);
}

TEST_F(AgreementFoldTest, T63TheSecondOfTwoConcurrentAmendmentsIsStale) {
  Agree(terms_);
  Terms one = WithTarget("99.5");
  Terms two = WithTarget("99.7");
  Hash first = Amend(terms_, one, On("2026-03-10T00:00:00Z"), Reach::kRetroactive);
  Hash second = Amend(terms_, two, On("2026-03-10T00:00:00Z"), Reach::kRetroactive);
  AcceptAmendment(two, second, "shop");
  AcceptAmendment(one, first, "shop");
  EXPECT_EQ(fold_.Current()->hash, HashOf(two));
  EXPECT_TRUE(Found("amendment-base-stale"));
}

// T-63: whoever loses the race is told at once, and accepting it later is said to be without
// effect.
TEST_F(AgreementFoldTest, T63TheLoserOfARaceIsNamedBeforeAnybodyAcceptsIt) {
  Agree(terms_);
  Terms one = WithTarget("99.5");
  Terms two = WithTarget("99.7");
  Hash first = Amend(terms_, one, On("2026-03-10T00:00:00Z"), Reach::kRetroactive);
  Hash second = Amend(terms_, two, On("2026-03-10T00:00:00Z"), Reach::kRetroactive);
  AcceptAmendment(two, second, "shop");
  ASSERT_EQ(fold_.Versions().size(), 3u);
  EXPECT_EQ(fold_.Versions()[1]->ended, "overtaken");
  EXPECT_EQ(fold_.Versions()[1]->ended_by, fold_.Versions()[2]->in_force);
  EXPECT_TRUE(Found("amendment-base-stale"));
  EXPECT_FALSE(Found("amendment-pending"));
  AcceptAmendment(one, first, "shop");
  EXPECT_TRUE(Found("acceptance-without-effect"));
  EXPECT_EQ(fold_.InForce().size(), 2u);
}

TEST_F(AgreementFoldTest, ARejectedAmendmentCanNoLongerBeAccepted) {
  Agree(terms_);
  Terms amended = WithTarget("99.5");
  const auto reject = [&](const Hash& proposal, absl::string_view author) {
    Apply(BodyKind::kAmendmentRejected, author, Encode(AmendmentRejected{HashOf(amended), "no"}),
          {.answers = proposal});
  };
  Hash first = Amend(terms_, amended, On("2026-03-10T00:00:00Z"), Reach::kRetroactive);
  reject(first, "watch");
  EXPECT_TRUE(Found("rejection-not-needed"));
  reject(first, "shop");
  EXPECT_TRUE(Found("amendment-rejected"));
  EXPECT_EQ(fold_.Versions().back()->ended, "rejected");
  AcceptAmendment(amended, first, "shop");
  EXPECT_TRUE(Found("acceptance-without-effect"));
  EXPECT_EQ(fold_.InForce().size(), 1u);
  // Whoever proposed takes back; what is in force can no longer be refused.
  Hash second = Amend(terms_, amended, On("2026-03-10T00:00:00Z"), Reach::kRetroactive);
  reject(second, "acme");
  EXPECT_EQ(fold_.Versions().back()->ended, "withdrawn");
  Hash third = Amend(terms_, amended, On("2026-03-10T00:00:00Z"), Reach::kRetroactive);
  AcceptAmendment(amended, third, "shop");
  EXPECT_EQ(fold_.InForce().size(), 2u);
  EXPECT_FALSE(Found("rejection-late"));
  reject(third, "shop");
  EXPECT_TRUE(Found("rejection-late"));
  EXPECT_EQ(fold_.InForce().size(), 2u);
  reject(Hash{}, "shop");
  EXPECT_TRUE(Found("rejection-of-nothing"));
}

TEST_F(AgreementFoldTest, AnAmendmentLapsesByTheTermsThatItChanges) {
  terms_.rules = {{.id = "lapse",
                   .kind = "amendment proposals",
                   .objectives = {},
                   .choices = Choices(std::vector<Choice>{{"lapse after", {"10 d"}}})}};
  Agree(terms_);
  Terms amended = terms_;
  amended.objectives[0].target.percent = Figure("99.5");
  Hash proposal = Amend(terms_, amended, On("2026-03-10T00:00:00Z"), Reach::kRetroactive);
  ASSERT_TRUE(fold_.Versions().back()->lapses_at.has_value());
  const Instant end = *fold_.Versions().back()->lapses_at;
  EXPECT_EQ(end, On("2026-04-20T12:00:00Z"));
  const auto lapsed = [&](Instant knowledge) {
    const std::vector<Finding> findings = fold_.Findings(knowledge);
    return std::any_of(findings.begin(), findings.end(),
                       [](const Finding& each) { return each.kind == "amendment-lapsed"; });
  };
  EXPECT_FALSE(lapsed(end - Duration{1}));
  EXPECT_TRUE(lapsed(end));
  Apply(BodyKind::kAmendmentAccepted, "shop", Encode(AmendmentAccepted{HashOf(amended)}),
        {.answers = proposal, .recorded = end});
  EXPECT_EQ(fold_.InForce().size(), 1u) << "the end itself is too late";
  EXPECT_TRUE(Found("acceptance-without-effect"));
}

TEST_F(AgreementFoldTest, ReachDecidesWhichWindowsAnAmendmentGoverns) {
  Agree(terms_);
  Terms amended = WithTarget("99.5");
  struct Row {
    Reach reach;
    absl::string_view effective;
    bool march, april;
  };
  const Row rows[] = {
      {Reach::kProspective, "2026-03-01T00:00:00Z", true, true},
      {Reach::kProspective, "2026-03-01T00:00:00.000001Z", false, true},
      {Reach::kProspective, "2026-04-01T00:00:00Z", false, true},
      {Reach::kRetroactive, "2026-03-01T00:00:00.000001Z", true, true},
      {Reach::kRetroactive, "2026-03-31T23:59:59.999999Z", true, true},
      {Reach::kRetroactive, "2026-04-01T00:00:00Z", false, true},
      {Reach::kRetroactive, "2026-05-01T00:00:00Z", false, false},
  };
  for (const Row& row : rows) {
    TermsVersion version;
    version.amendment = true;
    version.reach = row.reach;
    version.effective = On(row.effective);
    EXPECT_EQ(Reaches(version, march_), row.march) << row.effective;
    EXPECT_EQ(Reaches(version, april_), row.april) << row.effective;
  }
}

TEST_F(AgreementFoldTest, SettledWindowsStayClosedUnlessTheAmendmentReopensThem) {
  Agree(terms_);
  ledger::EventAddress settled{maker_.next_index() - 1, 0};
  Terms quiet = WithTarget("99.5");
  AcceptAmendment(quiet, Amend(terms_, quiet, march_.first, Reach::kRetroactive), "shop");
  EXPECT_EQ(fold_.Governing(march_, {.settled = settled, .before = {}})->hash, HashOf(terms_));
  EXPECT_EQ(fold_.Governing(march_, {.settled = {}, .before = {}})->hash, HashOf(quiet));
  Terms loud = WithTarget("99.7");
  AcceptAmendment(loud, Amend(quiet, loud, march_.first, Reach::kRetroactive, true), "shop");
  EXPECT_EQ(fold_.Governing(march_, {.settled = settled, .before = {}})->hash, HashOf(loud));
  const Instant came = fold_.Current()->in_force_at;
  const AgreementFold::WindowScope by{.settled = {}, .before = {}, .by = came};
  EXPECT_EQ(fold_.Governing(march_, by)->hash, HashOf(loud));
  const AgreementFold::WindowScope earlier{
      .settled = {}, .before = {}, .by = came - Milliseconds(1)};
  EXPECT_EQ(fold_.Governing(march_, earlier), nullptr) << "all of it was said at one instant";
  EXPECT_EQ(fold_.Governing(march_, {.settled = {}, .before = settled}), nullptr)
      << "the terms themselves came into force with that event";
}

TEST_F(AgreementFoldTest, AttestedTermsAreNeverInForce) {
  TermsAttested attested;
  attested.terms = Encode(terms_);
  attested.terms_hash = HashOf(terms_);
  attested.bindings = SomeBindings();
  Apply(BodyKind::kTermsAttested, "shop", Encode(attested));
  EXPECT_EQ(fold_.Current(), nullptr);
  ASSERT_NE(fold_.Attested(), nullptr);
  EXPECT_EQ(fold_.Attested()->proposer, Stream("shop"));
}

TEST_F(AgreementFoldTest, AProposalThatAnswersAnotherTakesItsPlace) {
  Hash first = Apply(BodyKind::kTermsProposed, "acme", ProposalOf(terms_));
  Terms better = WithTarget("99.5");
  Hash second = Apply(BodyKind::kTermsProposed, "shop", ProposalOf(better), {.answers = first});
  Apply(BodyKind::kTermsAccepted, "shop", Encode(TermsAccepted{HashOf(terms_)}),
        {.answers = first});
  EXPECT_EQ(fold_.Current(), nullptr);
  Apply(BodyKind::kTermsAccepted, "acme", Encode(TermsAccepted{HashOf(better)}),
        {.answers = second});
  ASSERT_NE(fold_.Current(), nullptr);
  EXPECT_EQ(fold_.Current()->hash, HashOf(better));
}

// A monitor's proposal is one more; whoever is no side replaces nothing.
TEST_F(AgreementFoldTest, WhoIsNoSideReplacesNobodysProposal) {
  Hash first = Apply(BodyKind::kTermsProposed, "acme", ProposalOf(terms_));
  Apply(BodyKind::kTermsProposed, "watch", ProposalOf(WithTarget("1")), {.answers = first});
  Apply(BodyKind::kTermsAccepted, "shop", Encode(TermsAccepted{HashOf(terms_)}),
        {.answers = first});
  ASSERT_NE(fold_.Current(), nullptr);
  EXPECT_EQ(fold_.Current()->hash, HashOf(terms_));
}

}  // namespace
}  // namespace tally::replay
