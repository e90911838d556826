#include "tools/axes.h"

#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "tools/fault.h"

namespace tally::tools {

std::vector<OptionSpec> AxesOptions() {
  return {
      {.name = "as-recorded",
       .type = ValueType::kTime,
       .value_name = "TIME",
       .summary = "what the ledger held at TIME"},
      {.name = "at-size",
       .type = ValueType::kNumber,
       .value_name = "N",
       .summary = "what the ledger held when it had N records"},
      {.name = "as-reported",
       .type = ValueType::kTime,
       .value_name = "TIME",
       .summary = "only evidence that its authors had recorded by TIME (as claimed)"},
      {.name = "engine",
       .type = ValueType::kText,
       .value_name = "VERSION",
       .summary = "the rules of this engine version"},
  };
}

absl::StatusOr<replay::Axes> AxesOf(const Invocation& call) {
  replay::Axes axes;
  axes.as_recorded = call.arguments.Time("as-recorded");
  axes.at_size = call.arguments.Number("at-size");
  axes.as_reported = call.arguments.Time("as-reported");
  axes.engine = call.arguments.Value("engine").value_or("");
  if (axes.as_recorded.has_value() && axes.at_size.has_value()) {
    return Refuse("usage", "--as-recorded and --at-size both say what the ledger held",
                  "give one of them");
  }
  if (axes.as_recorded.has_value() && call.world.clock->Now() < *axes.as_recorded) {
    call.console.Warning(absl::StrCat(
        "--as-recorded ", FormatInstant(*axes.as_recorded),
        " lies in the future: the answer supposes that nothing more is recorded until then"));
  }
  return axes;
}

absl::StatusOr<std::optional<replay::Period>> PeriodOf(const Invocation& call) {
  std::optional<std::string> text = call.arguments.Value("period");
  if (!text.has_value()) return std::optional<replay::Period>();
  absl::StatusOr<replay::Period> period = replay::ParsePeriod(*text);
  if (!period.ok()) {
    return Refuse(
        "usage", period.status().message(),
        "write 2026-02, 2026-Q1, 2026, or FROM/TO with two RFC 3339 times or two days such "
        "as 2026-08-01/2026-09-01, the second one exclusive");
  }
  return std::optional<replay::Period>(*period);
}

}  // namespace tally::tools
