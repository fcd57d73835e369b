#pragma once

// Why a learner stands where they stand, and the one next thing to do: in words, with the facts behind each.

#include <string>
#include <vector>

#include "progress/derive.h"

namespace groundwork::progress {

enum class ActionKind {
  kChoosePace,
  kRead,
  kQuiz,
  kRetest,
  kLab,
  kRemedial,
  kRecap,
  kReview,
  kRootCause,
  kMeasure,
  kMastery,
  kEvidence,
  kWeeklyReview,
  kWait,
  kDone
};
std::string_view to_string(ActionKind kind);

struct Action {
  ActionKind kind = ActionKind::kWait;
  std::string target;  ///< id of the module, explainer, lab, remedial ...; empty when there is none
  int module = kNone;
  std::string title;
  std::string why;
  int minutes = 0;      ///< 0: not known
  std::string command;  ///< the same in the terminal; empty: only in the web app
  std::string href;     ///< the same in the web app, a path
};

struct Reason {
  std::string rule;  ///< a stable name, as "quiz-60-to-80"
  std::string text;
  std::vector<std::int64_t> facts;
};

struct Explanation {
  std::vector<Reason> reasons;  ///< never empty
  Action next;
  std::string what_if;  ///< what happens if the next action succeeds
};

Explanation explain(const LearnerState& state, int module, base::Timestamp now);
std::vector<Reason> explain_gate(const LearnerState& state, int phase);

/// The one next thing: the pace, then a root-cause report that is due, work that was begun (earliest week first),
/// mastery checks due, modules that are open, evidence for a gate, the weekly review.
Action next_action(const LearnerState& state, base::Timestamp now);

/// The report that lifts a block.
Action root_cause_action(const LearnerState& state, const Block& block);
/// The shortest next step towards a gate that is closed: what comes before it first.
Action gate_action(const LearnerState& state, int phase, base::Timestamp now);

/// 0 to 100: completed modules 50, confirmed mastery 20, gates 20, DSA labs solved in time 10.
struct ReadinessPart {
  std::string name;
  double earned = 0;
  double possible = 0;
  std::string text;
};
std::vector<ReadinessPart> readiness(const LearnerState& state, base::Timestamp now);

/// The week of the roadmap by the calendar of the profile, 1 to 16; 1 without a profile.
int current_week(const LearnerState& state, base::Timestamp now);

}  // namespace groundwork::progress
