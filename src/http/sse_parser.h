#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace groundwork::http {

/// One event of a stream.
struct SseEvent {
  std::string type;  ///< "message" when the stream names none
  std::string data;  ///< the data lines, joined by line feeds
  std::string id;    ///< the last id that the stream has named; may be empty
  friend bool operator==(const SseEvent&, const SseEvent&) = default;
};

/// Reads server-sent events from the bytes of a body as they come; any cut of the same bytes gives the same events.
/// Memory is bounded by `max_event_bytes`. Not thread-safe.
/// @source    WHATWG HTML, section 9.2.6 "Interpreting an event stream"
/// @deviation bytes are handed on as they are, where the standard replaces what isn't UTF-8 by U+FFFD: data here is
///            JSON, whose parser refuses such bytes and says so.
class SseParser {
 public:
  using Sink = std::function<base::Status(const SseEvent&)>;

  /// @param max_event_bytes  of one line, and of the data of one event
  explicit SseParser(std::size_t max_event_bytes = std::size_t{1} << 20) : max_event_bytes_(max_event_bytes) {}

  /// Calls `sink` once for each event that these bytes complete.
  /// @errors kResourceExhausted: an event is longer than max_event_bytes; else what the sink returned, which ends the
  ///         reading. After an error every further call returns it again.
  base::Status feed(std::string_view bytes, const Sink& sink);

  /// How long the stream asks a client to wait before it connects again, if it has said so.
  std::optional<std::chrono::milliseconds> retry() const { return retry_; }
  /// Whether bytes have come since the last event ended: a stream that ends now has lost something.
  bool inside_event() const { return !line_.empty() || !data_.empty(); }

 private:
  base::Status take_line(const Sink& sink);
  base::Status take_field(std::string_view name, std::string_view value);
  base::Status dispatch(const Sink& sink);

  std::size_t max_event_bytes_;
  std::string line_;
  std::string type_;
  std::string data_;  // each line followed by a line feed
  std::string id_;
  std::optional<std::chrono::milliseconds> retry_;
  std::optional<base::Error> failure_;
  bool first_line_ = true;
  bool after_carriage_return_ = false;
};

}  // namespace groundwork::http
