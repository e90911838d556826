// Goal: a file compiles only when every choice is stated, and all that is wrong is said at once.
// Method: each line of a sound file taken away, misspelt and filled with nonsense in turn; the
// examples of docs/TERMS.md compiled as they stand there.
#include "tools/terms_compile.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/tools/terms_support.h"
#include "tools/terms_words.h"

namespace tally::tools {
namespace {

TEST(TermsCompile, TheSoundFileCompiles) {
  absl::StatusOr<CompiledTerms> compiled = CompileTerms(SoundTerms(), "terms.yaml", MadeZones());
  ASSERT_TRUE(compiled.ok()) << compiled.status();
  EXPECT_EQ(FindingsOf(SoundTerms()), std::vector<std::string>());
  const Terms& terms = compiled->terms;
  EXPECT_EQ(terms.agreement, "coral-island");
  ASSERT_EQ(terms.parties.size(), 2u);
  EXPECT_EQ(terms.parties[0].role, "customer") << "ascending by role";
  EXPECT_EQ(terms.fees[0].amount.minor, 100'000);
  EXPECT_FALSE(terms.until.has_value());
  EXPECT_EQ(terms.disputes.claim_within_days, 60u);
  EXPECT_EQ(compiled->zones, (std::vector<std::string>{"Asia/Jakarta", "UTC"}));
  EXPECT_EQ(compiled->feeds, (std::vector<std::string>{"lime-upptime"}));
  EXPECT_EQ(compiled->parties, (std::vector<std::string>{"coral-island", "lime"}));
  EXPECT_FALSE(compiled->amends.has_value());
  EXPECT_TRUE(DecodeTerms(Encode(terms)).ok());
}

// The order in which people write things is no part of what they agree.
TEST(TermsCompile, OrderInTheFileDoesNotChangeTheTerms) {
  const std::string swapped =
      With(With(SoundTerms(), "  provider: lime\n  customer: coral-island\n",
                "  customer: coral-island\n  provider: lime\n"),
           "      snap: none\n", "");
  const std::string moved = With(swapped, "      kind: availability",
                                 "      snap: none\n      "
                                 "kind: availability");
  EXPECT_EQ(Encode(CompileTerms(moved, "a", MadeZones())->terms),
            Encode(CompileTerms(SoundTerms(), "b", MadeZones())->terms));
}

struct Line {
  std::string key;
  std::string value;
};

// "key: value" of a line; no value for the head of a block, no key for an item of a list.
Line Parsed(const std::string& line) {
  const absl::string_view text = absl::StripLeadingAsciiWhitespace(line);
  const size_t colon = text.find(':');
  if (absl::StartsWith(text, "-") || colon == absl::string_view::npos) return {};
  return {std::string(text.substr(0, colon)),
          std::string(absl::StripAsciiWhitespace(text.substr(colon + 1)))};
}

std::string Replaced(std::vector<std::string> lines, size_t at, const std::string& line) {
  lines[at] = line;
  return absl::StrJoin(lines, "\n");
}

TEST(TermsCompile, EachChoiceTakenAwayIsAskedFor) {
  const std::vector<std::string> lines = absl::StrSplit(SoundTerms(), '\n');
  int taken = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    const Line line = Parsed(lines[i]);
    if (line.key.empty() || line.value.empty()) continue;
    // Without a version nothing else is read; without a party the role is missing where it is used.
    ++taken;
    const std::vector<std::string> errors = ErrorsOf(Replaced(lines, i, "# gone"));
    ASSERT_FALSE(errors.empty()) << lines[i];
    if (line.key == "provider" || line.key == "customer") continue;
    EXPECT_TRUE(absl::StrContains(errors[0], " terms-missing-choice ")) << errors[0];
    EXPECT_TRUE(absl::StrContains(errors[0], absl::StrCat("`", line.key, "` is not stated; ")))
        << errors[0];
  }
  EXPECT_EQ(taken, 39);
}

TEST(TermsCompile, EachChoiceTakesOnlyItsOwnWords) {
  // Fields that hold a name of the writer's own.
  const std::set<std::string> free = {"agreement", "provider", "customer"};
  const std::vector<std::string> lines = absl::StrSplit(SoundTerms(), '\n');
  for (size_t i = 0; i < lines.size(); ++i) {
    const Line line = Parsed(lines[i]);
    if (line.key.empty() || line.value.empty()) continue;
    const std::string indent = lines[i].substr(0, lines[i].find_first_not_of(' '));
    for (const std::string wrong : {"Nonsense!", "[]", "{}", "''"}) {
      if (line.key == "provider" || line.key == "customer") continue;
      const std::string text = Replaced(lines, i, absl::StrCat(indent, line.key, ": ", wrong));
      EXPECT_FALSE(ErrorsOf(text).empty()) << lines[i] << " as " << wrong;
    }
    if (free.count(line.key) > 0) continue;
    const std::string text = Replaced(lines, i, absl::StrCat(indent, line.key, ": nonsense"));
    EXPECT_FALSE(ErrorsOf(text).empty()) << lines[i] << " as nonsense";
  }
}

TEST(TermsCompile, AMisspeltKeyIsNamedWithWhatWasMeant) {
  const std::vector<std::string> lines = absl::StrSplit(SoundTerms(), '\n');
  for (size_t i = 1; i < lines.size(); ++i) {
    const Line line = Parsed(lines[i]);
    // Keys of `parties`, `fees` and `objectives` are names.
    if (line.key.empty() || line.key == "provider" || line.key == "customer" ||
        line.key == "hosting" || line.key == "availability") {
      continue;
    }
    const std::vector<std::string> errors =
        ErrorsOf(Replaced(lines, i, With(lines[i], line.key + ":", line.key + "x:")));
    // `source` and `sources` are equally near.
    const std::string wanted =
        absl::StrCat(line.key, "x` means nothing here; did you mean `", line.key);
    EXPECT_TRUE(absl::StrContains(absl::StrJoin(errors, "\n"), wanted))
        << absl::StrJoin(errors, "\n");
  }
}

TEST(TermsCompile, AllErrorsAreReportedTogetherInOrder) {
  const std::string text =
      With(With(With(With(SoundTerms(), "zone: UTC", "zone: Mars"), "snap: none", "snap: maybe"),
                "      degraded: counts as up\n", ""),
           "when empty: no result", "when emtpy: no result");
  const std::vector<std::string> errors = ErrorsOf(text);
  ASSERT_EQ(errors.size(), 5u) << absl::StrJoin(errors, "\n");
  EXPECT_TRUE(absl::StartsWith(errors[0],
                               "15:3 terms-missing-choice objectives.availability: "
                               "`when empty`"))
      << errors[0];
  EXPECT_EQ(errors[1],
            "18:5 terms-missing-choice objectives.availability.measure: `degraded` is "
            "not stated; choose `counts as up` or `counts as down`");
  EXPECT_TRUE(absl::StartsWith(errors[2], "27:13 terms-bad-value `snap` is \"maybe\"; choose"));
  EXPECT_TRUE(absl::StartsWith(errors[3], "32:13 unknown-zone"));
  EXPECT_TRUE(absl::StartsWith(errors[4], "34:5 terms-unknown-key"));
  const Fault first = FaultOf(CompileTerms(text, "terms.yaml", MadeZones()).status());
  EXPECT_TRUE(absl::StrContains(first.message, "(and 4 more")) << first.message;
  EXPECT_EQ(first.position.line, 15);
}

TEST(TermsCompile, OtherVersionsAreNotRead) {
  EXPECT_EQ(ErrorsOf("tally: terms/2\nfoo: bar\n"),
            (std::vector<std::string>{"1:8 terms-bad-value `tally` is \"terms/2\"; write `tally: "
                                      "terms/1` in the first line"}));
  EXPECT_EQ(ErrorsOf("foo: bar\n").size(), 1u);
  EXPECT_EQ(ErrorsOf("[a]\n").size(), 1u);
  EXPECT_EQ(ErrorsOf("a: 1\na: 2\n")[0].substr(0, 12), "2:1 bad-yaml");
}

TEST(TermsCompile, PartiesTermAndDisputesMustAgreeWithEachOther) {
  const auto error = [](const std::string& from, const std::string& to) {
    const std::vector<std::string> errors = ErrorsOf(With(SoundTerms(), from, to));
    EXPECT_EQ(errors.size(), 1u) << absl::StrJoin(errors, "\n");
    return errors.empty() ? "" : errors[0];
  };
  EXPECT_EQ(error("obligor: provider", "obligor: suplier"),
            "16:14 terms-contradiction `parties` has no role \"suplier\"; choose `customer` or "
            "`provider`");
  EXPECT_EQ(error("obligee: customer", "obligee: provider"),
            "17:5 terms-contradiction obligor and obligee are the same party");
  EXPECT_EQ(error("until: open", "until: 2025-06-01"),
            "8:10 terms-contradiction the term ends before it begins");
  EXPECT_EQ(error("  objection: 10 days", "  objection: 10"),
            "52:14 terms-bad-value `objection` is \"10\"; write whole days, 0 or more, like `30 "
            "days` or `1 day`");
  const std::string claims =
      "credits: on claim\n  claim within: 60 days\n  answer within: 30 days\n"
      "  silence: deemed accepted";
  EXPECT_EQ(ErrorsOf(With(SoundTerms(), claims, "credits: automatic")).size(), 0u);
  EXPECT_EQ(error(claims, "credits: automatic\n  silence: deemed accepted"),
            "48:3 terms-contradiction `silence` means nothing here: automatic credits need no "
            "claim; remove it");
  EXPECT_EQ(error("claim within: 60 days", "claim within: 0 days").substr(0, 22),
            "48:17 terms-bad-value ");
}

TEST(TermsCompile, ClausesAndAmendments) {
  const std::string hash(64, 'a');
  const std::string clause =
      "clause: { id: \"4.2\", wording: \"Up, always.\", document: " + hash + " }\n    measure:";
  CompiledTerms compiled =
      CompileTerms(With(SoundTerms(), "measure:", clause), "f", MadeZones()).value();
  ASSERT_TRUE(compiled.terms.objectives[0].clause.has_value());
  EXPECT_EQ(compiled.terms.objectives[0].clause->id, "4.2");
  EXPECT_EQ(compiled.terms.objectives[0].clause->document.ToHex(), hash);
  EXPECT_EQ(ErrorsOf(With(SoundTerms(), "measure:", With(clause, hash, "nne")))[0].substr(0, 25),
            "18:60 terms-bad-value `do");

  const std::string amends =
      "amends:\n  base: current\n  effective: 2025-06-01\n  reach: "
      "retroactive\n  settled windows: are reopened\n  reason: code 403\n";
  compiled = CompileTerms(SoundTerms() + amends, "f", MadeZones()).value();
  ASSERT_TRUE(compiled.amends.has_value());
  EXPECT_FALSE(compiled.amends->base.has_value());
  EXPECT_EQ(compiled.amends->reach, Reach::kRetroactive);
  EXPECT_TRUE(compiled.amends->reopens_settled);
  EXPECT_EQ(FormatInstant(compiled.amends->effective), "2025-05-31T17:00:00Z");
  EXPECT_EQ(Encode(compiled.terms), Encode(CompileTerms(SoundTerms(), "f", MadeZones())->terms))
      << "the block is no part of the terms";
  compiled = CompileTerms(SoundTerms() + With(amends, "current", hash), "f", MadeZones()).value();
  EXPECT_EQ(compiled.amends->base->ToHex(), hash);
  const std::string prospective = With(amends, "retroactive", "prospective");
  EXPECT_EQ(ErrorsOf(SoundTerms() + prospective),
            (std::vector<std::string>{"58:3 terms-contradiction `settled windows` means nothing "
                                      "here: a prospective amendment does not reach them; remove "
                                      "it"}));
  EXPECT_EQ(ErrorsOf(SoundTerms() + With(amends, "  settled windows: are reopened\n", "")).size(),
            1u);
  EXPECT_EQ(ErrorsOf(SoundTerms() + With(amends, "current", std::string(64, 'A'))).size(), 1u);
}

// docs/TERMS.md: every ```yaml block is a whole file and compiles; every word is described.
TEST(TermsCompile, TheDocumentedExamplesCompileAndNoWordIsMissing) {
  std::ifstream file(TALLY_SOURCE_DIR "/docs/TERMS.md");
  std::stringstream stream;
  stream << file.rdbuf();
  const std::string page = stream.str();
  ASSERT_FALSE(page.empty());
  int blocks = 0;
  const std::string fence = "\n```yaml\n";
  for (size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at)) {
    at += fence.size();
    const std::string block = page.substr(at, page.find("\n```", at) + 1 - at);
    absl::StatusOr<CompiledTerms> compiled = CompileTerms(block, "TERMS.md", MadeZones());
    EXPECT_TRUE(compiled.ok()) << FaultText(FaultOf(compiled.status())) << "\n" << block;
    ++blocks;
  }
  EXPECT_EQ(blocks, 2);
  const auto described = [&](const auto& words) {
    for (const auto& word : words) {
      EXPECT_TRUE(absl::StrContains(page, absl::StrCat("`", word.text, "`"))) << word.text;
    }
  };
  described(kUnknownWords);
  described(kDegradedWords);
  described(kBelowZeroWords);
  described(kEdgeWords);
  described(kExcludedWords);
  described(kResolutionWords);
  described(kSnapWords);
  described(kClippedWords);
  described(kLengthWords);
  described(kShortWords);
  described(kRoundingWords);
  described(kCalendarWindows);
  described(kCreditsWords);
  described(kSilenceWords);
  described(kLateWords);
  described(kEmptyWords);
  described(kReachWords);
  described(kSettledWords);
}

}  // namespace
}  // namespace tally::tools
