#include "search/metrics.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include "base/utf8.h"

namespace groundwork::search {
namespace {

using Kind = Metric::Kind;

/// In the order of Kind.
constexpr std::array<std::string_view, 5> kMetricNames = {"ndcg", "precision", "recall", "mrr", "map"};

double discount(std::size_t index) { return 1 / std::log2(static_cast<double>(index) + 2); }

std::size_t relevant_in(std::span<const std::string> ranking, const Relevance& relevance, std::size_t k) {
  const auto first = ranking.first(std::min(k, ranking.size()));
  return static_cast<std::size_t>(std::ranges::count_if(first, [&](const auto& id) { return relevance.contains(id); }));
}

}  // namespace

double ndcg(std::span<const std::string> ranking, const Relevance& relevance, std::size_t k) {
  double gained = 0;
  for (std::size_t i = 0; i < std::min(k, ranking.size()); ++i) {
    if (const auto found = relevance.find(ranking[i]); found != relevance.end()) gained += found->second * discount(i);
  }
  std::vector<int> gains;
  for (const auto& [id, gain] : relevance) gains.push_back(gain);
  std::ranges::sort(gains, std::greater<>());
  double ideal = 0;
  for (std::size_t i = 0; i < std::min(k, gains.size()); ++i) ideal += gains[i] * discount(i);
  return ideal > 0 ? gained / ideal : 0;
}

double precision(std::span<const std::string> ranking, const Relevance& relevance, std::size_t k) {
  return k == 0 ? 0 : static_cast<double>(relevant_in(ranking, relevance, k)) / static_cast<double>(k);
}

double recall(std::span<const std::string> ranking, const Relevance& relevance, std::size_t k) {
  if (relevance.empty()) return 0;
  return static_cast<double>(relevant_in(ranking, relevance, k)) / static_cast<double>(relevance.size());
}

double reciprocal_rank(std::span<const std::string> ranking, const Relevance& relevance, std::size_t k) {
  for (std::size_t i = 0; i < std::min(k, ranking.size()); ++i) {
    if (relevance.contains(ranking[i])) return 1 / static_cast<double>(i + 1);
  }
  return 0;
}

double average_precision(std::span<const std::string> ranking, const Relevance& relevance, std::size_t k) {
  double sum = 0;
  std::size_t found = 0;
  for (std::size_t i = 0; i < std::min(k, ranking.size()); ++i) {
    if (relevance.contains(ranking[i])) sum += static_cast<double>(++found) / static_cast<double>(i + 1);
  }
  return relevance.empty() ? 0 : sum / static_cast<double>(relevance.size());
}

base::Result<Metric> parse_metric(std::string_view name) {
  const auto wrong = [&] {
    return base::make_error(base::Code::kInvalidArgument,
                            "expected a metric such as ndcg@10 (ndcg, precision, recall, mrr or map, at 1 to " +
                                std::to_string(kDeepestCut) + "), found '" + base::clip(name, 40) + "'");
  };
  const std::size_t at = name.find('@');
  if (at == std::string_view::npos) return wrong();
  const std::string_view kind = name.substr(0, at) == "p" ? "precision" : name.substr(0, at);
  const auto* const found = std::ranges::find(kMetricNames, kind);
  Metric metric;
  const auto [end, error] = std::from_chars(name.data() + at + 1, name.data() + name.size(), metric.k);
  const bool number = error == std::errc() && end == name.data() + name.size();
  if (found == kMetricNames.end() || !number || metric.k == 0 || metric.k > kDeepestCut) return wrong();
  metric.kind = static_cast<Kind>(found - kMetricNames.begin());
  return metric;
}

std::string to_string(const Metric& metric) {
  return std::string(kMetricNames[static_cast<std::size_t>(metric.kind)]) + "@" + std::to_string(metric.k);
}

double value_of(const Metric& metric, std::span<const std::string> ranking, const Relevance& relevance) {
  switch (metric.kind) {
    case Kind::kNdcg:
      return ndcg(ranking, relevance, metric.k);
    case Kind::kPrecision:
      return precision(ranking, relevance, metric.k);
    case Kind::kRecall:
      return recall(ranking, relevance, metric.k);
    case Kind::kMrr:
      return reciprocal_rank(ranking, relevance, metric.k);
    case Kind::kMap:
      return average_precision(ranking, relevance, metric.k);
  }
  return 0;
}

}  // namespace groundwork::search
