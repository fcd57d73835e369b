#pragma once

// How probable what was seen is when nothing changed: values of two runs, paired by case.

#include <cstddef>
#include <cstdint>
#include <span>

#include "search/paired_statistics.h"

namespace groundwork::score {

/// What else there could be than no change. kLess: the differences are below 0.
enum class Alternative { kTwoSided, kLess, kGreater };

/// The exact test of pairs of which one is right and the other wrong.
/// @param gained  pairs that were wrong before and are right now; kGreater asks whether these are more
/// @return  in (0, 1]; 1 for two sides without any pair
/// @source  McNemar 1947, "Note on the sampling error of the difference between correlated proportions"; the binomial
///          probability, not its approximation
double mcnemar_p(std::size_t gained, std::size_t lost, Alternative alternative = Alternative::kTwoSided);

enum class WilcoxonMethod {
  kExact,   ///< all signs; right without ties, at most 1000 differences that are not 0, else as kNormal
  kNormal,  ///< with a correction for ties, without one for continuity
};
struct Wilcoxon {
  double positive = 0;  ///< sum of the ranks of positive differences; tied sizes share their ranks' mean
  double negative = 0;
  double p = 1;  ///< 1 when all differences are 0
};
/// @source  Wilcoxon 1945, "Individual comparisons by ranking methods"; differences of 0 are left out. As
///          scipy.stats.wilcoxon with zero_method "wilcox"
Wilcoxon wilcoxon_signed_rank(std::span<const double> differences, Alternative alternative = Alternative::kTwoSided,
                              WilcoxonMethod method = WilcoxonMethod::kNormal);

struct SignFlipOptions {
  std::uint64_t seed = 1;
  std::size_t permutations = 10'000;
  /// Draws end when so many were as far as what was seen: p is then known well enough, and large.
  std::size_t enough = 300;
};
/// How probable a sum at least as far below 0 (above, with kGreater) is when each difference could as well have had the
/// other sign: exact for two runs of the same thing whatever its values and repeats, because then either could have
/// been the baseline. All signs are tried when at most 16 differences are not 0.
/// @param alternative  kLess or kGreater; for two sides there is search::randomisation_p
/// @return  in (0, 1]
/// @source  Fisher's randomisation test; Besag and Clifford 1991, "Sequential Monte Carlo p-values", for where draws
/// end
double sign_flip_p(std::span<const double> differences, Alternative alternative, const SignFlipOptions& options = {});

}  // namespace groundwork::score
