// Goal: whom terms bind may speak once every party has consented whom they need, and before that
// nobody (H1 of an attack: an opening that one side wrote alone). Method: small histories of
// proposals and acceptances, one signature missing or misplaced each time.
#include "ledger/log/agreed_parties.h"

#include <gtest/gtest.h>

#include "ledger/chain/digest.h"
#include "schema/rejection.h"
#include "tests/schema/terms_example_support.h"

namespace tally::ledger {
namespace {

StreamId AgreedParty(uint8_t number) {
  StreamId party;
  party.bytes[0] = number;
  return party;
}
const StreamId kLime = AgreedParty(1), kCoral = AgreedParty(2), kJudge = AgreedParty(3),
               kWatch = AgreedParty(4);

class AgreedPartiesTest : public ::testing::Test {
 protected:
  AgreedPartiesTest() {
    AgreementOpened opened;
    opened.name = "gold";
    opened.parties = {
        {"provider", "lime", kLime}, {"customer", "coral", kCoral}, {"monitor", "watch", kWatch}};
    Add(BodyKind::kAgreementOpened, kLime, Encode(opened), {});
  }
  Hash Add(BodyKind kind, const StreamId& author, Bytes body, const Hash& answers) {
    RecordedEvent act;
    act.header.kind = kind;
    act.header.author = author;
    act.header.answers = answers;
    act.digest.bytes[0] = ++acts_;
    act.body = std::move(body);
    EXPECT_TRUE(agreed_.Add(act).ok());
    return act.digest;
  }
  // Terms that differ by when they begin; `judge`: they have an arbiter.
  static Bytes TermsOf(int number, bool judge) {
    Terms terms = ExampleTerms();
    terms.parties = {{"customer", "coral"}, {"provider", "lime"}};
    if (judge) terms.parties.insert(terms.parties.begin(), {"arbiter", "judge"});
    terms.from = terms.from + Seconds(number);
    return Encode(terms);
  }
  static std::vector<Binding> Bindings(const StreamId& customer = kCoral) {
    return {{"party/coral", customer}, {"party/judge", kJudge}, {"party/lime", kLime}};
  }
  Hash Propose(const StreamId& author, bool judge = false, const StreamId& customer = kCoral) {
    TermsProposed said;
    said.terms = TermsOf(0, judge);
    said.terms_hash = HashOfTerms(said.terms);
    said.bindings = Bindings(customer);
    return Add(BodyKind::kTermsProposed, author, Encode(said), {});
  }
  void Accept(const StreamId& author, const Hash& proposal, bool judge = false) {
    Add(BodyKind::kTermsAccepted, author, Encode(TermsAccepted{HashOfTerms(TermsOf(0, judge))}),
        proposal);
  }
  // An amendment number `number`, with an arbiter, of terms number `base`.
  Hash Amend(const StreamId& author, int number, int base = 0, const StreamId& customer = kCoral) {
    AmendmentProposed said;
    said.base = HashOfTerms(TermsOf(base, base > 0));
    said.terms = TermsOf(number, true);
    said.terms_hash = HashOfTerms(said.terms);
    said.bindings = Bindings(customer);
    said.reach = Reach::kProspective;
    return Add(BodyKind::kAmendmentProposed, author, Encode(said), {});
  }
  void AcceptAmendment(const StreamId& author, int number, const Hash& proposal) {
    Add(BodyKind::kAmendmentAccepted, author,
        Encode(AmendmentAccepted{HashOfTerms(TermsOf(number, true))}), proposal);
  }
  void InForce() { Accept(kCoral, Propose(kLime)); }

  AgreedParties agreed_;
  uint8_t acts_ = 0;
};

TEST_F(AgreedPartiesTest, TheOpeningNamesParties) {
  EXPECT_TRUE(agreed_.Has(kWatch));
  EXPECT_FALSE(agreed_.Has(kJudge));
  EXPECT_EQ(agreed_.added(), 1u);
}

TEST_F(AgreedPartiesTest, AnAmendmentBindsWithTheLastConsent) {
  InForce();
  const Hash amendment = Amend(kLime, 1);
  EXPECT_FALSE(agreed_.Has(kJudge)) << "one side alone names nobody";
  AcceptAmendment(kLime, 1, amendment);
  AcceptAmendment(kWatch, 1, amendment);
  EXPECT_FALSE(agreed_.Has(kJudge)) << "nor with a stranger's word";
  AcceptAmendment(kCoral, 1, amendment);
  EXPECT_TRUE(agreed_.Has(kJudge));
  // Whom later terms leave out may still speak; what he says is weighed elsewhere.
  AcceptAmendment(kCoral, 2, Amend(kLime, 2, 1));
  EXPECT_TRUE(agreed_.Has(kJudge));
}

TEST_F(AgreedPartiesTest, FirstTermsBindWithBothSignatures) {
  const Hash proposal = Propose(kLime, true);
  EXPECT_FALSE(agreed_.Has(kJudge));
  Accept(kCoral, proposal, true);
  EXPECT_TRUE(agreed_.Has(kJudge));
}

// The customer is left out: a party of the opening is bound to the role in its place.
TEST_F(AgreedPartiesTest, NobodyConsentsInAnothersPlace) {
  Accept(kWatch, Propose(kLime, true, kWatch), true);
  EXPECT_FALSE(agreed_.Has(kJudge)) << "first terms bind each role as the opening does";
  InForce();
  const Hash amendment = Amend(kLime, 1, 0, kWatch);
  AcceptAmendment(kWatch, 1, amendment);
  EXPECT_FALSE(agreed_.Has(kJudge)) << "whoever was needed before is needed for the change";
  AcceptAmendment(kCoral, 1, amendment);
  EXPECT_TRUE(agreed_.Has(kJudge));
}

TEST_F(AgreedPartiesTest, WhatChangesOtherTermsOrWasRefusedBindsNobody) {
  InForce();
  AcceptAmendment(kCoral, 1, Amend(kLime, 1, 7));
  EXPECT_FALSE(agreed_.Has(kJudge)) << "its base is not in force";
  const Hash refused = Amend(kLime, 1);
  Add(BodyKind::kAmendmentRejected, kCoral,
      Encode(AmendmentRejected{HashOfTerms(TermsOf(1, true)), ""}), refused);
  AcceptAmendment(kCoral, 1, refused);
  EXPECT_FALSE(agreed_.Has(kJudge));
  const Hash other = Amend(kLime, 1);
  AcceptAmendment(kCoral, 2, other);
  EXPECT_FALSE(agreed_.Has(kJudge)) << "the acceptance names other terms";
  AmendmentProposed lies;
  lies.base = HashOfTerms(TermsOf(0, false));
  lies.terms = TermsOf(1, true);
  lies.terms_hash = HashOfTerms(TermsOf(3, true));
  lies.bindings = Bindings();
  lies.reach = Reach::kProspective;
  AcceptAmendment(kCoral, 3, Add(BodyKind::kAmendmentProposed, kLime, Encode(lies), {}));
  EXPECT_FALSE(agreed_.Has(kJudge)) << "the proposal carries other terms than it names";
}

}  // namespace
}  // namespace tally::ledger
