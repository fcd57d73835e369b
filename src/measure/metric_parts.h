#pragma once

// The families of metrics that find_metric() looks through; not for use elsewhere.

#include <optional>
#include <string>
#include <vector>

#include "measure/metric.h"

namespace groundwork::measure {

/// What only the contracts of search and rag have. Nothing: no such metric.
std::optional<Metric> service_metric(const std::string& name);
std::vector<std::string> service_metric_names();

/// The metrics of one case that `score` has. Nothing: no such metric.
/// @errors kInvalidArgument: its options; kFailedPrecondition: it needs a model that isn't there; those of services
base::Result<std::optional<Metric>> scored_metric(const std::string& name, const base::json::object& options,
                                                  const ServiceSource& services);
std::vector<std::string> scored_metric_names();

}  // namespace groundwork::measure
