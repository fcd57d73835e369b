#include "progress/quiz_rule.h"

#include <algorithm>
#include <cmath>

namespace groundwork::progress {
namespace {

// Evidence in nats. 3.2 lets a learner with eight of eight right (8 ln 1.5 = 3.24) stop at once.
constexpr double kBound = 3.2;

/// Log likelihood ratio of mastery `high` against `low`, an item of partial credit counting in proportion.
double evidence(double earned, double possible, double high, double low) {
  return earned * std::log(high / low) + (possible - earned) * std::log((1 - high) / (1 - low));
}

/// One cut: +1 above, -1 below, 0 cannot tell. The score must lie on the same side.
int side(double ratio, bool score_above) {
  if (ratio >= kBound && score_above) return 1;
  if (ratio <= -kBound && !score_above) return -1;
  return 0;
}

}  // namespace

Band band_of(const Fraction& score) {
  if (score.at_least_percent(kPassPercent)) return Band::kPassed;
  return score.at_least_percent(kRecapPercent) ? Band::kRemedial : Band::kRecap;
}

QuizDecision decide_quiz(std::span<const Fraction> credits, int planned, int maximum) {
  QuizDecision decision;
  Fraction sum;
  double earned = 0;
  for (const Fraction& credit : credits) {
    sum = sum + credit;
    earned += credit.percent() / 100;
  }
  const auto answered = static_cast<int>(credits.size());
  decision.score = sum / answered;
  if (answered < planned) {
    decision.text =
        std::to_string(planned - answered) + " of the first " + std::to_string(planned) + " items are still to answer.";
    return decision;
  }
  const int at_pass = side(evidence(earned, answered, 0.9, 0.6), decision.score.at_least_percent(kPassPercent));
  const int at_recap = side(evidence(earned, answered, 0.8, 0.4), decision.score.at_least_percent(kRecapPercent));
  // Above 80 there is nothing to ask of the 60 cut.
  decision.decided = at_pass > 0 || (at_pass < 0 && at_recap != 0);
  decision.finished = decision.decided || answered >= maximum;
  const std::string so_far = std::to_string(answered) + " answers";
  if (decision.decided) {
    decision.text = so_far + " are enough to tell: the evidence is more than " +
                    std::to_string(static_cast<int>(std::floor(std::exp(kBound)))) +
                    " to 1, and a wrong verdict comes in fewer than 5 of 100 quizzes.";
  } else if (decision.finished) {
    decision.text = "This was the last of " + std::to_string(maximum) +
                    " items: the score is close to a cut, and counts as it stands.";
  } else {
    const bool near_pass = at_pass == 0;
    decision.text =
        "After " + so_far + " your score lies too near " + std::to_string(near_pass ? kPassPercent : kRecapPercent) +
        " % to tell on which side you stand, so one more item is drawn (" + std::to_string(maximum) + " at most).";
  }
  return decision;
}

}  // namespace groundwork::progress
