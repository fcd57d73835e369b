#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "assess/study.h"
#include "progress/quiz_rule.h"

namespace groundwork::assess {

struct Answered {
  base::json::value answer;
  progress::Fraction credit;
};

/// A quiz as its facts tell it.
struct Attempt {
  std::string id;
  std::string module;
  progress::Purpose purpose = progress::Purpose::kModule;
  std::string concept_id;  ///< of a remedial
  std::uint64_t seed = 0;
  int planned = 0;
  int maximum = 0;
  std::vector<std::string> items;  ///< ids, in the order drawn
  std::map<std::string, Answered> answers;
  base::Timestamp started_at{};
  std::optional<base::Timestamp> finished_at;
  progress::Fraction score;
  std::vector<std::string> missed_concepts;

  bool open() const { return !finished_at; }
  std::vector<progress::Fraction> credits() const;
  /// Of an open attempt: whether it may stop. A remedial's checks are all asked and never extended.
  progress::QuizDecision decision() const;
};

/// Oldest first.
std::vector<Attempt> attempts_of(const std::vector<ledger::Fact>& facts);

/// The quizzes of all learners. Thread-safe; what two processes do at once ends as if one came after the other.
class Quizzes {
 public:
  explicit Quizzes(Study& study) : study_(&study) {}

  struct Started {
    Attempt attempt;
    bool resumed = false;  ///< it was open already
  };
  /// Starts a quiz or comes back to the open one. Without a purpose, the one that is due.
  /// @errors kNotFound: no such module; kFailedPrecondition: the rules do not allow it now, and the message says what
  ///         comes first
  base::Result<Started> start(const std::string& learner, const std::string& module_id,
                              std::optional<progress::Purpose> purpose, std::optional<std::uint64_t> seed);
  /// @errors kNotFound
  base::Result<Attempt> find(const std::string& learner, const std::string& attempt_id);
  base::Result<std::vector<Attempt>> list(const std::string& learner);
  /// Records answers, each of them final, and with the last one either the next item or the end.
  /// @errors kNotFound; kFailedPrecondition: the attempt is finished, or an item is answered already;
  ///         kInvalidArgument: not an item of the attempt, or not an answer to it. Then nothing is recorded.
  base::Result<Attempt> answer(const std::string& learner, const std::string& attempt_id,
                               const base::json::object& answers);

 private:
  base::Result<Attempt> draw(const std::string& learner, const Standing& standing, int module,
                             progress::Purpose purpose, std::uint64_t seed, const std::vector<Attempt>& before);

  Study* study_;
  std::mutex mutex_;
};

/// What `attempt` would draw from, in the order of its seed; the first are its items. Same content and same earlier
/// attempts give the same order.
std::vector<const curriculum::Question*> sequence_of(const curriculum::Curriculum& content, const Attempt& attempt,
                                                     const std::vector<Attempt>& before);

/// The self-review that stands in for a mentor's: one answer for each missed concept.
/// @errors kFailedPrecondition: none is due; kInvalidArgument: a missed concept is not answered
base::Status submit_review(Study& study, const std::string& learner, const std::string& module_id,
                           const base::json::array& answers);

}  // namespace groundwork::assess
