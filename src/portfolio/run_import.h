#pragma once

// portfolio: what measurements and other evidence amount to: a run becomes facts about KPIs, KPIs become series, a miss
// asks for a root-cause report, a gate for evidence, a week for a review. In scope: checking what is handed in,
// recording it, and the answers of dashboard, gates, projects and reviews. Not in scope: measuring (measure, bench),
// what opens and blocks (progress).

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assess/study.h"
#include "base/json.h"
#include "base/result.h"

namespace groundwork::portfolio {

/// Whether it may be a run's id, and so the name of a folder: up to 120 of letters, digits, '-', '_' and '.', which is
/// not the first.
bool is_run_id(std::string_view id);

/// One number of a run, with how sure it is.
struct Measured {
  std::optional<double> value;  ///< none: the run has no value for it
  std::optional<double> low;    ///< 95 % interval
  std::optional<double> high;
  std::int64_t n = 0;  ///< what it divides by; 0: not said
  std::string unit;
};

/// What a run says, whoever made it: the part of run.json that KPIs are made of.
///
///     {"id": "20261128T113412Z-search-9f2c", "kind": "eval"|"bench"|"probe"|"pipeline"|"drill",
///      "state": "finished", "suite": {"name", "version", "dataset_sha256"}, "target": URL, "finished": RFC 3339,
///      "verdict", "reason", "metrics": {NAME: {"value", "interval": {"low", "high"}|null, "n", "unit"}},
///      "usage": {"model", "input_tokens", "output_tokens", "requests", "succeeded"}}
///
/// Everything but id, kind and metrics may be missing.
struct RunSummary {
  std::string id;
  std::string kind = "eval";
  std::string state;
  std::string suite;
  std::string suite_version;
  std::string dataset;
  std::string target;
  std::string verdict;
  std::string reason;
  std::map<std::string, Measured> metrics;
  struct Usage {
    std::string model;
    std::int64_t input_tokens = 0;
    std::int64_t output_tokens = 0;
    std::int64_t requests = 0;
    std::int64_t succeeded = 0;
  };
  std::optional<Usage> usage;
  std::string sha256;  ///< of the canonical JSON it was read from
};
/// A result of `groundwork bench` ("kind": "groundwork.bench") in that shape, without its samples and histograms; its
/// id is made from its content. Anything else as it is.
/// @errors kFailedPrecondition: the client was the bottleneck, so its figures say nothing of the service
base::Result<base::json::value> as_run(const base::json::value& result);

/// @errors kInvalidArgument: not of that shape; says which field, what was expected and what was found
base::Result<RunSummary> run_summary(const base::json::value& run);

/// What became of one must-have metric of the project.
struct MetricOutcome {
  std::string metric;
  bool measured = false;
  bool missed = false;
  std::string text;       ///< "p95-latency measured at 231 ms, target at most 200 ms", or why it isn't measured
  std::int64_t fact = 0;  ///< of the measurement
};
struct Imported {
  std::string run;
  std::vector<MetricOutcome> metrics;  ///< of the project, in its order; without a project empty
  std::vector<std::string> kpis;       ///< other figures of the catalogue that were recorded
  std::vector<std::string> left_out;   ///< what of the run moved nothing, and why
};

/// Records what the run says: a kpi.measured fact for each must-have metric of the project that the run measured, with
/// the target of the project file, and a kpi.recorded fact for each other figure of the catalogue. The run itself is
/// kept as a blob, and each fact names its hash. Recording the same run again changes nothing.
/// @param data_folder  where the learner's own prices.yaml may be
/// @param project  id, or empty: the run moves the dashboard alone
/// @errors kNotFound: no such project; kFailedPrecondition: the run isn't finished, measured nothing, or is of another
///         suite than the project's; kAlreadyExists: another run with that id was recorded; kInvalidArgument
base::Result<Imported> import_run(assess::Study& study, const std::filesystem::path& data_folder,
                                  const std::string& learner, const std::string& project, const base::json::value& run);

/// The value in the unit that is wanted: ms to s and back, "" and "ratio" as share. @errors kInvalidArgument
base::Result<double> in_unit(double value, const std::string& found, const std::string& wanted);

}  // namespace groundwork::portfolio
