// Goal: what is recorded can be listed, filtered and shown, in both directions, safely.
// Method: one ledger with a feed; each filter beside the events that it must leave.
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

class LogTest : public testing::Test {
 protected:
  void SetUp() override {
    test_.MakeFeed();
    test_.Write("in.jsonl", TallyTest::StateLines(4));
    ASSERT_EQ(test_
                  .OnLedger({"append", test_.Path("in.jsonl"), "--feed", "web", "--key",
                             test_.Path("lime.pem"), "--batch", "2"})
                  .exit,
              0);
  }
  // The events that a call of log prints, in order.
  std::vector<std::string> Events(std::vector<std::string> words) {
    words.insert(words.begin(), "log");
    words.push_back("--json");
    const Outcome outcome = test_.OnLedger(words);
    EXPECT_EQ(outcome.exit, 0) << outcome.err;
    std::vector<std::string> events;
    for (const auto& piece : absl::StrSplit(outcome.out, '\n', absl::SkipEmpty())) {
      const std::string line(piece);
      const size_t at = line.find("\"event\":\"") + 9;
      events.push_back(line.substr(at, line.find('"', at) - at));
    }
    return events;
  }
  TallyTest test_;
};

using Strings = std::vector<std::string>;

TEST_F(LogTest, ListsAllInOrderAndBackwards) {
  const Strings all = {"0/0", "1/0", "2/0", "3/0", "3/1", "4/0", "4/1", "5/0"};
  EXPECT_EQ(Events({}), all);
  Strings backwards(all.rbegin(), all.rend());
  EXPECT_EQ(Events({"--reverse"}), backwards);
  EXPECT_EQ(Events({"-n", "2"}), (Strings{"0/0", "1/0"}));
  EXPECT_EQ(Events({"-n3", "--reverse"}), (Strings{"5/0", "4/1", "4/0"}));
  EXPECT_EQ(Events({"-n", "0"}), Strings{});
}

TEST_F(LogTest, FiltersByStreamKindAuthorAndTime) {
  EXPECT_EQ(Events({"system"}), (Strings{"0/0"}));
  EXPECT_EQ(Events({"party/lime"}), (Strings{"1/0"}));
  EXPECT_EQ(Events({"feed/web"}), (Strings{"2/0", "3/0", "3/1", "4/0", "4/1", "5/0"}));
  EXPECT_EQ(Events({"--kind", "source registered"}), (Strings{"3/0"}));
  EXPECT_EQ(Events({"--author", "operator"}), (Strings{"0/0", "1/0"}));
  EXPECT_EQ(Events({"--author", "lime", "-n", "2"}), (Strings{"2/0", "3/0"}));
  EXPECT_EQ(Events({"--since", "2027-01-01T00:00:00Z"}), Strings{});
  EXPECT_EQ(Events({"--until", "2025-01-01T00:00:00Z"}), Strings{});
  EXPECT_EQ(Events({"--since", "2026-01-01T00:00:00Z", "--until", "2026-01-02T00:00:00Z"}).size(),
            8u);
  EXPECT_EQ(test_.OnLedger({"log", "feed/no"}).exit, 2);
  EXPECT_EQ(test_.OnLedger({"log", "--kind", "no"}).exit, 2);
  EXPECT_EQ(test_.OnLedger({"log", "--author", "no"}).exit, 2);
  EXPECT_EQ(test_.OnLedger({"log", "x"}).exit, 2);
}

// Numbers of sources mean nothing to people; their names stand beside them, whatever is filtered.
TEST_F(LogTest, SourcesAreNamed) {
  const Outcome list = test_.OnLedger({"log", "feed/web", "--kind", "state reported"});
  EXPECT_TRUE(absl::StrContains(list.out, "site (1)")) << list.out;
  const Outcome json = test_.OnLedger({"log", "--kind", "state reported", "-n", "1", "--json"});
  EXPECT_TRUE(absl::StrContains(json.out, "\"source\":1,\"source_name\":\"site\"")) << json.out;
  const Outcome show = test_.OnLedger({"show", "4/0"});
  EXPECT_TRUE(absl::StrContains(show.out, "source     site, number 1, before it at ")) << show.out;
}

TEST_F(LogTest, FollowingEndsWithTheUser) {
  EXPECT_EQ(test_.OnLedger({"log", "--follow", "-n", "1"}).exit, 2);
  EXPECT_EQ(test_.OnLedger({"log", "--follow", "--reverse"}).exit, 2);
  test_.interrupted = true;
  EXPECT_EQ(test_.OnLedger({"log", "--follow"}).exit, 130);
}

TEST_F(LogTest, ShowsByAddressDigestAndId) {
  const Outcome record = test_.OnLedger({"show", "3"});
  ASSERT_EQ(record.exit, 0) << record.err;
  EXPECT_TRUE(absl::StrContains(record.out, "3/0  source registered"));
  EXPECT_TRUE(absl::StrContains(record.out, "3/1  state reported"));
  const Outcome event = test_.OnLedger({"show", "3/1", "--json"});
  ASSERT_EQ(event.exit, 0) << event.err;
  EXPECT_FALSE(absl::StrContains(event.out, "3/0"));
  EXPECT_TRUE(absl::StrContains(event.out, "\"body\":{\"state\":\"up\""));
  const size_t at = event.out.find("\"digest\":\"") + 10;
  const Outcome by_digest = test_.OnLedger({"show", event.out.substr(at, 64), "--json"});
  EXPECT_EQ(by_digest.out, event.out);
  const Outcome party = test_.OnLedger({"show", "1/0", "--json"});
  const size_t id_at = party.out.find("\"id\":\"") + 6;
  EXPECT_EQ(test_.OnLedger({"show", party.out.substr(id_at, 32), "--json"}).out, party.out);
}

TEST_F(LogTest, WhatIsNotThereIsARefusal) {
  EXPECT_EQ(test_.OnLedger({"show", "99"}).exit, 2);
  EXPECT_EQ(test_.OnLedger({"show", "3/9"}).exit, 2);
  EXPECT_EQ(test_.OnLedger({"show", std::string(64, 'a')}).exit, 2);
  EXPECT_EQ(test_.OnLedger({"show", std::string(64, 'X')}).exit, 2);
  EXPECT_EQ(test_.OnLedger({"show", "x"}).exit, 2);
}

// T-91
TEST_F(LogTest, T91HostileTextIsEscaped) {
  test_.Write("bad.jsonl",
              R"({"kind":"state reported","source":"\u001b[2Jx","at":"2025-12-03T00:00:00Z",)"
              R"("body":{"state":"up","note":"\u202eevil\u0007"}})");
  ASSERT_EQ(test_
                .OnLedger({"append", test_.Path("bad.jsonl"), "--feed", "web", "--key",
                           test_.Path("lime.pem")})
                .exit,
            0);
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"log"}, {"log", "--json"}, {"show", "6"}, {"feed", "show", "web"}}) {
    const Outcome outcome = test_.OnLedger(words);
    EXPECT_EQ(outcome.exit, 0);
    EXPECT_FALSE(absl::StrContains(outcome.out, "\x1b"));
    EXPECT_FALSE(absl::StrContains(outcome.out, "\x07"));
    EXPECT_FALSE(absl::StrContains(outcome.out, "\xe2\x80\xae"));
  }
}

}  // namespace
}  // namespace tally::tools
