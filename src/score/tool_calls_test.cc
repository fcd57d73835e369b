#include "score/tool_calls.h"

#include <gtest/gtest.h>

#include "score/foreign_values.h"

namespace groundwork::score {
namespace {

namespace json = base::json;

// What bfcl-eval says of thousands of calls is compared in tests/score; here is what its rules are.

const char* const kFunctions = R"([
  {"name": "geo.weather", "parameters": {"type": "dict", "required": ["city"], "properties": {
    "city": {"type": "string"}, "days": {"type": "integer"}, "limit": {"type": "float"}, "units": {"type": "boolean"},
    "tags": {"type": "array", "items": {"type": "string"}}, "box": {"type": "dict"},
    "points": {"type": "array", "items": {"type": "dict"}}}}},
  {"name": "other", "parameters": {"type": "dict", "required": [], "properties": {}}}])";

std::string check(const std::string& calls, const std::string& possible, CallOrder order = CallOrder::kOne,
                  FunctionNames names = FunctionNames::kAsDescribed) {
  const auto parsed = parse_tool_calls(json::parse(calls));
  if (!parsed.ok()) return parsed.error().message;
  const auto verdict =
      check_tool_calls(json::parse(kFunctions).as_array(), *parsed, json::parse(possible).as_array(), order, names);
  if (!verdict.ok()) return "error: " + verdict.error().text();
  return verdict->valid ? "right" : verdict->kind;
}

std::string check_arguments(const std::string& arguments, const std::string& possible) {
  return check(R"([{"name": "geo.weather", "arguments": )" + arguments + "}]",
               R"([{"geo.weather": )" + possible + "}]");
}

TEST(ToolCalls, StringsAreComparedWithoutCaseBlanksAndPunctuation) {
  EXPECT_EQ(check_arguments(R"({"city": "san francisco CA"})", R"({"city": ["San Francisco, CA"]})"), "right");
  EXPECT_EQ(check_arguments(R"({"city": "it's"})", R"({"city": ["It\"s"]})"), "right");
  EXPECT_EQ(check_arguments(R"({"city": "Oakland"})", R"({"city": ["San Francisco", "SF"]})"), "value_error:string");
}

TEST(ToolCalls, AnIntegerIsAFloatAndNotTheOtherWay) {
  EXPECT_EQ(check_arguments(R"({"city": "x", "limit": 5})", R"({"city": ["x"], "limit": [5.0]})"), "right");
  EXPECT_EQ(check_arguments(R"({"city": "x", "days": 5.0})", R"({"city": ["x"], "days": [5]})"), "type_error:simple");
  EXPECT_EQ(check_arguments(R"({"city": "x", "days": "5"})", R"({"city": ["x"], "days": [5]})"), "type_error:simple");
  EXPECT_EQ(check_arguments(R"({"city": "x", "units": 1})", R"({"city": ["x"], "units": [true]})"),
            "type_error:simple");
}

TEST(ToolCalls, ArgumentsMayBeLeftOutOnlyWhereTheGoldSaysSo) {
  EXPECT_EQ(check_arguments(R"({"city": "x"})", R"({"city": ["x"], "days": [5, ""]})"), "right");
  EXPECT_EQ(check_arguments(R"({"city": "x"})", R"({"city": ["x"], "days": [5]})"),
            "simple_function_checker:missing_optional");
  EXPECT_EQ(check_arguments(R"({})", R"({"city": ["x", ""]})"), "simple_function_checker:missing_required");
  EXPECT_EQ(check_arguments(R"({"city": "x", "more": 1})", R"({"city": ["x"]})"),
            "simple_function_checker:unexpected_param");
}

TEST(ToolCalls, ListsAreComparedInOrderAndDictsByKey) {
  EXPECT_EQ(check_arguments(R"({"city": "x", "tags": ["A", "b"]})", R"({"city": ["x"], "tags": [["a", "b"]]})"),
            "right");
  EXPECT_EQ(check_arguments(R"({"city": "x", "tags": ["b", "a"]})", R"({"city": ["x"], "tags": [["a", "b"]]})"),
            "value_error:list/tuple");
  EXPECT_EQ(check_arguments(R"({"city": "x", "tags": [1]})", R"({"city": ["x"], "tags": [["a"]]})"),
            "type_error:nested");
  EXPECT_EQ(check_arguments(R"({"city": "x", "box": {"b": 2, "a": "One"}})",
                            R"({"city": ["x"], "box": [{"a": ["one"], "b": [1, 2], "c": ["", 3]}]})"),
            "right");
  EXPECT_EQ(
      check_arguments(R"({"city": "x", "box": {"a": "one"}})", R"({"city": ["x"], "box": [{"a": ["one"], "b": [1]}]})"),
      "value_error:dict_key");
  EXPECT_EQ(check_arguments(R"({"city": "x", "points": [{"a": 1}, {"a": 2}]})",
                            R"({"city": ["x"], "points": [[{"a": [1]}, {"a": [2, 3]}]]})"),
            "right");
  EXPECT_EQ(check_arguments(R"({"city": "x", "points": [{"a": 2}, {"a": 1}]})",
                            R"({"city": ["x"], "points": [[{"a": [1]}, {"a": [2, 3]}]]})"),
            "value_error:dict_value");
}

TEST(ToolCalls, ParallelCallsMatchInAnyOrderEachOnce) {
  const std::string gold = R"([{"geo.weather": {"city": ["x"]}}, {"geo.weather": {"city": ["y"]}}])";
  EXPECT_EQ(check(R"([{"geo.weather": {"city": "y"}}, {"geo.weather": {"city": "x"}}])", gold, CallOrder::kAny),
            "right");
  EXPECT_EQ(check(R"([{"geo.weather": {"city": "x"}}, {"geo.weather": {"city": "x"}}])", gold, CallOrder::kAny),
            "parallel_function_checker_no_order:cannot_find_match");
  EXPECT_EQ(check(R"([{"geo.weather": {"city": "x"}}])", gold, CallOrder::kAny),
            "parallel_function_checker_no_order:wrong_count");
}

TEST(ToolCalls, OneOfSeveralFunctionsMustBeTheRightOne) {
  EXPECT_EQ(check(R"([{"other": {}}])", R"([{"geo.weather": {"city": ["x"]}}])", CallOrder::kOneOfSeveral),
            "simple_function_checker:wrong_func_name");
  EXPECT_EQ(check(R"([{"other": {}}])", R"([{"other": {}}])", CallOrder::kOneOfSeveral), "right");
  EXPECT_EQ(check("[]", R"([{"other": {}}])", CallOrder::kOneOfSeveral), "multiple_function_checker:wrong_count");
  EXPECT_EQ(check(R"([{"geo_weather": {"city": "x"}}])", R"([{"geo.weather": {"city": ["x"]}}])", CallOrder::kOne,
                  FunctionNames::kUnderscores),
            "right");
}

TEST(ToolCalls, CallsAreReadAsOpenAiWritesThemToo) {
  EXPECT_EQ(check(R"([{"type": "function", "function": {"name": "geo.weather", "arguments": "{\"city\": \"x\"}"}}])",
                  R"([{"geo.weather": {"city": ["x"]}}])"),
            "right");
  for (const char* bad :
       {"{}", "[1]", R"([{"name": "x", "arguments": "no json"}])", R"([{"a": {}, "b": {}}])", "\"call\""}) {
    EXPECT_FALSE(parse_tool_calls(json::parse(bad)).ok()) << bad;
  }
}

TEST(ToolCalls, TextsAreReadAsJavaAndJavaScriptWriteThem) {
  const auto java = [](const char* text, const char* type, const char* nested = "") {
    return json::serialize(java_value(text, type, nested));
  };
  EXPECT_EQ(java("5L", "long"), "5");
  EXPECT_EQ(java("5", "long"), R"("5")");
  EXPECT_EQ(java("-1.5e2f", "float"), "-1.5E2");
  EXPECT_EQ(java("true", "boolean"), "true");
  EXPECT_EQ(java("new int[] { 1, 2,3 }", "Array", "integer"), "[1,2,3]");
  EXPECT_EQ(java(R"(new ArrayList<>(Arrays.asList("a", "b")))", "ArrayList", "String"), R"(["a","b"])");
  EXPECT_EQ(java("new ArrayList<Long>() {{ add(1L); add(2L); }}", "ArrayList", "long"), "[1,2]");
  EXPECT_EQ(java("new ArrayList<>()", "ArrayList", "long"), "[]");
  EXPECT_EQ(java(R"(new HashMap<String, Object>() {{ put("a", 1); put("b", "x"); }})", "HashMap"),
            R"({"a":1,"b":"x"})");
  EXPECT_EQ(java("new HashMap<>()", "HashMap"), "{}");
  EXPECT_EQ(java("map", "HashMap"), R"("map")");
  const auto script = [](const char* text, const char* type, const char* nested = "") {
    return json::serialize(javascript_value(text, type, nested));
  };
  EXPECT_EQ(script("'a'", "String"), R"("a")");
  EXPECT_EQ(script("12n", "Bigint"), "12");
  EXPECT_EQ(script("[1, 'two', true]", "array"), R"([1,"two",true])");
  EXPECT_EQ(script("new Array(4n, 5n)", "array", "Bigint"), "[4,5]");
  EXPECT_EQ(script(" [ [1, 2], [3, 4] ]", "array", "array"), "[[1,2],[3,4]]");
  EXPECT_EQ(script(R"({"a": x, "b": ["c", "d"], 'e': 1})", "dict"), R"({"a":"x","b":["c","d"],"e":1})");
  EXPECT_EQ(script("{}", "dict"), "{}");
  EXPECT_EQ(script(std::string(kLongestForeign + 1, '[').c_str(), "array"),
            json::serialize(json::value(std::string(kLongestForeign + 1, '['))));
}

TEST(ToolCalls, ArgumentsOfJavaAreTexts) {
  const json::array functions = json::parse(R"([{"name": "f", "parameters": {"type": "dict", "required": ["n"],
    "properties": {"n": {"type": "long"}, "s": {"type": "Set"}}}}])")
                                    .as_array();
  const json::array gold = json::parse(R"([{"f": {"n": [5], "s": [""]}}])").as_array();
  const auto kind = [&](const char* calls) {
    const auto verdict = check_tool_calls(functions, *parse_tool_calls(json::parse(calls)), gold, CallOrder::kOne,
                                          FunctionNames::kAsDescribed, call_syntax_of("simple_java"));
    return !verdict.ok() ? "error" : verdict->valid ? "right" : verdict->kind;
  };
  EXPECT_EQ(kind(R"([{"f": {"n": "5L"}}])"), "right");
  EXPECT_EQ(kind(R"([{"f": {"n": "5"}}])"), "type_error:simple");
  EXPECT_EQ(kind(R"([{"f": {"n": 5}}])"), "type_error:java");
  EXPECT_EQ(kind(R"([{"f": {"n": "5L", "s": "x"}}])"), "error") << "a type that the checker can't read";
  EXPECT_EQ(call_syntax_of("live_simple"), CallSyntax::kPython);
  EXPECT_EQ(call_syntax_of("simple_javascript"), CallSyntax::kJavaScript);
}

TEST(ToolCalls, GoldThatCanNotBeReadIsAnErrorAndNotAWrongAnswer) {
  EXPECT_EQ(check(R"([{"geo.weather": {"city": "x"}}])", R"([{"nowhere": {}}])", CallOrder::kAny).substr(0, 6),
            "error:");
  EXPECT_EQ(check(R"([{"geo.weather": {"city": "x"}}])", R"([{"geo.weather": {"city": "x"}}])").substr(0, 6), "error:");
  EXPECT_EQ(check(R"([{"geo.weather": {"city": "x"}}])", "[]").substr(0, 6), "error:");
}

}  // namespace
}  // namespace groundwork::score
