#include "bench/compare.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "bench/report.h"

namespace groundwork::bench {
namespace {

/// A run of 2,000 requests over 20 s with latencies around `milliseconds`, slow spells included: they make neighbours
/// alike.
BenchResult run_of(double milliseconds, std::uint64_t seed, bool open = true) {
  base::Random random(seed);
  BenchResult result;
  result.options.target = "http://127.0.0.1:1/<b>";
  result.options.loop = open ? Loop::kOpen : Loop::kClosed;
  result.options.rate = 100;
  Recording& recording = result.recording;
  double spell = 1;
  for (int i = 0; i < 2'000; ++i) {
    if (i % 50 == 0) spell = 1 + 0.3 * random.unit();
    Sample sample;
    sample.intended = sample.started = sample.sent = std::int64_t{i} * 10'000'000;
    const double latency = milliseconds * spell * (1 - 0.2 * std::log1p(-random.unit()));
    sample.done = sample.intended + std::llround(latency * 1e6);
    recording.samples.push_back(sample);
    recording.latency.record(sample.latency());
    ++recording.outcomes[0];
    recording.measured = sample.done;
  }
  result.figures = figures_of(recording, open, {});
  return result;
}

const ComparedFigure& figure(const BenchComparison& comparison, const std::string& name) {
  return *std::ranges::find(comparison.figures, name, &ComparedFigure::name);
}

TEST(Compare, ADifferenceOfAFifthIsSeenAndNamed) {
  const auto comparison = compare_runs(run_of(100, 1), run_of(80, 2), 1);
  ASSERT_TRUE(comparison.ok());
  EXPECT_EQ(figure(*comparison, "latency p50").faster, Faster::kB);
  EXPECT_NEAR(figure(*comparison, "latency p50").ratio, 0.8, 0.05);
  EXPECT_LT(figure(*comparison, "latency p50").low, 0.81);
  EXPECT_TRUE(comparison->text.starts_with("B is better")) << comparison->text;
}

TEST(Compare, TwoRunsOfTheSameSeldomDiffer) {
  int wrong = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const auto comparison = compare_runs(run_of(100, 2 * seed), run_of(100, 2 * seed + 1), seed);
    ASSERT_TRUE(comparison.ok());
    wrong += comparison->text.starts_with("Cannot tell") ? 0 : 1;
  }
  EXPECT_LE(wrong, 2);  // nominally 5 % of each
}

TEST(Compare, WhatMakesRunsIncomparableIsSaid) {
  BenchResult other = run_of(100, 2);
  other.options.rate = 50;
  other.client.bottleneck = true;
  other.client.text = "The client was the bottleneck.";
  const auto comparison = compare_runs(run_of(100, 1), other, 1);
  ASSERT_TRUE(comparison.ok());
  EXPECT_EQ(comparison->warnings.size(), 2U);
  EXPECT_FALSE(compare_runs(run_of(100, 1), BenchResult(), 1).ok());
}

TEST(Report, IsOnePageThatRunsNothingAndEscapesWhatTheTargetSaid) {
  BenchResult result = run_of(100, 1);
  result.recording.outcomes[static_cast<std::size_t>(Outcome::kGarbage)] = 3;
  result.recording.first_complaint[static_cast<std::size_t>(Outcome::kGarbage)] = "found '<script>alert(1)</script>'";
  result.figures = figures_of(result.recording, true, *parse_slo("e2e_p95<=1s"));
  const std::string page = run_report(result, "groundwork test");
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;"), std::string::npos);
  EXPECT_EQ(page.find("http-equiv=\"refresh\""), std::string::npos);
  EXPECT_EQ(page.find("NaN"), std::string::npos);
  EXPECT_EQ(page.find("nan"), std::string::npos);
  EXPECT_NE(page.find("prefers-color-scheme:dark"), std::string::npos);
  EXPECT_NE(page.find("<polyline"), std::string::npos);
  const auto comparison = compare_runs(result, run_of(80, 2), 1);
  EXPECT_NE(comparison_report(result, run_of(80, 2), *comparison, "groundwork test").find("B is better"),
            std::string::npos);
}

}  // namespace
}  // namespace groundwork::bench
