#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "measure/dataset.h"
#include "measure/run.h"
#include "score/catalogue.h"

namespace groundwork::measure {

/// What a service said to a case, as far as metrics need it.
struct Answer {
  base::json::value body;            ///< the JSON of the answer
  std::string text;                  ///< what a person would read of it
  std::vector<std::string> ranking;  ///< search: ids, best first
  base::json::object row;            ///< what `score` reads of it besides: cited, passages, abstained, run
  double ms = 0;                     ///< from sending to the last byte
};

/// What one case is worth by one metric.
struct Worth {
  double value = 0;
  std::optional<Judgement> judgement;  ///< where a model was asked

  // NOLINTNEXTLINE(google-explicit-constructor): most metrics are a number and no more
  Worth(double number) : value(number) {}
};

/// How the values of cases become one number.
enum class Aggregate {
  kMean,      ///< over all cases that were asked
  kQuantile,  ///< over the calls that were answered: a failed call has no latency, and is counted by error_rate
  kF1,        ///< of values that are kTrueNegative and its siblings
};

// The values of a metric that aggregates by kF1.
inline constexpr double kTrueNegative = 0;
inline constexpr double kTruePositive = 1;
inline constexpr double kFalsePositive = 2;
inline constexpr double kFalseNegative = 3;

/// The definition of a number. Immutable.
struct Metric {
  std::string name;        ///< "ndcg@10"
  std::string definition;  ///< one sentence
  std::string source;      ///< where the definition is from
  std::string unit;        ///< "ratio", "ms", "count"
  bool higher_is_better = true;
  double low = 0;  ///< no value is below
  double high = 1;
  Aggregate aggregate = Aggregate::kMean;
  double quantile = 0.5;           ///< of kQuantile
  bool decides = false;            ///< a case whose value is below 1 was answered wrong
  std::vector<std::string> kinds;  ///< contracts that it applies to; empty: all
  std::string model;               ///< that gives the values, and is slow; empty: none does
  std::size_t judge_levels = 0;    ///< the model is a judge, with grades from 1 to this; 0: it is none
  /// The value of one case. Null answer: the call failed, which is worth the worst value. Nothing: the metric doesn't
  /// apply to the case, whatever was answered.
  std::function<std::optional<Worth>(const Case&, const Answer*)> value;
};

/// Opens what a metric needs, when one needs it; what it gives outlives the metrics.
using ServiceSource = std::function<base::Result<score::Services>(score::Need)>;

/// Finds a metric by its name in a suite.
/// @param services  empty: there are none
/// @errors kInvalidArgument: unknown, with near names; an option that it hasn't; kFailedPrecondition: a model is
///         missing; those of services
base::Result<Metric> find_metric(const std::string& name, const base::json::object& options = {},
                                 const ServiceSource& services = {});

/// All names that there are, ranks as "@k".
std::vector<std::string> metric_names();

}  // namespace groundwork::measure
