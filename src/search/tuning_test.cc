#include "search/tuning.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "base/random.h"

namespace groundwork::search {
namespace {

std::vector<TestQuery> queries(std::size_t count) {
  std::vector<TestQuery> made;
  for (std::size_t i = 0; i < count; ++i) made.push_back({"q" + std::to_string(i), ""});
  return made;
}

Configuration with_weight(double weight) {
  Configuration one;
  one.lexical_weight = weight;
  return one;
}

std::vector<Configuration> weights(std::size_t count) {
  std::vector<Configuration> made;
  for (std::size_t i = 0; i < count; ++i)
    made.push_back(with_weight(static_cast<double>(i) / static_cast<double>(count)));
  return made;
}

/// 0.5 plus `gain` at weight 0.5, plus noise by query and weight of up to `noise` either way. Counts what is measured.
struct Bench {
  double gain = 0;
  double noise = 0;
  std::size_t measured = 0;
  std::set<std::string> seen = {};

  base::Result<std::vector<double>> operator()(const Configuration& one, std::span<const TestQuery> asked) {
    std::vector<double> values;
    for (const TestQuery& query : asked) {
      const double weight = one.lexical_weight.value_or(0);
      base::Random random(static_cast<std::uint64_t>(weight * 1e6) * 1'000 + std::stoull(query.id.substr(1)));
      values.push_back(0.5 + gain * (1 - std::abs(weight - 0.5)) + noise * (2 * random.unit() - 1));
      seen.insert(query.id);
    }
    measured += asked.size();
    return values;
  }
};

Tuning tuned(Bench& bench, std::size_t count, const TuningOptions& options = {}) {
  return tune(queries(count), weights(10), Configuration{}, std::ref(bench), options).value();
}

TEST(Tuning, FindsWhatIsBetterAndShowsItOnOtherQueries) {
  for (const TuningStrategy strategy : {TuningStrategy::kGrid, TuningStrategy::kHalving}) {
    Bench bench{.gain = 0.4, .noise = 0.05};
    const Tuning one = tuned(bench, 80, {.strategy = strategy, .metric = {}});
    EXPECT_EQ(to_string(one.trials.front().configuration), "mode=hybrid,fusion-weight=0.5");
    EXPECT_TRUE(one.worth_it());
    EXPECT_NEAR(one.held_out.difference, 0.2, 0.03);
    EXPECT_NE(sentence(one).find("take mode=hybrid,fusion-weight=0.5."), std::string::npos);
  }
}

TEST(Tuning, NoiseIsSeldomTakenForABetterConfiguration) {
  // The best of ten on the tuning queries is always above; on the others it is so as often as the test allows.
  int taken = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Bench bench{.gain = 0, .noise = 0.2};
    const Tuning one = tuned(bench, 60, {.metric = {}, .seed = seed});
    EXPECT_GT(one.trials.front().mean, one.baseline_trial.mean - 1e-12);
    taken += one.worth_it() ? 1 : 0;
    if (!one.worth_it() && one.trials.front().configuration != one.baseline) {
      EXPECT_NE(sentence(one).find("keep the default"), std::string::npos);
    }
  }
  EXPECT_LE(taken, 12);
}

TEST(Tuning, HeldOutQueriesHaveNoPartInChoosing) {
  Bench bench{.gain = 0.4, .noise = 0.1};
  const Tuning one = tuned(bench, 40);
  std::set<std::string> held_out;
  for (const QueryChange& change : one.held_out.changes) held_out.insert(change.id);
  EXPECT_EQ(held_out.size(), 20u);
  EXPECT_EQ(one.tuning_queries, 20u);
  // 10 configurations and the default on 20 queries, then two on the other 20.
  EXPECT_EQ(bench.measured, 11u * 20 + 2 * 20);
  EXPECT_EQ(bench.seen.size(), 40u);
}

TEST(Tuning, HalvingMeasuresLess) {
  Bench grid{.gain = 0.4, .noise = 0.1};
  Bench halving = grid;
  tuned(grid, 128);
  const Tuning one = tuned(halving, 128, {.strategy = TuningStrategy::kHalving, .metric = {}});
  EXPECT_LT(halving.measured, grid.measured * 6 / 10);
  EXPECT_EQ(one.trials.size(), 10u) << "those left behind are listed";
  EXPECT_EQ(one.trials.front().queries, 64u);
  EXPECT_EQ(one.trials.back().queries, 8u);
}

TEST(Tuning, IsTheSameForTheSameSeed) {
  Bench bench{.gain = 0.1, .noise = 0.1};
  const base::json::object first = to_json(tuned(bench, 40, {.metric = {}, .seed = 9}));
  EXPECT_EQ(first, to_json(tuned(bench, 40, {.metric = {}, .seed = 9})));
  EXPECT_NE(first, to_json(tuned(bench, 40, {.metric = {}, .seed = 10})));
}

TEST(Tuning, WhatCannotBeTunedIsSaid) {
  Bench bench;
  const auto error = [&](std::size_t count, const std::vector<Configuration>& some, const TuningOptions& options) {
    return tune(queries(count), some, Configuration{}, std::ref(bench), options).error().text();
  };
  EXPECT_EQ(error(3, weights(2), {}), "expected at least 4 queries with a relevant document to tune, found 3");
  EXPECT_EQ(error(9, {}, {}), "expected a configuration to try, found none");
  EXPECT_NE(error(9, weights(2), {.metric = {}, .held_out = 1}).find("held-out share between 0 and 1"),
            std::string::npos);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(tune(queries(9), weights(2), {}, std::ref(bench), {}, {}, stop.get_token()).error().code,
            base::Code::kCancelled);
}

}  // namespace
}  // namespace groundwork::search
