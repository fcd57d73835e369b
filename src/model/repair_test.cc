#include "model/repair.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace groundwork::model {
namespace {

namespace json = base::json;

schema::Validator validator(std::string_view schema) {
  return schema::Validator::compile(base::parse_json(schema).value()).value();
}

/// The value as canonical JSON, then the repairs.
std::string repaired(std::string_view output, std::string_view schema = "true") {
  const auto result = repair(output, validator(schema));
  if (!result.ok()) return "error: " + result.error().text();
  std::string out = base::canonical_json(result->value);
  for (const std::string& one : result->repairs) out += "; " + one;
  return out;
}

TEST(Repair, JsonAsItStandsIsLeftAlone) { EXPECT_EQ(repaired(R"( {"a": [1, 2.5, "x"]} )"), R"({"a":[1,2.5E0,"x"]})"); }

TEST(Repair, FindsTheValueInFencesAndProse) {
  EXPECT_EQ(repaired("Sure!\n```json\n{\"a\": 1}\n```\nHope it helps [1]."), R"({"a":1}; a code fence)");
  EXPECT_EQ(repaired("The answer is {\"a\": 1}, as asked."), R"({"a":1}; text around the value)");
  EXPECT_EQ(repaired("<think>maybe {\"a\": 2}</think>\n{\"a\": 1,}"), R"({"a":1}; line 2: a trailing comma)");
  EXPECT_EQ(repaired("see [1] for {\"a\": 1}", R"({"type":"object"})"), R"({"a":1}; text around the value)");
  EXPECT_EQ(repaired("```\n{\"a\": 1\n"), R"({"a":1}; a code fence; line 2: cut short: closed here)");
}

TEST(Repair, UnderstandsWhatPythonAndPeopleWrite) {
  EXPECT_EQ(repaired("{'a': True, 'b': None, 'c': 'it''s'}"),
            R"({"a":true,"b":null,"c":"it''s"}; line 1: single quotes; line 1: Python's True; line 1: single quotes; )"
            R"(line 1: Python's None; line 1: single quotes; line 1: a quote inside a text)");
  EXPECT_EQ(
      repaired("{a: 1, // one\n b: +.5\n c: [1,2,],}"),
      R"({"a":1,"b":5E-1,"c":[1,2]}; line 1: a key without quotes; line 1: a comment; line 2: a key without quotes; )"
      R"(line 2: a number as JSON does not write it; line 3: a missing comma; line 3: a key without quotes; )"
      R"(line 3: a trailing comma)");
  EXPECT_EQ(repaired("{\"a\": \"he said \"no\" twice\"}"),
            R"({"a":"he said \"no\" twice"}; line 1: a quote inside a text)");
  EXPECT_EQ(repaired("{\"a\": \"one\ntwo\"}"), R"({"a":"one\ntwo"}; line 1: a line break inside a text)");
  EXPECT_EQ(repaired("{\xe2\x80\x9c"
                     "a\xe2\x80\x9d: \"\\d\\u00e9\"}"),
            "{\"a\":\"\\\\dé\"}; line 1: typographic quotes; line 1: a backslash that escapes nothing");
}

TEST(Repair, WhatWasCutIsClosedAndNothingIsInvented) {
  EXPECT_EQ(repaired(R"({"a": [1, 2)"),
            R"({"a":[1]}; line 1: a number that may be cut short: left out; line 1: cut short: closed here)");
  EXPECT_EQ(repaired(R"({"a": 1, "b": tr)"), R"({"a":1}; line 1: cut short: closed here)");
  EXPECT_EQ(repaired(R"({"a": 1, "bcd)"),
            R"({"a":1}; line 1: a text that is cut short; line 1: cut short: closed here)");
  EXPECT_EQ(repaired(R"({"a": 1, "b":)"), R"({"a":1}; line 1: cut short: closed here)");
  EXPECT_EQ(repaired(R"({"a": "half a sen)"),
            R"({"a":"half a sen"}; line 1: a text that is cut short; line 1: cut short: closed here)");
  const auto result = repair(R"([{"a": 1}, {"a": )", validator(R"({"items":{"required":["a"]}})"));
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->cut_short);
  EXPECT_EQ(result->violations.size(), 1u);  // the second entry lacks what was never written
}

TEST(Repair, OutputWithoutJsonIsAnError) {
  for (const char* output : {"", "I can't do that.", "{x}", "{\"a\" 1}", "[NaN]", "{]}"}) {
    EXPECT_TRUE(repaired(output).starts_with("error: ")) << output << ": " << repaired(output);
  }
  EXPECT_EQ(repair(std::string(2 << 20, ' '), validator("true")).error().code, base::Code::kResourceExhausted);
}

TEST(Repair, DeepNestingAndManyStartsEnd) {
  EXPECT_TRUE(repaired(std::string(1 << 20, '[')).starts_with("error: "));
  std::string starts;
  for (int i = 0; i < 100000; ++i) starts += "{\"a\":";
  EXPECT_TRUE(repaired(starts).starts_with("error: "));
}

/// Every prefix of a JSON text gives a part of it: no member or entry that the whole does not have, except a text that
/// was cut.
TEST(Repair, EveryPrefixGivesAPartOfTheWhole) {
  const std::string whole =
      R"({"a":[1,22,{"b":null,"c":[]}],"d":"x\"y\u00e9","e":{"f":-1.5e3,"g":true},"h":[[],[false]]})";
  const json::value value = base::parse_json(whole).value();
  const auto any = validator("true");
  std::function<bool(const json::value&, const json::value&)> is_part = [&](const json::value& part,
                                                                            const json::value& all) {
    if (part.is_object() && all.is_object()) {
      for (const auto& member : part.get_object()) {
        const auto* other = all.get_object().if_contains(member.key());
        if (other == nullptr || !is_part(member.value(), *other)) return false;
      }
      return true;
    }
    if (part.is_array() && all.is_array()) {
      if (part.get_array().size() > all.get_array().size()) return false;
      for (std::size_t i = 0; i < part.get_array().size(); ++i) {
        if (!is_part(part.get_array()[i], all.get_array()[i])) return false;
      }
      return true;
    }
    if (part.is_string() && all.is_string()) {
      return std::string_view(all.get_string()).starts_with(std::string_view(part.get_string()));
    }
    return part == all;
  };
  for (std::size_t n = 1; n < whole.size(); ++n) {
    const auto result = repair(std::string_view(whole).substr(0, n), any);
    ASSERT_TRUE(result.ok()) << whole.substr(0, n) << ": " << result.error().text();
    EXPECT_TRUE(result->cut_short);
    EXPECT_TRUE(is_part(result->value, value)) << whole.substr(0, n) << "\n" << json::serialize(result->value);
  }
}

TEST(Repair, RandomDamageNeverCrashes) {
  const std::string whole = "x ```json\n{'a': [1, \"b\\u00e9\", True], b: {c: 'd',},}\n``` y";
  const auto any = validator(R"({"type":"object"})");
  base::Random random(3);
  for (int i = 0; i < 5000; ++i) {
    std::string damaged = whole;
    for (std::uint64_t k = 0; k <= random.below(4); ++k) {
      damaged[random.below(damaged.size())] = static_cast<char>(random.below(256));
    }
    const auto result = repair(damaged, any);
    if (result.ok()) static_cast<void>(base::canonical_json(result->value));
  }
}

}  // namespace
}  // namespace groundwork::model
