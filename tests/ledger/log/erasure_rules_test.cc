// Goal: nothing is erased but with the request and the consents that the rules name, and an audit
// repeats them. Method: an erasure that passes, and each of its parts left out, wrong or another's.
#include "ledger/log/erasure_rules.h"

#include "gtest/gtest.h"
#include "tests/ledger/log/erasure_case.h"

namespace tally::ledger {
namespace {

class ErasureRulesTest : public testing::Test {
 protected:
  // An erasure of the first state that everybody has agreed to.
  Erasure Sound() {
    Erasure erasure = made_.Of(made_.states, 0);
    erasure.request = made_.Agree(made_.lime, made_.states, 0);
    erasure.consents = {erasure.request, made_.Agree(made_.coral, made_.states, 0)};
    return erasure;
  }
  void Refused(const Erasure& erasure, absl::string_view why,
               absl::StatusCode code = absl::StatusCode::kPermissionDenied) {
    const absl::Status status = made_.Try(erasure);
    EXPECT_EQ(status.code(), code) << status;
    EXPECT_NE(status.message().find(why), absl::string_view::npos) << status;
  }
  ErasureCase made_;
};

// T-88
TEST_F(ErasureRulesTest, T88TheSignersOfTheTermsMustAgree) {
  Erasure erasure = Sound();
  Erasure without = erasure;
  without.consents = {erasure.consents[0]};
  Refused(without, "agreement gold relies on the event, and coral has not agreed");
  without.consents = {erasure.consents[1]};
  Refused(without, "lime has not agreed");
  without.consents = {made_.Agree(made_.other, made_.states, 0), erasure.consents[0]};
  Refused(without, "coral has not agreed");
  EXPECT_TRUE(made_.Try(erasure).ok());
  EXPECT_TRUE(made_.Try(erasure).ok());  // the same act once more
  erasure.reason = "another";
  Refused(erasure, "was erased before", absl::StatusCode::kAlreadyExists);
  EXPECT_TRUE(made_.test.CheckLedger());
}

// T-88: of a run some rows, which are whole leaves that were not erased before.
TEST_F(ErasureRulesTest, T88RowsAreNamedInWholeLeaves) {
  const uint32_t run = 3;
  Erasure erasure = made_.Of(made_.states, run);
  erasure.request = made_.Agree(made_.lime, made_.states, run);
  erasure.consents = {erasure.request, made_.Agree(made_.coral, made_.states, run)};
  const auto invalid = absl::StatusCode::kInvalidArgument;
  erasure.part = {16, 15};
  Refused(erasure, "rows 16 to 30 are no whole leaves: rows 16 to 31 are", invalid);
  erasure.part = {3, 13};
  Refused(erasure, "rows 0 to 15 are", invalid);
  erasure.part = {32, 16};
  Refused(erasure, "the run has 40", invalid);
  erasure.part = {32, 8};
  EXPECT_TRUE(made_.Try(erasure).ok());
  erasure.part = {16, 24};
  Refused(erasure, "was erased before", absl::StatusCode::kAlreadyExists);
  erasure.part = {0, 16};
  EXPECT_TRUE(made_.Try(erasure).ok());
  erasure.part = {};
  EXPECT_TRUE(made_.Try(erasure).ok());
  erasure.part = {16, 16};
  Refused(erasure, "was erased before", absl::StatusCode::kAlreadyExists);
  Erasure state = made_.Of(made_.states, 0);
  state.part = {0, 16};
  Refused(state, "only a run has some", invalid);
  EXPECT_TRUE(made_.test.CheckLedger());
}

TEST_F(ErasureRulesTest, T88AWordAboutSomeRowsIsNoneAboutOthers) {
  const uint32_t run = 3;
  ErasureAgreed agreed = made_.Agreement(made_.states, run);
  agreed.part = {16, 16};
  Erasure erasure = made_.Of(made_.states, run);
  erasure.request = made_.Agree(made_.lime, made_.states, run);
  erasure.consents = {erasure.request, made_.AgreeTo(made_.coral, agreed)};
  Refused(erasure, "coral has not agreed");
  erasure.part = {0, 32};
  Refused(erasure, "coral has not agreed");
  erasure.part = {16, 16};
  EXPECT_TRUE(made_.Try(erasure).ok());
}

TEST_F(ErasureRulesTest, AWordAboutAnotherEventIsNone) {
  Erasure erasure = Sound();
  erasure.consents[1] = made_.Agree(made_.coral, made_.states, 1);
  Refused(erasure, "coral has not agreed");
  erasure = made_.Of(made_.states, 0);
  erasure.request = made_.Agree(made_.lime, made_.states, 1);
  Refused(erasure, "request: neither");
}

TEST_F(ErasureRulesTest, AnArbiterOrdersInThePlaceOfConsents) {
  Erasure erasure = made_.Of(made_.states, 0);
  erasure.request = made_.Agree(made_.lime, made_.states, 0);
  erasure.order = made_.Agree(made_.coral, made_.states, 0);  // no arbiter
  Refused(erasure, "has not agreed");
  erasure.order = made_.Agree(made_.chamber, made_.states, 0);
  EXPECT_TRUE(made_.Try(erasure).ok());
}

TEST_F(ErasureRulesTest, ADataSubjectAsksByADocument) {
  Erasure erasure = Sound();
  const Bytes letter(200, 'x');
  erasure.request = Rename<Hash>(DigestOfDocument(letter));
  erasure.requested_by = "a caller";
  Refused(erasure, "request: neither");
  made_.test.AddDocument(BodyKind::kDocumentAdded, "letter", "text/plain", letter);
  EXPECT_TRUE(made_.Try(erasure).ok());
}

TEST_F(ErasureRulesTest, TheEventIsTheOneThatIsNamed) {
  Erasure erasure = Sound();
  erasure.offset = 1;
  Refused(erasure, "another digest", absl::StatusCode::kInvalidArgument);
  erasure.offset = 99;
  Refused(erasure, "there is none", absl::StatusCode::kInvalidArgument);
  erasure.index = made_.test.ledger().head().size;
  Refused(erasure, "not recorded yet", absl::StatusCode::kInvalidArgument);
  ErasureAgreed agreed = made_.Agreement(made_.states, 0);
  agreed.offset = 1;
  const auto status = made_.test
                          .TryAppend(made_.test.SignAct(made_.lime, made_.lime.opening,
                                                        BodyKind::kErasureAgreed, Encode(agreed)))
                          .status();
  EXPECT_NE(status.message().find("another digest"), absl::string_view::npos) << status;
}

// T-88: what decides who may act or what was agreed stays.
TEST_F(ErasureRulesTest, T88OtherKindsAreNeverErased) {
  const uint64_t watermark =
      made_.test.Append(made_.feed.Mark(At("2025-12-03T00:00:00Z")).Sign()).index;
  for (const uint64_t index : {uint64_t{0}, made_.lime.opening, made_.feed.opening(),
                               made_.agreement, made_.terms, made_.registered, watermark}) {
    Erasure erasure = made_.Of(index, 0);
    erasure.request = erasure.event;
    Refused(erasure, "is never erased");
  }
}

TEST_F(ErasureRulesTest, WhoReliesOnNothingIsNotAsked) {
  TestFeed& unbound = made_.test.AddFeed("spare", made_.other);
  unbound.Register(1, "site").Report(1, State::kUp, At("2025-12-01T00:00:00Z"));
  const uint64_t index = made_.test.Append(unbound.Sign()).index;
  Erasure erasure = made_.Of(index, 1);
  erasure.request = made_.Agree(made_.lime, index, 1);
  Refused(erasure, "request: neither");  // not lime's event
  erasure.request = made_.Agree(made_.other, index, 1);
  EXPECT_TRUE(made_.Try(erasure).ok());
  EXPECT_TRUE(made_.test.CheckLedger());
}

}  // namespace
}  // namespace tally::ledger
