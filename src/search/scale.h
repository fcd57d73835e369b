#pragma once

#include <cmath>
#include <span>

namespace groundwork::search {

/// Scores of one stage made comparable with those of another: in deviations from their mean.
struct Scale {
  double mean = 0;
  double deviation = 1;  ///< 1 where all scores are equal
  double operator()(double score) const { return (score - mean) / deviation; }
};

template <typename T>
Scale scale_of(std::span<const T> scores) {
  if (scores.empty()) return {};
  const auto n = static_cast<double>(scores.size());
  Scale scale;
  for (const T score : scores) scale.mean += score / n;
  double variance = 0;
  for (const T score : scores) variance += (score - scale.mean) * (score - scale.mean) / n;
  scale.deviation = variance > 1e-12 ? std::sqrt(variance) : 1;
  return scale;
}

}  // namespace groundwork::search
