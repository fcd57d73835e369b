#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace groundwork::base {

/// SplitMix64: the same sequence from the same seed on every machine and compiler, which std::shuffle and the
/// standard distributions do not promise. Not for secrets.
/// @source Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();
  /// Uniform in [0, bound), without modulo bias. `bound` must be positive.
  std::uint64_t below(std::uint64_t bound);
  /// Uniform in [0, 1).
  double unit();

  /// Fisher-Yates.
  template <typename T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  std::uint64_t state_;
};

/// 128 bits from the operating system as 32 hexadecimal digits: ids that must not be guessed or repeated.
std::string random_id();
/// 53 bits from the operating system: a seed that JavaScript can hold exactly.
std::uint64_t random_seed();

}  // namespace groundwork::base
