#pragma once

// Two rankings of the same queries compared. In scope: which is better, how sure that is, for which queries. Not in
// scope: making the rankings (evaluation.h), showing the result (report.h).

#include <string>
#include <vector>

#include "search/evaluation.h"
#include "search/paired_statistics.h"

namespace groundwork::search {

enum class Verdict {
  kBetter,  ///< b, and by more than chance explains
  kWorse,
  kSame,        ///< every query has the same value
  kEquivalent,  ///< the whole interval is closer to 0 than `negligible`
  kCannotTell,  ///< there are not enough queries for the difference there is
};
std::string_view to_string(Verdict verdict);

struct ComparisonOptions {
  ResamplingOptions resampling;
  double significance = 0.05;
  double negligible = 0.01;  ///< of the metric: a difference that would change nothing
};

/// One query, as a and b answer it.
struct QueryChange {
  std::string id;
  double a = 0;
  double b = 0;
  double difference() const { return b - a; }
};

struct Comparison {
  Metric metric;
  Verdict verdict = Verdict::kCannotTell;
  double a = 0;  ///< means
  double b = 0;
  Interval a_interval;
  Interval b_interval;
  double difference = 0;  ///< b - a
  Interval interval;      ///< of the difference, the queries resampled in pairs
  double p = 1;           ///< of the randomisation test: the verdict is by this one
  double student = 1;     ///< p of the t-test
  double effect = 0;      ///< difference / deviation of the differences (Cohen's d for pairs); 0 where there is none
  std::size_t better = 0;
  std::size_t worse = 0;
  std::size_t queries_needed = 0;    ///< to tell the difference there is; 0: none would
  std::vector<QueryChange> changes;  ///< of all queries, the best for b first
};

/// @errors kInvalidArgument: fewer than two queries, or not the same ones in the same order
base::Result<Comparison> compare(const Evaluation& a, const Evaluation& b, const Judgements& judgements,
                                 const Metric& metric, const ComparisonOptions& options = {});
/// The same on values that are there already; `ids` and the values are of one length.
base::Result<Comparison> compare(std::span<const std::string> ids, std::span<const double> a, std::span<const double> b,
                                 const Metric& metric, const ComparisonOptions& options = {});

/// The verdict in one sentence with its numbers.
/// @param a, b  what the two are called
std::string sentence(const Comparison& comparison, std::string_view a, std::string_view b);

/// Everything, with the changes of the queries that differ.
base::json::object to_json(const Comparison& comparison);

}  // namespace groundwork::search
