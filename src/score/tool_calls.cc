#include "score/tool_calls.h"

#include <algorithm>
#include <span>

#include "base/utf8.h"
#include "score/foreign_values.h"
#include "score/python_values.h"

namespace groundwork::score {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

ToolCallVerdict right() { return {true, "", ""}; }
ToolCallVerdict wrong(std::string kind, std::string reason) { return {false, std::move(kind), std::move(reason)}; }

std::string shown(const json::value& value) { return base::clip(json::serialize(value), 200); }
std::string in_quotes(std::string_view name) { return "'" + base::clip(name, 100) + "'"; }

/// What a description says of one argument.
struct Expected {
  std::string described;
  PythonType type = PythonType::kStr;
  std::string items;  // as described
  std::optional<PythonType> nested;
};

struct NamedType {
  std::string_view name;
  PythonType type;
};
constexpr NamedType kPythonTypes[] = {{"string", PythonType::kStr},   {"any", PythonType::kStr},
                                      {"integer", PythonType::kInt},  {"float", PythonType::kFloat},
                                      {"number", PythonType::kFloat}, {"boolean", PythonType::kBool},
                                      {"array", PythonType::kList},   {"tuple", PythonType::kList},
                                      {"dict", PythonType::kDict},    {"object", PythonType::kDict}};
// bfcl-eval lists Set, Hashtable, Queue and Stack too, and reads none of them.
constexpr NamedType kJavaTypes[] = {
    {"byte", PythonType::kInt},     {"short", PythonType::kInt},   {"integer", PythonType::kInt},
    {"long", PythonType::kInt},     {"float", PythonType::kFloat}, {"double", PythonType::kFloat},
    {"boolean", PythonType::kBool}, {"char", PythonType::kStr},    {"String", PythonType::kStr},
    {"any", PythonType::kStr},      {"Array", PythonType::kList},  {"ArrayList", PythonType::kList},
    {"HashMap", PythonType::kDict}};
constexpr NamedType kJavaScriptTypes[] = {{"String", PythonType::kStr},  {"any", PythonType::kStr},
                                          {"integer", PythonType::kInt}, {"Bigint", PythonType::kInt},
                                          {"float", PythonType::kFloat}, {"Boolean", PythonType::kBool},
                                          {"dict", PythonType::kDict},   {"array", PythonType::kList}};

std::span<const NamedType> types_of(CallSyntax syntax) {
  switch (syntax) {
    case CallSyntax::kPython:
      return kPythonTypes;
    case CallSyntax::kJava:
      return kJavaTypes;
    case CallSyntax::kJavaScript:
      return kJavaScriptTypes;
  }
  return {};
}

Result<PythonType> type_of_description(std::string_view name, CallSyntax syntax, std::string_view where) {
  std::string names;
  for (const NamedType& one : types_of(syntax)) {
    if (one.name == name) return one.type;
    names += (names.empty() ? "" : ", ") + std::string(one.name);
  }
  return make_error(Code::kInvalidArgument, "expected a type of " + names + ", found " + in_quotes(name),
                    std::string(where));
}

Result<Expected> expected_of(const json::object& properties, std::string_view name, CallSyntax syntax) {
  GW_TRY(const json::object* property, base::get_object(properties, name, "properties"));
  const std::string where = "properties." + std::string(name);
  Expected expected;
  GW_TRY(expected.described, base::get_string(*property, "type", where));
  GW_TRY(expected.type, type_of_description(expected.described, syntax, where));
  if (expected.type == PythonType::kList) {
    GW_TRY(const json::object* items, base::get_object(*property, "items", where));
    GW_TRY(expected.items, base::get_string(*items, "type", where + ".items"));
    GW_TRY(expected.nested, type_of_description(expected.items, syntax, where + ".items"));
  }
  return expected;
}

/// The type of the first value that is not "", which says that the argument may be left out.
std::optional<PythonType> type_of_answers(const json::array& possible) {
  for (const json::value& one : possible) {
    if (!is_empty_string(one)) return python_type(one);
  }
  return std::nullopt;
}

/// Whether a value has the expected type, and whether it stands for a variable: the right values have another type.
struct TypeCheck {
  bool valid = false;
  bool variable = false;
  std::string kind = "type_error:simple";
};

TypeCheck check_type(const json::value& value, const json::array& possible, PythonType type,
                     std::optional<PythonType> nested) {
  const std::optional<PythonType> of_answers = type_of_answers(possible);
  const bool variable = of_answers && *of_answers != type;
  if (python_type(value) == type) {
    if (!nested) return {true, variable};
    for (const json::value& one : possible) {
      const bool fits = !one.is_array() || std::ranges::all_of(value.get_array(), [&](const json::value& item) {
        return check_type(item, one.get_array(), *nested, std::nullopt).valid;
      });
      if (fits) return {true, variable};
    }
    return {false, false, "type_error:nested"};
  }
  if (of_answers && python_type(value) == *of_answers) return {true, true};
  return {};
}

bool contains(const json::array& values, const json::value& value) {
  return std::ranges::any_of(values, [&](const json::value& one) { return python_equal(one, value); });
}

bool may_be_left_out(const json::array& possible) { return std::ranges::any_of(possible, is_empty_string); }

ToolCallVerdict check_string(std::string_view name, const json::value& value, const json::array& possible) {
  const std::string standard = standard_string(value.get_string());
  const bool found = std::ranges::any_of(possible, [&](const json::value& one) {
    return one.is_string() && standard_string(one.get_string()) == standard;
  });
  if (found) return right();
  return wrong("value_error:string",
               in_quotes(name) + ": expected one of " + shown(possible) + ", found " + shown(value));
}

/// With its own strings made standard; those in lists in it stay.
json::array standard_list(const json::array& list) {
  json::array out;
  for (const json::value& one : list) out.push_back(standard_value(one));
  return out;
}

Result<ToolCallVerdict> check_list(std::string_view name, const json::value& value, const json::array& possible) {
  const json::value standard = standard_list(value.get_array());
  bool found = false;
  for (const json::value& one : possible) {
    if (one.is_array()) {
      found = found || python_equal(standard_list(one.get_array()), standard);
    } else if (one.is_string()) {
      found = found || python_equal(characters_of(one.get_string()), standard);
    } else if (!one.is_object() || !one.get_object().empty()) {
      return make_error(Code::kInvalidArgument,
                        "possible answers of " + in_quotes(name) + ": expected lists, found " + shown(one));
    } else {
      found = found || standard.get_array().empty();
    }
  }
  if (found) return right();
  return wrong("value_error:list/tuple",
               in_quotes(name) + ": expected one of " + shown(possible) + ", found " + shown(value));
}

/// The right values of one key of a dict.
Result<json::array> answers_of_key(std::string_view key, const json::value& answers) {
  if (answers.is_array()) return answers.get_array();
  if (answers.is_string()) return characters_of(answers.get_string());
  return make_error(Code::kInvalidArgument,
                    "possible answers of key " + in_quotes(key) + ": expected a list, found " + shown(answers));
}

/// The first thing that is wrong with a value, but a missing key before all: so bfcl-eval names the kind.
Result<ToolCallVerdict> check_one_dict(const json::object& value, const json::object& possible) {
  ToolCallVerdict verdict = right();
  for (const auto& [key, item] : value) {
    const json::value* answers = possible.if_contains(key);
    if (answers == nullptr) {
      verdict = wrong("value_error:dict_key", "unexpected key " + in_quotes(key));
      break;
    }
    GW_TRY(const json::array list, answers_of_key(key, *answers));
    if (!contains(standard_list(list), standard_value(item))) {
      verdict = wrong("value_error:dict_value",
                      "key " + in_quotes(key) + ": expected one of " + shown(list) + ", found " + shown(item));
      break;
    }
  }
  for (const auto& [key, answers] : possible) {
    if (value.contains(key)) continue;
    // Python finds "" in every string.
    const bool optional = answers.is_string() || (answers.is_array() && may_be_left_out(answers.get_array())) ||
                          (answers.is_object() && answers.get_object().contains(""));
    if (!optional) return wrong("value_error:dict_key", "missing key " + in_quotes(key));
  }
  return verdict;
}

Result<ToolCallVerdict> check_dict(std::string_view name, const json::value& value, const json::array& possible) {
  ToolCallVerdict last = wrong("dict_checker:unclear", in_quotes(name) + ": no value is right");
  if (!value.is_object()) {
    const bool asked = std::ranges::any_of(possible, [](const json::value& one) { return !is_empty_string(one); });
    return asked ? wrong("dict_checker:unclear", in_quotes(name) + ": expected a dict, found " + shown(value)) : last;
  }
  for (const json::value& one : possible) {
    if (is_empty_string(one)) continue;
    if (!one.is_object()) {
      return make_error(Code::kInvalidArgument,
                        "possible answers of " + in_quotes(name) + ": expected dicts, found " + shown(one));
    }
    GW_TRY(last, check_one_dict(value.get_object(), one.get_object()));
    if (last.valid) return last;
    last.reason = in_quotes(name) + ": " + last.reason;
  }
  return last;
}

Result<ToolCallVerdict> check_list_of_dicts(std::string_view name, const json::value& value,
                                            const json::array& possible) {
  const json::array& given = value.get_array();
  ToolCallVerdict last = wrong("list_dict_checker:unclear", in_quotes(name) + ": no value is right");
  for (const json::value& one : possible) {
    static const json::array kNone;
    if (!one.is_array() && !is_empty_string(one)) {
      return make_error(Code::kInvalidArgument,
                        "possible answers of " + in_quotes(name) + ": expected lists of dicts, found " + shown(one));
    }
    const json::array& wanted = one.is_array() ? one.get_array() : kNone;
    if (given.size() != wanted.size()) {
      last = wrong("value_error:list_dict_count", in_quotes(name) + ": expected " + std::to_string(wanted.size()) +
                                                      " dicts, found " + std::to_string(given.size()));
      continue;
    }
    bool all = true;
    for (std::size_t i = 0; all && i < given.size(); ++i) {
      GW_TRY(last, check_dict(name, given[i], json::array{wanted[i]}));
      all = last.valid;
    }
    if (all) return right();
  }
  return last;
}

Result<ToolCallVerdict> check_argument(std::string_view name, json::value value, const json::object& properties,
                                       const json::array& possible, CallSyntax syntax) {
  GW_TRY(const Expected expected, expected_of(properties, name, syntax));
  if (syntax == CallSyntax::kPython) {
    if (expected.type == PythonType::kFloat && python_type(value) == PythonType::kInt)
      value = value.to_number<double>();
  } else if (!value.is_string()) {
    return wrong(syntax == CallSyntax::kJava ? "type_error:java" : "type_error:js",
                 in_quotes(name) + ": expected the text of an expression, found " + shown(value));
  } else {
    const std::string text(value.get_string());
    value = syntax == CallSyntax::kJava ? java_value(text, expected.described, expected.items)
                                        : javascript_value(text, expected.described, expected.items);
  }
  const TypeCheck checked = check_type(value, possible, expected.type, expected.nested);
  if (!checked.valid) {
    return wrong(checked.kind, in_quotes(name) + ": expected type " + expected.described +
                                   (checked.kind == "type_error:nested" ? " with other items" : "") + ", found " +
                                   shown(value));
  }
  if (!checked.variable) {
    if (expected.type == PythonType::kDict) return check_dict(name, value, possible);
    if (expected.nested == PythonType::kDict) return check_list_of_dicts(name, value, possible);
    if (expected.type == PythonType::kStr) return check_string(name, value, possible);
    if (expected.type == PythonType::kList) return check_list(name, value, possible);
  }
  if (contains(possible, value)) return right();
  return wrong("value_error:others",
               in_quotes(name) + ": expected one of " + shown(possible) + ", found " + shown(value));
}

std::string expected_name(std::string name, FunctionNames names) {
  if (names == FunctionNames::kUnderscores) std::ranges::replace(name, '.', '_');
  return name;
}

/// The only member of one of the gold's objects.
struct Gold {
  std::string name;
  const json::object* arguments = nullptr;
};
Result<Gold> gold_of(const json::value& possible) {
  if (!possible.is_object() || possible.get_object().empty() || !possible.get_object().begin()->value().is_object()) {
    return make_error(Code::kInvalidArgument,
                      "possible answers: expected {function: {argument: [values]}}, found " + shown(possible));
  }
  const auto first = possible.get_object().begin();
  return Gold{std::string(first->key()), &first->value().get_object()};
}

Result<ToolCallVerdict> check_call(const json::object& function, const ToolCall& call, const Gold& gold,
                                   FunctionNames names, CallSyntax syntax) {
  GW_TRY(const std::string described, base::get_string(function, "name", "function"));
  GW_TRY(const json::object* parameters, base::get_object(function, "parameters", described));
  GW_TRY(const json::object* properties, base::get_object(*parameters, "properties", described));
  if (call.name != expected_name(described, names)) {
    return wrong(
        "simple_function_checker:wrong_func_name",
        "expected a call of " + in_quotes(expected_name(described, names)) + ", found " + in_quotes(call.name));
  }
  if (const json::value* required = parameters->if_contains("required"); required != nullptr && required->is_array()) {
    for (const json::value& one : required->get_array()) {
      if (one.is_string() && !call.arguments.contains(one.get_string())) {
        return wrong("simple_function_checker:missing_required", "missing argument " + in_quotes(one.get_string()));
      }
    }
  }
  for (const auto& [name, value] : call.arguments) {
    const json::value* possible = gold.arguments->if_contains(name);
    if (possible == nullptr || !properties->contains(name)) {
      return wrong("simple_function_checker:unexpected_param", "unexpected argument " + in_quotes(name));
    }
    if (!possible->is_array()) {
      return make_error(Code::kInvalidArgument,
                        "possible answers of " + in_quotes(name) + ": expected a list, found " + shown(*possible));
    }
    GW_TRY(ToolCallVerdict verdict, check_argument(name, value, *properties, possible->get_array(), syntax));
    if (!verdict.valid) return verdict;
  }
  for (const auto& [name, possible] : *gold.arguments) {
    if (!call.arguments.contains(name) && possible.is_array() && !may_be_left_out(possible.get_array())) {
      return wrong("simple_function_checker:missing_optional", "missing argument " + in_quotes(name));
    }
  }
  return right();
}

Result<const json::object*> function_called(const json::array& functions, std::string_view name) {
  for (const json::value& one : functions) {
    if (one.is_object() && base::string_or(one.get_object(), "name") == name) return &one.get_object();
  }
  return make_error(Code::kInvalidArgument,
                    "possible answers call " + in_quotes(name) + ", which no function describes");
}

std::string count_reason(std::size_t expected, std::size_t found) {
  return "expected " + std::to_string(expected) + (expected == 1 ? " call" : " calls") + ", found " +
         std::to_string(found);
}

Result<ToolCallVerdict> check_in_any_order(const json::array& functions, const std::vector<ToolCall>& calls,
                                           const json::array& possible, FunctionNames names, CallSyntax syntax) {
  if (calls.size() != possible.size()) {
    return wrong("parallel_function_checker_no_order:wrong_count", count_reason(possible.size(), calls.size()));
  }
  std::vector<bool> taken(calls.size(), false);
  for (std::size_t i = 0; i < possible.size(); ++i) {
    GW_TRY(const Gold gold, gold_of(possible[i]));
    GW_TRY(const json::object* function, function_called(functions, gold.name));
    bool matched = false;
    std::string why;
    for (std::size_t j = 0; !matched && j < calls.size(); ++j) {
      if (taken[j]) continue;
      GW_TRY(const ToolCallVerdict verdict, check_call(*function, calls[j], gold, names, syntax));
      matched = taken[j] = verdict.valid;
      if (!matched && why.size() < 400) why += "; call " + std::to_string(j + 1) + ": " + verdict.reason;
    }
    if (!matched) {
      return wrong(
          "parallel_function_checker_no_order:cannot_find_match",
          "no call matches possible answer " + std::to_string(i + 1) + " (" + in_quotes(gold.name) + ")" + why);
    }
  }
  return right();
}

}  // namespace

Result<std::vector<ToolCall>> parse_tool_calls(const json::value& calls) {
  const auto refuse = [](const json::value& found) {
    return make_error(Code::kInvalidArgument, "expected calls as [{name, arguments}], found " + shown(found));
  };
  if (!calls.is_array()) return refuse(calls);
  std::vector<ToolCall> out;
  for (const json::value& one : calls.get_array()) {
    if (!one.is_object()) return refuse(one);
    const json::object* call = &one.get_object();
    if (const json::value* function = call->if_contains("function"); function != nullptr && function->is_object()) {
      call = &function->get_object();
    }
    const json::value* name = call->if_contains("name");
    const json::value* arguments = call->if_contains("arguments");
    if (name != nullptr && name->is_string() && arguments != nullptr) {
      if (arguments->is_object()) {
        out.push_back({std::string(name->get_string()), arguments->get_object()});
        continue;
      }
      if (!arguments->is_string()) return refuse(one);
      const auto parsed = base::parse_json(arguments->get_string());
      if (!parsed.ok() || !parsed->is_object()) return refuse(one);
      out.push_back({std::string(name->get_string()), parsed->get_object()});
      continue;
    }
    if (call->size() != 1 || !call->begin()->value().is_object()) return refuse(one);
    out.push_back({std::string(call->begin()->key()), call->begin()->value().get_object()});
  }
  return out;
}

CallOrder call_order_of(std::string_view category) {
  if (category.find("parallel") != std::string_view::npos) return CallOrder::kAny;
  return category.find("multiple") != std::string_view::npos ? CallOrder::kOneOfSeveral : CallOrder::kOne;
}

CallSyntax call_syntax_of(std::string_view category) {
  if (category.find("javascript") != std::string_view::npos) return CallSyntax::kJavaScript;
  return category.find("java") != std::string_view::npos ? CallSyntax::kJava : CallSyntax::kPython;
}

Result<ToolCallVerdict> check_tool_calls(const json::array& functions, const std::vector<ToolCall>& calls,
                                         const json::array& possible, CallOrder order, FunctionNames names,
                                         CallSyntax syntax) {
  if (possible.empty() || functions.empty() || !functions[0].is_object()) {
    return make_error(Code::kInvalidArgument, "expected at least one function and one possible answer");
  }
  if (order == CallOrder::kAny) return check_in_any_order(functions, calls, possible, names, syntax);
  if (order == CallOrder::kOneOfSeveral && calls.size() != possible.size()) {
    return wrong("multiple_function_checker:wrong_count", count_reason(possible.size(), calls.size()));
  }
  if (calls.size() != 1 && order == CallOrder::kOne) {
    return wrong("simple_function_checker:wrong_count", count_reason(1, calls.size()));
  }
  GW_TRY(const Gold gold, gold_of(possible[0]));
  const json::object* function = &functions[0].get_object();
  if (order == CallOrder::kOneOfSeveral) {
    GW_TRY(function, function_called(functions, gold.name));
  }
  return check_call(*function, calls[0], gold, names, syntax);
}

}  // namespace groundwork::score
