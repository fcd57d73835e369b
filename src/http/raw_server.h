#pragma once

// For tests: a server that sends whatever bytes a test wants, when it wants.

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/file.h"

namespace groundwork::http {

/// One connection, from the server's side. Blocking.
class RawConnection {
 public:
  RawConnection(int fd, int number) : fd_(fd), number_(number) {}

  /// The next request, head and body (by Content-Length); nothing when the client has gone.
  std::optional<std::string> read_request();
  /// @return whether the client still takes bytes.
  bool send(std::string_view bytes);
  /// Waits until the client closes, at most `milliseconds`. @return whether it has.
  bool closed_within(int milliseconds);
  /// Ends the connection at once, for the client an error instead of an end.
  void reset();
  int fd() const { return fd_; }
  /// 0 for the first connection of the server.
  int number() const { return number_; }

 private:
  int fd_;
  int number_;
  std::string rest_;
};

/// Listens on a free loopback port and gives each connection to `serve` on a thread of its own; the connection ends
/// when `serve` returns. The destructor ends them all.
class RawServer {
 public:
  explicit RawServer(std::function<void(RawConnection&)> serve);
  ~RawServer();

  int port() const { return port_; }
  std::string url(std::string_view path = "/", std::string_view scheme = "http") const;
  int connections() const { return connections_; }

 private:
  void accept_loop();

  std::function<void(RawConnection&)> serve_;
  base::UniqueFd listener_;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

/// A whole answer with Content-Length.
std::string raw_answer(int status, std::string_view body, std::string_view headers = {});

}  // namespace groundwork::http
