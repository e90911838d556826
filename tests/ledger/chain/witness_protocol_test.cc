// Goal: a witness answers exactly as c2sp.org/tlog-witness says, and one tree of a size is all that
// it ever cosigns. Method: a table of requests against states, one row a condition; every pair of
// sizes to 24 with the right proof and with each proof of another pair; a table of malformed
// bodies.
#include "ledger/chain/witness_protocol.h"

#include <gtest/gtest.h>

#include "absl/strings/str_replace.h"
#include "tests/ledger/chain/small_log.h"

namespace tally::ledger {
namespace {

using namespace tests;

const std::vector<Policy::Log>& Logs() {
  static const std::vector<Policy::Log> kLogs = {{KeysOf({kSmallLogKey})[0], ""}};
  return kLogs;
}
std::optional<Checkpoint> Last(size_t size) {
  if (size == 0) return std::nullopt;
  return Checkpoint{std::string(kSmallOrigin), size, TreeRoot(SmallLeaves(size))};
}
std::vector<Hash> Proof(size_t first, size_t second) {
  if (first == 0 || first >= second) return {};
  return ConsistencyProof(SmallLeaves(second), first);
}
int Status(const AddCheckpoint& request, const std::optional<Checkpoint>& last) {
  const WitnessRuling ruling = RuleOn(request, Logs(), last);
  EXPECT_EQ(ruling.text.empty(), ruling.status != WitnessStatus::kCosigned);
  EXPECT_EQ(ruling.reason.empty(), ruling.status == WitnessStatus::kCosigned);
  return static_cast<int>(ruling.status);
}

TEST(WitnessProtocol, EveryConditionHasItsStatus) {
  std::vector<Hash> forked = SmallLeaves(8);
  forked[2] = LeafHash({});
  const std::string wrong_empty =
      SignNote(absl::StrCat(kSmallOrigin, "\n0\n", ToBase64(LeafHash({}).view()), "\n"),
               kSmallOrigin, *SmallLogKey())
          .value();
  const std::string empty =
      SignNote(CheckpointText({std::string(kSmallOrigin), 0, EmptyTreeHash()}), kSmallOrigin,
               *SmallLogKey())
          .value();
  const std::string note = SmallNote(8);
  const std::string unsigned_note =
      SignNote(ParseNote(note)->text, kSmallOrigin, *SmallWitnessKey()).value();
  std::string failing = note;
  failing[failing.size() - 10] = failing[failing.size() - 10] == 'A' ? 'B' : 'A';
  const std::string unknown =
      SignCheckpoint({"example.com/other", 8, LeafHash({})}, *SmallLogKey()).value();
  struct Row {
    const char* what;
    AddCheckpoint request;
    size_t last;
    int status;
  };
  const Row rows[] = {
      {"first contact", {0, {}, note}, 0, 200},
      {"growth", {5, Proof(5, 8), note}, 5, 200},
      {"the same again", {8, {}, note}, 8, 200},
      {"an empty log", {0, {}, empty}, 0, 200},
      {"old above the checkpoint's", {9, {}, note}, 9, 400},
      {"no note", {0, {}, "text\n"}, 0, 400},
      {"no checkpoint", {0, {}, SignNote("text\n", "x", *SmallLogKey()).value()}, 0, 400},
      {"another log", {0, {}, unknown}, 0, 404},
      {"not by the log's key", {0, {}, unsigned_note}, 0, 403},
      {"failing signature", {0, {}, failing}, 0, 403},
      {"old is not the last", {0, {}, note}, 5, 409},
      {"old is below the last", {4, Proof(4, 8), note}, 5, 409},
      {"old though never", {5, Proof(5, 8), note}, 0, 409},
      {"proof from nothing", {0, {LeafHash({})}, note}, 0, 422},
      {"no proof", {5, {}, note}, 5, 422},
      {"another proof", {5, Proof(5, 7), note}, 5, 422},
      {"proof for the same", {8, {LeafHash({})}, note}, 8, 422},
      {"another root of the size", {8, {}, SmallNote(forked)}, 8, 422},
      {"a fork", {5, Proof(5, 8), SmallNote(forked)}, 5, 422},
      {"a root of the empty tree", {0, {}, wrong_empty}, 0, 422},
  };
  for (const Row& row : rows)
    EXPECT_EQ(Status(row.request, Last(row.last)), row.status) << row.what;
  EXPECT_EQ(Status({0, {}, SmallCosigned(8)}, std::nullopt), 200);  // unknown signers are ignored
  EXPECT_EQ(static_cast<int>(RuleOn({0, {}, note}, {}, std::nullopt).status), 404);
}

// T-23: a proof is good for its pair of sizes and for no other.
TEST(WitnessProtocol, T23EveryPairOfSizesAndEveryOtherProof) {
  constexpr size_t kSizes = 24;
  std::vector<std::string> notes;
  for (size_t size = 0; size <= kSizes; ++size) notes.push_back(size == 0 ? "" : SmallNote(size));
  for (size_t first = 1; first <= kSizes; ++first) {
    for (size_t second = first; second <= kSizes; ++second) {
      ASSERT_EQ(Status({first, Proof(first, second), notes[second]}, Last(first)), 200);
      if (second == first) continue;
      std::vector<Hash> longer = Proof(first, second);
      longer.push_back(LeafHash({}));
      ASSERT_EQ(Status({first, longer, notes[second]}, Last(first)), 422);
      longer.resize(longer.size() - 2);
      ASSERT_EQ(Status({first, longer, notes[second]}, Last(first)), 422);
    }
  }
}

TEST(WitnessProtocol, RequestsAreReadStrictly) {
  const AddCheckpoint request{5, Proof(5, 8), SmallNote(8)};
  const std::string body = EncodeAddCheckpoint(request);
  const auto read = DecodeAddCheckpoint(body);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->old_size, 5u);
  EXPECT_EQ(read->proof, request.proof);
  EXPECT_EQ(read->note, request.note);
  EXPECT_EQ(OriginOf(*read).value(), kSmallOrigin);
  std::string many = "old 1\n";
  for (int i = 0; i < 64; ++i) absl::StrAppend(&many, ToBase64(LeafHash({}).view()), "\n");
  for (const std::string& bad :
       {std::string(), std::string("old 1"), std::string("old 1\n"), std::string("old\n\nx"),
        absl::StrReplaceAll(body, {{"old 5", "old 05"}}),
        absl::StrReplaceAll(body, {{"old 5", "old -5"}}),
        absl::StrReplaceAll(body, {{"old 5", "old  5"}}),
        absl::StrReplaceAll(body, {{"old 5", "Old 5"}}),
        absl::StrReplaceAll(body, {{"old 5\n", "old 5\r\n"}}),
        absl::StrReplaceAll(body, {{"old 5\n", "old 5\nAAAA\n"}}), many + "\n" + request.note,
        body + std::string(kAddCheckpointBytesMax, 'x')}) {
    EXPECT_EQ(DecodeAddCheckpoint(bad).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace tally::ledger
