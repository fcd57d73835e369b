#include "search/metrics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace groundwork::search {
namespace {

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

}  // namespace groundwork::search
