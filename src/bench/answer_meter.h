#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/response_framer.h"
#include "bench/sample.h"
#include "http/sse_parser.h"

namespace groundwork::bench {

/// What kind of service is measured: which requests go out and what a right answer looks like.
enum class Profile : std::uint8_t { kHttp, kSearch, kRag, kChat, kEmbeddings };

std::string_view to_string(Profile profile);

/// When a server of our own says that it received a request and sent each piece (CLOCK_MONOTONIC, nanoseconds): what
/// the client's figures are held against.
struct ServerStamps {
  std::int64_t received = -1;
  std::vector<std::int64_t> sent;  ///< of each piece with a token; of an answer in one piece that one
};

/// Reads one answer and notes what came when. Any cut of the same bytes at the same times gives the same sample. Not
/// thread-safe.
class AnswerMeter final : private ResponseSink {
 public:
  /// @param streams  that events were asked for
  /// @param stamps   that "mock" objects in the answer are to be read
  AnswerMeter(Profile profile, bool streams, bool stamps);

  /// For the next answer. The sample and the list outlive the reading of it.
  void begin(Sample& sample, std::vector<std::int64_t>& gaps);
  /// @param at  when the bytes arrived; never before an earlier piece
  /// @return whether the answer is over, well or not: then sample.outcome and sample.done are set.
  bool feed(std::string_view bytes, std::int64_t at);
  /// The connection ended. Always ends the answer.
  void closed(std::int64_t at);

  /// Whether the connection may carry another request.
  bool reusable() const { return framer_.done() && framer_.head().keep_alive; }
  /// What was wrong, in a sentence; empty when nothing was.
  const std::string& complaint() const { return complaint_; }
  const ServerStamps& stamps() const { return stamps_; }

 private:
  void on_head(const ResponseHead& head) override;
  void on_body(std::string_view piece) override;
  void on_event(const http::SseEvent& event);
  void on_chat_chunk(const http::SseEvent& event);
  void on_rag_event(const http::SseEvent& event);
  void on_token(bool content);
  void check_document();
  void finish();
  void fail(Outcome outcome, std::string complaint);

  Profile profile_;
  bool streams_;
  bool want_stamps_;
  ResponseFramer framer_;
  http::SseParser events_;
  Sample* sample_ = nullptr;
  std::vector<std::int64_t>* gaps_ = nullptr;
  ServerStamps stamps_;
  std::string document_;  // a body that isn't a stream
  std::string complaint_;
  std::int64_t now_ = 0;
  std::int64_t last_token_ = -1;
  bool over_ = false;
  bool ended_ = false;  // the stream said so
};

}  // namespace groundwork::bench
