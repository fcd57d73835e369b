#include "score/intervals.h"

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <vector>

#include "base/random.h"

namespace groundwork::score {
namespace {

double normal_quantile(double share) { return boost::math::quantile(boost::math::normal_distribution<>(), share); }

double beta_quantile(double a, double b, double share) {
  return boost::math::quantile(boost::math::beta_distribution<>(a, b), share);
}

double quantile(std::span<const double> sorted, double share) {
  const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

/// (mean of the resample - mean) / standard error of the resample, for many resamples, sorted.
std::vector<double> studentised(std::span<const double> values, double mean, const search::ResamplingOptions& options) {
  base::Random random(options.seed);
  const std::size_t count = values.size();
  const auto n = static_cast<double>(count);
  std::vector<double> out;
  out.reserve(options.resamples);
  for (std::size_t drawn = 0; drawn < options.resamples; ++drawn) {
    double sum = 0;
    double squares = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const double value = values[((random.next() >> 32) * count) >> 32] - mean;
      sum += value;
      squares += value * value;
    }
    const double variance = (squares - sum * sum / n) / (n - 1);
    // A resample of one value tells nothing of the spread.
    if (variance > 1e-12 * squares / n) out.push_back((sum / n) / std::sqrt(variance / n));
  }
  std::ranges::sort(out);
  return out;
}

/// Whether so many resamples would hold nothing but the most common value that they decide where the interval ends:
/// such a resample has no spread, and no studentised mean.
bool is_nearly_one_value(std::span<const double> values, double level) {
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  std::size_t most = 0;
  for (auto from = sorted.begin(); from != sorted.end();) {
    const auto to = std::upper_bound(from, sorted.end(), *from);
    most = std::max(most, static_cast<std::size_t>(to - from));
    from = to;
  }
  const auto n = static_cast<double>(values.size());
  return std::pow(static_cast<double>(most) / n, n) > (1 - level) / 2;
}

Interval student_interval(std::span<const double> values, double level) {
  const auto n = static_cast<double>(values.size());
  const double mean = search::mean_of(values);
  const double t = boost::math::quantile(boost::math::students_t_distribution<>(n - 1), (1 + level) / 2);
  const double half = t * search::deviation_of(values) / std::sqrt(n);
  return {mean - half, mean + half};
}

bool are_of_shares(std::span<const double> differences) {
  return std::ranges::all_of(differences, [](double one) { return one == 0 || one == 1 || one == -1; });
}

}  // namespace

Interval wilson_interval(std::size_t successes, std::size_t cases, double level) {
  const double z = normal_quantile((1 + level) / 2);
  const auto n = static_cast<double>(cases);
  const double share = static_cast<double>(successes) / n;
  const double middle = (share + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  return {successes == 0 ? 0 : middle - half, successes == cases ? 1 : middle + half};
}

Interval clopper_pearson_interval(std::size_t successes, std::size_t cases, double level) {
  const double tail = (1 - level) / 2;
  const auto k = static_cast<double>(successes);
  const auto n = static_cast<double>(cases);
  return {successes == 0 ? 0 : beta_quantile(k, n - k + 1, tail),
          successes == cases ? 1 : beta_quantile(k + 1, n - k, 1 - tail)};
}

bool is_binary(std::span<const double> values) {
  return std::ranges::all_of(values, [](double one) { return one == 0 || one == 1; });
}

std::optional<Interval> interval_of_mean(std::span<const double> values, const search::ResamplingOptions& options) {
  if (values.size() < 2) return std::nullopt;
  if (is_binary(values)) {
    return wilson_interval(static_cast<std::size_t>(std::ranges::count(values, 1.0)), values.size(), options.level);
  }
  const auto [least, most] = std::ranges::minmax(values);
  if (least == most) return Interval{least, most};
  const double mean = search::mean_of(values);
  const double error = search::deviation_of(values) / std::sqrt(static_cast<double>(values.size()));
  if (values.size() > kBootstrapped) {
    const double half = normal_quantile((1 + options.level) / 2) * error;
    return Interval{mean - half, mean + half};
  }
  if (is_nearly_one_value(values, options.level)) return student_interval(values, options.level);
  const std::vector<double> t = studentised(values, mean, options);
  if (t.empty()) return std::nullopt;
  const double tail = (1 - options.level) / 2;
  return Interval{mean - quantile(t, 1 - tail) * error, mean - quantile(t, tail) * error};
}

std::string_view method_of_mean(std::span<const double> values, double level) {
  if (values.size() < 2) return "";
  if (is_binary(values)) return "Wilson";
  if (values.size() > kBootstrapped) return "normal";
  return is_nearly_one_value(values, level) ? "Student" : "studentised bootstrap";
}

std::optional<Interval> difference_interval(std::span<const double> differences, double level) {
  if (differences.size() < 2) return std::nullopt;
  auto n = static_cast<double>(differences.size());
  if (are_of_shares(differences)) {
    const auto up = static_cast<double>(std::ranges::count(differences, 1.0)) + 0.5;
    const auto down = static_cast<double>(std::ranges::count(differences, -1.0)) + 0.5;
    n += 2;
    const double middle = (up - down) / n;
    const double half = normal_quantile((1 + level) / 2) * std::sqrt(((up + down) / n - middle * middle) / n);
    return Interval{std::max(-1.0, middle - half), std::min(1.0, middle + half)};
  }
  return student_interval(differences, level);
}

std::string_view method_of_difference(std::span<const double> differences) {
  if (differences.size() < 2) return "";
  return are_of_shares(differences) ? "Agresti-Min" : "Student";
}

}  // namespace groundwork::score
