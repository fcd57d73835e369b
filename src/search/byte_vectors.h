#pragma once

// Vectors with a byte a number: a quarter of the memory that a walk over a graph has to fetch. In scope: the rounding
// and sums of products. Not in scope: exact scores; those are of the floats they were made from.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "search/hit.h"

namespace groundwork::search {

/// Bytes a vector: a multiple of 64, so that a vector begins a cache line.
constexpr std::size_t code_bytes(std::size_t dimensions) { return (dimensions + 63) / 64 * 64; }

/// The largest magnitude among the numbers that are finite; 1 where all are 0.
float largest_magnitude(std::span<const float> values);

/// round(127 value / largest) + 128 for each number, 1 to 255; 128 for what is not finite and behind the last.
/// @param out  code_bytes(vector.size()) bytes
void encode(std::span<const float> vector, float largest, std::span<std::uint8_t> out);

/// One side of a product: the codes less 128, in the order of the codes.
class ByteQuery {
 public:
  /// Rounded by its own largest magnitude.
  explicit ByteQuery(std::span<const float> vector);
  /// @param codes  code_bytes() of a vector's codes
  explicit ByteQuery(std::span<const std::uint8_t> codes) { assign(codes); }
  void assign(std::span<const std::uint8_t> codes);

  std::span<const std::int8_t> values() const { return values_; }
  /// 128 times the sum of the values: what the codes' offset adds to a sum of products.
  std::int32_t offset() const { return offset_; }

 private:
  std::vector<std::int8_t> values_;
  std::int32_t offset_ = 0;
};

/// Sums of the products of a query and each of the vectors `which`: the cosines times a positive constant of the query.
/// Whole numbers, so every processor finds the same, whatever it does it with: AVX-512 with VNNI, AVX2, or neither.
/// @param codes    [vectors][code_bytes]
/// @param out      as many as `which`
void byte_dots(const ByteQuery& query, std::span<const std::uint8_t> codes, std::span<const Row> which,
               std::int32_t* out);

}  // namespace groundwork::search
