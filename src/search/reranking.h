#pragma once

// The best of a ranking put in a new order by their texts. In scope: what the reranker says and what the texts tell by
// themselves, mixed with the order that they come in; the same wherever the documents are kept.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/reranker.h"
#include "search/hit.h"

namespace groundwork::search {

/// A reranker with a share of 1 decides alone. Of any other the scores are on one scale with those of the ranking (mean
/// 0, deviation 1 over the texts) and weighted by its share, those of the ranking by the rest, and neighbouring words
/// of the query add to them (neighbours.h).
/// @param ranking  scores, best first
/// @param texts  of the first in the ranking; the others stay behind them, at the distances that they had
/// @returns the ranking, best first; a hit's row is its place in `ranking`
/// @errors those of the reranker
base::Result<std::vector<Hit>> rerank(model::Reranker& reranker, std::string_view query,
                                      std::span<const std::string> texts, std::span<const float> ranking);

}  // namespace groundwork::search
