#pragma once

// How far a target changes its answers between runs of the same cases.

#include <cstddef>
#include <span>
#include <vector>

namespace groundwork::score {

struct CaseFlakiness {
  std::size_t runs = 0;
  double mean = 0;
  double deviation = 0;     ///< of the runs, n - 1 below the line; 0 for one run
  double disagreement = 0;  ///< probability that two different runs differ by more than the tolerance, as estimated
                            ///< from all pairs; in [0, 1]
  bool flaky = false;       ///< some two runs differed
};

struct Flakiness {
  std::vector<CaseFlakiness> cases;  ///< in their order
  std::size_t repeated = 0;          ///< cases with at least two runs: only these tell anything
  std::size_t flaky = 0;             ///< of those
  double disagreement = 0;           ///< mean over the repeated cases; 0 when there are none
  double noise = 0;  ///< deviation of one run of a case from its own mean, pooled over the repeated cases
  /// Deviation of the suite's mean from one run to the next: noise / sqrt(cases), cases being independent.
  double noise_of_mean = 0;
};

/// @param runs  for each case its value in each run, at least one
/// @param tolerance  values nearer than this are the same
Flakiness flakiness(std::span<const std::vector<double>> runs, double tolerance = 1e-9);

}  // namespace groundwork::score
