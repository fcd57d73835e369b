#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "measure/run.h"
#include "measure/service.h"
#include "measure/suite.h"

namespace groundwork::measure {

/// What a judge's tokens cost.
struct JudgePrice {
  double input_per_million = 0;
  double output_per_million = 0;
  std::string currency = "USD";
};

/// What is not the suite's to say. Absent: the suite's own.
struct RunOptions {
  std::string target;         ///< base URL
  bool allow_public = false;  ///< confirmed for an address outside loopback and private ranges
  std::optional<std::size_t> cases;
  std::optional<std::uint64_t> seed;
  std::optional<std::size_t> repeats;
  std::optional<std::size_t> concurrency;
  std::optional<std::chrono::milliseconds> call_deadline;
  std::string label;
  std::string resume;  ///< id of a cancelled run that goes on
  /// People's labels (calibration.h) that the suite's judges are compared with before the first case; empty: none, and
  /// judged numbers are marked uncalibrated.
  std::filesystem::path labels;
  std::optional<JudgePrice> judge_price;
  std::string program;
  base::json::object request;  ///< kept in the run, so that it can be run again
  std::stop_token stop;
  /// Called once, when the run is in the store.
  std::function<void(const Run&)> begun;
  /// Called between answers; `failed` of the `done` ones did.
  std::function<void(std::size_t done, std::size_t total, std::size_t failed)> progress;
  std::function<void(std::size_t done, std::size_t total)> calibrating;  ///< likewise, from several threads in turn
};

/// Asks every case and judges every answer, `concurrency` calls at a time; a failed call is a sample like any other.
/// Metrics that ask a model do so on threads of their own, so that nobody's latency is measured behind a judge.
/// Always ends with a verdict: when a service or a judge stops answering, the rest is left out, and the run says so.
/// The run is in the store from its first moment, and `stop` leaves it there as one that can be resumed.
/// @errors kInvalidArgument: the suite or its dataset; those of check_target(); kFailedPrecondition: the run to be
///         resumed is finished, or of another suite, dataset or selection; those of calibrate()
base::Result<Run> run_suite(const Suite& suite, const RunOptions& options, const RunStore& store,
                            const base::Clock& clock);

}  // namespace groundwork::measure
