// HTTP as functions: a server that hands each request to a handler, and a call to somebody else's.
//
// One event loop, one thread: handlers run one after the other, so a handler that waits makes
// everybody wait. Bodies are bounded before they are read. KJ's exceptions end here.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"

namespace tally::tools {

struct HttpRequest {
  std::string method;  // "GET", "POST"
  std::string path;    // "/add-checkpoint"
  std::string body;
};
struct HttpReply {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};
using HttpHandler = std::function<HttpReply(const HttpRequest&)>;

struct HttpServing {
  std::string listen;         // "127.0.0.1:8080", "[::1]:8080"; port 0: any that is free
  size_t body_bytes_max = 0;  // longer requests are answered with 413
  std::function<void(uint16_t port)> listening = {};  // called once, when requests can come
  std::function<bool()> stop;                         // asked ten times a second
};
// Serves until `stop` says so. Requests that are under way are answered first.
absl::Status ServeHttp(const HttpServing& serving, const HttpHandler& handler);
// Whether an address to listen on is one that only this machine reaches.
bool IsLoopback(const std::string& listen);

struct HttpCall {
  std::string method = "GET";
  std::string url;  // http:// or https://
  std::string content_type = {};
  std::string body = {};
  size_t reply_bytes_max = 1 << 20;
  int seconds_max = 30;
};
// Unavailable when nobody answers, or not in time, or too much.
absl::StatusOr<HttpReply> CallHttp(const HttpCall& call);

}  // namespace tally::tools
