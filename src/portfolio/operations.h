#pragma once

// Project 4's numbers: uptime by a prober, the success rate of deploys from the pipeline's history, and the time that a
// rollback takes. Each gives a run in the shape of run.json, which import_run() understands.

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "portfolio/prometheus.h"

namespace groundwork::portfolio {

/// Waits that long; false: was asked to stop. With a clock of a test it moves the clock.
using Wait = std::function<bool(std::chrono::milliseconds)>;

struct ProbeOptions {
  std::string target;  ///< base URL
  std::string path = "/healthz";
  std::chrono::milliseconds every{5000};
  std::chrono::milliseconds duration{600'000};
};
struct Probe {
  base::Timestamp at{};
  int status = 0;  ///< 0: no answer
  double ms = 0;
  std::string error;  ///< why there was no answer
};
/// Asks on a fixed beat, whether the answer before was slow or not: a probe that is late because the one before it took
/// too long counts as failed, so a hanging service can't hide behind its own hanging.
/// @return a run of kind "probe": uptime (share of beats with a 2xx, Wilson interval), p95_ms; its state is "cancelled"
///         when `wait` said stop
/// @errors kInvalidArgument: a beat under 100 ms, or more than 100,000 beats
base::Result<base::json::object> probe(const ProbeOptions& options, const Fetch& fetch, const base::Clock& clock,
                                       const Wait& wait,
                                       const std::function<void(const Probe&, std::size_t, std::size_t)>& tick);

/// The deploy success rate of a run history of GitHub Actions: what `gh run list --json ...` prints (an array), or what
/// the REST API answers ({"workflow_runs": [...]}).
/// @param workflow  name of the workflow that deploys; empty: all
/// @param branch    empty: all
/// @return a run of kind "pipeline": deploy_success_rate over completed runs that succeeded or failed (Wilson
/// interval);
///         cancelled and skipped ones are left out, and "left_out" says how many
/// @errors kInvalidArgument: not of either shape, or no run that counts
base::Result<base::json::object> pipeline_run(const base::json::value& history, const std::string& workflow,
                                              const std::string& branch, base::Timestamp now);

struct DrillOptions {
  std::string target;
  std::string expected_version;  ///< that runs again once the rollback is done
  std::chrono::milliseconds every{500};
  std::chrono::milliseconds limit{900'000};
};
/// Polls /version and /healthz from now, when the rollback is decided, until the expected version has answered
/// healthily three times in a row; the recovery time ends with the first of the three.
/// @return a run of kind "drill": rollback_recovery_s
/// @errors kFailedPrecondition: the expected version runs already and is healthy, so nothing is rolled back;
///         kDeadlineExceeded: not recovered within the limit; kCancelled
base::Result<base::json::object> drill(const DrillOptions& options, const Fetch& fetch, const base::Clock& clock,
                                       const Wait& wait, const std::function<void(const std::string&)>& say);

}  // namespace groundwork::portfolio
