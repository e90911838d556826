// Surveys (M19): the mean of scores, or the share of satisfied answers.
//
// An answer counts if its question is the one that the terms name, if its score lies on the scale
// (0 to the highest, and no other highest is stated), and if it came in time after the invitation.
// Of several answers of one respondent to one question of one survey the first or the last counts;
// answers without a respondent stand each for itself. An invitation that has no answer that counts,
// and is not open at K, is no answer: left out, or what the terms say. Declining is no answer.
//
//   mean   (sum of scores + no answers x their score) / (answers + no answers)
//   share  satisfied / (answers + no answers)
#include <algorithm>
#include <map>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "replay/terms/count_kinds.h"
#include "replay/terms/population.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

struct Answer {
  int64_t score = 0;
  Instant at;
  Cause cause;
};
// One respondent of one survey.
struct Respondent {
  std::optional<Instant> invited;
  std::optional<Cause> invitation;
  std::map<std::string, std::vector<const Item*>> answers;  // by question, on the scale, in order
};
// By survey and respondent; an answer without a respondent has its own event for a name.
using Panel = std::map<std::tuple<std::string, std::string, Cause>, Respondent>;

bool IsAsked(const Choices& choices, const SurveyResponse& response) {
  return !choices.Has("question") || response.question == choices.Text("question");
}

bool IsOnScale(const Choices& choices, const SurveyResponse& response) {
  const int64_t highest = choices.Count("highest score");
  return response.score && *response.score >= 0 && *response.score <= highest &&
         response.highest.value_or(highest) == highest;
}

// `off_scale` counts the answers in the window that are left out for their score.
Panel PanelOf(const CountQuestion& question, int64_t& off_scale) {
  const Choices& choices = question.objective->counted->choices;
  Panel panel;
  for (const Item& item : question.items) {
    const SurveyResponse* response = std::get_if<SurveyResponse>(&item.body);
    if (response == nullptr) continue;
    const Cause own = response->respondent.empty() ? item.cause : Cause{};
    const auto key = std::make_tuple(response->survey, response->respondent, own);
    if (response->step == SurveyStep::kInvited) {
      // An invitation need not name a question; one that names another is another's.
      if (!response->question.empty() && !IsAsked(choices, *response)) continue;
      Respondent& respondent = panel[key];
      if (respondent.invited) continue;
      respondent.invited = item.observed.first;
      respondent.invitation = item.cause;
    } else if (response->step == SurveyStep::kAnswered && IsAsked(choices, *response)) {
      if (IsOnScale(choices, *response)) {
        panel[key].answers[response->question].push_back(&item);
      } else if (Counts(question, item.observed.first)) {
        ++off_scale;
      }
    }
  }
  return panel;
}

// What the survey says in the window.
struct Survey {
  std::vector<Answer> answers;
  int64_t silent = 0;
  int64_t off_scale = 0;
  std::vector<Cause> invitations;  // of the silent
};

std::optional<Answer> ChosenOf(const Choices& choices, const Respondent& respondent,
                               const std::vector<const Item*>& items) {
  std::optional<Answer> chosen;
  for (const Item* item : items) {
    const Instant at = item->observed.first;
    if (choices.Has("answer within") && respondent.invited &&
        at > *respondent.invited + choices.Length("answer within")) {
      continue;
    }
    if (chosen && choices.Is("several answers", "first")) continue;
    chosen = Answer{*std::get<SurveyResponse>(item->body).score, at, item->cause};
  }
  return chosen;
}

Survey SurveyOf(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  const bool by_invitation = choices.Is("window of an answer", "invitation");
  Survey survey;
  for (const auto& [key, respondent] : PanelOf(question, survey.off_scale)) {
    bool answered = false;
    for (const auto& [asked, items] : respondent.answers) {
      const std::optional<Answer> answer = ChosenOf(choices, respondent, items);
      if (!answer) continue;
      answered = true;
      if (by_invitation && !respondent.invited) continue;
      const Instant at = by_invitation ? *respondent.invited : answer->at;
      if (Counts(question, at)) survey.answers.push_back(*answer);
    }
    if (answered || !respondent.invited || !Counts(question, *respondent.invited)) continue;
    const bool open =
        choices.Has("answer within") &&
        question.knowledge.instant <= *respondent.invited + choices.Length("answer within");
    if (open) continue;
    ++survey.silent;
    survey.invitations.push_back(*respondent.invitation);
  }
  return survey;
}

void Lines(const CountQuestion& question, const Survey& survey, Counted& counted,
           Working& working) {
  const Choices& choices = question.objective->counted->choices;
  for (const Answer& answer : survey.answers) working.RestsOn(answer.cause);
  counted.population = static_cast<int64_t>(survey.answers.size());
  working.Line("answers",
               absl::StrCat(survey.off_scale, " left out for their scale, ", survey.silent,
                            " invitations without an answer, ", choices.Word("no answer")),
               absl::StrCat(counted.population));
  working.ShowCauses();
  if (!choices.Is("no answer", "left out")) {
    for (const Cause& cause : survey.invitations) working.RestsOn(cause);
    counted.population += survey.silent;
  }
}

}  // namespace

absl::StatusOr<Counted> CountSurveyMean(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  const Survey survey = SurveyOf(question);
  Working working(question);
  Counted counted;
  Lines(question, survey, counted, working);
  Wide sum = 0;
  for (const Answer& answer : survey.answers) sum += answer.score;
  if (choices.Is("no answer", "counts as a score")) {
    sum += Wide{survey.silent} * choices.Count("score of no answer");
  }
  TALLY_ASSIGN_OR_RETURN(counted.value, ShareOf(sum, counted.population));
  if (counted.value) {
    working.Line("value", absl::StrCat(FormatWide(sum), " / ", counted.population),
                 NumberText(*counted.value));
  }
  working.TestMinimum(static_cast<Wide>(survey.answers.size()), choices.Count("minimum responses"),
                      counted);
  return std::move(working).Finish(std::move(counted));
}

absl::StatusOr<Counted> CountSurveyShare(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  const Survey survey = SurveyOf(question);
  Working working(question);
  Counted counted;
  Lines(question, survey, counted, working);
  const int64_t from = choices.Count("satisfied from");
  int64_t satisfied = std::count_if(survey.answers.begin(), survey.answers.end(),
                                    [from](const Answer& answer) { return answer.score >= from; });
  if (choices.Is("no answer", "satisfied")) satisfied += survey.silent;
  counted.failed = counted.population - satisfied;
  TALLY_ASSIGN_OR_RETURN(counted.value, ShareOf(satisfied, counted.population));
  if (counted.value) {
    working.Line("value",
                 absl::StrCat(satisfied, " with ", from, " or more, of ", counted.population),
                 ShareText(*counted.value));
  }
  working.TestMinimum(static_cast<Wide>(survey.answers.size()), choices.Count("minimum responses"),
                      counted);
  return std::move(working).Finish(std::move(counted));
}

}  // namespace tally::replay
