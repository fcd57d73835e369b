#include "base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace groundwork::base {
namespace {

// First outputs for seed 1234567, from the reference implementation that Vigna publishes with SplitMix64.
TEST(Random, MatchesTheReferenceSequence) {
  Random random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317ULL);
  EXPECT_EQ(random.next(), 3203168211198807973ULL);
}

TEST(Random, ShuffleIsAPermutationAndRepeats) {
  std::vector<int> a(50);
  std::iota(a.begin(), a.end(), 0);
  auto b = a;
  const auto sorted = a;
  Random(42).shuffle(a);
  Random(42).shuffle(b);
  EXPECT_EQ(a, b);
  EXPECT_NE(a, sorted);
  std::sort(a.begin(), a.end());
  EXPECT_EQ(a, sorted);
}

TEST(Random, BelowStaysBelowAndReachesAll) {
  Random random(1);
  std::vector<int> seen(7);
  for (int i = 0; i < 1000; ++i) ++seen.at(random.below(7));
  EXPECT_EQ(std::count(seen.begin(), seen.end(), 0), 0);
}

TEST(RandomId, NeverRepeats) { EXPECT_NE(random_id(), random_id()); }

}  // namespace
}  // namespace groundwork::base
