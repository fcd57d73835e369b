#include "score/flakiness.h"

#include <algorithm>
#include <cmath>

#include "search/paired_statistics.h"

namespace groundwork::score {
namespace {

/// Share of pairs of sorted values that are further apart than the tolerance.
double share_apart(std::vector<double> values, double tolerance) {
  std::ranges::sort(values);
  double apart = 0;
  std::size_t end = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    while (end < values.size() && values[end] - values[i] <= tolerance) ++end;
    apart += static_cast<double>(values.size() - end);
  }
  const auto n = static_cast<double>(values.size());
  return apart / (n * (n - 1) / 2);
}

}  // namespace

Flakiness flakiness(std::span<const std::vector<double>> runs, double tolerance) {
  Flakiness made;
  double squares = 0;
  double freedom = 0;
  for (const std::vector<double>& values : runs) {
    CaseFlakiness one;
    one.runs = values.size();
    one.mean = search::mean_of(values);
    one.deviation = search::deviation_of(values);
    if (values.size() > 1) {
      one.disagreement = share_apart(values, tolerance);
      one.flaky = one.disagreement > 0;
      ++made.repeated;
      made.flaky += one.flaky ? 1 : 0;
      made.disagreement += one.disagreement;
      const auto free = static_cast<double>(values.size() - 1);
      squares += one.deviation * one.deviation * free;
      freedom += free;
    }
    made.cases.push_back(one);
  }
  if (made.repeated > 0) {
    made.disagreement /= static_cast<double>(made.repeated);
    made.noise = std::sqrt(squares / freedom);
    made.noise_of_mean = made.noise / std::sqrt(static_cast<double>(runs.size()));
  }
  return made;
}

}  // namespace groundwork::score
