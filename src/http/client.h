#pragma once

// The HTTP/1.1 client. In scope: http and https with keep-alive, deadlines, limits, cancellation, bodies as they come.
// Not in scope: redirects (a 3xx is an answer like any other), proxies, compression (never asked for), HTTP/2.

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace groundwork::http {

/// How long each stage of a call may take; `whole` bounds them all.
struct Deadlines {
  std::chrono::milliseconds connect{5'000};      ///< name look-up, TCP and TLS together
  std::chrono::milliseconds first_byte{60'000};  ///< sending the request and reading the answer's head
  std::chrono::milliseconds silence{60'000};     ///< between two pieces of the answer's body
  std::chrono::milliseconds whole{300'000};
};

struct ClientOptions {
  std::string ca_file;                   ///< PEM certificates to trust for https; empty: the system's
  std::size_t header_limit = 32 * 1024;  ///< bytes of an answer's status line and headers together
  std::size_t max_idle_connections = 32;
  std::chrono::milliseconds idle_lifetime{30'000};
  std::size_t max_calls = 256;  ///< at once; further ones are refused
};

struct ClientRequest {
  std::string method = "GET";
  std::string url;
  Headers headers;  ///< Host, Content-Length, Transfer-Encoding and Connection are the client's own and refused here
  std::string body;
  Deadlines deadlines;
  std::size_t body_limit = std::size_t{16} << 20;  ///< bytes of the answer's body, also of one that is streamed
  /// May be sent twice without harm. GET, HEAD, PUT, DELETE and OPTIONS always may. Such a request is sent once more
  /// when a kept connection turns out to be closed before a byte of the answer came.
  bool idempotent = false;
  std::stop_token stop;  ///< ends the call with kCancelled
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;     ///< empty when it went to a sink
  bool reused = false;  ///< whether it came over a kept connection
};

/// What a consumer of a body says to a piece. kEnough: the call has succeeded whatever comes after; its connection is
/// kept when the rest of the answer comes within 50 ms, and closed otherwise.
enum class Take { kMore, kEnough };

/// Gets the body of a 2xx answer piece by piece (any other body is collected, so that an error can be read whole). The
/// next piece is read only after this one was taken: a slow consumer slows the sender down. An error ends the call and
/// becomes its result.
using BodySink =
    std::function<boost::asio::awaitable<base::Result<Take>>(const ClientResponse& head, std::string_view piece)>;
/// The same for callers with a thread of their own, which it runs on.
using BodyCallback = std::function<base::Result<Take>(const ClientResponse& head, std::string_view piece)>;

/// Thread-safe. Owns one I/O thread, on which all connections live; heavy work never runs there.
///
/// @errors of every call. The message starts with method and URL, without query, and says what happened:
///   kInvalidArgument    not a URL, or a method or header with bytes that may not be in one
///   kUnavailable        no such host, refused, TLS failure, closed after N bytes, not HTTP
///   kFailedPrecondition the peer's certificate isn't trusted or is another host's
///   kDeadlineExceeded   a stage took longer than N ms
///   kResourceExhausted  headers or body over the limit; too many calls at once
///   kCancelled          by the stop token or by asio's cancellation
class Client {
 public:
  /// @errors kFailedPrecondition: ca_file can't be used.
  static base::Result<std::unique_ptr<Client>> create(const ClientOptions& options = {});
  /// No call may be running.
  ~Client();

  /// For coroutines of any executor. `request` and `sink` must live until the result is there, and be named objects:
  /// g++ 12.2 destroys temporaries among a coroutine's arguments twice. The sink runs on the I/O thread: it may wait
  /// and may not block.
  boost::asio::awaitable<base::Result<ClientResponse>> fetch(const ClientRequest& request, const BodySink& sink);
  boost::asio::awaitable<base::Result<ClientResponse>> fetch(const ClientRequest& request);

  /// For worker threads: waits for the result. What the callback throws becomes kInternal.
  base::Result<ClientResponse> fetch_blocking(const ClientRequest& request, const BodyCallback& callback = {});

  struct Impl;

 private:
  explicit Client(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace groundwork::http
