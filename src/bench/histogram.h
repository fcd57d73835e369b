#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace groundwork::bench {

/// Counts of non-negative integers (nanoseconds here) in buckets whose width grows with the value: below 2,048 a bucket
/// for each value, above it 1,024 buckets for each doubling. So value_at() is off by at most 1/2,048 (0.05 %) of the
/// value, whatever it is, and the size never depends on how much was recorded. Not thread-safe: one for each thread,
/// merged afterwards.
/// @source Tene, HdrHistogram; percentiles by nearest rank
class Histogram {
 public:
  static constexpr double kRelativeError = 1.0 / 2048;

  /// A negative value counts as 0.
  void record(std::int64_t value, std::uint64_t times = 1);
  /// Records the value, and value - expected, value - 2 * expected, ... above 0: what callers that came every
  /// `expected` would have seen while this one waited. The closed loop's correction for coordinated omission.
  void record_corrected(std::int64_t value, std::int64_t expected);
  void merge(const Histogram& other);

  std::uint64_t count() const { return count_; }
  std::int64_t min() const { return count_ == 0 ? 0 : min_; }
  std::int64_t max() const { return max_; }
  double mean() const { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_); }
  /// The smallest recorded value that at least `share` (0..1) of all values don't exceed; 0 when empty.
  std::int64_t value_at(double share) const;
  /// How many values are over `limit`, to the accuracy of a bucket.
  std::uint64_t count_over(std::int64_t limit) const;

  /// (middle of the bucket, count) of each bucket that isn't empty, ascending.
  std::vector<std::pair<std::int64_t, std::uint64_t>> buckets() const;

 private:
  static std::size_t index_of(std::int64_t value);
  static std::int64_t middle_of(std::size_t index);

  std::vector<std::uint64_t> counts_;  // grows to the greatest index used
  std::uint64_t count_ = 0;
  std::int64_t min_ = 0;
  std::int64_t max_ = 0;
  double sum_ = 0;
};

}  // namespace groundwork::bench
