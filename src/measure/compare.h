#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "measure/run.h"

namespace groundwork::measure {

/// The values that one case had in two runs, one a repeat.
struct PairedValues {
  std::string case_id;
  std::vector<double> a;
  std::vector<double> b;

  double mean_a() const;
  double mean_b() const;
};

/// The cases that two runs share, by one metric.
struct Pairing {
  std::string metric;
  bool higher_is_better = true;
  std::string judged;                 ///< "judged by M, uncalibrated"; empty: no judge gave the values
  std::vector<PairedValues> cases;    ///< in the order of b's file
  std::vector<std::string> left_out;  ///< why cases are not compared, a sentence each
};

/// The metric that says most of a run: ndcg where it has a threshold, else the first quality metric with one, else the
/// first quality metric; empty: it has no metric at all.
std::string headline_metric(const Run& run);
/// Whether cases have a value of their own by this metric; of an F1 only all of them together have one.
bool is_paired_by_case(const std::string& metric);

/// @param metric  empty: headline_metric() of b
/// @errors kInvalidArgument: a metric that isn't in both, or one that isn't paired by case; kFailedPrecondition: runs
/// of different suites or datasets, a run in which nothing was measured, values by different models; kDataLoss: samples
base::Result<Pairing> pair_runs(const RunStore& store, const Run& a, const Run& b, const std::string& metric);

/// What is different between two runs of one suite.
struct RunComparison {
  std::string metric;
  std::string judged;  ///< as in Pairing
  bool higher_is_better = true;
  std::size_t cases = 0;
  double a = 0;
  double b = 0;
  double difference = 0;             ///< b - a
  std::optional<Bounds> interval;    ///< of the difference, 95 %: score::difference_interval, as the gate's
  std::string method;                ///< of the interval
  double p = 1;                      ///< two-sided
  std::vector<PairedValues> better;  ///< with b, the largest change first
  std::vector<PairedValues> worse;
  std::size_t cases_needed = 0;  ///< to tell this difference; 0: there is none, or it is told
  std::vector<std::string> left_out;

  bool told() const { return p < 0.05; }
};
RunComparison compare(const Pairing& pairing);

/// "b is worse: ndcg@10 0.81 to 0.52 ..." or "cannot tell: ...".
std::string sentence(const RunComparison& comparison);
base::json::object to_json(const RunComparison& comparison);

}  // namespace groundwork::measure
