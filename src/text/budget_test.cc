#include "text/budget.h"

#include <gtest/gtest.h>

namespace groundwork::text {
namespace {

constexpr std::int64_t kHuge = std::int64_t{1} << 60;

TEST(Budget, PassagesFillWhatPromptAndAnswerLeave) {
  // 8192 - 700 - 1000 = 6492; 6492 / 250 = 25 passages of 6250 tokens; 8192 - 6950 = 1242 remain for the answer.
  const auto planned = plan({8192, 700, 1000, 250, 100});
  ASSERT_TRUE(planned.ok());
  EXPECT_EQ(*planned, (Plan{25, 6250, 6950, 1242}));
}

TEST(Budget, NoMorePassagesThanThereAre) {
  EXPECT_EQ(*plan({8192, 700, 1000, 250, 10}), (Plan{10, 2500, 3200, 4992}));
  EXPECT_EQ(*plan({1000, 500, 500, 250, 10}), (Plan{0, 0, 500, 500}));
}

TEST(Budget, APromptThatDoesNotFitSaysByHowMuch) {
  const auto planned = plan({1000, 700, 400, 250, 10});
  ASSERT_FALSE(planned.ok());
  EXPECT_EQ(planned.error().code, base::Code::kOutOfRange);
  EXPECT_EQ(planned.error().message,
            "expected prompt and answer within the context window of 1000 tokens, found 1100: 100 too many");
}

TEST(Budget, NegativeAndOverflowingNumbersAreRefused) {
  EXPECT_EQ(plan({-1, 0, 0, 1, 0}).error().code, base::Code::kInvalidArgument);
  EXPECT_EQ(plan({10, 0, 0, 0, 0}).error().code, base::Code::kInvalidArgument);
  EXPECT_EQ(plan({kHuge * 2, 0, 0, 1, 0}).error().code, base::Code::kInvalidArgument);
  EXPECT_TRUE(plan({kHuge, kHuge / 2, kHuge / 2, kHuge, kHuge}).ok());
}

TEST(Cost, IsExactInMicroDollars) {
  // gpt-4o-mini's list prices of July 2024: $0.15, $0.075 and $0.60 a million tokens.
  const Prices prices{{150'000}, {75'000}, {600'000}};
  // 8000 x 0.15 + 2000 x 0.075 + 500 x 0.60 = 1200 + 150 + 300 micro-dollars
  EXPECT_EQ(*cost({10'000, 2'000, 500}, prices), MicroDollars{1650});
  EXPECT_EQ(*cost({1, 0, 0}, prices), MicroDollars{1}) << "0.15 micro-dollars are rounded up";
  EXPECT_EQ(*cost({0, 0, 0}, prices), MicroDollars{0});
}

TEST(Cost, ManySmallCostsAreRoundedOnce) {
  // 0.15 + 0.60 micro-dollars: rounded apart they would be 2
  EXPECT_EQ(*cost({1, 0, 1}, Prices{{150'000}, {75'000}, {600'000}}), MicroDollars{1});
}

TEST(Cost, ImpossibleUsageAndOverflowAreRefused) {
  EXPECT_EQ(cost({10, 11, 0}, {}).error().code, base::Code::kInvalidArgument);
  EXPECT_EQ(cost({-1, 0, 0}, {}).error().code, base::Code::kInvalidArgument);
  EXPECT_EQ(cost({1, 0, 0}, Prices{{-1}, {0}, {0}}).error().code, base::Code::kInvalidArgument);
  EXPECT_EQ(cost({kHuge, 0, kHuge}, Prices{{kHuge}, {0}, {kHuge}}).error().code, base::Code::kOutOfRange);
}

}  // namespace
}  // namespace groundwork::text
