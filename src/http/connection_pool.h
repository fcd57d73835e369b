#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>

#include "http/connection.h"

namespace groundwork::http {

/// Connections that wait for their origin's next request. Not thread-safe: it belongs to the client's I/O thread.
/// Invariants: at most `max_idle` connections in all, none older than `lifetime` since its last request is handed out.
class ConnectionPool {
 public:
  ConnectionPool(std::size_t max_idle, std::chrono::milliseconds lifetime) : max_idle_(max_idle), lifetime_(lifetime) {}

  /// The connection to `origin` that was used last and is still good; null when there is none.
  std::unique_ptr<Connection> take(const std::string& origin, TimePoint now);
  /// Keeps it for the next request; the one that has waited longest goes when there are too many.
  void put(const std::string& origin, std::unique_ptr<Connection> connection, TimePoint now);
  /// Closes those that have waited for the lifetime.
  void drop_expired(TimePoint now);
  /// Closes those to `origin`.
  void drop(const std::string& origin) { idle_.erase(origin); }
  std::size_t size() const;

 private:
  struct Idle {
    std::unique_ptr<Connection> connection;
    TimePoint since;
  };
  void drop_oldest();

  std::size_t max_idle_;
  std::chrono::milliseconds lifetime_;
  std::unordered_map<std::string, std::deque<Idle>> idle_;  // each ascending in `since`; no deque is empty
};

}  // namespace groundwork::http
