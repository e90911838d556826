// Goal: nobody orders an erasure as arbiter whom not everybody named, or whom they dismissed
// (T-88). Method: small histories of proposals and acceptances, and who is arbiter after each act.
#include "ledger/log/signed_terms.h"

#include "gtest/gtest.h"
#include "tests/schema/terms_example_support.h"

namespace tally::ledger {
namespace {

template <typename Digest>
Digest SignedDigest(uint8_t number) {
  Digest digest;
  digest.bytes[0] = number;
  return digest;
}
const StreamId kProvider = SignedDigest<StreamId>(1);
const StreamId kCustomer = SignedDigest<StreamId>(2);
const StreamId kChamber = SignedDigest<StreamId>(3);
const StreamId kProbes = SignedDigest<StreamId>(4);
constexpr uint8_t kUnchanged = 0;

class SignedTermsTest : public ::testing::Test {
 protected:
  SignedTermsTest() {
    AgreementOpened opened;
    opened.name = "gold";
    opened.parties = {{"provider", "lime", kProvider},
                      {"customer", "coral", kCustomer},
                      {"arbiter", "chamber", kChamber}};
    Add(BodyKind::kAgreementOpened, kProvider, Encode(opened));
  }
  void Add(BodyKind kind, const StreamId& author, Bytes body, uint8_t digest = 0,
           uint8_t answers = 0) {
    RecordedEvent act;
    act.header.kind = kind;
    act.header.author = author;
    act.header.answers = SignedDigest<Hash>(answers);
    act.digest = SignedDigest<Hash>(digest);
    act.body = std::move(body);
    const absl::Status added = terms_.Add(act);
    EXPECT_TRUE(added.ok()) << added;
  }
  // Terms that call the chamber by `role`; nothing else of them is read.
  static Bytes TermsCalling(const char* role) {
    Terms terms = ExampleTerms();
    terms.parties = {{"provider", "lime"}};
    if (role != nullptr) terms.parties.push_back({role, "chamber"});
    return Encode(terms);
  }
  static std::vector<Binding> Bindings(bool arbiter) {
    std::vector<Binding> bindings = {{"feed/probes", kProbes}, {"party/lime", kProvider}};
    if (arbiter) bindings.push_back({"party/chamber", kChamber});
    return bindings;
  }
  // A version is called by one number: of its proposal's digest and of its terms.
  void Propose(uint8_t number, const StreamId& author, bool arbiter, uint8_t base = kUnchanged,
               const char* role = "arbiter") {
    if (base == kUnchanged) {
      TermsProposed said;
      said.terms_hash = SignedDigest<TermsHash>(number);
      said.terms = TermsCalling(arbiter ? role : nullptr);
      said.bindings = Bindings(arbiter);
      return Add(BodyKind::kTermsProposed, author, Encode(said), number);
    }
    AmendmentProposed said;
    said.base = SignedDigest<TermsHash>(base);
    said.terms_hash = SignedDigest<TermsHash>(number);
    said.terms = TermsCalling(arbiter ? role : nullptr);
    said.bindings = Bindings(arbiter);
    said.reach = Reach::kProspective;
    Add(BodyKind::kAmendmentProposed, author, Encode(said), number);
  }
  void Accept(uint8_t number, const StreamId& author, BodyKind kind = BodyKind::kTermsAccepted) {
    const TermsHash hash = SignedDigest<TermsHash>(number);
    Add(kind, author,
        kind == BodyKind::kTermsAccepted ? Encode(TermsAccepted{hash})
                                         : Encode(AmendmentAccepted{hash}),
        0, number);
  }
  bool ChamberDecides() const { return terms_.Arbiters() == std::vector<StreamId>{kChamber}; }
  SignedTerms terms_;
};

TEST_F(SignedTermsTest, T88TheOpeningAloneMakesNobodyArbiter) {
  EXPECT_FALSE(ChamberDecides());
  Propose(10, kProvider, true);
  EXPECT_TRUE(terms_.signers() == std::set<StreamId>{kProvider});
  Propose(11, kProvider, false);
  Accept(11, kCustomer);
  EXPECT_FALSE(ChamberDecides());
  Accept(11, kProvider);
  EXPECT_FALSE(ChamberDecides());
}

TEST_F(SignedTermsTest, T88WhomAllNamedDecides) {
  Propose(10, kProvider, true);
  EXPECT_FALSE(terms_.RelyOn(kProbes));
  Accept(10, kCustomer);
  EXPECT_TRUE(ChamberDecides());
  EXPECT_TRUE(terms_.RelyOn(kProbes));
  EXPECT_FALSE(terms_.RelyOn(kCustomer));
}

TEST_F(SignedTermsTest, T88WhomAllLeftOutDecidesNoMore) {
  Propose(10, kProvider, true);
  Accept(10, kCustomer);
  Propose(11, kProvider, false, 10);
  EXPECT_TRUE(ChamberDecides());  // one side's proposal dismisses nobody
  Accept(11, kCustomer, BodyKind::kAmendmentAccepted);
  EXPECT_FALSE(ChamberDecides());
  Propose(12, kCustomer, true, 10);  // upon terms that are no longer in force
  Accept(12, kProvider, BodyKind::kAmendmentAccepted);
  EXPECT_FALSE(ChamberDecides());
  Propose(13, kCustomer, true, 11);
  Accept(13, kProvider, BodyKind::kAmendmentAccepted);
  EXPECT_TRUE(ChamberDecides());
}

TEST_F(SignedTermsTest, T88OtherTermsAcceptedLaterChangeNothing) {
  Propose(10, kProvider, false);
  Propose(11, kProvider, true);
  Accept(10, kCustomer);
  Accept(11, kCustomer);  // overtaken: terms are in force
  EXPECT_FALSE(ChamberDecides());
}

// Of an opening that one party wrote alone: as a helpdesk everybody may sign him.
TEST_F(SignedTermsTest, T88WhomAllNamedOtherwiseIsNoArbiter) {
  Propose(10, kProvider, true);
  Propose(11, kProvider, true, kUnchanged, "helpdesk");
  Accept(11, kCustomer);
  EXPECT_FALSE(ChamberDecides());
  Propose(12, kProvider, true, 11);
  Accept(12, kCustomer, BodyKind::kAmendmentAccepted);
  EXPECT_TRUE(ChamberDecides());
  Propose(13, kProvider, true, 12, "expert");
  Accept(13, kCustomer, BodyKind::kAmendmentAccepted);
  EXPECT_FALSE(ChamberDecides()) << "dismissed, and kept for something else";
}

TEST_F(SignedTermsTest, T88AttestedTermsAreSignedByOneAlone) {
  TermsAttested said;
  said.terms_hash = SignedDigest<TermsHash>(10);
  said.terms = TermsCalling("arbiter");
  said.bindings = Bindings(true);
  Add(BodyKind::kTermsAttested, kProvider, Encode(said), 10);
  EXPECT_TRUE(ChamberDecides());
  Propose(11, kCustomer, false);
  EXPECT_FALSE(ChamberDecides());
}

}  // namespace
}  // namespace tally::ledger
