// Goal: a witness by hand and over HTTP: what it cosigns is kept, shown and counted, and it refuses
// what no witness may sign. Method: the program on a small ledger; a witness served in a thread on
// this machine; a ledger that was rolled back behind the witness's back.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/tools/tally_support.h"
#include "tools/cosigned_checkpoint.h"
#include "tools/key_file.h"
#include "tools/serve/http.h"
#include "tools/witness_state.h"

namespace tally::tools {
namespace {

class WitnessCommandsTest : public testing::Test {
 protected:
  void SetUp() override {
    test_.MakeFeed();
    ASSERT_EQ(test_.Run({"key", "new", "--party", "w", "--out", test_.Path("w.pem")}).exit, 0);
    vkey_ = test_.OpenAcme()->genesis().log_vkeys.front();
  }
  void Grow(int first) {
    test_.Write("in.jsonl", TallyTest::StateLines(3, first));
    ASSERT_EQ(test_
                  .OnLedger({"append", test_.Path("in.jsonl"), "--feed", "web", "--key",
                             test_.Path("lime.pem"), "--batch", "1"})
                  .exit,
              0);
  }
  void Checkpoint(const std::string& name) {
    ASSERT_EQ(test_.OnLedger({"checkpoint", "--out", test_.Path(name)}).exit, 0);
  }
  Outcome Cosign(const std::string& name, std::vector<std::string> more) {
    more.insert(more.begin(), {"cosign", test_.Path(name), "--key", test_.Path("w.pem")});
    return test_.Run(more);
  }
  TallyTest test_;
  std::string vkey_;
};

TEST_F(WitnessCommandsTest, CosignsByHand) {
  Checkpoint("c");
  EXPECT_EQ(Cosign("c", {}).exit, 2);  // whose checkpoint is it?
  const Outcome done = Cosign("c", {"--trust", vkey_, "--name", "w.example/1"});
  ASSERT_EQ(done.exit, 0) << done.err;
  EXPECT_TRUE(absl::StrContains(done.out, "cosigned by w.example/1+")) << done.out;
  const auto note = ledger::ParseNote(test_.Read("c"));
  ASSERT_EQ(note->unverified.size(), 2u);
  EXPECT_EQ(note->unverified[1].name, "w.example/1");
  // Growth must be proven: by the ledger, or by tiles.
  Grow(0);
  Checkpoint("d");
  const Outcome unproven = Cosign("d", {"--trust", vkey_, "--name", "w.example/1"});
  EXPECT_EQ(unproven.exit, 2);
  EXPECT_TRUE(absl::StrContains(unproven.err, "must be proven")) << unproven.err;
  EXPECT_EQ(Cosign("d", {"--name", "w.example/1", "-C", test_.Path("acme")}).exit, 0);
  Grow(3);
  Checkpoint("e");
  ASSERT_EQ(test_.OnLedger({"tiles", "export", test_.Path("www")}).exit, 0);
  EXPECT_EQ(Cosign("e", {"--trust", vkey_, "--name", "w.example/1", "--tiles", test_.Path("www"),
                         "--out", test_.Path("f")})
                .exit,
            0);
  // Never back, and never under another name.
  const Outcome back = Cosign("c", {"--trust", vkey_, "--name", "w.example/1"});
  EXPECT_EQ(back.exit, 2);
  EXPECT_TRUE(absl::StrContains(back.err, "is not cosigned")) << back.err;
  EXPECT_EQ(Cosign("f", {"--trust", vkey_, "--name", "w.example/2"}).exit, 2);
  test_.Write("text", "no checkpoint");
  EXPECT_EQ(Cosign("text", {"--trust", vkey_}).exit, 2);
}

// Serves a witness of w.pem until the test ends.
class Served {
 public:
  Served(TallyTest& test, const std::string& vkey) : clock_(test.clock) {
    TestCall call(test, {"witness", "status"});
    key_ = *ReadKey(call.call(), test.Path("w.pem"));
    WitnessOptions options;
    options.directory = test.Path("w.state");
    options.name = "w.example/1";
    options.logs = {{ledger::VerifierKey::Parse(vkey).value(), ""}};
    options.key = key_.get();
    options.clock = &clock_;
    witness_ = *Witness::Open(options);
    thread_ = std::thread([this] {
      HttpServing serving;
      serving.listen = "127.0.0.1:0";
      serving.body_bytes_max = ledger::kAddCheckpointBytesMax;
      serving.listening = [this](uint16_t port) { port_ = port; };
      serving.stop = [this] { return stop_.load(); };
      const absl::Status done = ServeHttp(serving, [this](const HttpRequest& request) {
        WitnessReply reply = witness_->Add(request.body);
        return HttpReply{reply.status, reply.content_type, reply.body};
      });
      EXPECT_TRUE(done.ok()) << done;
    });
    while (port_ == 0) std::this_thread::yield();
  }
  ~Served() {
    stop_ = true;
    thread_.join();
  }
  std::string url() const { return absl::StrCat("http://127.0.0.1:", port_.load()); }
  std::string vkey() const { return witness_->verifier_key().ToText(); }

 private:
  TestClock clock_;
  std::unique_ptr<ledger::SigningKey> key_;
  std::unique_ptr<Witness> witness_;
  std::atomic<uint16_t> port_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

TEST_F(WitnessCommandsTest, SubmitsTheHeadAndItsGrowth) {
  Served witness(test_, vkey_);
  EXPECT_TRUE(absl::StrContains(test_.OnLedger({"witness", "status"}).out, "nothing yet"));
  test_.Write("policy", absl::StrCat("log ", vkey_, "\nwitness w1 ", witness.vkey(), " ",
                                     witness.url(), "/\nquorum w1\n"));
  for (int step = 0; step < 3; ++step) {
    const Outcome done = test_.OnLedger({"witness", "submit", "--policy", test_.Path("policy")});
    ASSERT_EQ(done.exit, 0) << done.out << done.err;
    EXPECT_TRUE(absl::StrContains(done.out, "w1: cosigned size ")) << done.out;
    const Outcome status =
        test_.OnLedger({"witness", "status", "--policy", test_.Path("policy"), "--json"});
    EXPECT_EQ(status.exit, 0);
    EXPECT_TRUE(absl::StrContains(status.out, "\"quorum\":true")) << status.out;
    EXPECT_TRUE(absl::StrContains(status.out, "\"name\":\"w.example/1\"")) << status.out;
    Grow(3 * step);
  }
  // Without the kept copy the size is learnt from the witness.
  std::filesystem::remove(test_.Path("acme/cosigned.checkpoint"));
  EXPECT_EQ(
      test_.OnLedger({"witness", "submit", "--url", witness.url(), "--witness", witness.vkey()})
          .exit,
      0);
  const Outcome verified = test_.OnLedger({"verify", "--policy", test_.Path("policy"), "--json"});
  EXPECT_EQ(verified.exit, 0) << verified.out;
  EXPECT_TRUE(absl::StrContains(verified.out, "\"kind\":\"witness\"")) << verified.out;
}

TEST_F(WitnessCommandsTest, AWitnessKnowsThatALedgerWasRolledBack) {
  std::filesystem::copy(test_.Path("acme"), test_.Path("old"),
                        std::filesystem::copy_options::recursive);
  std::filesystem::copy(test_.Path("acme.head"), test_.Path("old.head"));
  Grow(0);
  Served witness(test_, vkey_);
  const std::vector<std::string> submit = {"witness",     "submit",    "--url",
                                           witness.url(), "--witness", witness.vkey()};
  ASSERT_EQ(test_.OnLedger(submit).exit, 0);
  std::vector<std::string> again = submit;
  again.insert(again.end(), {"-C", test_.Path("old")});
  const Outcome refused = test_.Run(again);
  EXPECT_EQ(refused.exit, 1) << refused.out;
  EXPECT_TRUE(absl::StrContains(refused.out, "the ledger was rolled back")) << refused.out;
}

TEST_F(WitnessCommandsTest, WrongUsageAndAbsentWitnesses) {
  const auto code = [&](std::vector<std::string> arguments) {
    return test_.OnLedger(std::move(arguments)).exit;
  };
  EXPECT_EQ(code({"witness", "submit"}), 2);
  EXPECT_EQ(code({"witness", "submit", "--url", "http://127.0.0.1:1"}), 2);
  EXPECT_EQ(code({"witness", "submit", "--url", "http://127.0.0.1:1", "--witness", vkey_}), 2);
  const std::vector<std::string> serve = {"witness",           "serve",   "--key",
                                          test_.Path("w.pem"), "--state", test_.Path("s")};
  for (const char* listen : {"0.0.0.0:1", "192.168.1.1:80", "127.0.0.1"}) {
    std::vector<std::string> wrong = serve;
    wrong.insert(wrong.end(), {"--listen", listen, "--trust", vkey_});
    const Outcome outcome = test_.Run(wrong);
    EXPECT_EQ(outcome.exit, 2) << outcome.out;
    EXPECT_TRUE(absl::StrContains(outcome.err, "this machine alone")) << outcome.err;
  }
  // A name with a scheme would stand in every cosignature of this key.
  std::vector<std::string> named = serve;
  named.insert(named.end(), {"--listen", "127.0.0.1:0", "--trust", vkey_, "--name",
                             "https://witness.example/w1"});
  const Outcome scheme = test_.Run(named);
  EXPECT_EQ(scheme.exit, 2);
  EXPECT_TRUE(absl::StrContains(scheme.err, "without its scheme")) << scheme.err;
  std::vector<std::string> no_log = serve;
  no_log.insert(no_log.end(), {"--listen", "127.0.0.1:0"});
  EXPECT_EQ(test_.Run(no_log).exit, 2);
  test_.Write("policy", "quorum none\n");
  EXPECT_EQ(code({"witness", "submit", "--policy", test_.Path("policy")}), 2);
}

}  // namespace
}  // namespace tally::tools
