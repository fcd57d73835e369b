#include "bench/arrivals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

namespace groundwork::bench {
namespace {

TEST(Arrivals, PoissonHasTheMeanAndTheSpreadOfItsGaps) {
  const auto arrivals = arrivals_at(1'000, Spacing::kPoisson, 5);
  double sum = 0;
  double squares = 0;
  std::int64_t last = 0;
  constexpr int kCount = 100'000;
  for (int i = 0; i < kCount; ++i) {
    const std::int64_t at = arrivals->next()->at;
    ASSERT_GE(at, last);
    const double gap = static_cast<double>(at - last);
    sum += gap;
    squares += gap * gap;
    last = at;
  }
  const double mean = sum / kCount;
  EXPECT_NEAR(mean, 1e6, 0.02e6);                                          // 1/sqrt(100,000) is 0.3 %
  EXPECT_NEAR(std::sqrt(squares / kCount - mean * mean) / mean, 1, 0.03);  // exponential: deviation equals mean
}

TEST(Arrivals, ConstantOnesDoNotDrift) {
  const auto arrivals = arrivals_at(3, Spacing::kConstant, 1);
  std::int64_t at = 0;
  for (int i = 0; i <= 3'000'000; ++i) at = arrivals->next()->at;
  EXPECT_EQ(at, 1'000'000'000'000'000);
}

TEST(Arrivals, TheSameSeedGivesTheSameTimes) {
  const auto a = arrivals_at(10, Spacing::kPoisson, 9);
  const auto b = arrivals_at(10, Spacing::kPoisson, 9);
  const auto c = arrivals_at(10, Spacing::kPoisson, 10);
  EXPECT_EQ(a->next(), b->next());
  EXPECT_NE(a->next(), c->next());
}

TEST(Arrivals, ReadsAzureAndMooncakeTraces) {
  const auto azure = parse_trace(
      "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:04.0319600,3180,8\r\n2023-11-16 "
      "18:17:03.9799600,4808,10\n",
      "azure.csv");
  ASSERT_TRUE(azure.ok()) << azure.error().message;
  EXPECT_EQ(*azure, (std::vector<Arrival>{{0, 4808, 10}, {52'000'000, 3180, 8}}));  // sorted
  const auto mooncake = parse_trace(
      "{\"timestamp\": 1000, \"input_length\": 5, \"output_length\": 6, \"hash_ids\": [1]}\n"
      "{\"timestamp\": 3000, \"input_length\": 7, \"output_length\": 8}\n",
      "m.jsonl", 2);
  ASSERT_TRUE(mooncake.ok()) << mooncake.error().message;
  EXPECT_EQ(*mooncake, (std::vector<Arrival>{{0, 5, 6}, {1'000'000'000, 7, 8}}));
}

TEST(Arrivals, ABrokenTraceSaysWhere) {
  const std::string header = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
  for (const std::string& line :
       {std::string("nonsense"), std::string("2023-11-16 18:17:04.1,1"), std::string("2023-11-16 18:17:04.1,-1,2"),
        std::string("2023-13-16 18:17:04.1,1,2"), std::string("2023-11-16 18:17:04.,1,2")}) {
    const auto trace = parse_trace(header + "2023-11-16 18:17:03.1,1,2\n" + line + "\n", "t.csv");
    ASSERT_FALSE(trace.ok()) << line;
    EXPECT_EQ(trace.error().where, "t.csv:3");
  }
  EXPECT_FALSE(parse_trace("a,b,c\n", "t.csv").ok());
  EXPECT_FALSE(parse_trace(header, "t.csv").ok());
  EXPECT_FALSE(parse_trace("", "t.csv").ok());
  EXPECT_FALSE(parse_trace("{\"timestamp\": -1, \"input_length\": 5, \"output_length\": 6}\n", "t").ok());
}

TEST(Arrivals, TimesBeyondTheClockAreRefused) {
  const std::string header = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
  EXPECT_FALSE(parse_trace(header + "9999-12-31 23:59:59,1,1\n", "t").ok());
  EXPECT_FALSE(parse_trace("{\"timestamp\": 9e12, \"input_length\": 5, \"output_length\": 6}\n", "t").ok());
  const std::string far = header + "1970-01-01 00:00:00,1,1\n2099-12-31 23:59:59,1,1\n";
  EXPECT_FALSE(parse_trace(far, "t", 0.5).ok());
  EXPECT_TRUE(parse_trace(far, "t", 2).ok());
}

TEST(Arrivals, TheSharedTracesAreReadWhole) {
  const char* data = std::getenv("GROUNDWORK_DATA");
  if (data == nullptr) GTEST_SKIP() << "GROUNDWORK_DATA is not set";
  const auto code = read_trace(std::string(data) + "/azure-llm-trace/code.csv");
  ASSERT_TRUE(code.ok()) << code.error().message;
  EXPECT_EQ(code->size(), 8'819U);  // lines of the file less its header; the last has no line feed
}

}  // namespace
}  // namespace groundwork::bench
