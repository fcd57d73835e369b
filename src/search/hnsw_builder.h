#pragma once

// The graph of a segment's vectors, made once. In scope: the same bytes from the same vectors and seed, whatever the
// processor and the number of threads.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>

#include "base/result.h"
#include "search/segment_file.h"

namespace groundwork::search {

struct HnswOptions {
  std::uint32_t links = 16;           ///< M
  std::size_t ef_construction = 200;  ///< nodes that are considered as neighbours of a new one
  std::uint64_t seed = 1;             ///< of the levels and the order of insertion
  std::size_t threads = 0;            ///< 0: as many as there are processors, 8 at most
};

/// How many of the nodes are linked.
using GraphProgress = std::function<void(std::size_t done, std::size_t total)>;

/// Adds the sections that Hnsw reads.
/// @param values  [rows][dimensions], of length 1; at least one row and one dimension
/// @errors kCancelled; then nothing was added
base::Status add_graph(std::span<const float> values, std::size_t dimensions, const HnswOptions& options,
                       SegmentFileWriter& writer, const GraphProgress& progress = {}, const std::stop_token& stop = {});

}  // namespace groundwork::search
