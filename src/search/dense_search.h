#pragma once

// The most similar vectors of a segment, by the way that costs less. In scope: when a scan of the allowed rows is
// better than a walk over the graph. Not in scope: how either is done (vectors.h, hnsw.h).

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "search/bitmap.h"
#include "search/hit.h"
#include "search/segment.h"

namespace groundwork::search {

/// How many nodes a walk keeps where the request does not say, at least: ten nearest of clustered vectors are found
/// with a recall of 0.998. See docs/decisions/0008-hnsw.md.
inline constexpr std::size_t kDefaultEf = 100;

/// As `ef`: the exact order, whatever it takes.
inline constexpr std::size_t kExact = std::numeric_limits<std::size_t>::max();

/// Whether `allowed` of `rows` rows are scanned rather than walked to with `ef`.
bool is_scan_cheaper(std::size_t rows, std::size_t allowed, std::size_t ef);

/// The k most similar of the allowed rows by ranks_before, with exact scores: exactly, or nearly where the segment has
/// a graph and many rows are allowed. Depends on the set of allowed rows alone, so filters that allow the same rows
/// find the same.
/// @param query    of the segment's dimensions
/// @param allowed  of the segment's size
/// @param ef       0: kDefaultEf, or twice k if that is more
std::vector<Hit> nearest_rows(const Segment& segment, std::span<const float> query, std::size_t k,
                              const Bitmap& allowed, std::size_t ef = 0);

}  // namespace groundwork::search
