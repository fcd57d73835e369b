#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace groundwork::http {

/// The producer's end of a server-sent event stream. Thread-safe. Bounded: a consumer that does not read loses the
/// oldest events of the same name first (each event carries a whole state, so the newest is what matters).
/// @source WHATWG HTML, section 9.2.6 "Interpreting an event stream"
class EventChannel {
 public:
  explicit EventChannel(std::size_t max_pending = 256) : max_pending_(max_pending) {}

  void push(std::string_view event, std::string_view data);
  /// After what is pending has been sent the stream ends.
  void close();
  /// Whether the consumer has gone: the producer may stop.
  bool abandoned() const;
  /// Called once, when the consumer goes, from its thread; at once where it has gone already.
  void on_abandon(std::function<void()> stop);

  // The consumer's side, used by the server.
  /// Everything pending, formatted; empty when there is nothing.
  std::string take();
  bool finished() const;
  /// Called (from the producer's thread) after push and close. An empty function detaches the consumer.
  void on_change(std::function<void()> notify);
  void abandon();

 private:
  void notify();

  mutable std::mutex mutex_;
  std::deque<std::pair<std::string, std::string>> pending_;  // name, formatted block
  std::function<void()> notify_;
  std::function<void()> stop_;
  std::size_t max_pending_;
  bool closed_ = false;
  bool abandoned_ = false;
};

/// "event: x\ndata: ...\n\n", a data line for each line of `data`.
std::string format_event(std::string_view event, std::string_view data);

}  // namespace groundwork::http
