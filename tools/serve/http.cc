#include "tools/serve/http.h"

#include <kj/async-io.h>
#include <kj/compat/http.h>
#include <kj/compat/tls.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace tally::tools {
namespace {

constexpr auto kStopInterval = 100 * kj::MILLISECONDS;
constexpr auto kDrainTime = 2 * kj::SECONDS;

std::string TextOf(kj::StringPtr text) { return std::string(text.begin(), text.size()); }

// Of a refused system call KJ tells the line of its source and its values around what the system
// says ("ADDRESS: ::bind(...): Address already in use; toString() = ADDRESS"); that alone is for
// people.
absl::Status Failed(absl::string_view what, const kj::Exception& exception) {
  const std::string description = TextOf(exception.getDescription());
  absl::string_view said = description;
  const size_t call = said.find("::");
  const size_t end = call == said.npos ? said.npos : said.find("): ", call);
  if (end != said.npos) said = said.substr(end + 3);
  if (end != said.npos) said = said.substr(0, said.find(';'));
  return absl::UnavailableError(absl::StrCat(what, ": ", said));
}

const char* WordsOf(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Payload Too Large";
    case 422:
      return "Unprocessable Entity";
    default:
      return "Internal Server Error";
  }
}

class Service final : public kj::HttpService, public kj::HttpServerErrorHandler {
 public:
  Service(const kj::HttpHeaderTable& table, size_t body_bytes_max, const HttpHandler& handler)
      : table_(table), body_bytes_max_(body_bytes_max), handler_(handler) {}

  kj::Promise<void> request(kj::HttpMethod method, kj::StringPtr url, const kj::HttpHeaders&,
                            kj::AsyncInputStream& body, Response& response) override {
    // The url does not outlive the first read.
    HttpRequest request{TextOf(kj::toCharSequence(method).begin()), TextOf(url), ""};
    const kj::Maybe<uint64_t> announced = body.tryGetLength();
    KJ_IF_MAYBE (length, announced) {
      if (*length > body_bytes_max_) return Send(response, TooLong());
    }
    // KJ wants room behind the last byte to see the end.
    return body.readAllBytes(body_bytes_max_ + 1)
        .then(
            [this, request = std::move(request)](kj::Array<kj::byte> bytes) mutable {
              request.body.assign(bytes.asChars().begin(), bytes.size());
              return Answer(request);
            },
            [](kj::Exception&&) { return TooLong(); })
        .then([this, &response](HttpReply reply) { return Send(response, std::move(reply)); });
  }

  // What a client does wrong is told to it without words of our inside. What fails beside our
  // handler is a request that KJ took for one and then could not read, such as two lengths.
  kj::Promise<void> handleClientProtocolError(kj::HttpHeaders::ProtocolError,
                                              Response& response) override {
    return Send(response, NoRequest());
  }
  kj::Promise<void> handleApplicationError(kj::Exception, kj::Maybe<Response&> response) override {
    KJ_IF_MAYBE (open, response) {
      return Send(*open, NoRequest());
    }
    return kj::READY_NOW;
  }

 private:
  static HttpReply NoRequest() { return {400, "text/plain; charset=utf-8", "no HTTP request\n"}; }
  HttpReply Answer(const HttpRequest& request) {
    HttpReply reply;
    const auto failed = kj::runCatchingExceptions([&] { reply = handler_(request); });
    if (failed == nullptr) return reply;
    return {500, "text/plain; charset=utf-8", "the request failed\n"};
  }
  static HttpReply TooLong() {
    return {413, "text/plain; charset=utf-8", "the request is too long\n"};
  }

  kj::Promise<void> Send(Response& response, HttpReply reply) {
    kj::HttpHeaders headers(table_);
    headers.set(kj::HttpHeaderId::CONTENT_TYPE, kj::heapString(reply.content_type.c_str()));
    auto body = kj::heapString(reply.body.data(), reply.body.size());
    auto stream =
        response.send(static_cast<uint>(reply.status), WordsOf(reply.status), headers, body.size());
    auto written = stream->write(body.begin(), body.size());
    return written.attach(kj::mv(stream), kj::mv(body));
  }

  const kj::HttpHeaderTable& table_;
  const size_t body_bytes_max_;
  const HttpHandler& handler_;
};

kj::Promise<void> WaitForStop(kj::Timer& timer, const std::function<bool()>& stop) {
  return timer.afterDelay(kStopInterval).then([&timer, &stop]() -> kj::Promise<void> {
    if (stop()) return kj::READY_NOW;
    return WaitForStop(timer, stop);
  });
}

void Serve(const HttpServing& serving, const HttpHandler& handler) {
  kj::AsyncIoContext io = kj::setupAsyncIo();
  kj::Timer& timer = io.provider->getTimer();
  const kj::HttpHeaderTable table;
  Service service(table, serving.body_bytes_max, handler);
  kj::HttpServerSettings settings;
  settings.errorHandler = service;
  kj::HttpServer server(timer, table, service, settings);
  auto address = io.provider->getNetwork().parseAddress(serving.listen.c_str()).wait(io.waitScope);
  auto port = address->listen();
  if (serving.listening) serving.listening(static_cast<uint16_t>(port->getPort()));
  server.listenHttp(*port).exclusiveJoin(WaitForStop(timer, serving.stop)).wait(io.waitScope);
  server.drain().exclusiveJoin(timer.afterDelay(kDrainTime)).wait(io.waitScope);
}

HttpReply Call(const HttpCall& call) {
  kj::AsyncIoContext io = kj::setupAsyncIo();
  kj::Timer& timer = io.provider->getTimer();
  const kj::HttpHeaderTable table;
  kj::Own<kj::TlsContext> tls;
  kj::Own<kj::Network> secure;
  kj::Maybe<kj::Network&> secure_network;
  if (absl::StartsWith(call.url, "https:")) {
    tls = kj::heap<kj::TlsContext>();
    secure = tls->wrapNetwork(io.provider->getNetwork());
    secure_network = *secure;
  }
  auto client = kj::newHttpClient(timer, table, io.provider->getNetwork(), secure_network);
  kj::HttpHeaders headers(table);
  if (!call.content_type.empty()) {
    headers.set(kj::HttpHeaderId::CONTENT_TYPE, kj::heapString(call.content_type.c_str()));
  }
  const bool post = call.method == "POST";
  auto request = client->request(post ? kj::HttpMethod::POST : kj::HttpMethod::GET,
                                 call.url.c_str(), headers, uint64_t{call.body.size()});
  kj::Promise<void> sent = call.body.empty()
                               ? kj::Promise<void>(kj::READY_NOW)
                               : request.body->write(call.body.data(), call.body.size());
  auto answered =
      sent.attach(kj::mv(request.body))
          .then([response = kj::mv(request.response)]() mutable { return kj::mv(response); })
          .then([&](kj::HttpClient::Response&& response) {
            HttpReply reply;
            reply.status = static_cast<int>(response.statusCode);
            KJ_IF_MAYBE (type, response.headers->get(kj::HttpHeaderId::CONTENT_TYPE)) {
              reply.content_type = TextOf(*type);
            }
            return response.body->readAllBytes(call.reply_bytes_max + 1)
                .attach(kj::mv(response.body))
                .then([reply = std::move(reply)](kj::Array<kj::byte> bytes) mutable {
                  reply.body.assign(bytes.asChars().begin(), bytes.size());
                  return std::move(reply);
                });
          });
  return timer.timeoutAfter(call.seconds_max * kj::SECONDS, kj::mv(answered)).wait(io.waitScope);
}

}  // namespace

absl::Status ServeHttp(const HttpServing& serving, const HttpHandler& handler) {
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] { Serve(serving, handler); })) {
    return Failed(serving.listen, *exception);
  }
  return absl::OkStatus();
}

bool IsLoopback(const std::string& listen) {
  return absl::StartsWith(listen, "127.0.0.1:") || absl::StartsWith(listen, "[::1]:") ||
         absl::StartsWith(listen, "localhost:");
}

absl::StatusOr<HttpReply> CallHttp(const HttpCall& call) {
  if (!absl::StartsWith(call.url, "http://") && !absl::StartsWith(call.url, "https://")) {
    return absl::InvalidArgumentError(absl::StrCat("\"", call.url, "\" is no http URL"));
  }
  HttpReply reply;
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] { reply = Call(call); })) {
    return Failed(call.url, *exception);
  }
  return reply;
}

}  // namespace tally::tools
