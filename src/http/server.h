#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/guard.h"
#include "http/router.h"

namespace groundwork::http {

struct ServerOptions {
  std::string address = "127.0.0.1";
  int port = 8080;  ///< 0 takes any free one; see Server::port
  int io_threads = 2;
  int worker_threads = 4;
  int max_connections = 1024;             ///< further ones are closed at once
  std::size_t header_limit = 16 * 1024;   ///< bytes of request line and headers together
  std::chrono::seconds read_timeout{15};  ///< for a request once its first byte has come, and for writing an answer
  std::chrono::seconds idle_timeout{60};  ///< between requests of a connection
  std::chrono::seconds heartbeat{15};     ///< a comment on an event stream that has nothing to say
  std::vector<std::string> extra_hosts;   ///< names that the Host header may have beside the loopback ones
};

/// An HTTP/1.1 server: Boost.Beast on C++20 coroutines, one strand a connection. Every request passes the Guard, then
/// the Router; a handler that throws answers 500 and the server lives on.
class Server {
 public:
  /// Binds and listens; connections are served from start() on.
  /// @errors kFailedPrecondition: the port is in use; kPermissionDenied: the port may not be bound;
  ///         kInvalidArgument: not an address.
  static base::Result<std::unique_ptr<Server>> bind(const ServerOptions& options, Router router);
  ~Server();

  int port() const;
  /// Starts the threads and returns.
  void start();
  /// Stops accepting, lets running requests finish for `grace`, ends event streams, then joins. Thread-safe,
  /// idempotent.
  void stop(std::chrono::milliseconds grace = std::chrono::milliseconds(2000));

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace groundwork::http
