#include "bench/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace groundwork::bench {
namespace {

TEST(Histogram, IsOffByNoMoreThanItsStatedErrorFromTheSortedValues) {
  base::Random random(7);
  std::vector<std::int64_t> values;
  Histogram histogram;
  for (int i = 0; i < 50'000; ++i) {
    // Over thirteen orders of magnitude, from nanoseconds to hours.
    values.push_back(static_cast<std::int64_t>(std::exp(random.unit() * 30)));
    histogram.record(values.back());
  }
  std::sort(values.begin(), values.end());
  for (const double share : {0.001, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
    const auto exact = values[static_cast<std::size_t>(std::ceil(share * 50'000)) - 1];
    EXPECT_LE(std::abs(static_cast<double>(histogram.value_at(share) - exact)),
              Histogram::kRelativeError * static_cast<double>(exact))
        << share;
  }
}

TEST(Histogram, SmallValuesAreExact) {
  Histogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.record(i);
  EXPECT_EQ(histogram.value_at(0.5), 50);
  EXPECT_EQ(histogram.value_at(0.99), 99);
  EXPECT_EQ(histogram.value_at(1), 100);
  EXPECT_EQ(histogram.count_over(90), 10U);
  EXPECT_DOUBLE_EQ(histogram.mean(), 50.5);
}

TEST(Histogram, MergedThreadsEqualOneThatSawEverything) {
  base::Random random(3);
  Histogram all;
  Histogram parts[3];
  for (int i = 0; i < 3'000; ++i) {
    const auto value = static_cast<std::int64_t>(random.below(1'000'000'000));
    all.record(value);
    parts[i % 3].record(value);
  }
  parts[0].merge(parts[1]);
  parts[0].merge(parts[2]);
  EXPECT_EQ(parts[0].buckets(), all.buckets());
  EXPECT_EQ(parts[0].min(), all.min());
  EXPECT_EQ(parts[0].max(), all.max());
  EXPECT_EQ(parts[0].value_at(0.999), all.value_at(0.999));
}

TEST(Histogram, ANegativeValueCountsAsZeroAndNothingIsLost) {
  Histogram histogram;
  histogram.record(-5);
  histogram.record(std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(histogram.min(), 0);
  EXPECT_EQ(histogram.count(), 2U);
  EXPECT_EQ(histogram.value_at(1), std::numeric_limits<std::int64_t>::max());
}

TEST(Histogram, TheCorrectionAddsWhatASteadyCallerWouldHaveSeen) {
  Histogram plain;
  Histogram corrected;
  for (int i = 0; i < 99; ++i) {
    plain.record(10);
    corrected.record_corrected(10, 10);
  }
  plain.record(1'000);  // one stall of 100 intervals
  corrected.record_corrected(1'000, 10);
  EXPECT_EQ(plain.value_at(0.99), 10);
  EXPECT_EQ(corrected.count(), 99U + 100U);  // 1000, 990, ..., 10
  EXPECT_GT(corrected.value_at(0.99), 900);
}

}  // namespace
}  // namespace groundwork::bench
