#include "measure/estimate.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.h"
#include "score/intervals.h"
#include "search/paired_statistics.h"

namespace groundwork::measure {
namespace {

constexpr double kZ = 1.959963984540054;  // of 95 %
constexpr std::size_t kResamples = 2'000;

Estimate mean_estimate(const Metric& metric, std::span<const double> values) {
  Estimate out;
  out.value = search::mean_of(values);
  search::ResamplingOptions options;
  options.resamples = kResamples;
  if (const auto interval = score::interval_of_mean(values, options)) {
    out.interval =
        Bounds{std::clamp(interval->low, metric.low, metric.high), std::clamp(interval->high, metric.low, metric.high)};
    out.method = score::method_of_mean(values);
  }
  return out;
}

Estimate quantile_estimate(std::span<const double> values, double quantile) {
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  Estimate out;
  out.value = quantile_of(sorted, quantile);
  const auto n = static_cast<double>(sorted.size());
  const double spread = kZ * std::sqrt(n * quantile * (1 - quantile));
  const double low = std::floor(n * quantile - spread);
  const double high = std::ceil(n * quantile + spread);
  // An end beyond the sample is not known.
  if (low >= 0 && high < n) {
    out.interval = Bounds{sorted[static_cast<std::size_t>(low)], sorted[static_cast<std::size_t>(high)]};
    out.method = "order statistics";
  }
  return out;
}

Estimate f1_estimate(std::span<const double> values) {
  Estimate out;
  out.value = f1_of(values);
  if (values.size() < 2) return out;
  base::Random random(1);
  std::vector<double> made;
  std::vector<double> drawn(values.size());
  for (std::size_t i = 0; i < kResamples; ++i) {
    for (double& one : drawn) one = values[random.below(values.size())];
    made.push_back(f1_of(drawn));
  }
  std::ranges::sort(made);
  out.interval = Bounds{quantile_of(made, 0.025), quantile_of(made, 0.975)};
  out.method = "percentile bootstrap";
  return out;
}

}  // namespace

double quantile_of(std::span<const double> ascending, double quantile) {
  const double at = quantile * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  if (below + 1 >= ascending.size()) return ascending.back();
  return ascending[below] + (at - static_cast<double>(below)) * (ascending[below + 1] - ascending[below]);
}

double f1_of(std::span<const double> values) {
  double true_positive = 0;
  double wrong = 0;
  for (const double one : values) {
    if (one == kTruePositive) ++true_positive;
    if (one == kFalsePositive || one == kFalseNegative) ++wrong;
  }
  return true_positive + wrong == 0 ? 1 : 2 * true_positive / (2 * true_positive + wrong);
}

Estimate estimate(const Metric& metric, std::span<const double> values) {
  if (values.empty()) return {};
  switch (metric.aggregate) {
    case Aggregate::kMean:
      return mean_estimate(metric, values);
    case Aggregate::kQuantile:
      return quantile_estimate(values, metric.quantile);
    case Aggregate::kF1:
      return f1_estimate(values);
  }
  return {};
}

}  // namespace groundwork::measure
