#pragma once

// Two rankings of the same documents made one. In scope: arithmetic on scores. Not in scope: where they come from.

#include <cstddef>
#include <span>
#include <vector>

#include "search/hit.h"

namespace groundwork::search {

/// A document that at least one stage found, scored by both.
struct Candidate {
  Row row = 0;
  float lexical = 0;  ///< BM25
  float dense = 0;    ///< cosine
};

struct Fused {
  Hit hit;
  float lexical_share = 0;  ///< of the score; the dense stage gave the rest
  friend bool operator==(const Fused&, const Fused&) = default;
};

/// How far each stage can be trusted in a collection; learnt from its documents alone (stage_trust.h).
struct StageTrust {
  double lexical = 0.45;  ///< between 0 and 1; the rest is the dense stage's
};

/// Scores on one scale, then their weighted mean. Best first by ranks_before.
std::vector<Fused> fuse_scores(std::span<const Candidate> candidates, const StageTrust& trust);

/// sum of 1 / (k + rank) over the rankings, ranks from 1. Best first by ranks_before.
/// @source Cormack, Clarke, Buettcher 2009, "Reciprocal rank fusion outperforms Condorcet and individual rank learning
/// methods"
std::vector<Fused> fuse_ranks(std::span<const Hit> lexical, std::span<const Hit> dense, double k = 60);

}  // namespace groundwork::search
