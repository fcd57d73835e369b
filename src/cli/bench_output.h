#pragma once

#include <string>

#include "bench/compare.h"
#include "bench/run.h"

namespace groundwork::cli {

/// How a run stands: rewritten in place on a terminal, else a line every five seconds, all on standard error.
class LiveView {
 public:
  explicit LiveView(const bench::BenchOptions& options);
  void show(const bench::LoadProgress& progress);
  void clear();

 private:
  bool terminal_;
  std::int64_t whole_;  // nanoseconds, 0 where nobody knows
  std::int64_t shown_ = 0;
  std::uint64_t last_ok_ = 0;
  std::int64_t last_at_ = 0;
};

/// Every figure with the client's own error beside it.
void print_result(const bench::BenchResult& result);
void print_comparison(const bench::BenchComparison& comparison);
void print_calibration(const bench::Calibration& calibration);

}  // namespace groundwork::cli
