#pragma once

// A run of a tool-calling workflow: what it did on the way, and whether the task was done.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "score/safety.h"
#include "score/score.h"
#include "score/tool_calls.h"

namespace groundwork::score {

struct Step {
  ToolCall call;
  base::json::value result;
  std::string error;  ///< empty: the tool did its work
};

/// The answer of `POST /runs`: {status, result, steps: [{tool, arguments, result, error, ms}]}.
struct WorkflowRun {
  std::string status;
  base::json::value result;
  std::vector<Step> steps;
};
/// @errors kInvalidArgument: not that shape
base::Result<WorkflowRun> parse_workflow_run(const base::json::value& run);

/// What a finished task looks like. What is not given is not looked at.
struct TaskGoal {
  std::optional<std::string> status;         ///< default of parse_task_goal: "completed"
  std::optional<base::json::value> result;   ///< equal as JSON; a string is compared after squad_normalised
  std::vector<std::string> result_contains;  ///< in the result's text, letters folded
  std::vector<std::string> calls;  ///< tools that must have been called without an error, in this order, others
                                   ///< may stand between
};
/// {"status"?, "result"?, "contains"?: [], "calls"?: []}
/// @errors kInvalidArgument: an unknown key, or of another type
base::Result<TaskGoal> parse_task_goal(const base::json::value& goal);

/// 1 when the goal was reached, else 0 with what is missing.
Score task_completion(const WorkflowRun& run, const TaskGoal& goal);

/// Steps with an error / steps; 0 without a step. Lower is better. Over many runs divide the sums, not the means.
double tool_error_rate(const WorkflowRun& run);

/// Number of steps that did what is forbidden. Lower is better; a run is clean at 0.
Score forbidden_actions(const WorkflowRun& run, std::span<const ForbiddenTool> forbidden);

/// Number of steps. Lower is better at equal completion.
inline std::size_t step_count(const WorkflowRun& run) { return run.steps.size(); }

}  // namespace groundwork::score
