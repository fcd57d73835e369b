#include "score/paired_tests.h"

#include <algorithm>
#include <bit>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <vector>

#include "base/random.h"

namespace groundwork::score {
namespace {

constexpr std::size_t kEnumerated = 16;
constexpr std::size_t kMostExact = 1000;

double normal_upper_tail(double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

/// P(X >= successes) for a fair coin.
double fair_upper_tail(std::size_t successes, std::size_t tosses) {
  if (successes == 0) return 1;
  const boost::math::binomial_distribution<> coin(static_cast<double>(tosses), 0.5);
  return boost::math::cdf(boost::math::complement(coin, static_cast<double>(successes) - 1));
}

struct Ranks {
  double positive = 0;
  double negative = 0;
  std::size_t count = 0;
  double ties = 0;  ///< sum of t^3 - t over groups of equal sizes
};

Ranks ranks_of(std::span<const double> differences) {
  std::vector<double> changed;
  for (const double one : differences) {
    if (one != 0) changed.push_back(one);
  }
  std::ranges::sort(changed, {}, [](double one) { return std::abs(one); });
  Ranks ranks;
  ranks.count = changed.size();
  for (std::size_t i = 0; i < changed.size();) {
    std::size_t end = i;
    while (end < changed.size() && std::abs(changed[end]) == std::abs(changed[i])) ++end;
    const double rank = static_cast<double>(i + 1 + end) / 2;
    for (std::size_t j = i; j < end; ++j) (changed[j] > 0 ? ranks.positive : ranks.negative) += rank;
    const auto tied = static_cast<double>(end - i);
    ranks.ties += tied * tied * tied - tied;
    i = end;
  }
  return ranks;
}

/// P(W >= w) when each rank from 1 to n is positive with probability 1/2.
double exact_upper_tail(double w, std::size_t n) {
  const std::size_t most = n * (n + 1) / 2;
  std::vector<double> probability(most + 1, 0);
  probability[0] = 1;
  std::size_t reached = 0;
  for (std::size_t rank = 1; rank <= n; ++rank) {
    reached += rank;
    for (std::size_t sum = reached + 1; sum-- > 0;) {
      probability[sum] = (probability[sum] + (sum >= rank ? probability[sum - rank] : 0)) / 2;
    }
  }
  double tail = 0;
  for (std::size_t sum = most + 1; sum-- > static_cast<std::size_t>(std::max(0.0, std::ceil(w)));)
    tail += probability[sum];
  return std::min(tail, 1.0);
}

double normal_tail(double w, const Ranks& ranks) {
  const auto n = static_cast<double>(ranks.count);
  const double variance = n * (n + 1) * (2 * n + 1) / 24 - ranks.ties / 48;
  return normal_upper_tail((w - n * (n + 1) / 4) / std::sqrt(variance));
}

double share_of_all_signs(std::span<const double> sizes, double observed) {
  const std::uint32_t all = 1U << sizes.size();
  double sum = 0;
  for (const double one : sizes) sum -= one;
  std::vector<double> signs(sizes.size(), -1);
  std::uint32_t as_far = sum >= observed ? 1 : 0;
  for (std::uint32_t step = 1; step < all; ++step) {  // Gray code: one sign changes a step
    const auto changed = static_cast<std::size_t>(std::countr_zero(step));
    signs[changed] = -signs[changed];
    sum += 2 * signs[changed] * sizes[changed];
    if (sum >= observed) ++as_far;
  }
  return static_cast<double>(as_far) / all;
}

double share_of_drawn_signs(std::span<const double> sizes, double observed, const SignFlipOptions& options) {
  base::Random random(options.seed);
  std::size_t as_far = 0;
  for (std::size_t drawn = 1; drawn <= options.permutations; ++drawn) {
    double sum = 0;
    for (std::size_t i = 0; i < sizes.size(); i += 64) {
      std::uint64_t bits = random.next();
      const std::size_t end = std::min(sizes.size(), i + 64);
      for (std::size_t j = i; j < end; ++j, bits >>= 1) sum += (bits & 1) != 0 ? sizes[j] : -sizes[j];
    }
    if (sum >= observed && ++as_far == options.enough) {
      return static_cast<double>(as_far) / static_cast<double>(drawn);
    }
  }
  return static_cast<double>(as_far + 1) / static_cast<double>(options.permutations + 1);
}

}  // namespace

double mcnemar_p(std::size_t gained, std::size_t lost, Alternative alternative) {
  const std::size_t all = gained + lost;
  switch (alternative) {
    case Alternative::kGreater:
      return fair_upper_tail(gained, all);
    case Alternative::kLess:
      return fair_upper_tail(lost, all);
    case Alternative::kTwoSided:
      return std::min(1.0, 2 * fair_upper_tail(std::max(gained, lost), all));
  }
  return 1;
}

Wilcoxon wilcoxon_signed_rank(std::span<const double> differences, Alternative alternative, WilcoxonMethod method) {
  const Ranks ranks = ranks_of(differences);
  Wilcoxon result{ranks.positive, ranks.negative, 1};
  if (ranks.count == 0) return result;
  const bool exact = method == WilcoxonMethod::kExact && ranks.count <= kMostExact;
  const auto tail = [&](double w) { return exact ? exact_upper_tail(w, ranks.count) : normal_tail(w, ranks); };
  switch (alternative) {
    case Alternative::kGreater:
      result.p = tail(ranks.positive);
      break;
    case Alternative::kLess:
      result.p = tail(ranks.negative);
      break;
    case Alternative::kTwoSided:
      result.p = std::min(1.0, 2 * tail(std::max(ranks.positive, ranks.negative)));
      break;
  }
  return result;
}

double sign_flip_p(std::span<const double> differences, Alternative alternative, const SignFlipOptions& options) {
  std::vector<double> sizes;
  double size = 0;
  double sum = 0;
  for (const double one : differences) {
    if (one != 0) sizes.push_back(std::abs(one));
    size += std::abs(one);
    sum += alternative == Alternative::kGreater ? one : -one;
  }
  if (sizes.empty()) return 1;
  // The same sum added up in another order may differ in its last bits, and still is as far.
  const double observed = sum - 1e-12 * size;
  return sizes.size() <= kEnumerated ? share_of_all_signs(sizes, observed)
                                     : share_of_drawn_signs(sizes, observed, options);
}

}  // namespace groundwork::score
