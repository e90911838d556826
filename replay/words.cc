// The words of results as people and JSON see them. They are part of the canonical result and
// therefore frozen with the engine's version.
#include "replay/replay.h"
#include "schema/status.h"

namespace tally::replay {

absl::string_view StatusName(WindowStatus status) {
  switch (status) {
    case WindowStatus::kOpen:
      return "open";
    case WindowStatus::kProvisional:
      return "provisional";
    case WindowStatus::kFinal:
      return "final";
    case WindowStatus::kConclusive:
      return "conclusive";
    case WindowStatus::kSettled:
      return "settled";
  }
  TALLY_CHECK(false && "no such status");
}

absl::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kMet:
      return "met";
    case Verdict::kBreached:
      return "breached";
    case Verdict::kNoResult:
      return "no-result";
    case Verdict::kIndeterminate:
      return "indeterminate";
  }
  TALLY_CHECK(false && "no such verdict");
}

absl::string_view UnitName(ValueUnit unit) {
  switch (unit) {
    case ValueUnit::kRatio:
      return "ratio";
    case ValueUnit::kSeconds:
      return "seconds";
    case ValueUnit::kCount:
      return "count";
    case ValueUnit::kPoints:
      return "points";
    case ValueUnit::kMoney:
      return "money";
  }
  TALLY_CHECK(false && "no such unit");
}

std::string DisplayValue(const Fraction& value, ValueUnit unit) {
  constexpr int kDigits = 6;
  if (unit == ValueUnit::kRatio) return FormatPercent(value);
  return value.denominator() == 1 ? FormatWide(value.numerator()) : FormatRounded(value, kDigits);
}

absl::string_view SegmentName(SegmentKind kind) {
  switch (kind) {
    case SegmentKind::kUp:
      return "up";
    case SegmentKind::kDown:
      return "down";
    case SegmentKind::kDegraded:
      return "degraded";
    case SegmentKind::kExcluded:
      return "excluded";
    case SegmentKind::kUnknown:
      return "unknown";
    case SegmentKind::kRemaining:
      return "remaining";
  }
  TALLY_CHECK(false && "no such segment");
}

}  // namespace tally::replay
