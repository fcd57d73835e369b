#include "score/power.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace groundwork::score {
namespace {

using Binomial = boost::math::binomial_distribution<>;

constexpr double kTotalOfExact = 20'000;  // discordant pairs above which the normal approximation is as good

double upper_tail(std::size_t at_least, std::size_t trials, double p) {
  if (at_least == 0) return 1;
  if (at_least > trials) return 0;
  return boost::math::cdf(
      boost::math::complement(Binomial(static_cast<double>(trials), p), static_cast<double>(at_least) - 1));
}

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }
double normal_quantile(double share) { return boost::math::quantile(boost::math::normal_distribution<>(), share); }

/// P(X >= critical) of a binomial, kept while trials and critical value go up by one: a few multiplications a step
/// where the incomplete beta function takes microseconds.
class RunningTail {
 public:
  RunningTail(std::size_t critical, std::size_t trials, double p)
      : p_(std::min(p, 1 - 1e-12)), critical_(static_cast<double>(critical)), trials_(static_cast<double>(trials)) {
    tail_ = upper_tail(critical, trials, p_);
    below_ = boost::math::pdf(Binomial(trials_, p_), critical_ - 1);
  }
  double value() const { return std::clamp(tail_, 0.0, 1.0); }
  void add_trial() {
    tail_ += p_ * below_;
    trials_ += 1;
    below_ *= trials_ / (trials_ - critical_ + 1) * (1 - p_);
  }
  void raise_critical() {
    below_ *= (trials_ - critical_ + 1) / critical_ * p_ / (1 - p_);
    tail_ -= below_;
    critical_ += 1;
  }

 private:
  double p_;
  double critical_;
  double trials_;
  double tail_ = 0;
  double below_ = 0;  ///< P(X = critical - 1)
};

/// The fewest lost pairs of `pairs` with which the test rejects; more than `pairs`: none do.
std::size_t critical_value(std::size_t pairs, double alpha) {
  const auto m = static_cast<double>(pairs);
  const double guess = std::floor(m / 2 + normal_quantile(1 - alpha) * std::sqrt(m) / 2);
  auto critical = static_cast<std::size_t>(std::clamp(guess, 1.0, m + 1));
  while (critical > 1 && upper_tail(critical - 1, pairs, 0.5) <= alpha) --critical;
  while (critical <= pairs && upper_tail(critical, pairs, 0.5) > alpha) ++critical;
  return critical;
}

/// P(the test rejects) when a case is discordant with probability `discordance`, and lost, if so, with probability
/// `lost`.
double rejections(std::size_t cases, double discordance, double lost, double alpha) {
  discordance = std::min(discordance, 1 - 1e-12);
  const auto n = static_cast<double>(cases);
  const double expected = n * discordance;
  if (expected > kTotalOfExact) {
    const double shift = (2 * lost - 1) * std::sqrt(expected);
    const double spread = std::sqrt(std::max(1e-12, 1 - (2 * lost - 1) * (2 * lost - 1) * discordance));
    return normal_cdf((shift - normal_quantile(1 - alpha)) / spread);
  }
  const double spread = 8 * std::sqrt(expected * (1 - discordance)) + 8;
  const double least = std::ceil(-std::log2(alpha) - 1e-9);  // pairs, all lost, that are rare enough
  const double first = std::max({1.0, std::floor(expected - spread), least});
  const double last = std::min(n, std::ceil(expected + spread));
  if (first > last) return 0;
  std::size_t m = static_cast<std::size_t>(first);
  const std::size_t critical = critical_value(m, alpha);
  RunningTail under_chance(critical, m, 0.5);
  RunningTail under_drop(critical, m, lost);
  double weight = boost::math::pdf(Binomial(n, discordance), first);
  double sum = 0;
  while (true) {
    sum += weight * under_drop.value();
    if (static_cast<double>(m) >= last) break;
    weight *= (n - static_cast<double>(m)) / static_cast<double>(m + 1) * discordance / (1 - discordance);
    ++m;
    under_chance.add_trial();
    under_drop.add_trial();
    while (under_chance.value() > alpha) {  // the critical value never falls
      under_chance.raise_critical();
      under_drop.raise_critical();
    }
  }
  return std::min(sum, 1.0);
}

/// The fewest cases for which `power_of` reaches `wanted`, taken to grow with the cases.
template <typename Power>
std::size_t fewest(const Power& power_of, double wanted) {
  std::size_t high = 8;
  while (high < kMostCases && power_of(high) < wanted) high *= 2;
  if (high >= kMostCases) return kMostCases;
  std::size_t low = high / 2;
  while (low + 1 < high) {
    const std::size_t middle = (low + high) / 2;
    (power_of(middle) < wanted ? low : high) = middle;
  }
  return high;
}

template <typename Power>
double smallest(const Power& power_of, double most, double wanted) {
  if (power_of(most) < wanted) return most;
  double low = 0;
  double high = most;
  for (int step = 0; step < 20; ++step) {
    const double middle = (low + high) / 2;
    (power_of(middle) < wanted ? low : high) = middle;
  }
  return high;
}

}  // namespace

double binary_power(std::size_t cases, double discordance, double drop, double alpha) {
  const double changed = std::clamp(std::max(discordance, drop), 1e-12, 1.0);
  return rejections(cases, changed, (1 + drop / changed) / 2, alpha);
}

double binary_false_alarms(std::size_t cases, double discordance, double alpha) {
  if (discordance <= 0) return 0;
  return rejections(cases, std::min(discordance, 1.0), 0.5, alpha);
}

double mean_power(std::size_t cases, double deviation, double drop, double alpha) {
  if (cases < 2) return 0;
  const auto n = static_cast<double>(cases);
  const double shift = drop / deviation * std::sqrt(n);
  if (cases > 10'000 || shift > 30) return normal_cdf(shift - normal_quantile(1 - alpha));
  const double critical = boost::math::quantile(boost::math::students_t_distribution<>(n - 1), 1 - alpha);
  if (cases > 30) {  // OPTIMISATION: within 0.001 of the noncentral t, whose series takes a hundred times longer
    return normal_cdf((shift - critical * (1 - 1 / (4 * (n - 1)))) /
                      std::sqrt(1 + critical * critical / (2 * (n - 1))));
  }
  return boost::math::cdf(boost::math::complement(boost::math::non_central_t_distribution<>(n - 1, shift), critical));
}

std::size_t binary_cases_needed(double discordance, double drop, const TestPlan& plan) {
  return fewest([&](std::size_t n) { return binary_power(n, discordance, drop, plan.alpha); }, plan.power);
}

std::size_t mean_cases_needed(double deviation, double drop, const TestPlan& plan) {
  return fewest([&](std::size_t n) { return mean_power(n, deviation, drop, plan.alpha); }, plan.power);
}

double binary_detectable_drop(std::size_t cases, double noise, const TestPlan& plan) {
  return smallest([&](double drop) { return binary_power(cases, std::min(1.0, noise + drop), drop, plan.alpha); }, 1,
                  plan.power);
}

double mean_detectable_drop(std::size_t cases, double deviation, double most, const TestPlan& plan) {
  return smallest([&](double drop) { return mean_power(cases, deviation, drop, plan.alpha); }, most, plan.power);
}

}  // namespace groundwork::score
