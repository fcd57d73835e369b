#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace groundwork::bench {

/// What a response's head says, as far as a load generator wants to know.
struct ResponseHead {
  int status = 0;
  bool event_stream = false;  ///< Content-Type: text/event-stream
  bool keep_alive = true;
};

/// Gets the parts of a response as they come.
class ResponseSink {
 public:
  virtual ~ResponseSink() = default;
  virtual void on_head(const ResponseHead& head) = 0;
  virtual void on_body(std::string_view piece) = 0;
};

/// Cuts one HTTP/1.1 response out of a connection's bytes; any cut of the same bytes gives the same parts. Bodies go by
/// Content-Length, chunks or the connection's end. Memory is bounded by the limit on the head. Not thread-safe.
/// @source RFC 9112, sections 2 to 7
class ResponseFramer {
 public:
  static constexpr std::size_t kHeadLimit = 64 * 1024;

  /// For the next response on a connection.
  void reset();
  /// Reads on. After done() or bad() nothing more is taken.
  void feed(std::string_view bytes, ResponseSink& sink);
  /// The peer closed the connection: the end of a body that goes until then.
  void closed();

  bool done() const { return state_ == State::kDone; }
  /// Not HTTP, or something after the response's end.
  bool bad() const { return state_ == State::kBad; }
  /// Whether a whole head, and no interim one, was read and handed on.
  bool head_seen() const { return head_seen_; }
  const ResponseHead& head() const { return head_; }

 private:
  enum class State { kHead, kLength, kChunkSize, kChunkData, kChunkEnd, kTrailer, kUntilClose, kDone, kBad };

  std::string_view feed_head(std::string_view bytes, ResponseSink& sink);
  bool read_head(std::string_view head);
  bool read_field(std::string_view line);
  std::string_view take_line(std::string_view bytes, bool& complete);

  State state_ = State::kHead;
  ResponseHead head_;
  std::string buffer_;  // a head or line that was cut
  std::uint64_t left_ = 0;
  std::int64_t length_ = -1;
  bool chunked_ = false;
  bool head_seen_ = false;
};

}  // namespace groundwork::bench
