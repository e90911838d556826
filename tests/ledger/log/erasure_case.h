// A ledger with evidence that two parties rely on, for tests of erasure.
#pragma once

#include <string>

#include "schema/erasure.h"
#include "tests/ledger/log/ledger_support.h"
#include "tests/schema/terms_example_support.h"

namespace tally::ledger {

// lime writes the feed "uptime"; agreement "gold" between lime and coral, with "chamber" as
// arbiter, has accepted terms that bind it. `other` is a party of nothing.
class ErasureCase {
 public:
  ErasureCase()
      : lime(test.AddParty("lime")),
        coral(test.AddParty("coral")),
        chamber(test.AddParty("chamber")),
        other(test.AddParty("other")),
        feed(test.AddFeed("uptime", lime)) {
    feed.Register(1, "site");
    registered = test.Append(feed.Sign()).index;
    agreement = test.AddAgreement(
        "gold", {{"provider", &lime}, {"customer", &coral}, {"arbiter", &chamber}});
    TermsProposed proposed;
    Terms said = ExampleTerms();
    said.parties = {{"provider", "lime"}, {"customer", "coral"}, {"arbiter", "chamber"}};
    proposed.terms = Encode(said);
    proposed.terms_hash = HashOfTerms(proposed.terms);
    proposed.bindings = {{"feed/uptime", feed.id()}, {"party/chamber", chamber.id}};
    terms = test.Append(test.SignAct(lime, agreement, BodyKind::kTermsProposed, Encode(proposed)))
                .index;
    test.Append(test.SignAct(coral, agreement, BodyKind::kTermsAccepted,
                             Encode(TermsAccepted{proposed.terms_hash}),
                             {.answers = test.DigestAt(terms)}));
    for (int i = 0; i < 3; ++i) {
      feed.Report(1, i == 1 ? State::kDown : State::kUp, At("2025-12-01T00:00:00Z") + Hours(i));
    }
    feed.Run({1}, 40, At("2025-12-02T00:00:00Z"), Minutes(1), State::kDown);
    states = test.Append(feed.Sign()).index;
  }

  Hash DigestOf(uint64_t index, uint32_t offset) const {
    return test.ledger().ReadRecord(index).value().events()[offset].digest;
  }
  ErasureAgreed Agreement(uint64_t index, uint32_t offset) const {
    return {DigestOf(index, offset), index, offset, "asked", {}};
  }
  // The party's word, recorded; gives the act's digest.
  Hash Agree(const TestParty& party, uint64_t index, uint32_t offset) {
    return AgreeTo(party, Agreement(index, offset));
  }
  Hash AgreeTo(const TestParty& party, const ErasureAgreed& agreed) {
    return test.DigestAt(
        test.Append(test.SignAct(party, party.opening, BodyKind::kErasureAgreed, Encode(agreed)))
            .index);
  }
  Erasure Of(uint64_t index, uint32_t offset) const {
    Erasure erasure;
    erasure.event = DigestOf(index, offset);
    erasure.index = index;
    erasure.offset = offset;
    erasure.reason = "asked";
    erasure.requested_by = "lime";
    return erasure;
  }
  absl::Status Try(const Erasure& erasure) {
    return test.TryAppend(test.SignServiceAct(0, BodyKind::kErasure, Encode(erasure))).status();
  }
  // Everybody agrees, and the erasure is recorded; it is not carried out.
  void Record(uint64_t index, uint32_t offset, RowsOfRun part = {}) {
    Erasure erasure = Of(index, offset);
    erasure.part = part;
    erasure.request = Agree(lime, index, offset);
    erasure.consents = {erasure.request, Agree(coral, index, offset)};
    const absl::Status recorded = Try(erasure);
    EXPECT_TRUE(recorded.ok()) << recorded;
  }

  TestLedger test;
  TestParty& lime;
  TestParty& coral;
  TestParty& chamber;
  TestParty& other;
  TestFeed& feed;
  uint64_t agreement = 0, registered = 0, terms = 0;
  uint64_t states = 0;  // three states, then a run of 40 rows
};

}  // namespace tally::ledger
