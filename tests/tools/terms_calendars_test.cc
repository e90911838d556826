// Goal: calendars are pinned to their bytes, and what cannot be read is refused where it is named.
// Method: the list of a sound file that has a measure in office hours.
#include "tools/terms_calendars.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "ledger/crypto/sha256.h"
#include "tests/tools/terms_support.h"
#include "tools/terms_text.h"

namespace tally::tools {
namespace {

std::string WithCalendars(const std::string& list) {
  const VocabularyRow& row = *FindInVocabulary(ThingKind::kMeasure, "mean ticket time");
  // The windows of the second objective are in the calendar's zone.
  const std::string second = With(SecondObjective(row), "zone: UTC", "zone: Europe/Berlin");
  return WithLines(SoundTerms(), second + "calendars: " + list + "\n");
}

TEST(TermsCalendars, CarryTheDigestOfTheirBytesAndTheirZone) {
  const std::string text =
      With(WithCalendars("[office-hours]"), "calendar: 24x7", "calendar: office-hours");
  absl::StatusOr<CompiledTerms> compiled = CompileTerms(text, "f", MadeZones());
  ASSERT_TRUE(compiled.ok()) << compiled.status();
  ASSERT_EQ(compiled->terms.calendars.size(), 1u);
  EXPECT_EQ(compiled->terms.calendars[0].rules,
            ledger::DigestOfDocument(*MadeZones().Calendar("office-hours")));
  EXPECT_EQ(compiled->calendars, (std::vector<std::string>{"office-hours"}));
  EXPECT_EQ(compiled->zones, (std::vector<std::string>{"Asia/Jakarta", "Europe/Berlin", "UTC"}));
  const std::string shown = FormatTermsForPeople(compiled->terms);
  EXPECT_TRUE(absl::StrContains(shown, "\ncalendars:\n  # rules of office-hours: SHA-256 "));
  EXPECT_TRUE(absl::StrContains(shown, "\n  - office-hours\n"));
  EXPECT_EQ(Encode(CompileTerms(shown, "f", MadeZones())->terms), Encode(compiled->terms));
}

TEST(TermsCalendars, WhatIsNoCalendarIsRefused) {
  const auto error = [](const std::string& list) {
    const std::vector<std::string> errors = ErrorsOf(WithCalendars(list));
    EXPECT_EQ(errors.size(), 1u) << absl::StrJoin(errors, "\n");
    return errors.empty() ? "" : errors[0];
  };
  EXPECT_TRUE(absl::StrContains(error("[bank-holidays]"),
                                "unknown-calendar there is no calendar \"bank-holidays\""));
  EXPECT_TRUE(absl::StrContains(error("[broken]"),
                                "unknown-calendar the calendar \"broken\" "
                                "cannot be read: "));
  EXPECT_TRUE(absl::StrContains(error("[on-mars]"),
                                "unknown-zone no rules for the time zone "
                                "\"Mars/Olympus\""));
  // Nor is it reported again where it is named.
  const std::vector<std::string> named =
      ErrorsOf(With(WithCalendars("[bank-holidays]"), "calendar: 24x7", "calendar: bank-holidays"));
  EXPECT_EQ(named.size(), 1u) << absl::StrJoin(named, "\n");
  EXPECT_TRUE(absl::StrContains(error("[24x7]"), "the calendar 24x7 is always there"));
  EXPECT_TRUE(absl::StrContains(error("[office-hours, office-hours]"), "stands twice"));
  EXPECT_TRUE(ErrorsOf(WithCalendars("none")).empty());
}

// The rules of its zone are pinned once: by the window that is in it, or else by the calendar.
TEST(TermsCalendars, PinTheZoneInWhichNothingElseIs) {
  const std::string in_window =
      With(WithCalendars("[office-hours]"), "calendar: 24x7", "calendar: office-hours");
  const absl::StatusOr<CompiledTerms> known = CompileTerms(in_window, "f", MadeZones());
  ASSERT_TRUE(known.ok()) << known.status();
  EXPECT_FALSE(known->terms.calendars[0].zone.has_value());

  const std::string alone = With(in_window, "zone: Europe/Berlin", "zone: UTC");
  EXPECT_TRUE(ErrorsOf(alone).empty());
  const absl::StatusOr<CompiledTerms> compiled = CompileTerms(alone, "f", MadeZones());
  ASSERT_TRUE(compiled.ok()) << compiled.status();
  const std::optional<ZoneRef>& zone = compiled->terms.calendars[0].zone;
  ASSERT_TRUE(zone.has_value());
  EXPECT_EQ(zone->name, "Europe/Berlin");
  EXPECT_EQ(*zone, known->terms.objectives[1].window.zone);
  // What is proposed brings the rules along, and what is shown compiles to the same bytes.
  EXPECT_EQ(compiled->zones, (std::vector<std::string>{"Asia/Jakarta", "Europe/Berlin", "UTC"}));
  const std::string shown = FormatTermsForPeople(compiled->terms);
  EXPECT_TRUE(absl::StrContains(
      shown, absl::StrCat("  # rules of Europe/Berlin: SHA-256 ", zone->rules.ToHex(), "\n")));
  EXPECT_EQ(Encode(CompileTerms(shown, "f", MadeZones())->terms), Encode(compiled->terms));
  const absl::StatusOr<Terms> read = DecodeTerms(Encode(compiled->terms));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->calendars, compiled->terms.calendars);
}

}  // namespace
}  // namespace tally::tools
