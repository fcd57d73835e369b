#pragma once

// A configuration of search measured on a test set. In scope: metrics by query, means, times. Not in scope: which of
// two is better (comparison.h).

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "search/beir.h"
#include "search/metrics.h"

namespace groundwork::search {

/// The ids for a query, best first, at least 100 where there are so many.
using Ranker = std::function<base::Result<std::vector<std::string>>(const TestQuery&)>;
using EvaluationProgress = std::function<void(std::size_t done, std::size_t total)>;

struct QueryScores {
  std::string id;
  double ndcg_10 = 0;
  double precision_10 = 0;
  double recall_100 = 0;
  double mrr_10 = 0;
  double map_100 = 0;
  double milliseconds = 0;           ///< of the ranker
  std::vector<std::string> ranking;  ///< the first kDeepestCut ids
};

struct Evaluation {
  std::vector<QueryScores> queries;

  double mean(double QueryScores::*metric) const;
  /// Nearest rank. @param share  in (0, 1]
  double milliseconds_at(double share) const;
};

/// @errors those of the ranker; kCancelled
base::Result<Evaluation> evaluate(const TestSet& set, const Ranker& ranker, const EvaluationProgress& progress = {},
                                  std::stop_token stop = {});

/// {"ndcg@10", "recall@100", "precision@10", "mrr@10", "map@100", "queries", "p50_ms", "p95_ms", "intervals"}: the last
/// has the 95 % interval [low, high] of each mean, where there are two queries at least.
base::json::object to_json(const Evaluation& evaluation);

/// The metric of each query, in the order of the evaluation.
/// @param judgements  of the test set that was evaluated
std::vector<double> values_of(const Evaluation& evaluation, const Judgements& judgements, const Metric& metric);

}  // namespace groundwork::search
