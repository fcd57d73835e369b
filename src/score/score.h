#pragma once

// score: what an answer is worth, and how sure that is. In scope: metrics with their definitions, judges behind an
// interface, intervals, tests, the decision of a gate. Not in scope: calling services, files, what a suite is
// (measure).
//
// Everything here is a pure function of its arguments and thread-safe, unless it says otherwise.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace groundwork::score {

/// What a judge did for one score.
struct Judging {
  bool failed = false;    ///< no try gave a verdict: the score is the worst there is, and stays in every mean
  std::size_t grade = 0;  ///< from 1, the worst; 0 when failed
  std::size_t tries = 0;
  std::int64_t prompt_tokens = 0;  ///< of all tries
  std::int64_t completion_tokens = 0;
  friend bool operator==(const Judging&, const Judging&) = default;
};

/// The worth of one answer by one metric, in the metric's range, and what was wrong, in a sentence, where the metric
/// can tell.
struct Score {
  double value = 0;
  std::string reason;
  std::optional<Judging> judging = std::nullopt;  ///< of metrics that a language model judges
  friend bool operator==(const Score&, const Score&) = default;
};

/// How much of what was given was right, and how much of what was wanted was given; all in [0, 1].
struct Overlap {
  double precision = 0;
  double recall = 0;
  double f = 0;
  friend bool operator==(const Overlap&, const Overlap&) = default;
};

/// 2pr / (p + r); 0 when both are 0.
inline double harmonic_mean(double precision, double recall) {
  return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}
inline Overlap overlap_of(double precision, double recall) {
  return {precision, recall, harmonic_mean(precision, recall)};
}

}  // namespace groundwork::score
