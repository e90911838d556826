#include "tools/project_report.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace tally::tools {
namespace {

constexpr size_t kLinesMax = 20;  // of each list; --json has all
constexpr int64_t kMicros = 1'000'000;
constexpr char kLastSuccess[] = "tally_project_last_success_timestamp_seconds";

std::string WindowText(const WindowName& name) {
  return absl::StrCat(name.objective, " ", FormatInstant(name.window.first), "/",
                      FormatInstant(name.window.limit));
}

std::string MoneyText(const std::optional<Money>& money) {
  return money.has_value() ? FormatMoney(*money) : "-";
}

std::string FigureText(const WindowClosed& figure) {
  return absl::StrCat(figure.verdict, " ", figure.value.empty() ? "-" : figure.value, " ",
                      MoneyText(figure.credit));
}

void WriteFigure(JsonWriter& json, absl::string_view key, const WindowClosed& figure) {
  json.Key(key).BeginObject().Field("verdict", figure.verdict);
  json.OptionalField(
      "value", figure.value.empty() ? std::nullopt : std::optional<std::string>(figure.value));
  json.OptionalField("credit", figure.credit.has_value()
                                   ? std::optional<std::string>(FormatMoney(*figure.credit))
                                   : std::nullopt);
  json.Field("figures", figure.figures.ToHex()).EndObject();
}

// What a party types to propose the restatement. Only parties sign acts of restatement: the job
// names the act and never makes it. nullopt where nothing is to be proposed.
std::optional<std::string> ProposalOf(const AgreementStale& each) {
  if (each.stale.reason != replay::StaleReason::kLateEvidence) return std::nullopt;
  if (!each.stale.said.empty()) return std::nullopt;
  const WindowName& name = each.stale.closed.window;
  return absl::StrCat("tally restatement propose ", each.agreement, " --objective ", name.objective,
                      " --period ", FormatInstant(name.window.first), "/",
                      FormatInstant(name.window.limit));
}

void WriteStale(JsonWriter& json, const AgreementStale& each) {
  const replay::StaleWindow& stale = each.stale;
  json.BeginObject().Field("agreement", each.agreement);
  json.Field("objective", stale.closed.window.objective);
  json.Field("from", FormatInstant(stale.closed.window.window.first));
  json.Field("to", FormatInstant(stale.closed.window.window.limit));
  json.Field("reason", replay::StaleReasonName(stale.reason));
  json.Field("closing", stale.closing.ToText()).NumberField("late", stale.late);
  WriteFigure(json, "closed", stale.closed);
  WriteFigure(json, "now", stale.now);
  json.BoolField("open", stale.open);
  json.OptionalField("said", stale.said.empty() ? std::nullopt : std::optional(stale.said));
  json.OptionalField("propose", ProposalOf(each)).EndObject();
}

void WriteLists(JsonWriter& json, const ProjectReport& report) {
  const ProjectTotals& totals = report.totals;
  json.Key("deadlines").BeginArray();
  for (const NextDeadline& each : DeadlinesAhead(report)) {
    json.BeginObject().Field("agreement", each.agreement).Field("what", each.deadline.what);
    json.Field("object", each.deadline.object).Field("party", each.deadline.party);
    json.Field("due", FormatInstant(each.deadline.due)).Field("zone", each.deadline.zone);
    json.Field("clause", each.deadline.clause);
    json.Field("consequence", each.deadline.consequence).EndObject();
  }
  json.EndArray().Key("rights").BeginArray();
  for (const AgreementRight& each : totals.rights) {
    json.BeginObject().Field("agreement", each.agreement).Field("kind", each.right.kind);
    json.Field("party", each.right.party).Field("rule", each.right.rule);
    json.Field("arose", FormatInstant(each.right.arose));
    json.Field("exercise_until", FormatInstant(each.right.exercise_until)).EndObject();
  }
  json.EndArray().Key("stale").BeginArray();
  for (const AgreementStale& each : totals.stale) WriteStale(json, each);
  json.EndArray().Key("failures").BeginArray();
  for (const AgreementFailure& each : totals.failures) {
    json.BeginObject().Field("agreement", each.agreement);
    json.Field("message", each.message).EndObject();
  }
  json.EndArray();
}

void WriteJson(const Invocation& call, const ProjectReport& report) {
  const ProjectTotals& totals = report.totals;
  JsonWriter json;
  json.BeginObject().Field("format", "tally.project/1");
  json.NumberField("size", totals.size).Field("knowledge", FormatInstant(totals.knowledge));
  json.BoolField("resumed", totals.resumed);
  json.NumberField("agreements", totals.agreements).NumberField("looked_at", totals.looked);
  json.NumberField("unchanged", totals.unchanged);
  json.NumberField("windows", totals.windows).NumberField("statements", totals.statements);
  json.NumberField("closings", totals.closings).NumberField("waiting", totals.waiting);
  json.NumberField("failed", totals.failures.size());
  json.NumberField("not_projected", totals.waiting + totals.failures.size());
  json.NumberField("ahead_days", report.ahead_days);
  json.NumberField("duration_ms", static_cast<uint64_t>(report.duration.micros / 1000));
  json.BoolField("dry_run", report.dry_run);
  WriteLists(json, report);
  json.EndObject();
  call.console.Json(json);
}

// At most kLinesMax lines under a heading, and how many more there are.
template <typename List, typename Line>
void PrintList(const Invocation& call, absl::string_view heading, const List& list, Line line) {
  if (list.empty()) return;
  call.console.Line(absl::StrCat(heading, ": ", list.size()));
  size_t printed = 0;
  for (const auto& each : list) {
    if (printed++ == kLinesMax) {
      call.console.Line(absl::StrCat("  and ", list.size() - kLinesMax, " more: --json has all"));
      return;
    }
    call.console.Line(absl::StrCat("  ", line(each)));
  }
}

void PrintLists(const Invocation& call, const ProjectReport& report) {
  const ProjectTotals& totals = report.totals;
  PrintList(call, absl::StrCat("deadlines within ", report.ahead_days, " days"),
            DeadlinesAhead(report), [](const NextDeadline& each) {
              return absl::StrCat(FormatInstant(each.deadline.due), "  ", each.agreement, "  ",
                                  each.deadline.what, "  ", each.deadline.object, "  ",
                                  each.deadline.party, "  else ", each.deadline.consequence);
            });
  PrintList(call, "rights that can be exercised", totals.rights, [](const AgreementRight& each) {
    return absl::StrCat(each.agreement, "  ", each.right.kind, "  ", each.right.party, "  arose ",
                        FormatInstant(each.right.arose));
  });
  PrintList(
      call, "closed windows that would now be other", totals.stale, [](const AgreementStale& each) {
        const std::optional<std::string> proposal = ProposalOf(each);
        return absl::StrCat(each.agreement, "  ", WindowText(each.stale.closed.window), "  ",
                            replay::StaleReasonName(each.stale.reason), ": closed ",
                            FigureText(each.stale.closed), ", now ", FigureText(each.stale.now),
                            proposal.has_value() ? absl::StrCat("; `", *proposal, "`") : "",
                            each.stale.said.empty() ? "" : absl::StrCat("; ", each.stale.said));
      });
  PrintList(call, "not projected", totals.failures, [](const AgreementFailure& each) {
    return absl::StrCat(each.agreement, "  ", each.message);
  });
}

// A sample with its help and type lines.
void AddSample(std::string& text, absl::string_view name, absl::string_view what,
               absl::string_view value) {
  absl::StrAppend(&text, "# HELP ", name, " ", what, "\n# TYPE ", name, " gauge\n", name, " ",
                  value, "\n");
}

std::string SecondsText(int64_t micros) {
  return absl::StrFormat("%d.%06d", micros / kMicros, micros % kMicros);
}

// The sample of the last success in a metrics file; "0", which is long ago, where there is none.
std::string LastSuccessIn(absl::string_view previous) {
  for (absl::string_view line : absl::StrSplit(previous, '\n')) {
    if (!absl::ConsumePrefix(&line, absl::StrCat(kLastSuccess, " "))) continue;
    uint64_t seconds = 0;
    if (absl::SimpleAtoi(line, &seconds)) return absl::StrCat(seconds);
  }
  return "0";
}

}  // namespace

std::vector<NextDeadline> DeadlinesAhead(const ProjectReport& report) {
  const Instant now = report.totals.knowledge;
  std::vector<NextDeadline> ahead;
  for (const NextDeadline& each : report.totals.deadlines) {
    // Both are in range: a difference of instants after `now` cannot overflow.
    const bool soon = each.deadline.due <= now ||
                      static_cast<uint64_t>((each.deadline.due - now).micros / Days(1).micros) <
                          report.ahead_days;
    if (soon) ahead.push_back(each);
  }
  const auto order = [](const NextDeadline& each) {
    return std::tie(each.deadline.due.micros, each.agreement, each.deadline.what,
                    each.deadline.object);
  };
  std::sort(ahead.begin(), ahead.end(),
            [&](const NextDeadline& a, const NextDeadline& b) { return order(a) < order(b); });
  return ahead;
}

// "1 agreement", "2 agreements"
std::string Counted(uint64_t count, absl::string_view word) {
  return absl::StrCat(count, " ", word, count == 1 ? "" : "s");
}

void PrintProject(const Invocation& call, const ProjectReport& report) {
  const ProjectTotals& totals = report.totals;
  WriteJson(call, report);
  PrintLists(call, report);
  call.console.Line(absl::StrCat(
      report.dry_run ? "would project " : "projected ", Counted(totals.agreements, "agreement"),
      " at size ", totals.size, ": ", Counted(totals.windows, "window"), ", ",
      Counted(totals.statements, "new statement"), ", ", Counted(totals.closings, "closing"), ", ",
      totals.unchanged, " unchanged, ", totals.waiting + totals.failures.size(), " not projected"));
}

std::string MetricsBeforeTheFirstRun() {
  std::string text;
  AddSample(text, kLastSuccess, "The last run in which no agreement failed.", LastSuccessIn(""));
  return text;
}

std::string ProjectMetrics(const ProjectReport& report, absl::string_view previous) {
  const ProjectTotals& totals = report.totals;
  std::string text;
  const auto count = [&](absl::string_view name, absl::string_view what, uint64_t value) {
    AddSample(text, absl::StrCat("tally_project_", name), what, absl::StrCat(value));
  };
  count("agreements", "Agreements in the ledger.", totals.agreements);
  count("agreements_looked_at", "Agreements that the run replayed; its lists speak of these.",
        totals.looked);
  count("agreements_waiting", "Agreements without terms in force.", totals.waiting);
  count("failures", "Agreements that could not be projected.", totals.failures.size());
  count("windows", "Windows that the run computed.", totals.windows);
  count("statements", "Statements that the run appended.", totals.statements);
  count("closings", "Windows that the run closed.", totals.closings);
  count("deadlines", "Open deadlines within the days asked for.", DeadlinesAhead(report).size());
  count("deadline_days", "The days asked for.", report.ahead_days);
  count("rights_open", "Rights that can be exercised.", totals.rights.size());
  const auto stale = std::count_if(totals.stale.begin(), totals.stale.end(),
                                   [](const AgreementStale& each) { return each.stale.open; });
  count("stale_windows", "Closed windows that would now be other, where somebody can still act.",
        static_cast<uint64_t>(stale));
  count("ledger_size", "Records of the log that the run projected at.", totals.size);
  AddSample(text, "tally_project_duration_seconds", "How long the run took.",
            SecondsText(report.duration.micros));
  const int64_t now = totals.knowledge.micros / kMicros;
  AddSample(text, "tally_project_last_run_timestamp_seconds", "The run's reading of the clock.",
            absl::StrCat(now));
  AddSample(text, kLastSuccess, "The last run in which no agreement failed.",
            totals.failures.empty() ? absl::StrCat(now) : LastSuccessIn(previous));
  return text;
}

}  // namespace tally::tools
