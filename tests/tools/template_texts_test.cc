// Goal: each template is a whole file that can be agreed as it stands, without a warning, says what
// it is for, and is read back from what `terms show` makes of it.
// Method: every template compiled as its file lies in the tree; the embedded text compared with it.
#include "tools/template_texts.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/tools/terms_support.h"
#include "tools/terms_text.h"

namespace tally::tools {
namespace {

TEST(TemplateTexts, AreTheFilesOfTheTree) {
  std::set<std::string> files;
  const std::string folder = absl::StrCat(TALLY_SOURCE_DIR, "/tools/templates");
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    files.insert(entry.path().stem().string());
  }
  std::set<std::string> names;
  for (const TermsTemplate& each : TermsTemplates()) {
    names.insert(std::string(each.name));
    std::ifstream file(absl::StrCat(folder, "/", each.name, ".yaml"));
    std::ostringstream text;
    text << file.rdbuf();
    EXPECT_EQ(std::string(each.text), text.str()) << each.name;
    EXPECT_TRUE(absl::StartsWith(each.text, absl::StrCat("# ", SummaryOf(each), "\n")));
    EXPECT_GT(SummaryOf(each).size(), 20u) << each.name;
    EXPECT_LT(SummaryOf(each).size(), 120u) << each.name;
  }
  EXPECT_EQ(names, files);
  EXPECT_EQ(names, (std::set<std::string>{"call-centre", "cloud-compute", "managed-network",
                                          "marketing-sales", "object-storage", "outsourcing",
                                          "request-rate", "service-desk"}));
}

TEST(TemplateTexts, EachPassesTermsCheckWithoutAWarning) {
  for (const TermsTemplate& each : TermsTemplates()) {
    EXPECT_EQ(absl::StrJoin(FindingsOf(std::string(each.text)), "\n"), "") << each.name;
  }
}

TEST(TemplateTexts, WhatIsShownOfThemCompilesToTheSameTerms) {
  for (const TermsTemplate& each : TermsTemplates()) {
    absl::StatusOr<CompiledTerms> compiled = CompileTerms(each.text, "a", MadeZones());
    ASSERT_TRUE(compiled.ok()) << each.name << compiled.status();
    const std::string shown = FormatTermsForPeople(compiled->terms);
    absl::StatusOr<CompiledTerms> again = CompileTerms(shown, "shown", MadeZones());
    ASSERT_TRUE(again.ok()) << FaultText(FaultOf(again.status())) << "\n" << shown;
    EXPECT_EQ(Encode(again->terms), Encode(compiled->terms)) << shown;
    EXPECT_TRUE(DecodeTerms(Encode(compiled->terms)).ok()) << each.name;
  }
}

}  // namespace
}  // namespace tally::tools
