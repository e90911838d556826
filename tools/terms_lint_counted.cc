#include "tools/terms_lint_counted.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::tools {
namespace {

struct Trap {
  absl::string_view choice;
  absl::string_view word;
  absl::string_view code;
  absl::string_view message;
  absl::string_view hint;
};
constexpr absl::string_view kSilenceRewarded = "lint-silence-rewarded";
constexpr absl::string_view kAutomation = "lint-automation-satisfies";
constexpr absl::string_view kOther = "lint-others-factor";

constexpr Trap kTraps[] = {
    {"unknown time", "counts as up", kSilenceRewarded,
     "unknown time counts as up: whoever stops reporting is never late",
     "consider `counts as down`, or `hold: at most`"},
    {"window without requests", "up", kSilenceRewarded,
     "a window without requests is up: whoever stops reporting is never late", "consider `empty`"},
    {"empty slice", "good", kSilenceRewarded,
     "a slice without requests is good: whoever stops reporting is never late",
     "consider `left out`"},
    {"no answer", "satisfied", kSilenceRewarded,
     "an invitation without an answer counts as satisfied: asking the silent pays",
     "consider `left out`"},
    {"open and overdue", "left out", kSilenceRewarded,
     "a ticket that is late and still open is left out: whoever never closes it is never late",
     "consider `failed`"},
    {"contact by", "anyone", kAutomation,
     "an automatic message is a contact: a machine can meet this target", "consider `human`"},
    {"pauses", "none", kOther,
     "no pause stops the clock: time in which the other party is waited for counts, too",
     "consider a reason such as \"awaiting customer\""},
    {"done when", "accepted", kOther,
     "nothing is done until it is accepted: whoever never answers makes it late",
     "consider `delivered and not rejected` with a time for rejections"},
    {"undecided", "not accepted", kOther,
     "what nobody decides on is not accepted: whoever never answers makes the target fail",
     "consider `accepted`"},
    {"rejection within", "none", kOther,
     "a rejection counts at any time: what was accepted is never safe",
     "consider a time such as `24 h`"},
};

// With the fewest items that are judged, is one failure already too much?
void LintSample(const Objective& objective, TermsReport& report) {
  const VocabularyRow* row = FindInVocabulary(ThingKind::kMeasure, objective.counted->kind);
  const Target& target = objective.target;
  for (const absl::string_view name : {"minimum sample", "minimum responses"}) {
    const Choices& choices = objective.counted->choices;
    if (row == nullptr || row->unit != ValueUnit::kRatio || !choices.Has(name)) continue;
    const int64_t sample = choices.Count(name);
    const Decimal whole{100, 0};
    if (sample == 0 || target.percent >= whole || target.percent <= Decimal{}) continue;
    // Percent that may fail, times the sample, against one whole item.
    absl::StatusOr<Fraction> share = Fraction::FromDecimal(target.percent);
    if (target.compare == Compare::kAtLeast) {
      share = Fraction::Subtract(Fraction::Whole(100), *share);
    }
    if (share.ok()) share = Fraction::Multiply(*share, Fraction::Whole(sample));
    if (!share.ok() || *share >= Fraction::Whole(100)) continue;
    report.Warning(report.PlaceOf(absl::StrCat("objectives.", objective.id, ".measure.", name)),
                   "lint-target-unreachable",
                   absl::StrCat("of ", sample, " that are judged not even one may miss the target"),
                   "state a larger sample or another target");
  }
}

}  // namespace

void LintCounted(const Objective& objective, TermsReport& report) {
  TALLY_CHECK(objective.counted.has_value());
  const Choices& choices = objective.counted->choices;
  const auto place = [&](absl::string_view choice) {
    return report.PlaceOf(absl::StrCat("objectives.", objective.id, ".measure.", choice));
  };
  for (const Trap& trap : kTraps) {
    if (!choices.Is(trap.choice, trap.word)) continue;
    // A response is the obligor's alone; only what takes work waits for the other party.
    if (trap.choice == "pauses" && choices.Is("clock to", "responded")) continue;
    report.Warning(place(trap.choice), trap.code, trap.message, trap.hint);
  }
  LintSample(objective, report);
  for (const absl::string_view actors : {"human or automation", "anyone"}) {
    if (!choices.Is("stopped by", actors) || !choices.Is("clock to", "responded")) continue;
    report.Warning(place("stopped by"), kAutomation,
                   "an automatic acknowledgement is a response: a machine can meet this target",
                   "consider `human`");
  }
}

}  // namespace tally::tools
