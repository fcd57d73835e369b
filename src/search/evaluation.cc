#include "search/evaluation.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <utility>

#include "search/paired_statistics.h"

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;

double Evaluation::mean(double QueryScores::*metric) const {
  double sum = 0;
  for (const QueryScores& one : queries) sum += one.*metric;
  return queries.empty() ? 0 : sum / static_cast<double>(queries.size());
}

double Evaluation::milliseconds_at(double share) const {
  if (queries.empty()) return 0;
  std::vector<double> times;
  for (const QueryScores& one : queries) times.push_back(one.milliseconds);
  std::ranges::sort(times);
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(times.size())));
  return times[std::clamp<std::size_t>(rank, 1, times.size()) - 1];
}

Result<Evaluation> evaluate(const TestSet& set, const Ranker& ranker, const EvaluationProgress& progress,
                            std::stop_token stop) {
  Evaluation evaluation;
  for (const TestQuery& query : set.queries) {
    if (stop.stop_requested()) return make_error(Code::kCancelled, "the evaluation was cancelled");
    const auto begin = std::chrono::steady_clock::now();
    GW_TRY(std::vector<std::string> ranking, ranker(query));
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    if (ranking.size() > kDeepestCut) ranking.resize(kDeepestCut);
    const Relevance& relevance = set.judgements.at(query.id);
    evaluation.queries.push_back({query.id, ndcg(ranking, relevance, 10), precision(ranking, relevance, 10),
                                  recall(ranking, relevance, 100), reciprocal_rank(ranking, relevance, 10),
                                  average_precision(ranking, relevance, 100), took.count(), std::move(ranking)});
    if (progress) progress(evaluation.queries.size(), set.queries.size());
  }
  return evaluation;
}

base::json::object to_json(const Evaluation& evaluation) {
  static constexpr std::array<std::pair<const char*, double QueryScores::*>, 5> kMetrics = {
      {{"ndcg@10", &QueryScores::ndcg_10},
       {"recall@100", &QueryScores::recall_100},
       {"precision@10", &QueryScores::precision_10},
       {"mrr@10", &QueryScores::mrr_10},
       {"map@100", &QueryScores::map_100}}};
  base::json::object report;
  base::json::object intervals;
  for (const auto& [name, metric] : kMetrics) {
    report[name] = evaluation.mean(metric);
    std::vector<double> values;
    for (const QueryScores& one : evaluation.queries) values.push_back(one.*metric);
    if (const auto interval = mean_interval(values)) intervals[name] = {interval->low, interval->high};
  }
  report["queries"] = evaluation.queries.size();
  report["p50_ms"] = evaluation.milliseconds_at(0.5);
  report["p95_ms"] = evaluation.milliseconds_at(0.95);
  report["intervals"] = std::move(intervals);
  return report;
}

std::vector<double> values_of(const Evaluation& evaluation, const Judgements& judgements, const Metric& metric) {
  std::vector<double> values;
  values.reserve(evaluation.queries.size());
  for (const QueryScores& one : evaluation.queries) {
    values.push_back(value_of(metric, one.ranking, judgements.at(one.id)));
  }
  return values;
}

}  // namespace groundwork::search
