#include "tests/tools/levels_support.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "ledger/crypto/sha256.h"
#include "tests/tools/terms_support.h"

namespace tally::tools {
namespace {

// One of `documents`, open from 2025 on.
std::string Listed(const std::string& level) {
  return absl::StrCat("    - { level: ", level, ", file: ", level, ".yaml, sha256: {{", level,
                      ".yaml}}, from: 2025-01-01, until: open }\n");
}

}  // namespace

TermsDocuments LevelDocuments::Source() const {
  const auto zone = [](const std::string& name) { return MadeZones().Zone(name); };
  const auto calendar = [](const std::string& name) { return MadeZones().Calendar(name); };
  const auto file = [known = files](const std::string& path) -> absl::StatusOr<Bytes> {
    const auto found = known.find(path);
    if (found == known.end()) return absl::NotFoundError("no such file");
    return Bytes(found->second.begin(), found->second.end());
  };
  return {zone, calendar, file};
}

std::string LevelDocuments::Service() const {
  std::string text = files.at("service.yaml");
  for (const auto& [name, content] : files) {
    const Bytes bytes(content.begin(), content.end());
    text = absl::StrReplaceAll(
        text, {{absl::StrCat("{{", name, "}}"), ledger::DigestOfDocument(bytes).ToHex()}});
  }
  return text;
}

CheckedTerms LevelDocuments::Check() const {
  return CheckTerms(Service(), "service.yaml", Source());
}

std::vector<std::string> LevelDocuments::Errors() const {
  std::vector<std::string> errors;
  for (const Diagnostic& each : Check().report.Sorted()) {
    if (each.severity != Severity::kError) continue;
    const Fault& fault = each.fault;
    errors.push_back(absl::StrCat(fault.position.file, ":", fault.position.line, " ", fault.code,
                                  " ", fault.message, "; ", fault.hint));
  }
  return errors;
}

LevelDocuments SoundLevels() {
  LevelDocuments documents;
  documents.files["corporate.yaml"] = R"(tally: terms/1
objectives:
  availability:
    clause: { id: C-7, wording: corporate, document: none }
    measure:
      kind: availability by time
      up when: recorded status
      state holds: until next report
      unknown time: is removed
      degraded: counts as up
      excluded time: stays in denominator
      minimum outage: none
      resolution: 1 ms
      snap: none
      coverage: none
    exclusions: none
    window: { every: calendar month, zone: UTC, when clipped: prorate }
    when empty: no result
    target: at least 99.5 %
disputes:
  credits: on claim
  claim within: 60 days
  answer within: 30 days
  silence: deemed accepted
  evidence cut-off: 5 days
  objection: 10 days
  late evidence: restatement proposed
)";
  documents.files["customer.yaml"] = R"(tally: terms/1
parties: { provider: lime, customer: coral-island }
objectives:
  availability:
    obligor: provider
    obligee: customer
    clause: { id: K-3, wording: customer, document: none }
    target: at least 99.9 %
disputes: { claim within: 90 days, answer within: 10 days }
)";
  documents.files["service.yaml"] = absl::StrCat(
      R"(tally: terms/1
agreement: coral-island
term: { from: 2025-06-01, until: open, zone: UTC }
levels:
  this: service
  precedence: [service, customer, corporate]
  rule: most specific wins
  fields: none
  documents:
)",
      Listed("customer"), Listed("corporate"),
      R"(fees: { hosting: { amount: 1000.00 USD, per: calendar month } }
objectives:
  availability:
    measure: { source: lime-upptime/86723-coral-island }
    target: at least 99 %
    credit:
      base: fee hosting
      tiers: [{ below: 99 %, credit: 10 % }]
      rounding: half up to cents, once per line
      window cap: none
      minimum: none
)");
  return documents;
}

FieldSource SourceOf(const CheckedTerms& checked, const std::string& field) {
  if (checked.ranges.empty()) {
    ADD_FAILURE() << "nothing was resolved";
    return {};
  }
  for (const FieldSource& each : checked.ranges.front().terms.levels->fields) {
    if (each.field == field) return each;
  }
  ADD_FAILURE() << "no source of " << field;
  return {};
}

}  // namespace tally::tools
