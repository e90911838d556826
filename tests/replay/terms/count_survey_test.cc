// Goal: means and shares of surveys count the answers that the terms mean (M19). Method: one small
// panel, each choice beside its opposite.
#include "gtest/gtest.h"
#include "tests/replay/terms/population_support.h"
#include "tests/replay/terms/terms_support.h"

namespace tally::replay {
namespace {

Population Survey(bool mean) {
  std::map<std::string, std::string> choices = {{"question", "none"},
                                                {"highest score", "5"},
                                                {"several answers", "last"},
                                                {"answer within", "none"},
                                                {"window of an answer", "answer"},
                                                {"no answer", "left out"},
                                                {"minimum responses", "0"}};
  if (!mean) choices["satisfied from"] = "4";
  Population survey(mean ? "survey mean" : "survey share", choices);
  survey.KnownAt("2026-06-01T00:00:00Z");
  return survey;
}
SurveyResponse Answer(const std::string& respondent, int64_t score, const std::string& question) {
  SurveyResponse answer;
  answer.survey = "csat";
  answer.step = SurveyStep::kAnswered;
  answer.question = question;
  answer.respondent = respondent;
  answer.score = score;
  answer.highest = 5;
  return answer;
}
SurveyResponse Said(SurveyStep step, const std::string& respondent) {
  SurveyResponse said;
  said.survey = "csat";
  said.step = step;
  said.respondent = respondent;
  return said;
}
void Invite(Population& survey, absl::string_view at, const std::string& respondent) {
  survey.Add(at, Said(SurveyStep::kInvited, respondent));
}
// ann 5 then 2; bob 4; cyd another question 3; dan invited and silent; eve on another scale.
void Panel(Population& survey) {
  for (const char* name : {"ann", "bob", "dan", "eve"}) {
    Invite(survey, "2026-04-01T00:00:00Z", name);
  }
  survey.Add("2026-04-02T00:00:00Z", Answer("ann", 5, "speed"));
  survey.Add("2026-04-03T00:00:00Z", Answer("ann", 2, "speed"));
  survey.Add("2026-04-02T00:00:00Z", Answer("bob", 4, "speed"));
  survey.Add("2026-04-02T00:00:00Z", Answer("cyd", 3, "tone"));
  SurveyResponse ten = Answer("eve", 10, "speed");
  ten.highest = 10;
  survey.Add("2026-04-02T00:00:00Z", ten);
  survey.Add("2026-04-02T00:00:00Z", Said(SurveyStep::kDeclined, "dan"));
}

TEST(CountSurvey, MeanByEachChoice) {
  Population survey = Survey(true);
  EXPECT_EQ(survey.Value(), "none");
  Panel(survey);
  EXPECT_EQ(survey.Value(), "3/1");  // 2, 4, 3
  EXPECT_EQ(survey.Choose("several answers", "first").Value(), "4/1");
  EXPECT_EQ(survey.Choose("question", "speed").Value(), "9/2");
  EXPECT_EQ(
      survey.Choose("no answer", "counts as a score").Choose("score of no answer", "0").Value(),
      "9/4");  // dan, and eve whose answer is on no scale of ours
  EXPECT_EQ(survey.Choose("minimum responses", "2").Value(), "9/4");
  EXPECT_EQ(survey.Choose("minimum responses", "3").Value(), "9/4 indeterminate");
  EXPECT_FALSE(survey.Choose("score of no answer", "6").Try().ok());
}

TEST(CountSurvey, ShareByEachChoice) {
  Population survey = Survey(false);
  Panel(survey);
  EXPECT_EQ(survey.Value(), "1/3");
  EXPECT_EQ(survey.Choose("no answer", "not satisfied").Value(), "1/5");
  EXPECT_EQ(survey.Choose("no answer", "satisfied").Value(), "3/5");
  EXPECT_EQ(survey.Choose("satisfied from", "2").Value(), "1/1");
  EXPECT_FALSE(survey.Choose("satisfied from", "6").Try().ok());
}

TEST(CountSurvey, TheWindowIsThatOfTheAnswerOrOfItsInvitation) {
  Population survey = Survey(true);
  Invite(survey, "2026-03-31T00:00:00Z", "ann");
  Invite(survey, "2026-04-30T00:00:00Z", "bob");
  survey.Add("2026-04-02T00:00:00Z", Answer("ann", 5, "speed"));
  survey.Add("2026-05-02T00:00:00Z", Answer("bob", 1, "speed"));
  survey.Add("2026-04-02T00:00:00Z", Answer("cyd", 3, "speed"));  // nobody asked
  EXPECT_EQ(survey.Value(), "4/1");
  EXPECT_EQ(survey.Choose("window of an answer", "invitation").Value(), "1/1");
}

TEST(CountSurvey, LateAnswersAreNoneAndOpenInvitationsWait) {
  Population survey = Survey(false).Choose("answer within", "3 d");
  survey.Choose("no answer", "not satisfied");
  Invite(survey, "2026-04-01T00:00:00Z", "ann");
  Invite(survey, "2026-04-01T00:00:00Z", "bob");
  survey.Add("2026-04-04T00:00:00Z", Answer("ann", 5, "speed"));
  survey.Add("2026-04-04T00:00:01Z", Answer("bob", 5, "speed"));
  EXPECT_EQ(survey.Value(), "1/2");
  EXPECT_EQ(survey.KnownAt("2026-04-04T00:00:00Z").Value(), "1/1");
}

// Who was never invited cannot answer too late, and is in the window of no invitation: not even of
// one that holds the beginning of time.
TEST(CountSurvey, AnAnswerWithoutAnInvitationHasNoDeadlineAndNoInvitationsWindow) {
  Population survey = Survey(true).Choose("answer within", "3 d");
  survey.Add("2026-04-20T00:00:00Z", Answer("cyd", 3, "speed"));
  EXPECT_EQ(survey.Value(), "3/1");
  EXPECT_EQ(survey.Choose("window of an answer", "invitation").Value(), "none");
  survey.window.interval.first = At("1969-12-01T00:00:00Z");
  EXPECT_EQ(survey.Value(), "none");
  EXPECT_EQ(survey.Choose("window of an answer", "answer").Value(), "3/1");
}

TEST(CountSurvey, AnswersWithoutARespondentStandEachForItself) {
  Population survey = Survey(true);
  survey.Add("2026-04-04T00:00:00Z", Answer("", 5, "speed"));
  survey.Add("2026-04-05T00:00:00Z", Answer("", 2, "speed"));
  EXPECT_EQ(survey.Value(), "7/2");
  EXPECT_EQ(survey.Excluding("2026-04-05T00:00:00Z", "2026-04-06T00:00:00Z").Value(), "5/1");
}

}  // namespace
}  // namespace tally::replay
