#include "model/sequence_cells.h"

#include <cassert>

namespace groundwork::model {

SequenceCells::SequenceCells(std::size_t cells, std::size_t sequences) : sequences_(sequences), owners_(cells) {
  for (std::size_t cell = cells; cell-- > 0;) free_.push_back(static_cast<std::int32_t>(cell));
}

std::int32_t SequenceCells::append(std::int32_t sequence) {
  assert(!free_.empty());
  const std::int32_t cell = free_.back();
  free_.pop_back();
  owners_[static_cast<std::size_t>(cell)] = 1;
  sequences_[static_cast<std::size_t>(sequence)].push_back(cell);
  return cell;
}

void SequenceCells::share(std::int32_t from, std::int32_t to, std::int32_t tokens) {
  const auto& source = sequences_[static_cast<std::size_t>(from)];
  auto& target = sequences_[static_cast<std::size_t>(to)];
  assert(target.empty() && static_cast<std::size_t>(tokens) <= source.size());
  target.assign(source.begin(), source.begin() + tokens);
  for (const std::int32_t cell : target) ++owners_[static_cast<std::size_t>(cell)];
}

void SequenceCells::forget(std::int32_t sequence) {
  auto& cells = sequences_[static_cast<std::size_t>(sequence)];
  for (auto cell = cells.rbegin(); cell != cells.rend(); ++cell) {  // so that the first ones are taken first again
    if (--owners_[static_cast<std::size_t>(*cell)] == 0) free_.push_back(*cell);
  }
  cells.clear();
}

}  // namespace groundwork::model
