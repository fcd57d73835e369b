#include <gtest/gtest.h>

#include <cmath>

#include "score/agreement.h"
#include "score/flakiness.h"
#include "score/intervals.h"
#include "score/paired_tests.h"
#include "score/simulation.h"

namespace groundwork::score {
namespace {

/// Share of trials whose interval holds the truth.
template <typename Trial>
double coverage(std::size_t trials, double truth, const Trial& trial) {
  std::size_t held = 0;
  for (std::size_t i = 0; i < trials; ++i) {
    const std::optional<Interval> interval = trial(i);
    held += interval && interval->low <= truth && truth <= interval->high ? 1 : 0;
  }
  const double share = static_cast<double>(held) / static_cast<double>(trials);
  testing::Test::RecordProperty("coverage", std::to_string(share));
  return share;
}

TEST(Intervals, OfSharesAreThoseOfScipy) {
  // scipy 1.17.1: binomtest(97, 100).proportion_ci(method="wilson"), and "exact"
  const Interval wilson = wilson_interval(97, 100);
  EXPECT_NEAR(wilson.low, 0.9154806357094724, 1e-12);
  EXPECT_NEAR(wilson.high, 0.9897454759759611, 1e-12);
  const Interval exact = clopper_pearson_interval(97, 100);
  EXPECT_NEAR(exact.low, 0.9148239470257197, 1e-9);
  EXPECT_NEAR(exact.high, 0.9937700284616938, 1e-9);
  EXPECT_EQ(clopper_pearson_interval(0, 5).low, 0);
  EXPECT_EQ(clopper_pearson_interval(5, 5).high, 1);
  EXPECT_EQ(wilson_interval(0, 5).low, 0);
  EXPECT_EQ(wilson_interval(5, 5).high, 1);
}

// Coverage of a share is computed, not drawn: every count with its probability, over truths near the edge.
TEST(Intervals, OfSharesNearTheEdgeCoverNineteenOfTwenty) {
  for (const std::size_t cases : {50, 100, 200, 400}) {
    std::vector<Interval> intervals;
    for (std::size_t k = 0; k <= cases; ++k) intervals.push_back(wilson_interval(k, cases));
    const auto n = static_cast<double>(cases);
    double covered = 0;
    constexpr int kTruths = 200;
    for (int i = 0; i < kTruths; ++i) {
      const double truth = 0.9 + 0.1 * (i + 0.5) / kTruths;
      for (std::size_t k = 0; k <= cases; ++k) {
        if (truth < intervals[k].low || truth > intervals[k].high) continue;
        const auto right = static_cast<double>(k);
        covered += std::exp(std::lgamma(n + 1) - std::lgamma(right + 1) - std::lgamma(n - right + 1) +
                            right * std::log(truth) + (n - right) * std::log1p(-truth));
      }
    }
    EXPECT_GE(covered / kTruths, 0.94) << cases;
    EXPECT_LE(covered / kTruths, 0.96) << cases;
  }
}

// 3,000 trials know a coverage of 95 % within 0.4 points (one deviation).
constexpr std::size_t kTrials = 3000;

TEST(Intervals, OfSkewedScoresCoverNineteenOfTwenty) {
  base::Random random(11);
  // 1 - u^4: mean 0.8, most near 1, a long tail to 0.
  const double covered = coverage(kTrials, 0.8, [&](std::size_t trial) {
    std::vector<double> values;
    for (int i = 0; i < 50; ++i) values.push_back(1 - std::pow(random.unit(), 4));
    search::ResamplingOptions options;
    options.seed = trial;
    options.resamples = 800;
    return interval_of_mean(values, options);
  });
  EXPECT_GE(covered, 0.94);
  EXPECT_LE(covered, 0.96);
}

TEST(Intervals, OfExponentialValuesCoverNineteenOfTwenty) {
  base::Random random(12);
  const double covered = coverage(kTrials, 1, [&](std::size_t trial) {
    std::vector<double> values;
    for (int i = 0; i < 60; ++i) values.push_back(-std::log(1 - random.unit()));
    search::ResamplingOptions options;
    options.seed = trial;
    options.resamples = 800;
    return interval_of_mean(values, options);
  });
  EXPECT_GE(covered, 0.94);
  EXPECT_LE(covered, 0.96);
}

TEST(Intervals, OfPairedFlakyAnswersCoverNineteenOfTwenty) {
  base::Random random(13);
  // A case is right before with 0.9; the change breaks 0.06 of all and mends 0.02, so the difference is -0.04.
  const double covered = coverage(10'000, -0.04, [&](std::size_t) {
    std::vector<double> differences;
    for (int i = 0; i < 200; ++i) {
      const double u = random.unit();
      differences.push_back(u < 0.06 ? -1 : u < 0.08 ? 1 : 0);
    }
    return difference_interval(differences);
  });
  EXPECT_GE(covered, 0.94);
  EXPECT_LE(covered, 0.96);
}

TEST(Intervals, OfPairedNoisyScoresCoverNineteenOfTwenty) {
  base::Random random(14);
  const double covered = coverage(10'000, 0.02, [&](std::size_t) {
    std::vector<double> differences;
    for (int i = 0; i < 40; ++i) {  // both sides have the same skewed noise
      const double before = random.unit() < 0.1 ? 0.3 * random.unit() : 0;
      const double after = random.unit() < 0.1 ? 0.3 * random.unit() : 0;
      differences.push_back(0.02 + before - after + 0.05 * normal(random));
    }
    return difference_interval(differences);
  });
  EXPECT_GE(covered, 0.94);
  EXPECT_LE(covered, 0.96);
}

TEST(Intervals, OfTooFewValuesThereAreNone) {
  EXPECT_FALSE(interval_of_mean(std::vector<double>{0.5}));
  EXPECT_FALSE(difference_interval(std::vector<double>{}));
  EXPECT_EQ(interval_of_mean(std::vector<double>{0.5, 0.5}), (Interval{0.5, 0.5}));
}

TEST(PairedTests, McNemarIsTheBinomial) {
  EXPECT_NEAR(mcnemar_p(1, 9, Alternative::kLess), 11.0 / 1024, 1e-12);  // (10 choose 9) + (10 choose 10)
  EXPECT_NEAR(mcnemar_p(1, 9), 22.0 / 1024, 1e-12);
  EXPECT_NEAR(mcnemar_p(1, 9, Alternative::kGreater), 1023.0 / 1024, 1e-12);
  EXPECT_EQ(mcnemar_p(0, 0), 1);
  EXPECT_EQ(mcnemar_p(4, 4), 1);
}

TEST(PairedTests, WilcoxonIsThatOfItsPaperAndOfScipy) {
  // Darwin's 15 pairs of corn plants, as in the documentation of scipy.stats.wilcoxon.
  const std::vector<double> darwin = {6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75};
  const Wilcoxon exact = wilcoxon_signed_rank(darwin, Alternative::kTwoSided, WilcoxonMethod::kExact);
  EXPECT_EQ(exact.negative, 24);
  EXPECT_NEAR(exact.p, 0.041259765625, 1e-12);  // scipy.stats.wilcoxon(d)
  EXPECT_NEAR(wilcoxon_signed_rank(darwin, Alternative::kGreater, WilcoxonMethod::kExact).p, 0.0206298828125, 1e-12);
  EXPECT_EQ(wilcoxon_signed_rank(std::vector<double>{0, 0}).p, 1);
}

TEST(PairedTests, SignFlipsOfEqualSizesAreMcNemar) {
  std::vector<double> few(10, -0.5);
  few[3] = 0.5;
  EXPECT_NEAR(sign_flip_p(few, Alternative::kLess), mcnemar_p(1, 9, Alternative::kLess), 1e-12);
  std::vector<double> many(60, -1);
  for (std::size_t i = 0; i < 20; ++i) many[i] = 1;
  many.resize(200, 0);
  EXPECT_NEAR(sign_flip_p(many, Alternative::kLess), mcnemar_p(20, 40, Alternative::kLess), 0.002);
  EXPECT_NEAR(sign_flip_p(many, Alternative::kGreater), mcnemar_p(20, 40, Alternative::kGreater), 0.1);
  EXPECT_EQ(sign_flip_p(std::vector<double>(5, 0), Alternative::kLess), 1);
}

TEST(Flakiness, CountsPairsOfRunsThatDisagree) {
  const std::vector<std::vector<double>> runs = {{1, 1, 1, 1}, {1, 1, 0, 0}, {0.5}, {0.25, 0.75}};
  const Flakiness made = flakiness(runs);
  EXPECT_EQ(made.repeated, 3U);
  EXPECT_EQ(made.flaky, 2U);
  EXPECT_NEAR(made.cases[1].disagreement, 4.0 / 6, 1e-12);
  EXPECT_EQ(made.cases[3].disagreement, 1);
  EXPECT_NEAR(made.disagreement, (0 + 4.0 / 6 + 1) / 3, 1e-12);
  EXPECT_NEAR(made.noise, std::sqrt((1.0 + 0.125) / 7), 1e-12);  // squares 1 of 3 free, 0.125 of 1, 0 of 3
  EXPECT_NEAR(made.noise_of_mean, made.noise / 2, 1e-12);
  EXPECT_EQ(flakiness(std::vector<std::vector<double>>{{1}, {0}}).repeated, 0U);
}

TEST(Flakiness, IsTheProbabilityThatTwoRunsDiffer) {
  base::Random random(15);
  std::vector<std::vector<double>> runs;
  for (int i = 0; i < 3000; ++i) {
    runs.push_back({});
    for (int j = 0; j < 5; ++j) runs.back().push_back(random.unit() < 0.8 ? 1 : 0);
  }
  EXPECT_NEAR(flakiness(runs).disagreement, 2 * 0.8 * 0.2, 0.01);
}

TEST(Agreement, KappaIsAgreementBeyondChance) {
  // 20 + 15 of 50 agree: 0.7; by chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5 would; (0.7 - 0.5) / (1 - 0.5).
  const std::size_t table[2][2] = {{20, 5}, {10, 15}};
  std::vector<std::size_t> a;
  std::vector<std::size_t> b;
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < 2; ++j) {
      a.insert(a.end(), table[i][j], i);
      b.insert(b.end(), table[i][j], j);
    }
  }
  const auto kappa = cohen_kappa(a, b, 2);
  ASSERT_TRUE(kappa.ok());
  EXPECT_NEAR(*kappa, 0.4, 1e-12);
}

TEST(Agreement, IsNotCalibratedWithoutLabels) {
  const auto none = calibrate({}, {}, 2);
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(none->calibrated());
  EXPECT_EQ(to_string(*none), "uncalibrated");
  const std::vector<std::size_t> judged = {0, 1, 1, 0};
  const auto some = calibrate(judged, judged, 2, KappaWeights::kQuadratic);
  ASSERT_TRUE(some.ok());
  EXPECT_EQ(to_string(*some), "kappa 1.00 (quadratic, 4 items)");
  EXPECT_FALSE(calibrate(judged, {}, 2).ok());
  EXPECT_FALSE(cohen_kappa(judged, judged, 1).ok());
}

}  // namespace
}  // namespace groundwork::score
