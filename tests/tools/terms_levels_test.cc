// Goal: documents count only as listed, with the bytes that are stated and in the time for which
// they hold; what is wrong is refused at its line with a way out.
// Method: three sound documents, each broken in one way; ranges over a change of the corporate one.
#include "tools/terms_levels.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/tools/levels_support.h"
#include "tests/tools/terms_support.h"
#include "tools/terms_text.h"

namespace tally::tools {
namespace {

constexpr char kCorporate[] =
    "    - { level: corporate, file: corporate.yaml, sha256: {{corporate.yaml}}, from: 2025-01-01, "
    "until: open }\n";

LevelDocuments LevelsWith(const std::string& name, const std::string& from, const std::string& to) {
  LevelDocuments documents = SoundLevels();
  documents.files[name] = With(documents.files[name], from, to);
  return documents;
}

void ExpectRefused(const LevelDocuments& documents, const std::string& said) {
  const std::string errors = absl::StrJoin(documents.Errors(), "\n");
  EXPECT_TRUE(absl::StrContains(errors, said)) << "expected: " << said << "\nfound: " << errors;
  EXPECT_FALSE(documents.Check().compiled.has_value());
}

TEST(TermsLevels, AMissingDocument) {
  LevelDocuments documents = SoundLevels();
  const std::string service = documents.Service();
  documents.files["service.yaml"] = service;  // with the digests of both
  documents.files.erase("customer.yaml");
  ExpectRefused(documents,
                "service.yaml:10 terms-levels the document customer.yaml cannot be read; "
                "put the file with the SHA-256 ");
}

TEST(TermsLevels, AnotherDigest) {
  LevelDocuments documents = SoundLevels();
  documents.files["service.yaml"] = documents.Service();
  documents.files["customer.yaml"] += "# a word more\n";
  ExpectRefused(documents,
                "service.yaml:10 terms-levels the document customer.yaml has the SHA-256 ");
}

TEST(TermsLevels, ACycle) {
  LevelDocuments documents = SoundLevels();
  documents.files["customer.yaml"] +=
      "levels:\n  documents:\n    - { level: service, file: service.yaml }\n";
  ExpectRefused(documents,
                "customer.yaml:11 terms-levels service.yaml and customer.yaml name each "
                "other as documents above; list all documents in the `levels` of the "
                "most specific one, and only there");
  documents.files["customer.yaml"] = SoundLevels().files["customer.yaml"] + "levels: none\n";
  ExpectRefused(documents, "customer.yaml:10 terms-levels customer.yaml has levels of its own");
  ExpectRefused(LevelsWith("service.yaml", "file: customer.yaml", "file: ./service.yaml"),
                "service.yaml:10 terms-levels ./service.yaml is this file itself");
}

TEST(TermsLevels, WhatADocumentMayHold) {
  ExpectRefused(LevelsWith("customer.yaml", "tally: terms/1\n", "tally: terms/2\n"),
                "customer.yaml:1 terms-bad-value");
  ExpectRefused(LevelsWith("customer.yaml", "parties:", "partys:"), "did you mean `parties`?");
  ExpectRefused(LevelsWith("customer.yaml", "disputes:", "amends: none\ndisputes:"),
                "`amends` means nothing here");
  ExpectRefused(LevelsWith("customer.yaml", "parties: {", "parties: [{"),
                "customer.yaml:2 bad-yaml the `[` of line 2 is not closed");
}

TEST(TermsLevels, PrecedenceNamesEachLevelOnce) {
  const std::string sound = "precedence: [service, customer, corporate]";
  ExpectRefused(LevelsWith("service.yaml", sound, "precedence: [service, customer]"),
                "service.yaml:6 terms-levels `precedence` lacks the level corporate");
  ExpectRefused(
      LevelsWith("service.yaml", sound, "precedence: [service, customer, corporate, service]"),
      "the level service stands twice");
  ExpectRefused(
      LevelsWith("service.yaml", sound, "precedence: [service, customer, corporate, world]"),
      "no document has the level world");
}

TEST(TermsLevels, TheBlockHasNoDefaults) {
  for (const std::string line :
       {"  this: service\n", "  precedence: [service, customer, corporate]\n",
        "  rule: most specific wins\n", "  fields: none\n"}) {
    ExpectRefused(LevelsWith("service.yaml", line, ""), "terms-missing-choice");
  }
  ExpectRefused(LevelsWith("service.yaml", "most specific wins", "newest wins"),
                "choose `most specific wins`, `strictest wins` or `only as listed`");
  ExpectRefused(LevelsWith("service.yaml", "fields: none", "fields: { disputes: newest }"),
                "`left out` or a level");
  ExpectRefused(LevelsWith("service.yaml", "fees:", "fes:"), "did you mean `fees`?");
  ExpectRefused(LevelsWith("service.yaml", "fees:", "resolved: none\nfees:"),
                "it says what `levels` came to");
  ExpectRefused(LevelsWith("service.yaml", "sha256: {{customer.yaml}}", "sha256: 12ab"),
                "write the 64 hex digits");
}

TEST(TermsLevels, TwoDocumentsOfOneLevelDoNotOverlap) {
  ExpectRefused(LevelsWith("service.yaml", kCorporate, absl::StrCat(kCorporate, kCorporate)),
                "two documents of the level corporate hold at 2025-01-01T00:00:00Z");
  ExpectRefused(LevelsWith("service.yaml", "level: customer", "level: service"),
                "service is the level of this file itself");
}

// The corporate document changes on a date: two times of service, two hashes; each says its own.
TEST(TermsLevels, EachTimeOfServiceHasItsTerms) {
  LevelDocuments documents = SoundLevels();
  documents.files["newer.yaml"] =
      With(documents.files["corporate.yaml"], "objection: 10 days", "objection: 20 days");
  documents.files["service.yaml"] =
      With(documents.files["service.yaml"], kCorporate,
           "    - { level: corporate, file: corporate.yaml, sha256: {{corporate.yaml}}, from: "
           "2025-01-01, until: 2026-01-01 }\n"
           "    - { level: corporate, file: newer.yaml, sha256: {{newer.yaml}}, from: 2026-01-01, "
           "until: open }\n");
  ASSERT_EQ(absl::StrJoin(documents.Errors(), "\n"), "");
  const CheckedTerms checked = documents.Check();
  ASSERT_EQ(checked.ranges.size(), 2u);
  EXPECT_EQ(FormatInstant(checked.ranges[0].valid.first), "2025-06-01T00:00:00Z");
  EXPECT_EQ(FormatInstant(checked.ranges[1].valid.first), "2026-01-01T00:00:00Z");
  EXPECT_EQ(checked.ranges[1].valid.limit, Instant::Max());
  EXPECT_EQ(checked.ranges[0].terms.disputes.objection_days, 10u);
  EXPECT_EQ(checked.ranges[1].terms.disputes.objection_days, 20u);
  EXPECT_EQ(checked.ranges[0].terms.levels->until, checked.ranges[1].valid.first);
  EXPECT_FALSE(checked.ranges[1].terms.levels->until);
  EXPECT_EQ(checked.ranges[1].terms.from, checked.ranges[0].terms.from) << "the term is one";
  EXPECT_EQ(Encode(checked.compiled->terms), Encode(checked.ranges[0].terms));
  // An amendment takes the documents that hold when it takes effect.
  documents.files["service.yaml"] +=
      "amends: { base: current, effective: 2026-01-01, reach: prospective, reason: newer }\n";
  ASSERT_EQ(absl::StrJoin(documents.Errors(), "\n"), "");
  const CheckedTerms amended = documents.Check();
  EXPECT_EQ(Encode(amended.compiled->terms).size(), Encode(checked.ranges[1].terms).size());
  EXPECT_EQ(amended.compiled->terms.disputes.objection_days, 20u);
}

// Two documents of one level with time between them: said, and what lacks a word then says when.
TEST(TermsLevels, AGapBetweenDocumentsIsSaid) {
  LevelDocuments documents = SoundLevels();
  const std::string corporate =
      "    - { level: corporate, file: corporate.yaml, sha256: {{corporate.yaml}}, from: "
      "2025-01-01, until: 2026-01-01 }\n";
  documents.files["newer.yaml"] = documents.files["corporate.yaml"] + "# newer\n";
  documents.files["service.yaml"] =
      With(documents.files["service.yaml"], kCorporate,
           corporate +
               "    - { level: corporate, file: newer.yaml, sha256: {{newer.yaml}}, from: "
               "2026-03-01, until: open }\n");
  const CheckedTerms checked = documents.Check();
  ASSERT_FALSE(checked.compiled.has_value()) << "the corporate document alone states the measure";
  std::string gap, missing;
  for (const Diagnostic& each : checked.report.Sorted()) {
    if (each.fault.code == "lint-level-gap") gap = each.fault.message;
    if (each.fault.code == "terms-missing-choice") missing = each.fault.message;
  }
  EXPECT_EQ(gap,
            "no document of the level corporate holds from 2026-01-01T00:00:00Z until "
            "2026-03-01T00:00:00Z: the other levels decide alone then");
  EXPECT_TRUE(absl::StrContains(missing, ", from 2026-01-01T00:00:00Z until 2026-03-01T00:00:00Z"))
      << missing;
  // Without a gap nothing is said of times.
  EXPECT_EQ(absl::StrJoin(SoundLevels().Errors(), "\n"), "");
  EXPECT_FALSE(SoundLevels().Check().report.HasWarnings() &&
               absl::StrContains(DiagnosticText(SoundLevels().Check().report.Sorted().front()),
                                 "lint-level-gap"));
}

TEST(TermsLevels, AChangedDocumentIsAnotherHash) {
  const LevelDocuments sound = SoundLevels();
  const LevelDocuments commented =
      LevelsWith("corporate.yaml", "disputes:\n", "# the same\ndisputes:\n");
  ASSERT_TRUE(commented.Check().compiled.has_value());
  EXPECT_NE(Encode(commented.Check().compiled->terms), Encode(sound.Check().compiled->terms));
}

}  // namespace
}  // namespace tally::tools
