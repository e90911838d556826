// `tally exclusion list` and `tally attribution list`: every matter about time, what was said of it
// by whom, how it stands for each objective that it is about, and whether its time counts now.
// `tally maintenance list`: every announcement, what it takes out, and why not.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "replay/maintenance_view.h"
#include "replay/matters.h"
#include "schema/status.h"
#include "tools/acts.h"
#include "tools/axes.h"
#include "tools/command_table.h"
#include "tools/fault.h"
#include "tools/printable.h"

namespace tally::tools {
namespace {

using replay::MaintenanceForObjective;
using replay::MaintenanceView;
using replay::MatterAct;
using replay::MatterForObjective;
using replay::MatterKind;
using replay::MatterView;

std::string AdmissionWord(Admission admission) {
  switch (admission) {
    case Admission::kAdmitted:
      return "admitted";
    case Admission::kReduced:
      return "reduced";
    case Admission::kRejected:
      return "rejected";
    case Admission::kUnset:
      break;
  }
  return "";
}
std::optional<std::string> IfSaid(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

// One word for the matter, where it stands the same for every objective.
std::string StateOf(const MatterView& view) {
  if (view.standings.empty()) return "without effect";
  const std::string& first = view.standings.front().standing.state;
  const bool same =
      std::all_of(view.standings.begin(), view.standings.end(),
                  [&](const MatterForObjective& each) { return each.standing.state == first; });
  return same ? first : "differs by objective";
}

void WriteIntervals(JsonWriter& json, absl::string_view key, const std::vector<Interval>& all) {
  json.Key(key).BeginArray();
  for (const Interval& each : all) {
    json.BeginObject().Field("from", FormatInstant(each.first));
    json.Field("to", FormatInstant(each.limit)).EndObject();
  }
  json.EndArray();
}

void WriteMatter(const Invocation& call, const MatterView& view) {
  const std::string word(replay::MatterName(view.kind));
  JsonWriter json;
  json.BeginObject().Field("format", absl::StrCat("tally.", word, "/1"));
  json.Field("agreement", call.arguments.At(0)).Field("name", view.name);
  json.Field("state", StateOf(view)).Field("cause", CauseName(view.proposal.cause));
  json.OptionalField("responsible", IfSaid(view.proposal.responsible));
  json.OptionalField("incident", IfSaid(view.proposal.incident));
  json.Field("from", FormatInstant(view.proposal.interval.first));
  json.Field("to", FormatInstant(view.proposal.interval.limit));
  WriteIntervals(json, "parts", view.proposal.extent);
  json.Key("standings").BeginArray();
  for (const auto& [objective, standing] : view.standings) {
    json.BeginObject().Field("objective", objective).Field("state", standing.state);
    std::optional<std::string> by, silence;
    if (standing.by.has_value()) by = standing.by->ToText();
    if (standing.silence_ends.has_value()) silence = FormatInstant(*standing.silence_ends);
    json.OptionalField("by", by).OptionalField("silence_accepts", silence);
    json.BoolField("counts", standing.out.empty());
    WriteIntervals(json, "out", standing.out);
    json.EndObject();
  }
  json.EndArray().Key("acts").BeginArray();
  for (const MatterAct& act : view.acts) {
    json.BeginObject().Field("at", act.at.ToText()).Field("what", act.what).Field("by", act.by);
    json.Field("time", FormatInstant(act.time)).BoolField("heard", act.heard);
    json.OptionalField("rank", act.rank == DecisionRank::kUnset
                                   ? std::nullopt
                                   : std::optional<std::string>(RankName(act.rank)));
    json.OptionalField("admission", IfSaid(AdmissionWord(act.admission)));
    json.OptionalField("responsible", IfSaid(act.responsible));
    WriteIntervals(json, "parts", act.extent);
    json.EndObject();
  }
  json.EndArray().EndObject();
  call.console.Json(json);
}

std::string Ranges(const std::vector<Interval>& all) {
  std::string text;
  for (const Interval& each : all) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", FormatInstant(each.first), " to ",
                    FormatInstant(each.limit));
  }
  return text;
}

void PrintMatter(const Invocation& call, const MatterView& view) {
  const std::string responsible =
      view.proposal.responsible.empty()
          ? std::string()
          : absl::StrCat(", put down to ", Printable(view.proposal.responsible));
  call.console.Line(absl::StrCat(std::string(replay::MatterName(view.kind)), " ",
                                 Printable(view.name), ": ", StateOf(view), " (",
                                 std::string(CauseName(view.proposal.cause)), responsible, "), ",
                                 view.proposal.extent.empty() ? Ranges({view.proposal.interval})
                                                              : Ranges(view.proposal.extent)));
  for (const auto& [objective, standing] : view.standings) {
    std::string line = absl::StrCat("  ", Printable(objective), ": ", standing.state);
    if (standing.by.has_value()) absl::StrAppend(&line, " (at ", standing.by->ToText(), ")");
    absl::StrAppend(&line, standing.out.empty()
                               ? std::string("; the time counts")
                               : absl::StrCat("; does not count: ", Ranges(standing.out)));
    if (standing.silence_ends.has_value()) {
      absl::StrAppend(&line, "; silence ",
                      standing.state == "deemed" ? "accepted it" : "accepts it", " at ",
                      FormatInstant(*standing.silence_ends));
    }
    call.console.Line(line);
  }
  for (const MatterAct& act : view.acts) {
    std::string line = absl::StrFormat("  %-27s %s by %s (at %s)", FormatInstant(act.time),
                                       act.what, Printable(act.by), act.at.ToText());
    if (const std::string word = AdmissionWord(act.admission); !word.empty()) {
      absl::StrAppend(&line, ": ", word);
    } else if (!act.responsible.empty()) {
      absl::StrAppend(&line, ": ", Printable(act.responsible));
    }
    if (!act.extent.empty()) {
      absl::StrAppend(&line,
                      act.what == "contested" ? ", conceded: " : ", only: ", Ranges(act.extent));
    }
    if (!act.heard) {
      absl::StrAppend(&line, act.what == "proposed" ? ", an allegation" : ", without effect");
    }
    call.console.Line(line);
  }
}

// Silence runs by the clock; one that is behind the ledger must not hide what the ledger holds.
absl::StatusOr<replay::Axes> AxesNow(const Invocation& call, const ledger::Ledger& ledger) {
  TALLY_ASSIGN_OR_RETURN(replay::Axes axes, AxesOf(call));
  if (!axes.as_recorded.has_value() && !axes.at_size.has_value()) {
    axes.as_recorded = std::max(call.world.clock->Now(), ledger.head().recorded);
  }
  return axes;
}

template <MatterKind kKind>
absl::StatusOr<int> RunList(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  const std::string agreement = call.arguments.At(0);
  TALLY_RETURN_IF_ERROR(FindAgreement(*ledger, agreement).status());
  TALLY_ASSIGN_OR_RETURN(const replay::Axes axes, AxesNow(call, *ledger));
  const absl::StatusOr<std::vector<MatterView>> views =
      replay::ViewMatters(*ledger, agreement, axes);
  if (!views.ok()) return Translate(Doing::kReading, views.status());
  bool any = false;
  for (const MatterView& view : *views) {
    if (view.kind != kKind) continue;
    any = true;
    if (call.console.json()) {
      WriteMatter(call, view);
    } else {
      PrintMatter(call, view);
    }
  }
  if (!any) call.console.Line(absl::StrCat("no ", std::string(replay::MatterName(kKind)), "s"));
  return 0;
}

void WriteMaintenance(const Invocation& call, const MaintenanceView& view) {
  JsonWriter json;
  json.BeginObject().Field("format", "tally.maintenance/1");
  json.Field("agreement", call.arguments.At(0)).Field("name", view.body.name);
  json.Field("at", view.at.ToText()).Field("by", view.by);
  json.Field("cause", CauseName(view.body.cause)).Field("announced", FormatInstant(view.announced));
  json.Field("from", FormatInstant(view.body.interval.first));
  json.Field("to", FormatInstant(view.body.interval.limit));
  json.Key("standings").BeginArray();
  for (const MaintenanceForObjective& each : view.standings) {
    json.BeginObject().Field("objective", each.objective).BoolField("in_advance", each.in_advance);
    WriteIntervals(json, "out", each.out);
    json.Key("why_not").BeginArray();
    for (const std::string& reason : each.why) json.String(reason);
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  call.console.Json(json);
}

void PrintMaintenance(const Invocation& call, const MaintenanceView& view) {
  call.console.Line(absl::StrCat(
      "maintenance ", Printable(view.body.name), " (", std::string(CauseName(view.body.cause)),
      "), ", Ranges({view.body.interval}), ", announced ", FormatInstant(view.announced), " by ",
      Printable(view.by), " (at ", view.at.ToText(), ")"));
  for (const MaintenanceForObjective& each : view.standings) {
    std::string line = absl::StrCat("  ", Printable(each.objective), ": ");
    if (!each.out.empty()) {
      absl::StrAppend(&line,
                      each.in_advance ? "will not count: " : "does not count: ", Ranges(each.out));
    } else {
      absl::StrAppend(&line, each.in_advance ? "the time will count" : "the time counts");
      for (const std::string& reason : each.why) absl::StrAppend(&line, "; ", Printable(reason));
    }
    call.console.Line(line);
  }
}

absl::StatusOr<int> RunMaintenanceList(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  const std::string agreement = call.arguments.At(0);
  TALLY_RETURN_IF_ERROR(FindAgreement(*ledger, agreement).status());
  TALLY_ASSIGN_OR_RETURN(const replay::Axes axes, AxesNow(call, *ledger));
  const absl::StatusOr<std::vector<MaintenanceView>> views =
      replay::ViewMaintenance(*ledger, agreement, axes);
  if (!views.ok()) return Translate(Doing::kReading, views.status());
  for (const MaintenanceView& view : *views) {
    if (call.console.json()) {
      WriteMaintenance(call, view);
    } else {
      PrintMaintenance(call, view);
    }
  }
  if (views->empty()) call.console.Line("no maintenance announced");
  return 0;
}

template <MatterKind kKind>
Command List() {
  Command list;
  list.name = absl::StrCat(std::string(replay::MatterName(kKind)), " list");
  list.summary = kKind == MatterKind::kExclusion
                     ? "time proposed not to count, and what became of it"
                     : "whose cause time of failure is said to be, and what became of it";
  list.operands = {{"AGREEMENT", "the agreement's name"}};
  list.options = AxesOptions();
  list.run = RunList<kKind>;
  return list;
}

}  // namespace

std::vector<Command> MatterCommands() {
  Command maintenance;
  maintenance.name = "maintenance list";
  maintenance.summary = "announced maintenance, what it takes out, and why not";
  maintenance.operands = {{"AGREEMENT", "the agreement's name"}};
  maintenance.options = AxesOptions();
  maintenance.run = RunMaintenanceList;
  return {List<MatterKind::kExclusion>(), List<MatterKind::kAttribution>(), maintenance};
}

}  // namespace tally::tools
