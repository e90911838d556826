// Goal: a witness never cosigns two trees of a size nor goes back, whatever crashes, races or is
// put in its place; what it answered it remembers. Method: requests of the small log against a
// witness in a directory; a child process killed between state and answer; threads that submit
// different growths; state files changed.
#include "tools/witness_state.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <thread>

#include "absl/strings/match.h"
#include "tests/ledger/chain/small_log.h"
#include "tests/scratch.h"
#include "tests/tools/tally_support.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

using namespace ledger::tests;
using tally::tests::PictureOf;
using tally::tests::ReadText;
using tally::tests::ScratchDirectory;
using tally::tests::WriteText;

std::string Body(size_t old_size, const std::string& note, std::vector<Hash> proof) {
  return ledger::EncodeAddCheckpoint({old_size, std::move(proof), note});
}
std::string Growth(size_t first, size_t second) {
  return Body(first, SmallNote(second),
              first == 0 || first == second ? std::vector<Hash>()
                                            : ledger::ConsistencyProof(SmallLeaves(second), first));
}

class WitnessTest : public testing::Test {
 protected:
  WitnessOptions Options() {
    WitnessOptions options;
    options.directory = folder_ / "state";
    options.name = std::string(kSmallWitness);
    options.logs = {{KeysOf({kSmallLogKey})[0], ""}};
    options.key = key_.get();
    options.clock = &clock_;
    return options;
  }
  std::unique_ptr<Witness> Open() {
    auto witness = Witness::Open(Options());
    EXPECT_TRUE(witness.ok()) << FaultText(FaultOf(witness.status()));
    return *std::move(witness);
  }
  std::string StateFile() const {
    return folder_ / ("state/" + ledger::Sha256Of({AsBytes(kSmallOrigin)}).ToHex() + ".checkpoint");
  }
  ScratchDirectory folder_;
  std::unique_ptr<ledger::SigningKey> key_ = SmallWitnessKey();
  TestClock clock_;
};

TEST_F(WitnessTest, CosignsGrowthAndRemembersIt) {
  clock_.now = {static_cast<int64_t>(kSmallTime) * 1000000};
  auto witness = Open();
  EXPECT_EQ(witness->verifier_key().ToText(), kSmallWitnessKey);
  EXPECT_EQ(witness->Latest("00").status, 404);
  ASSERT_EQ(witness->Add(Growth(0, 70)).status, 200);
  const WitnessReply reply = witness->Add(Growth(70, 300));
  ASSERT_EQ(reply.status, 200) << reply.body;
  // The answer and what is kept are the small log's own bytes.
  EXPECT_EQ(SmallNote() + reply.body, SmallCosigned());
  EXPECT_EQ(ReadText(StateFile()), SmallCosigned());
  EXPECT_EQ(witness->Latest(ledger::Sha256Of({AsBytes(kSmallOrigin)}).ToHex()).body,
            SmallCosigned());
  witness.reset();
  witness = Open();
  EXPECT_EQ(witness->Last(std::string(kSmallOrigin))->size, 300u);
  const WitnessReply late = witness->Add(Growth(0, 400));
  EXPECT_EQ(late.status, 409);
  EXPECT_EQ(late.body, "300\n");
  EXPECT_EQ(late.content_type, "text/x.tlog.size");
  EXPECT_EQ(witness->Add(Growth(300, 300)).status, 200);
  EXPECT_EQ(witness->Add("nonsense").status, 400);
  // A clock that was set back makes no promise look earlier than the one before.
  clock_.now = {5000000};
  const auto made = ledger::ParseSignatureLines(witness->Add(Growth(300, 300)).body);
  EXPECT_EQ(ledger::CosignatureTime(made->front()).value(), kSmallTime);
}

// T-20: never two roots for one size, never back.
TEST_F(WitnessTest, T20OneTreeOfASize) {
  auto witness = Open();
  ASSERT_EQ(witness->Add(Growth(0, 8)).status, 200);
  std::vector<Hash> fork = SmallLeaves(8);
  fork[3] = ledger::LeafHash({});
  const auto before = PictureOf(folder_.path());
  EXPECT_EQ(witness->Add(Body(8, SmallNote(fork), {})).status, 422);
  EXPECT_EQ(witness->Add(Growth(0, 8)).status, 409);
  EXPECT_EQ(witness->Add(Growth(5, 8)).status, 409);
  EXPECT_EQ(witness->Add(Growth(5, 7)).status, 409);
  EXPECT_EQ(PictureOf(folder_.path()), before);
}

// The state is on the disk before the answer leaves: killed in between, nothing is forgotten.
TEST_F(WitnessTest, KilledBeforeTheAnswerItStillRemembers) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    WitnessOptions options = Options();
    options.before_reply = [] { ::kill(::getpid(), SIGKILL); };
    auto witness = Witness::Open(options);
    (*witness)->Add(Growth(0, 8));
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  auto witness = Open();
  std::vector<Hash> fork = SmallLeaves(8);
  fork[3] = ledger::LeafHash({});
  EXPECT_EQ(witness->Add(Body(0, SmallNote(fork), {})).body, "8\n");
  EXPECT_EQ(witness->Add(Body(8, SmallNote(fork), {})).status, 422);
  EXPECT_EQ(witness->Add(Growth(8, 8)).status, 200);  // the log asks again and gets its answer
}

// Requests that race: whatever is answered 200 lies on one line of growth.
TEST_F(WitnessTest, ConcurrentRequestsAgreeOnOneTree) {
  auto witness = Open();
  ASSERT_EQ(witness->Add(Growth(0, 4)).status, 200);
  std::vector<Hash> fork = SmallLeaves(9);
  fork[6] = ledger::LeafHash({});
  const std::vector<std::string> bodies = {
      Growth(4, 9), Body(4, SmallNote(fork), ledger::ConsistencyProof(fork, 4)), Growth(4, 6),
      Growth(4, 5)};
  for (const std::string& body : bodies) EXPECT_TRUE(absl::StartsWith(body, "old 4\n"));
  std::vector<int> statuses(32);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < statuses.size(); ++i) {
    threads.emplace_back([&, i] { statuses[i] = witness->Add(bodies[i % bodies.size()]).status; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 200), 1);
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 409), 31);
}

TEST_F(WitnessTest, ADirectoryHasOneProcessAndOneKey) {
  auto witness = Open();
  EXPECT_EQ(FaultOf(Witness::Open(Options()).status()).code, "busy");
  witness.reset();
  const auto other = SmallLogKey();
  WitnessOptions options = Options();
  options.key = other.get();
  EXPECT_EQ(FaultOf(Witness::Open(options).status()).code, "identity-mismatch");
  EXPECT_TRUE(Witness::Open(Options()).ok());
}

// A state that does not verify is no reason to begin anew.
TEST_F(WitnessTest, AChangedStateEndsTheStart) {
  ASSERT_EQ(Open()->Add(Growth(0, 8)).status, 200);
  const std::string good = ReadText(StateFile());
  std::string bad = good;
  bad[bad.find("\n8\n") + 1] = '7';
  for (const std::string& text : {bad, std::string(), good.substr(0, 90), SmallNote(8)}) {
    WriteText(StateFile(), text);
    EXPECT_EQ(FaultOf(Witness::Open(Options()).status()).code, "bad-input");
  }
  WriteText(StateFile(), good);
  EXPECT_TRUE(Witness::Open(Options()).ok());
}

// After a write that failed nobody knows what the file holds: no more answers.
TEST_F(WitnessTest, AFailedWriteEndsTheAnswers) {
  auto witness = Open();
  ASSERT_EQ(witness->Add(Growth(0, 8)).status, 200);
  // A directory stands where the new file is to be written.
  std::filesystem::create_directories(StateFile() + ".new/x");
  EXPECT_EQ(witness->Add(Growth(8, 9)).status, 500);
  std::filesystem::remove_all(StateFile() + ".new");
  EXPECT_EQ(witness->Add(Growth(8, 9)).status, 500);
  witness.reset();
  EXPECT_EQ(Open()->Add(Growth(8, 9)).status, 200);
}

}  // namespace
}  // namespace tally::tools
