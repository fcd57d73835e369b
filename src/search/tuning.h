#pragma once

// The best of many configurations, judged on queries that had no part in choosing it. In scope: the search and the
// verdict. Not in scope: running a configuration (workbench.h).

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "search/comparison.h"
#include "search/configuration.h"

namespace groundwork::search {

enum class TuningStrategy {
  kGrid,     ///< every configuration on every tuning query
  kHalving,  ///< the better half goes on with twice the queries
};

struct TuningOptions {
  TuningStrategy strategy = TuningStrategy::kGrid;
  Metric metric;
  std::uint64_t seed = 1;  ///< of the split, and of resampling
  double held_out = 0.5;   ///< share of the queries, between 0 and 1
  std::size_t first = 8;   ///< how many queries the first round of halving has, at least
};

/// The metric of a configuration for some queries, in their order.
using Measure = std::function<base::Result<std::vector<double>>(const Configuration&, std::span<const TestQuery>)>;

/// A configuration, as far as it came.
struct Trial {
  Configuration configuration;
  std::size_t queries = 0;  ///< that it was measured on
  double mean = 0;          ///< over them
  Interval interval;
};

struct Tuning {
  std::vector<Trial> trials;  ///< those measured on most queries first, then the best
  Configuration baseline;
  Trial baseline_trial;  ///< on the tuning queries
  std::size_t tuning_queries = 0;
  Comparison held_out;  ///< a: the baseline, b: the best trial; on the held-out queries
  /// Whether the best trial is better than the baseline on queries that did not choose it, beyond chance.
  bool worth_it() const { return held_out.verdict == Verdict::kBetter; }
};

using TuningProgress = std::function<void(std::size_t done, std::size_t total, const Configuration& now)>;

/// Splits the queries by seed, measures the configurations on one part, and compares the best with the baseline on
/// the other. Of equal means the configuration that comes first is the best.
/// @errors kInvalidArgument: no configuration, fewer than 4 queries, a share out of range; kCancelled; the measure's
base::Result<Tuning> tune(std::span<const TestQuery> queries, std::span<const Configuration> configurations,
                          const Configuration& baseline, const Measure& measure, const TuningOptions& options = {},
                          const TuningProgress& progress = {}, std::stop_token stop = {});

/// The outcome in one sentence.
std::string sentence(const Tuning& tuning);
base::json::object to_json(const Tuning& tuning);

}  // namespace groundwork::search
