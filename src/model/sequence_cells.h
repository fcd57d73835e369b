#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace groundwork::model {

/// Which cells of a memory of keys and values each sequence has, in the order of its tokens. Sequences may have cells
/// in common; one is free again when none has it. Not thread-safe.
class SequenceCells {
 public:
  SequenceCells(std::size_t cells, std::size_t sequences);

  std::size_t free() const { return free_.size(); }
  std::span<const std::int32_t> of(std::int32_t sequence) const {
    return sequences_[static_cast<std::size_t>(sequence)];
  }

  /// The cell of the sequence's next token; there must be a free one.
  std::int32_t append(std::int32_t sequence);
  /// The first `tokens` of `from` become those of `to`, which is empty.
  void share(std::int32_t from, std::int32_t to, std::int32_t tokens);
  void forget(std::int32_t sequence);

 private:
  std::vector<std::vector<std::int32_t>> sequences_;
  std::vector<std::int32_t> owners_;  ///< of each cell
  std::vector<std::int32_t> free_;    ///< the next one last
};

}  // namespace groundwork::model
