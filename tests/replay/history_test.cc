// Goal: over any history, postings sum to zero at every moment, a replay of its first n events is
// what stands at n of a longer history, events of other agreements change nothing, and neither does
// the order in which evidence of the same time comes (T-61; rule 1 of DOMAIN 3.17; INTERFACE: the
// same ledger, axes and engine give the same digest). Method: random
// histories by a seed: evidence, nights, claims, answers, escalations, agreements, settlements and
// withdrawals, timely or not, rulings beside claims and their corrections, releases, restatements,
// terms that reach back, causes that were agreed; the digest after each event is kept and asked for
// again at the end. What was once posted for a closed window stays posted, whatever follows.
// TALLY_HISTORY sets the number of records (300; 2,000 behind tools/check --full).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "replay/canonical.h"
#include "replay/dispute/restatement.h"
#include "replay/project.h"
#include "schema/canonical.h"
#include "schema/dispute_act.h"
#include "schema/invoice.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

constexpr int kEventsByDefault = 300;
int Events() {
  const char* set = std::getenv("TALLY_HISTORY");
  return set == nullptr ? kEventsByDefault : std::atoi(set);
}

// Histories whose books are read after each step. Seeds 5, 19 and 21 once lost a posting: a
// release, what had expired, and what was agreed on nothing.
struct HistoryRead {
  uint64_t seed;
  int steps;
};
std::vector<HistoryRead> HistoriesRead() {
  const int steps = Events() > kEventsByDefault ? 500 : 150;
  std::vector<HistoryRead> read;
  for (uint64_t seed = 1; seed <= 12; ++seed) read.push_back({seed, seed == 5 ? 500 : steps});
  for (uint64_t seed : {19, 21}) read.push_back({seed, steps});
  return read;
}

class History {
 public:
  // Steps are at most `pace` apart.
  explicit History(uint64_t seed, Duration pace = Seconds(40'000)) : random_(seed), pace_(pace) {
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
    test_.Agree(test_.terms);
    test_.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"));
    at_ = On("2026-03-02T00:00:00Z");
  }
  SmallCase& test() { return test_; }

  void Step() {
    at_ = at_ +
          Seconds(static_cast<int64_t>(Any(1, static_cast<uint64_t>(pace_.micros / 1'000'000))));
    if (test_.test.clock().Now() < at_) test_.Wait(FormatInstant(at_));
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
  // Somebody else's agreement grows.
  void Noise() {
    Terms other = test_.terms;
    other.agreement = "silver";
    if (!noisy_) test_.Agree(other);
    noisy_ = true;
    test_.Act(test_.shop, BodyKind::kClaimFiled, Encode(ClaimFiled{{March()}, {}, Text(), {}}), {},
              "silver");
  }

 private:
  uint64_t Any(uint64_t first, uint64_t last) { return first + random_() % (last - first + 1); }
  std::string Text() { return "words " + std::to_string(++texts_); }
  static WindowName March() { return MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"); }
  static WindowName April() { return MonthOf("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z"); }
  Money Sum() { return {.minor = static_cast<int64_t>(Any(0, 40'000)), .currency = {"USD", 2}}; }
  const ledger::TestParty& Side() { return Any(0, 1) == 0 ? test_.acme : test_.shop; }

  void Report() {
    // Some of it comes late, and tells of a month that may be closed.
    const Instant seen =
        Any(0, 4) == 0 ? at_ - Seconds(static_cast<int64_t>(Any(1, 5'000'000))) : at_;
    test_.feed.Report(1, Any(0, 2) == 0 ? State::kDown : State::kUp,
                      std::max(seen, On("2026-03-01T00:00:01Z")));
    test_.Publish(FormatInstant(at_ + Seconds(1)));
  }
  void File() { claims_.push_back(test_.File({Any(0, 3) == 0 ? April() : March()})); }
  bool HasClaim() const { return !claims_.empty(); }
  const Hash& SomeClaim() { return claims_[Any(0, claims_.size() - 1)]; }
  void Answer() {
    if (!HasClaim()) return;
    ClaimAnswered body;
    body.answer = static_cast<ClaimAnswer>(Any(1, 3));
    if (body.answer == ClaimAnswer::kPartly) body.amount = Sum();
    body.reason = Text();
    test_.Act(test_.acme, BodyKind::kClaimAnswered, Encode(body), SomeClaim());
  }
  void Climb() {
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
  void AgreeOnClaim() {
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
  void Settle() {
    if (!HasClaim()) return;
    const Money sum = Sum();
    SettlementProposed body{sum, Text(), ""};
    Hash offer = test_.Act(test_.acme, BodyKind::kSettlementProposed, Encode(body), SomeClaim());
    if (Any(0, 1) == 0) test_.Confirm(offer, sum);
  }

  void Close() {
    const size_t closed = test_.Project().closings.size();
    // The newest records are these.
    for (size_t i = 0; i < closed; ++i) {
      closings_.push_back(test_.test.DigestAt(test_.ledger().head().size - 1 - i));
    }
  }
  WindowName Month() { return Any(0, 2) == 0 ? April() : March(); }
  void RuleBeside() {
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
  void Correct() {
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
  void SettleClosing() {
    if (closings_.empty()) return;
    const Money sum = Sum();
    SettlementProposed body{sum, Text(), ""};
    const Hash& closing = closings_[Any(0, closings_.size() - 1)];
    const Hash offer = test_.Act(test_.acme, BodyKind::kSettlementProposed, Encode(body), closing);
    if (Any(0, 1) == 0) test_.Confirm(offer, sum);
  }
  void Release() {
    ReleaseGiven body;
    body.windows = {Month()};
    if (Any(0, 1) == 0) body.amount = Sum();
    body.reason = Text();
    test_.Act(test_.shop, BodyKind::kReleaseGiven, Encode(body));
  }
  void Restate() {
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
  void AnswerRestatement() {
    if (restated_.empty() || Any(0, 1) == 0) return Restate();
    const auto& [proposal, figures] = restated_.back();
    test_.Act(Side(), BodyKind::kRestatementAccepted, Encode(RestatementAccepted{figures, Text()}),
              proposal);
  }
  void Amend() {
    Terms amended = test_.terms;
    amended.objectives[0].credit->tiers[1].credit_percent = Figure(std::to_string(Any(11, 60)));
    if (Encode(amended) == Encode(test_.terms)) return;
    test_.Amend(test_.terms, amended, On("2026-03-01T00:00:00Z"), Reach::kRetroactive,
                Any(0, 1) == 0);
    test_.terms = amended;
  }
  void AgreeOnCause() {
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

  std::mt19937_64 random_;
  Duration pace_;
  SmallCase test_;
  Instant at_;
  std::vector<Hash> claims_, ruled_, closings_;
  std::vector<std::string> causes_;
  std::vector<std::pair<Hash, Hash>> restated_;  // a proposal, and its figures
  int texts_ = 0;
  bool noisy_ = false;
};

// Every account of every currency sums to zero over the parties, after each posting.
void ExpectBalanced(const Result& result, uint64_t seed) {
  std::map<std::string, int64_t> accounts;
  std::map<std::tuple<std::string, std::string>, int64_t> parties;
  for (const Posting& posting : result.postings) {
    EXPECT_GT(posting.amount.minor, 0);
    EXPECT_LT(posting.reverses, posting.number) << "seed " << seed;
    for (const auto& [account, sign] : {std::pair(posting.from, -1), std::pair(posting.to, 1)}) {
      if (account.empty()) continue;
      parties[{account, posting.creditor}] += sign * posting.amount.minor;
      parties[{account, posting.debtor}] -= sign * posting.amount.minor;
    }
  }
  for (const auto& [key, minor] : parties) accounts[std::get<0>(key)] += minor;
  for (const auto& [account, sum] : accounts) EXPECT_EQ(sum, 0) << account << ", seed " << seed;
  for (const Balance& balance : result.balances) {
    EXPECT_EQ((parties[{balance.account, balance.party}]), balance.amount.minor) << "seed " << seed;
  }
}

TEST(History, AShorterReplayIsWhatStandsInALongerOne) {
  constexpr uint64_t kSeed = 20260412;
  History history(kSeed);
  struct Kept {
    uint64_t size;
    Hash digest;
  };
  std::vector<Kept> kept;
  const uint64_t begin = history.test().ledger().head().size;
  const uint64_t limit = begin + static_cast<uint64_t>(Events());
  for (int i = 0; history.test().ledger().head().size < limit; ++i) {
    const uint64_t before = history.test().ledger().head().size;
    history.Step();
    if (testing::Test::HasFatalFailure()) return;
    const Result result = history.test().Replay();
    // A step may be several events: no size is left out.
    ReplayRequest request = history.test().Request();
    for (uint64_t size = before + 1; size < result.known.size; ++size) {
      request.axes.at_size = size;
      kept.push_back({size, history.test().Replay(request).digest});
    }
    if (result.known.size > before) kept.push_back({result.known.size, result.digest});
    if (i % 16 == 0) ExpectBalanced(result, kSeed);
  }
  ASSERT_EQ(kept.back().size - kept.front().size + 1, kept.size()) << "every size is kept";
  for (int i = 0; i < 20; ++i) history.Noise();
  for (const Kept& each : kept) {
    ReplayRequest request = history.test().Request();
    request.axes.at_size = each.size;
    ASSERT_EQ(history.test().Replay(request).digest, each.digest) << "size " << each.size;
  }
}

TEST(History, PostingsSumToZeroWhateverIsSaid) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    History history(seed);
    for (int i = 0; i < Events() / 6; ++i) history.Step();
    ExpectBalanced(history.test().Replay(), seed);
  }
}

// What stands in the books of windows that were closed by then, and beside windows: one line each.
std::vector<std::string> Posted(const Result& result, const std::set<Instant>& closed,
                                std::optional<Instant> until) {
  std::vector<std::string> lines;
  for (const Posting& each : result.postings) {
    if (until.has_value() && *until < each.at) continue;
    if (each.window.has_value() && closed.count(each.window->first) == 0) continue;
    lines.push_back(absl::StrCat(
        FormatInstant(each.at), " ", each.text, ": ", each.from, ">", each.to, " ",
        FormatMoney(each.amount), " ", each.creditor, " from ", each.debtor,
        each.cause.has_value() ? absl::StrCat(" by ", each.cause->index) : "",
        each.window.has_value() ? absl::StrCat(" ", FormatInstant(each.window->first)) : "",
        each.reverses == 0 ? "" : " taken back"));
  }
  return lines;
}
std::set<Instant> ClosedIn(const Result& result) {
  std::set<Instant> closed;
  for (const WindowResult& window : result.windows) {
    if (window.closed.has_value()) closed.insert(window.window.first);
  }
  return closed;
}

std::string FirstDifference(const std::vector<std::string>& was,
                            const std::vector<std::string>& is) {
  for (size_t i = 0; i < std::max(was.size(), is.size()); ++i) {
    const std::string one = i < was.size() ? was[i] : "nothing";
    const std::string other = i < is.size() ? is[i] : "nothing";
    if (one != other) return absl::StrCat("was: ", one, "\nis: ", other);
  }
  return "";
}

// For whoever reads a failure: what was recorded last, and what is told otherwise since.
std::string WhatIsNew(const SmallCase& test, const Result& before, const Result& now) {
  std::string text = "\nrecorded:";
  for (uint64_t index = before.known.size; index < now.known.size; ++index) {
    const absl::StatusOr<ledger::VerifiedRecord> record = test.ledger().ReadRecord(index);
    if (!record.ok()) continue;
    for (const ledger::VerifiedEvent& event : record->events()) {
      absl::StrAppend(&text, "\n  ", index, " ", FormatInstant(record->recorded()), " ",
                      static_cast<int>(event.header.kind), " ",
                      BodyToJson(event.header.kind, event.body));
    }
  }
  std::set<std::string> told[2];
  for (int i : {0, 1}) {
    for (const Finding& each : (i == 0 ? before : now).findings) {
      told[i].insert(absl::StrCat(each.kind, " ", each.at.has_value() ? each.at->index : 0, " ",
                                  each.message));
    }
    for (const ClaimResult& claim : (i == 0 ? before : now).claims) {
      for (const ClaimResult::Step& step : claim.steps) {
        told[i].insert(absl::StrCat("claim ", claim.at.index, " ", step.state, " ",
                                    FormatInstant(step.at), " ",
                                    step.cause.has_value() ? step.cause->index : 0));
      }
    }
  }
  for (int i : {0, 1}) {
    for (const std::string& each : told[i]) {
      if (told[1 - i].count(each) == 0) {
        absl::StrAppend(&text, i == 0 ? "\nonly before: " : "\nonly now: ", each);
      }
    }
  }
  return text;
}

// A posting is never changed and none is put in before it: what proves wrong is taken back later.
TEST(History, NothingLeavesTheBooksOfWhatWasClosed) {
  std::set<std::string> texts;
  for (const auto& [seed, steps] : HistoriesRead()) {
    History history(seed, Seconds(150'000));
    Result before = history.test().Replay();
    for (int i = 0; i < steps; ++i) {
      history.Step();
      if (testing::Test::HasFatalFailure()) return;
      Result now = history.test().Replay();
      const std::set<Instant> closed = ClosedIn(before);
      ASSERT_EQ(
          FirstDifference(Posted(before, closed, {}), Posted(now, closed, before.known.instant)),
          "")
          << WhatIsNew(history.test(), before, now) << "seed " << seed << ", step " << i
          << ", size " << before.known.size << " of " << now.known.size;
      ExpectBalanced(now, seed);
      for (const Posting& posting : now.postings) texts.insert(posting.text);
      before = std::move(now);
    }
  }
  // What the histories are about came to pass.
  for (const char* text :
       {"ruled", "ruled: the amount ruled before is taken back",
        "ruled no more: the ruled amount is taken back", "taken back: awarded: costs",
        "computed anew: a ruling after the closing", "computed anew: a restatement, accepted",
        "computed anew: a restatement, deemed accepted",
        "computed anew: terms in force later govern the window",
        "computed anew: a decision after the closing", "released", "settled", "claim settled",
        "claim agreed", "not claimed in time"}) {
    EXPECT_EQ(texts.count(text), 1u) << text;
  }
}

// At equal knowledge, what others do in their agreements changes no digit.
TEST(History, OtherAgreementsChangeNothing) {
  History history(7);
  for (int i = 0; i < 40; ++i) history.Step();
  const Result before = history.test().Replay();
  for (int i = 0; i < 10; ++i) history.Noise();
  const Result after = history.test().Replay();
  EXPECT_EQ(after.figures, before.figures);
}

// What two observers saw, each in its own order.
using Seen = std::vector<std::pair<Instant, State>>;

// A month that both observers report in one batch; `turns` says who comes next.
std::string FiguresOf(MonitorPolicy policy, const Seen (&seen)[2], const std::vector<int>& turns) {
  SmallCase test;
  AvailabilityByTime& measure = test.terms.objectives[0].measure;
  const SourceRef web{"probes", "web"}, mail{"probes", "mail"};
  if (policy == MonitorPolicy::kUnset) {
    measure.sources = {web, mail};  // of one thing; the first prevails
  } else {
    measure.sources.clear();
    measure.monitors = {{"web", {web}}, {"mail", {mail}}};
    measure.policy = policy;
    if (policy == MonitorPolicy::kAllDown) measure.silent = SilentMonitor::kMayBeDown;
  }
  test.Agree(test.terms);
  test.Wait("2026-04-01T02:00:00Z");
  size_t next[2] = {0, 0};
  for (const int turn : turns) {
    const auto& [at, state] = seen[turn][next[turn]++];
    test.feed.Report(static_cast<uint32_t>(turn + 1), state, at);
  }
  test.Publish("2026-04-01T01:00:00Z");
  std::string text;
  for (const WindowResult& window : test.Replay("2026-03").windows) {
    absl::StrAppend(&text, std::string(VerdictName(window.verdict)), " ",
                    FractionText(window.value), " ", FractionText(window.coverage), " ",
                    window.counted, " ", window.unknown, " ", window.degraded, " ",
                    window.credit.has_value() ? FormatMoney(window.credit->amount) : "-", "\n");
    for (const Segment& segment : window.segments) {
      absl::StrAppend(&text, FormatInstant(segment.interval.first), " ",
                      std::string(SegmentName(segment.kind)), "\n");
    }
  }
  return text;
}

// T-61: whichever of two observers is written down first. Only addresses of events differ.
TEST(History, T61TheOrderOfSimultaneousEvidenceChangesNothing) {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    std::mt19937_64 random(seed);
    Seen seen[2];
    std::vector<int> turns;
    Instant at = On("2026-03-01T00:00:00Z");
    for (int i = 0; i < 30; ++i) {
      for (int observer : {0, 1}) {
        if (i > 0 && random() % 4 == 0) continue;  // it saw nothing this time
        constexpr State kStates[] = {State::kUp, State::kDown, State::kUp, State::kDegraded};
        seen[observer].emplace_back(at, kStates[random() % 4]);
        turns.push_back(observer);
      }
      at = at + Seconds(static_cast<int64_t>(60 + random() % 80'000));
    }
    for (MonitorPolicy policy :
         {MonitorPolicy::kUnset, MonitorPolicy::kAnyDown, MonitorPolicy::kAllDown,
          MonitorPolicy::kFallback, MonitorPolicy::kMean}) {
      const std::string first = FiguresOf(policy, seen, turns);
      if (policy == MonitorPolicy::kAnyDown) {
        ASSERT_EQ(first.find("met 1/1 "), std::string::npos) << "the history shows no outage";
      }
      for (int i = 0; i < 3; ++i) {
        std::vector<int> other = turns;
        std::shuffle(other.begin(), other.end(), random);
        EXPECT_EQ(FiguresOf(policy, seen, other), first) << "seed " << seed;
      }
    }
  }
}

}  // namespace
}  // namespace tally::replay
