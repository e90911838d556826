// Goal: over any history, postings sum to zero at every moment, a replay of its first n events is
// what stands at n of a longer history, events of other agreements change nothing, and neither does
// the order in which evidence of the same time comes (T-61; rule 1 of DOMAIN 3.17; INTERFACE: the
// same ledger, axes and engine give the same digest). Method: random
// histories by a seed (history_support.h); the digest after each event is kept and asked for again
// at the end. What was once posted for a closed window stays posted, whatever follows, also where
// rules over windows decide on credits: of such a history that fails the fewest steps are told.
// TALLY_HISTORY sets the number of records (300; 2,000 behind tools/check --full).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "replay/canonical.h"
#include "schema/canonical.h"
#include "tests/replay/history_support.h"

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

// TALLY_HISTORY_SEEDS is `FIRST LAST STEPS NAME`, of the terms called so, or of all without one.
struct SeedsRead {
  uint64_t first = 1, last = 3;
  int steps = 100;
  std::string only = {};
};
SeedsRead SeedsUnderRules() {
  SeedsRead seeds;
  if (Events() > kEventsByDefault) seeds = {.first = 1, .last = 8, .steps = 150};
  if (const char* set = std::getenv("TALLY_HISTORY_SEEDS"); set != nullptr) {
    std::istringstream text(set);
    text >> seeds.first >> seeds.last >> seeds.steps >> std::ws;
    std::getline(text, seeds.only);
  }
  return seeds;
}

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
    // Sums beside windows that rest on months that are not closed yet may change.
    if (!each.window.has_value() && !each.cause.has_value()) continue;
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
      // Of terms no more than their beginning.
      absl::StrAppend(&text, "\n  ", index, " ", FormatInstant(record->recorded()), " ",
                      static_cast<int>(event.header.kind), " ",
                      BodyToJson(event.header.kind, event.body).substr(0, 300));
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
      // What changes no amount posts nothing.
      for (const WindowResult& window : now.windows) {
        for (const DerivationLine& line : window.derivation) {
          if (line.step != "restatement") continue;
          texts.insert("restated, " + line.formula.substr(line.formula.rfind("; ") + 2));
        }
      }
      before = std::move(now);
    }
  }
  // What the histories are about came to pass.
  for (const char* text :
       {"ruled", "ruled: the amount ruled before is taken back",
        "ruled no more: the ruled amount is taken back", "taken back: awarded: costs",
        "computed anew: a ruling after the closing", "restated, accepted",
        "restated, deemed accepted", "computed anew: terms in force later govern the window",
        "released", "settled", "claim settled", "claim agreed", "not claimed in time"}) {
    EXPECT_EQ(texts.count(text), 1u) << text;
  }
}

// The steps of a history that are said, by their numbers; the others only take their time.
using Said = std::vector<int>;

// What left the books of the closed months, or was put in before what stood there; "" if nothing.
// Keeps how what was posted in the end begins.
std::string WhatLeft(uint64_t seed, const HistoryTerms& terms, const Said& said,
                     std::set<std::string>* texts = nullptr) {
  History history(seed, Seconds(250'000), terms);
  Result before = history.test().Replay();
  int at = 0;
  for (int step : said) {
    for (; at < step; ++at) history.PassStep();
    history.Step();
    ++at;
    if (testing::Test::HasFatalFailure()) return "";
    Result now = history.test().Replay();
    const std::set<Instant> closed = ClosedIn(before);
    const std::string left =
        FirstDifference(Posted(before, closed, {}), Posted(now, closed, before.known.instant));
    if (!left.empty()) {
      return absl::StrCat(left, WhatIsNew(history.test(), before, now), "\nstep ", step);
    }
    ExpectBalanced(now, seed);
    before = std::move(now);
  }
  for (const Posting& each : before.postings) {
    if (texts != nullptr) texts->insert(each.text.substr(0, each.text.find(',')));
  }
  return "";
}

// The fewest steps by which it still fails, one by one left out.
Said Fewest(uint64_t seed, const HistoryTerms& terms, Said said) {
  for (size_t many = said.size() / 2; many > 0; many /= 2) {
    for (size_t from = 0; from < said.size();) {
      Said fewer(said.begin(), said.begin() + static_cast<std::ptrdiff_t>(from));
      fewer.insert(fewer.end(),
                   said.begin() + static_cast<std::ptrdiff_t>(std::min(from + many, said.size())),
                   said.end());
      if (WhatLeft(seed, terms, fewer).empty()) {
        from += many;
      } else {
        said = fewer;
      }
    }
  }
  return said;
}

// The same where no claim is needed, and where rules over windows decide on credits.
TEST(History, NothingLeavesTheBooksUnderRulesOverWindows) {
  const SeedsRead seeds = SeedsUnderRules();
  std::set<std::string> texts;
  for (const HistoryTerms& terms : RulesOfHistories()) {
    if (!seeds.only.empty() && seeds.only != terms.name) continue;
    for (uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
      Said said(static_cast<size_t>(seeds.steps));
      std::iota(said.begin(), said.end(), 0);
      if (WhatLeft(seed, terms, said, &texts).empty()) continue;
      const Said fewest = Fewest(seed, terms, said);
      ADD_FAILURE() << WhatLeft(seed, terms, fewest) << "\n"
                    << terms.name << ", seed " << seed << ", of " << said.size()
                    << " steps: " << absl::StrJoin(fewest, " ");
    }
  }
  if (!seeds.only.empty()) return;
  // What the histories are about came to pass.
  for (const char* text :
       {"due without a claim", "by rules over windows", "carried into this window by a cap",
        "held: later windows can earn it back", "held no longer: it is due",
        "earned back by later windows", "claim ruled", "claim ruled in part", "claim settled",
        "settled"}) {
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
