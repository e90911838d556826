#include "tests/tools/terms_support.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/match.h"
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

// A value of the form of a row that goes with SoundTerms.
std::string SampleValue(const ChoiceRow& row) {
  const std::map<absl::string_view, std::string> special = {{"targets", "{ P1: 4 h, P2: 90 min }"},
                                                            {"weights", "{ availability: 60 }"},
                                                            {"members", "[availability]"},
                                                            {"time of day", "\"17:00\""},
                                                            {"delivered by", "[lime-upptime]"},
                                                            {"decided by", "[lime-upptime]"},
                                                            {"reviewed by", "[lime-upptime]"},
                                                            {"due stated by", "[lime-upptime]"},
                                                            {"stated by", "[lime-upptime]"},
                                                            {"currency", "EUR"},
                                                            {"arbitrator", "tribunal"},
                                                            {"expert", "tribunal"},
                                                            {"authority", "tribunal"},
                                                            {"level", "1"},
                                                            {"told by", "[customer]"},
                                                            {"newest windows", "4"},
                                                            {"repeat factor", "1.5"},
                                                            {"highest score", "10"}};
  if (const auto found = special.find(row.name); found != special.end()) return found->second;
  if (row.name == "points" && row.form == ChoiceForm::kTexts) return "{ availability: 3 }";
  switch (row.form) {
    case ChoiceForm::kPercent:
      return "95 %";
    case ChoiceForm::kNumber:
      return "2.5";
    case ChoiceForm::kCount:
      return "3";
    case ChoiceForm::kLength:
      return "24 h";
    case ChoiceForm::kMoney:
      return "25.00 USD";
    case ChoiceForm::kTexts:
      return "[\"a, b\", c]";
    case ChoiceForm::kName:
      return absl::StrContains(row.ask, "calendar")  ? "24x7"
             : absl::StrContains(row.ask, "the fee") ? "hosting"
                                                     : "availability";
    case ChoiceForm::kNames:
      return "[availability]";
    case ChoiceForm::kSteps:
      return "{ 97: 3, 99: 1 }";
    case ChoiceForm::kNumbers:
      return "[1, 2.5]";
    default:
      return "some words";
  }
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
      coverage: none
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

TermsDocuments MadeZones() {
  const auto zones = [](const std::string& name) -> absl::StatusOr<Bytes> {
    if (name == "UTC") return MadeZone(0, "UTC0");
    if (name == "Asia/Jakarta") return MadeZone(25'200, "WIB-7");
    if (name == "Europe/Berlin") return MadeZone(3'600, "CET-1CEST,M3.5.0,M10.5.0/3");
    if (name == "Broken") return Bytes{1, 2, 3};
    return absl::NotFoundError("no such zone");
  };
  const auto calendars = [](const std::string& name) -> absl::StatusOr<Bytes> {
    std::string text;
    if (name == "office-hours") text = OfficeHours("Europe/Berlin");
    if (name == "on-mars") text = OfficeHours("Mars/Olympus");
    if (name == "broken") text = "tally-calendar/1\nzone: UTC\nhours: always\n";
    if (text.empty()) return absl::NotFoundError("no such calendar");
    return Bytes(text.begin(), text.end());
  };
  return {zones, calendars};
}

std::string OfficeHours(const std::string& zone) {
  return absl::StrCat("tally-calendar/1\nzone: ", zone, "\nhours: mon-fri 09:00-17:00\n");
}

// Terms that sample rules make sense in, without a line more before them.
std::string ThatGoWith(const std::string& lines, std::string text) {
  const auto has = [&](absl::string_view words) { return absl::StrContains(lines, words); };
  const auto change = [&](const std::string& from, const std::string& to) {
    if (absl::StrContains(text, from)) text = With(text, from, to);
  };
  if (has(": tribunal\n")) {
    change("parties:\n  provider: lime\n  customer: coral-island\n",
           "parties: { provider: lime,\n  customer: coral-island,\n  tribunal: judges }\n");
  }
  if (has("minimum level\n")) {
    change("target: at least 99.99 %\n",
           "target: { expected: at least 99.99 %, minimum: 99 %, stretch: none }\n");
  }
  if (has("kind: points table\n") || has("kind: points price\n") || has("unit: points\n")) {
    const size_t credit = text.find("      base: fee hosting\n");
    const size_t end = text.find("disputes:\n");
    if (credit == std::string::npos) return text;
    text = absl::StrCat(text.substr(0, credit),
                        "      scheme: points\n      for: severity\n      levels: { 97: 3, 99: 1 "
                        "}\n      level itself: is the better\n      repeat factor: 1\n      "
                        "rounding: half up to whole points, once per line\n",
                        text.substr(end));
  }
  return text;
}

// A rule in which all words of a sample make sense together.
std::string Sensible(std::string lines) {
  const auto has = [&](absl::string_view words) { return absl::StrContains(lines, words); };
  if (has("weekday: day\n") && has("occurs: every\n")) {
    lines = With(lines, "occurs: every\n", "occurs: last\n");
  }
  if (has("kind: bonus\n") && has("{ 97: 3, 99: 1 }")) {
    lines = With(lines, "{ 97: 3, 99: 1 }", "{ 99.995: 3, 99.999: 4 }");
  }
  if (has("on expiry: next level\n") && !has("level: 2\n")) {
    absl::StrAppend(&lines, "  two:\n    kind: dispute level\n    objectives: all\n    level: 2\n",
                    "    form: representatives\n    counted in: no limit\n");
  }
  return lines;
}

std::string WithLines(const std::string& text, const std::string& lines) {
  return With(ThatGoWith(lines, text), "disputes:\n", absl::StrCat(Sensible(lines), "disputes:\n"));
}

std::string SampleChoices(const VocabularyRow& row, int depth,
                          const std::map<std::string, std::string>& words) {
  std::map<std::string, std::string> chosen;  // of word choices that are asked for
  const auto asked = [&](const ChoiceRow& each) {
    return each.when.empty() ||
           std::any_of(each.is.begin(), each.is.end(), [&](absl::string_view word) {
             const auto found = chosen.find(std::string(each.when));
             return found != chosen.end() && found->second == word;
           });
  };
  // As often as choices can hang on each other.
  for (int round = 0; round < 3; ++round) {
    for (const ChoiceRow& each : row.choices) {
      if (each.form != ChoiceForm::kWord || !asked(each)) continue;
      const auto wanted = words.find(std::string(each.name));
      chosen[std::string(each.name)] =
          wanted == words.end() ? std::string(each.words[0]) : wanted->second;
    }
  }
  std::string lines;
  for (const ChoiceRow& each : row.choices) {
    if (!asked(each)) continue;
    const std::string value =
        each.form == ChoiceForm::kWord ? chosen[std::string(each.name)] : SampleValue(each);
    absl::StrAppend(&lines, std::string(static_cast<size_t>(depth), ' '), each.name, ": ", value,
                    "\n");
  }
  return lines;
}

std::string SecondObjective(const VocabularyRow& row,
                            const std::map<std::string, std::string>& words) {
  const char* targets[] = {"at least 99 %", "at most 4 h", "at least 10", "at most 3",
                           "at least 100 EUR"};
  return absl::StrCat(
      "  second:\n    obligor: provider\n    obligee: customer\n    measure:\n      kind: ",
      row.kind, "\n", row.sources ? "      source: lime-upptime/second\n" : "",
      SampleChoices(row, 6, words),
      "    exclusions: none\n"
      "    window: { every: calendar month, zone: UTC, when clipped: prorate }\n"
      "    when empty: no result\n    target: ",
      targets[static_cast<size_t>(row.unit)], "\n    credit: none\n");
}

std::vector<std::string> FindingsOf(const std::string& text) { return Findings(text, true); }
std::vector<std::string> ErrorsOf(const std::string& text) { return Findings(text, false); }

bool SameTree(const YamlNode& a, const YamlNode& b) {
  return a.kind == b.kind && a.text == b.text &&
         std::equal(a.keys.begin(), a.keys.end(), b.keys.begin(), b.keys.end(), SameTree) &&
         std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), SameTree);
}

}  // namespace tally::tools
