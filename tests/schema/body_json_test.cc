// Goal: JSON and bytes say the same, and nothing lenient is read. Method: every kind's examples
// there and back; a table of one state report spelled wrongly, with the place of each refusal.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "schema/body.h"
#include "schema/canonical.h"
#include "tests/schema/body_example_support.h"

namespace tally {
namespace {

TEST(BodyJson, EveryKindThereAndBack) {
  for (const KindRow& row : KindTable()) {
    for (const Fullness fullness : {Fullness::kLeast, Fullness::kAll}) {
      const Bytes body = ExampleBody(*LayoutOf(row.kind), fullness);
      const std::string json = BodyToJson(row.kind, body);
      const absl::StatusOr<Bytes> back = BodyFromJson(row.kind, json);
      ASSERT_TRUE(back.ok()) << row.name << ": " << back.status().message() << " of " << json;
      EXPECT_EQ(*back, body) << row.name << ": " << json;
    }
  }
}

TEST(BodyJson, StateReportedAsPeopleWriteIt) {
  const StateReported report{State::kDegraded, 0, 1234, "ü \"x\""};
  EXPECT_EQ(BodyToJson(BodyKind::kStateReported, Encode(report)),
            "{\"state\":\"degraded\",\"code\":\"0\",\"value\":\"1234\",\"note\":\"ü \\\"x\\\"\"}");
  const absl::StatusOr<Bytes> body =
      BodyFromJson(BodyKind::kStateReported,
                   " {\"note\":\"\\u00fc \\\"x\\\"\", \"value\":1234, \"code\":\"0\", "
                   "\"state\":\"degraded\"}\n");
  ASSERT_TRUE(body.ok()) << body.status();
  EXPECT_EQ(*body, Encode(report));
}

TEST(BodyJson, MoneyTimesAndChoices) {
  SettlementProposed settlement;
  settlement.amount = {100'000, {"USD", 2}};
  EXPECT_EQ(BodyToJson(BodyKind::kSettlementProposed, Encode(settlement)),
            "{\"amount\":\"1000.00 USD\"}");
  settlement.on_account = true;
  EXPECT_EQ(BodyToJson(BodyKind::kSettlementProposed, Encode(settlement)),
            "{\"amount\":\"1000.00 USD\",\"onAccount\":true}");
  EXPECT_EQ(BodyToJson(BodyKind::kWatermark, Encode(Watermark{{1'770'000'000'000'000}})),
            "{\"through\":\"2026-02-02T02:40:00Z\"}");
  const absl::StatusOr<Bytes> notice =
      BodyFromJson(BodyKind::kExclusionProposed,
                   R"({"name":"x","cause":"planned-maintenance","from":"2026-02-01T00:00:00Z",
          "until":"2026-02-01T01:00:00Z","noticeGiven":"2026-01-01T00:00:00+01:00"})");
  ASSERT_TRUE(notice.ok()) << notice.status();
  EXPECT_TRUE(absl::StrContains(BodyToJson(BodyKind::kExclusionProposed, *notice),
                                "\"noticeGiven\":\"2025-12-31T23:00:00Z\""));
}

// T-67, T-76
TEST(BodyJson, T76RefusalsWithLineAndColumn) {
  const struct {
    std::string json;
    std::string message;
  } cases[] = {
      {"[]", "1:1: expected an object"},
      {"{}", "1:1: key \"state\" is missing"},
      {"{\"state\":\"unset\"}", "1:10: expected one of up, down"},
      {"{\"state\":\"Up\"}", "1:10: expected one of"},
      {"{\"state\":1}", "1:10: expected one of"},
      {"{\"state\":null}", "1:10: expected a value"},
      {"{\"state\":\"up\",\n\"stats\":1}", "2:1: key \"stats\" is not known"},
      {"{\"state\":\"up\",\"state\":\"up\"}", "1:15: key \"state\" stands there twice"},
      {"{\"state\":\"up\",\"is\":1}", "1:15: key"},
      {"{\"state\":\"up\",\"state\\u0000\":\"up\"}", "1:15: key"},
      {"{\"state\":\"up\",\"code\":1.0}", "1:22: expected a whole number"},
      {"{\"state\":\"up\",\"code\":1e2}", "1:22: expected a whole number"},
      {"{\"state\":\"up\",\"code\":-0}", "1:22: expected a whole number"},
      {"{\"state\":\"up\",\"code\":\" 1\"}", "1:22: expected a whole number"},
      {"{\"state\":\"up\",\"code\":\"+1\"}", "1:22: expected a whole number"},
      {"{\"state\":\"up\",\"code\":\"\"}", "1:22: expected a whole number"},
      {"{\"state\":\"up\",\"code\":9223372036854775808}", "1:22: expected a number of 64"},
      {"{\"state\":\"up\",\"code\":true}", "1:22: expected a whole number"},
      {"{\"state\":\"up\",\"code\":{\"is\":1}}", "1:22: expected a whole number"},
      {"{\"state\":\"up\",\"note\":7}", "1:22: expected a text"},
      {"{\"state\":\"up\",\"note\":\"a\\u0000b\"}", "1:22: a NUL inside a text"},
      {"{\"state\":\"up\",\"note\":\"" + std::string(4097, 'x') + "\"}", "1:22: a text of 4097"},
  };
  for (const auto& test : cases) {
    const absl::StatusOr<Bytes> body = BodyFromJson(BodyKind::kStateReported, test.json);
    ASSERT_FALSE(body.ok()) << test.json;
    EXPECT_TRUE(absl::StartsWith(body.status().message(), test.message))
        << test.json << " gave " << body.status().message();
  }
}

TEST(BodyJson, OtherRefusals) {
  const auto refuses = [](BodyKind kind, const std::string& json) {
    return !BodyFromJson(kind, json).ok();
  };
  const std::string hash(64, 'a');
  EXPECT_FALSE(refuses(BodyKind::kTermsAccepted, "{\"termsHash\":\"" + hash + "\"}"));
  EXPECT_TRUE(refuses(BodyKind::kTermsAccepted, "{\"termsHash\":\"" + hash + "aa\"}"));
  EXPECT_TRUE(
      refuses(BodyKind::kTermsAccepted, "{\"termsHash\":\"" + std::string(64, 'A') + "\"}"));
  EXPECT_TRUE(
      refuses(BodyKind::kTermsAccepted, "{\"termsHash\":\"" + std::string(64, '0') + "\"}"));
  EXPECT_TRUE(refuses(BodyKind::kTermsAccepted, "{\"termsHash\":\"\"}"));
  EXPECT_TRUE(refuses(BodyKind::kWatermark, "{\"through\":1770000000000000}"));
  EXPECT_TRUE(refuses(BodyKind::kWatermark, "{\"through\":\"2026-02-30T00:00:00Z\"}"));
  EXPECT_TRUE(refuses(BodyKind::kSettlementProposed, "{\"amount\":\"1000.0 USD\"}"));
  EXPECT_TRUE(refuses(BodyKind::kSettlementProposed, "{\"amount\":1000}"));
  EXPECT_TRUE(refuses(BodyKind::kClaimFiled, "{\"documents\":[\"\"]}"));
  EXPECT_TRUE(refuses(BodyKind::kClaimFiled, "{\"windows\":[{}]}"));
  EXPECT_TRUE(refuses(BodyKind::kClaimEscalated, "{\"level\":65536}"));
  EXPECT_FALSE(refuses(BodyKind::kClaimEscalated, "{\"level\":65535}"));
  EXPECT_TRUE(refuses(BodyKind::kClaimEscalated, "{\"level\":\"1\"}"));
  EXPECT_TRUE(refuses(BodyKind::kClaimEscalated, "{\"level\":-1}"));
  EXPECT_TRUE(refuses(static_cast<BodyKind>(999), "{}"));
}

TEST(BodyJson, UnknownKindsAndBrokenBodiesAreShownAsHex) {
  const Bytes bytes = {0xab, 0xcd};
  EXPECT_EQ(BodyToJson(static_cast<BodyKind>(999), bytes), "{\"unknown\":\"abcd\"}");
  EXPECT_EQ(BodyToJson(BodyKind::kWatermark, bytes), "{\"malformed\":\"abcd\"}");
}

// The members of the outermost object, as written.
std::map<std::string, std::string> MembersOf(const std::string& json) {
  std::map<std::string, std::string> members;
  size_t begin = 1;
  int depth = 0;
  bool quoted = false;
  for (size_t at = 1; at < json.size(); ++at) {
    const char c = json[at];
    if (quoted) {
      if (c == '\\') ++at;
      if (c == '"') quoted = false;
      continue;
    }
    if (c == '"') quoted = true;
    if (c == '{' || c == '[') ++depth;
    const bool ends = depth == 0 && (c == ',' || c == '}');
    if (c == '}' || c == ']') --depth;
    if (!ends) continue;
    const std::string member = json.substr(begin, at - begin);
    const size_t colon = member.find("\":");
    if (colon != std::string::npos) members[member.substr(1, colon - 1)] = member.substr(colon + 2);
    begin = at + 1;
  }
  return members;
}

// What BodyFromJson asks for, one key after the other, of a kind; ascending.
std::set<std::string> RequiredOf(BodyKind kind) {
  const std::map<std::string, std::string> all =
      MembersOf(BodyToJson(kind, ExampleBody(*LayoutOf(kind), Fullness::kAll)));
  std::set<std::string> required;
  while (true) {
    std::string json = "{";
    for (const std::string& key : required) {
      absl::StrAppend(&json, json.size() > 1 ? "," : "", "\"", key, "\":", all.at(key));
    }
    const absl::Status status = BodyFromJson(kind, json + "}").status();
    const std::string message(status.message());
    const size_t end = message.find("\" is missing");
    if (status.ok() || end == std::string::npos) return required;
    const size_t first = message.rfind('"', end - 1) + 1;
    if (!required.insert(message.substr(first, end - first)).second) return required;
  }
}

// docs/EVENTS.md "Required fields" says what an author must write, kind by kind.
TEST(BodyJson, ThePageListsTheRequiredFieldsOfEachKind) {
  std::ifstream page(std::string(TALLY_SOURCE_DIR) + "/docs/EVENTS.md");
  std::string line;
  int rows = 0;
  while (std::getline(page, line) && line != "## Required fields") {
  }
  while (std::getline(page, line) && line.substr(0, 3) != "## ") {
    if (line.substr(0, 3) != "| `") continue;
    std::vector<std::string> words;
    for (size_t at = line.find('`'); at != std::string::npos; at = line.find('`', at + 1)) {
      const size_t end = line.find('`', at + 1);
      words.push_back(line.substr(at + 1, end - at - 1));
      at = end;
    }
    const KindRow* kind = FindKindByName(words[0]);
    ASSERT_NE(kind, nullptr) << line;
    EXPECT_EQ(std::set<std::string>(words.begin() + 1, words.end()), RequiredOf(kind->kind))
        << line;
    ++rows;
  }
  int expected = 0;
  for (const KindRow& row : KindTable()) {
    const bool made = row.kind == BodyKind::kMeasurementRun || row.kind == BodyKind::kStatement ||
                      row.kind == BodyKind::kWindowClosed;
    if (!row.opening && row.stream != StreamKind::kSystem && !made) ++expected;
  }
  EXPECT_EQ(rows, expected) << "each kind has a row";
}

}  // namespace
}  // namespace tally
