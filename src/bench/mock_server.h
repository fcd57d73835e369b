#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "base/result.h"

namespace groundwork::bench {

/// What a mock does instead of its work.
enum class Fault : std::uint8_t {
  kNone,
  kStatus503,
  kStatus429,
  kStatus404,
  kRedirect,
  kGarbage,      ///< 200 and bytes that are no JSON
  kNotHttp,      ///< bytes that are no HTTP
  kContract,     ///< 200 and JSON of another shape
  kClose,        ///< closes without an answer
  kCloseMidway,  ///< half the answer, then closes
  kErrorFrame,   ///< 200, tokens, then an error in the stream
  kEmptyStream,  ///< 200 and no token
  kHang,         ///< never answers
};

/// What the mock's answers look like in time.
struct MockOptions {
  std::uint16_t port = 0;  ///< on loopback; 0: any that is free
  std::size_t threads = 1;
  std::chrono::nanoseconds service_time{0};  ///< of an answer in one piece
  std::size_t workers = 0;  ///< so many requests at a time have service_time, others queue; 0: all at once. Then the
                            ///< capacity is workers / service_time. One thread only.
  std::chrono::nanoseconds first_token{0};  ///< of a stream, after the request
  std::chrono::nanoseconds between_tokens{0};
  std::uint32_t tokens = 32;           ///< of a stream, unless max_tokens asks for fewer
  std::uint32_t reasoning_tokens = 0;  ///< before them
  bool usage = true;                   ///< a last chunk tells the tokens, when asked for
  Fault fault = Fault::kNone;
  std::uint32_t fault_every = 1;  ///< so that each n-th request has it
};

/// An HTTP server whose timing is known and which writes into each answer when it received the request and when it sent
/// the piece (CLOCK_MONOTONIC, nanoseconds, as "mock": {"received", "sent"}): what a load generator is measured
/// against. It answers POST /v1/chat/completions (also as a stream), /v1/embeddings, /search, /ask, and anything else
/// with a small JSON object. It trusts its callers and is for loopback only. Thread-safe.
class MockServer {
 public:
  /// @errors kUnavailable: the port is taken
  static base::Result<std::unique_ptr<MockServer>> start(const MockOptions& options);
  ~MockServer();

  std::uint16_t port() const { return port_; }
  /// Nothing goes out from `after` on for `length`: what a garbage collection or a failing-over database does.
  void stall(std::chrono::nanoseconds after, std::chrono::nanoseconds length);
  std::uint64_t requests() const { return requests_; }

  struct Loop;

 private:
  explicit MockServer(const MockOptions& options);

  MockOptions options_;
  std::uint16_t port_ = 0;
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::int64_t> stall_from_{0};
  std::atomic<std::int64_t> stall_until_{0};
  std::atomic<bool> stopping_{false};
  std::vector<std::unique_ptr<Loop>> loops_;
  std::vector<std::jthread> threads_;
};

}  // namespace groundwork::bench
