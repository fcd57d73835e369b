#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/run.h"

namespace groundwork::bench {

/// Which of two is better in one figure, as far as the runs can tell.
enum class Faster : std::uint8_t { kA, kB, kCannotTell };

struct ComparedFigure {
  std::string name;  ///< "latency p95"
  std::string unit;  ///< "ms" or "1/s"
  double a = 0;
  double b = 0;
  double ratio = 1;  ///< b / a
  double low = 1;    ///< of the ratio, 95 %
  double high = 1;
  bool smaller_is_better = true;
  Faster faster = Faster::kCannotTell;
};

struct BenchComparison {
  std::vector<ComparedFigure> figures;
  std::vector<std::string> warnings;  ///< what makes the two not comparable, or the figures not to be trusted
  std::string text;                   ///< one sentence
};

/// Compares two runs. Requests that stand near each other in time share their fate (one pause, one batch), so intervals
/// come from resampling slices of time, not requests: 1,000 bootstrap rounds over 30 slices of each run. A difference
/// is said only where the interval of the ratio, widened to hold for all figures together (Bonferroni), leaves out 1
/// and what the client may be wrong by.
/// @source Kuensch 1989, "The jackknife and the bootstrap for general stationary observations"
/// @errors kInvalidArgument: a run without at least 30 successes
base::Result<BenchComparison> compare_runs(const BenchResult& a, const BenchResult& b, std::uint64_t seed);

base::json::object to_json(const BenchComparison& comparison);

}  // namespace groundwork::bench
