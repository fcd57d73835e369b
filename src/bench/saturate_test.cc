#include "bench/saturate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <queue>

namespace groundwork::bench {
namespace {

/// Seconds that each of `count` requests waits and is served, by `workers` that need `service` seconds each: a queue in
/// virtual time.
std::vector<double> simulate(double rate, double service, std::size_t workers, std::size_t count, std::uint64_t seed) {
  const auto arrivals = arrivals_at(rate, Spacing::kPoisson, seed);
  std::priority_queue<double, std::vector<double>, std::greater<>> free;
  for (std::size_t i = 0; i < workers; ++i) free.push(0);
  std::vector<double> latencies;
  for (std::size_t i = 0; i < count; ++i) {
    const double at = static_cast<double>(arrivals->next()->at) / 1e9;
    const double begin = std::max(at, free.top());
    free.pop();
    free.push(begin + service);
    latencies.push_back(begin + service - at);
  }
  return latencies;
}

/// At most 5 % over 200 ms. Four workers of 40 ms: no more than 100 requests a second can be served.
ProbeRun simulated_target(double client_limit = 1e9) {
  return [client_limit](double rate, int run) -> base::Result<Probe> {
    Probe probe;
    probe.rate = rate;
    probe.client_limit = rate > client_limit;
    const auto latencies = simulate(rate, 0.04, 4, std::max<std::size_t>(static_cast<std::size_t>(rate * 20), 100),
                                    static_cast<std::uint64_t>(run) + 1);
    const auto over = std::ranges::count_if(latencies, [](double one) { return one > 0.2; });
    probe.terms = {{static_cast<std::uint64_t>(over), latencies.size(), 0.05}};
    probe.meets = judge_probe(probe.terms);
    return probe;
  };
}

TEST(Saturation, FindsTheKnownCapacityOfAQueue) {
  const auto found = find_saturation({.from = 2, .precision = 0.1}, simulated_target(), {});
  ASSERT_TRUE(found.ok());
  ASSERT_TRUE(found->meets && found->fails) << found->text;
  // At 100 a second the queue is full; the objective is met until a little below, whatever the seed.
  EXPECT_GT(*found->meets, 75);
  EXPECT_LT(*found->meets, 102);
  EXPECT_GT(*found->fails, *found->meets);
  EXPECT_LT(*found->fails, 130);
}

TEST(Saturation, BeginsAboveTheCapacityAndComesDown) {
  const auto found = find_saturation({.from = 3'000, .precision = 0.2}, simulated_target(), {});
  ASSERT_TRUE(found.ok());
  ASSERT_TRUE(found->meets && found->fails) << found->text;
  EXPECT_GT(*found->meets, 70);
  EXPECT_LT(*found->meets, 102);
}

TEST(Saturation, AClientAtItsEndIsSaidAndNotTheTargetsLimit) {
  const auto found = find_saturation({.from = 2}, simulated_target(40), {});
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(found->client_limit);
  EXPECT_FALSE(found->fails.has_value());
  EXPECT_NE(found->text.find("client was the bottleneck"), std::string::npos) << found->text;
}

TEST(Saturation, ATargetThatNeverMeetsItIsSaid) {
  const ProbeRun never = [](double rate, int) -> base::Result<Probe> {
    return Probe{rate, {{100, 100, 0.05}}, Meets::kNo, false, 0};
  };
  const auto found = find_saturation({.from = 8}, never, {});
  ASSERT_TRUE(found.ok());
  EXPECT_FALSE(found->meets.has_value());
  EXPECT_NE(found->text.find("Not even"), std::string::npos);
}

TEST(Saturation, FewValuesNearTheLimitCannotTell) {
  EXPECT_EQ(judge_probe({{5, 100, 0.05}}), Meets::kCannotTell);
  EXPECT_EQ(judge_probe({{0, 20, 0.05}}), Meets::kCannotTell);
  EXPECT_EQ(judge_probe({{0, 1'000, 0.05}}), Meets::kYes);
  EXPECT_EQ(judge_probe({{200, 1'000, 0.05}}), Meets::kNo);
  EXPECT_EQ(judge_probe({{0, 1'000, 0.05}, {200, 1'000, 0.05}}), Meets::kNo);
  EXPECT_EQ(judge_probe({}), Meets::kCannotTell);
}

}  // namespace
}  // namespace groundwork::bench
