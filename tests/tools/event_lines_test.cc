// Goal: lines of events are read exactly or refused at their place.
// Method: lines beside what they mean, and bad lines beside their fault.
#include "tools/event_lines.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "schema/body.h"

namespace tally::tools {
namespace {

const StreamName kWeb{StreamKind::kFeed, "web"};

std::string Refusal(const std::string& line, const std::optional<StreamName>& stream = kWeb) {
  const auto lines = ReadEventLines(line, "f.jsonl", stream);
  return lines.ok() ? "accepted" : FaultText(FaultOf(lines.status()));
}

TEST(EventLines, ReadsEvidence) {
  const auto lines = ReadEventLines(
      "\n"
      R"({"kind":"state reported","source":"site","at":"2026-02-01T07:00:00+07:00",)"
      R"("reported":"2026-02-01T00:00:05Z","position":9,"body":{"state":"down","code":503}})"
      "\r\n  \n"
      R"({"kind":"watermark","feed":"other","body":{"through":"2026-02-01T00:00:00Z"}})",
      "f.jsonl", kWeb);
  ASSERT_TRUE(lines.ok()) << lines.status();
  ASSERT_EQ(lines->size(), 2u);
  const EventLine& state = (*lines)[0];
  EXPECT_EQ(state.position.line, 2);
  EXPECT_EQ(state.kind, BodyKind::kStateReported);
  EXPECT_EQ(state.stream.name, "web");
  EXPECT_EQ(state.source, "site");
  EXPECT_EQ(FormatInstant(state.from), "2026-02-01T00:00:00Z");
  EXPECT_EQ(state.from, state.until);
  EXPECT_EQ(FormatInstant(*state.reported), "2026-02-01T00:00:05Z");
  EXPECT_EQ(state.at_position, 9u);
  EXPECT_EQ(state.actor, ActorKind::kMonitor);
  const auto body = DecodeStateReported(state.body);
  ASSERT_TRUE(body.ok());
  EXPECT_EQ(body->state, State::kDown);
  EXPECT_EQ(body->code, 503);
  const EventLine& watermark = (*lines)[1];
  EXPECT_EQ(watermark.stream.name, "other");
  EXPECT_EQ(FormatInstant(watermark.until), "2026-02-01T00:00:00Z");
}

TEST(EventLines, ReadsActs) {
  const std::string hash(64, 'a');
  const auto lines = ReadEventLines(
      absl::StrCat(R"({"kind":"terms accepted","agreement":"x","answers":"12/0","at":)"
                   R"("2026-02-01T00:00:00Z","id":"00112233445566778899aabbccddeeff",)"
                   R"("actor":"automation","body":{"termsHash":")",
                   hash, "\"}}"),
      "f.jsonl", std::nullopt);
  ASSERT_TRUE(lines.ok()) << lines.status();
  const EventLine& act = lines->front();
  EXPECT_EQ(act.stream.kind, StreamKind::kAgreement);
  EXPECT_EQ(act.stream.name, "x");
  EXPECT_EQ(act.answers, "12/0");
  EXPECT_EQ(act.id->ToHex(), "00112233445566778899aabbccddeeff");
  EXPECT_EQ(act.actor, ActorKind::kAutomation);
  EXPECT_TRUE(act.at.has_value());
}

TEST(EventLines, RefusalsNameTheirPlace) {
  const std::string good = R"("at":"2026-02-01T00:00:00Z","body":{"state":"up"}})";
  const std::pair<std::string, std::string> rows[] = {
      {"", "f.jsonl: holds no events"},
      {"[1]", "f.jsonl:1:1: a line must be a JSON object"},
      {"{\"kind\":1}", "f.jsonl:1:9: \"kind\" must be a string, found a number"},
      {"{}", "f.jsonl:1:1: \"kind\" is missing"},
      {"{\"kind\":\"state reprted\"," + good,
       "f.jsonl:1:9: there is no kind of event \"state reprted\"; did you mean state reported?"},
      {"{\"kind\":\"genesis\"," + good, "f.jsonl:1:9: \"genesis\" cannot be written as a line"},
      {"{\"kind\":\"state reported\",\"colour\":1," + good,
       "f.jsonl:1:35: unknown key \"colour\"; docs/EVENTS.md lists them"},
      {"{\"kind\":\"state reported\",\"actor\":\"dog\"," + good,
       "f.jsonl:1:34: \"actor\" must be human, automation or monitor"},
      {"{\"kind\":\"state reported\",\"body\":{\"state\":\"up\"}}",
       "f.jsonl:1:1: evidence has either \"at\", or \"from\" and \"until\""},
      {"{\"kind\":\"source registered\",\"body\":{\"source\":1,\"name\":\"site\",\"unit\":\"ms\","
       "\"scale\":0}}",
       "f.jsonl:1:1: evidence has either \"at\", or \"from\" and \"until\"; a registration is "
       "evidence of its feed too: write when it was made, such as the time of the first line of "
       "that source"},
      {"{\"kind\":\"state reported\",\"from\":\"2026-02-01T00:00:01Z\","
       "\"until\":\"2026-02-01T00:00:00Z\",\"body\":{\"state\":\"up\"}}",
       "f.jsonl:1:64: \"until\" lies before \"from\""},
      {"{\"kind\":\"state reported\",\"position\":-1," + good,
       "f.jsonl:1:37: \"position\" must be a whole number"},
      {"{\"kind\":\"state reported\",\"body\":3}", "f.jsonl:1:33: \"body\" must be an object"},
  };
  for (const auto& [line, fault] : rows) EXPECT_EQ(Refusal(line), fault) << line;
}

TEST(EventLines, BodiesAndTimesAreRefusedWithTheirColumn) {
  const std::string state = R"({"kind":"state reported","at":"2026-02-01T00:00:00Z","body":)";
  const std::string body = Refusal("\n" + state + "{\"state\":\"sideways\"}}");
  EXPECT_EQ(body.find("f.jsonl:2:70: body: "), 0u) << body;
  const std::string time =
      Refusal(R"({"kind":"state reported","at":"yesterday","body":{"state":"up"}})");
  EXPECT_EQ(time.find("f.jsonl:1:31: \"at\": "), 0u) << time;
  EXPECT_NE(Refusal(state + "{}}"), "accepted");  // a choice that is not made
}

TEST(EventLines, AStreamMustBeNamedSomewhere) {
  const std::string line =
      R"({"kind":"state reported","at":"2026-02-01T00:00:00Z","body":{"state":"up"}})";
  EXPECT_EQ(Refusal(line), "accepted");
  const std::string fault =
      "f.jsonl:1:1: \"state reported\" names no feed; add \"feed\" to the line, or give --feed";
  EXPECT_EQ(Refusal(line, std::nullopt), fault);
  EXPECT_EQ(Refusal(line, StreamName{StreamKind::kAgreement, "a"}), fault);
}

}  // namespace
}  // namespace tally::tools
