#include "search/hnsw.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <queue>

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;

namespace {

constexpr std::uint32_t kLinksAtMost = 256;
constexpr std::uint32_t kLevelsAtMost = 64;

/// The nodes that a walk has met.
class Met {
 public:
  explicit Met(std::size_t nodes) : bits_((nodes + 63) / 64) {}
  /// Whether it is met for the first time.
  bool add(Row node) {
    std::uint64_t& word = bits_[node / 64];
    const std::uint64_t bit = std::uint64_t{1} << (node % 64);
    const bool first = (word & bit) == 0;
    word |= bit;
    return first;
  }

 private:
  std::vector<std::uint64_t> bits_;
};

/// The products of the query with those neighbours of a node that are met for the first time.
class Fresh {
 public:
  Fresh(const HnswArrays& graph, const ByteQuery& query) : graph_(&graph), query_(&query) {}

  std::span<const Near> of(Row node, std::uint32_t level, Met& met) {
    std::size_t count = 0;
    for (const Row neighbour : graph_->neighbours(node, level)) {
      nodes_[count] = neighbour;
      count += met.add(neighbour) ? 1 : 0;
    }
    byte_dots(*query_, graph_->codes, std::span<const Row>(nodes_.data(), count), dots_.data());
    for (std::size_t i = 0; i < count; ++i) near_[i] = {dots_[i], nodes_[i]};
    return {near_.data(), count};
  }

 private:
  const HnswArrays* graph_;
  const ByteQuery* query_;
  std::array<Row, 2 * kLinksAtMost> nodes_;
  std::array<std::int32_t, 2 * kLinksAtMost> dots_;
  std::array<Near, 2 * kLinksAtMost> near_;
};

/// The nearest nodes met so far, nearest first, each with a mark whether its neighbours have been looked at.
class Pool {
 public:
  explicit Pool(std::size_t ef) : ef_(ef) { entries_.reserve(ef + 1); }

  void offer(const Near& near) {
    if (entries_.size() == ef_ && !nearer(near, entries_.back().near)) return;
    const auto place = std::ranges::upper_bound(entries_, near, nearer, &Entry::near);
    const auto index = static_cast<std::size_t>(place - entries_.begin());
    if (entries_.size() == ef_) entries_.pop_back();
    entries_.insert(entries_.begin() + static_cast<std::ptrdiff_t>(index), {near, false});
    next_ = std::min(next_, index);
  }

  /// The nearest whose neighbours have not been looked at; kNoNode when there is none.
  Row take() {
    while (next_ < entries_.size() && entries_[next_].taken) ++next_;
    if (next_ == entries_.size()) return kNoNode;
    entries_[next_].taken = true;
    return entries_[next_].near.node;
  }

  std::vector<Near> found() const {
    std::vector<Near> out;
    out.reserve(entries_.size());
    for (const Entry& entry : entries_) out.push_back(entry.near);
    return out;
  }

 private:
  struct Entry {
    Near near;
    bool taken = false;
  };
  std::size_t ef_;
  std::vector<Entry> entries_;
  std::size_t next_ = 0;  ///< all before it are taken
};

Near of_entry(const HnswArrays& graph, const ByteQuery& query) {
  Near entry{0, graph.shape.entry};
  byte_dots(query, graph.codes, {&entry.node, 1}, &entry.dot);
  return entry;
}

template <typename T>
bool rises(std::span<const T> values) {
  return std::ranges::is_sorted(values);
}

}  // namespace

std::span<const Row> HnswArrays::neighbours(Row node, std::uint32_t level) const {
  const std::span<const Row> slots =
      level == 0 ? base.subspan(std::size_t{node} * 2 * shape.links, 2 * std::size_t{shape.links})
                 : upper.subspan((std::size_t{levels[node]} + level - 1) * shape.links, shape.links);
  std::size_t count = slots.size();
  while (count > 0 && slots[count - 1] == kNoNode) --count;
  return slots.first(count);
}

Near HnswArrays::descend(const ByteQuery& query, std::uint32_t level) const {
  Near at = of_entry(*this, query);
  std::array<std::int32_t, kLinksAtMost> dots{};
  for (std::uint32_t l = shape.top_level; l > level; --l) {
    for (bool moved = true; moved;) {
      moved = false;
      const std::span<const Row> next = neighbours(at.node, l);
      byte_dots(query, codes, next, dots.data());
      for (std::size_t i = 0; i < next.size(); ++i) {
        if (dots[i] <= at.dot) continue;
        at = {dots[i], next[i]};
        moved = true;
      }
    }
  }
  return at;
}

std::vector<Near> HnswArrays::walk(const ByteQuery& query, Near entry, std::uint32_t level, std::size_t ef) const {
  Met met(shape.nodes);
  Fresh fresh(*this, query);
  Pool pool(ef);
  met.add(entry.node);
  pool.offer(entry);
  for (Row node = pool.take(); node != kNoNode; node = pool.take()) {
    for (const Near& near : fresh.of(node, level, met)) pool.offer(near);
  }
  return pool.found();
}

Result<std::optional<Hnsw>> Hnsw::open(const SegmentFile& file, const Vectors& vectors, std::size_t rows) {
  if (!file.has("hnsw_shape")) return std::optional<Hnsw>();
  Hnsw graph;
  GW_TRY(const auto shape, file.array<HnswShape>("hnsw_shape"));
  if (shape.size() != 1) return make_error(Code::kDataLoss, "the index contradicts itself: its graph", file.name());
  graph.arrays_.shape = shape[0];
  graph.arrays_.code_size = code_bytes(vectors.dimensions());
  GW_TRY(graph.arrays_.codes, file.array<std::uint8_t>("hnsw_codes"));
  GW_TRY(graph.arrays_.base, file.array<Row>("hnsw_base"));
  GW_TRY(graph.arrays_.levels, file.array<std::uint32_t>("hnsw_levels"));
  GW_TRY(graph.arrays_.upper, file.array<Row>("hnsw_upper"));
  GW_TRY(graph.groups_, file.array<std::uint32_t>("hnsw_groups"));
  GW_TRY(graph.rows_, file.array<Row>("hnsw_rows"));
  graph.vectors_ = vectors;
  GW_CHECK_OK(graph.check(file, rows));
  return std::optional<Hnsw>(graph);
}

Status Hnsw::check(const SegmentFile& file, std::size_t rows) const {
  const auto contradiction = [&](const char* what) {
    return make_error(Code::kDataLoss, std::string("the index contradicts itself: ") + what, file.name());
  };
  const HnswShape& shape = arrays_.shape;
  const std::size_t nodes = shape.nodes;
  if (vectors_.dimensions() == 0 || nodes == 0 || nodes > rows || shape.links == 0 || shape.links > kLinksAtMost ||
      shape.top_level > kLevelsAtMost || shape.entry >= nodes) {
    return contradiction("the shape of its graph");
  }
  if (arrays_.codes.size() != nodes * arrays_.code_size || arrays_.base.size() != nodes * 2 * shape.links) {
    return contradiction("the size of its graph");
  }
  if (arrays_.levels.size() != nodes + 1 || arrays_.levels.front() != 0 || !rises(arrays_.levels) ||
      arrays_.upper.size() != std::size_t{arrays_.levels.back()} * shape.links ||
      arrays_.level(shape.entry) != shape.top_level) {
    return contradiction("the levels of its graph");
  }
  if (groups_.size() != nodes + 1 || groups_.front() != 0 || !rises(groups_) || groups_.back() != rows ||
      rows_.size() != rows) {
    return contradiction("the rows of its graph");
  }
  Met seen(rows);
  for (const Row row : rows_) {
    if (row >= rows || !seen.add(row)) return contradiction("the rows of its graph");
  }
  // Every neighbour must have the level it is a neighbour on: a walk reads its slots there.
  for (Row node = 0; node < nodes; ++node) {
    for (std::uint32_t level = 0; level <= arrays_.level(node); ++level) {
      for (const Row neighbour : arrays_.neighbours(node, level)) {
        if (neighbour >= nodes || arrays_.level(neighbour) < level) return contradiction("the links of its graph");
      }
    }
  }
  return {};
}

std::vector<Hit> Hnsw::nearest(std::span<const float> query, std::size_t k, std::size_t ef) const {
  if (k == 0) return {};
  const ByteQuery rounded(query);
  return scored(query, k, arrays_.walk(rounded, arrays_.descend(rounded, 0), 0, std::max(ef, k)), nullptr);
}

std::optional<std::vector<Hit>> Hnsw::nearest_allowed(std::span<const float> query, std::size_t k, std::size_t ef,
                                                      const Bitmap& allowed, std::size_t visits_at_most) const {
  if (k == 0) return std::vector<Hit>();
  ef = std::max(ef, k);
  const ByteQuery rounded(query);
  const auto is_allowed = [&](Row node) {
    return std::ranges::any_of(rows_of(node), [&](Row row) { return allowed.test(row); });
  };
  const auto farther = [](const Near& a, const Near& b) { return nearer(b, a); };
  std::priority_queue<Near, std::vector<Near>, decltype(farther)> next(farther);  // the nearest on top
  std::vector<Near> kept;                                                         // a heap with the farthest on top
  Met met(arrays_.shape.nodes);
  Fresh fresh(arrays_, rounded);
  std::size_t visits = 0;
  const auto meet = [&](const Near& near) {
    if (kept.size() == ef && !nearer(near, kept.front())) return;
    next.push(near);
    if (!is_allowed(near.node)) return;
    if (kept.size() == ef) {
      std::ranges::pop_heap(kept, nearer);
      kept.pop_back();
    }
    kept.push_back(near);
    std::ranges::push_heap(kept, nearer);
  };
  const Near entry = arrays_.descend(rounded, 0);
  met.add(entry.node);
  for (meet(entry); !next.empty();) {
    const Near near = next.top();
    next.pop();
    if (kept.size() == ef && nearer(kept.front(), near)) break;
    const std::span<const Near> found = fresh.of(near.node, 0, met);
    visits += found.size();
    if (visits > visits_at_most) return std::nullopt;
    for (const Near& one : found) meet(one);
  }
  std::ranges::sort(kept, nearer);
  return scored(query, k, kept, &allowed);
}

std::vector<Hit> Hnsw::scored(std::span<const float> query, std::size_t k, std::span<const Near> found,
                              const Bitmap* allowed) const {
  // What rounding to bytes can have put behind the k-th.
  constexpr std::size_t kMargin = 16;
  std::vector<Hit> hits;
  for (const Near& near : found.first(std::min(found.size(), k + k / 2 + kMargin))) {
    for (const Row row : rows_of(near.node)) {
      if (allowed == nullptr || allowed->test(row)) hits.push_back({row, dot(query, vectors_.row(row))});
    }
  }
  std::erase_if(hits, [](const Hit& hit) { return !std::isfinite(hit.score); });
  std::ranges::sort(hits, ranks_before);
  if (hits.size() > k) hits.resize(k);
  return hits;
}

}  // namespace groundwork::search
