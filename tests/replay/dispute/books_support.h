// One breached month of 100.00 USD between acme and shop, weighed at any instant: the postings that
// acts, changes of its figure and rulings beside claims come to. Accounts sum to zero each time.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "replay/dispute/standing.h"
#include "schema/canonical.h"
#include "schema/claim_accepted.h"
#include "schema/invoice.h"
#include "tests/replay/dispute/acts_support.h"

namespace tally::replay {

class BooksTest : public ::testing::Test {
 protected:
  explicit BooksTest(ClaimNeeded needed = ClaimNeeded::kOnClaim) : terms_(WithArbiter(needed)) {}

  // Postings as "from>to amount", in their order.
  std::string Postings(absl::string_view knowledge) {
    Instant k = On(knowledge);
    WeighingInstants instants{k, k};
    WindowCase each;
    each.name = March();
    each.terms = &terms_;
    each.version = acts_.agreement().Current();
    each.calendars = &calendars_;
    each.zone = &zone_;
    each.obligor = "acme";
    each.obligee = "shop";
    each.obligee_party = Stream("shop");
    each.ended = true;
    each.breached = true;
    each.computed = Cash(computed_);
    each.cutoff = On("2026-04-06T00:00:00Z");
    each.closing = ClosingInForce(acts_.acts(), March(), {each.cutoff, 0}, instants);
    each.restated = restated_;
    each.ruled_credits = ruled_;
    std::vector<WindowCase> cases = {each};
    absl::StatusOr<Weighed> weighed =
        Weigh(acts_.acts(), acts_.forum(), cases, ClaimsAsked::kAll, instants);
    EXPECT_TRUE(weighed.ok()) << weighed.status();
    faults_.clear();
    for (const Finding& finding : weighed->findings) {
      if (finding.severity == "error") absl::StrAppend(&faults_, finding.kind);
    }
    std::map<std::string, int64_t> sums;
    for (const Balance& balance : weighed->journal.Balances()) {
      sums[balance.account] += balance.amount.minor;
    }
    for (const auto& [account, sum] : sums) EXPECT_EQ(sum, 0) << account;
    std::string text;
    for (const Posting& posting : weighed->journal.Postings()) {
      EXPECT_GT(posting.amount.minor, 0);
      absl::StrAppend(&text, text.empty() ? "" : ", ", posting.from, ">", posting.to, " ",
                      FormatAmount(posting.amount),
                      posting.reverses == 0 ? "" : absl::StrCat(" takes back ", posting.reverses));
    }
    return text;
  }
  // What stood before, in minor units, until an act at that time changed it.
  void Change(absl::string_view time, int64_t before) {
    restated_.push_back({.before = before,
                         .stamp = {.at = {900 + restated_.size(), 0},
                                   .time = On(time),
                                   .recorded = On(time),
                                   .author = Stream("acme")},
                         .why = "a restatement, accepted"});
  }
  // "": nothing is ruled any more. The act is a change of the window, too, by which the computed
  // credit stays as it was.
  void RuleBeside(absl::string_view time, absl::string_view amount) {
    CreditRuled& said = ruled_.emplace_back();
    said.by.at = {950 + ruled_.size(), 0};
    said.by.time = said.by.recorded = On(time);
    if (!amount.empty()) said.amount = Cash(amount);
    restated_.push_back(
        {.before = Cash(computed_).minor, .stamp = said.by, .why = "a ruling after the closing"});
  }
  void Level(int number, const std::string& form) {
    Rule rule;
    rule.id = absl::StrCat("level-", number);
    rule.kind = "dispute level";
    std::vector<Choice> choices;
    if (form == "arbitration") choices.push_back({"authority", {"arbiter"}});
    choices.push_back({"counted in", {"no limit"}});
    choices.push_back({"form", {form}});
    choices.push_back({"level", {absl::StrCat(number)}});
    rule.choices = Choices(choices);
    terms_.rules.push_back(rule);
  }

  Zone zone_ = Zone::Utc();
  CalendarBook calendars_;
  static Terms WithArbiter(ClaimNeeded needed) {
    Terms terms = SmallTerms(SomeZone());
    if (needed == ClaimNeeded::kAutomatic) PayWithoutClaims(terms);
    terms.parties.push_back({"arbiter", "watch"});
    return terms;
  }

  Terms terms_;
  ActsInMemory acts_{terms_};
  std::string computed_ = "100.00 USD";
  std::string faults_;  // errors among the findings of the postings read last
  std::vector<Restated> restated_;
  std::vector<CreditRuled> ruled_;
};

}  // namespace tally::replay
