#include "search/hnsw_builder.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cmath>
#include <numeric>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/random.h"
#include "search/hnsw.h"

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Status;

namespace {

constexpr std::uint32_t kHighestLevel = 16;

/// Calls f(i) for each i below `count`, on several threads where there is enough to do. f must not care which.
template <typename F>
void for_all(std::size_t count, std::size_t threads, F&& f) {
  constexpr std::size_t kChunk = 8;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t begin = next.fetch_add(kChunk); begin < count; begin = next.fetch_add(kChunk)) {
      for (std::size_t i = begin; i < std::min(begin + kChunk, count); ++i) f(i);
    }
  };
  std::vector<std::jthread> helpers;
  for (std::size_t i = 1; i < threads && i * 2 * kChunk < count; ++i) helpers.emplace_back(work);
  work();
}

std::size_t threads_of(const HnswOptions& options) {
  if (options.threads > 0) return options.threads;
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 8);
}

/// The rows by their codes: rows whose codes are the same are one node.
struct Nodes {
  std::vector<std::uint8_t> codes;    ///< [nodes][code bytes]
  std::vector<std::uint32_t> groups;  ///< where the rows of each node begin
  std::vector<Row> rows;
};

Nodes nodes_of(std::span<const float> values, std::size_t dimensions) {
  const std::size_t bytes = code_bytes(dimensions);
  const std::size_t rows = values.size() / dimensions;
  const float largest = largest_magnitude(values);
  Nodes nodes;
  nodes.codes.resize(rows * bytes);
  std::unordered_map<std::string_view, Row> known;  // of codes that stay where they are
  std::vector<Row> node_of(rows);
  Row count = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::span<std::uint8_t> code(nodes.codes.data() + std::size_t{count} * bytes, bytes);
    encode(values.subspan(row * dimensions, dimensions), largest, code);
    const auto [found, added] = known.try_emplace({reinterpret_cast<const char*>(code.data()), bytes}, count);
    node_of[row] = found->second;
    if (added) ++count;
  }
  nodes.codes.resize(std::size_t{count} * bytes);
  nodes.groups.assign(count + 1, 0);
  for (const Row node : node_of) ++nodes.groups[node + 1];
  std::partial_sum(nodes.groups.begin(), nodes.groups.end(), nodes.groups.begin());
  nodes.rows.resize(rows);
  std::vector<std::uint32_t> next = nodes.groups;
  for (Row row = 0; row < rows; ++row) nodes.rows[next[node_of[row]]++] = row;
  return nodes;
}

/// A link that a new node asks of one that is there.
struct Wish {
  std::uint32_t level = 0;
  Row target = 0;
  Near from;
};

/// Nodes are inserted in batches: those of a batch look for their neighbours in the graph as it is before it, on
/// several threads, then the nodes they found take them up. So threads change nothing in the result. A batch has a
/// fiftieth of what is there at most, so few neighbours are missed. Nodes with high levels come first: the entry never
/// changes.
/// @source the batches: Manohar et al. 2024, "ParlayANN: Scalable and Deterministic Parallel Graph-Based Approximate
/// Nearest Neighbor Search Algorithms", PPoPP
class Builder {
 public:
  Builder(const Nodes& nodes, std::size_t code_size, const HnswOptions& options)
      : options_(options), threads_(threads_of(options)) {
    const auto count = static_cast<std::uint32_t>(nodes.groups.size() - 1);
    draw_levels(count);
    graph_.shape = {count, options.links, level_of(order_.front()), order_.front()};
    graph_.code_size = code_size;
    graph_.codes = nodes.codes;
    base_.assign(std::size_t{count} * 2 * options.links, kNoNode);
    upper_.assign(std::size_t{levels_.back()} * options.links, kNoNode);
    graph_.base = base_;
    graph_.upper = upper_;
    graph_.levels = levels_;
  }

  Status build(const GraphProgress& progress, const std::stop_token& stop) {
    constexpr std::size_t kLargestBatch = 1024;
    for (std::size_t begin = 1; begin < order_.size();) {
      if (stop.stop_requested()) return make_error(Code::kCancelled, "making the graph of the vectors was cancelled");
      const std::size_t size = std::clamp<std::size_t>(begin / 50, 1, kLargestBatch);
      const std::size_t end = std::min(begin + size, order_.size());
      insert({order_.data() + begin, end - begin});
      begin = end;
      if (progress) progress(begin, order_.size());
    }
    return {};
  }

  void finish(SegmentFileWriter& writer) const {
    writer.add_array<HnswShape>("hnsw_shape", {&graph_.shape, 1});
    writer.add_array<Row>("hnsw_base", base_);
    writer.add_array<std::uint32_t>("hnsw_levels", levels_);
    writer.add_array<Row>("hnsw_upper", upper_);
  }

 private:
  std::uint32_t level_of(Row node) const { return levels_[node + 1] - levels_[node]; }

  void draw_levels(std::uint32_t count) {
    base::Random random(options_.seed);
    order_.resize(count);
    std::iota(order_.begin(), order_.end(), Row{0});
    random.shuffle(order_);
    levels_.assign(count + 1, 0);
    const double scale = 1 / std::log(std::max<double>(options_.links, 2));
    for (Row node = 0; node < count; ++node) {
      const double drawn = -std::log(1 - random.unit()) * scale;
      levels_[node + 1] = levels_[node] + std::min(static_cast<std::uint32_t>(drawn), kHighestLevel);
    }
    std::ranges::stable_sort(order_, std::greater<>(), [&](Row node) { return level_of(node); });
  }

  std::span<Row> slots(Row node, std::uint32_t level) {
    if (level == 0) return std::span(base_).subspan(std::size_t{node} * 2 * options_.links, 2 * options_.links);
    return std::span(upper_).subspan((std::size_t{levels_[node]} + level - 1) * options_.links, options_.links);
  }

  void insert(std::span<const Row> batch) {
    std::vector<std::vector<Wish>> wishes(batch.size());
    for_all(batch.size(), threads_, [&](std::size_t i) { wishes[i] = link(batch[i]); });
    std::vector<Wish> all;
    for (const std::vector<Wish>& one : wishes) all.insert(all.end(), one.begin(), one.end());
    std::ranges::sort(all, [](const Wish& a, const Wish& b) {
      if (a.level != b.level) return a.level < b.level;
      return a.target != b.target ? a.target < b.target : nearer(a.from, b.from);
    });
    std::vector<std::span<const Wish>> by_target;
    for (auto begin = all.begin(); begin != all.end();) {
      const auto end = std::find_if(
          begin, all.end(), [&](const Wish& one) { return one.level != begin->level || one.target != begin->target; });
      by_target.emplace_back(begin, end);
      begin = end;
    }
    for_all(by_target.size(), threads_, [&](std::size_t i) { grant(by_target[i]); });
  }

  /// Gives a new node its neighbours; what it wishes of them.
  std::vector<Wish> link(Row node) {
    const ByteQuery query(graph_.code(node));
    const std::uint32_t top = std::min(level_of(node), graph_.shape.top_level);
    std::vector<Wish> wishes;
    Near entry = graph_.descend(query, top);
    for (std::uint32_t level = top + 1; level-- > 0;) {
      const std::vector<Near> found = graph_.walk(query, entry, level, options_.ef_construction);
      entry = found.front();
      const std::vector<Near> chosen = choose(found, options_.links);
      const std::span<Row> own = slots(node, level);
      for (std::size_t i = 0; i < chosen.size(); ++i) {
        own[i] = chosen[i].node;
        wishes.push_back({level, chosen[i].node, {chosen[i].dot, node}});
      }
    }
    return wishes;
  }

  /// Takes the wishes of one node on one level up among its neighbours, and keeps the best where they are too many.
  void grant(std::span<const Wish> wishes) {
    const Row node = wishes.front().target;
    const std::span<Row> own = slots(node, wishes.front().level);
    const std::span<const Row> before = graph_.neighbours(node, wishes.front().level);
    std::size_t count = before.size();
    if (count + wishes.size() <= own.size()) {
      for (const Wish& wish : wishes) own[count++] = wish.from.node;
      return;
    }
    std::vector<std::int32_t> dots(count);
    byte_dots(ByteQuery(graph_.code(node)), graph_.codes, before, dots.data());
    std::vector<Near> candidates;
    for (std::size_t i = 0; i < count; ++i) candidates.push_back({dots[i], before[i]});
    for (const Wish& wish : wishes) candidates.push_back(wish.from);
    std::ranges::sort(candidates, nearer);
    const std::vector<Near> chosen = choose(candidates, own.size());
    std::ranges::fill(own, kNoNode);
    for (std::size_t i = 0; i < chosen.size(); ++i) own[i] = chosen[i].node;
  }

  /// Algorithm 4 of the paper: a candidate that is nearer to one chosen before it than to the node is left out, so
  /// that links go in all directions. @param candidates  nearest first
  std::vector<Near> choose(std::span<const Near> candidates, std::size_t most) const {
    std::vector<Near> chosen;
    std::vector<Row> nodes;
    std::vector<std::int32_t> dots(most);
    ByteQuery query({graph_.code(candidates.front().node)});
    for (const Near& candidate : candidates) {
      if (chosen.size() == most) break;
      query.assign(graph_.code(candidate.node));
      byte_dots(query, graph_.codes, nodes, dots.data());
      const bool hidden = std::any_of(dots.begin(), dots.begin() + static_cast<std::ptrdiff_t>(nodes.size()),
                                      [&](std::int32_t dot) { return dot > candidate.dot; });
      if (hidden) continue;
      chosen.push_back(candidate);
      nodes.push_back(candidate.node);
    }
    return chosen;
  }

  HnswOptions options_;
  std::size_t threads_;
  HnswArrays graph_;
  std::vector<Row> order_;  ///< in which nodes are inserted
  std::vector<std::uint32_t> levels_;
  std::vector<Row> base_;
  std::vector<Row> upper_;
};

}  // namespace

Status add_graph(std::span<const float> values, std::size_t dimensions, const HnswOptions& options,
                 SegmentFileWriter& writer, const GraphProgress& progress, const std::stop_token& stop) {
  assert(dimensions > 0 && values.size() >= dimensions);
  const Nodes nodes = nodes_of(values, dimensions);
  Builder builder(nodes, code_bytes(dimensions), options);
  GW_CHECK_OK(builder.build(progress, stop));
  builder.finish(writer);
  writer.add_array<std::uint8_t>("hnsw_codes", nodes.codes);
  writer.add_array<std::uint32_t>("hnsw_groups", nodes.groups);
  writer.add_array<Row>("hnsw_rows", nodes.rows);
  return {};
}

}  // namespace groundwork::search
