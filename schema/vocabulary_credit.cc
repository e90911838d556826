// Credits and what holds over them: schemes that turn one window into an amount, and rules that
// turn many windows' amounts into what is owed (DOMAIN 3.6 to 3.8, 3.12, 3.13; 3.17 rules 16 to 24,
// 32). The engine reads these choices in replay/terms (credit_scheme, caps, earn_back, points,
// netting, sequence, split, target_rule).
//
// `sources` says for a scheme whether a fee is its base; "fixed sum" and "points" have none.
#include "schema/choice.h"

namespace tally {
namespace {

using Words = std::span<const absl::string_view>;

constexpr ChoiceRow Word(absl::string_view name, Words words, absl::string_view ask) {
  return {.name = name, .words = words, .ask = ask};
}
constexpr ChoiceRow Plain(absl::string_view name, ChoiceForm form, absl::string_view ask) {
  return {.name = name, .form = form, .ask = ask};
}
// Asked for only when `when` is one of `is`.
constexpr ChoiceRow If(absl::string_view when, Words is, ChoiceRow row) {
  row.when = when;
  row.is = is;
  return row;
}
constexpr ChoiceRow OrNone(ChoiceRow row) {
  row.or_none = true;
  return row;
}

constexpr absl::string_view kStepping[] = {"exact", "per started step", "per full step"};
constexpr absl::string_view kOccasions[] = {"each breach", "each incident", "each unit short",
                                            "each started hour"};
constexpr absl::string_view kMonthLength[] = {"days of the month", "30 days"};
constexpr absl::string_view kAffected[] = {"everyone", "a fixed share"};
constexpr absl::string_view kFixedShare[] = {"a fixed share"};
constexpr absl::string_view kPointsFor[] = {"severity", "each unit short"};
constexpr absl::string_view kSeverity[] = {"severity"};
constexpr absl::string_view kUnitShort[] = {"each unit short"};
constexpr absl::string_view kLevelItself[] = {"is the better", "is the worse"};
constexpr absl::string_view kLimit[] = {"money", "percent of charges"};
constexpr absl::string_view kMoneyLimit[] = {"money"};
constexpr absl::string_view kPercentLimit[] = {"percent of charges"};
constexpr absl::string_view kCharges[] = {"of the period", "of one fee period"};
constexpr absl::string_view kPeriods[] = {"window", "calendar month", "contract year",
                                          "rolling 12 months"};
constexpr absl::string_view kBelongsBy[] = {"end of window", "posting"};
constexpr absl::string_view kCut[] = {"pro rata", "in order"};
constexpr absl::string_view kAbove[] = {"lost", "carried"};
constexpr absl::string_view kSettledWindows[] = {"stay", "computed again"};
constexpr absl::string_view kIncidentPays[] = {"sum", "highest", "customer's choice"};
constexpr absl::string_view kCustomersChoice[] = {"customer's choice"};
constexpr absl::string_view kByDefault[] = {"highest", "sum"};
constexpr absl::string_view kPer[] = {"line", "settlement"};
constexpr absl::string_view kCondition[] = {"met", "exceeded"};
constexpr absl::string_view kEligible[] = {"every failure", "failures above the minimum level"};
constexpr absl::string_view kGivesBack[] = {"cash", "offset"};
constexpr absl::string_view kHeadroom[] = {"given back", "not given back"};
constexpr absl::string_view kNoResult[] = {"breaks", "is skipped", "counts"};
constexpr absl::string_view kObjectiveEnds[] = {"credit is final", "credit lapses"};
constexpr absl::string_view kAtTermination[] = {"paid", "lost"};
constexpr absl::string_view kStillFailure[] = {"yes", "no"};
constexpr absl::string_view kNettedAgainst[] = {"credits of the window", "credits of the year"};
constexpr absl::string_view kRounding[] = {"half up", "half even", "down", "up"};
constexpr absl::string_view kPointsPeriod[] = {"window", "calendar month", "contract year"};
constexpr absl::string_view kNettingUnit[] = {"points", "money"};
constexpr absl::string_view kChronicWhen[] = {
    "failures in a row",          "failures in windows", "high credits", "every n failures",
    "every n failures in months", "average below floor", "long outage",  "cap reached"};
constexpr absl::string_view kInWindows[] = {"failures in windows", "high credits",
                                            "every n failures",    "average below floor",
                                            "long outage",         "cap reached"};
constexpr absl::string_view kCountedWindows[] = {
    "failures in a row",          "failures in windows", "high credits", "every n failures",
    "every n failures in months", "long outage",         "cap reached"};
constexpr absl::string_view kByVerdict[] = {"failures in a row", "failures in windows",
                                            "high credits", "every n failures",
                                            "every n failures in months"};
constexpr absl::string_view kInMonths[] = {"every n failures in months"};
constexpr absl::string_view kAverage[] = {"average below floor"};
constexpr absl::string_view kMean[] = {"plain", "time-weighted"};
constexpr absl::string_view kLongOutage[] = {"long outage"};
constexpr absl::string_view kCapReached[] = {"cap reached"};
constexpr absl::string_view kHighCredits[] = {"high credits"};
constexpr absl::string_view kFailure[] = {"breached", "below the minimum level"};
constexpr absl::string_view kConsequence[] = {"termination", "lump sum"};
constexpr absl::string_view kTermination[] = {"termination"};
constexpr absl::string_view kLumpSum[] = {"lump sum"};
constexpr absl::string_view kRunsFrom[] = {"closing", "ruling"};
constexpr absl::string_view kReach[] = {"next window", "split", "weighted target",
                                        "in force at end"};
constexpr absl::string_view kClaimTime[] = {"calendar days", "elapsed days", "calendar months"};
constexpr absl::string_view kBaselineFormula[] = {"midpoint", "mean", "k-th lowest"};
constexpr absl::string_view kKthLowest[] = {"k-th lowest"};
constexpr absl::string_view kRatchetFormula[] = {"half way", "best four"};
constexpr absl::string_view kBreaksOrSkipped[] = {"breaks", "is skipped"};
constexpr absl::string_view kProposedBy[] = {"obligor", "obligee", "either"};
constexpr absl::string_view kSilence[] = {"deemed accepted", "deemed rejected"};
constexpr absl::string_view kAppliesFrom[] = {"end of the measured windows", "acceptance"};
constexpr absl::string_view kInFlight[] = {"terms at start", "terms at stop", "strictest"};
constexpr absl::string_view kExpectedPays[] = {"the last", "the last and later", "all"};

// ---- Schemes ------------------------------------------------------------------------------------

constexpr ChoiceRow kLinear[] = {
    Plain("percent per step", ChoiceForm::kPercent,
          "percent of the fee for each step below target"),
    Plain("step", ChoiceForm::kNumber,
          "how much below target is one step, in percentage points or in the target's unit"),
    Word("part of a step", kStepping, "whether a part of a step counts in part, whole or not"),
    OrNone(Plain("at most", ChoiceForm::kPercent, "the highest percentage, or none")),
};
constexpr ChoiceRow kFixedSum[] = {
    Plain("sum", ChoiceForm::kMoney, "the sum, like `50.00 EUR`"),
    Word("for", kOccasions, "what the sum is paid for"),
};
constexpr ChoiceRow kDaysOfService[] = {
    Plain("days", ChoiceForm::kNumber, "how many days of the fee, like `1`"),
    Word("for", kOccasions, "what the days are given for"),
    Word("month", kMonthLength, "whether a day is a part of the month as long as it is, or of 30"),
    OrNone(Plain("at most", ChoiceForm::kPercent, "the highest percentage of the fee, or none")),
};
constexpr ChoiceRow kProportional[] = {
    Plain("multiplier", ChoiceForm::kNumber, "the factor, like `25`"),
    Word("affected", kAffected, "whose share of the outage counts"),
    If("affected", kFixedShare,
       Plain("affected share", ChoiceForm::kPercent, "the share affected, like `2.1 %`")),
};
constexpr ChoiceRow kPool[] = {
    Plain("at risk", ChoiceForm::kPercent, "percent of the fee at risk"),
    Plain("pool share", ChoiceForm::kPercent, "percent of the amount at risk in this pool"),
    Plain("allocation", ChoiceForm::kPercent, "percent of the pool for this objective"),
};
constexpr ChoiceRow kPoints[] = {
    Word("for", kPointsFor, "what points are given for"),
    If("for", kSeverity,
       Plain("levels", ChoiceForm::kSteps,
             "level and points, like `97: 3`: the points of a value beyond that level")),
    If("for", kSeverity,
       Word("level itself", kLevelItself, "to which severity a value exactly at a level belongs")),
    If("for", kUnitShort, Plain("points", ChoiceForm::kCount, "points for each unit short")),
    Plain("repeat factor", ChoiceForm::kNumber,
          "factor, 1 to 2, if the window before failed as well; 1 for none"),
};
constexpr ChoiceRow kLateDelivery[] = {
    Plain("percent per step", ChoiceForm::kPercent, "percent of the fee for each step"),
    Plain("step", ChoiceForm::kLength, "the length of a step, like `2 d`"),
    OrNone(Plain("round up to", ChoiceForm::kLength,
                 "what part of it counts as whole, like `1 d`, or none")),
    Word("part of a step", kStepping, "whether a part of a step counts in part, whole or not"),
    OrNone(Plain("at most", ChoiceForm::kPercent, "the highest percentage of the fee, or none")),
};

// ---- Rules --------------------------------------------------------------------------------------

constexpr ChoiceRow kLimitMoney =
    If("limit", kMoneyLimit, Plain("money", ChoiceForm::kMoney, "the amount, like `1500.00 EUR`"));
constexpr ChoiceRow kLimitPercent =
    If("limit", kPercentLimit, Plain("percent", ChoiceForm::kPercent, "percent of charges"));
constexpr ChoiceRow kLimitFee =
    If("limit", kPercentLimit, Plain("fee", ChoiceForm::kName, "the fee that is the base"));

constexpr ChoiceRow kCap[] = {
    Word("limit", kLimit, "whether the cap is a sum or a share of charges"),
    kLimitMoney,
    kLimitPercent,
    kLimitFee,
    If("limit", kPercentLimit,
       Word("charges", kCharges, "whether all charges of the period count, or one fee")),
    Word("period", kPeriods, "the time that the cap is for"),
    Word("belongs by", kBelongsBy,
         "whether a credit belongs to the period in which its window "
         "ends, or in which it is posted"),
    Word("cut", kCut, "how a cut is shared between lines of one time"),
    Word("above", kAbove, "what becomes of the part above the cap"),
    Word("settled windows", kSettledWindows, "whether settled windows stay as they are"),
};
constexpr ChoiceRow kAtRisk[] = {
    Plain("percent", ChoiceForm::kPercent, "percent of charges at risk in all pools together"),
    Plain("fee", ChoiceForm::kName, "the fee that is the base"),
    Word("period", kPeriods, "the time that the amount at risk is for"),
    Word("cut", kCut, "how a cut is shared between lines of one time"),
};
constexpr ChoiceRow kSameIncident[] = {
    Word("pays", kIncidentPays, "what one incident pays that fails several objectives"),
    If("pays", kCustomersChoice,
       Plain("choose within days", ChoiceForm::kCount, "days after the window to choose")),
    If("pays", kCustomersChoice,
       Word("without a choice", kByDefault, "what is paid if nobody chooses")),
};
constexpr ChoiceRow kMinimum[] = {
    Plain("amount", ChoiceForm::kMoney, "what a payment must exceed, like `1.00 USD`"),
    Word("per", kPer, "whether each line is tested, or a settlement as a whole"),
};
constexpr ChoiceRow kEarnBack[] = {
    Plain("windows", ChoiceForm::kCount, "how many windows in a row"),
    Word("condition", kCondition, "whether they must meet the target or exceed it"),
    OrNone(Plain("within windows", ChoiceForm::kCount,
                 "how many windows after the failure the run may end in, or none")),
    Plain("share", ChoiceForm::kPercent, "percent of the credit that is earned back"),
    Word("eligible", kEligible, "which failures can be earned back"),
    Word("gives back", kGivesBack, "whether money is returned or later credits are offset"),
    Word("headroom", kHeadroom, "whether what is earned back leaves room under caps again"),
    Word("no result", kNoResult, "what a window without a result does to the run"),
    Word("still a failure", kStillFailure,
         "whether a failure that is earned back still counts for rights"),
    Word("objective ends", kObjectiveEnds, "what becomes of held credits if the objective ends"),
    Word("at termination", kAtTermination, "what becomes of held credits at termination"),
};
constexpr ChoiceRow kBonus[] = {
    Plain("fee", ChoiceForm::kName, "the fee that the bonus is a share of"),
    Plain("levels", ChoiceForm::kSteps, "level reached and percent, like `99.95: 2`"),
    Word("netted against", kNettedAgainst, "which credits the bonus can reduce"),
    Word("rounding", kRounding, "how the bonus is rounded"),
};
constexpr ChoiceRow kPointsTable[] = {
    Plain("table", ChoiceForm::kSteps, "points and percent of charges, like `10: 2`: from so many"),
    Plain("fee", ChoiceForm::kName, "the fee that is the base"),
    Word("period", kPointsPeriod, "over which time points are added"),
    Word("rounding", kRounding, "how the amount is rounded"),
};
constexpr ChoiceRow kPointsPrice[] = {
    Plain("price", ChoiceForm::kMoney, "the price of a point"),
    Word("period", kPointsPeriod, "over which time points are added"),
};
constexpr ChoiceRow kNetting[] = {
    Word("unit", kNettingUnit, "what is netted between the parties"),
};
constexpr ChoiceRow kChronicFailure[] = {
    Word("when", kChronicWhen, "which sequence of windows it takes"),
    If("when", kCountedWindows,
       Plain("failures", ChoiceForm::kCount, "how many windows must have failed")),
    If("when", kInWindows, Plain("windows", ChoiceForm::kCount, "in how many windows")),
    If("when", kInMonths,
       Plain("months", ChoiceForm::kCount,
             "in how many local months, with that in which the newest window ends")),
    If("when", kHighCredits,
       Plain("credits at least", ChoiceForm::kPercent, "percent of the fee in a window")),
    If("when", kHighCredits, Plain("fee", ChoiceForm::kName, "the fee that is the base")),
    If("when", kAverage,
       Plain("average below", ChoiceForm::kPercent, "the floor that the average is below")),
    If("when", kAverage, Word("mean", kMean, "whether each window counts alike, or by its length")),
    If("when", kLongOutage,
       Plain("longer than", ChoiceForm::kLength, "how long an outage may last")),
    If("when", kCapReached,
       Plain("cap", ChoiceForm::kName, "the cap that is reached: a rule that limits credits")),
    If("when", kByVerdict, Word("failure", kFailure, "which level a window must have missed")),
    Word("no result", kNoResult, "what a window without a result does"),
    Word("right", kConsequence, "what the obligee may do or is owed"),
    If("right", kTermination,
       OrNone(Plain("notice days", ChoiceForm::kCount,
                    "days in which the right must be used, or none"))),
    If("right", kTermination, Word("runs from", kRunsFrom, "what the notice time runs from")),
    If("right", kLumpSum, Plain("lump sum", ChoiceForm::kMoney, "the sum")),
};
constexpr ChoiceRow kExpectedLevel[] = {
    Plain("failures", ChoiceForm::kCount,
          "how often the expected level must be missed before credits are due"),
    Plain("windows", ChoiceForm::kCount, "in how many windows"),
    Word("pays", kExpectedPays, "which of these failures pay"),
};
constexpr ChoiceRow kClaimDeadline[] = {
    Word("counted in", kClaimTime, "what the time for a claim is counted in after its window"),
    Plain("number", ChoiceForm::kCount, "how many of these, like `2`"),
};
// A timer: n days after the ledger time of an act (DOMAIN 3.17 rule 25).
constexpr absl::string_view kDaysOfTimers[] = {"elapsed days", "calendar days", "business days"};
constexpr absl::string_view kBusinessDays[] = {"business days"};
constexpr absl::string_view kDayEnds[] = {"at midnight", "at the closing hour"};
constexpr absl::string_view kAfterClosing[] = {"counts as that day",
                                               "counts as the next business day"};
constexpr ChoiceRow kDeadlineOfAct[] = {
    Word("counted in", kDaysOfTimers, "what the time is counted in"),
    Plain("number", ChoiceForm::kCount, "how many of these, like `5`"),
    If("counted in", kBusinessDays,
       Plain("calendar", ChoiceForm::kName, "the calendar that says what a business day is")),
    If("counted in", kBusinessDays,
       Word("day ends", kDayEnds, "when the last business day is over")),
    If("counted in", kBusinessDays,
       Word("after closing", kAfterClosing, "for which day an act after the closing hour counts")),
};
constexpr ChoiceRow kRestatement[] = {
    Plain("propose within", ChoiceForm::kCount,
          "how many calendar days after the closing it can be proposed, like `30`"),
    Word("counted in", kDaysOfTimers, "what the time for an answer is counted in"),
    Plain("number", ChoiceForm::kCount, "how many of these, like `14`"),
    If("counted in", kBusinessDays,
       Plain("calendar", ChoiceForm::kName, "the calendar that says what a business day is")),
    If("counted in", kBusinessDays,
       Word("day ends", kDayEnds, "when the last business day is over")),
    If("counted in", kBusinessDays,
       Word("after closing", kAfterClosing, "for which day an act after the closing hour counts")),
    Word("silence", kSilence, "what no answer in that time means"),
};
constexpr absl::string_view kTimeLimits[] = {"elapsed days", "calendar days", "business days",
                                             "no limit"};
constexpr absl::string_view kForms[] = {"representatives", "mediation", "expert determination",
                                        "arbitration"};
constexpr absl::string_view kDecidingForms[] = {"expert determination", "arbitration"};
constexpr absl::string_view kOnExpiry[] = {"next level", "claim lapses", "nothing follows"};
constexpr ChoiceRow kDisputeLevel[] = {
    Plain("level", ChoiceForm::kCount, "the number of the level, from 1 without a gap"),
    Word("form", kForms, "who meets, helps or decides at this level"),
    If("form", kDecidingForms,
       Plain("authority", ChoiceForm::kName, "the role that decides, like `arbiter`")),
    Word("counted in", kTimeLimits, "what the time of the level is counted in"),
    If("counted in", kDaysOfTimers,
       Plain("number", ChoiceForm::kCount, "how many of these, like `6`")),
    If("counted in", kBusinessDays,
       Plain("calendar", ChoiceForm::kName, "the calendar that says what a business day is")),
    If("counted in", kBusinessDays,
       Word("day ends", kDayEnds, "when the last business day is over")),
    If("counted in", kBusinessDays,
       Word("after closing", kAfterClosing, "for which day an act after the closing hour counts")),
    If("counted in", kDaysOfTimers,
       Word("on expiry", kOnExpiry, "what becomes of the claim when the time runs out")),
};
constexpr absl::string_view kSumLimits[] = {"what is due", "nothing"};
constexpr ChoiceRow kSumClaimed[] = {
    Word("limits", kSumLimits, "whether a claim for less than was computed limits what is due"),
};
constexpr ChoiceRow kAmendments[] = {
    Word("inside a window", kReach, "which terms govern a window that an amendment falls into"),
};
// What baselines and ratchets ask alike: how the figure is written, and how it takes effect.
constexpr ChoiceRow kAdjustedNoResult =
    Word("no result", kBreaksOrSkipped, "what a window without a result does to the sequence");
constexpr ChoiceRow kAdjustedDecimals = Plain(
    "decimals", ChoiceForm::kCount, "how many decimals the new level is written with, 0 to 6");
constexpr ChoiceRow kAdjustedRounding = Word("rounding", kRounding, "how it is rounded to them");
constexpr ChoiceRow kAdjustedBy = Word(
    "proposed by", kProposedBy, "whose proposal the silence of the other side makes effective");
constexpr ChoiceRow kAdjustedAnswer =
    Plain("answer within days", ChoiceForm::kCount, "days in which the other side has to answer");
constexpr ChoiceRow kAdjustedSilence = Word("silence", kSilence, "what it means if nobody answers");
constexpr ChoiceRow kAdjustedFrom =
    Word("applies from", kAppliesFrom, "the first windows that the new level is for");

constexpr ChoiceRow kBaseline[] = {
    Word("formula", kBaselineFormula, "how the level follows from the windows"),
    If("formula", kKthLowest,
       Plain("k", ChoiceForm::kCount, "which of them counts, from the lowest")),
    Plain("first windows", ChoiceForm::kCount, "how many closed windows are measured"),
    kAdjustedNoResult,
    kAdjustedDecimals,
    kAdjustedRounding,
    kAdjustedBy,
    kAdjustedAnswer,
    kAdjustedSilence,
    kAdjustedFrom,
};
constexpr ChoiceRow kRatchet[] = {
    Word("formula", kRatchetFormula, "how the level follows from the windows"),
    Plain("newest windows", ChoiceForm::kCount, "how many closed windows are measured each time"),
    kAdjustedNoResult,
    kAdjustedDecimals,
    kAdjustedRounding,
    kAdjustedBy,
    kAdjustedAnswer,
    kAdjustedSilence,
    kAdjustedFrom,
};
constexpr ChoiceRow kInFlightTickets[] = {
    Word("governed by", kInFlight, "which terms time a ticket that an amendment falls into"),
};
constexpr ChoiceRow kAmendmentProposals[] = {
    Plain("lapse after", ChoiceForm::kLength,
          "how long a proposed amendment can be accepted, like `30 d`"),
};

constexpr VocabularyRow Scheme(absl::string_view kind, bool fee,
                               std::span<const ChoiceRow> choices) {
  return {.thing = ThingKind::kCredit,
          .kind = kind,
          .article = "C1",
          .unit = ValueUnit::kMoney,
          .sources = fee,
          .choices = choices};
}
constexpr VocabularyRow RuleRow(absl::string_view kind, absl::string_view article,
                                std::span<const ChoiceRow> choices) {
  return {.thing = ThingKind::kRule,
          .kind = kind,
          .article = article,
          .unit = ValueUnit::kMoney,
          .sources = false,
          .choices = choices};
}

constexpr VocabularyRow kRows[] = {
    Scheme("tiers", true, {}),
    Scheme("linear", true, kLinear),
    Scheme("fixed sum", false, kFixedSum),
    Scheme("days of service", true, kDaysOfService),
    Scheme("proportional", true, kProportional),
    Scheme("pool", true, kPool),
    {.thing = ThingKind::kCredit,
     .kind = "points",
     .article = "C1",
     .unit = ValueUnit::kPoints,
     .sources = false,
     .choices = kPoints},
    Scheme("late delivery", true, kLateDelivery),
    RuleRow("same incident", "C2", kSameIncident),
    RuleRow("cap", "C3", kCap),
    RuleRow("at risk", "C3", kAtRisk),
    RuleRow("minimum", "C4", kMinimum),
    RuleRow("earn-back", "C5", kEarnBack),
    RuleRow("bonus", "C6", kBonus),
    RuleRow("points table", "C7", kPointsTable),
    RuleRow("points price", "C7", kPointsPrice),
    RuleRow("netting", "C8", kNetting),
    RuleRow("chronic failure", "C9", kChronicFailure),
    RuleRow("expected level", "C10", kExpectedLevel),
    RuleRow("amendments", "C11", kAmendments),
    RuleRow("claim deadline", "C12", kClaimDeadline),
    RuleRow("answer deadline", "C16", kDeadlineOfAct),
    RuleRow("escalation deadline", "C17", kDeadlineOfAct),
    RuleRow("dispute level", "C18", kDisputeLevel),
    RuleRow("sum claimed", "C19", kSumClaimed),
    RuleRow("restatement", "C20", kRestatement),
    RuleRow("baseline", "C13", kBaseline),
    RuleRow("ratchet", "C13", kRatchet),
    RuleRow("in-flight tickets", "C14", kInFlightTickets),
    RuleRow("amendment proposals", "C15", kAmendmentProposals),
};

}  // namespace

std::span<const VocabularyRow> CreditVocabulary() { return kRows; }

}  // namespace tally
