// Goal: a second machine with only an identity file and a key makes the events that the ledger
// machine would make, and whatever it may not make is refused.
// Method: the same lines signed on the ledger and on its identity file.
#include "tools/line_signer.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/tools/tally_support.h"
#include "tools/fault.h"
#include "tools/key_file.h"

namespace tally::tools {
namespace {

class LineSignerTest : public testing::Test {
 protected:
  void SetUp() override {
    test_.MakeFeed();
    TestCall call(test_);
    key_ = *ReadAuthorKey(call.call(), test_.Path("lime.pem"));
    ledger_ = test_.OpenAcme();
    identity_ = *IdentityOf(*ledger_, {{StreamKind::kFeed, "web"}});
  }
  absl::StatusOr<SignedLines> Sign(const StreamBook& book, const std::string& text,
                                   size_t events_per_batch = 1000) {
    const auto lines = ReadEventLines(text, "f", StreamName{StreamKind::kFeed, "web"});
    EXPECT_TRUE(lines.ok()) << lines.status();
    return SignLines(book, *lines, key_, events_per_batch, test_.clock.now);
  }
  std::string CodeOf(const StreamBook& book, const std::string& text) {
    const auto outcome = Sign(book, text);
    return outcome.ok() ? "" : FaultOf(outcome.status()).code;
  }

  TallyTest test_;
  AuthorKey key_;
  std::unique_ptr<ledger::Ledger> ledger_;
  IdentityFile identity_;
};

TEST_F(LineSignerTest, LedgerAndIdentityGiveTheSameBytes) {
  const std::string lines = TallyTest::StateLines(7);
  const auto near = Sign(*BookOf(*ledger_), lines, 3);
  const auto far = Sign(*BookOf(identity_), lines, 3);
  ASSERT_TRUE(near.ok()) << near.status();
  ASSERT_TRUE(far.ok()) << far.status();
  EXPECT_EQ(near->batches, far->batches);
  EXPECT_EQ(near->batches.size(), 3u);  // a registration and seven states
  EXPECT_TRUE(near->known.empty());
}

TEST_F(LineSignerTest, RefusalsNameTheirLine) {
  const std::string other_feed =
      R"({"kind":"state reported","feed":"no","source":"s","at":"2025-12-01T00:00:00Z",)"
      R"("body":{"state":"up"}})";
  EXPECT_EQ(CodeOf(*BookOf(*ledger_), other_feed), "not-found");
  EXPECT_EQ(CodeOf(*BookOf(identity_), other_feed), "not-found");
  const std::string number =
      R"({"kind":"state reported","source":7,"at":"2025-12-01T00:00:00Z","body":{"state":"up"}})";
  EXPECT_EQ(CodeOf(*BookOf(*ledger_), number), "not-found");
  const auto placed = Sign(*BookOf(*ledger_), "\n" + number);
  EXPECT_EQ(FaultOf(placed.status()).position.line, 2);
  EXPECT_EQ(FaultOf(placed.status()).position.column, 35);
}

constexpr char kRegistration[] = R"({"kind":"source registered","at":"2025-12-01T00:00:00Z",)"
                                 R"("body":{"source":5,"name":"site","unit":"ms","scale":3}})"
                                 "\n";

// What a line says of its source holds: nothing registers the name a second time.
TEST_F(LineSignerTest, ARegistrationInTheLinesHoldsForThoseThatNameIt) {
  const auto outcome = Sign(*BookOf(*ledger_), kRegistration + TallyTest::StateLines(2));
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  ASSERT_EQ(outcome->batches.size(), 1u);
  const std::vector<Event>& events = outcome->batches[0].events;
  ASSERT_EQ(events.size(), 3u);
  const auto registered = DecodeSourceRegistered(events[0].body);
  ASSERT_TRUE(registered.ok());
  EXPECT_EQ(registered->unit, "ms");
  EXPECT_EQ(registered->scale, 3);
  for (const size_t i : {size_t{1}, size_t{2}}) {
    EXPECT_EQ(DecodeHeader(events[i].header)->source, 5u) << i;
  }
}

TEST_F(LineSignerTest, ARegistrationStandsOnceAndBeforeItsUse) {
  const auto late = Sign(*BookOf(*ledger_), TallyTest::StateLines(1) + kRegistration);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(FaultOf(late.status()).code, "order");
  EXPECT_EQ(FaultOf(late.status()).position.line, 1);
  EXPECT_NE(FaultText(FaultOf(late.status())).find("before line 2"), std::string::npos);
  const auto twice = Sign(*BookOf(*ledger_), std::string(kRegistration) + kRegistration);
  ASSERT_FALSE(twice.ok());
  EXPECT_EQ(FaultOf(twice.status()).code, "already-exists");
  EXPECT_EQ(FaultOf(twice.status()).position.line, 2);
  std::string other_name = kRegistration;
  other_name.replace(other_name.find("site"), 4, "host");
  const auto number = Sign(*BookOf(*ledger_), kRegistration + other_name);
  ASSERT_FALSE(number.ok());
  EXPECT_EQ(FaultOf(number.status()).code, "already-exists");
}

// A latency below zero is a clock that went back, and no measurement.
TEST_F(LineSignerTest, NoLatencyIsBelowZero) {
  const auto state = [](const std::string& source, const std::string& body) {
    return absl::StrCat(R"({"kind":"state reported","source":")", source,
                        R"(","at":"2025-12-01T00:00:00Z","body":)", body, "}\n");
  };
  const std::string low = R"({"state":"up","value":-4})";
  const auto refused = Sign(*BookOf(*ledger_), kRegistration + state("site", low));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(FaultOf(refused.status()).position.line, 2);
  EXPECT_NE(FaultText(FaultOf(refused.status())).find("below zero"), std::string::npos);
  EXPECT_EQ(CodeOf(*BookOf(*ledger_), state("depth", low)), "") << "a value without a unit";
}

TEST_F(LineSignerTest, AnotherPartysKeyIsRefused) {
  key_.key = *ledger::SigningKey::FromSeed(Bytes(32, 1));
  EXPECT_EQ(CodeOf(*BookOf(*ledger_), TallyTest::StateLines(1)), "key-not-permitted");
  EXPECT_EQ(CodeOf(*BookOf(identity_), TallyTest::StateLines(1)), "key-not-permitted");
}

TEST(ParseAddress, IsStrict) {
  EXPECT_EQ(ParseAddress("12")->index, 12u);
  EXPECT_EQ(*ParseAddress("12/3"), (ledger::EventAddress{12, 3}));
  for (const char* bad : {"", "/", "1/", "/1", "1/2/3", "-1", "1/4294967296", "x", " 1"}) {
    EXPECT_FALSE(ParseAddress(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace tally::tools
