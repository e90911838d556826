#include "tools/terms_report.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "tools/error_codes.h"

namespace tally::tools {

void TermsReport::Add(Severity severity, Fault fault) {
  TALLY_CHECK(FindErrorCode(fault.code) != nullptr);
  if (severity == Severity::kError) ++errors_;
  diagnostics_.push_back({severity, std::move(fault)});
}

void TermsReport::Error(const FilePosition& position, absl::string_view code,
                        absl::string_view message, absl::string_view hint) {
  Add(Severity::kError, {std::string(code), std::string(message), std::string(hint), position});
}

void TermsReport::Warning(const FilePosition& position, absl::string_view code,
                          absl::string_view message, absl::string_view hint) {
  Add(Severity::kWarning, {std::string(code), std::string(message), std::string(hint), position});
}

void TermsReport::Error(const absl::Status& status) { Add(Severity::kError, FaultOf(status)); }

void TermsReport::Take(const TermsReport& other, const std::function<void(Fault&)>& change) {
  const auto same = [](const Diagnostic& a, const Diagnostic& b) {
    const auto parts = [](const Diagnostic& each) {
      const Fault& fault = each.fault;
      return std::tie(each.severity, fault.code, fault.message, fault.hint, fault.position.file,
                      fault.position.line, fault.position.column);
    };
    return parts(a) == parts(b);
  };
  for (Diagnostic each : other.diagnostics_) {
    if (change) change(each.fault);
    const bool known = std::any_of(diagnostics_.begin(), diagnostics_.end(),
                                   [&](const Diagnostic& mine) { return same(mine, each); });
    if (!known) Add(each.severity, std::move(each.fault));
  }
  places_.insert(other.places_.begin(), other.places_.end());
}

void TermsReport::Note(const std::string& path, const FilePosition& position) {
  places_[path] = position;
}

FilePosition TermsReport::PlaceOf(absl::string_view path) const {
  std::string key(path);
  while (true) {
    if (auto found = places_.find(key); found != places_.end()) return found->second;
    if (key.empty()) return {};
    const size_t cut = key.find_last_of(".[");
    key.resize(cut == std::string::npos ? 0 : cut);
  }
}

std::vector<Diagnostic> TermsReport::Sorted() const {
  std::vector<Diagnostic> sorted = diagnostics_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Diagnostic& a, const Diagnostic& b) {
    const FilePosition& left = a.fault.position;
    const FilePosition& right = b.fault.position;
    return std::tie(left.file, left.line, left.column) <
           std::tie(right.file, right.line, right.column);
  });
  return sorted;
}

absl::Status TermsReport::FirstError() const {
  if (errors_ == 0) return absl::OkStatus();
  const std::vector<Diagnostic> sorted = Sorted();
  const auto first = std::find_if(sorted.begin(), sorted.end(), [](const Diagnostic& each) {
    return each.severity == Severity::kError;
  });
  std::string message = first->fault.message;
  if (errors_ > 1) {
    absl::StrAppend(&message, " (and ", errors_ - 1, " more: `tally terms check` lists them)");
  }
  return RefuseAt(first->fault.position, first->fault.code, message, first->fault.hint);
}

std::string DiagnosticText(const Diagnostic& diagnostic) {
  if (diagnostic.severity == Severity::kError) return FaultText(diagnostic.fault);
  Fault marked = diagnostic.fault;
  marked.message = absl::StrCat("warning: ", marked.message);
  return FaultText(marked);
}

}  // namespace tally::tools
