#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace groundwork::model {

/// Values descending; row i of `vectors` is the unit vector of values[i], its component of the largest magnitude
/// positive.
struct SymmetricEigen {
  std::vector<double> values;   ///< [size]
  std::vector<double> vectors;  ///< [size][size]
};

/// @param matrix  [size][size], symmetric and finite; the upper triangle decides
/// @source Golub and Van Loan, "Matrix Computations", 4th edition, algorithm 8.5.3 (cyclic Jacobi)
SymmetricEigen symmetric_eigen(std::vector<double> matrix, std::size_t size);

/// The directions in which rows differ most.
struct PrincipalComponents {
  std::vector<double> mean;       ///< [width]
  std::vector<double> axes;       ///< [count][width], orthonormal, the one of most variance first
  std::vector<double> variances;  ///< [count], descending: the sum of squares over the number of rows
};

/// @param rows   [any][width], finite, at least one row
/// @param count  at most width
PrincipalComponents principal_components(std::span<const float> rows, std::size_t width, std::size_t count);

/// The coordinates of one row, [width], on the axes: [count].
std::vector<float> project(const PrincipalComponents& components, std::span<const float> row);

}  // namespace groundwork::model
