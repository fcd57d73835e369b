#include "search/paired_statistics.h"

#include <algorithm>
#include <bit>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <vector>

#include "base/random.h"

namespace groundwork::search {
namespace {

constexpr std::size_t kEnumerated = 16;

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

/// @param share  strictly between 0 and 1
double normal_quantile(double share) { return boost::math::quantile(boost::math::normal_distribution<>(), share); }

/// By linear interpolation. @param sorted  not empty
double quantile(std::span<const double> sorted, double share) {
  const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

std::vector<double> resampled_means(std::span<const double> values, const ResamplingOptions& options) {
  base::Random random(options.seed);
  std::vector<double> means(std::max<std::size_t>(options.resamples, 1));
  const std::size_t n = values.size();
  for (double& mean : means) {
    double sum = 0;
    // OPTIMISATION: 32 random bits times n, of which the upper half is below n, in place of a division; the bias is n /
    // 2^32.
    for (std::size_t i = 0; i < n; i += 2) {
      const std::uint64_t bits = random.next();
      sum += values[((bits >> 32) * n) >> 32];
      if (i + 1 < n) sum += values[((bits & 0xFFFFFFFF) * n) >> 32];
    }
    mean = sum / static_cast<double>(n);
  }
  std::ranges::sort(means);
  return means;
}

/// z of the lower tail, widened for few values.
double lower_tail(double level, std::size_t count) {
  const auto n = static_cast<double>(count);
  const double t = boost::math::quantile(boost::math::students_t_distribution<>(n - 1), (1 - level) / 2);
  return t * std::sqrt(n / (n - 1));
}

double share_of_all_signs(std::span<const double> differences, double observed) {
  const std::uint32_t all = 1U << differences.size();
  double sum = 0;
  for (const double one : differences) sum -= one;
  std::vector<double> signs(differences.size(), -1);
  std::uint32_t as_far = std::abs(sum) >= observed ? 1 : 0;
  for (std::uint32_t step = 1; step < all; ++step) {  // Gray code: one sign changes a step
    const auto changed = static_cast<std::size_t>(std::countr_zero(step));
    signs[changed] = -signs[changed];
    sum += 2 * signs[changed] * differences[changed];
    if (std::abs(sum) >= observed) ++as_far;
  }
  return static_cast<double>(as_far) / all;
}

double share_of_drawn_signs(std::span<const double> differences, double observed, const ResamplingOptions& options) {
  base::Random random(options.seed);
  std::size_t as_far = 0;
  for (std::size_t drawn = 0; drawn < options.permutations; ++drawn) {
    double sum = 0;
    for (std::size_t i = 0; i < differences.size(); i += 64) {
      std::uint64_t bits = random.next();
      const std::size_t end = std::min(differences.size(), i + 64);
      for (std::size_t j = i; j < end; ++j, bits >>= 1) sum += (bits & 1) != 0 ? differences[j] : -differences[j];
    }
    if (std::abs(sum) >= observed) ++as_far;
  }
  return static_cast<double>(as_far + 1) / static_cast<double>(options.permutations + 1);
}

}  // namespace

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

double deviation_of(std::span<const double> values) {
  if (values.size() < 2) return 0;
  const double mean = mean_of(values);
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

std::optional<Interval> mean_interval(std::span<const double> values, const ResamplingOptions& options) {
  if (values.size() < 2) return std::nullopt;
  const auto [least, most] = std::ranges::minmax(values);
  if (least == most) return Interval{least, most};
  const std::vector<double> means = resampled_means(values, options);
  const double tail = normal_cdf(lower_tail(options.level, values.size()));
  return Interval{quantile(means, tail), quantile(means, 1 - tail)};
}

double randomisation_p(std::span<const double> differences, const ResamplingOptions& options) {
  std::vector<double> changed;
  double size = 0;
  double sum = 0;
  for (const double one : differences) {
    if (one != 0) changed.push_back(one);
    size += std::abs(one);
    sum += one;
  }
  if (changed.empty()) return 1;
  // The same sum added up in another order may differ in its last bits, and still is as far.
  const double observed = std::abs(sum) - 1e-12 * size;
  return changed.size() <= kEnumerated ? share_of_all_signs(changed, observed)
                                       : share_of_drawn_signs(changed, observed, options);
}

double student_p(std::span<const double> differences) {
  const double mean = mean_of(differences);
  if (mean == 0 || differences.size() < 2) return 1;
  const double deviation = deviation_of(differences);
  if (deviation == 0) return 0;
  const auto n = static_cast<double>(differences.size());
  const boost::math::students_t_distribution<> t(n - 1);
  return 2 * boost::math::cdf(boost::math::complement(t, std::abs(mean) / (deviation / std::sqrt(n))));
}

std::size_t queries_to_tell(double difference, double deviation) {
  if (difference == 0 || deviation == 0) return 0;
  const double root = (normal_quantile(0.975) + normal_quantile(0.8)) * deviation / difference;
  return static_cast<std::size_t>(std::ceil(std::min(root * root, 1e9)));
}

}  // namespace groundwork::search
