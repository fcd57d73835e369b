#include "score/tool_steps.h"

#include <algorithm>

#include "base/utf8.h"
#include "score/answers.h"
#include "score/plain_text.h"
#include "score/python_values.h"

namespace groundwork::score {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

std::string shown(const json::value& value) { return base::clip(plain_text(value), 100); }

Result<Step> parse_step(const json::value& value, const std::string& where) {
  if (!value.is_object()) {
    return make_error(Code::kInvalidArgument, "expected a step as an object, found " + shown(value), where);
  }
  const json::object& object = value.get_object();
  Step step;
  GW_TRY(step.call.name, base::get_string(object, "tool", where));
  if (const json::value* arguments = object.if_contains("arguments"); arguments != nullptr && !arguments->is_null()) {
    GW_TRY(const json::object* given, base::get_object(object, "arguments", where));
    step.call.arguments = *given;
  }
  if (const json::value* result = object.if_contains("result"); result != nullptr) step.result = *result;
  const json::value* error = object.if_contains("error");
  if (error != nullptr && !error->is_null() && !is_empty_string(*error) && *error != json::value(false)) {
    step.error = plain_text(*error);
  }
  return step;
}

Result<std::vector<std::string>> strings_of(const json::object& object, std::string_view key) {
  std::vector<std::string> out;
  if (!object.contains(key)) return out;
  GW_TRY(const json::array* list, base::get_array(object, key, "goal"));
  for (const json::value& one : *list) {
    if (!one.is_string()) {
      return make_error(Code::kInvalidArgument, "expected strings, found " + shown(one), "goal." + std::string(key));
    }
    out.emplace_back(one.get_string());
  }
  return out;
}

bool same_result(const json::value& given, const json::value& wanted) {
  if (given.is_string() && wanted.is_string()) {
    return squad_normalised(given.get_string()) == squad_normalised(wanted.get_string());
  }
  return python_equal(given, wanted);
}

}  // namespace

Result<WorkflowRun> parse_workflow_run(const json::value& value) {
  if (!value.is_object()) {
    return make_error(Code::kInvalidArgument, "expected {status, result, steps}, found " + shown(value), "run");
  }
  const json::object& object = value.get_object();
  WorkflowRun run;
  GW_TRY(run.status, base::get_string(object, "status", "run"));
  if (const json::value* result = object.if_contains("result"); result != nullptr) run.result = *result;
  GW_TRY(const json::array* steps, base::get_array(object, "steps", "run"));
  for (std::size_t i = 0; i < steps->size(); ++i) {
    GW_TRY(Step step, parse_step((*steps)[i], "run.steps[" + std::to_string(i) + "]"));
    run.steps.push_back(std::move(step));
  }
  return run;
}

Result<TaskGoal> parse_task_goal(const json::value& value) {
  if (!value.is_object()) {
    return make_error(Code::kInvalidArgument, "expected {status, result, contains, calls}, found " + shown(value),
                      "goal");
  }
  const json::object& object = value.get_object();
  TaskGoal goal;
  goal.status = "completed";
  for (const auto& [key, wanted] : object) {
    if (key != "status" && key != "result" && key != "contains" && key != "calls") {
      return make_error(Code::kInvalidArgument,
                        "expected status, result, contains or calls, found '" + base::clip(key, 60) + "'", "goal");
    }
  }
  if (object.contains("status")) {
    GW_TRY(goal.status, base::get_string(object, "status", "goal"));
  }
  if (const json::value* result = object.if_contains("result"); result != nullptr) goal.result = *result;
  GW_TRY(goal.result_contains, strings_of(object, "contains"));
  GW_TRY(goal.calls, strings_of(object, "calls"));
  return goal;
}

Score task_completion(const WorkflowRun& run, const TaskGoal& goal) {
  if (goal.status && run.status != *goal.status) {
    return {0, "expected status '" + *goal.status + "', found '" + base::clip(run.status, 60) + "'"};
  }
  if (goal.result && !same_result(run.result, *goal.result)) {
    return {0, "expected result " + shown(*goal.result) + ", found " + shown(run.result)};
  }
  const std::string text = plain_text(run.result);
  for (const std::string& part : goal.result_contains) {
    if (!holds(text, part, Containment::kContains, Letters::kFolded)) {
      return {0, "expected '" + base::clip(part, 60) + "' in the result, found " + shown(run.result)};
    }
  }
  auto from = run.steps.begin();
  for (const std::string& name : goal.calls) {
    from = std::find_if(from, run.steps.end(),
                        [&](const Step& step) { return step.call.name == name && step.error.empty(); });
    if (from == run.steps.end())
      return {0, "expected a call of '" + base::clip(name, 60) + "' that succeeds, in the order asked for"};
    ++from;
  }
  return {1, ""};
}

double tool_error_rate(const WorkflowRun& run) {
  if (run.steps.empty()) return 0;
  const auto failed = std::ranges::count_if(run.steps, [](const Step& step) { return !step.error.empty(); });
  return static_cast<double>(failed) / static_cast<double>(run.steps.size());
}

Score forbidden_actions(const WorkflowRun& run, std::span<const ForbiddenTool> forbidden) {
  std::vector<ToolCall> calls;
  for (const Step& step : run.steps) calls.push_back(step.call);
  const std::vector<std::size_t> places = forbidden_calls(calls, forbidden);
  if (places.empty()) return {0, ""};
  return {static_cast<double>(places.size()),
          "step " + std::to_string(places[0] + 1) + " calls '" + base::clip(calls[places[0]].name, 60) + "'"};
}

}  // namespace groundwork::score
