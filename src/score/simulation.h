#pragma once

// For tests: targets whose truth is known, and samples of what they do.

#include <cmath>
#include <cstdint>
#include <vector>

#include "base/random.h"
#include "score/gate.h"

namespace groundwork::score {

/// A standard normal value. @source Box and Muller 1958
inline double normal(base::Random& random) {
  const double u = 1 - random.unit();
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * 3.14159265358979323846 * random.unit());
}

/// A suite of cases that a target gets right with a probability each: some always, some never, most now and then.
struct FlakyTarget {
  std::vector<double> chances;

  FlakyTarget(std::size_t cases, base::Random& random) {
    for (std::size_t i = 0; i < cases; ++i) {
      const double kind = random.unit();
      chances.push_back(kind < 0.5 ? 0.98 : kind < 0.65 ? 0.1 : 0.3 + 0.65 * random.unit());
    }
  }
  /// The same with every chance lowered so that the mean falls by exactly `drop`.
  FlakyTarget worse_by(double drop) const {
    FlakyTarget out = *this;
    double sum = 0;
    for (const double one : chances) sum += one;
    const double factor = 1 - drop * static_cast<double>(chances.size()) / sum;
    for (double& one : out.chances) one *= factor;
    return out;
  }
  std::vector<std::vector<double>> runs(std::size_t repeats, base::Random& random) const {
    std::vector<std::vector<double>> out;
    for (const double chance : chances) {
      std::vector<double>& values = out.emplace_back();
      for (std::size_t i = 0; i < repeats; ++i) values.push_back(random.unit() < chance ? 1 : 0);
    }
    return out;
  }
};

/// A suite whose cases score between 0 and 1, most near 1, with noise from run to run.
struct NoisyTarget {
  std::vector<double> levels;
  double drop = 0;

  NoisyTarget(std::size_t cases, base::Random& random) {
    for (std::size_t i = 0; i < cases; ++i) levels.push_back(1 - 0.6 * std::pow(random.unit(), 3));
  }
  std::vector<std::vector<double>> runs(std::size_t repeats, double noise, base::Random& random) const {
    std::vector<std::vector<double>> out;
    for (const double level : levels) {
      std::vector<double>& values = out.emplace_back();
      for (std::size_t i = 0; i < repeats; ++i) {
        // Skewed: now and then much worse, as a model's answers are.
        const double off = random.unit() < 0.1 ? 0.3 * random.unit() : 0;
        values.push_back(level - drop - off + noise * normal(random));
      }
    }
    return out;
  }
};

inline std::vector<PairedCase> paired(const std::vector<std::vector<double>>& baseline,
                                      const std::vector<std::vector<double>>& candidate) {
  std::vector<PairedCase> out;
  for (std::size_t i = 0; i < baseline.size(); ++i) {
    out.push_back({std::to_string(i), baseline[i], candidate[i]});
  }
  return out;
}

}  // namespace groundwork::score
