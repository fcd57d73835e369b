#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <vector>

#include "model/decoder.h"

namespace groundwork::model {

/// Sequences whose requests are done, kept because another prompt may begin like them. Knows of no decoder: who evicts
/// forgets the sequence there.
class PrefixCache {
 public:
  struct Match {
    std::int32_t sequence = 0;
    std::size_t tokens = 0;  ///< in common, from the start
  };

  /// The kept sequence that has most in common with `prompt`, and at least one token; it counts as used.
  std::optional<Match> find(std::span<const Token> prompt);

  /// Keeps a sequence, as the one used last. @return kept sequences that are beginnings of it, and are kept no more
  std::vector<std::int32_t> keep(std::int32_t sequence, std::vector<Token> tokens);

  /// Lets go of the one that was not used for longest; nothing when none is kept.
  std::optional<std::int32_t> evict();

  std::size_t size() const { return kept_.size(); }
  /// Sum of the lengths; what sequences share counts each time.
  std::size_t tokens() const { return tokens_; }

 private:
  struct Kept {
    std::int32_t sequence = 0;
    std::vector<Token> tokens;
  };
  std::list<Kept> kept_;  ///< the one used last stands last
  std::size_t tokens_ = 0;
};

/// Tokens that two sequences have in common, from the start.
std::size_t common_prefix(std::span<const Token> a, std::span<const Token> b);

}  // namespace groundwork::model
