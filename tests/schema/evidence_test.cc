// Goal: counted evidence comes out as it went in, and impossible sums are refused. Method: bodies
// written as JSON, as authors write them, through canonical bytes.
#include "schema/evidence.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "schema/canonical.h"

namespace tally {
namespace {

Bytes Body(BodyKind kind, absl::string_view json) {
  absl::StatusOr<Bytes> body = BodyFromJson(kind, json);
  EXPECT_TRUE(body.ok()) << body.status();
  return body.ok() ? *body : Bytes();
}

TEST(Evidence, RequestsAndLatencies) {
  const auto requests = DecodeRequestCounts(
      Body(BodyKind::kRequestCounts,
           R"({"valid": "100", "good": "99", "invalid": "3", "retries": "0"})"));
  ASSERT_TRUE(requests.ok()) << requests.status();
  EXPECT_EQ(requests->valid, 100u);
  EXPECT_EQ(requests->good, 99u);
  EXPECT_FALSE(
      DecodeRequestCounts(Body(BodyKind::kRequestCounts,
                               R"({"valid": "1", "good": "2", "invalid": "0", "retries": "0"})"))
          .ok());
  const auto latency = DecodeLatencyHistogram(
      Body(BodyKind::kLatencyHistogram,
           R"({"edges": ["1000", "2000"], "counts": ["5", "6"], "above": "1", "failed": "2"})"));
  ASSERT_TRUE(latency.ok()) << latency.status();
  EXPECT_EQ(latency->edges[1], Milliseconds(2));
  EXPECT_FALSE(
      DecodeLatencyHistogram(
          Body(BodyKind::kLatencyHistogram,
               R"({"edges": ["2000", "1000"], "counts": ["5", "6"], "above": "0", "failed": "0"})"))
          .ok());
}

TEST(Evidence, TicketsGoBothWays) {
  TicketEvent event;
  event.ticket = "INC1";
  event.step = TicketStep::kPaused;
  event.priority = "2";
  event.reason = "awaiting user";
  event.first_contact = true;
  const auto back = DecodeTicketEvent(Encode(event));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->ticket, "INC1");
  EXPECT_EQ(back->step, TicketStep::kPaused);
  EXPECT_EQ(back->reason, "awaiting user");
  EXPECT_TRUE(back->first_contact);
  event.ticket.clear();
  EXPECT_FALSE(DecodeTicketEvent(Encode(event)).ok());
}

std::string Calls(absl::string_view offered, absl::string_view abandoned) {
  return absl::StrCat(R"({"offered": ")", offered,
                      R"(", "answered": "1000", "answeredInTime": "860",
      "abandoned": ")",
                      abandoned, R"(", "abandonedInTime": "20", "abandonedShort": "10",
      "threshold": "20 s", "shortLimit": "5 s", "waited": "3 h", "handled": "9 h"})");
}

TEST(Evidence, CallsAddUp) {
  const auto calls = DecodeCallCounts(Body(BodyKind::kCallCounts, Calls("1060", "60")));
  ASSERT_TRUE(calls.ok()) << calls.status();
  EXPECT_EQ(calls->answered_in_time, 860u);
  EXPECT_EQ(calls->waited, Hours(3));
  EXPECT_FALSE(DecodeCallCounts(Body(BodyKind::kCallCounts, Calls("1060", "61"))).ok());
  EXPECT_FALSE(DecodeCallCounts(Body(BodyKind::kCallCounts, Calls("1060", "19"))).ok());
}

}  // namespace
}  // namespace tally
