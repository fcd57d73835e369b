#pragma once

// How good a ranking is, as trec_eval computes it. A ranking is a list of distinct document ids, best first; what is
// behind its end was not found.

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace groundwork::search {

/// Relevance above 0 of the relevant documents of one query; at least one.
using Relevance = std::map<std::string, int>;

/// DCG / ideal DCG, with gain = relevance and discount 1 / log2(rank + 1), over the first k. In [0, 1].
/// @source trec_eval's ndcg_cut; Jarvelin and Kekalainen 2002, with linear gain
double ndcg(std::span<const std::string> ranking, const Relevance& relevance, std::size_t k);

/// Relevant documents among the first k, divided by k. @source trec_eval's P
double precision(std::span<const std::string> ranking, const Relevance& relevance, std::size_t k);

/// Relevant documents among the first k, divided by all relevant ones. @source trec_eval's recall
double recall(std::span<const std::string> ranking, const Relevance& relevance, std::size_t k);

/// 1 / rank of the first relevant document among the first k, or 0. @source trec_eval's recip_rank, cut at k
double reciprocal_rank(std::span<const std::string> ranking, const Relevance& relevance, std::size_t k);

/// The mean over all relevant documents of the precision at their ranks, 0 for those not among the first k.
/// @source trec_eval's map_cut
double average_precision(std::span<const std::string> ranking, const Relevance& relevance, std::size_t k);

/// One of the measures above and where it looks. Each is in [0, 1], and higher is better.
struct Metric {
  enum class Kind { kNdcg, kPrecision, kRecall, kMrr, kMap };
  Kind kind = Kind::kNdcg;
  std::size_t k = 10;
  friend bool operator==(const Metric&, const Metric&) = default;
};
inline constexpr std::size_t kDeepestCut = 1000;

/// "ndcg@10", "precision@5" or "p@5", "recall@100", "mrr@10", "map@100", k from 1 to kDeepestCut.
/// @errors kInvalidArgument
base::Result<Metric> parse_metric(std::string_view name);
std::string to_string(const Metric& metric);

double value_of(const Metric& metric, std::span<const std::string> ranking, const Relevance& relevance);

}  // namespace groundwork::search
