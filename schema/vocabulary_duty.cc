// The vocabulary of duties that are counted: leads and other volumes, deliverables, surveys,
// composites, and the rule by which one party's delay moves the other's due dates.
//
// Who may say what is part of the terms: a feed is one author's word, so terms name the feeds whose
// deliveries and whose decisions count. Otherwise each side could accept its own work.
#include "schema/choice.h"
#include "schema/vocabulary_surveys.h"

namespace tally {
namespace {

using Words = absl::string_view;

constexpr Words kCounted[] = {"delivered", "accepted", "handed over"};
constexpr Words kCountedLeads[] = {"delivered", "accepted"};
constexpr Words kAccepted[] = {"accepted"};
constexpr Words kOutcome[] = {"accepted", "handed over"};
constexpr Words kAcceptedOrRejected[] = {"accepted", "rejected"};
constexpr Words kUndecided[] = {"accepted", "not accepted"};
constexpr Words kCountedIn[] = {"leads", "units"};
constexpr Words kWindowOfLead[] = {"delivery", "outcome"};
constexpr Words kSurplus[] = {"lost", "next window", "until used"};
constexpr Words kContactIs[] = {"handed over", "ticket response"};
constexpr Words kContactBy[] = {"human", "anyone"};
constexpr Words kClockAfterReview[] = {"delivery", "decision"};
constexpr Words kReasonless[] = {"a decision", "no decision"};
constexpr Words kDue[] = {"stated", "n-th business day"};
constexpr Words kStated[] = {"stated"};
constexpr Words kNth[] = {"n-th business day"};
constexpr Words kDueMonth[] = {"same month", "next month"};
constexpr Words kWindowOfDeliverable[] = {"due", "subject"};
constexpr Words kDone[] = {"delivered", "delivered and not rejected", "accepted"};
constexpr Words kNotRejected[] = {"delivered and not rejected"};
constexpr Words kResubmission[] = {"new date", "first date"};
constexpr Words kLatenessOf[] = {"sum", "longest", "mean"};
constexpr Words kPartUnit[] = {"exact", "up", "down"};
constexpr Words kWholeUnits[] = {"up", "down"};

// ---- Leads and other volumes ---------------------------------------------------------------

constexpr ChoiceRow kClasses = {.name = "classes",
                                .form = ChoiceForm::kTexts,
                                .or_none = true,
                                .ask = "list the classes that count, or write `none` for all"};
constexpr ChoiceRow kDeliveredBy = {.name = "delivered by",
                                    .form = ChoiceForm::kTexts,
                                    .ask = "list the feeds whose deliveries count"};
constexpr ChoiceRow kDecidedBy = {.name = "decided by",
                                  .form = ChoiceForm::kTexts,
                                  .ask = "list the feeds whose acceptances and rejections count"};
// The rules of acceptance, asked for where what is accepted counts.
constexpr ChoiceRow kDecidedByIf = {
    .name = "decided by",
    .form = ChoiceForm::kTexts,
    .ask = "list the feeds whose acceptances, rejections and hand-overs count",
    .when = "counted",
    .is = kOutcome};
constexpr ChoiceRow kReviewedBy = {
    .name = "reviewed by",
    .form = ChoiceForm::kTexts,
    .or_none = true,
    .ask = "list the feeds whose acceptance overturns a rejection, or write `none`",
    .when = "counted",
    .is = kAccepted};
constexpr ChoiceRow kRejectionWithin = {
    .name = "rejection within",
    .form = ChoiceForm::kLength,
    .or_none = true,
    .ask =
        "write the time after delivery in which a rejection is in time, such as `24 h`, or "
        "`none`",
    .when = "counted",
    .is = kAccepted};
constexpr ChoiceRow kLateRejection = {
    .name = "late rejection",
    .words = kAcceptedOrRejected,
    .ask = "choose what a lead that was rejected too late is: `accepted` or `rejected`",
    .when = "counted",
    .is = kAccepted};
constexpr ChoiceRow kWithoutReason = {
    .name = "rejection without reason",
    .words = kAcceptedOrRejected,
    .ask = "choose what a lead that was rejected without a reason is: `accepted` or `rejected`",
    .when = "counted",
    .is = kAccepted};
constexpr ChoiceRow kUndecidedLead = {
    .name = "undecided",
    .words = kUndecided,
    .ask =
        "choose what a lead that was neither accepted nor rejected is: `accepted` or `not "
        "accepted`",
    .when = "counted",
    .is = kAccepted};
constexpr ChoiceRow kRejectionCalendar = {
    .name = "rejection calendar",
    .form = ChoiceForm::kName,
    .ask = "name the calendar by whose open hours the time for a rejection runs, or write `24x7`",
    .when = "counted",
    .is = kAccepted};
constexpr ChoiceRow kCalendar = {
    .name = "calendar",
    .form = ChoiceForm::kName,
    .ask = "name the calendar whose open hours count, or write `24x7`"};
constexpr ChoiceRow kMinimumSample = {
    .name = "minimum sample",
    .form = ChoiceForm::kCount,
    .ask =
        "write how many are needed for a verdict; with fewer it is indeterminate; 0 asks for "
        "no more than one"};
constexpr ChoiceRow kWhatCounts = {
    .name = "counted",
    .words = kCounted,
    .ask = "choose what counts: leads that were `delivered`, `accepted` or `handed over`"};
constexpr ChoiceRow kLeadWindow = {
    .name = "window of a lead",
    .words = kWindowOfLead,
    .ask =
        "choose the window that a lead counts in: that of its `delivery`, or that of the "
        "`outcome` that counts",
    .when = "counted",
    .is = kOutcome};
constexpr ChoiceRow kCarried = {
    .name = "surplus",
    .words = kSurplus,
    .ask =
        "choose what becomes of what exceeds the target: it is `lost`, counts in the `next "
        "window`, or is carried on `until used`"};

constexpr ChoiceRow kVolume[] = {
    {.name = "counted in",
     .words = kCountedIn,
     .ask = "choose whether each lead counts as one (`leads`) or with its `units`"},
    kWhatCounts,
    kClasses,
    kDeliveredBy,
    kDecidedByIf,
    kReviewedBy,
    kRejectionWithin,
    kRejectionCalendar,
    kLateRejection,
    kWithoutReason,
    kUndecidedLead,
    kLeadWindow,
    kCarried,
};

constexpr ChoiceRow kVolumeInMoney[] = {
    {.name = "currency",
     .form = ChoiceForm::kText,
     .ask = "write the currency of the values that count, such as `EUR`"},
    kWhatCounts,
    kClasses,
    kDeliveredBy,
    kDecidedByIf,
    kReviewedBy,
    kRejectionWithin,
    kRejectionCalendar,
    kLateRejection,
    kWithoutReason,
    kUndecidedLead,
    kLeadWindow,
    kCarried,
};

constexpr ChoiceRow kPacing[] = {
    {.name = "planned",
     .form = ChoiceForm::kCount,
     .ask = "write how many are planned for a whole window, such as `1000`"},
    {.name = "counted in",
     .words = kCountedIn,
     .ask = "choose whether each lead counts as one (`leads`) or with its `units`"},
    kClasses,
    kDeliveredBy,
};

constexpr ChoiceRow kLeadsDecided[] = {
    {.name = "decision within",
     .form = ChoiceForm::kLength,
     .ask = "write the time after delivery in which a decision is due, such as `24 h`"},
    kCalendar,
    kClasses,
    kDeliveredBy,
    kDecidedBy,
    {.name = "rejection without reason",
     .words = kReasonless,
     .ask = "choose what a rejection without a reason is: `a decision` or `no decision`"},
    kMinimumSample,
};

constexpr ChoiceRow kLeadsContacted[] = {
    {.name = "contact within",
     .form = ChoiceForm::kLength,
     .ask = "write the time in which a lead is to be contacted, such as `24 h`"},
    kCalendar,
    {.name = "contact is",
     .words = kContactIs,
     .ask = "choose what records a contact: the lead's step `handed over`, or a `ticket response` "
            "on a ticket with the lead's name"},
    {.name = "contact by",
     .words = kContactBy,
     .ask = "choose whose contact counts: that of a `human` only, or of `anyone`"},
    {.name = "counted",
     .words = kCountedLeads,
     .ask = "choose the leads that are to be contacted: those `delivered` or those `accepted`"},
    kClasses,
    kDeliveredBy,
    kDecidedBy,
    kReviewedBy,
    kRejectionWithin,
    kRejectionCalendar,
    kLateRejection,
    kWithoutReason,
    kUndecidedLead,
    {.name = "clock after review",
     .words = kClockAfterReview,
     .ask = "choose where the time begins for a lead whose rejection was overturned: at its "
            "`delivery` or at the `decision`",
     .when = "counted",
     .is = kAccepted},
    kMinimumSample,
};

// ---- Deliverables --------------------------------------------------------------------------

constexpr ChoiceRow kDueRule = {
    .name = "due",
    .words = kDue,
    .ask =
        "choose how a due date is found: `stated` in an event, or the `n-th business day` of a "
        "month"};
constexpr ChoiceRow kDueStatedBy = {
    .name = "due stated by",
    .form = ChoiceForm::kTexts,
    .ask = "list the feeds whose due dates count; the first that is stated holds",
    .when = "due",
    .is = kStated};
constexpr ChoiceRow kDeliverables = {
    .name = "deliverables",
    .form = ChoiceForm::kTexts,
    .ask =
        "list what is due for each month; events name it with the month, such as \"friction "
        "report 2026-06\"",
    .when = "due",
    .is = kNth};
constexpr ChoiceRow kBusinessDay = {.name = "business day",
                                    .form = ChoiceForm::kCount,
                                    .ask = "write the number of the business day, such as `5`",
                                    .when = "due",
                                    .is = kNth};
constexpr ChoiceRow kTimeOfDay = {.name = "time of day",
                                  .form = ChoiceForm::kText,
                                  .ask = "write the local time on that day, such as \"17:00\"",
                                  .when = "due",
                                  .is = kNth};
constexpr ChoiceRow kDueCalendar = {
    .name = "due calendar",
    .form = ChoiceForm::kName,
    .ask = "name the calendar that says which days are business days, and their zone",
    .when = "due",
    .is = kNth};
constexpr ChoiceRow kDueIn = {
    .name = "due in",
    .words = kDueMonth,
    .ask =
        "choose the month of the due date: the `same month` as the one that it is about, or the "
        "`next month`",
    .when = "due",
    .is = kNth};
constexpr ChoiceRow kDeliverableWindow = {
    .name = "window of a deliverable",
    .words = kWindowOfDeliverable,
    .ask =
        "choose the window that it belongs to: that of its `due` date, or that in which the "
        "month begins that it is about (`subject`)",
    .when = "due",
    .is = kNth};
constexpr ChoiceRow kDoneWhen = {
    .name = "done when",
    .words = kDone,
    .ask = "choose when it is done: `delivered`, `delivered and not rejected`, or `accepted`"};
constexpr ChoiceRow kRejectedWithin = {
    .name = "rejection within",
    .form = ChoiceForm::kLength,
    .or_none = true,
    .ask = "write the time after a delivery in which a rejection counts, or `none` for at any time",
    .when = "done when",
    .is = kNotRejected};
constexpr ChoiceRow kResubmitted = {
    .name = "resubmission",
    .words = kResubmission,
    .ask =
        "choose the date of what was rejected and delivered again: the `new date` or the `first "
        "date`",
    .when = "done when",
    .is = kNotRejected};

constexpr ChoiceRow kDeliverableOnTime[] = {
    kDueRule,     kDueStatedBy,    kDeliverables,      kBusinessDay, kTimeOfDay,
    kDueCalendar, kDueIn,          kDeliverableWindow, kDoneWhen,    kDeliveredBy,
    kDecidedBy,   kRejectedWithin, kResubmitted,
};

constexpr ChoiceRow kDeliverableLateness[] = {
    kDueRule,
    kDueStatedBy,
    kDeliverables,
    kBusinessDay,
    kTimeOfDay,
    kDueCalendar,
    kDueIn,
    kDeliverableWindow,
    kDoneWhen,
    kDeliveredBy,
    kDecidedBy,
    kRejectedWithin,
    kResubmitted,
    kCalendar,
    {.name = "part unit",
     .words = kPartUnit,
     .ask = "choose what becomes of a part of a unit of lateness: `exact`, rounded `up` or `down`"},
    {.name = "unit",
     .form = ChoiceForm::kLength,
     .ask = "write the unit of lateness, such as `1 d`",
     .when = "part unit",
     .is = kWholeUnits},
    {.name = "of several",
     .words = kLatenessOf,
     .ask = "choose what counts of several: the `sum` of their lateness, the `longest`, or the "
            "`mean` over all that were due"},
};

constexpr VocabularyRow kDuty[] = {
    {.thing = ThingKind::kMeasure,
     .kind = "volume",
     .article = "M16",
     .unit = ValueUnit::kCount,
     .choices = kVolume},
    {.thing = ThingKind::kMeasure,
     .kind = "volume in money",
     .article = "M16",
     .unit = ValueUnit::kMoney,
     .choices = kVolumeInMoney},
    {.thing = ThingKind::kMeasure,
     .kind = "pacing",
     .article = "M16",
     .unit = ValueUnit::kRatio,
     .choices = kPacing},
    {.thing = ThingKind::kMeasure,
     .kind = "leads decided in time",
     .article = "M11",
     .unit = ValueUnit::kRatio,
     .choices = kLeadsDecided},
    {.thing = ThingKind::kMeasure,
     .kind = "leads contacted in time",
     .article = "M11",
     .unit = ValueUnit::kRatio,
     .choices = kLeadsContacted},
    {.thing = ThingKind::kMeasure,
     .kind = "deliverable on time",
     .article = "M17",
     .unit = ValueUnit::kRatio,
     .choices = kDeliverableOnTime},
    {.thing = ThingKind::kMeasure,
     .kind = "deliverable lateness",
     .article = "M17",
     .unit = ValueUnit::kSeconds,
     .choices = kDeliverableLateness},
    {.thing = ThingKind::kMeasure,
     .kind = "survey mean",
     .article = "M19",
     .unit = ValueUnit::kCount,
     .choices = duty::kSurveyMean},
    {.thing = ThingKind::kMeasure,
     .kind = "survey share",
     .article = "M19",
     .unit = ValueUnit::kRatio,
     .choices = duty::kSurveyShare},
    {.thing = ThingKind::kMeasure,
     .kind = "weighted mean of objectives",
     .article = "M20",
     .unit = ValueUnit::kRatio,
     .sources = false,
     .choices = duty::kWeightedMean},
    {.thing = ThingKind::kMeasure,
     .kind = "objectives met",
     .article = "M20",
     .unit = ValueUnit::kRatio,
     .sources = false,
     .choices = duty::kObjectivesMet},
    {.thing = ThingKind::kMeasure,
     .kind = "points of objectives",
     .article = "M20",
     .unit = ValueUnit::kPoints,
     .sources = false,
     .choices = duty::kPointsOfObjectives},
    {.thing = ThingKind::kRule,
     .kind = "dependency",
     .article = "D1",
     .choices = duty::kDependency},
};

}  // namespace

std::span<const VocabularyRow> DutyVocabulary() { return kDuty; }

}  // namespace tally
