#pragma once

// The vectors of a segment as a graph that is walked towards a query. In scope: nearly the nearest, in a time that
// hardly grows with the number of rows. Not in scope: when a scan is better (dense_search.h), how a graph is made
// (hnsw_builder.h).
//
// Nodes are the distinct vectors after rounding to bytes: however often a passage is repeated, the walk meets it once.
// Sections of the segment, all integers little-endian, 4294967295 for no node:
//
//   hnsw_shape    one HnswShape
//   hnsw_codes    [nodes][code_bytes(dimensions)] bytes (byte_vectors.h)
//   hnsw_base     [nodes][2 links] u32: neighbours on level 0, no node behind the last
//   hnsw_levels   [nodes + 1] u32: sums of the nodes' highest levels
//   hnsw_upper    [hnsw_levels of the last][links] u32: neighbours on levels 1 and up, node by node
//   hnsw_groups   [nodes + 1] u32: where each node's rows begin
//   hnsw_rows     [rows] u32: the rows, node by node, rising within one
//
// @source Malkov and Yashunin 2018, "Efficient and robust approximate nearest neighbor search using Hierarchical
// Navigable Small World graphs", IEEE TPAMI 42(4)

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "search/bitmap.h"
#include "search/byte_vectors.h"
#include "search/hit.h"
#include "search/segment_file.h"
#include "search/vectors.h"

namespace groundwork::search {

inline constexpr Row kNoNode = std::numeric_limits<Row>::max();

struct HnswShape {
  std::uint32_t nodes = 0;
  std::uint32_t links = 0;      ///< M: neighbours at most on levels 1 and up; twice as many on level 0
  std::uint32_t top_level = 0;  ///< of the entry
  std::uint32_t entry = 0;      ///< the node where walks begin
};

/// A node and its product with what is looked for.
struct Near {
  std::int32_t dot = 0;
  Row node = 0;
};
inline bool nearer(const Near& a, const Near& b) { return a.dot != b.dot ? a.dot > b.dot : a.node < b.node; }

/// The arrays of a graph, wherever they are.
struct HnswArrays {
  HnswShape shape;
  std::size_t code_size = 0;  ///< bytes of a node's codes
  std::span<const std::uint8_t> codes;
  std::span<const Row> base;
  std::span<const std::uint32_t> levels;
  std::span<const Row> upper;

  std::span<const std::uint8_t> code(Row node) const { return codes.subspan(node * code_size, code_size); }
  std::uint32_t level(Row node) const { return levels[node + 1] - levels[node]; }
  /// Those there are.
  std::span<const Row> neighbours(Row node, std::uint32_t level) const;

  /// The node where a walk down to `level` arrives: level by level to the nearest of the neighbours.
  Near descend(const ByteQuery& query, std::uint32_t level) const;
  /// The walk on one level: `ef` nearest that it meets, nearest first.
  std::vector<Near> walk(const ByteQuery& query, Near entry, std::uint32_t level, std::size_t ef) const;
};

/// Immutable, thread-safe; valid as long as the file.
class Hnsw {
 public:
  /// Nothing where the segment has no graph.
  /// @param vectors  of the same file
  /// @errors kDataLoss: sections that contradict each other; then nothing is read outside of them, either
  static base::Result<std::optional<Hnsw>> open(const SegmentFile& file, const Vectors& vectors, std::size_t rows);

  /// Nearly the k most similar rows, with exact scores, by ranks_before.
  /// @param query  of the vectors' dimensions
  /// @param ef     how many nodes the walk keeps, k at least: more finds more, and takes longer
  std::vector<Hit> nearest(std::span<const float> query, std::size_t k, std::size_t ef) const;

  /// The same among the `allowed` rows. The walk goes over nodes that are not allowed and keeps those that are.
  /// @param visits_at_most  nodes that may be looked at; nullopt when they did not suffice
  std::optional<std::vector<Hit>> nearest_allowed(std::span<const float> query, std::size_t k, std::size_t ef,
                                                  const Bitmap& allowed, std::size_t visits_at_most) const;

  const HnswArrays& arrays() const { return arrays_; }

 private:
  base::Status check(const SegmentFile& file, std::size_t rows) const;
  std::span<const Row> rows_of(Row node) const {
    return rows_.subspan(groups_[node], groups_[node + 1] - groups_[node]);
  }
  std::vector<Hit> scored(std::span<const float> query, std::size_t k, std::span<const Near> found,
                          const Bitmap* allowed) const;

  HnswArrays arrays_;
  std::span<const std::uint32_t> groups_;
  std::span<const Row> rows_;
  Vectors vectors_;
};

}  // namespace groundwork::search
