#pragma once

// The load generator: sends requests when they are due and notes what came back when. In scope: connections, timers,
// threads, what the client itself cost. Not in scope: what the figures mean (figures.h), files and terminals.

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "bench/arrivals.h"
#include "bench/histogram.h"
#include "bench/requests.h"
#include "bench/sample.h"
#include "bench/target.h"

namespace groundwork::bench {

/// What is to be sent. Durations are nanoseconds.
struct Load {
  bool open_loop = false;
  std::function<std::unique_ptr<Arrivals>()> arrivals;  ///< open loop; called once for each thread, the same every time
  std::size_t connections = 1;  ///< closed loop: so many callers, each waits for its answer; open loop: at most so many
  std::size_t threads = 1;
  std::int64_t warm_up = 0;    ///< before what is measured; a closed loop's callers begin spread over it
  std::int64_t duration = 0;   ///< of what is measured; 0: until `requests` are through or the arrivals end
  std::uint64_t requests = 0;  ///< measured ones, 0: no limit
  std::int64_t timeout = 30'000'000'000;
  bool stamps = false;                   ///< read the server's own times, see ServerStamps
  std::size_t sample_limit = 1'000'000;  ///< kept whole; of more, every second, fourth, ... is kept
};

/// What one thread has seen, then all of them together.
struct Recording {
  std::vector<Sample> samples;
  std::vector<std::int64_t> gaps;   ///< between tokens, those of sample i at gaps_at .. gaps_at + gaps
  std::uint64_t sample_stride = 1;  ///< one of so many samples was kept

  // Of successful requests after the warm-up.
  Histogram latency;
  Histogram ttft;
  Histogram ttft_content;
  Histogram gap;
  std::uint64_t output_tokens = 0;
  std::uint64_t prompt_tokens = 0;
  std::uint64_t tokens_from_usage = 0;  ///< requests whose tokens are the answer's own count
  std::uint64_t reasoning_first = 0;
  std::uint64_t bytes = 0;

  // Of all requests after the warm-up.
  std::array<std::uint64_t, kOutcomes> outcomes{};
  std::array<std::string, kOutcomes> first_complaint;
  std::uint64_t abandoned = 0;  ///< open when the run was cancelled: neither well nor badly ended
  std::uint64_t warm_up = 0;    ///< requests of the warm-up, not counted anywhere else

  // The client itself.
  Histogram send_lag;             ///< from when a request was due and had a connection to its first byte going out
  Histogram queue_lag;            ///< from when a request was due to when a connection was free
  Histogram read_lag;             ///< from a piece's arrival in the kernel to its being read
  std::int64_t cpu = 0;           ///< nanoseconds of all its threads
  std::int64_t busiest_cpu = 0;   ///< of the busiest thread
  std::uint64_t connections = 0;  ///< opened
  std::uint64_t held_back = 0;    ///< requests that were due for over 1 ms while all connections were in use

  // By the server's stamps.
  Histogram server_ttft;
  Histogram server_gap;
  Histogram server_latency;
  Histogram arrival_error;  ///< from the server's sending a piece to what the client noted as its arrival

  std::int64_t measured = 0;  ///< nanoseconds from the warm-up's end to the last answer, or to the cancelling
  void merge(Recording&& other);
};

/// Where a run stands.
struct LoadProgress {
  std::int64_t elapsed = 0;
  std::uint64_t sent = 0;
  std::uint64_t ok = 0;
  std::uint64_t failed = 0;
  std::uint64_t tokens = 0;
  std::uint64_t open = 0;
  Histogram latency;  ///< so far, without the warm-up
};
/// Called about four times a second on the thread that called run_load.
using LoadWatcher = std::function<void(const LoadProgress&)>;

/// Runs the load and returns when the last answer is there, its time-out is over, or `stop` was asked for.
/// @errors kResourceExhausted: the process may not open so many connections; kInternal: epoll fails
base::Result<Recording> run_load(const Load& load, const Target& target, const Requests& requests,
                                 const LoadWatcher& watcher, std::stop_token stop);

/// CLOCK_MONOTONIC in nanoseconds.
std::int64_t monotonic_now();

}  // namespace groundwork::bench
