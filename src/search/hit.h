#pragma once

#include <cstdint>

namespace groundwork::search {

/// A document's place in a segment or in a snapshot: dense, from 0, in the order of adding.
using Row = std::uint32_t;

struct Hit {
  Row row = 0;
  float score = 0;
  friend bool operator==(const Hit&, const Hit&) = default;
};

/// The order of every list of hits: the higher score first, the lower row where scores are equal.
inline bool ranks_before(const Hit& a, const Hit& b) { return a.score != b.score ? a.score > b.score : a.row < b.row; }

}  // namespace groundwork::search
