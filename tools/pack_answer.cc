#include "tools/pack_answer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/pack/pack_ledger.h"
#include "replay/pack_request.h"
#include "schema/status.h"
#include "tools/fault.h"
#include "tools/html_page.h"
#include "tools/printable.h"

namespace tally::tools {
namespace {

constexpr absl::string_view kPackIncomplete = "pack-incomplete";
constexpr absl::string_view kWithholds = "pack-withholds";

bool IsDoubt(const replay::Finding& finding) {
  return finding.kind == kPackIncomplete || finding.kind == kWithholds;
}

replay::Finding Doubt(absl::string_view kind, std::string message) {
  replay::Finding finding;
  finding.kind = std::string(kind);
  finding.severity = "error";
  finding.message = std::move(message);
  return finding;
}

std::string MadeFor(const ledger::PackScope& scope) {
  return absl::StrCat(
      "the pack was made for ",
      scope.objective.empty() ? "all objectives" : absl::StrCat("objective ", scope.objective),
      ", ", scope.period.empty() ? "all periods" : absl::StrCat("period ", scope.period));
}

}  // namespace

absl::StatusOr<std::vector<replay::Finding>> DoubtsOf(const ledger::Ledger& ledger,
                                                      const replay::ReplayRequest& request) {
  std::vector<replay::Finding> doubts;
  const ledger::PackLedger* const pack = ledger::AsPack(ledger);
  if (pack == nullptr) return doubts;
  if (!pack->complete()) {
    doubts.push_back(
        Doubt(kPackIncomplete,
              "the pack does not prove that it shows all: records at the end of its streams may "
              "have been left out, evidence and acts alike, so these figures are what its maker "
              "chose to show; ask for a pack that ends with a heads event"));
  }
  const absl::StatusOr<ledger::PackSelection> needed = replay::SelectForQuestion(*pack, request);
  // What there is no figure of, nothing is missing for.
  if (absl::IsFailedPrecondition(needed.status())) return doubts;
  const auto missing = needed.ok()
                           ? pack->FirstMissing(*needed)
                           : absl::StatusOr<std::optional<ledger::EventAddress>>(needed.status());
  if (!missing.ok() && !absl::IsNotFound(missing.status())) {
    return Translate(Doing::kReading, missing.status());
  }
  if (missing.ok() && !missing->has_value()) return doubts;
  const std::string what = missing.ok() ? absl::StrCat("the body of ", (*missing)->ToText())
                                        : std::string(missing.status().message());
  doubts.push_back(Doubt(
      kWithholds,
      absl::StrCat(MadeFor(pack->scope()), ", and leaves out what this question rests on (", what,
                   "): these figures are not those of the ledger; ask what it was made "
                   "for, or for a pack of more")));
  return doubts;
}

absl::Status AddDoubts(const ledger::Ledger& ledger, const replay::ReplayRequest& request,
                       replay::Result& result) {
  if (result.windows.empty()) {
    // Whatever was left out, no figure rests on it; but perhaps a window was.
    const ledger::PackLedger* const pack = ledger::AsPack(ledger);
    if (pack == nullptr || pack->complete()) return absl::OkStatus();
  }
  TALLY_ASSIGN_OR_RETURN(std::vector<replay::Finding> doubts, DoubtsOf(ledger, request));
  result.findings.insert(result.findings.begin(), doubts.begin(), doubts.end());
  return absl::OkStatus();
}

std::string DoubtWords(const std::vector<replay::Finding>& findings) {
  std::string words;
  for (const replay::Finding& finding : findings) {
    if (IsDoubt(finding)) absl::StrAppend(&words, "INCOMPLETE: ", Printable(finding.message), "\n");
  }
  return words;
}

void WriteDoubts(JsonWriter& json, const std::vector<replay::Finding>& findings) {
  if (std::none_of(findings.begin(), findings.end(), IsDoubt)) return;
  json.Key("incomplete").BeginArray();
  for (const replay::Finding& finding : findings) {
    if (IsDoubt(finding)) json.String(finding.message);
  }
  json.EndArray();
}

std::string DoubtHtml(const std::vector<replay::Finding>& findings) {
  std::string html;
  for (const replay::Finding& finding : findings) {
    if (!IsDoubt(finding)) continue;
    absl::StrAppend(&html, "<p class=\"breached\">INCOMPLETE: ", EscapeHtml(finding.message),
                    "</p>\n");
  }
  return html;
}

}  // namespace tally::tools
