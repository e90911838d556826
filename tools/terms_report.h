// What is wrong with a terms file, all of it at once: findings with their place, in the order of
// the file, and the place of every choice, so that lints on compiled terms can point at their line.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "tools/fault.h"

namespace tally::tools {

enum class Severity { kError, kWarning };

struct Diagnostic {
  Severity severity = Severity::kError;
  Fault fault;
};

class TermsReport {
 public:
  void Error(const FilePosition& position, absl::string_view code, absl::string_view message,
             absl::string_view hint = "");
  void Warning(const FilePosition& position, absl::string_view code, absl::string_view message,
               absl::string_view hint = "");
  // A failed status that carries a Fault.
  void Error(const absl::Status& status);

  // Adds what another report found and this one has not, each as `change` leaves it, and its
  // places.
  void Take(const TermsReport& other, const std::function<void(Fault&)>& change = {});

  // Where a choice stands: "objectives.availability.credit.tiers[1].from".
  void Note(const std::string& path, const FilePosition& position);
  // The place of `path`, or of the nearest thing around it that has one.
  FilePosition PlaceOf(absl::string_view path) const;

  bool HasErrors() const { return errors_ > 0; }
  bool HasWarnings() const { return diagnostics_.size() > errors_; }
  // By file and position; equal positions in the order of finding.
  std::vector<Diagnostic> Sorted() const;
  // OK, or the first error, saying how many more there are.
  absl::Status FirstError() const;

 private:
  void Add(Severity severity, Fault fault);
  std::vector<Diagnostic> diagnostics_;
  size_t errors_ = 0;
  std::map<std::string, FilePosition> places_;
};

// "terms.yaml:12:9: warning: ..." as `terms check` prints it.
std::string DiagnosticText(const Diagnostic& diagnostic);

}  // namespace tally::tools
