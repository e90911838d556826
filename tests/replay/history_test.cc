// Goal: over any history, postings sum to zero at every moment, a replay of its first n events is
// what stands at n of a longer history, events of other agreements change nothing, and neither does
// the order in which evidence of the same time comes (T-61; rule 1 of DOMAIN 3.17; INTERFACE: the
// same ledger, axes and engine give the same digest). Method: random
// histories by a seed: evidence, nights, claims, answers, escalations, agreements, settlements and
// withdrawals, timely or not; the digest after each event is kept and asked for again at the end.
// TALLY_HISTORY sets the number of events (300; 2,000 behind tools/check --full).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "replay/canonical.h"
#include "schema/canonical.h"
#include "schema/dispute_act.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

int Events() {
  const char* set = std::getenv("TALLY_HISTORY");
  return set == nullptr ? 300 : std::atoi(set);
}

class History {
 public:
  explicit History(uint64_t seed) : random_(seed) {
    test_.terms.disputes.claim_within_days = 60;
    test_.Agree(test_.terms);
    test_.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"));
    at_ = On("2026-03-02T00:00:00Z");
  }
  SmallCase& test() { return test_; }

  void Step() {
    at_ = at_ + Seconds(static_cast<int64_t>(Any(1, 40'000)));
    if (test_.test.clock().Now() < at_) test_.Wait(FormatInstant(at_));
    switch (Any(0, 9)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return Report();
      case 4:
        test_.Project();
        return;
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
    test_.feed.Report(1, Any(0, 2) == 0 ? State::kDown : State::kUp, at_);
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
    test_.Act(Side(), BodyKind::kClaimAgreed, Encode(ClaimAgreed{sum, {}, Text(), {}}),
              SomeClaim());
  }
  void Settle() {
    if (!HasClaim()) return;
    const Money sum = Sum();
    SettlementProposed body{sum, Text(), ""};
    Hash offer = test_.Act(test_.acme, BodyKind::kSettlementProposed, Encode(body), SomeClaim());
    if (Any(0, 1) == 0) test_.Confirm(offer, sum);
  }

  std::mt19937_64 random_;
  SmallCase test_;
  Instant at_;
  std::vector<Hash> claims_;
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
  for (int i = 0; i < Events(); ++i) {
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
