// Goal: `tally stamp` asks for, checks and records time stamps, and `stamp verify` tells good from
// bad. Method: the openssl program as authority, behind files and behind a small server of the
// test; the ledger's size after each refusal.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/crypto/time_stamp.h"
#include "tests/stamp_authority.h"
#include "tests/tools/tally_support.h"
#include "tools/serve/http.h"

namespace tally::tools {
namespace {

using tests::StampAuthority;

class StampCommandsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!StampAuthority::IsThere()) GTEST_SKIP() << "openssl is not installed";
    authority_ = std::make_unique<StampAuthority>();
    test_.MakeFeed();
  }
  uint64_t Size() { return test_.OpenAcme()->head().size; }
  // Requests a stamp of the head, and has it answered.
  void Request(const std::string& reply, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"stamp", "--request", test_.Path("head.tsq")};
    words.insert(words.end(), more.begin(), more.end());
    const Outcome made = test_.OnLedger(words);
    ASSERT_EQ(made.exit, 0) << made.err;
    test_.Write(reply, authority_->Reply(test_.Read("head.tsq")));
  }
  Outcome Take(const std::string& reply, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"stamp", "--response", test_.Path(reply)});
    return test_.OnLedger(more);
  }
  std::vector<std::string> Trusting() { return {"--tsa-ca", authority_->root_file()}; }

  TallyTest test_;
  std::unique_ptr<StampAuthority> authority_;
};

TEST_F(StampCommandsTest, AReplyIsVerifiedAndRecordedOnce) {
  const uint64_t size = Size();
  Request("head.tsr");
  EXPECT_EQ(Size(), size);
  EXPECT_EQ(Take("head.tsr").exit, 2);  // whose stamp is it?
  const Outcome tried = Take("head.tsr", {"--tsa-ca", authority_->root_file(), "--dry-run"});
  EXPECT_EQ(tried.exit, 0) << tried.err;
  EXPECT_EQ(Size(), size);
  const Outcome taken = Take("head.tsr", Trusting());
  ASSERT_EQ(taken.exit, 0) << taken.err;
  EXPECT_TRUE(absl::StrContains(taken.out, "CN=Test Stamps,O=Example")) << taken.out;
  EXPECT_EQ(Size(), size + 1);
  // The same reply later: its size is found again, and nothing is recorded twice.
  EXPECT_EQ(Take("head.tsr", Trusting()).exit, 0);
  EXPECT_EQ(Size(), size + 1);
  EXPECT_EQ(
      Take("head.tsr", {"--tsa-ca", authority_->root_file(), "--at-size", absl::StrCat(size + 1)})
          .exit,
      2);
  const Outcome audited = test_.OnLedger({"verify"});
  EXPECT_EQ(audited.exit, 0) << audited.out;
}

TEST_F(StampCommandsTest, WhatDoesNotHoldIsNotRecorded) {
  const uint64_t size = Size();
  Request("head.tsr");
  const StampAuthority other;
  const auto refused = [&](const Outcome& outcome, const std::string& why) {
    EXPECT_EQ(outcome.exit, 2) << outcome.out;
    EXPECT_TRUE(absl::StrContains(outcome.err, why)) << outcome.err;
    EXPECT_EQ(Size(), size);
  };
  refused(Take("head.tsr", {"--tsa-ca", other.root_file()}), "vouches");
  test_.Write("other.tsr",
              authority_->Reply(std::string(AsText(ledger::TimeStampRequest(AsBytes("another"))))));
  refused(Take("other.tsr", Trusting()), "of none of the newest");
  test_.Write("no.tsr", "no reply");
  refused(Take("no.tsr", Trusting()), "no reply");
  refused(Take("head.tsr", {"--tsa-ca", test_.Path("no.tsr")}), "certificate");
  refused(test_.OnLedger({"stamp"}), "one of three");
  refused(test_.OnLedger({"stamp", "--request", test_.Path("r"), "--at-size", "9999"}), "no size");
}

TEST_F(StampCommandsTest, OpensslChecksWhatIsWrittenForIt) {
  Request("head.tsr");
  ASSERT_EQ(Take("head.tsr", Trusting()).exit, 0);
  const std::string index = absl::StrCat(Size() - 1);
  std::vector<std::string> words = {"stamp", "verify", "--out", test_.Path("stamps"), "--json"};
  for (const std::string& word : Trusting()) words.push_back(word);
  const Outcome listed = test_.OnLedger(words);
  ASSERT_EQ(listed.exit, 0) << listed.out << listed.err;
  const auto json = nlohmann::json::parse(listed.out);
  EXPECT_EQ(json["format"], "tally.stamps/1");
  EXPECT_EQ(json["stamps"][0]["result"], "good");
  EXPECT_EQ(json["stamps"][0]["at"], index + "/0");
  const std::string stem = test_.Path("stamps/" + index);
  EXPECT_TRUE(authority_->Ran(absl::StrCat("ts -verify -token_in -in ", stem, ".token -data ", stem,
                                           ".checkpoint -CAfile ca.pem")));
  EXPECT_FALSE(authority_->Ran(
      absl::StrCat("ts -verify -token_in -in ", stem, ".token -data ca.pem -CAfile ca.pem")));
}

TEST_F(StampCommandsTest, VerifyingSaysNoWhereNoneHolds) {
  std::vector<std::string> words = {"stamp", "verify", "--tsa-ca", authority_->root_file()};
  EXPECT_EQ(test_.OnLedger(words).exit, 1);  // none at all
  Request("head.tsr");
  ASSERT_EQ(Take("head.tsr", Trusting()).exit, 0);
  EXPECT_EQ(test_.OnLedger(words).exit, 0);
  const StampAuthority other;
  const Outcome strange = test_.OnLedger({"stamp", "verify", "--tsa-ca", other.root_file()});
  EXPECT_EQ(strange.exit, 1);
  EXPECT_TRUE(absl::StrContains(strange.out, "vouches")) << strange.out;
}

// An authority over HTTP: `answer` makes the reply to each request.
class ServedAuthority {
 public:
  explicit ServedAuthority(HttpHandler answer) {
    thread_ = std::thread([this, answer = std::move(answer)] {
      HttpServing serving;
      serving.listen = "127.0.0.1:0";
      serving.body_bytes_max = 4096;
      serving.listening = [this](uint16_t port) { port_ = port; };
      serving.stop = [this] { return stop_.load(); };
      const absl::Status done = ServeHttp(serving, answer);
      EXPECT_TRUE(done.ok()) << done;
    });
    while (port_ == 0) std::this_thread::yield();
  }
  ~ServedAuthority() {
    stop_ = true;
    thread_.join();
  }
  std::string url() const { return absl::StrCat("http://127.0.0.1:", port_.load(), "/tsr"); }

 private:
  std::atomic<uint16_t> port_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

TEST_F(StampCommandsTest, AnAuthorityIsAskedOverHttp) {
  HttpReply reply = {200, "application/timestamp-reply", ""};
  const ServedAuthority served([&](const HttpRequest& request) {
    HttpReply answer = reply;
    if (answer.body.empty()) answer.body = authority_->Reply(request.body);
    return answer;
  });
  const uint64_t size = Size();
  const auto ask = [&] {
    return test_.OnLedger({"stamp", "--tsa", served.url(), "--tsa-ca", authority_->root_file()});
  };
  for (const HttpReply& bad :
       {HttpReply{500, "application/timestamp-reply", "x"}, HttpReply{200, "text/html", "<html>"},
        HttpReply{200, "application/timestamp-reply", "x"}}) {
    reply = bad;
    const Outcome refused = ask();
    EXPECT_EQ(refused.exit, 2) << refused.out;
    EXPECT_TRUE(absl::StrContains(refused.err, "nothing was recorded")) << refused.err;
  }
  EXPECT_EQ(Size(), size);
  reply = {200, "application/timestamp-reply", ""};
  const Outcome done = ask();
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(Size(), size + 1);
  EXPECT_EQ(
      test_.OnLedger({"stamp", "--tsa", "http://127.0.0.1:1/", "--tsa-ca", authority_->root_file()})
          .exit,
      2);
}

}  // namespace
}  // namespace tally::tools
