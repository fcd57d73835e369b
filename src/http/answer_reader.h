#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/client.h"

namespace groundwork::http {

/// Reads one HTTP/1.1 answer out of bytes as they come; knows nothing of sockets. Memory is bounded by the header
/// limit, the body limit and one piece of reading. Informational answers (1xx) are skipped, at most eight of them.
/// @source RFC 9112, sections 2 to 8, as Boost.Beast's parser reads them
class AnswerReader {
 public:
  AnswerReader(std::size_t header_limit, std::size_t body_limit, bool head_request);
  ~AnswerReader();

  /// Space for the next bytes off the wire.
  struct Space {
    char* data;
    std::size_t size;
  };
  Space prepare();
  /// Takes `size` bytes that were written to the space.
  /// @errors kUnavailable: not HTTP; kResourceExhausted: headers, a chunk's line or the body over the limit. Messages
  ///         name no URL.
  base::Status commit(std::size_t size);
  /// The stream ended. @errors kUnavailable: in the middle of the answer.
  base::Status end();

  bool head_done() const;
  bool done() const;
  /// Status and headers; the body comes from take_body.
  const ClientResponse& head() const { return head_; }
  /// The body's bytes since the last call.
  std::string take_body();
  /// The body's bytes so far.
  std::uint64_t body_bytes() const { return body_bytes_; }
  /// Whether the connection can carry another request: the answer is whole and nothing came after it.
  bool keeps_connection() const;

 private:
  struct Impl;
  void start();
  base::Status consume();
  base::Status next_after_informational();
  void read_head();

  std::unique_ptr<Impl> impl_;
  ClientResponse head_;
  std::size_t header_limit_;
  std::size_t body_limit_;
  std::uint64_t body_bytes_ = 0;
  int informational_ = 0;
  bool head_request_;
};

}  // namespace groundwork::http
