#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "search/hit.h"

namespace groundwork::search {

/// A set of rows below a fixed size.
class Bitmap {
 public:
  explicit Bitmap(std::size_t rows, bool value = false)
      : words_((rows + 63) / 64, value ? ~std::uint64_t{0} : 0), rows_(rows) {
    clear_tail();
  }

  bool test(Row row) const { return (words_[row / 64] >> (row % 64) & 1U) != 0; }
  void set(Row row) { words_[row / 64] |= std::uint64_t{1} << (row % 64); }
  void reset(Row row) { words_[row / 64] &= ~(std::uint64_t{1} << (row % 64)); }
  std::size_t size() const { return rows_; }

  std::size_t count() const {
    std::size_t total = 0;
    for (const std::uint64_t word : words_) total += static_cast<std::size_t>(std::popcount(word));
    return total;
  }

  /// Both sets must be of one size.
  Bitmap& operator&=(const Bitmap& other) {
    assert(rows_ == other.rows_);
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
    return *this;
  }
  Bitmap& operator|=(const Bitmap& other) {
    assert(rows_ == other.rows_);
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
    return *this;
  }
  void flip() {
    for (std::uint64_t& word : words_) word = ~word;
    clear_tail();
  }

  /// Calls f(row) for each row in the set, in rising order.
  template <typename F>
  void for_each(F&& f) const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      for (std::uint64_t word = words_[i]; word != 0; word &= word - 1) {
        f(static_cast<Row>(i * 64 + static_cast<std::size_t>(std::countr_zero(word))));
      }
    }
  }

  friend bool operator==(const Bitmap&, const Bitmap&) = default;

 private:
  void clear_tail() {
    if (rows_ % 64 != 0) words_.back() &= (std::uint64_t{1} << (rows_ % 64)) - 1;
  }

  std::vector<std::uint64_t> words_;
  std::size_t rows_ = 0;
};

}  // namespace groundwork::search
