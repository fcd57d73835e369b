#pragma once

#include "api/measured_runs.h"

namespace groundwork::api {

/// MeasurementComparison: what is different in `b` against `a`, by measure::compare and bench::compare_runs alone.
/// @param metric  empty: the headline metric of b
/// @errors kFailedPrecondition: they can't be compared, or are too large for a page; says which command does it
base::Result<base::json::object> comparison_json(const MeasuredRuns& store, const KeptRun& a, const KeptRun& b,
                                                 const std::string& metric);

}  // namespace groundwork::api
