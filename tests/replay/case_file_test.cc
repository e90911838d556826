// Goal: a case is opened only for what the ledger holds at that size, with a status that says what
// is missing; unilateral terms are shown as such.
// Method: each thing left out once.
#include "replay/case_file.h"

#include <gtest/gtest.h>

#include "ledger/chain/digest.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

absl::StatusCode CodeOf(const SmallCase& test, const ReplayRequest& request) {
  return Replay(test.ledger(), request).status().code();
}

TEST(CaseFile, NamesWhatIsMissing) {
  SmallCase test;
  EXPECT_EQ(CodeOf(test, test.Request("2026-03")), absl::StatusCode::kNotFound);
  uint64_t before = test.ledger().head().size;
  Hash proposal = test.Propose(test.terms);
  EXPECT_EQ(CodeOf(test, test.Request("2026-03")), absl::StatusCode::kFailedPrecondition)
      << "proposed, and not accepted";
  test.Accept(test.terms, proposal);
  EXPECT_EQ(CodeOf(test, test.Request("2026-03")), absl::StatusCode::kOk);
  ReplayRequest early = test.Request("2026-03");
  early.axes.at_size = before;
  EXPECT_EQ(CodeOf(test, early), absl::StatusCode::kNotFound) << "opened later";
  early.axes = {};
  early.axes.as_recorded = On("2026-02-01T00:00:00Z");
  EXPECT_EQ(CodeOf(test, early), absl::StatusCode::kNotFound) << "nothing was recorded by then";
}

TEST(CaseFile, T54ZoneRulesComeFromTheLedgerByTheirDigest) {
  SmallCase test;
  Terms elsewhere = test.terms;
  elsewhere.zone = {"UTC", Rename<DocumentDigest>(Hash{{1}})};
  test.Agree(elsewhere);
  absl::Status status = Replay(test.ledger(), test.Request("2026-03")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(status.message().find("zone UTC"), absl::string_view::npos) << status;
}

TEST(CaseFile, FeedsAndSourcesThatAreNotThereAreFindings) {
  SmallCase test;
  Terms terms = test.terms;
  terms.objectives[0].measure.sources = {{"nowhere", "web"}, {"probes", "nothing"}};
  test.Agree(terms);
  Result result = test.Replay("2026-03");
  EXPECT_TRUE(Has(result, "feed-unbound"));
  EXPECT_TRUE(Has(result, "source-unregistered"));
  EXPECT_EQ(result.windows.at(0).counted, 0) << "unknown, and unknown counts as up here";
  Result everything = test.Replay();
  EXPECT_TRUE(everything.windows.empty());
  EXPECT_TRUE(Has(everything, "watermark-missing"));
}

TEST(CaseFile, AttestedTermsGiveFiguresThatBindNobody) {
  SmallCase test;
  test.Open(test.terms);
  TermsAttested attested;
  attested.terms = Encode(test.terms);
  attested.terms_hash = ledger::HashOfTerms(attested.terms);
  attested.bindings = test.Bindings();
  attested.reason = "the other side has no key yet";
  test.Act(test.shop, BodyKind::kTermsAttested, Encode(attested));
  Result result = test.Replay("2026-03");
  EXPECT_EQ(result.terms, attested.terms_hash);
  EXPECT_TRUE(Has(result, "terms-unilateral"));
  EXPECT_TRUE(test.Project().statements.empty());
}

TEST(CaseFile, ReadingsSpeakOfTheSameParties) {
  SmallCase test;
  test.Agree(test.terms);
  ReplayRequest request = test.Request("2026-03");
  request.terms = test.terms;
  request.terms->parties[0].name = "stranger";
  request.terms->parties[0].role = "supplier";
  request.terms->objectives[0].obligor = "supplier";
  EXPECT_EQ(CodeOf(test, request), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace tally::replay
