#include "tools/verdict.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "schema/bytes.h"
#include "tools/error_codes.h"

namespace tally::tools {
namespace {

void WriteVerdict(const Invocation& call, const Verdict& verdict) {
  const ledger::AuditReport& report = verdict.report;
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.verify/1")
      .Field("verdict", verdict.verified() ? "verified" : "failed")
      .Field("subject", verdict.subject)
      .Field("ledger_id", report.ledger_id.ToHex())
      .Field("origin", report.origin)
      .NumberField("size", report.size)
      .Field("root", ToBase64(report.root.view()));
  json.Key("against").BeginArray();
  for (const Against& against : verdict.against) {
    json.BeginObject().Field("kind", against.kind).Field("name", against.name);
    json.NumberField("size", against.size)
        .Field("result", against.consistent ? "consistent"
                         : against.told     ? "contradicts"
                                            : "not shown");
    json.EndObject();
  }
  json.EndArray()
      .Key("covered")
      .BeginObject()
      .NumberField("records", report.covered.records)
      .NumberField("events", report.covered.events)
      .NumberField("bodies", report.covered.bodies)
      .NumberField("erased", report.covered.erased)
      .NumberField("withheld", report.covered.withheld)
      .NumberField("signatures", report.covered.signatures)
      .NumberField("streams", report.covered.streams)
      .NumberField("figures", verdict.figures)
      .EndObject()
      .Field("completeness", verdict.completeness);
  json.Key("findings").BeginArray();
  for (const ledger::AuditFinding& finding : report.findings) {
    json.BeginObject().Field("kind", finding.kind);
    json.OptionalField("index", finding.index.has_value()
                                    ? std::optional<std::string>(absl::StrCat(*finding.index))
                                    : std::nullopt);
    json.Field("stream", finding.stream)
        .Field("expected", finding.expected)
        .Field("found", finding.found);
    json.EndObject();
  }
  json.EndArray().Key("notes").BeginArray();
  for (const std::string& note : report.notes) json.String(note);
  json.EndArray().EndObject();
  call.console.Json(json);
}

// Nothing is called verified that does not show to be all, without that as the first word.
std::string FirstWords(const Verdict& verdict) {
  if (verdict.OnlyIncomplete()) return "INCOMPLETE, and so not verified";
  if (!verdict.verified()) return "FAILED";
  return verdict.completeness == "not shown"
             ? "INCOMPLETE, as was allowed; what it shows is verified"
             : "verified";
}

void PrintVerdict(const Invocation& call, const Verdict& verdict) {
  const ledger::AuditReport& report = verdict.report;
  Console& console = call.console;
  const std::string first = FirstWords(verdict);
  console.Line(first, first == "verified" ? Style::kGood : Style::kBad);
  for (const ledger::AuditFinding& finding : report.findings) {
    console.Line(
        absl::StrCat("  ", finding.kind,
                     finding.index.has_value() ? absl::StrCat(" at record ", *finding.index) : "",
                     finding.stream.empty() ? "" : absl::StrCat(" of ", finding.stream),
                     ": expected ", finding.expected, ", found ", finding.found),
        Style::kBad);
  }
  if (!report.ledger_id.IsZero()) {
    console.Line(absl::StrCat("ledger   ", report.ledger_id.ToHex()));
  }
  // Of what did not open nothing is known, and "no records" would be an answer.
  if (!report.origin.empty()) console.Line(absl::StrCat("origin   ", report.origin));
  if (report.size > 0) {
    console.Line(absl::StrCat("size     ", report.size, "  root ", ToBase64(report.root.view())));
  }
  const ledger::AuditCovered& covered = report.covered;
  console.Line(absl::StrCat("covered  ", covered.records, " records, ", covered.events, " events, ",
                            covered.bodies, " bodies, ", covered.signatures, " signatures, ",
                            covered.streams, " streams, ", verdict.figures, " figures, ",
                            covered.erased, " erased, ", covered.withheld, " withheld"));
  for (const Against& against : verdict.against) {
    console.Line(absl::StrCat("against  ", against.kind, " ", against.name, " at size ",
                              against.size, ": ",
                              against.consistent ? "consistent"
                              : against.told     ? "CONTRADICTS"
                                                 : "not shown"));
  }
  for (const std::string& note : report.notes) console.Line(absl::StrCat("note     ", note));
}

}  // namespace

bool Verdict::OnlyIncomplete() const {
  const std::vector<ledger::AuditFinding>& findings = report.findings;
  return !findings.empty() && std::all_of(findings.begin(), findings.end(), [](const auto& each) {
    return each.kind == kIncomplete;
  });
}

void AddFinding(Verdict& verdict, absl::string_view kind, const std::string& expected,
                const std::string& found) {
  ledger::AuditFinding finding;
  finding.kind = std::string(kind);
  finding.expected = expected;
  finding.found = found;
  verdict.report.findings.push_back(std::move(finding));
  verdict.report.verified = false;
}

int GiveVerdict(const Invocation& call, const Verdict& verdict) {
  PrintVerdict(call, verdict);
  WriteVerdict(call, verdict);
  return verdict.verified() ? kExitDone : kExitNo;
}

}  // namespace tally::tools
