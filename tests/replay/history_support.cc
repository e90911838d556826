#include "tests/replay/history_support.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/dispute/restatement.h"
#include "replay/project.h"
#include "schema/canonical.h"
#include "schema/dispute_act.h"
#include "schema/invoice.h"

namespace tally::replay {
namespace {

WindowName March() { return MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"); }
WindowName April() { return MonthOf("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z"); }

Rule CapOf(absl::string_view money, absl::string_view period, absl::string_view cut,
           absl::string_view above, absl::string_view settled) {
  return RuleWith("cap", "cap",
                  {{"limit", "money"},
                   {"money", std::string(money)},
                   {"period", std::string(period)},
                   {"belongs by", "end of window"},
                   {"cut", std::string(cut)},
                   {"above", std::string(above)},
                   {"settled windows", std::string(settled)}});
}
Rule EarnBackOf(absl::string_view share, absl::string_view gives_back) {
  return RuleWith("back", "earn-back",
                  {{"windows", "1"},
                   {"condition", "met"},
                   {"within windows", "2"},
                   {"share", std::string(share)},
                   {"eligible", "every failure"},
                   {"gives back", std::string(gives_back)},
                   {"headroom", "not given back"},
                   {"no result", "is skipped"},
                   {"still a failure", "yes"},
                   {"objective ends", "credit is final"},
                   {"at termination", "paid"}});
}
Rule ExpectedLevel() {
  return RuleWith("expected", "expected level",
                  {{"failures", "2"}, {"windows", "12"}, {"pays", "all"}});
}
void LetLateEvidenceCount(Terms& terms) {
  terms.disputes.late_evidence = LateEvidence::kAlwaysRestated;
  std::erase_if(terms.rules, [](const Rule& rule) { return rule.kind == "restatement"; });
}

}  // namespace

const std::vector<HistoryTerms>& RulesOfHistories() {
  static const std::vector<HistoryTerms>* const kAll = new std::vector<HistoryTerms>{
      {"claims", [](Terms&) {}},
      {"no claims", [](Terms& terms) { PayWithoutClaims(terms); }},
      {"cap lost",
       [](Terms& terms) {
         PayWithoutClaims(terms);
         terms.rules.push_back(CapOf("400.00 USD", "contract year", "pro rata", "lost", "stay"));
       }},
      {"cap again",
       [](Terms& terms) {
         terms.rules.push_back(
             CapOf("400.00 USD", "contract year", "in order", "lost", "computed again"));
       }},
      {"cap carried",
       [](Terms& terms) {
         PayWithoutClaims(terms);
         terms.rules.push_back(
             CapOf("250.00 USD", "calendar month", "in order", "carried", "stay"));
       }},
      {"cap carried again",
       [](Terms& terms) {
         terms.rules.push_back(
             CapOf("250.00 USD", "calendar month", "pro rata", "carried", "computed again"));
       }},
      {"earn-back", [](Terms& terms) { terms.rules.push_back(EarnBackOf("50", "cash")); }},
      {"offset",
       [](Terms& terms) {
         PayWithoutClaims(terms);
         terms.rules.push_back(EarnBackOf("100", "offset"));
       }},
      {"expected level", [](Terms& terms) { terms.rules.push_back(ExpectedLevel()); }},
      {"expected level, late",
       [](Terms& terms) {
         PayWithoutClaims(terms);
         LetLateEvidenceCount(terms);
         terms.rules.push_back(ExpectedLevel());
       }},
      {"cap late",
       [](Terms& terms) {
         LetLateEvidenceCount(terms);
         terms.rules.push_back(CapOf("400.00 USD", "contract year", "in order", "lost", "stay"));
       }},
      {"earn-back late",
       [](Terms& terms) {
         LetLateEvidenceCount(terms);
         terms.rules.push_back(EarnBackOf("50", "cash"));
       }},
  };
  return *kAll;
}

History::History(uint64_t seed, Duration pace) : seed_(seed), random_(seed), pace_(pace) {
  Agree([](Terms&) {});
}
History::History(uint64_t seed, Duration pace, const HistoryTerms& terms)
    : seed_(seed), under_rules_(true), random_(seed), pace_(pace) {
  // Histories of other terms are others.
  for (const char* letter = terms.name; *letter != 0; ++letter) {
    seed_ = seed_ * 31 + static_cast<uint64_t>(*letter);
  }
  Agree(terms.agree);
}

void History::Agree(void (*otherwise)(Terms& terms)) {
  test_.terms.disputes.claim_within_days = 60;
  test_.terms.disputes.late_evidence = LateEvidence::kRestatementProposed;
  test_.terms.parties.push_back({"arbiter", "watch"});
  Rule silence;
  silence.id = "consent";
  silence.kind = "restatement";
  silence.choices = Choices({{"counted in", {"calendar days"}},
                             {"number", {"4"}},
                             {"propose within", {"30"}},
                             {"silence", {"deemed accepted"}}});
  test_.terms.rules.push_back(silence);
  otherwise(test_.terms);
  std::sort(test_.terms.rules.begin(), test_.terms.rules.end(),
            [](const Rule& a, const Rule& b) { return a.id < b.id; });
  test_.Agree(test_.terms);
  test_.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"));
  at_ = On("2026-03-02T00:00:00Z");
}

void History::Step() {
  Advance();
  if (test_.test.clock().Now() < at_) test_.Wait(FormatInstant(at_));
  return under_rules_ ? ActUnderRules() : Act();
}

void History::PassStep() { Advance(); }

void History::Advance() {
  if (under_rules_) random_.seed(seed_ * 1'000'003 + ++step_);
  at_ =
      at_ + Seconds(static_cast<int64_t>(Any(1, static_cast<uint64_t>(pace_.micros / 1'000'000))));
}

void History::Act() {
  switch (Any(0, 16)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return Report();
    case 4:
      return Close();
    case 10:
      return RuleBeside();
    case 11:
      return Correct();
    case 12:
      return SettleClosing();
    case 13:
      return Any(0, 3) == 0 ? Release() : Close();
    case 14:
      return Restate();
    case 15:
      return AnswerRestatement();
    case 16:
      return Any(0, 2) == 0 ? Amend() : AgreeOnCause();
    case 5:
      return File();
    case 6:
      return Answer();
    case 7:
      return Climb();
    case 8:
      return AgreeOnClaim();
    default:
      return Settle();
  }
}
void History::ActUnderRules() {
  const uint64_t what = Any(0, 23);
  if (what <= 1) return ReportOutage();
  if (what <= 9) return Close();
  if (what <= 12) return SettleDue();
  if (what <= 14) return Any(0, 1) == 0 ? File() : FileForMore();
  if (what == 15) return Answer();
  if (what == 16) return RuleOnClaim();
  if (what == 17) return Any(0, 2) == 0 ? Report() : SettleDue();
  return Act();
}

void History::Noise() {
  Terms other = test_.terms;
  other.agreement = "silver";
  if (!noisy_) test_.Agree(other);
  noisy_ = true;
  test_.Act(test_.shop, BodyKind::kClaimFiled, Encode(ClaimFiled{{March()}, {}, Text(), {}}), {},
            "silver");
}

// Under rules all months that have begun.
WindowName History::Month() {
  if (!under_rules_) return Any(0, 2) == 0 ? April() : March();
  static constexpr const char* kMonths[] = {"2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01",
                                            "2026-07-01", "2026-08-01", "2026-09-01", "2026-10-01",
                                            "2026-11-01", "2026-12-01"};
  size_t begun = 1;
  while (begun < 9 && On(absl::StrCat(kMonths[begun], "T00:00:00Z")) < at_) ++begun;
  const size_t month = Any(0, begun - 1);
  return MonthOf(absl::StrCat(kMonths[month], "T00:00:00Z"),
                 absl::StrCat(kMonths[month + 1], "T00:00:00Z"));
}

// Minutes, hours or days, so that every tier of the credit comes to pass.
void History::ReportOutage() {
  constexpr uint64_t kLongest[] = {600, 20'000, 120'000};
  const uint64_t longest = kLongest[Any(0, 2)];
  Instant from = at_ - Seconds(static_cast<int64_t>(Any(200'000, 400'000)));
  from = std::max(from, On("2026-03-01T00:00:01Z"));
  test_.feed.Report(1, State::kDown, from)
      .Report(1, State::kUp, from + Seconds(static_cast<int64_t>(Any(1, longest))));
  test_.Publish(FormatInstant(at_ + Seconds(1)));
}

void History::FileForMore() {
  ClaimFiled body;
  body.windows = {Month()};
  if (Any(0, 2) == 0) {
    const WindowName other = Month();
    if (other != body.windows.front()) body.windows.push_back(other);
  }
  if (Any(0, 3) > 0) body.amount = Sum();
  body.reason = Text();
  claims_.push_back(test_.Act(test_.shop, BodyKind::kClaimFiled, Encode(body)));
}

void History::RuleOnClaim() {
  if (!HasClaim()) return;
  RulingOnClaims body;
  body.rank = DecisionRank::kArbitrator;
  body.partial = Any(0, 2) == 0;
  if (Any(0, 2) > 0) body.credits = {{Month(), Sum()}};
  if (Any(0, 3) == 0) body.awards = {{AwardOf::kCosts, "provider", Sum(), ""}};
  body.reason = Text();
  // Two rulings on one claim are rare among many.
  const Hash claim = Any(0, 1) == 0 ? claims_.back() : SomeClaim();
  ruled_.push_back(test_.Act(test_.watch, BodyKind::kRulingIssued, Encode(body), claim));
}

// Sums that are often due.
void History::SettleDue() {
  if (closings_.empty()) return;
  const Hash& closing = closings_[Any(0, closings_.size() - 1)];
  constexpr int64_t kSums[] = {5'000, 10'000, 15'000, 25'000, 30'000, 40'000, 100'000};
  const Money sum{.minor = kSums[Any(0, 6)], .currency = {"USD", 2}};
  const Hash offer = test_.Act(test_.acme, BodyKind::kSettlementProposed,
                               Encode(SettlementProposed{sum, Text(), ""}), closing);
  test_.Confirm(offer, sum);
}

void History::Report() {
  // Some of it comes late, and tells of a month that may be closed.
  const Instant seen =
      Any(0, 4) == 0 ? at_ - Seconds(static_cast<int64_t>(Any(1, 5'000'000))) : at_;
  test_.feed.Report(1, Any(0, 2) == 0 ? State::kDown : State::kUp,
                    std::max(seen, On("2026-03-01T00:00:01Z")));
  test_.Publish(FormatInstant(at_ + Seconds(1)));
}

void History::File() {
  const WindowName month = under_rules_ ? Month() : Any(0, 3) == 0 ? April() : March();
  claims_.push_back(test_.File({month}));
}

void History::Answer() {
  if (!HasClaim()) return;
  ClaimAnswered body;
  body.answer = static_cast<ClaimAnswer>(Any(1, 3));
  if (body.answer == ClaimAnswer::kPartly) body.amount = Sum();
  body.reason = Text();
  test_.Act(test_.acme, BodyKind::kClaimAnswered, Encode(body), SomeClaim());
}

void History::Climb() {
  if (!HasClaim()) return;
  if (Any(0, 2) > 0) {
    test_.Act(Side(), BodyKind::kClaimEscalated, Encode(ClaimEscalated{0, Text(), "", {}}),
              SomeClaim());
    return;
  }
  absl::StatusOr<Bytes> body =
      BodyFromJson(BodyKind::kClaimWithdrawn, "{\"reason\":\"" + Text() + "\"}");
  ASSERT_TRUE(body.ok()) << body.status();
  // The ledger takes no act that answers a withdrawn claim.
  const size_t which = Any(0, claims_.size() - 1);
  test_.Act(test_.shop, BodyKind::kClaimWithdrawn, *body, claims_[which]);
  claims_.erase(claims_.begin() + static_cast<ptrdiff_t>(which));
}

void History::AgreeOnClaim() {
  if (!HasClaim()) return;
  const Money sum{.minor = static_cast<int64_t>(Any(1, 3) * 1'000), .currency = {"USD", 2}};
  const Hash claim = Any(0, 1) == 0 ? claims_.front() : SomeClaim();
  if (Any(0, 1) == 0) {
    for (const ledger::TestParty* side : {&test_.acme, &test_.shop}) {
      test_.Act(*side, BodyKind::kClaimAgreed, Encode(ClaimAgreed{sum, {}, Text(), {}}), claim);
    }
    return;
  }
  test_.Act(Side(), BodyKind::kClaimAgreed, Encode(ClaimAgreed{sum, {}, Text(), {}}), claim);
}

void History::Settle() {
  if (!HasClaim()) return;
  const Money sum = Sum();
  SettlementProposed body{sum, Text(), ""};
  Hash offer = test_.Act(test_.acme, BodyKind::kSettlementProposed, Encode(body), SomeClaim());
  if (Any(0, 1) == 0) test_.Confirm(offer, sum);
}

void History::Close() {
  const size_t closed = test_.Project().closings.size();
  // The newest records are these.
  for (size_t i = 0; i < closed; ++i) {
    closings_.push_back(test_.test.DigestAt(test_.ledger().head().size - 1 - i));
  }
}

void History::RuleBeside() {
  RulingOnClaims body;
  // An expert's word, and one by a side, are said in vain.
  body.rank = Any(0, 7) == 0 ? DecisionRank::kExpert : DecisionRank::kArbitrator;
  const WindowName month = Month();
  if (Any(0, 3) > 0) body.credits = {{month, Sum()}};
  if (Any(0, 3) == 0) body.awards = {{AwardOf::kCosts, "provider", Sum(), ""}};
  if (Any(0, 1) == 0) {
    absl::StatusOr<Fraction> value = Fraction::Of(static_cast<int64_t>(Any(90, 100)), 100);
    ASSERT_TRUE(value.ok());
    body.values = {{month, *value}};
  }
  if (Any(0, 5) == 0) body.reopened = {month};
  body.reason = Text();
  const ledger::TestParty& by = Any(0, 7) == 0 ? Side() : test_.watch;
  ruled_.push_back(test_.Act(by, BodyKind::kRulingIssued, Encode(body)));
}

void History::Correct() {
  if (ruled_.empty()) return RuleBeside();
  const std::string sum = FormatMoney(Sum());
  std::string said = R"({"rank":"arbitrator","partial":false,"reason":")" + Text() + "\"";
  const WindowName month = Month();
  if (!causes_.empty() && Any(0, 1) == 0) {
    absl::StrAppend(&said, R"(,"attributions":[{"name":")", causes_[Any(0, causes_.size() - 1)],
                    R"(","responsible":"customer"}])");
  }
  if (Any(0, 1) == 0) {
    absl::StrAppend(&said, R"(,"credits":[{"window":{"objective":"availability","from":")",
                    FormatInstant(month.window.first), R"(","until":")",
                    FormatInstant(month.window.limit), R"("},"amount":")", sum, "\"}]");
  }
  if (Any(0, 2) == 0) {
    absl::StrAppend(&said, R"(,"awards":[{"of":"costs","debtor":"provider","amount":")", sum,
                    "\"}]");
  }
  const ledger::TestParty& by = Any(0, 7) == 0 ? Side() : test_.watch;
  const bool corrects = Any(0, 3) > 0;
  const BodyKind kind = corrects ? BodyKind::kRulingCorrected : BodyKind::kRulingIssued;
  absl::StatusOr<Bytes> body = BodyFromJson(
      kind, corrects ? absl::StrCat(R"({"ruling":)", said, "}}") : absl::StrCat(said, "}"));
  ASSERT_TRUE(body.ok()) << body.status();
  ruled_.push_back(
      test_.Act(by, kind, *body, corrects ? ruled_[Any(0, ruled_.size() - 1)] : Hash{}));
}

void History::SettleClosing() {
  if (closings_.empty()) return;
  const Money sum = Sum();
  SettlementProposed body{sum, Text(), ""};
  const Hash& closing = closings_[Any(0, closings_.size() - 1)];
  const Hash offer = test_.Act(test_.acme, BodyKind::kSettlementProposed, Encode(body), closing);
  if (Any(0, 1) == 0) test_.Confirm(offer, sum);
}

void History::Release() {
  ReleaseGiven body;
  body.windows = {Month()};
  if (Any(0, 1) == 0) body.amount = Sum();
  body.reason = Text();
  test_.Act(test_.shop, BodyKind::kReleaseGiven, Encode(body));
}

void History::Restate() {
  absl::StatusOr<NightlyLook> look =
      LookNightly(test_.ledger(), "gold", test_.ledger().head().size, test_.test.clock().Now());
  ASSERT_TRUE(look.ok()) << look.status();
  for (const StaleWindow& stale : look->stale) {
    if (stale.reason != StaleReason::kLateEvidence) continue;
    const RestatementProposed body = RestatementBody(stale.closed, stale.now, Text());
    restated_.emplace_back(test_.Act(Side(), BodyKind::kRestatementProposed, Encode(body)),
                           body.figures);
  }
}

void History::AnswerRestatement() {
  if (restated_.empty() || Any(0, 1) == 0) return Restate();
  const auto& [proposal, figures] = restated_.back();
  test_.Act(Side(), BodyKind::kRestatementAccepted, Encode(RestatementAccepted{figures, Text()}),
            proposal);
}

void History::Amend() {
  Terms amended = test_.terms;
  amended.objectives[0].credit->tiers[1].credit_percent = Figure(std::to_string(Any(11, 60)));
  if (Encode(amended) == Encode(test_.terms)) return;
  test_.Amend(test_.terms, amended, On("2026-03-01T00:00:00Z"), Reach::kRetroactive,
              Any(0, 1) == 0);
  test_.terms = amended;
}

void History::AgreeOnCause() {
  const std::string name = "cause" + std::to_string(++texts_);
  const Instant from =
      On("2026-03-02T00:00:00Z") + Seconds(static_cast<int64_t>(Any(0, 2'000'000)));
  absl::StatusOr<Bytes> said = BodyFromJson(
      BodyKind::kAttributionProposed,
      absl::StrCat(R"({"name":")", name, R"(","responsible":"customer","cause":"customer",)",
                   R"("from":")", FormatInstant(from), R"(","until":")",
                   FormatInstant(from + Seconds(100'000)), "\"}"));
  ASSERT_TRUE(said.ok()) << said.status();
  causes_.push_back(name);
  test_.Act(test_.acme, BodyKind::kAttributionProposed, *said);
  if (Any(0, 1) == 0) return;
  absl::StatusOr<Bytes> agreed =
      BodyFromJson(BodyKind::kAttributionAgreed, absl::StrCat(R"({"name":")", name, "\"}"));
  ASSERT_TRUE(agreed.ok()) << agreed.status();
  test_.Act(test_.shop, BodyKind::kAttributionAgreed, *agreed);
}

}  // namespace tally::replay
