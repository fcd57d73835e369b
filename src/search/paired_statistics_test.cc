#include "search/paired_statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/random.h"

namespace groundwork::search {
namespace {

/// A standard normal number, by Box and Muller.
double normal(base::Random& random) {
  return std::sqrt(-2 * std::log(1 - random.unit())) * std::cos(2 * std::acos(-1.0) * random.unit());
}

/// The difference of two rankings that are equally good: a third of the queries tie, hard queries are hard for both,
/// and each value is between 0 and 1. Its mean is 0.
double of_rankings(base::Random& random) {
  if (random.below(3) == 0) return 0;
  const double ease = random.unit();
  const double a = std::clamp(ease + 0.25 * normal(random), 0.0, 1.0);
  return std::clamp(ease + 0.25 * normal(random), 0.0, 1.0) - a;
}

struct Simulated {
  double (*draw)(base::Random&);
  double mean;
};

double coverage(const Simulated& from, std::size_t queries, int experiments) {
  base::Random random(17);
  int covered = 0;
  for (int i = 0; i < experiments; ++i) {
    std::vector<double> values(queries);
    for (double& value : values) value = from.draw(random);
    const auto interval = mean_interval(values, {.seed = random.next(), .resamples = 600}).value();
    covered += interval.low <= from.mean && from.mean <= interval.high ? 1 : 0;
  }
  return static_cast<double>(covered) / experiments;
}

// With 4,000 experiments the coverage that is seen has a standard error of 0.0034.
TEST(MeanInterval, CoversTheTrueMeanNineteenTimesInTwenty) {
  for (const std::size_t queries : {20, 80}) {
    const double seen = coverage({normal, 0}, queries, 4'000);
    EXPECT_GE(seen, 0.94) << queries;
    EXPECT_LE(seen, 0.96) << queries;
  }
  for (const std::size_t queries : {50, 100}) {
    const double seen = coverage({of_rankings, 0}, queries, 4'000);
    EXPECT_GE(seen, 0.94) << queries;
    EXPECT_LE(seen, 0.96) << queries;
  }
}

TEST(MeanInterval, IsThatOfStudentForNormalValues) {
  base::Random random(5);
  std::vector<double> values(200);
  for (double& value : values) value = normal(random);
  const double half = 1.9720 * deviation_of(values) / std::sqrt(200.0);  // t(0.975, 199), from tables
  const auto interval = mean_interval(values, {.resamples = 50'000}).value();
  EXPECT_NEAR(interval.low, mean_of(values) - half, 0.01);
  EXPECT_NEAR(interval.high, mean_of(values) + half, 0.01);
}

TEST(MeanInterval, LeansToWhereTheValuesDo) {
  // One value of ten far above: the mean may be much larger, and little smaller.
  const std::vector<double> values = {0.1, 0.1, 0.12, 0.1, 0.11, 0.1, 0.09, 0.1, 0.1, 0.9};
  const auto interval = mean_interval(values).value();
  EXPECT_GT(interval.high - mean_of(values), mean_of(values) - interval.low);
}

TEST(MeanInterval, NeedsTwoValuesAndIsAPointWhenTheyAreEqual) {
  EXPECT_FALSE(mean_interval({}).has_value());
  EXPECT_FALSE(mean_interval(std::vector<double>{0.5}).has_value());
  EXPECT_EQ(mean_interval(std::vector<double>{0.5, 0.5, 0.5}), (Interval{0.5, 0.5}));
  const auto two = mean_interval(std::vector<double>{0, 1}).value();
  EXPECT_EQ(two, (Interval{0, 1})) << "nothing outside of what was seen";
}

TEST(MeanInterval, IsTheSameForTheSameSeed) {
  base::Random random(5);
  std::vector<double> values(40);
  for (double& value : values) value = random.unit();
  EXPECT_EQ(mean_interval(values, {.seed = 3}), mean_interval(values, {.seed = 3}));
  EXPECT_NE(mean_interval(values, {.seed = 3}), mean_interval(values, {.seed = 4}));
}

/// The largest distance of the shares of p below x from x itself (Kolmogorov and Smirnov).
double distance_from_uniform(std::vector<double> ps) {
  std::ranges::sort(ps);
  double most = 0;
  for (std::size_t i = 0; i < ps.size(); ++i) {
    const auto n = static_cast<double>(ps.size());
    most = std::max(
        {most, std::abs(ps[i] - static_cast<double>(i) / n), std::abs(ps[i] - static_cast<double>(i + 1) / n)});
  }
  return most;
}

TEST(RandomisationTest, IsUniformWhenThereIsNoDifference) {
  constexpr std::size_t kExperiments = 2'000;
  base::Random random(23);
  std::vector<double> ps;
  for (std::size_t i = 0; i < kExperiments; ++i) {
    std::vector<double> differences(40);
    for (double& one : differences) one = normal(random) * std::abs(normal(random));
    ps.push_back(randomisation_p(differences, {.seed = random.next(), .permutations = 2'000}));
  }
  EXPECT_LT(distance_from_uniform(ps), 1.63 / std::sqrt(static_cast<double>(kExperiments))) << "1 % point of the test";
}

TEST(RandomisationTest, RejectsAtMostAsOftenAsItSaysOnRankings) {
  constexpr int kExperiments = 2'000;
  base::Random random(29);
  int rejected = 0;
  for (int i = 0; i < kExperiments; ++i) {
    std::vector<double> differences(50);
    for (double& one : differences) one = of_rankings(random);
    rejected += randomisation_p(differences, {.seed = random.next(), .permutations = 1'000}) < 0.05 ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(rejected) / kExperiments, 0.05, 0.0147) << "3 standard errors";
}

TEST(RandomisationTest, CountsAllSignsOfFewDifferences) {
  // 5 of one sign: only all + and all - are as far, 2 of 32.
  EXPECT_DOUBLE_EQ(randomisation_p(std::vector<double>{0.1, 0.1, 0.1, 0.1, 0.1}), 2.0 / 32);
  // |sum| = 4 of {1, 2, 3, -2}: of 16 signs 4 give 4 or -4, 2 give 6 or -6, 2 give 8 or -8.
  EXPECT_DOUBLE_EQ(randomisation_p(std::vector<double>{1, 2, 3, -2}), 8.0 / 16);
  EXPECT_DOUBLE_EQ(randomisation_p(std::vector<double>{0, 0, 0.1, 0}), 1);
  EXPECT_DOUBLE_EQ(randomisation_p(std::vector<double>{0, 0}), 1);
  EXPECT_DOUBLE_EQ(randomisation_p({}), 1);
}

TEST(RandomisationTest, DrawnSignsAgreeWithAllSigns) {
  base::Random random(31);
  std::vector<double> sixteen(16);
  for (double& one : sixteen) one = normal(random) + 0.5;
  std::vector<double> seventeen = sixteen;
  seventeen.push_back(1e-9);  // too small to matter, and one too many to enumerate
  EXPECT_NEAR(randomisation_p(sixteen), randomisation_p(seventeen), 0.003);
}

TEST(RandomisationTest, IsNeverZero) {
  EXPECT_GT(randomisation_p(std::vector<double>(100, 1.0), {.permutations = 1'000}), 0);
}

TEST(StudentTest, IsThatOfTables) {
  // scipy.stats.ttest_rel([0.1, 0.4, 0.35, 0.8], [0.2, 0.5, 0.30, 0.9]).pvalue = 0.19398...: t = -1.6667, 3 degrees.
  const std::vector<double> differences = {0.1, 0.1, -0.05, 0.1};
  EXPECT_NEAR(student_p(differences), 0.1941, 0.0005);
  EXPECT_DOUBLE_EQ(student_p(std::vector<double>{0, 0, 0}), 1);
  EXPECT_DOUBLE_EQ(student_p(std::vector<double>{0.5, 0.5}), 0);
  EXPECT_DOUBLE_EQ(student_p(std::vector<double>{0.5}), 1);
}

TEST(QueriesToTell, AreThoseOfTheUsualFormula) {
  // (1.95996 + 0.84162)^2 = 7.8489 for a difference of one deviation.
  EXPECT_EQ(queries_to_tell(1, 1), 8u);
  EXPECT_EQ(queries_to_tell(-0.01, 0.1), 785u);
  EXPECT_EQ(queries_to_tell(0, 0.1), 0u);
  EXPECT_EQ(queries_to_tell(0.1, 0), 0u);
}

}  // namespace
}  // namespace groundwork::search
