// Goal: a closed figure is changed by both sides' word on the same figures, or by silence where the
// terms let it count, and by nothing else (DOMAIN 3.17 rules 30 and 31). Method: acts made in
// memory about one closed month; weighed at instants around the deadlines; one wrong thing each.
#include "replay/dispute/restatement.h"

#include <gtest/gtest.h>

#include "tests/replay/dispute/acts_support.h"

namespace tally::replay {
namespace {

class RestatementTest : public ::testing::Test {
 protected:
  static Terms Consenting() {
    Terms terms = SmallTerms(SomeZone());
    terms.disputes.late_evidence = LateEvidence::kRestatementProposed;
    return terms;
  }
  RestatementTest() {
    Say(BodyKind::kAgreementOpened, "acme", OpeningOf({"acme", "shop", "watch"}),
        "2026-03-01T08:00:00Z");
    const Hash proposal =
        Say(BodyKind::kTermsProposed, "acme", ProposalOf(terms_), "2026-03-01T09:00:00Z");
    Say(BodyKind::kTermsAccepted, "shop", Encode(TermsAccepted{HashOf(terms_)}),
        "2026-03-01T10:00:00Z", proposal);
    closed_.window = March();
    closed_.terms_hash = HashOf(terms_);
    closed_.size = 3;
    closed_.figures = ledger::Sha256Of({AsBytes("closed")});
    closed_.verdict = "breached";
    closed_.credit = Cash("100.00 USD");
    closing_.stamp.at = {2, 9};
    closing_.stamp.time = closing_.stamp.recorded = On("2026-04-06T00:00:00Z");
    closing_.body = closed_;
    now_ = closed_;
    now_.size = 3;
    now_.figures = ledger::Sha256Of({AsBytes("now")});
    now_.verdict = "met";
  }
  Hash Say(BodyKind kind, absl::string_view author, Bytes body, absl::string_view recorded,
           const Hash& answers = {}) {
    const Fact fact = maker_.Make(kind, Stream(author), std::move(body),
                                  {.answers = answers, .recorded = On(recorded)});
    agreement_.Apply(fact);
    fold_.Apply(fact);
    return fact.event->digest;
  }
  Hash Propose(absl::string_view author, absl::string_view recorded = "2026-04-10T00:00:00Z") {
    return Say(BodyKind::kRestatementProposed, author,
               Encode(RestatementBody(closed_, now_, "late")), recorded);
  }
  void Answer(bool accepts, absl::string_view author, const Hash& proposal,
              absl::string_view recorded = "2026-04-11T00:00:00Z") {
    const Bytes body = accepts ? Encode(RestatementAccepted{now_.figures, ""})
                               : Encode(RestatementContested{now_.figures, "", {}});
    Say(accepts ? BodyKind::kRestatementAccepted : BodyKind::kRestatementContested, author, body,
        recorded, proposal);
  }
  std::vector<RestatementStanding> At(absl::string_view knowledge) {
    RestatementQuestion question;
    question.version = agreement_.Current();
    TermsVersion other = *question.version;
    other.terms = std::make_shared<const Terms>(terms_);  // with rules that a test added
    question.version = &other;
    question.objective = &other.terms->objectives.front();
    question.zone = &zone_;
    question.calendars = &calendars_;
    question.closing = &closing_;
    question.knowledge = On(knowledge);
    absl::StatusOr<std::vector<RestatementStanding>> all =
        RestatementsOf(fold_, agreement_, March(), question);
    EXPECT_TRUE(all.ok()) << all.status();
    return all.ok() ? *all : std::vector<RestatementStanding>();
  }
  std::string State(absl::string_view knowledge = "2026-05-30T00:00:00Z") {
    const std::vector<RestatementStanding> all = At(knowledge);
    return all.empty() ? "none" : all.back().state;
  }
  std::string Why() { return At("2026-05-30T00:00:00Z").back().why; }
  void Silence(const std::string& means) {
    Rule rule;
    rule.id = "consent";
    rule.kind = "restatement";
    rule.choices = Choices({{"counted in", {"calendar days"}},
                            {"number", {"7"}},
                            {"propose within", {"30"}},
                            {"silence", {means}}});
    terms_.rules.push_back(rule);
  }
  bool Found(absl::string_view kind) const {
    for (const Finding& finding : fold_.findings()) {
      if (finding.kind == kind) return true;
    }
    return false;
  }

  Terms terms_ = Consenting();
  FactMaker maker_;
  Zone zone_ = Zone::Utc();
  CalendarBook calendars_;
  AgreementFold agreement_{"gold"};
  RestatementFold fold_{agreement_};
  WindowClosed closed_, now_;
  Closing closing_;
};

TEST_F(RestatementTest, TheOtherSidesWordMakesItCount) {
  const Hash proposal = Propose("acme");
  EXPECT_EQ(State(), "proposed");
  Answer(true, "acme", proposal);
  EXPECT_EQ(State(), "proposed") << "nobody accepts his own";
  Answer(true, "watch", proposal);
  EXPECT_EQ(State(), "proposed") << "a stranger to the objective";
  Answer(true, "shop", proposal, "2026-04-12T00:00:00Z");
  EXPECT_EQ(State("2026-04-11T23:59:59.999999Z"), "proposed");
  EXPECT_EQ(State("2026-04-12T00:00:00Z"), "accepted");
  const std::vector<RestatementStanding> all = At("2026-04-12T00:00:00Z");
  ASSERT_NE(InForce(all), nullptr);
  EXPECT_EQ(InForce(all)->effective->time, On("2026-04-12T00:00:00Z"));
}

TEST_F(RestatementTest, AContestKeepsTheClosedFigureUntilBothSigned) {
  const Hash proposal = Propose("acme");
  Answer(false, "shop", proposal);
  EXPECT_EQ(State(), "contested");
  EXPECT_EQ(InForce(At("2026-05-30T00:00:00Z")), nullptr);
  Answer(true, "shop", proposal, "2026-04-20T00:00:00Z");
  EXPECT_EQ(State(), "accepted");
}

TEST_F(RestatementTest, WhatCannotCountSaysWhy) {
  Propose("watch");
  EXPECT_EQ(Why(), "its author is no side of the objective");
  closing_.stamp.at = {900, 0};
  Propose("acme");
  EXPECT_EQ(Why(), "the window was not closed when it was proposed");
  closing_.stamp.at = {2, 9};
  closing_.body.figures = now_.figures;
  EXPECT_EQ(Why(), "it names other figures than those of the closing in force");
  closing_.body.figures = closed_.figures;
  now_.size = 900;
  Propose("acme");
  EXPECT_EQ(Why(), "it cites records that were not there yet");
  terms_.disputes.late_evidence = LateEvidence::kDisregarded;
  now_.size = 3;
  Propose("acme");
  EXPECT_EQ(Why(), "the terms do not let the parties restate closed windows");
}

TEST_F(RestatementTest, SilenceAcceptsToTheInstantWhereTheTermsSaySo) {
  Silence("deemed accepted");
  const Hash proposal = Propose("acme", "2026-04-10T12:00:00Z");
  EXPECT_EQ(State("2026-04-17T23:59:59.999999Z"), "proposed");
  EXPECT_EQ(State("2026-04-18T00:00:00Z"), "deemed accepted");
  EXPECT_EQ(InForce(At("2026-04-20T00:00:00Z"))->effective->time, On("2026-04-18T00:00:00Z"));
  Answer(false, "shop", proposal, "2026-04-18T00:00:00Z");
  EXPECT_EQ(State(), "deemed accepted") << "a late contest has no effect";
}

TEST_F(RestatementTest, AContestInTheLastInstantIsInTime) {
  Silence("deemed accepted");
  const Hash proposal = Propose("acme", "2026-04-10T12:00:00Z");
  Answer(false, "shop", proposal, "2026-04-17T23:59:59.999999Z");
  EXPECT_EQ(State(), "contested");
}

TEST_F(RestatementTest, SilenceRejectsAndALateProposalHasNoEffect) {
  Silence("deemed rejected");
  const Hash proposal = Propose("acme", "2026-05-06T23:59:59Z");
  EXPECT_EQ(State("2026-05-13T23:59:59Z"), "proposed");
  EXPECT_EQ(State("2026-05-14T00:00:00Z"), "deemed rejected");
  Answer(true, "shop", proposal, "2026-05-20T00:00:00Z");
  EXPECT_EQ(State(), "accepted") << "both signed";
  Propose("acme", "2026-05-07T00:00:00Z");
  EXPECT_EQ(State(), "without effect");
  EXPECT_NE(Why().find("in time before 2026-05-07T00:00:00Z"), std::string::npos) << Why();
}

TEST_F(RestatementTest, TheClockAloneDecidesWhenTheTimeForAnAnswerEnds) {
  Silence("deemed accepted");
  Propose("acme", "2026-04-10T12:00:00Z");
  TermsVersion version = *agreement_.Current();
  version.terms = std::make_shared<const Terms>(terms_);
  const auto ended = [&](absl::string_view then, absl::string_view now) {
    return *AnswerTimeEnded(fold_, version, zone_, calendars_, On(then), On(now));
  };
  EXPECT_FALSE(ended("2026-04-10T12:00:00Z", "2026-04-17T23:59:59Z"));
  EXPECT_TRUE(ended("2026-04-17T23:59:59Z", "2026-04-18T00:00:00Z"));
  EXPECT_FALSE(ended("2026-04-18T00:00:00Z", "2026-04-19T00:00:00Z"));
}

TEST_F(RestatementTest, AnswersToNothingOrToOtherFiguresAreFindings) {
  const Hash proposal = Propose("acme");
  Answer(true, "shop", Hash{});
  EXPECT_TRUE(Found("restatement-of-nothing"));
  Say(BodyKind::kRestatementAccepted, "shop", Encode(RestatementAccepted{closed_.figures, ""}),
      "2026-04-11T00:00:00Z", proposal);
  EXPECT_TRUE(Found("restatement-other-figures"));
  Say(BodyKind::kRestatementProposed, "acme", Bytes{1, 2, 3}, "2026-04-11T00:00:00Z");
  EXPECT_TRUE(Found("act-unreadable"));
  Say(BodyKind::kRestatementAccepted, "nobody", Encode(RestatementAccepted{now_.figures, ""}),
      "2026-04-11T00:00:00Z", proposal);
  EXPECT_TRUE(Found("act-by-non-party"));
  EXPECT_EQ(State(), "proposed");
}

// F1 of an attack: a proposal that its author replaced cannot be contested, so silence says
// nothing, whether what replaces it has an effect or not.
TEST_F(RestatementTest, WhatWasReplacedIsNotAcceptedBySilence) {
  Silence("deemed accepted");
  const Hash proposal = Propose("acme", "2026-04-10T12:00:00Z");
  WindowClosed wrong = closed_;
  wrong.figures = ledger::Sha256Of({AsBytes("noise")});
  Say(BodyKind::kRestatementProposed, "acme", Encode(RestatementBody(wrong, now_, "")),
      "2026-04-10T12:00:01Z", proposal);
  const std::vector<RestatementStanding> all = At("2026-05-30T00:00:00Z");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].state, "replaced");
  EXPECT_EQ(all[1].state, "without effect");
  EXPECT_EQ(InForce(all), nullptr);
}
TEST_F(RestatementTest, WhatCountedBeforeItWasReplacedCounts) {
  Silence("deemed accepted");
  const Hash proposal = Propose("acme", "2026-04-10T12:00:00Z");
  Say(BodyKind::kRestatementProposed, "acme", Encode(RestatementBody(closed_, now_, "")),
      "2026-04-18T00:00:00Z", proposal);
  EXPECT_EQ(At("2026-04-19T00:00:00Z")[0].state, "deemed accepted");
}

// F2: late evidence is added; nothing that the closing rests on is lost.
TEST_F(RestatementTest, ItLeavesOutNothingOfTheClosing) {
  closing_.body.size = closed_.size = 3;
  now_.size = 2;
  Propose("acme");
  EXPECT_EQ(Why(), "it leaves out records that the closing rests on");
}

// G3 of an attack. Of those that count: by silence at once or later, by both, without effect.
TEST(RestatementsOvertaken, SilenceDisplacesNothingThatBothSigned) {
  struct Row {
    const char* proposed;
    const char* effective;
    const char* state;
    const char* becomes;
  };
  const auto becomes = [](const std::vector<Row>& rows) {
    std::vector<RestatementCase> cases(rows.size());
    std::vector<RestatementStanding> standings(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      cases[i].stamp.at = {i, 0};
      cases[i].stamp.time = On(rows[i].proposed);
      standings[i].restatement = &cases[i];
      standings[i].state = rows[i].state;
      standings[i].effective = ActStamp{};
      standings[i].effective->time = On(rows[i].effective);
    }
    DropOvertaken(standings);
    for (size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(standings[i].state, rows[i].becomes) << i;
      EXPECT_EQ(standings[i].effective.has_value(), standings[i].state != "overtaken") << i;
    }
    const RestatementStanding* in_force = InForce(standings);
    return in_force == nullptr ? -1 : static_cast<int>(in_force - standings.data());
  };
  const char* deemed = "deemed accepted";
  EXPECT_EQ(becomes({{"2026-04-01T00:00:00Z", "2026-04-11T00:00:00Z", deemed, "overtaken"},
                     {"2026-04-03T00:00:00Z", "2026-04-04T00:00:00Z", "accepted", "accepted"},
                     {"2026-04-05T00:00:00Z", "2026-04-15T00:00:00Z", deemed, "overtaken"}}),
            1);
  EXPECT_EQ(becomes({{"2026-04-01T00:00:00Z", "2026-04-11T00:00:00Z", deemed, deemed},
                     {"2026-04-03T00:00:00Z", "2026-04-13T00:00:00Z", deemed, "overtaken"},
                     {"2026-04-12T00:00:00Z", "2026-04-22T00:00:00Z", deemed, deemed}}),
            2)
      << "who was silent on the first knew of it when the third was proposed";
  EXPECT_EQ(becomes({{"2026-04-01T00:00:00Z", "2026-04-20T00:00:00Z", "accepted", "accepted"},
                     {"2026-04-03T00:00:00Z", "2026-04-13T00:00:00Z", deemed, deemed}}),
            0);
}

// Rule 26: an authority over silence; both sides' word is another matter.
TEST(RestatementsOvertaken, WhatBothSaidLaterCountsFromThen) {
  RestatementStanding deemed;
  deemed.state = "deemed accepted";
  deemed.effective = ActStamp{};
  deemed.effective->time = On("2026-04-11T00:00:00Z");
  RestatementStanding later = deemed;
  Overtake(deemed, "a ruling says what the window is worth");
  EXPECT_EQ(deemed.state, "overtaken");
  EXPECT_EQ(deemed.why, "a ruling says what the window is worth");
  EXPECT_FALSE(deemed.effective.has_value());
  later.said_later = ActStamp{};
  later.said_later->time = On("2026-04-20T00:00:00Z");
  Overtake(later, "a ruling says what the window is worth");
  EXPECT_EQ(later.state, "accepted");
  EXPECT_EQ(later.effective->time, On("2026-04-20T00:00:00Z"));
}

}  // namespace
}  // namespace tally::replay
