// Goal: dates are midnights of the zone that the terms name, and zones are pinned to their bytes.
// Method: the term of a sound file in zones east of UTC and with summer time.
#include "tools/terms_zones.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "ledger/crypto/sha256.h"
#include "tests/tools/terms_support.h"

namespace tally::tools {
namespace {

Terms Compiled(const std::string& text) {
  absl::StatusOr<CompiledTerms> compiled = CompileTerms(text, "terms.yaml", MadeZones());
  EXPECT_TRUE(compiled.ok()) << compiled.status();
  return compiled.ok() ? compiled->terms : Terms();
}

TEST(TermsZones, ADateIsMidnightInTheTermsZone) {
  EXPECT_EQ(FormatInstant(Compiled(SoundTerms()).from), "2025-05-31T17:00:00Z");
  const std::string berlin = With(SoundTerms(), "Asia/Jakarta", "Europe/Berlin");
  EXPECT_EQ(FormatInstant(Compiled(berlin).from), "2025-05-31T22:00:00Z");
  const std::string winter = With(berlin, "2025-06-01", "2025-12-01");
  EXPECT_EQ(FormatInstant(Compiled(winter).from), "2025-11-30T23:00:00Z");
  const std::string exact = With(SoundTerms(), "2025-06-01", "2025-06-01T08:30:00+02:00");
  EXPECT_EQ(FormatInstant(Compiled(exact).from), "2025-06-01T06:30:00Z");
}

TEST(TermsZones, ZonesCarryTheDigestOfTheirRules) {
  const Terms terms = Compiled(SoundTerms());
  EXPECT_EQ(terms.zone.name, "Asia/Jakarta");
  EXPECT_EQ(terms.zone.rules, ledger::DigestOfDocument(*MadeZones()("Asia/Jakarta")));
  EXPECT_EQ(terms.objectives[0].window.zone.rules, ledger::DigestOfDocument(*MadeZones()("UTC")));
}

TEST(TermsZones, WhatIsNoDateOrZoneIsRefused) {
  for (const std::string bad : {"2025-02-29", "2025-6-1", "tomorrow", "2025-06-01 00:00", "010",
                                "2025-06-01T00:00:00", "01.06.2025"}) {
    const std::vector<std::string> errors = ErrorsOf(With(SoundTerms(), "2025-06-01", bad));
    ASSERT_EQ(errors.size(), 1u) << bad;
    EXPECT_TRUE(absl::StartsWith(errors[0], "7:9 terms-bad-value `from` is \"")) << errors[0];
  }
  std::vector<std::string> errors = ErrorsOf(With(SoundTerms(), "zone: UTC", "zone: Mars/Olympus"));
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0],
            "33:13 unknown-zone no rules for the time zone \"Mars/Olympus\"; name an "
            "IANA time zone, like `UTC` or `Asia/Jakarta`");
  errors = ErrorsOf(With(SoundTerms(), "zone: UTC", "zone: Broken"));
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_TRUE(absl::StartsWith(errors[0], "33:13 unknown-zone the rules of the time zone"))
      << errors[0];
}

}  // namespace
}  // namespace tally::tools
