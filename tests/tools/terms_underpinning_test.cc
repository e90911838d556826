// Goal: agreements below that promise too little are seen before anybody signs, those that promise
// enough are not complained of, and what cannot be compared is said to be so.
// Method: terms held against agreements below, one change at a time, exact sums at the edge.
#include "tools/terms_underpinning.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ledger/chain/digest.h"
#include "tests/tools/terms_support.h"
#include "tools/terms_text.h"

namespace tally::tools {
namespace {

// The sound terms and an objective `restore` with times of priorities.
std::string Desk(const std::string& targets, const std::string& share) {
  const VocabularyRow& row = *FindInVocabulary(ThingKind::kMeasure, "tickets in time");
  std::string second = SecondObjective(row, {{"priority", "at stop"}});
  second = With(second, "  second:\n", "  restore:\n");
  const size_t at = second.find("targets: ");
  second.replace(at, second.find('\n', at) - at, "targets: " + targets);
  const size_t target = second.find("    target: at least");
  second.replace(target, second.find('\n', target) - target, "    target: at least " + share);
  return WithLines(SoundTerms(), second);
}

std::string Named(const std::string& text, const std::string& agreement) {
  return With(text, "agreement: coral-island", "agreement: " + agreement);
}

std::string Supported(const std::string& text, const std::string& lines) {
  return absl::StrCat(text, "supported by:\n", lines);
}

std::string Line(const std::string& objective, const std::string& agreement,
                 const std::string& terms = "not pinned") {
  return absl::StrCat("  - { objective: ", objective,
                      ", kind: operational level agreement, agreement: ", agreement,
                      ", by: ", objective, ", terms: ", terms, " }\n");
}

GivenAgreement Given(const std::string& text) {
  const absl::StatusOr<CompiledTerms> compiled = CompileTerms(text, "below.yaml", MadeZones());
  EXPECT_TRUE(compiled.ok()) << compiled.status() << "\n" << text;
  return {"below.yaml", compiled->terms, ledger::HashOfTerms(Encode(compiled->terms))};
}

std::vector<std::string> Lints(const std::string& text, const std::vector<GivenAgreement>& given) {
  CheckedTerms checked = CheckTerms(text, "terms.yaml", MadeZones());
  EXPECT_TRUE(checked.compiled.has_value()) << absl::StrJoin(ErrorsOf(text), "\n");
  TermsReport report;
  report.Take(checked.report);
  LintSupports(checked.compiled->terms, given, report);
  std::vector<std::string> found;
  for (const Diagnostic& each : report.Sorted()) {
    if (!absl::StartsWith(each.fault.code, "lint-support") && each.severity != Severity::kError) {
      continue;
    }
    found.push_back(
        absl::StrCat(each.fault.position.line, " ", each.fault.code, " ", each.fault.message));
  }
  return found;
}

TEST(TermsUnderpinning, DownTimeAddsUp) {
  const std::string above =
      Supported(SoundTerms(), Line("availability", "net") + Line("availability", "power"));
  const auto below = [](const std::string& name, const std::string& target) {
    return Given(
        Named(With(With(SoundTerms(), "target: at least 99.99 %",
                        absl::StrCat("target: at least ", target)),
                   "    credit:\n      base: fee hosting\n      tiers:\n        - { from: 99 "
                   "%, below: 99.99 %, credit: 10 % }\n        - { from: 95 %, below: 99 "
                   "%, credit: 30 % }\n        - { below: 95 %, credit: 100 % }\n      "
                   "rounding: half up to cents, once per line\n      window cap: none\n"
                   "      minimum: none\n",
                   "    credit: none\n"),
              name));
  };
  EXPECT_EQ(absl::StrJoin(Lints(above, {below("net", "99.995 %"), below("power", "99.995 %")}), ""),
            "");
  EXPECT_EQ(
      absl::StrJoin(Lints(above, {below("net", "99.995 %"), below("power", "99.994999 %")}), ""),
      "55 lint-support-weaker availability: coral-island allows 0.01 % (down time), what "
      "supports it 0.010001 %: net/availability 0.005 %, power/availability 0.005001 %");
}

TEST(TermsUnderpinning, TimesAddUpForEachPriority) {
  const std::string above = Supported(Desk("{ P1: 4 h, P2: 8 h }", "95 %"),
                                      Line("restore", "desk") + Line("restore", "field"));
  const GivenAgreement desk = Given(Named(Desk("{ P1: 1 h, P2: 2 h }", "98 %"), "desk"));
  EXPECT_EQ(
      absl::StrJoin(
          Lints(above, {desk, Given(Named(Desk("{ P1: 3 h, P2: 6 h }", "97 %"), "field"))}), "\n"),
      "");
  const std::vector<std::string> found =
      Lints(above, {desk, Given(Named(Desk("{ P1: 4 h, P2: 6 h }", "95 %"), "field"))});
  ASSERT_EQ(found.size(), 2u) << absl::StrJoin(found, "\n");
  EXPECT_TRUE(absl::StrContains(found[0],
                                "allows 5 % (misses of tickets in time), what supports it "
                                "7 %: desk/restore 2 %, field/restore 5 %"))
      << found[0];
  EXPECT_TRUE(absl::StrContains(found[1],
                                "allows 4 h (time for P1), what supports it 5 h: "
                                "desk/restore 1 h, field/restore 4 h"))
      << found[1];
}

TEST(TermsUnderpinning, WhatCannotBeComparedIsSaid) {
  const std::string above = Supported(SoundTerms(), Line("availability", "net"));
  EXPECT_TRUE(absl::StrContains(absl::StrJoin(Lints(above, {}), "\n"),
                                "nothing is known here of the terms of net"));
  const std::string other = With(SoundTerms(), "agreement: coral-island", "agreement: other");
  EXPECT_TRUE(absl::StrContains(absl::StrJoin(Lints(SoundTerms(), {Given(other)}), "\n"),
                                "nothing in coral-island rests on other"));
  const std::string desk = Supported(Desk("{ P1: 4 h }", "95 %"), Line("restore", "desk"));
  const std::vector<std::string> found =
      Lints(desk, {Given(Named(Desk("{ P2: 1 h }", "99 %"), "desk"))});
  ASSERT_EQ(found.size(), 1u) << absl::StrJoin(found, "\n");
  EXPECT_TRUE(absl::StrContains(found[0], "says nothing of the time for P1")) << found[0];
}

TEST(TermsUnderpinning, PinnedTermsAreThoseGiven) {
  const GivenAgreement net = Given(Named(SoundTerms(), "net"));
  EXPECT_EQ(
      absl::StrJoin(
          Lints(Supported(SoundTerms(), Line("availability", "net", net.hash.ToHex())), {net}), ""),
      "");
  const std::vector<std::string> found =
      Lints(Supported(SoundTerms(), Line("availability", "net", std::string(64, 'a'))), {net});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(absl::StrContains(found[0], "not those that are pinned")) << found[0];
}

TEST(TermsUnderpinning, WrongLinesAreRefused) {
  const std::pair<std::string, std::string> cases[] = {
      {Line("uptime", "net"), "`objectives` has no \"uptime\""},
      {Line("availability", "coral-island"), "an agreement does not support itself"},
      {Line("availability", "net") + Line("availability", "net"), "the same support stands twice"},
      {Line("availability", "net", "12"), "choose `not pinned` or write the hash"},
      {"  - { objective: availability, agreement: net, by: x, terms: not pinned }\n",
       "`kind` is not stated"},
  };
  for (const auto& [lines, said] : cases) {
    const std::string errors = absl::StrJoin(ErrorsOf(Supported(SoundTerms(), lines)), "\n");
    EXPECT_TRUE(absl::StrContains(errors, said)) << said << "\n" << errors;
  }
}

TEST(TermsUnderpinning, WhatIsShownCompilesToTheSameTerms) {
  const std::string text = Supported(
      SoundTerms(), Line("availability", "net") + Line("availability", "a", std::string(64, 'd')));
  const absl::StatusOr<CompiledTerms> compiled = CompileTerms(text, "f", MadeZones());
  ASSERT_TRUE(compiled.ok()) << compiled.status();
  EXPECT_EQ(compiled->terms.supports[0].agreement, "a");
  const std::string shown = FormatTermsForPeople(compiled->terms);
  EXPECT_EQ(Encode(CompileTerms(shown, "f", MadeZones())->terms), Encode(compiled->terms)) << shown;
}

}  // namespace
}  // namespace tally::tools
