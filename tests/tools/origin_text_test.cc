// Goal: an origin is told by its version, and by the place in the document that states the field.
// Method: origins made up, each told; the reports are read in field_origins_test.
#include <gtest/gtest.h>

#include "tools/field_origins.h"

namespace tally::tools {
namespace {

TEST(OriginWords, AVersionIsToldByItsEventAndFromWhen) {
  EXPECT_EQ(OriginText({{5, 0}, TermsHash{}, std::nullopt, ""}), "5/0");
  EXPECT_EQ(OriginText({{12, 0}, TermsHash{}, *ParseInstant("2026-04-01T00:00:00Z"), "why"}),
            "amendment 12/0, effective 2026-04-01T00:00:00Z");
}

// T-91
TEST(OriginWords, T91NoNameSteersATerminal) {
  TermsOrigins origins;
  origins.objective = "web\x1b[2J";
  origins.versions = {{{5, 0}, TermsHash{}, std::nullopt, "dearer\x1b[2J"}};
  EXPECT_EQ(OriginsText(origins).find('\x1b'), std::string::npos);
  EXPECT_EQ(StatedText({"fees.hosting.amount", "1 EUR"}), "");
}

}  // namespace
}  // namespace tally::tools
