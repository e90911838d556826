// Goal: a claim goes from state to state as the table of DOMAIN 3.17 rule 29 says and in no other
// way, by the side that may, to the instant of each deadline. Method: a table of every state and
// every act by every side, in time and late; then deadlines one instant before and at their end,
// time moved by consent, and business days by a calendar (rule 25).
#include "replay/dispute/claim_life.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/replay/fact_support.h"

namespace tally::replay {
namespace {

constexpr char kFiled[] = "2026-04-10T12:00:00Z";
constexpr char kDays[] = "2026-04-11T12:00:00Z";

class ClaimLifeTest : public ::testing::Test {
 protected:
  ClaimLifeTest() {
    rules_.zone = &zone_;
    rules_.zone_name = "Etc/UTC";
    rules_.silence = SilentAnswer::kDeemedRejected;
    rules_.answer = {.number = 5};
    rules_.answer_clause = "disputes.answer_within_days";
    rules_.escalation = Timer{.number = 10};
    rules_.levels.resize(3);
    rules_.levels[0].rule = "talks";
    rules_.levels[0].within = Timer{.number = 6};
    rules_.levels[0].on_expiry = LevelExpiry::kNextLevel;
    rules_.levels[1].rule = "mediation";
    rules_.levels[1].form = LevelForm::kMediation;
    rules_.levels[1].within = Timer{.number = 30};
    rules_.levels[1].on_expiry = LevelExpiry::kNextLevel;
    rules_.levels[2].rule = "tribunal";
    rules_.levels[2].form = LevelForm::kArbitration;
    rules_.levels[2].authority = "arbiter";
    rules_.levels[2].within = Timer{.number = 90};
    for (int i = 0; i < 3; ++i) rules_.levels[i].number = i + 1;
    question_.rules = &rules_;
    question_.claim = "c1";
    question_.filed = Stamp(kFiled);
    question_.begins = On(kFiled);
    question_.obligor = "acme";
    question_.claimant = "shop";
    question_.due = Cash("100.00 USD");
  }

  ActStamp Stamp(absl::string_view at) {
    return {.at = {++index_, 0}, .time = On(at), .recorded = On(at), .author = Stream("shop")};
  }
  ClaimAct Act(ClaimActKind kind, ActSide side, absl::string_view at) {
    ClaimAct act;
    act.kind = kind;
    act.side = side;
    act.stamp = Stamp(at);
    if (kind == ClaimActKind::kAmended) act.begins = act.stamp.time;
    if (side == ActSide::kAuthority) {
      act.roles = {"arbiter"};
      act.height = 3;
    }
    if (kind == ClaimActKind::kAgreed) act.amount = Cash("70.00 USD");
    if (kind == ClaimActKind::kMediationClosed) act.outcome = MediationOutcome::kFailed;
    return act;
  }
  ClaimAct Answer(ClaimAnswer answer, absl::string_view at) {
    ClaimAct act = Act(ClaimActKind::kAnswered, ActSide::kObligor, at);
    act.answer = answer;
    if (answer == ClaimAnswer::kPartly) act.amount = Cash("40.00 USD");
    return act;
  }
  // Acts that bring a claim filed on 10 April to `state` by noon of the 11th.
  std::vector<ClaimAct> Towards(ClaimState state) {
    std::vector<ClaimAct> acts;
    auto escalate = [&](int times) {
      acts.push_back(Answer(ClaimAnswer::kRejected, kDays));
      for (int i = 0; i < times; ++i) {
        acts.push_back(i == 2 ? Act(ClaimActKind::kMediationClosed, ActSide::kMediator, kDays)
                              : Act(ClaimActKind::kEscalated, ActSide::kClaimant, kDays));
      }
    };
    switch (state) {
      case ClaimState::kAccepted:
        acts.push_back(Answer(ClaimAnswer::kAccepted, kDays));
        break;
      case ClaimState::kPartly:
        acts.push_back(Answer(ClaimAnswer::kPartly, kDays));
        break;
      case ClaimState::kRejected:
        acts.push_back(Answer(ClaimAnswer::kRejected, kDays));
        break;
      case ClaimState::kLevel:
        escalate(1);
        break;
      case ClaimState::kMediation:
        escalate(2);
        break;
      case ClaimState::kArbitration:
        escalate(3);
        break;
      case ClaimState::kAgreed:
        acts.push_back(Act(ClaimActKind::kAgreed, ActSide::kBoth, kDays));
        break;
      case ClaimState::kRuled:
        escalate(3);
        acts.push_back(Act(ClaimActKind::kRuled, ActSide::kAuthority, kDays));
        break;
      case ClaimState::kSettled:
        acts.push_back(Act(ClaimActKind::kSettled, ActSide::kBoth, kDays));
        break;
      case ClaimState::kWithdrawn:
        acts.push_back(Act(ClaimActKind::kWithdrawn, ActSide::kClaimant, kDays));
        break;
      default:
        break;
    }
    return acts;
  }
  ClaimLife At(absl::string_view knowledge) {
    question_.knowledge = On(knowledge);
    absl::StatusOr<ClaimLife> life = LiveClaim(question_);
    EXPECT_TRUE(life.ok()) << life.status();
    return *life;
  }
  std::string StateAt(absl::string_view knowledge) {
    ClaimLife life = At(knowledge);
    return ClaimStateText(life.state, life.level);
  }
  static std::string DeadlineOf(const ClaimLife& life, absl::string_view what) {
    for (const Deadline& deadline : life.deadlines) {
      if (deadline.what == what) {
        return absl::StrCat(FormatInstant(deadline.due), " ", deadline.state);
      }
    }
    return "-";
  }
  static bool Found(const ClaimLife& life, absl::string_view kind) {
    for (const Finding& finding : life.findings) {
      if (finding.kind == kind) return true;
    }
    return false;
  }

  Zone zone_ = Zone::Utc();
  ClaimRules rules_;
  ClaimQuestion question_;
  uint64_t index_ = 0;
};

// Rule 29: each row is a state, each column an act by a side. "." changes nothing and says so, "="
// changes nothing and is silent.
TEST_F(ClaimLifeTest, EveryActInEveryState) {
  struct Column {
    ClaimActKind kind;
    ActSide side;
    ClaimAnswer answer;
  };
  const Column columns[] = {
      {ClaimActKind::kAnswered, ActSide::kObligor, ClaimAnswer::kAccepted},
      {ClaimActKind::kAnswered, ActSide::kObligor, ClaimAnswer::kPartly},
      {ClaimActKind::kAnswered, ActSide::kObligor, ClaimAnswer::kRejected},
      {ClaimActKind::kAccepted, ActSide::kClaimant, ClaimAnswer::kUnset},
      {ClaimActKind::kEscalated, ActSide::kClaimant, ClaimAnswer::kUnset},
      {ClaimActKind::kEscalated, ActSide::kObligor, ClaimAnswer::kUnset},
      {ClaimActKind::kAgreed, ActSide::kBoth, ClaimAnswer::kUnset},
      {ClaimActKind::kMediationClosed, ActSide::kMediator, ClaimAnswer::kUnset},
      {ClaimActKind::kRuled, ActSide::kAuthority, ClaimAnswer::kUnset},
      {ClaimActKind::kWithdrawn, ActSide::kClaimant, ClaimAnswer::kUnset},
      {ClaimActKind::kSettled, ActSide::kBoth, ClaimAnswer::kUnset},
  };
  struct Row {
    ClaimState state;
    std::vector<std::string> to;
  };
  const Row rows[] = {
      {ClaimState::kFiled,
       {"accepted", "partly accepted", "rejected", ".", ".", ".", "agreed", ".", ".", "withdrawn",
        "settled"}},
      {ClaimState::kAccepted,
       {".", ".", ".", "=", ".", ".", "agreed", ".", ".", "withdrawn", "settled"}},
      {ClaimState::kPartly,
       {".", ".", ".", "agreed", "level 1", ".", "agreed", ".", ".", "withdrawn", "settled"}},
      {ClaimState::kRejected,
       {".", ".", ".", "lapsed", "level 1", ".", "agreed", ".", ".", "withdrawn", "settled"}},
      {ClaimState::kLevel,
       {".", ".", ".", ".", "mediation", "mediation", "agreed", ".", ".", "withdrawn", "settled"}},
      {ClaimState::kMediation,
       {".", ".", ".", ".", ".", ".", "agreed", "arbitration", ".", "withdrawn", "settled"}},
      {ClaimState::kArbitration,
       {".", ".", ".", ".", ".", ".", "agreed", ".", "ruled", "withdrawn", "settled"}},
      {ClaimState::kAgreed,
       {".", ".", ".", ".", ".", ".", "agreed", ".", ".", "withdrawn", "settled"}},
      {ClaimState::kRuled, {".", ".", ".", ".", ".", ".", "agreed", ".", "ruled", ".", "settled"}},
      {ClaimState::kSettled, {".", ".", ".", ".", ".", ".", ".", ".", ".", ".", "."}},
      {ClaimState::kWithdrawn, {".", ".", ".", ".", ".", ".", ".", ".", ".", ".", "."}},
  };
  for (const Row& row : rows) {
    for (size_t i = 0; i < std::size(columns); ++i) {
      const Column& column = columns[i];
      question_.acts = Towards(row.state);
      ClaimLife before = At(kDays);
      const std::string was = ClaimStateText(before.state, before.level);
      ASSERT_EQ(before.state, row.state) << was;
      ClaimAct act = Act(column.kind, column.side, "2026-04-11T13:00:00Z");
      if (column.kind == ClaimActKind::kAnswered)
        act = Answer(column.answer, "2026-04-11T13:00:00Z");
      question_.acts.push_back(act);
      ClaimLife life = At("2026-04-11T14:00:00Z");
      const std::string& to = row.to[i];
      const std::string name = absl::StrCat(was, ", act ", i);
      const bool same = to == "." || to == "=";
      EXPECT_EQ(ClaimStateText(life.state, life.level), same ? was : to) << name;
      EXPECT_EQ(life.findings.size() > before.findings.size(), to == ".") << name;
      EXPECT_EQ(life.steps.size() > before.steps.size(), !same) << name;
    }
  }
}

TEST_F(ClaimLifeTest, SilenceIsAnAnswerAtTheInstant) {
  EXPECT_EQ(StateAt("2026-04-15T23:59:59.999999Z"), "filed");
  EXPECT_EQ(StateAt("2026-04-16T00:00:00Z"), "deemed rejected");
  EXPECT_EQ(DeadlineOf(At("2026-04-16T00:00:00Z"), "claim.answer"), "2026-04-16T00:00:00Z deemed");
  rules_.silence = SilentAnswer::kDeemedAccepted;
  ClaimLife life = At("2026-04-16T00:00:00Z");
  EXPECT_EQ(life.state, ClaimState::kDeemedAccepted);
  EXPECT_TRUE(life.approved_in_full);
  EXPECT_FALSE(life.steps.back().cause.has_value()) << "the clock made it";
  EXPECT_EQ(life.steps.back().at, On("2026-04-16T00:00:00Z"));
}

// T-64: the last instant in is in, the next is out.
TEST_F(ClaimLifeTest, T64AnAnswerAtTheDeadlineIsLate) {
  question_.acts = {Answer(ClaimAnswer::kPartly, "2026-04-15T23:59:59.999999Z")};
  EXPECT_EQ(StateAt("2026-04-20T00:00:00Z"), "partly accepted");
  question_.acts = {Answer(ClaimAnswer::kPartly, "2026-04-16T00:00:00Z")};
  ClaimLife life = At("2026-04-20T00:00:00Z");
  EXPECT_EQ(life.state, ClaimState::kDeemedRejected);
  EXPECT_TRUE(Found(life, "answer-late"));
  EXPECT_EQ(DeadlineOf(life, "claim.answer"), "2026-04-16T00:00:00Z late");
  // Unless both say so.
  question_.acts.push_back(Act(ClaimActKind::kAgreed, ActSide::kBoth, "2026-04-17T00:00:00Z"));
  EXPECT_EQ(StateAt("2026-04-20T00:00:00Z"), "agreed");
}

TEST_F(ClaimLifeTest, AnAnswerStandsWhenNobodyEscalatesInTime) {
  question_.acts = {Answer(ClaimAnswer::kPartly, kDays)};
  EXPECT_EQ(StateAt("2026-04-21T23:59:59.999999Z"), "partly accepted");
  ClaimLife lapsed = At("2026-04-22T00:00:00Z");
  EXPECT_EQ(lapsed.state, ClaimState::kLapsed);
  EXPECT_EQ(lapsed.approved, Cash("40.00 USD")) << "what was conceded stays due";
  question_.acts.push_back(
      Act(ClaimActKind::kEscalated, ActSide::kClaimant, "2026-04-22T00:00:00Z"));
  ClaimLife late = At("2026-04-23T00:00:00Z");
  EXPECT_EQ(late.state, ClaimState::kLapsed);
  EXPECT_TRUE(Found(late, "act-out-of-state"));
  EXPECT_EQ(DeadlineOf(late, "claim.escalate"), "2026-04-22T00:00:00Z late");
}

TEST_F(ClaimLifeTest, TheClockClimbsTheLevels) {
  question_.acts = Towards(ClaimState::kLevel);
  EXPECT_EQ(StateAt("2026-04-17T23:59:59.999999Z"), "level 1");
  EXPECT_EQ(StateAt("2026-04-18T00:00:00Z"), "mediation");
  EXPECT_EQ(StateAt("2026-05-18T23:59:59.999999Z"), "mediation");
  EXPECT_EQ(StateAt("2026-05-19T00:00:00Z"), "arbitration");
  EXPECT_EQ(StateAt("2030-01-01T00:00:00Z"), "arbitration") << "nothing follows by itself";
  EXPECT_EQ(DeadlineOf(At("2030-01-01T00:00:00Z"), "claim.level-3"), "2026-08-18T00:00:00Z deemed");
  rules_.levels[0].on_expiry = LevelExpiry::kLapses;
  EXPECT_EQ(StateAt("2026-04-18T00:00:00Z"), "lapsed");
}

// A mediator decides nothing, least of all that the claim is over.
TEST_F(ClaimLifeTest, AMediatorsWordEndsNoClaim) {
  question_.acts = Towards(ClaimState::kMediation);
  question_.acts.push_back(Act(ClaimActKind::kMediationClosed, ActSide::kMediator, kDays));
  for (MediationOutcome outcome : {MediationOutcome::kFailed, MediationOutcome::kWithdrawn}) {
    rules_.levels.resize(2);
    rules_.levels[1].on_expiry = LevelExpiry::kStays;
    question_.acts.back().outcome = outcome;
    EXPECT_EQ(StateAt(kDays), "mediation");
    EXPECT_TRUE(Found(At(kDays), "mediation-failed"));
    EXPECT_EQ(StateAt("2030-01-01T00:00:00Z"), "mediation") << "nothing follows";
    rules_.levels[1].on_expiry = LevelExpiry::kLapses;
    EXPECT_EQ(StateAt(kDays), "mediation") << "both can agree as long as its time runs";
    EXPECT_EQ(StateAt("2030-01-01T00:00:00Z"), "lapsed");
  }
}

TEST_F(ClaimLifeTest, AnEscalationNamesTheNextLevelOrNone) {
  question_.acts = Towards(ClaimState::kRejected);
  question_.acts.push_back(Act(ClaimActKind::kEscalated, ActSide::kClaimant, kDays));
  question_.acts.back().level = 2;
  ClaimLife other = At(kDays);
  EXPECT_EQ(other.state, ClaimState::kRejected);
  EXPECT_TRUE(Found(other, "escalation-other-level"));
  question_.acts.back().level = 1;
  EXPECT_EQ(StateAt(kDays), "level 1");
  rules_.levels.clear();
  EXPECT_TRUE(Found(At(kDays), "escalation-without-level"));
}

TEST_F(ClaimLifeTest, OnlyTheAuthorityOfTheLevelRules) {
  question_.acts = Towards(ClaimState::kRuled);
  EXPECT_EQ(StateAt(kDays), "ruled");
  question_.acts.back().roles = {"expert"};
  ClaimLife other = At(kDays);
  EXPECT_EQ(other.state, ClaimState::kArbitration);
  EXPECT_TRUE(Found(other, "act-out-of-state"));
  question_.acts.back().roles = {"arbiter"};
  question_.acts.back().partial = true;
  ClaimLife partial = At(kDays);
  EXPECT_EQ(partial.state, ClaimState::kRuledInPart);
  EXPECT_TRUE(Found(partial, "award-partial"));
  // Terms without levels hear the arbiter in every state, and nobody else.
  rules_.levels.clear();
  question_.acts = {Act(ClaimActKind::kRuled, ActSide::kAuthority, kDays)};
  EXPECT_EQ(StateAt(kDays), "ruled");
}

TEST_F(ClaimLifeTest, ConsentMovesADeadlineThatHasNotPassed) {
  TimeShift shift{.deadline = "claim.answer c1",
                  .from = {},
                  .until = On("2026-04-30T00:00:00Z"),
                  .stamp = Stamp("2026-04-15T23:00:00Z")};
  question_.shifts = {shift};
  EXPECT_EQ(StateAt("2026-04-29T23:59:59Z"), "filed");
  EXPECT_EQ(StateAt("2026-04-30T00:00:00Z"), "deemed rejected");
  question_.shifts[0].stamp = Stamp("2026-04-16T00:00:00Z");
  EXPECT_EQ(StateAt("2026-04-16T00:00:00Z"), "deemed rejected") << "too late to extend";
  question_.shifts[0].stamp = Stamp("2026-04-15T23:00:00Z");
  question_.shifts[0].deadline = "claim.answer other";
  EXPECT_EQ(StateAt("2026-04-16T00:00:00Z"), "deemed rejected") << "another claim's";
}

TEST_F(ClaimLifeTest, SuspendedTimeDoesNotRun) {
  TimeShift shift{.kind = TimeShift::Kind::kSuspended,
                  .deadline = "",
                  .from = On("2026-04-12T00:00:00Z"),
                  .until = On("2026-04-14T06:00:00Z"),
                  .stamp = Stamp("2026-04-11T00:00:00Z")};
  question_.shifts = {shift};
  EXPECT_EQ(StateAt("2026-04-18T05:59:59Z"), "filed");
  EXPECT_EQ(StateAt("2026-04-18T06:00:00Z"), "deemed rejected") << "54 h later";
  question_.shifts[0].until.reset();
  ClaimLife open = At("2027-01-01T00:00:00Z");
  EXPECT_EQ(open.state, ClaimState::kFiled);
  EXPECT_EQ(DeadlineOf(open, "claim.answer"), "2026-04-16T00:00:00Z suspended");
}

// Rule 27: a claim for a window that is not closed waits for it, with its first filing kept.
TEST_F(ClaimLifeTest, APrematureClaimBeginsWithTheClosing) {
  question_.begins.reset();
  EXPECT_EQ(StateAt("2026-12-31T00:00:00Z"), "premature");
  question_.begins = On("2026-05-06T00:00:00Z");
  ClaimLife life = At("2026-05-07T00:00:00Z");
  EXPECT_EQ(life.state, ClaimState::kFiled);
  EXPECT_EQ(DeadlineOf(life, "claim.answer"), "2026-05-12T00:00:00Z open");
  EXPECT_EQ(life.steps.front().state, ClaimState::kPremature);
  question_.acts = {Answer(ClaimAnswer::kRejected, "2026-04-20T00:00:00Z")};
  EXPECT_EQ(StateAt("2026-04-20T00:00:00Z"), "rejected") << "it can be answered at once";
}

// Rule 25: received after the closing hour on Friday, five business days, a holiday between.
TEST_F(ClaimLifeTest, BusinessDaysFollowTheCalendar) {
  absl::StatusOr<BusinessCalendar> calendar = BusinessCalendar::Parse(
      "tally-calendar/1\nzone: Etc/UTC\nhours: mon-fri 09:00-17:00\nholiday: 2026-04-15 Day off\n",
      Zone::Utc());
  ASSERT_TRUE(calendar.ok()) << calendar.status();
  rules_.answer = {.unit = TimerUnit::kBusinessDays,
                   .number = 5,
                   .calendar = &*calendar,
                   .ends_at_midnight = false,
                   .late_is_next_day = false};
  question_.filed = Stamp("2026-04-10T17:00:00Z");  // Friday, closed
  question_.begins = question_.filed.time;
  EXPECT_EQ(DeadlineOf(At(kDays), "claim.answer"), "2026-04-20T17:00:00Z open")
      << "13, 14, 16, 17, 20";
  rules_.answer.late_is_next_day = true;
  EXPECT_EQ(DeadlineOf(At(kDays), "claim.answer"), "2026-04-21T17:00:00Z open")
      << "day 0 is Monday the 13th";
  question_.filed = Stamp("2026-04-10T16:59:59Z");
  question_.begins = question_.filed.time;
  rules_.answer.ends_at_midnight = true;
  EXPECT_EQ(DeadlineOf(At(kDays), "claim.answer"), "2026-04-21T00:00:00Z open");
}

// Rule 26: a ruling of a lower rank does not undo one of a higher; the same rank may speak again.
TEST_F(ClaimLifeTest, ARulingOfLowerRankDoesNotOverturn) {
  rules_.levels.clear();
  question_.acts = {Act(ClaimActKind::kRuled, ActSide::kAuthority, kDays),
                    Act(ClaimActKind::kRuled, ActSide::kAuthority, kDays)};
  EXPECT_EQ(At(kDays).steps.size(), 3u);
  question_.acts[1].height = 2;
  const ClaimLife outranked = At(kDays);
  EXPECT_EQ(outranked.steps.size(), 2u);
  EXPECT_TRUE(Found(outranked, "ruling-outranked"));
}

TEST_F(ClaimLifeTest, ARulingNeedsAuthorityAndTheCurrencyOfTheClaim) {
  rules_.levels.clear();
  question_.acts = {Act(ClaimActKind::kRuled, ActSide::kAuthority, kDays)};
  question_.acts[0].height.reset();
  const ClaimLife nobody = At(kDays);
  EXPECT_EQ(nobody.state, ClaimState::kFiled);
  EXPECT_TRUE(Found(nobody, "ruling-without-authority"));
  question_.acts[0].height = 3;
  question_.acts[0].other_currency = true;
  EXPECT_TRUE(Found(At(kDays), "ruling-other-currency"));
  question_.acts[0].other_currency = false;
  question_.acts[0].unknown_debtor = "acme";
  EXPECT_TRUE(Found(At(kDays), "award-unknown-debtor"));
}

// Rule 29: one side's word does not outlive what decided the claim.
TEST_F(ClaimLifeTest, AStaleWordIsNoAgreement) {
  rules_.levels.clear();
  question_.acts = {Act(ClaimActKind::kRuled, ActSide::kAuthority, kDays),
                    Act(ClaimActKind::kAgreed, ActSide::kBoth, kDays)};
  question_.acts[1].begun = question_.filed;
  const ClaimLife stale = At(kDays);
  EXPECT_EQ(stale.state, ClaimState::kRuled);
  EXPECT_TRUE(Found(stale, "agreement-stale"));
  question_.acts[1].begun = question_.acts[1].stamp;
  EXPECT_EQ(StateAt(kDays), "agreed") << "both said so after the ruling";
}

// F4 of an attack: a claim that grows in the last minute is answered in that minute, or deemed so.
TEST_F(ClaimLifeTest, AnAmendmentGivesTheWholeTimeToAnswer) {
  question_.acts = {Act(ClaimActKind::kAmended, ActSide::kClaimant, "2026-04-15T23:59:00Z")};
  EXPECT_EQ(StateAt("2026-04-16T00:00:00Z"), "filed");
  EXPECT_EQ(StateAt("2026-04-20T23:59:59.999999Z"), "filed");
  const ClaimLife life = At("2026-04-21T00:00:00Z");
  EXPECT_EQ(life.state, ClaimState::kDeemedRejected);
  EXPECT_EQ(DeadlineOf(life, "claim.answer"), "2026-04-21T00:00:00Z deemed");
  EXPECT_EQ(life.steps.size(), 3u);
}

// What it asks for by then is not closed yet: it waits for that, and was filed all the same.
TEST_F(ClaimLifeTest, AnAmendmentToWhatIsNotClosedIsPremature) {
  question_.acts = {Act(ClaimActKind::kAmended, ActSide::kClaimant, "2026-04-12T00:00:00Z")};
  question_.acts[0].begins = std::nullopt;
  EXPECT_EQ(StateAt("2026-04-30T00:00:00Z"), "premature");
  question_.acts[0].begins = On("2026-05-06T00:00:00Z");
  EXPECT_EQ(StateAt("2026-05-05T23:59:59.999999Z"), "premature");
  const ClaimLife life = At("2026-05-06T00:00:00Z");
  EXPECT_EQ(life.state, ClaimState::kFiled);
  ASSERT_EQ(life.steps.size(), 3u);
  EXPECT_EQ(life.steps[0].state, ClaimState::kFiled) << "as it was filed";
  EXPECT_EQ(StateAt("2026-05-11T23:59:59.999999Z"), "filed") << "the answer has its whole time";
}

// F3 and F7: a word is about the claim as it was, an offer about what nobody decided yet.
TEST_F(ClaimLifeTest, WordsAndOffersDoNotOutliveWhatTheyWereAbout) {
  const ActStamp early = Stamp(kFiled);
  const auto joint = [&](ClaimActKind kind) {
    ClaimAct act = Act(kind, ActSide::kBoth, "2026-04-12T00:00:00Z");
    act.begun = early;
    act.amount = Cash("70.00 USD");
    return act;
  };
  const ClaimAct amended = Act(ClaimActKind::kAmended, ActSide::kClaimant, kDays);
  question_.acts = {amended, joint(ClaimActKind::kAgreed)};
  EXPECT_TRUE(Found(At("2026-04-13T00:00:00Z"), "agreement-stale"));
  EXPECT_EQ(StateAt("2026-04-13T00:00:00Z"), "filed");
  question_.acts = {amended, joint(ClaimActKind::kSettled)};
  EXPECT_TRUE(Found(At("2026-04-13T00:00:00Z"), "settlement-stale"));
  EXPECT_EQ(StateAt("2026-04-13T00:00:00Z"), "filed");
  question_.acts = Towards(ClaimState::kRuled);
  question_.acts.push_back(joint(ClaimActKind::kSettled));
  EXPECT_TRUE(Found(At("2026-04-13T00:00:00Z"), "settlement-stale"));
  EXPECT_EQ(StateAt("2026-04-13T00:00:00Z"), "ruled");
  question_.acts = {Answer(ClaimAnswer::kAccepted, kDays), joint(ClaimActKind::kSettled)};
  EXPECT_EQ(StateAt("2026-04-13T00:00:00Z"), "settled") << "his own answer";
  for (const ClaimAnswer answer : {ClaimAnswer::kPartly, ClaimAnswer::kRejected}) {
    question_.acts = {Answer(answer, kDays), joint(ClaimActKind::kSettled)};
    EXPECT_TRUE(Found(At("2026-04-13T00:00:00Z"), "settlement-stale")) << "he refused since";
  }
}

// F12: the answer stands; it is not withdrawn to be asked for once more.
TEST_F(ClaimLifeTest, ALapsedClaimIsNotWithdrawn) {
  question_.acts = {Answer(ClaimAnswer::kPartly, kDays),
                    Act(ClaimActKind::kWithdrawn, ActSide::kClaimant, "2026-04-23T00:00:00Z")};
  EXPECT_EQ(StateAt("2026-04-24T00:00:00Z"), "lapsed");
  EXPECT_TRUE(Found(At("2026-04-24T00:00:00Z"), "act-out-of-state"));
}

}  // namespace
}  // namespace tally::replay
