#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "measure/runner.h"

namespace groundwork::api {

/// Where a run stands that this server makes.
struct LiveEval {
  std::string run;
  std::size_t done = 0;
  std::size_t total = 0;
  std::size_t failed = 0;
  bool ended = false;  ///< what came out stands in the store
};

/// Runs of suites that were asked for over HTTP, one at a time. Thread-safe. Its end cancels the run that goes on,
/// which can be resumed.
class LiveEvals {
 public:
  /// @param suites  folder of the suites; no other is run. @param store  where runs are kept. @param program  who
  /// measures
  LiveEvals(std::filesystem::path suites, measure::RunStore store, std::string program);
  ~LiveEvals();
  LiveEvals(const LiveEvals&) = delete;
  LiveEvals& operator=(const LiveEvals&) = delete;

  struct Wish {
    std::string suite;
    std::string target;
    std::string label;
    std::optional<std::uint64_t> seed;
    std::optional<std::size_t> cases;
  };
  /// Begins a run and returns once it is in the store.
  /// @errors kNotFound: no such suite; kFailedPrecondition: another run goes on, or the target lies outside loopback
  ///         and private ranges, which the terminal alone confirms; those of measure::run_suite()
  base::Result<LiveEval> start(const Wish& wish);
  /// @errors kNotFound: this server made no such run since it was started
  base::Result<LiveEval> find(const std::string& run) const;
  /// Stops it after the calls that are open. @errors kNotFound
  base::Result<LiveEval> cancel(const std::string& run);
  /// Calls f now and whenever the run went on, at most ten times a second, and a last time when it has ended; from the
  /// run's thread. @errors kNotFound
  base::Status watch(const std::string& run, std::function<void(const LiveEval&)> f);

  struct Named {
    std::string name;
    std::string title;
  };
  /// The suites that can be run.
  std::vector<Named> suites() const;

 private:
  void tell(bool always);
  base::Result<LiveEval> find_locked(const std::string& run) const;  // with mutex_ held

  std::filesystem::path suites_;
  measure::RunStore store_;
  std::string program_;
  base::SystemClock clock_;
  mutable std::mutex mutex_;
  std::mutex starting_;  ///< held while a run is begun
  LiveEval now_;         ///< guarded by mutex_; no run: none was made yet
  std::vector<std::function<void(const LiveEval&)>> watchers_;
  std::chrono::steady_clock::time_point told_;
  std::jthread thread_;
};

}  // namespace groundwork::api
