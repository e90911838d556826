// Goal: each rule gives the value that it says it gives, for each field by itself, and what no rule
// decides is refused with the field and both documents.
// Method: three sound documents, a change at a time; the terms that come out are compared with the
// one file that says the same.
#include "tools/terms_resolve.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/tools/levels_support.h"
#include "tests/tools/terms_support.h"

namespace tally::tools {
namespace {

void Change(LevelDocuments& documents, const std::string& name, const std::string& from,
            const std::string& to) {
  documents.files[name] = With(documents.files[name], from, to);
}

void Say(LevelDocuments& documents, const std::string& rule, const std::string& fields) {
  Change(documents, "service.yaml", "rule: most specific wins", "rule: " + rule);
  Change(documents, "service.yaml", "fields: none", "fields: " + fields);
}

const Objective& First(const CheckedTerms& checked) {
  return checked.compiled->terms.objectives[0];
}

TEST(TermsResolve, MostSpecificWins) {
  const LevelDocuments documents = SoundLevels();
  ASSERT_EQ(absl::StrJoin(documents.Errors(), "\n"), "");
  const CheckedTerms checked = documents.Check();
  EXPECT_EQ(First(checked).target.percent, (Decimal{99, 0}));
  EXPECT_EQ(First(checked).clause->id, "K-3");
  EXPECT_EQ(checked.compiled->terms.disputes.claim_within_days, 90u);
  EXPECT_EQ(checked.compiled->terms.disputes.objection_days, 10u);
  const FieldSource target = SourceOf(checked, "objectives.availability.target");
  EXPECT_EQ(target.level, "service");
  EXPECT_EQ(target.rule, FieldRule::kMostSpecific);
  EXPECT_EQ(target.line, 16u);
  const FieldSource window = SourceOf(checked, "objectives.availability.window");
  EXPECT_EQ(window.level, "corporate");
  EXPECT_EQ(window.rule, FieldRule::kOnlyStated);
  EXPECT_EQ(window.clause, "C-7");
  EXPECT_EQ(SourceOf(checked, "objectives.availability.measure.source").level, "service");
  EXPECT_EQ(SourceOf(checked, "parties.customer").level, "customer");
}

// What is resolved is ordinary terms: but for the table of sources, one file says the same.
TEST(TermsResolve, TheTermsAreThoseOfOneFile) {
  Terms terms = SoundLevels().Check().compiled->terms;
  terms.levels.reset();
  std::string one = SoundTerms();
  one = With(one, "zone: Asia/Jakarta", "zone: UTC");
  one = With(one, "    obligor: provider",
             "    clause: { id: K-3, wording: customer, document: none }\n    obligor: provider");
  one = With(one, "target: at least 99.99 %", "target: at least 99 %");
  one = With(one,
             "        - { from: 99 %, below: 99.99 %, credit: 10 % }\n        - { from: 95 %, "
             "below: 99 %, credit: 30 % }\n        - { below: 95 %, credit: 100 % }",
             "        - { below: 99 %, credit: 10 % }");
  one = With(one, "claim within: 60 days", "claim within: 90 days");
  one = With(one, "answer within: 30 days", "answer within: 10 days");
  const absl::StatusOr<CompiledTerms> compiled = CompileTerms(one, "one.yaml", MadeZones());
  ASSERT_TRUE(compiled.ok()) << compiled.status();
  EXPECT_EQ(Encode(terms), Encode(compiled->terms));
}

// DOMAIN 3.17 rule 24
TEST(TermsResolve, StrictestWinsWhereADirectionIsDeclared) {
  LevelDocuments documents = SoundLevels();
  Say(documents, "most specific wins",
      "{ objectives.*.target: strictest wins, disputes.answer within: strictest wins }");
  Change(documents, "service.yaml", "below: 99 %", "below: 99.9 %");
  ASSERT_EQ(absl::StrJoin(documents.Errors(), "\n"), "");
  const CheckedTerms checked = documents.Check();
  EXPECT_EQ(First(checked).target.percent, (Decimal{999, 1}));
  const FieldSource target = SourceOf(checked, "objectives.availability.target");
  EXPECT_EQ(target.level, "customer");
  EXPECT_EQ(target.rule, FieldRule::kStrictest);
  EXPECT_EQ(target.clause, "K-3");
  EXPECT_EQ(checked.compiled->terms.disputes.answer_within_days, 10u);
  std::vector<std::string> gave_way;
  for (const Overruled& each : checked.ranges[0].overruled) {
    gave_way.push_back(absl::StrCat(each.field, " ", each.level, "<", each.winner));
  }
  EXPECT_EQ(absl::StrJoin(gave_way, ", "),
            "objectives.availability.target service<customer, objectives.availability.target "
            "corporate<customer, objectives.availability.clause corporate<customer, "
            "disputes.claim within corporate<customer, disputes.answer within corporate<customer");
}

TEST(TermsResolve, StrictestWithoutADirectionIsRefused) {
  LevelDocuments documents = SoundLevels();
  Say(documents, "strictest wins", "{ objectives.availability.clause: customer }");
  Change(documents, "service.yaml", "below: 99 %", "below: 99.9 %");
  EXPECT_EQ(absl::StrJoin(documents.Errors(), "\n"),
            "customer.yaml:9 terms-levels disputes.claim within: customer (customer.yaml:9) and "
            "corporate (corporate.yaml:22) differ, and no declared direction makes one stricter; "
            "say under `levels: fields:` which counts, like `disputes.claim within: customer`");
}

TEST(TermsResolve, OnlyAsListedRefusesWhatIsNot) {
  LevelDocuments documents = SoundLevels();
  Say(documents, "only as listed",
      "{ objectives.availability: most specific wins, disputes.claim within: corporate }");
  EXPECT_EQ(absl::StrJoin(documents.Errors(), "\n"),
            "customer.yaml:9 terms-levels disputes.answer within: customer (customer.yaml:9) and "
            "corporate (corporate.yaml:23) differ, and the field is not listed; say under `levels: "
            "fields:` which counts, like `disputes.answer within: customer`");
  Change(documents, "service.yaml", "disputes.claim within: corporate", "disputes: corporate");
  ASSERT_EQ(absl::StrJoin(documents.Errors(), "\n"), "");
  const CheckedTerms checked = documents.Check();
  EXPECT_EQ(checked.compiled->terms.disputes.claim_within_days, 60u);
  EXPECT_EQ(checked.compiled->terms.disputes.answer_within_days, 30u);
  EXPECT_EQ(SourceOf(checked, "disputes.answer within").rule, FieldRule::kNamed);
}

TEST(TermsResolve, PrecedenceIsATerm) {
  LevelDocuments documents = SoundLevels();
  Change(documents, "service.yaml", "[service, customer, corporate]",
         "[corporate, customer, service]");
  Change(documents, "service.yaml", "below: 99 %", "below: 99.5 %");
  ASSERT_EQ(absl::StrJoin(documents.Errors(), "\n"), "");
  EXPECT_EQ(First(documents.Check()).target.percent, (Decimal{995, 1}));
}

TEST(TermsResolve, FewerStarsCountMore) {
  LevelDocuments documents = SoundLevels();
  Say(documents, "most specific wins",
      "{ objectives.*.target: corporate, objectives.availability.target: service }");
  ASSERT_EQ(absl::StrJoin(documents.Errors(), "\n"), "");
  EXPECT_EQ(First(documents.Check()).target.percent, (Decimal{99, 0}));
  Change(documents, "service.yaml", "objectives.availability.target: service",
         "\"*.availability.target\": service");
  ASSERT_EQ(documents.Errors().size(), 1u);
  EXPECT_TRUE(absl::StrContains(documents.Errors()[0], "both mean objectives.availability.target"));
}

TEST(TermsResolve, FieldsThatNobodyStatesAreRefused) {
  LevelDocuments documents = SoundLevels();
  Say(documents, "most specific wins",
      "{ objectives.availability.targt: corporate, parties.provider: corporate }");
  EXPECT_EQ(absl::StrJoin(documents.Errors(), "\n"),
            "customer.yaml:2 terms-levels `levels: fields:` takes parties.provider from corporate, "
            "which does not state it; name a level that does, or state it there\n"
            "service.yaml:8 terms-levels no document states objectives.availability.targt; write a "
            "field as `tally terms resolve` prints it, `*` for any one part");
}

// Choices that go with a word that lost are left over; whoever signs says that they fall away.
TEST(TermsResolve, WhatIsLeftOverIsLeftOutByName) {
  LevelDocuments documents = SoundLevels();
  Change(documents, "service.yaml", "objectives:\n",
         "disputes: { credits: automatic }\nobjectives:\n");
  const std::vector<std::string> errors = documents.Errors();
  ASSERT_EQ(errors.size(), 3u);
  EXPECT_TRUE(absl::StrContains(errors[0], "corporate.yaml:24")) << errors[0];
  EXPECT_TRUE(absl::StrContains(errors[0], "automatic credits need no claim")) << errors[0];
  EXPECT_TRUE(absl::StrContains(errors[0], "under `levels: fields:` as `left out`")) << errors[0];
  Say(documents, "most specific wins",
      "{ disputes.claim within: left out, disputes.answer within: left out, disputes.silence: left "
      "out }");
  EXPECT_EQ(absl::StrJoin(documents.Errors(), "\n"), "");
}

// The choices of one kind mean nothing to another: the measure is one field.
TEST(TermsResolve, MeasuresOfDifferentKindsAreOneField) {
  LevelDocuments documents = SoundLevels();
  Change(documents, "customer.yaml", "    target: at least 99.9 %",
         "    measure: { kind: volume, from: x }\n    target: at least 99.9 %");
  Say(documents, "strictest wins",
      "{ objectives.availability.clause: customer, disputes.claim within: corporate }");
  Change(documents, "service.yaml", "below: 99 %", "below: 99.9 %");
  const std::vector<std::string> errors = documents.Errors();
  ASSERT_FALSE(errors.empty());
  EXPECT_TRUE(
      absl::StrContains(absl::StrJoin(errors, "\n"), "objectives.availability.measure: service"))
      << absl::StrJoin(errors, "\n");
}

TEST(TermsResolve, SourcesUnderAnyKeyAreOneField) {
  LevelDocuments documents = SoundLevels();
  Change(documents, "customer.yaml", "    target: at least 99.9 %",
         "    measure: { sources: [a/x, b/y] }\n    target: at least 99.9 %");
  ASSERT_EQ(absl::StrJoin(documents.Errors(), "\n"), "");
  EXPECT_EQ(First(documents.Check()).measure.sources[0].feed, "lime-upptime");
  Say(documents, "most specific wins", "{ objectives.availability.measure.source: customer }");
  ASSERT_EQ(absl::StrJoin(documents.Errors(), "\n"), "");
  EXPECT_EQ(First(documents.Check()).measure.sources[1].source, "y");
}

TEST(TermsResolve, CalendarsArePutTogether) {
  LevelDocuments documents = SoundLevels();
  Change(documents, "corporate.yaml", "zone: UTC", "zone: Europe/Berlin");
  documents.files["corporate.yaml"] += "calendars: [office-hours]\n";
  documents.files["service.yaml"] += "calendars: [office-hours]\n";
  ASSERT_EQ(absl::StrJoin(documents.Errors(), "\n"), "");
  EXPECT_EQ(documents.Check().compiled->calendars, std::vector<std::string>{"office-hours"});
}

}  // namespace
}  // namespace tally::tools
