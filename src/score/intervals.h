#pragma once

// Between which values a mean lies, when other cases of the same kind could as well have been drawn.

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "search/paired_statistics.h"

namespace groundwork::score {

using search::Interval;

/// @param level  of confidence, between 0 and 1
/// @param cases  at least 1; successes at most that
/// Covers `level` on average over what the truth may be, near 0 and 1 too, and of all common intervals strays least; at
/// one single truth very near 0 or 1 no interval of counts can.
/// @source Wilson 1927, "Probable inference, the law of succession, and statistical inference"; without continuity
///         correction; Brown, Cai and DasGupta 2001, "Interval estimation for a binomial proportion"
Interval wilson_interval(std::size_t successes, std::size_t cases, double level = 0.95);

/// Covers at least `level` whatever the truth is, so more than that mostly.
/// @source Clopper and Pearson 1934, "The use of confidence or fiducial limits illustrated in the case of the binomial"
Interval clopper_pearson_interval(std::size_t successes, std::size_t cases, double level = 0.95);

/// Whether every value is 0 or 1.
bool is_binary(std::span<const double> values);

/// Of the mean of independent cases: wilson_interval of shares; else the studentised bootstrap, which follows the skew
/// that scores have (most near 1, a few at 0), where search::mean_interval would cover too little; Student's where one
/// value is so common that many resamples have no other; above kBootstrapped values, where the skew no longer shows,
/// the normal interval. Values that are all the same give an interval of no
/// width; fewer than two, or repeated runs of one case among them, have none: take the mean of each case first.
/// @source Efron and Tibshirani 1993, "An Introduction to the Bootstrap", section 12.5
std::optional<Interval> interval_of_mean(std::span<const double> values, const search::ResamplingOptions& options = {});
inline constexpr std::size_t kBootstrapped = 5'000;

/// Which of them interval_of_mean takes for such values: "Wilson", "studentised bootstrap", "Student", "normal"; empty:
/// none.
std::string_view method_of_mean(std::span<const double> values, double level = 0.95);

/// Of the mean of differences that are paired by case. Of differences of shares (-1, 0, 1): Wald's with half a case
/// more of each outcome; else Student's. method_of_difference says which: "Agresti-Min", "Student"; empty: none.
/// @source Agresti and Min 2005, "Simple improved confidence intervals for comparing matched proportions"
std::optional<Interval> difference_interval(std::span<const double> differences, double level = 0.95);
std::string_view method_of_difference(std::span<const double> differences);

}  // namespace groundwork::score
