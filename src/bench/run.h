#pragma once

// bench: load on an HTTP endpoint. In scope: when requests go out (open loop, closed loop, a recorded trace), what came
// back when, how far the client itself is to be trusted, and what the figures say of an objective. Not in scope:
// whether an answer is right (score, measure), and who asked for the run.

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "bench/engine.h"
#include "bench/environment.h"
#include "bench/figures.h"

namespace groundwork::bench {

enum class Loop : std::uint8_t {
  kClosed,  ///< `concurrency` callers, each waits for its answer
  kOpen,    ///< `rate` requests a second whatever comes back
  kTrace,   ///< when the trace says
};
std::string_view to_string(Loop loop);

struct BenchOptions {
  std::string target;          ///< http://host:port[/path]
  bool allow_outside = false;  ///< see find_target
  RequestOptions request;
  Loop loop = Loop::kClosed;
  std::size_t concurrency = 1;
  double rate = 0;
  Spacing spacing = Spacing::kPoisson;
  std::vector<Arrival> trace;
  std::string trace_name;
  std::chrono::nanoseconds duration{30'000'000'000};  ///< measured; 0: until `requests` or the trace are through
  std::chrono::nanoseconds warm_up{0};
  std::uint64_t requests = 0;  ///< measured; 0: no limit
  std::chrono::nanoseconds timeout{30'000'000'000};
  std::size_t connections = 10'000;  ///< open loop and trace: at most, as far as the process may open files
  std::size_t threads = 1;
  std::uint64_t seed = 1;
  Slo slo;
  int pid = 0;                 ///< a local process whose use of the machine is noted; 0: none
  bool server_stamps = false;  ///< the target is a MockServer
  std::size_t sample_limit = 100'000;
  bool calibrate = true;
};

/// How the client's figures differ from those of a server of known timing, on this machine, just before the run.
struct Calibration {
  std::array<double, 5> latency{};  ///< client - server at each of kQuantiles, nanoseconds
  std::array<double, 5> ttft{};
  std::array<double, 5> inter_token{};
  double rate = 0;  ///< share by which a constant rate was missed
};
/// Two short runs against an in-process MockServer: about 2 s.
base::Result<Calibration> calibrate_client(std::stop_token stop);

struct TargetUse {
  double cpu_seconds = 0;  ///< within what was measured
  std::uint64_t peak_resident_bytes = 0;
};

/// One run, with everything that its figures were computed from.
struct BenchResult {
  BenchOptions options;  ///< the headers are left out
  base::Timestamp started;
  Environment environment;
  Recording recording;
  Figures figures;
  ClientVerdict client;
  std::optional<Calibration> calibration;
  std::optional<TargetUse> target_use;
  bool cancelled = false;  ///< then the figures are of what was measured until then
};

/// Runs it. Thread-safe; blocks, and calls the watcher on this thread.
/// @errors those of find_target, Requests::create and run_load; kInvalidArgument: options that contradict each other;
///         kCancelled: before anything was measured. A target that fails is no error: the result says how.
base::Result<BenchResult> run_bench(const BenchOptions& options, const LoadWatcher& watcher = {},
                                    std::stop_token stop = {});

}  // namespace groundwork::bench
