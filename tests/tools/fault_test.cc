// Goal: a fault survives its way through absl::Status whole, and statuses of lower floors get the
// documented exit status.
// Method: round trips, and the table of codes by what the program was doing.
#include "tools/fault.h"

#include <gtest/gtest.h>

#include "tools/error_codes.h"

namespace tally::tools {
namespace {

TEST(Fault, SurvivesItsWayThroughStatus) {
  const absl::Status status =
      RefuseAt({"terms.yaml", 12, 9}, "terms-missing-choice", "10:no \"cap\"", "say `cap: none`");
  const Fault fault = FaultOf(status);
  EXPECT_EQ(fault.code, "terms-missing-choice");
  EXPECT_EQ(fault.message, "10:no \"cap\"");
  EXPECT_EQ(fault.hint, "say `cap: none`");
  EXPECT_EQ(fault.position.file, "terms.yaml");
  EXPECT_EQ(fault.position.line, 12);
  EXPECT_EQ(fault.position.column, 9);
  EXPECT_EQ(FaultText(fault), "terms.yaml:12:9: 10:no \"cap\"; say `cap: none`");
  EXPECT_EQ(FaultJson(fault),
            "{\"format\":\"tally.error/1\",\"code\":\"terms-missing-choice\",\"exit\":2,"
            "\"message\":\"10:no \\\"cap\\\"\",\"file\":\"terms.yaml\",\"line\":12,\"column\":9,"
            "\"hint\":\"say `cap: none`\"}");
}

TEST(Fault, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(FaultText(FaultOf(Refuse("busy", "busy"))), "busy");
  EXPECT_EQ(FaultText(FaultOf(RefuseAt({"f", 0, 0}, "bad-input", "no"))), "f: no");
  EXPECT_EQ(FaultText(FaultOf(RefuseAt({"f", 3, 0}, "bad-input", "no"))), "f:3: no");
  EXPECT_EQ(FaultJson(FaultOf(Refuse("busy", "x"))),
            "{\"format\":\"tally.error/1\",\"code\":\"busy\",\"exit\":6,\"message\":\"x\"}");
}

int ExitOfStatus(Doing doing, const absl::Status& status) {
  return ExitOf(FaultOf(Translate(doing, status)));
}

TEST(Fault, StatusesOfLowerFloorsGetTheirExitStatus) {
  struct Row {
    Doing doing;
    absl::Status status;
    int exit;
  };
  const Row rows[] = {
      {Doing::kAppending, absl::InvalidArgumentError("form"), kExitRefused},
      {Doing::kAppending, absl::NotFoundError("stream"), kExitRefused},
      {Doing::kAppending, absl::AlreadyExistsError("id"), kExitRefused},
      {Doing::kAppending, absl::PermissionDeniedError("role"), kExitNotPermitted},
      {Doing::kAppending, absl::AbortedError("order"), kExitNotPermitted},
      {Doing::kAppending, absl::UnavailableError("disk"), kExitStorage},
      {Doing::kAppending, absl::UnavailableError("poisoned, busy disk"), kExitStorage},
      {Doing::kAppending, absl::InternalError("?"), kExitStorage},
      {Doing::kOpening, absl::FailedPreconditionError("rolled back"), kExitLedgerRefused},
      {Doing::kOpening, absl::DataLossError("flip"), kExitLedgerRefused},
      {Doing::kOpening, absl::UnavailableError("busy: locked"), kExitBusy},
      {Doing::kOpening, absl::UnavailableError("disk"), kExitStorage},
      {Doing::kReading, absl::DataLossError("flip"), kExitLedgerRefused},
      {Doing::kInput, absl::DataLossError("checksum"), kExitRefused},
      {Doing::kInput, absl::InvalidArgumentError("x"), kExitRefused},
      {Doing::kReading, absl::CancelledError("x"), kExitInterrupted},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(ExitOfStatus(row.doing, row.status), row.exit) << row.status.ToString();
  }
  EXPECT_TRUE(Translate(Doing::kReading, absl::OkStatus()).ok());
}

TEST(Fault, TranslateKeepsAFaultAndAddsAPlace) {
  const absl::Status fault = Refuse("order", "position 3", "positions rise");
  EXPECT_EQ(FaultOf(Translate(Doing::kReading, fault)).code, "order");
  const Fault placed = FaultOf(TranslateAt({"a.jsonl", 4, 1}, "bad-input", fault));
  EXPECT_EQ(placed.code, "order");
  EXPECT_EQ(FaultText(placed), "a.jsonl:4:1: position 3; positions rise");
  const absl::Status already = RefuseAt({"b", 1, 2}, "order", "x");
  EXPECT_EQ(FaultText(FaultOf(TranslateAt({"a", 9, 9}, "bad-input", already))), "b:1:2: x");
}

}  // namespace
}  // namespace tally::tools
