#include "search/dense_search.h"

#include <algorithm>

namespace groundwork::search {

bool is_scan_cheaper(std::size_t rows, std::size_t allowed, std::size_t ef) {
  // A walk meets some 30 ef nodes, and 1 / selectivity times as many to keep ef that are allowed; a scan reads four
  // times as many bytes a row, one after another. Equal at allowed * allowed = kFactor * ef * rows.
  constexpr double kFactor = 10;
  const auto scanned = static_cast<double>(allowed);
  return scanned * scanned <= kFactor * static_cast<double>(ef) * static_cast<double>(rows);
}

std::vector<Hit> nearest_rows(const Segment& segment, std::span<const float> query, std::size_t k,
                              const Bitmap& allowed, std::size_t ef) {
  if (ef == 0) ef = std::max(kDefaultEf, 2 * k);
  ef = std::max(ef, k);
  const std::size_t count = allowed.count();
  const auto& graph = segment.graph();
  if (!graph || is_scan_cheaper(segment.rows(), count, ef)) return segment.vectors().nearest(query, k, &allowed);
  if (count == segment.rows()) return graph->nearest(query, k, ef);
  // Where what is allowed lies far from the query, the walk loses its way: then a scan costs less after all.
  if (auto found = graph->nearest_allowed(query, k, ef, allowed, segment.rows() / 2)) return *std::move(found);
  return segment.vectors().nearest(query, k, &allowed);
}

}  // namespace groundwork::search
