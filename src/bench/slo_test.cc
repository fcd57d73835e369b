#include "bench/slo.h"

#include <gtest/gtest.h>

namespace groundwork::bench {
namespace {

TEST(Slo, ReadsTermsWithUnits) {
  const auto slo = parse_slo("ttft_p95<=300ms, e2e_p99.9<=2s,itl_p50<=500us,errors<=1%");
  ASSERT_TRUE(slo.ok()) << slo.error().message;
  ASSERT_EQ(slo->terms.size(), 4U);
  EXPECT_EQ(slo->terms[0].metric, SloMetric::kTtft);
  EXPECT_DOUBLE_EQ(slo->terms[0].quantile, 0.95);
  EXPECT_DOUBLE_EQ(slo->terms[0].limit, 300e6);
  EXPECT_NEAR(slo->terms[1].quantile, 0.999, 1e-12);
  EXPECT_DOUBLE_EQ(slo->terms[2].limit, 500e3);
  EXPECT_EQ(slo->terms[3].metric, SloMetric::kErrors);
  EXPECT_DOUBLE_EQ(slo->terms[3].limit, 0.01);
}

TEST(Slo, SaysWhichTermIsWrong) {
  for (const char* text :
       {"ttft<=300ms", "ttft_p95<300ms", "speed_p95<=1s", "e2e_p100<=1s", "e2e_p0<=1s", "e2e_p95<=-1s", "e2e_p95<=1",
        "e2e_p95<=1parsec", "errors<=1", "errors<=101%", "errors_p95<=1%", "e2e_pnan<=1s"}) {
    const auto slo = parse_slo(text);
    if (std::string(text) == "e2e_p95<=1") {
      EXPECT_TRUE(slo.ok());  // a bare number is seconds
      continue;
    }
    ASSERT_FALSE(slo.ok()) << text;
    EXPECT_NE(slo.error().message.find(text), std::string::npos) << slo.error().message;
  }
}

TEST(Slo, DurationsHaveUnits) {
  EXPECT_EQ(*parse_duration("1.5s"), 1'500'000'000);
  EXPECT_EQ(*parse_duration("2m"), 120'000'000'000);
  EXPECT_EQ(*parse_duration("30"), 30'000'000'000);
  EXPECT_FALSE(parse_duration("").ok());
  EXPECT_FALSE(parse_duration("-1s").ok());
  EXPECT_FALSE(parse_duration("1e3s").ok());
  EXPECT_FALSE(parse_duration("9999999h").ok());
}

}  // namespace
}  // namespace groundwork::bench
