#pragma once

// How many cases a suite needs to tell a drop from chance, before anything is run and after.

#include <cstddef>

namespace groundwork::score {

/// Of a one-sided test at `alpha`.
struct TestPlan {
  double alpha = 0.01;
  double power = 0.8;  ///< with which the drop is to be found
};

/// How often the exact one-sided McNemar test finds a drop. Exact.
/// @param discordance  share of cases that change between two runs when the drop is there; raised to `drop` when below
/// @param drop         of the share of right cases, in (0, 1)
double binary_power(std::size_t cases, double discordance, double drop, double alpha);

/// How often the same test cries regression when nothing changed: at most alpha.
double binary_false_alarms(std::size_t cases, double discordance, double alpha);

/// How often Student's one-sided paired test finds a drop; the sign-flip test does nearly as well.
/// @param deviation  of the differences of cases, above 0
/// @source  the noncentral t distribution; above 30 cases its approximation in Abramowitz and Stegun 1964, 26.7.10
double mean_power(std::size_t cases, double deviation, double drop, double alpha);

inline constexpr std::size_t kMostCases = 10'000'000;

/// The fewest cases with which the drop is found with the plan's power; kMostCases: as many or more.
std::size_t binary_cases_needed(double discordance, double drop, const TestPlan& plan = {});
std::size_t mean_cases_needed(double deviation, double drop, const TestPlan& plan = {});

/// The smallest drop that so many cases find with the plan's power; 1 when none up to 1 (resp. `most`) is found.
/// @param noise  discordance when nothing changed; a drop of d adds d to it
double binary_detectable_drop(std::size_t cases, double noise, const TestPlan& plan = {});
double mean_detectable_drop(std::size_t cases, double deviation, double most, const TestPlan& plan = {});

}  // namespace groundwork::score
