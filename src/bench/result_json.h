#pragma once

// The result file. In scope: writing a run and reading it back whole, so that every figure can be computed again. Its
// format is docs/bench-results.md's.

#include <filesystem>

#include "base/json.h"
#include "bench/run.h"
#include "bench/saturate.h"

namespace groundwork::bench {

inline constexpr int kResultSchema = 1;

/// With samples and histograms. @param program  name and version
base::json::object to_json(const BenchResult& result, const std::string& program);
/// Without them: what --json prints.
base::json::object summary_json(const BenchResult& result, const std::string& program);

/// @errors kInvalidArgument: not a result, another schema; kDataLoss: figures that its own samples contradict
base::Result<BenchResult> result_of(const base::json::value& value, const std::string& where);
base::Result<BenchResult> read_result(const std::filesystem::path& file);

/// Runs are only ever added: @errors kAlreadyExists: the file is there
base::Status write_result(const std::filesystem::path& file, const BenchResult& result, const std::string& program);

base::json::object to_json(const Calibration& calibration);
base::json::object to_json(const Saturation& saturation);

/// In the shape of AIPerf's profile_export_aiperf.json: metric -> {unit, avg, min, max, p50 ...}.
base::json::object to_aiperf(const BenchResult& result);

}  // namespace groundwork::bench
