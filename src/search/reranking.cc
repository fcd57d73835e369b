#include "search/reranking.h"

#include <algorithm>

#include "search/neighbours.h"
#include "search/scale.h"

namespace groundwork::search {

using base::Result;

namespace {

/// In deviations, beside 1 for the ranking and the reranker together: docs/decisions/0006-fusion.md.
constexpr double kNeighbours = 0.15;

std::vector<float> mixed(double share, std::string_view query, std::span<const std::string> texts,
                         std::span<const float> ranking, std::span<const float> read_again) {
  const std::vector<double> neighbours = neighbour_scores(query, texts);
  const Scale of_ranking = scale_of(ranking);
  const Scale of_reading = scale_of(read_again);
  const Scale of_neighbours = scale_of(std::span<const double>(neighbours));
  std::vector<float> scores;
  for (std::size_t i = 0; i < ranking.size(); ++i) {
    scores.push_back(static_cast<float>((1 - share) * of_ranking(ranking[i]) + share * of_reading(read_again[i]) +
                                        kNeighbours * of_neighbours(neighbours[i])));
  }
  return scores;
}

}  // namespace

Result<std::vector<Hit>> rerank(model::Reranker& reranker, std::string_view query, std::span<const std::string> texts,
                                std::span<const float> ranking) {
  const std::size_t depth = texts.size();
  std::vector<Hit> hits;
  for (std::size_t i = 0; i < ranking.size(); ++i) hits.push_back({static_cast<Row>(i), ranking[i]});
  if (depth == 0) return hits;
  GW_TRY(std::vector<float> scores, reranker.score(query, texts));
  if (reranker.share() < 1) scores = mixed(reranker.share(), query, texts, ranking.first(depth), scores);
  const float behind = *std::ranges::min_element(scores) - ranking[depth - 1];
  for (std::size_t i = 0; i < depth; ++i) hits[i].score = scores[i];
  for (std::size_t i = depth; i < hits.size(); ++i) hits[i].score += behind;
  std::sort(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(depth), ranks_before);
  return hits;
}

}  // namespace groundwork::search
