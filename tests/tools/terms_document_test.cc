// Goal: docs/TERMS.md describes every kind of the vocabulary with exactly the choices that its row
// asks for, and every example in it compiles.
// Method: the table of each kind, made from the vocabulary, must stand in the page under the kind's
// heading; snippets are put into a sound file and compiled; worked tables
// are computed.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "replay/terms/availability.h"
#include "replay/terms/ratio.h"
#include "replay/terms/state_line.h"
#include "replay/terms/window.h"
#include "replay/terms/zone.h"
#include "tests/tools/terms_support.h"
#include "tools/error_codes.h"
#include "tools/terms_vocabulary.h"

namespace tally::tools {
namespace {

std::string Page() {
  std::ifstream file(TALLY_SOURCE_DIR "/docs/TERMS.md");
  std::stringstream stream;
  stream << file.rdbuf();
  return stream.str();
}

// "| `cap length` | write how much ... | `cap: each calendar month` |" for each choice of a row.
std::string TableOf(const VocabularyRow& row) {
  std::string table = "| choice | what it says |\n| --- | --- |\n";
  for (const ChoiceRow& choice : row.choices) {
    const std::string condition = ConditionInWords(choice);
    absl::StrAppend(&table, "| `", choice.name, "` | ", AskFor(choice),
                    condition.empty() ? "" : "; ", condition, " |\n");
  }
  return table;
}

std::string HeadingOf(const VocabularyRow& row) { return absl::StrCat("\n### `", row.kind, "`\n"); }

// The part of the page under a heading, up to the next one.
std::string SectionOf(const std::string& page, const std::string& heading) {
  const size_t from = page.find(heading);
  if (from == std::string::npos) return "";
  return page.substr(from, page.find("\n#", from + heading.size()) - from);
}

TEST(TermsDocument, EachKindIsDescribedWithItsChoices) {
  const std::string page = Page();
  for (const ThingKind thing : {ThingKind::kMeasure, ThingKind::kCredit, ThingKind::kRule}) {
    for (const VocabularyRow* row : Vocabulary(thing)) {
      if (row->choices.empty()) continue;  // "tiers": a list, described beside them
      const std::string section = SectionOf(page, HeadingOf(*row));
      EXPECT_TRUE(absl::StrContains(section, TableOf(*row)))
          << "the page should have" << HeadingOf(*row) << "\n"
          << TableOf(*row);
      EXPECT_TRUE(absl::StrContains(section, "\n```yaml ")) << row->kind << " has no example";
    }
  }
}

// A sound file with the snippet in its place.
std::string FileWith(absl::string_view place, const std::string& snippet) {
  const auto indented = [&](const std::string& by) {
    std::string lines;
    for (absl::string_view line : absl::StrSplit(snippet, '\n', absl::SkipEmpty())) {
      absl::StrAppend(&lines, by, line, "\n");
    }
    return lines;
  };
  if (place == "rules") return WithLines(SoundTerms(), absl::StrCat("rules:\n", indented("  ")));
  const std::string head =
      "  second:\n    obligor: provider\n    obligee: customer\n    exclusions: none\n"
      "    window: { every: calendar month, zone: UTC, when clipped: prorate }\n"
      "    when empty: no result\n";
  if (place == "objective") {
    return WithLines(SoundTerms(), absl::StrCat(head, indented("    ")));
  }
  if (place == "credit of lateness") {
    const VocabularyRow& late = *FindInVocabulary(ThingKind::kMeasure, "deliverable lateness");
    return WithLines(SoundTerms(), With(SecondObjective(late), "    credit: none\n",
                                        absl::StrCat("    credit:\n", indented("      "))));
  }
  const std::string text = SoundTerms();
  return absl::StrCat(text.substr(0, text.find("      base: fee hosting")), indented("      "),
                      text.substr(text.find("disputes:")));
}

TEST(TermsDocument, EachExampleCompiles) {
  const std::string page = Page();
  const std::string fence = "\n```yaml ";
  int found = 0;
  for (size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at + 1)) {
    const size_t begin = page.find('\n', at + 1) + 1;
    const std::string place = page.substr(at + fence.size(), begin - 1 - at - fence.size());
    const std::string snippet = page.substr(begin, page.find("\n```", begin) + 1 - begin);
    if (absl::StartsWith(place, "file "))
      continue;  // of several levels: tests/scenarios/levels_test
    ASSERT_TRUE(place == "rules" || place == "objective" || place == "credit" ||
                place == "credit of lateness")
        << place;
    std::string text = FileWith(place, snippet);
    // Who decides is a party of its own.
    const std::string customer = "  customer: coral-island\n";
    if (absl::StrContains(snippet, "arbiter") && absl::StrContains(text, customer)) {
      text.insert(text.find(customer) + customer.size(), "  arbiter: chamber\n");
    }
    EXPECT_EQ(absl::StrJoin(ErrorsOf(text), "\n"), "") << snippet;
    ++found;
  }
  EXPECT_GE(found, 40);
}

// The rows of the table whose head begins so: cells without their blanks.
std::vector<std::vector<std::string>> RowsOf(const std::string& page, const std::string& head) {
  std::vector<std::vector<std::string>> rows;
  const size_t at = page.find("\n" + head);
  EXPECT_NE(at, std::string::npos) << head;
  if (at == std::string::npos) return rows;
  const std::string table = page.substr(at + 1, page.find("\n\n", at) - at - 1);
  const std::vector<std::string> lines = absl::StrSplit(table, '\n');
  for (size_t i = 2; i < lines.size(); ++i) {
    const std::string line = lines[i].substr(2, lines[i].size() - 4);
    rows.push_back(absl::StrSplit(line, " | "));
  }
  return rows;
}
std::string Bared(const std::string& cell) { return cell.substr(1, cell.size() - 2); }

// "10T01:00/10T05:00 ..." of April 2026.
std::vector<Interval> TimesInApril(const std::string& cell) {
  std::vector<Interval> times;
  if (cell == "none") return times;
  const auto at = [](const std::string& text) {
    return *ParseInstant(absl::StrCat("2026-04-", text, text.size() < 9 ? ":00Z" : "Z"));
  };
  for (const std::string& each : std::vector<std::string>(absl::StrSplit(cell, ' '))) {
    const std::vector<std::string> ends = absl::StrSplit(each, '/');
    times.push_back({at(ends.at(0)), at(ends.at(1))});
  }
  return times;
}

// The sound file with these choices of its measure.
std::string WithChoices(const std::string& choices) {
  std::string text = SoundTerms();
  for (const std::string& choice : std::vector<std::string>(absl::StrSplit(choices, "`, `"))) {
    const size_t line = text.find("\n      " + choice.substr(0, choice.find(": ") + 1));
    if (line == std::string::npos) {  // it goes with the one before
      text = With(
          text, "      minimum outage:", absl::StrCat("      ", choice, "\n      minimum outage:"));
    } else {
      text.replace(line, text.find('\n', line + 1) - line, "\n      " + choice);
    }
  }
  return text;
}

std::string ValueInApril(const AvailabilityByTime& measure, const std::vector<Interval>& down,
                         const std::vector<Interval>& excluded) {
  replay::Window april;
  april.interval = {*ParseInstant("2026-04-01T00:00:00Z"), *ParseInstant("2026-05-01T00:00:00Z")};
  replay::AvailabilityMeter meter(measure, april, replay::Union(excluded, april.interval),
                                  {Instant::Max(), Instant::Max()});
  const auto report = [&meter](Instant at, State state) {
    replay::Observation observation;
    observation.from = observation.until = at;
    observation.state = state;
    EXPECT_TRUE(meter.Add(observation).ok());
  };
  report(april.interval.first, State::kUp);
  for (const Interval& each : down) {
    report(each.first, State::kDown);
    report(each.limit, State::kUp);
  }
  const auto ratio = replay::RatioOf(meter.Finish(), measure, april);
  EXPECT_TRUE(ratio.ok() && ratio->value) << ratio.status();
  return absl::StrCat(FormatWide(ratio->value->numerator()), "/",
                      FormatWide(ratio->value->denominator()));
}

// Every row of the worked examples, through compiler and meter.
TEST(TermsDocument, WorkedExamplesOfAvailabilityComeOut) {
  const auto rows = RowsOf(Page(), "| choices | down | excluded | value |");
  EXPECT_EQ(rows.size(), 12u);
  for (const std::vector<std::string>& row : rows) {
    ASSERT_EQ(row.size(), 4u) << row[0];
    const std::string text = WithChoices(Bared(row[0]));
    const CheckedTerms checked = CheckTerms(text, "terms.yaml", MadeZones());
    ASSERT_TRUE(checked.compiled.has_value()) << row[0] << absl::StrJoin(ErrorsOf(text), "\n");
    EXPECT_EQ(ValueInApril(checked.compiled->terms.objectives.front().measure, TimesInApril(row[1]),
                           TimesInApril(row[2])),
              row[3])
        << row[0];
  }
}

TEST(TermsDocument, WorkedExamplesOfWindowsComeOut) {
  const auto rows = RowsOf(Page(), "| `window` | first windows |");
  EXPECT_EQ(rows.size(), 11u);
  const Interval term{*ParseInstant("2026-02-10T00:00:00Z"), *ParseInstant("2027-02-10T00:00:00Z")};
  for (const std::vector<std::string>& row : rows) {
    ASSERT_EQ(row.size(), 2u) << row[0];
    const std::string text = With(SoundTerms(),
                                  "    window:\n      every: calendar month\n      zone: UTC\n"
                                  "      when clipped: prorate\n",
                                  absl::StrCat("    window: ", Bared(row[0]), "\n"));
    const CheckedTerms checked = CheckTerms(text, "terms.yaml", MadeZones());
    ASSERT_TRUE(checked.compiled.has_value()) << row[0] << absl::StrJoin(ErrorsOf(text), "\n");
    const auto windows =
        replay::WindowsOverlapping(checked.compiled->terms.objectives.front().window,
                                   replay::Zone::Utc(), term, {term.first - Days(40), term.limit});
    ASSERT_TRUE(windows.ok()) << windows.status();
    std::vector<std::string> laid;
    for (const replay::Window& each : *windows) {
      laid.push_back(absl::StrCat(FormatInstant(each.interval.first).substr(0, 10), "/",
                                  FormatInstant(each.interval.limit).substr(0, 10)));
    }
    const std::vector<std::string> expected = absl::StrSplit(row[1], ' ');
    laid.resize(std::min(laid.size(), expected.size()));
    EXPECT_EQ(laid, expected) << row[0];
  }
}

TEST(TermsDocument, EachCodeOfTermsIsListed) {
  const std::string page = Page();
  for (const ErrorCodeRow& row : ErrorCodeTable()) {
    if (!absl::StartsWith(row.code, "lint-") && !absl::StartsWith(row.code, "terms-")) continue;
    EXPECT_TRUE(absl::StrContains(page, absl::StrCat("`", row.code, "`"))) << std::string(row.code);
  }
}

}  // namespace
}  // namespace tally::tools
