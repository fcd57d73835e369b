#pragma once

// A tool call, compared with the calls that are right by name, types and values: not by its text.

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace groundwork::score {

struct ToolCall {
  std::string name;
  base::json::object arguments;
};

/// From [{"name", "arguments"}], {"function": {"name", "arguments"}} as OpenAI's API writes them (arguments an object
/// or a string with one), or BFCL's [{name: {argument: value}}].
/// @errors kInvalidArgument: none of these
base::Result<std::vector<ToolCall>> parse_tool_calls(const base::json::value& calls);

enum class CallOrder {
  kOne,           ///< exactly one call, of the first function: BFCL's "simple"
  kOneOfSeveral,  ///< exactly one call; which of the functions it must be is the gold's: BFCL's "multiple"
  kAny,           ///< as many calls as the gold has, each matched by another, in any order: BFCL's "parallel"
};
/// By the category of a BFCL file: "parallel" in it, else "multiple", else one.
CallOrder call_order_of(std::string_view category);

enum class FunctionNames {
  kAsDescribed,
  kUnderscores,  ///< the model was shown "a.b" as "a_b", because OpenAI's API allows no point
};

/// In which language's syntax arguments are written.
enum class CallSyntax {
  kPython,      ///< JSON values
  kJava,        ///< texts, each an expression of Java
  kJavaScript,  ///< likewise
};
/// By the category of a BFCL file: "javascript" in it, else "java", else Python's.
CallSyntax call_syntax_of(std::string_view category);

struct ToolCallVerdict {
  bool valid = false;
  std::string kind;    ///< of the mistake, in BFCL's words: "type_error:simple", "value_error:string"; empty when valid
  std::string reason;  ///< for people
  friend bool operator==(const ToolCallVerdict&, const ToolCallVerdict&) = default;
};

/// Whether the calls are right.
/// @param functions  [{name, parameters: {properties: {name: {type, items: {type}}}, required: []}}], with BFCL's
/// types:
///                   string, integer, float, boolean, array, tuple, dict, any; JSON Schema's number and object too; of
///                   Java's and JavaScript's syntax those of score/foreign_values.h
/// @param possible   [{function: {argument: [value that is right, ...]}}], one for each call; "" among the values: the
///                   argument may be left out. A dict among them has a list of right values for each of its keys
/// An integer is accepted for a float, and never the other way. Strings are compared in lower case without blanks and
/// ,./-_*^ and with ' as ". Lists are compared in order, dicts by key.
/// @errors kInvalidArgument: functions or possible that can't be read
/// @source  Patil et al. 2025, "The Berkeley Function Calling Leaderboard"; bfcl-eval 2026.3.23, eval_checker/ast_eval/
///          ast_checker.py, its quirks included: True equals 1, a value of the type that the first right value has is
///          accepted whatever the description says, and an optional list matches []
/// @deviation  where bfcl-eval raises an exception because of what the model said, the call is wrong; an integer beyond
///             64 bits is a float; those of score/foreign_values.h
base::Result<ToolCallVerdict> check_tool_calls(const base::json::array& functions, const std::vector<ToolCall>& calls,
                                               const base::json::array& possible, CallOrder order,
                                               FunctionNames names = FunctionNames::kAsDescribed,
                                               CallSyntax syntax = CallSyntax::kPython);

}  // namespace groundwork::score
