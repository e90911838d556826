// Rows of the vocabulary of duties: surveys, composites, and the rule of dependencies. Only the
// table in schema/vocabulary_duty.cc uses them.
#pragma once

#include "schema/choice.h"

namespace tally::duty {

inline constexpr absl::string_view kSeveralAnswers[] = {"first", "last"};
inline constexpr absl::string_view kWindowOfAnswer[] = {"answer", "invitation"};
inline constexpr absl::string_view kSilenceInMean[] = {"left out", "counts as a score"};
inline constexpr absl::string_view kAsScore[] = {"counts as a score"};
inline constexpr absl::string_view kSilenceInShare[] = {"left out", "not satisfied", "satisfied"};
inline constexpr absl::string_view kMemberBy[] = {"value", "verdict"};
inline constexpr absl::string_view kByValue[] = {"value"};
inline constexpr absl::string_view kMissingInMean[] = {"left out", "zero", "no result"};
inline constexpr absl::string_view kMissingMember[] = {"left out", "met", "breached", "no result"};
inline constexpr absl::string_view kDecimals[] = {"0", "1", "2", "3",  "4",  "5", "6",
                                                  "7", "8", "9", "10", "11", "12"};
inline constexpr absl::string_view kExtension[] = {"elapsed time", "whole days", "business days"};
inline constexpr absl::string_view kByBusinessDays[] = {"business days"};
inline constexpr absl::string_view kNotice[] = {"not needed", "needed"};
inline constexpr absl::string_view kNeeded[] = {"needed"};
inline constexpr absl::string_view kLateNotice[] = {"no extension", "from the notice"};

// ---- Surveys -------------------------------------------------------------------------------

inline constexpr ChoiceRow kQuestion = {
    .name = "question",
    .form = ChoiceForm::kText,
    .or_none = true,
    .ask = "write the question whose answers count, or `none` for all"};
inline constexpr ChoiceRow kScale = {
    .name = "highest score",
    .form = ChoiceForm::kCount,
    .ask =
        "write the highest score of the scale, such as `5`; answers on another scale are left "
        "out"};
inline constexpr ChoiceRow kAnswers = {
    .name = "several answers",
    .words = kSeveralAnswers,
    .ask =
        "choose which of several answers of one respondent to one question counts: the `first` "
        "or the `last`"};
inline constexpr ChoiceRow kAnswerWithin = {
    .name = "answer within",
    .form = ChoiceForm::kLength,
    .or_none = true,
    .ask = "write the time after the invitation in which an answer counts, or `none`"};
inline constexpr ChoiceRow kAnswerWindow = {
    .name = "window of an answer",
    .words = kWindowOfAnswer,
    .ask =
        "choose the window that an answer belongs to: that of the `answer`, or that of its "
        "`invitation` (answers without one are then left out)"};
inline constexpr ChoiceRow kMinimumResponses = {
    .name = "minimum responses",
    .form = ChoiceForm::kCount,
    .ask =
        "write how many answers are needed for a verdict; with fewer it is indeterminate; 0 "
        "asks for no more than one"};

inline constexpr ChoiceRow kSurveyMean[] = {
    kQuestion,
    kScale,
    kAnswers,
    kAnswerWithin,
    kAnswerWindow,
    {.name = "no answer",
     .words = kSilenceInMean,
     .ask = "choose what an invitation without an answer is: `left out`, or one that `counts as a "
            "score`"},
    {.name = "score of no answer",
     .form = ChoiceForm::kCount,
     .ask = "write that score",
     .when = "no answer",
     .is = kAsScore},
    kMinimumResponses,
};

inline constexpr ChoiceRow kSurveyShare[] = {
    kQuestion,
    kScale,
    {.name = "satisfied from",
     .form = ChoiceForm::kCount,
     .ask = "write the lowest score that counts as satisfied, such as `4`"},
    kAnswers,
    kAnswerWithin,
    kAnswerWindow,
    {.name = "no answer",
     .words = kSilenceInShare,
     .ask = "choose what an invitation without an answer is: `left out`, `not satisfied` or "
            "`satisfied`"},
    kMinimumResponses,
};

// ---- Composites ----------------------------------------------------------------------------

inline constexpr ChoiceRow kWeightedMean[] = {
    {.name = "weights",
     .form = ChoiceForm::kTexts,
     .ask = "list the objectives with their weights, such as \"availability: 60\""},
    {.name = "members count by",
     .words = kMemberBy,
     .ask = "choose what counts of an objective: its `value`, or its `verdict` (met is 1, breached "
            "is 0)"},
    {.name = "decimals",
     .words = kDecimals,
     .ask = "choose to how many decimals (0 to 12, half to even) each value is rounded before the "
            "mean",
     .when = "members count by",
     .is = kByValue},
    {.name = "missing member",
     .words = kMissingInMean,
     .ask = "choose what an objective without a result is: `left out` with its weight, `zero`, or "
            "`no result` of the whole"},
};

inline constexpr ChoiceRow kObjectivesMet[] = {
    {.name = "members", .form = ChoiceForm::kNames, .ask = "list the objectives"},
    {.name = "missing member",
     .words = kMissingMember,
     .ask = "choose what an objective without a result is: `left out`, `met`, `breached`, or `no "
            "result` of the whole"},
};

inline constexpr ChoiceRow kPointsOfObjectives[] = {
    {.name = "points",
     .form = ChoiceForm::kTexts,
     .ask = "list the objectives with the points that each breach gives, such as \"availability: "
            "3\""},
    {.name = "missing member",
     .words = kMissingMember,
     .ask = "choose what an objective without a result is: `left out`, `met`, `breached`, or `no "
            "result` of the whole"},
};

// ---- Dependencies --------------------------------------------------------------------------

inline constexpr ChoiceRow kDependency[] = {
    {.name = "stated by",
     .form = ChoiceForm::kTexts,
     .ask = "list the feeds whose words about dependencies count"},
    {.name = "extension",
     .words = kExtension,
     .ask = "choose how a delay moves what waits for it: by its `elapsed time`, by `whole days` "
            "(each started 24 h is one), or by the `business days` that it touches"},
    {.name = "calendar",
     .form = ChoiceForm::kName,
     .ask = "name the calendar that says which days are business days",
     .when = "extension",
     .is = kByBusinessDays},
    {.name = "notice",
     .words = kNotice,
     .ask = "choose whether a notice of the delay is `needed` or `not needed`"},
    {.name = "notice within",
     .form = ChoiceForm::kLength,
     .ask = "write the time after the dependency was due in which notice is to be given, such as "
            "`2 d`",
     .when = "notice",
     .is = kNeeded},
    {.name = "late notice",
     .words = kLateNotice,
     .ask = "choose what a late notice gives: `no extension`, or one that counts `from the notice`",
     .when = "notice",
     .is = kNeeded},
};

}  // namespace tally::duty
