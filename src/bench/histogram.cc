#include "bench/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace groundwork::bench {
namespace {
constexpr int kBits = 11;                    // the leading bits of a value that tell its bucket
constexpr std::size_t kExact = 1U << kBits;  // values below have a bucket each
constexpr std::size_t kHalf = kExact / 2;    // buckets of each doubling above
}  // namespace

std::size_t Histogram::index_of(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  if (bits < kExact) return bits;
  const int shift = std::bit_width(bits) - kBits;
  return kExact + static_cast<std::size_t>(shift - 1) * kHalf + ((bits >> shift) - kHalf);
}

std::int64_t Histogram::middle_of(std::size_t index) {
  if (index < kExact) return static_cast<std::int64_t>(index);
  const std::size_t above = index - kExact;
  const auto shift = static_cast<int>(above / kHalf) + 1;
  const std::uint64_t low = (std::uint64_t{kHalf} + above % kHalf) << shift;
  return static_cast<std::int64_t>(low + (std::uint64_t{1} << (shift - 1)));
}

void Histogram::record(std::int64_t value, std::uint64_t times) {
  if (times == 0) return;
  value = std::max<std::int64_t>(value, 0);
  const std::size_t index = index_of(value);
  if (index >= counts_.size()) counts_.resize(index + 1);
  counts_[index] += times;
  min_ = count_ == 0 ? value : std::min(min_, value);
  max_ = std::max(max_, value);
  count_ += times;
  sum_ += static_cast<double>(value) * static_cast<double>(times);
}

void Histogram::record_corrected(std::int64_t value, std::int64_t expected) {
  record(value);
  if (expected <= 0) return;
  for (std::int64_t missed = value - expected; missed >= expected; missed -= expected) record(missed);
}

void Histogram::merge(const Histogram& other) {
  if (other.count_ == 0) return;
  if (other.counts_.size() > counts_.size()) counts_.resize(other.counts_.size());
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  count_ += other.count_;
  sum_ += other.sum_;
}

std::int64_t Histogram::value_at(double share) const {
  if (count_ == 0) return 0;
  // The small deduction keeps 0.99 * 100 from becoming the 100th value by its last bit.
  const double rank = std::ceil(share * static_cast<double>(count_) - 1e-9);
  const auto wanted = static_cast<std::uint64_t>(std::clamp(rank, 1.0, static_cast<double>(count_)));
  if (wanted == count_) return max_;
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen >= wanted) return std::clamp(middle_of(i), min_, max_);
  }
  return max_;
}

std::uint64_t Histogram::count_over(std::int64_t limit) const {
  if (limit < 0) return count_;
  std::uint64_t over = 0;
  for (std::size_t i = index_of(limit) + 1; i < counts_.size(); ++i) over += counts_[i];
  return over;
}

std::vector<std::pair<std::int64_t, std::uint64_t>> Histogram::buckets() const {
  std::vector<std::pair<std::int64_t, std::uint64_t>> all;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] > 0) all.emplace_back(middle_of(i), counts_[i]);
  }
  return all;
}

}  // namespace groundwork::bench
