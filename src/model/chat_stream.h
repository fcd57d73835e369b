#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "http/sse_parser.h"
#include "model/chat.h"

namespace groundwork::model {

/// Puts the answer of /chat/completions together from the bytes of its body: an event stream of
/// chat.completion.chunk, or one chat.completion from endpoints that don't stream. Knows nothing of HTTP. Only choice 0
/// is read. Messages of errors may quote the endpoint: whoever passes them on cuts its key out.
/// @source OpenAI Chat Completions, specification 2.3.0
class ChatStream {
 public:
  /// @param on_delta  may be empty
  ChatStream(const OnDelta& on_delta, std::size_t max_bytes) : on_delta_(on_delta), max_bytes_(max_bytes) {}

  /// @param event_stream  what Content-Type says
  /// @errors kUnavailable: the endpoint reports a failure, or what it sends isn't a completion; kCancelled: on_delta
  ///         returned false; kResourceExhausted: over the limit; kFailedPrecondition: a content filter ended the
  ///         answer.
  base::Status feed(std::string_view bytes, bool event_stream);
  /// [DONE] has come: whatever follows doesn't matter.
  bool done() const { return done_; }
  /// The body has ended.
  /// @errors kUnavailable: before a finish_reason came; those of feed.
  base::Status end();

  bool cancelled() const { return cancelled_; }
  /// What has come so far; whole after end() succeeded.
  const ChatAnswer& answer() const { return answer_; }
  /// When the first text came.
  std::optional<std::chrono::steady_clock::time_point> first_token() const { return first_token_; }

 private:
  base::Status take_event(std::string_view data);
  base::Status take_chunk(const base::json::value& value, std::string_view field);
  base::Status take_choice(const base::json::object& choice, std::string_view field);
  base::Status take_text(const base::json::object& delta);
  base::Status take_finish(std::string_view reason);
  void take_usage(const base::json::object& usage);

  const OnDelta& on_delta_;
  std::size_t max_bytes_;
  http::SseParser events_{std::size_t{4} << 20};
  std::string body_;  // of an answer that isn't a stream
  ChatAnswer answer_;
  std::optional<std::chrono::steady_clock::time_point> first_token_;
  bool streamed_ = false;
  bool finished_ = false;
  bool done_ = false;
  bool cancelled_ = false;
};

/// A usage for an endpoint that reports none, at four bytes a token.
Usage estimated_usage(const std::vector<Message>& messages, const ChatAnswer& answer);

}  // namespace groundwork::model
