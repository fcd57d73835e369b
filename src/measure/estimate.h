#pragma once

#include <optional>
#include <span>
#include <string>

#include "measure/metric.h"
#include "measure/run.h"

namespace groundwork::measure {

struct Estimate {
  std::optional<double> value;     ///< none: no values
  std::optional<Bounds> interval;  ///< 95 %, within the metric's range
  std::string method;              ///< of the interval: "Wilson", "studentised bootstrap", ...; empty: there is none
};

/// What the values of a metric come to, and how sure that is.
/// @source means: score::interval_of_mean; quantiles: order statistics (Conover 1999, section 3.2); F1: percentile
///         bootstrap, 2,000 resamples
Estimate estimate(const Metric& metric, std::span<const double> values);

/// The sample quantile of ascending values. @source Hyndman and Fan 1996, type 7
double quantile_of(std::span<const double> ascending, double quantile);

/// 2 tp / (2 tp + fp + fn) of such values; 1 when there is nothing positive and nothing was claimed.
double f1_of(std::span<const double> values);

}  // namespace groundwork::measure
