#include "tests/tools/terms_support.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "schema/bytes.h"

namespace tally::tools {
namespace {

// A TZif file of one local type and a footer that rules all time (RFC 8536, version 2).
Bytes MadeZone(int32_t offset_s, absl::string_view footer) {
  Bytes out;
  ByteWriter writer(out);
  for (int block = 0; block < 2; ++block) {
    writer.Text("TZif2");
    writer.Zeros(15);
    for (uint32_t count : {0u, 0u, 0u, 0u, 1u, 4u}) writer.U32(count);
    writer.U32(static_cast<uint32_t>(offset_s));
    writer.U8(0);
    writer.U8(0);
    writer.Text(absl::string_view("LMT\0", 4));
  }
  writer.Text(absl::StrCat("\n", footer, "\n"));
  return out;
}

std::string Shown(const Diagnostic& diagnostic) {
  const Fault& fault = diagnostic.fault;
  return absl::StrCat(fault.position.line, ":", fault.position.column, " ", fault.code, " ",
                      fault.message, fault.hint.empty() ? "" : "; ", fault.hint);
}

std::vector<std::string> Findings(const std::string& text, bool warnings) {
  std::vector<std::string> shown;
  for (const Diagnostic& each : CheckTerms(text, "terms.yaml", MadeZones()).report.Sorted()) {
    EXPECT_EQ(each.fault.position.file, "terms.yaml");
    if (warnings || each.severity == Severity::kError) shown.push_back(Shown(each));
  }
  return shown;
}

}  // namespace

std::string SoundTerms() {
  return R"(tally: terms/1
agreement: coral-island
parties:
  provider: lime
  customer: coral-island
term:
  from: 2025-06-01
  until: open
  zone: Asia/Jakarta
fees:
  hosting:
    amount: 1000.00 USD
    per: calendar month
objectives:
  availability:
    obligor: provider
    obligee: customer
    measure:
      kind: availability by time
      source: lime-upptime/86723-coral-island
      up when: recorded status
      state holds: until next report
      unknown time: is removed
      degraded: counts as up
      excluded time: stays in denominator
      minimum outage: none
      resolution: 1 ms
      snap: none
    exclusions: none
    window:
      every: calendar month
      zone: UTC
      when clipped: prorate
    when empty: no result
    target: at least 99.99 %
    credit:
      base: fee hosting
      tiers:
        - { from: 99 %, below: 99.99 %, credit: 10 % }
        - { from: 95 %, below: 99 %, credit: 30 % }
        - { below: 95 %, credit: 100 % }
      rounding: half up to cents, once per line
      window cap: none
      minimum: none
disputes:
  credits: on claim
  claim within: 60 days
  answer within: 30 days
  silence: deemed accepted
  evidence cut-off: 5 days
  objection: 10 days
  late evidence: restatement proposed
)";
}

std::string With(const std::string& text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  if (at == std::string::npos) return text;
  EXPECT_EQ(text.find(from, at + 1), std::string::npos) << from << " stands twice";
  return text.substr(0, at) + to + text.substr(at + from.size());
}

ZoneSource MadeZones() {
  return [](const std::string& name) -> absl::StatusOr<Bytes> {
    if (name == "UTC") return MadeZone(0, "UTC0");
    if (name == "Asia/Jakarta") return MadeZone(25'200, "WIB-7");
    if (name == "Europe/Berlin") return MadeZone(3'600, "CET-1CEST,M3.5.0,M10.5.0/3");
    if (name == "Broken") return Bytes{1, 2, 3};
    return absl::NotFoundError("no such zone");
  };
}

std::vector<std::string> FindingsOf(const std::string& text) { return Findings(text, true); }
std::vector<std::string> ErrorsOf(const std::string& text) { return Findings(text, false); }

}  // namespace tally::tools
