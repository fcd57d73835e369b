#pragma once

#include "api/measured_runs.h"
#include "base/json.h"
#include "ledger/fact.h"
#include "measure/case_page.h"
#include "measure/dataset.h"

namespace groundwork::api {

/// The shapes of openapi.yaml. Texts of a run are shortened, never interpreted.

/// MeasurementRow
base::json::object measurement_row_json(const KeptRun& run);
/// A MeasurementTrend for each suite of the runs, which are newest first.
base::json::array trends_json(const KeptRuns& runs);
/// Measurement. @param others  newest first, for what it can be compared with. @param facts  of the learner
base::json::object measurement_json(const KeptRun& run, const KeptRuns& others, const std::vector<ledger::Fact>& facts);

/// BenchFigures: of a result of `groundwork bench`; null where a run has none.
base::json::value bench_json(const KeptRun& run);

/// MeasuredCases
base::json::object cases_json(const KeptRun& run, const std::vector<measure::PlacedSample>& samples,
                              std::optional<std::uint64_t> next, std::uint64_t bytes);
/// MeasuredCase. @param asked  what the suite says of the case, or why that isn't known
base::json::object case_json(const KeptRun& run, const measure::PlacedSample& sample,
                             const base::Result<measure::Case>& asked);
/// MeasuredLatency
base::json::object latency_json(const measure::Latencies& latencies);

/// The newest finished run of a reference service with this run's suite and dataset; nullptr: there is none.
const KeptRun* reference_for(const KeptRun& run, const KeptRuns& runs);
/// The newest finished run of the same suite, dataset and target that is older; nullptr: there is none.
const KeptRun* previous_of(const KeptRun& run, const KeptRuns& runs);

}  // namespace groundwork::api
