#include "text/piece_trie.h"

#include <utility>

namespace groundwork::text {

PieceTrie::PieceTrie() : edges_(std::size_t{1} << 10), shift_(32 - 10), ids_(2, kNone) {}

std::size_t PieceTrie::find(std::uint32_t key) const {
  const std::size_t mask = edges_.size() - 1;
  std::size_t at = key * 0x9E3779B1U >> shift_;
  while (edges_[at].key != key && edges_[at].key != 0) at = (at + 1) & mask;
  return at;
}

void PieceTrie::grow() {
  const std::vector<Edge> old = std::exchange(edges_, std::vector<Edge>(edges_.size() * 2));
  --shift_;
  for (const Edge& edge : old)
    if (edge.key != 0) edges_[find(edge.key)] = edge;
}

PieceTrie::Added PieceTrie::add(std::string_view piece, Place place, std::uint32_t id) {
  auto node = static_cast<std::uint32_t>(place);
  for (const char byte : piece) {
    const std::uint32_t key = key_of(node, byte);
    if (const Edge& edge = edges_[find(key)]; edge.key != 0) {
      node = edge.child;
      continue;
    }
    if (ids_.size() == kMostNodes) return Added::kFull;
    if (ids_.size() * 2 >= edges_.size()) grow();
    node = static_cast<std::uint32_t>(ids_.size());
    edges_[find(key)] = {key, node};
    ids_.push_back(kNone);
  }
  if (ids_[node] != kNone) return Added::kDuplicate;
  ids_[node] = id;
  return Added::kYes;
}

PieceTrie::Match PieceTrie::longest(std::string_view text, Place place) const {
  Match best;
  auto node = static_cast<std::uint32_t>(place);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const Edge& edge = edges_[find(key_of(node, text[i]))];
    if (edge.key == 0) break;
    node = edge.child;
    if (ids_[node] != kNone) best = {ids_[node], i + 1};
  }
  return best;
}

}  // namespace groundwork::text
