#include "model/principal_components.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace groundwork::model {
namespace {

TEST(SymmetricEigen, OfTwoByTwoIsTheOneByHand) {
  // [[2, 1], [1, 2]]: 3 along (1, 1), 1 along (1, -1).
  const SymmetricEigen eigen = symmetric_eigen({2, 1, 1, 2}, 2);
  const double half = std::sqrt(0.5);
  ASSERT_EQ(eigen.values.size(), 2U);
  EXPECT_NEAR(eigen.values[0], 3, 1e-14);
  EXPECT_NEAR(eigen.values[1], 1, 1e-14);
  EXPECT_NEAR(eigen.vectors[0], half, 1e-14);
  EXPECT_NEAR(eigen.vectors[1], half, 1e-14);
  EXPECT_NEAR(std::abs(eigen.vectors[2]), half, 1e-14);
  EXPECT_NEAR(eigen.vectors[2], -eigen.vectors[3], 1e-14);
}

TEST(SymmetricEigen, OfTheSecondDifferenceHasItsClosedForm) {
  // The n x n matrix with 2 on the diagonal and -1 beside it has the values 2 - 2 cos(k pi / (n + 1)), k from 1 to n.
  constexpr std::size_t kSize = 50;
  std::vector<double> matrix(kSize * kSize);
  for (std::size_t i = 0; i < kSize; ++i) {
    matrix[i * kSize + i] = 2;
    if (i + 1 < kSize) matrix[i * kSize + i + 1] = matrix[(i + 1) * kSize + i] = -1;
  }
  const SymmetricEigen eigen = symmetric_eigen(matrix, kSize);
  for (std::size_t k = 1; k <= kSize; ++k) {
    EXPECT_NEAR(eigen.values[kSize - k], 2 - 2 * std::cos(static_cast<double>(k) * M_PI / (kSize + 1)), 1e-13);
  }
}

TEST(SymmetricEigen, OfRandomMatricesMultipliesBackAndIsOrthonormal) {
  constexpr std::size_t kSize = 64;
  base::Random random(7);
  std::vector<double> matrix(kSize * kSize);
  for (std::size_t i = 0; i < kSize; ++i) {
    for (std::size_t j = i; j < kSize; ++j) matrix[i * kSize + j] = matrix[j * kSize + i] = random.unit() * 2 - 1;
  }
  const SymmetricEigen eigen = symmetric_eigen(matrix, kSize);
  for (std::size_t i = 0; i < kSize; ++i) {
    for (std::size_t j = 0; j < kSize; ++j) {
      double back = 0;
      double product = 0;
      for (std::size_t k = 0; k < kSize; ++k) {
        back += eigen.vectors[k * kSize + i] * eigen.values[k] * eigen.vectors[k * kSize + j];
        product += eigen.vectors[i * kSize + k] * eigen.vectors[j * kSize + k];
      }
      EXPECT_NEAR(back, matrix[i * kSize + j], 1e-12);
      EXPECT_NEAR(product, i == j ? 1 : 0, 1e-13);
    }
  }
}

TEST(SymmetricEigen, OfZerosIsZeroAlongTheAxes) {
  const SymmetricEigen eigen = symmetric_eigen(std::vector<double>(9), 3);
  EXPECT_EQ(eigen.values, std::vector<double>(3));
  EXPECT_EQ(eigen.vectors, (std::vector<double>{1, 0, 0, 0, 1, 0, 0, 0, 1}));
}

TEST(PrincipalComponents, OfPointsOnALineAreTheLine) {
  // (1, 1), (2, 3), (3, 5): mean (2, 3), direction (1, 2), variance (1 + 4) * 2 / 3.
  const std::vector<float> rows = {1, 1, 2, 3, 3, 5};
  const PrincipalComponents components = principal_components(rows, 2, 1);
  EXPECT_NEAR(components.variances.at(0), 10.0 / 3, 1e-12);
  EXPECT_NEAR(components.axes.at(0), 1 / std::sqrt(5.0), 1e-12);
  EXPECT_NEAR(components.axes.at(1), 2 / std::sqrt(5.0), 1e-12);
  EXPECT_EQ(components.axes.size(), 2U);
  EXPECT_NEAR(project(components, std::span(rows).last(2)).at(0), std::sqrt(5.0), 1e-6);
}

TEST(PrincipalComponents, AllOfThemKeepDistances) {
  constexpr std::size_t kWidth = 16;
  base::Random random(3);
  std::vector<float> rows(40 * kWidth);
  for (float& value : rows) value = static_cast<float>(random.unit());
  const PrincipalComponents components = principal_components(rows, kWidth, kWidth);
  const auto first = project(components, std::span(rows).first(kWidth));
  const auto last = project(components, std::span(rows).last(kWidth));
  double before = 0;
  double after = 0;
  for (std::size_t i = 0; i < kWidth; ++i) {
    before += std::pow(rows[i] - rows[rows.size() - kWidth + i], 2);
    after += std::pow(first[i] - last[i], 2);
  }
  EXPECT_NEAR(before, after, 1e-5);
}

}  // namespace
}  // namespace groundwork::model
