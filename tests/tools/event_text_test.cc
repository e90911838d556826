// Goal: an event's JSON and its page say the same, and evidence is its feed's party's word.
// Method: events of each kind of stream, printed both ways.
#include "tools/event_text.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

TEST(EventText, NamesAuthorsByStream) {
  TallyTest test;
  test.MakeFeed();
  test.Write("in.jsonl", TallyTest::StateLines(1));
  ASSERT_EQ(test.OnLedger({"append", test.Path("in.jsonl"), "--feed", "web", "--key",
                           test.Path("lime.pem")})
                .exit,
            0);
  const auto ledger = test.OpenAcme();
  const std::pair<uint64_t, std::string> rows[] = {
      {0, "operator"}, {1, "operator"}, {2, "lime"}, {3, "lime"}};
  for (const auto& [index, author] : rows) {
    const auto record = ledger->ReadRecord(index);
    ASSERT_TRUE(record.ok()) << record.status();
    const auto stream = ledger->StreamAt(record->stream());
    ASSERT_TRUE(stream.ok());
    const ledger::VerifiedEvent& event = record->events().front();
    EXPECT_EQ(AuthorText(*ledger, AuthorOf(*stream, event.header)), author) << index;
    JsonWriter json;
    WriteEvent(json, *ledger, *record, event, *stream);
    const std::string text = json.Take();
    EXPECT_TRUE(absl::StrContains(text, "\"author\":\"" + author + "\"")) << text;
    EXPECT_TRUE(absl::StrContains(text, "\"digest\":\"" + event.digest.ToHex() + "\"")) << text;
    TestCall call(test);
    PrintEvent(call.call().console, *ledger, *record, event, *stream);
    EXPECT_TRUE(absl::StrContains(call.out(), event.digest.ToHex())) << call.out();
    // An act that claims no time shows none.
    EXPECT_EQ(absl::StrContains(text, "\"from\""), index == 3) << text;
  }
}

TEST(EventText, UnknownKindsHaveANumber) {
  EXPECT_EQ(KindText(static_cast<BodyKind>(999)), "kind 999");
  EXPECT_EQ(KindText(BodyKind::kWatermark), "watermark");
  EXPECT_EQ(ActorText(ActorKind::kAutomation), "automation");
  EXPECT_EQ(ActorText(static_cast<ActorKind>(9)), "unset");
}

}  // namespace
}  // namespace tally::tools
