#pragma once

// How sure a mean over queries is, and a difference of two. In scope: arithmetic on values that are paired by query;
// the same seed gives the same numbers on every machine. Not in scope: where the values come from.

#include <cstdint>
#include <optional>
#include <span>

namespace groundwork::search {

struct Interval {
  double low = 0;
  double high = 0;
  friend bool operator==(const Interval&, const Interval&) = default;
};

struct ResamplingOptions {
  std::uint64_t seed = 1;
  double level = 0.95;                 ///< of intervals, between 0 and 1
  std::size_t resamples = 10'000;      ///< of the bootstrap
  std::size_t permutations = 100'000;  ///< of the randomisation test, where they can't all be enumerated
};

double mean_of(std::span<const double> values);
/// With n - 1 below the line; 0 for fewer than two.
double deviation_of(std::span<const double> values);

/// The interval of the mean by the percentile bootstrap over queries. Of values that are all the same it is that value;
/// of fewer than two there is none.
/// @source Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13
/// @deviation the two tails are those of Student's t times sqrt(n / (n - 1)), not the normal's: a bootstrap interval of
///            few values is else too narrow (Hesterberg 2015, "What Teachers Should Know About the Bootstrap")
std::optional<Interval> mean_interval(std::span<const double> values, const ResamplingOptions& options = {});

/// How probable a mean at least as far from 0 is when every difference could as well have had the other sign. All signs
/// are tried when at most 16 differences are not 0, else `permutations` of them, the observed one counted too: in
/// (0, 1]. 1 when all are 0.
/// @source Fisher's randomisation test; Smucker, Allan and Carterette 2007, "A comparison of statistical significance
///         tests for information retrieval evaluation"
double randomisation_p(std::span<const double> differences, const ResamplingOptions& options = {});

/// Student's paired t-test, two-sided: in [0, 1]. 1 when all are 0 or there are fewer than two.
double student_p(std::span<const double> differences);

/// How many queries would show a mean difference with a two-sided test at 5 % in four of five experiments.
/// @param deviation  of the differences
/// @return  0 when difference or deviation is 0
/// @source ((z(0.975) + z(0.8)) * deviation / difference)^2, rounded up
std::size_t queries_to_tell(double difference, double deviation);

}  // namespace groundwork::search
