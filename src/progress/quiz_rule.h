#pragma once

// When a quiz may stop. Eight items alone cannot carry the cuts at 80 and 60 %, so a quiz goes on while its score lies
// too near a cut to tell on which side the learner stands.

#include <span>
#include <string>

#include "progress/fraction.h"

namespace groundwork::progress {

constexpr int kPassPercent = 80;
constexpr int kRecapPercent = 60;
constexpr int kMaxQuizItems = 25;

/// The outcome of a finished quiz by its exact score.
enum class Band { kPassed, kRemedial, kRecap };
Band band_of(const Fraction& score);

struct QuizDecision {
  bool finished = false;
  bool decided = false;  ///< stopped because the evidence suffices, not because the cap was reached
  Fraction score;        ///< of the answers so far: the mean of their credits
  std::string text;      ///< why it goes on or stopped, and how sure it is, for the learner
};

/// Decides after the answers so far. Two sequential probability ratio tests run side by side: mastery 0.9 against 0.6
/// for the cut at 80, 0.8 against 0.4 for the cut at 60. The quiz stops once both have an answer with which the score
/// agrees; never before `planned` answers, always at `maximum`.
/// @param credits  of the answered items, each 0 to 1, in order
/// @param planned  items drawn at the start, at least 1
/// @param maximum  at least `planned`
/// @source Wald, "Sequential Tests of Statistical Hypotheses", Annals of Mathematical Statistics 16 (1945); bounds
///         chosen by the exact error computation in quiz_rule_test.cc: both errors at the 80 cut below 5 %
QuizDecision decide_quiz(std::span<const Fraction> credits, int planned, int maximum);

}  // namespace groundwork::progress
