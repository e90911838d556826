// Goal: requests reach the handler whole and answers the caller, and neither side is kept busy by
// what is too long, too slow or no HTTP. Method: a server in a thread on a free port of this
// machine, called by our own client and by bytes over a socket.
#include "tools/serve/http.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace tally::tools {
namespace {

class HttpTest : public testing::Test {
 protected:
  HttpTest() {
    serving_.listen = "127.0.0.1:0";
    serving_.body_bytes_max = 1000;
    serving_.listening = [this](uint16_t port) { port_ = port; };
    serving_.stop = [this] { return stop_.load(); };
    server_ = std::thread([this] {
      served_ = ServeHttp(serving_, [](const HttpRequest& request) {
        if (request.path == "/broken") throw std::runtime_error("of ours");
        return HttpReply{request.path == "/lost" ? 404 : 200, "text/x.test",
                         absl::StrCat(request.method, " ", request.path, " ", request.body)};
      });
    });
    while (port_ == 0 && served_.ok()) std::this_thread::yield();
  }
  ~HttpTest() override {
    stop_ = true;
    server_.join();
    EXPECT_TRUE(served_.ok()) << served_;
  }
  std::string Url(const std::string& path) {
    return absl::StrCat("http://127.0.0.1:", port_.load(), path);
  }
  // What comes back for these bytes.
  std::string Raw(const std::string& bytes) {
    const int file = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(file, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(::write(file, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    ::shutdown(file, SHUT_WR);
    std::string answer;
    char chunk[4096];
    for (ssize_t n = 0; (n = ::read(file, chunk, sizeof(chunk))) > 0;)
      answer.append(chunk, static_cast<size_t>(n));
    ::close(file);
    return answer;
  }

  HttpServing serving_;
  std::atomic<uint16_t> port_ = 0;
  std::atomic<bool> stop_ = false;
  absl::Status served_;
  std::thread server_;
};

TEST_F(HttpTest, CarriesRequestsAndAnswers) {
  const auto got = CallHttp({.url = Url("/a/b")});
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->status, 200);
  EXPECT_EQ(got->body, "GET /a/b ");
  EXPECT_EQ(got->content_type, "text/x.test");
  const std::string binary("a\0\n\xff", 4);
  const auto posted = CallHttp({.method = "POST", .url = Url("/p"), .body = binary});
  ASSERT_TRUE(posted.ok()) << posted.status();
  EXPECT_EQ(posted->body, "POST /p " + binary);
  EXPECT_EQ(CallHttp({.url = Url("/lost")})->status, 404);
  EXPECT_EQ(CallHttp({.url = Url("/broken")})->status, 500);
}

TEST_F(HttpTest, LongAndMalformedRequestsAreAnswered) {
  EXPECT_EQ(CallHttp({.method = "POST", .url = Url("/"), .body = std::string(1000, 'x')})->status,
            200);
  EXPECT_EQ(CallHttp({.method = "POST", .url = Url("/"), .body = std::string(1001, 'x')})->status,
            413);
  std::string chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 20; ++i) chunked += "64\r\n" + std::string(100, 'x') + "\r\n";
  EXPECT_TRUE(absl::StartsWith(Raw(chunked + "0\r\n\r\n"), "HTTP/1.1 413")) << Raw(chunked);
  EXPECT_TRUE(absl::StartsWith(Raw("nonsense\r\n\r\n"), "HTTP/1.1 400"));
  // What KJ takes for a request and cannot read is the client's fault, too.
  for (const std::string lengths : {"Content-Length: 5\r\nContent-Length: 6", "Content-Length: -1",
                                    "Content-Length: 99999999999999999999"}) {
    const std::string answer =
        Raw(absl::StrCat("POST / HTTP/1.1\r\nHost: x\r\n", lengths, "\r\n\r\nhello"));
    EXPECT_TRUE(absl::StartsWith(answer, "HTTP/1.1 4")) << lengths << answer;
  }
  EXPECT_EQ(CallHttp({.url = Url("/")})->status, 200);  // and it serves on
}

TEST_F(HttpTest, WhoDoesNotAnswerIsUnavailable) {
  EXPECT_EQ(CallHttp({.url = "http://127.0.0.1:1/"}).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(CallHttp({.url = "ftp://127.0.0.1/"}).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CallHttp({.method = "POST",
                      .url = Url("/"),
                      .body = std::string(900, 'x'),
                      .reply_bytes_max = 100})
                .status()
                .code(),
            absl::StatusCode::kUnavailable);
  HttpServing taken;
  taken.listen = absl::StrCat("127.0.0.1:", port_.load());
  taken.stop = [] { return true; };
  const absl::Status refused = ServeHttp(taken, nullptr);
  EXPECT_FALSE(refused.ok());
  EXPECT_EQ(refused.message(), absl::StrCat(taken.listen, ": Address already in use"))
      << "what the system says, without lines of somebody's source";
}

TEST(Http, LoopbackIsThisMachineAlone) {
  for (const char* good : {"127.0.0.1:0", "[::1]:8080", "localhost:1"})
    EXPECT_TRUE(IsLoopback(good));
  for (const char* bad : {"0.0.0.0:1", "192.168.0.1:80", "*:80", "[::]:1", "127.0.0.1", ""}) {
    EXPECT_FALSE(IsLoopback(bad)) << bad;
  }
}

}  // namespace
}  // namespace tally::tools
