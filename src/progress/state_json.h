#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "progress/derive.h"
#include "progress/explain.h"
#include "progress/plan.h"

namespace groundwork::progress {

// The shapes of ModuleState, Action, GateState, Readiness, Status and Plan in api/openapi.yaml.
base::json::object action_json(const Course& course, const Action& action);
base::json::object module_state_json(const LearnerState& state, int module, base::Timestamp now);
base::json::object lab_state_json(const LearnerState& state, int lab);
base::json::object gate_json(const LearnerState& state, int phase);
base::json::object status_json(const LearnerState& state, const std::string& learner, base::Timestamp now);
/// Writes the text of status_json() for many learners of one course: what is the same for everybody, the outlines, is
/// written once. Thread-safe.
class StatusWriter {
 public:
  explicit StatusWriter(std::shared_ptr<const Course> course);
  const Course& course() const { return *course_; }
  /// @param state  of the course that the writer was made for
  std::string write(const LearnerState& state, const std::string& learner, base::Timestamp now) const;

 private:
  std::shared_ptr<const Course> course_;
  std::vector<std::string> outlines_;  // by module; empty when it is none
};

base::json::value profile_json(const std::optional<ProfileSet>& profile);
base::json::object plan_json(const Course& course, const std::optional<ProfileSet>& profile);

}  // namespace groundwork::progress
