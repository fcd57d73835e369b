#include "model/token_sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace groundwork::model {
namespace {

/// Allows the tokens of a set.
class Only final : public Constraint {
 public:
  explicit Only(std::vector<Token> allowed) : allowed_(std::move(allowed)) {}
  bool allows(Token token) override { return std::ranges::find(allowed_, token) != allowed_.end(); }
  void mask(std::span<float> scores) override {
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (!allows(static_cast<Token>(i))) scores[i] = -std::numeric_limits<float>::infinity();
    }
  }
  base::Status accept(Token) override { return {}; }

 private:
  std::vector<Token> allowed_;
};

std::vector<double> frequencies(TokenSampler& sampler, const std::vector<float>& scores, int draws) {
  std::vector<double> counts(scores.size());
  for (int i = 0; i < draws; ++i) {
    std::vector<float> copy = scores;
    counts[static_cast<std::size_t>(sampler.pick(copy).value())] += 1.0 / draws;
  }
  return counts;
}

TEST(TokenSampler, WithoutTemperatureTheLikeliestComes) {
  for (std::size_t best = 0; best < 40; ++best) {
    std::vector<float> scores(40, -1.0F);
    scores[best] = 2.0F;
    TokenSampler sampler({}, nullptr);
    EXPECT_EQ(sampler.pick(scores).value(), static_cast<Token>(best));
  }
}

TEST(TokenSampler, DrawsByTheProbabilitiesOfSoftmax) {
  TokenSampler sampler({.temperature = 0.5, .seed = 7}, nullptr);
  const auto found = frequencies(sampler, {0.0F, 0.5F, 1.0F}, 40'000);
  const double total = 1 + std::exp(1.0) + std::exp(2.0);
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(found[static_cast<std::size_t>(i)], std::exp(i) / total, 0.01) << i;
}

TEST(TokenSampler, TopPLeavesOutTheTail) {
  TokenSampler sampler({.temperature = 1.0, .top_p = 0.7, .seed = 7}, nullptr);
  const std::vector<float> scores = {std::log(0.5F), std::log(0.3F), std::log(0.2F)};
  const auto found = frequencies(sampler, scores, 20'000);
  EXPECT_NEAR(found[0], 0.625, 0.02);
  EXPECT_NEAR(found[1], 0.375, 0.02);
  EXPECT_EQ(found[2], 0);
}

TEST(TokenSampler, ASeedGivesTheSameTokens) {
  const std::vector<float> scores(100, 1.0F);
  TokenSampler a({.temperature = 1.0, .seed = 5}, nullptr);
  TokenSampler b({.temperature = 1.0, .seed = 5}, nullptr);
  TokenSampler c({.temperature = 1.0, .seed = 6}, nullptr);
  int different = 0;
  for (int i = 0; i < 50; ++i) {
    std::vector<float> x = scores, y = scores, z = scores;
    const Token token = a.pick(x).value();
    EXPECT_EQ(token, b.pick(y).value());
    different += token != c.pick(z).value() ? 1 : 0;
  }
  EXPECT_GT(different, 30);
}

TEST(TokenSampler, AConstraintKeepsTheProportionsOfWhatItAllows) {
  TokenSampler sampler({.temperature = 1.0, .seed = 7}, std::make_unique<Only>(std::vector<Token>{0, 2}));
  const std::vector<float> scores = {std::log(0.1F), std::log(0.6F), std::log(0.3F)};
  const auto found = frequencies(sampler, scores, 20'000);
  EXPECT_NEAR(found[0], 0.25, 0.02);
  EXPECT_EQ(found[1], 0);
  EXPECT_NEAR(found[2], 0.75, 0.02);
}

TEST(TokenSampler, NothingAllowedIsAnError) {
  TokenSampler sampler({}, std::make_unique<Only>(std::vector<Token>{}));
  std::vector<float> scores = {1.0F, 2.0F};
  EXPECT_EQ(sampler.pick(scores).error().code, base::Code::kInternal);
  TokenSampler other({}, nullptr);
  std::vector<float> broken(3, std::nanf(""));
  EXPECT_EQ(other.pick(broken).error().code, base::Code::kInternal);
}

}  // namespace
}  // namespace groundwork::model
