#include "model/principal_components.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace groundwork::model {
namespace {

constexpr int kMostSweeps = 60;  ///< convergence is quadratic: 384 x 384 takes about ten

/// A rotation in the plane of rows p and q that makes element (p, q) zero.
struct Rotation {
  double cosine = 1;
  double sine = 0;
};

Rotation rotation_of(double pp, double pq, double qq) {
  const double tau = (qq - pp) / (2 * pq);
  const double tangent = (tau >= 0 ? 1.0 : -1.0) / (std::abs(tau) + std::sqrt(1 + tau * tau));
  const double cosine = 1 / std::sqrt(1 + tangent * tangent);
  return {cosine, tangent * cosine};
}

void rotate(double& p, double& q, const Rotation& by) {
  const double old = p;
  p = by.cosine * old - by.sine * q;
  q = by.sine * old + by.cosine * q;
}

/// One pass over all pairs; how many were rotated.
std::size_t sweep(std::vector<double>& matrix, std::vector<double>& vectors, std::size_t size, double negligible) {
  std::size_t rotated = 0;
  for (std::size_t p = 0; p < size; ++p) {
    for (std::size_t q = p + 1; q < size; ++q) {
      const double pq = matrix[p * size + q];
      if (std::abs(pq) <= negligible) continue;
      const Rotation by = rotation_of(matrix[p * size + p], pq, matrix[q * size + q]);
      for (std::size_t i = 0; i < size; ++i) rotate(matrix[p * size + i], matrix[q * size + i], by);
      for (std::size_t i = 0; i < size; ++i) rotate(matrix[i * size + p], matrix[i * size + q], by);
      for (std::size_t i = 0; i < size; ++i) rotate(vectors[p * size + i], vectors[q * size + i], by);
      matrix[p * size + q] = matrix[q * size + p] = 0;
      ++rotated;
    }
  }
  return rotated;
}

/// A vector and its opposite are the same axis; one of them is chosen, so that equal input gives equal output.
void choose_sign(std::span<double> vector) {
  const auto largest = std::ranges::max_element(vector, [](double a, double b) { return std::abs(a) < std::abs(b); });
  if (*largest >= 0) return;
  for (double& value : vector) value = -value;
}

std::vector<double> mean_of(std::span<const float> rows, std::size_t width) {
  std::vector<double> mean(width);
  for (std::size_t at = 0; at < rows.size(); ++at) mean[at % width] += rows[at];
  for (double& value : mean) value /= static_cast<double>(rows.size() / width);
  return mean;
}

/// The upper triangle of the covariances.
std::vector<double> covariances(std::span<const float> rows, const std::vector<double>& mean) {
  const std::size_t width = mean.size();
  std::vector<double> sums(width * width);
  std::vector<double> row(width);
  for (std::size_t at = 0; at < rows.size(); at += width) {
    for (std::size_t i = 0; i < width; ++i) row[i] = rows[at + i] - mean[i];
    for (std::size_t i = 0; i < width; ++i) {
      for (std::size_t j = i; j < width; ++j) sums[i * width + j] += row[i] * row[j];
    }
  }
  for (double& sum : sums) sum /= static_cast<double>(rows.size() / width);
  return sums;
}

}  // namespace

SymmetricEigen symmetric_eigen(std::vector<double> matrix, std::size_t size) {
  std::vector<double> vectors(size * size);
  double squares = 0;
  for (std::size_t i = 0; i < size; ++i) {
    vectors[i * size + i] = 1;
    for (std::size_t j = i; j < size; ++j) {
      matrix[j * size + i] = matrix[i * size + j];
      squares += matrix[i * size + j] * matrix[i * size + j] * (i == j ? 1 : 2);
    }
  }
  const double negligible =
      std::sqrt(squares) * std::numeric_limits<double>::epsilon() / static_cast<double>(std::max<std::size_t>(size, 1));
  for (int i = 0; i < kMostSweeps && sweep(matrix, vectors, size, negligible) > 0; ++i) {
  }
  std::vector<std::size_t> order(size);
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return matrix[i * size + i]; });
  SymmetricEigen eigen;
  for (const std::size_t i : order) {
    eigen.values.push_back(matrix[i * size + i]);
    const std::span<double> vector = std::span(vectors).subspan(i * size, size);
    choose_sign(vector);
    eigen.vectors.insert(eigen.vectors.end(), vector.begin(), vector.end());
  }
  return eigen;
}

PrincipalComponents principal_components(std::span<const float> rows, std::size_t width, std::size_t count) {
  PrincipalComponents components;
  components.mean = mean_of(rows, width);
  SymmetricEigen eigen = symmetric_eigen(covariances(rows, components.mean), width);
  eigen.values.resize(count);
  eigen.vectors.resize(count * width);
  components.axes = std::move(eigen.vectors);
  components.variances = std::move(eigen.values);
  return components;
}

std::vector<float> project(const PrincipalComponents& components, std::span<const float> row) {
  const std::size_t width = components.mean.size();
  std::vector<float> coordinates;
  for (std::size_t at = 0; at < components.axes.size(); at += width) {
    double sum = 0;
    for (std::size_t i = 0; i < width; ++i) sum += (row[i] - components.mean[i]) * components.axes[at + i];
    coordinates.push_back(static_cast<float>(sum));
  }
  return coordinates;
}

}  // namespace groundwork::model
