#include "progress/quiz_rule.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace groundwork::progress {
namespace {

/// P(passed), exactly, of a learner who answers each item right with probability `mastery`, by walking every pair
/// (answered, right) that the rule lets a quiz reach.
double probability_passed(double mastery, int planned, int maximum) {
  std::map<int, double> by_right = {{0, 1.0}};
  double passed = 0;
  for (int answered = 1; answered <= maximum; ++answered) {
    std::map<int, double> next;
    for (const auto& [right, p] : by_right) {
      next[right + 1] += p * mastery;
      next[right] += p * (1 - mastery);
    }
    by_right.clear();
    for (const auto& [right, p] : next) {
      std::vector<Fraction> credits(static_cast<std::size_t>(answered), Fraction{});
      for (int i = 0; i < right; ++i) credits[static_cast<std::size_t>(i)] = Fraction{1, 1};
      const QuizDecision decision = decide_quiz(credits, planned, maximum);
      if (!decision.finished) {
        by_right[right] += p;
      } else if (band_of(decision.score) == Band::kPassed) {
        passed += p;
      }
    }
  }
  return passed;
}

TEST(QuizRule, ErrsInAtMostFiveOfAHundredQuizzesAtTheEightyCut) {
  for (int planned : {5, 8, 10, 12}) {
    EXPECT_LE(1 - probability_passed(0.90, planned, kMaxQuizItems), 0.05) << "held although able, planned " << planned;
    EXPECT_LE(probability_passed(0.60, planned, kMaxQuizItems), 0.05) << "let through, planned " << planned;
  }
}

TEST(QuizRule, EightItemsAloneWouldErrFarMoreOften) {
  EXPECT_NEAR(1 - probability_passed(0.90, 8, 8), 0.19, 0.005);  // 7 of 8 needed
  EXPECT_NEAR(probability_passed(0.60, 8, 8), 0.11, 0.005);
}

TEST(QuizRule, StopsAtThePlannedItemsWhenAllAreRightOrAllAreWrong) {
  EXPECT_TRUE(decide_quiz(std::vector<Fraction>(8, Fraction{1, 1}), 8, 25).decided);
  EXPECT_TRUE(decide_quiz(std::vector<Fraction>(8, Fraction{}), 8, 25).decided);
  EXPECT_FALSE(decide_quiz(std::vector<Fraction>(7, Fraction{1, 1}), 8, 25).finished);
}

TEST(QuizRule, GoesOnNearACutAndStopsAtTheMaximum) {
  std::vector<Fraction> credits(8, Fraction{1, 1});
  credits[0] = credits[1] = Fraction{};
  EXPECT_FALSE(decide_quiz(credits, 8, 25).finished);
  EXPECT_TRUE(decide_quiz(credits, 8, 8).finished);
  EXPECT_FALSE(decide_quiz(credits, 8, 8).decided);
}

TEST(QuizRule, ComparesScoresUnrounded) {
  EXPECT_EQ(band_of(Fraction{159, 200}), Band::kRemedial);  // 79.5 %
  EXPECT_EQ(band_of(Fraction{4, 5}), Band::kPassed);
  EXPECT_EQ(band_of(Fraction{599, 1000}), Band::kRecap);
  EXPECT_EQ(band_of(Fraction{3, 5}), Band::kRemedial);
}

TEST(Fraction, AddsExactlyAndRoundsDownOnlyWhenItCannotHoldTheSum) {
  EXPECT_EQ((Fraction{1, 3} + Fraction{1, 6}), (Fraction{1, 2}));
  Fraction sum;
  for (std::int64_t d : {999983, 999979, 999961, 999959, 999953}) sum = sum + Fraction{d - 1, d};
  EXPECT_LE(sum.percent(), 500.0);
  EXPECT_GT(sum.percent(), 499.99);
  EXPECT_FALSE((sum / 5).at_least_percent(100));
}

}  // namespace
}  // namespace groundwork::progress
