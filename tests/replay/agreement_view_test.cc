// Goal: the view tells the state of every proposal, and which act made it so.
// Method: a small case with an amendment in force, one overtaken and one that waits.
#include "replay/agreement_view.h"

#include <gtest/gtest.h>

#include "ledger/chain/digest.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

TEST(AgreementView, TellsTheStateOfEachProposal) {
  SmallCase test;
  test.Agree(test.terms);
  const auto propose = [&](uint32_t objection_days, const Terms& base) {
    Terms amended = base;
    amended.disputes.objection_days = objection_days;
    AmendmentProposed body;
    body.base = ledger::HashOfTerms(Encode(base));
    body.terms = Encode(amended);
    body.terms_hash = ledger::HashOfTerms(body.terms);
    body.bindings = test.Bindings();
    body.effective = On("2026-04-01T00:00:00Z");
    body.reach = Reach::kProspective;
    test.Act(test.acme, BodyKind::kAmendmentProposed, Encode(body));
  };
  propose(11, test.terms);
  Terms amended = test.terms;
  amended.disputes.objection_days = 12;
  test.Amend(test.terms, amended, On("2026-04-01T00:00:00Z"), Reach::kProspective);
  propose(13, amended);
  const absl::StatusOr<AgreementView> view =
      ViewAgreement(test.ledger(), "gold", On("2026-03-20T00:00:00Z"));
  ASSERT_TRUE(view.ok()) << view.status();
  std::vector<std::string> states;
  for (const ProposedTerms& each : view->proposals) states.push_back(each.state);
  EXPECT_EQ(states, (std::vector<std::string>{"superseded", "overtaken", "in force", "waiting"}));
  ASSERT_TRUE(view->current.has_value());
  EXPECT_EQ(*view->current, 2u);
  EXPECT_EQ(view->proposals[1].decided_by, view->proposals[2].decided_by);
  EXPECT_EQ(view->proposals[3].waiting_for, std::vector<std::string>{"shop"});
  EXPECT_EQ(view->proposals[3].by, "acme");
  EXPECT_TRUE(absl::IsNotFound(
      ViewAgreement(test.ledger(), "silver", On("2026-03-20T00:00:00Z")).status()));
}

}  // namespace
}  // namespace tally::replay
