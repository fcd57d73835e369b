#include "search/byte_vectors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "base/random.h"
#include "search/testing.h"
#include "search/vectors.h"

namespace groundwork::search {
namespace {

TEST(ByteVectors, SumsAreThoseOfTheIntegersForEverySize) {
  base::Random random(1);
  for (std::size_t dimensions = 1; dimensions <= 400; dimensions += 1 + dimensions / 9) {
    const std::size_t bytes = code_bytes(dimensions);
    constexpr std::size_t kVectors = 11;
    std::vector<std::uint8_t> codes(kVectors * bytes, 128);
    for (std::size_t v = 0; v < kVectors; ++v) {
      for (std::size_t i = 0; i < dimensions; ++i) {
        codes[v * bytes + i] = static_cast<std::uint8_t>(v == 0 ? 255 : 1 + random.below(255));
      }
    }
    std::vector<Row> which(kVectors);
    std::iota(which.rbegin(), which.rend(), Row{0});
    const ByteQuery query(std::span<const std::uint8_t>(codes).first(bytes));
    std::vector<std::int32_t> dots(kVectors);
    byte_dots(query, codes, which, dots.data());
    for (std::size_t k = 0; k < kVectors; ++k) {
      std::int32_t expected = 0;
      for (std::size_t i = 0; i < bytes; ++i) expected += (codes[i] - 128) * (codes[which[k] * bytes + i] - 128);
      EXPECT_EQ(dots[k], expected) << dimensions;
    }
  }
}

TEST(ByteVectors, ProductsAreNearlyThoseOfTheFloats) {
  constexpr std::size_t kDimensions = 384;
  const std::vector<float> values = clustered_vectors(50, kDimensions, 2);
  const float largest = largest_magnitude(values);
  std::vector<std::uint8_t> codes(50 * code_bytes(kDimensions));
  std::vector<Row> which(50);
  std::iota(which.begin(), which.end(), Row{0});
  const auto row = [&](std::size_t r) { return std::span<const float>(values).subspan(r * kDimensions, kDimensions); };
  for (std::size_t r = 0; r < 50; ++r) {
    encode(row(r), largest, std::span(codes).subspan(r * code_bytes(kDimensions), code_bytes(kDimensions)));
  }
  std::vector<std::int32_t> dots(50);
  byte_dots(ByteQuery(row(0)), codes, which, dots.data());
  const float scale = largest_magnitude(row(0)) / 127 * largest / 127;
  for (std::size_t r = 0; r < 50; ++r) {
    EXPECT_NEAR(static_cast<float>(dots[r]) * scale, dot(row(0), row(r)), 0.005F);
  }
}

TEST(ByteVectors, WhatIsNotFiniteCountsAsNothing) {
  const float values[3] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -0.5F};
  EXPECT_EQ(largest_magnitude(values), 0.5F);
  EXPECT_EQ(largest_magnitude({}), 1.0F);
  std::vector<std::uint8_t> codes(64);
  encode(values, 0.5F, codes);
  EXPECT_EQ(codes[0], 128);
  EXPECT_EQ(codes[1], 128);
  EXPECT_EQ(codes[2], 1);
  EXPECT_EQ(codes[63], 128);
}

}  // namespace
}  // namespace groundwork::search
