#include "model/grammar.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/file.h"
#include "base/source_dir.h"
#include "model/gbnf_sampler.h"

namespace groundwork::model {
namespace {

namespace json = base::json;

json::value parsed(std::string_view text) { return base::parse_json(text).value(); }

/// Whether a violation is of a keyword that the grammar named: of that keyword, or of one around it.
bool was_named(const schema::Violation& violation, const Grammar& grammar) {
  return std::any_of(grammar.not_enforced.begin(), grammar.not_enforced.end(), [&](const std::string& pointer) {
    return pointer.find("/" + violation.keyword) != std::string::npos || pointer.find("/not") != std::string::npos ||
           pointer.find("/oneOf") != std::string::npos || pointer.find("/if") != std::string::npos ||
           pointer.find("$dynamicRef") != std::string::npos;
  });
}

/// Derives texts; each must be JSON that is valid against the schema.
void check_samples(const schema::Validator& validator, const Grammar& grammar, int samples, const std::string& what) {
  const auto sampler = GbnfSampler::parse(grammar.gbnf);
  ASSERT_TRUE(sampler.ok()) << what << ": " << sampler.error().text() << "\n" << grammar.gbnf;
  base::Random random(7);
  for (int i = 0; i < samples; ++i) {
    const std::string text = sampler->sample(random);
    const auto value = base::parse_json(text);
    if (!value.ok() && value.error().message.find("too deep") != std::string::npos) continue;
    ASSERT_TRUE(value.ok()) << what << ": " << value.error().text() << "\n" << text << "\n" << grammar.gbnf;
    for (const schema::Violation& one : validator.validate(*value)) {
      ASSERT_TRUE(was_named(one, grammar)) << what << "\n"
                                           << text.substr(0, 600) << "\n"
                                           << one.pointer << ": " << one.keyword << ": " << one.message << "\n"
                                           << grammar.gbnf.substr(0, 4000);
    }
  }
}

struct Case {
  std::string schema;
  std::vector<std::string> not_enforced;
};

void check(const Case& one) {
  const auto validator = schema::Validator::compile(parsed(one.schema), schema::Registry());
  ASSERT_TRUE(validator.ok()) << one.schema << ": " << validator.error().text();
  const auto grammar = grammar_of(*validator);
  ASSERT_TRUE(grammar.ok()) << one.schema << ": " << grammar.error().text();
  EXPECT_EQ(grammar->not_enforced, one.not_enforced) << one.schema;
  check_samples(*validator, *grammar, 300, one.schema);
}

/// All texts of a grammar that has few, by many samples.
std::set<std::string> texts_of(std::string_view schema) {
  const auto grammar = grammar_of(parsed(schema));
  if (!grammar.ok()) return {grammar.error().text()};
  const auto sampler = GbnfSampler::parse(grammar->gbnf);
  base::Random random(1);
  std::set<std::string> out;
  for (int i = 0; i < 2000; ++i) out.insert(sampler->sample(random));
  return out;
}
using Texts = std::set<std::string>;

TEST(Grammar, ConstantsAndChoicesAreTriedAgainstTheWholeSchema) {
  EXPECT_EQ(texts_of(R"({"enum":["a",1,null,{"b":[1.5]}],"not":{"type":"null"}})"),
            (Texts{R"("a")", "1", R"({"b":[1.5]})"}));
  EXPECT_EQ(texts_of(R"({"const":"say \"hi\"\n"})"), (Texts{R"("say \"hi\"\n")"}));
  EXPECT_EQ(texts_of(R"({"enum":[1,2,3,4,5,6],"minimum":3,"not":{"multipleOf":2}})"), (Texts{"3", "5"}));
}

TEST(Grammar, IntegerBoundsHoldDigitByDigit) {
  Texts expected;
  for (int i = -12; i <= 105; ++i) expected.insert(std::to_string(i));
  Texts found = texts_of(R"({"type":"integer","minimum":-12,"maximum":105})");
  for (const std::string& one : found) EXPECT_EQ(expected.count(one), 1u) << one;
  EXPECT_GT(found.size(), 80u);
  EXPECT_EQ(texts_of(R"({"type":"integer","minimum":98,"exclusiveMaximum":102})"), (Texts{"98", "99", "100", "101"}));
  EXPECT_EQ(texts_of(R"({"type":"integer","exclusiveMinimum":-2,"maximum":0.5})"), (Texts{"-1", "0"}));
}

TEST(Grammar, FieldsComeInTheOrderOfTheSchemaAndOptionalOnesMayBeMissing) {
  EXPECT_EQ(
      texts_of(R"({"type":"object","required":["b"],"properties":{"a":{"const":1},"b":{"const":2},"c":{"const":3}}})"),
      (Texts{R"({"b":2})", R"({"a":1,"b":2})", R"({"b":2,"c":3})", R"({"a":1,"b":2,"c":3})"}));
  EXPECT_EQ(
      texts_of(
          R"({"type":"object","minProperties":1,"maxProperties":1,"properties":{"a":{"const":1},"b":{"const":2}}})"),
      (Texts{R"({"a":1})", R"({"b":2})"}));
  EXPECT_EQ(
      texts_of(R"({"type":"object","properties":{"a":{"const":1},"b":{"const":2}},"dependentRequired":{"a":["b"]}})"),
      (Texts{"{}", R"({"b":2})", R"({"a":1,"b":2})"}));
}

TEST(Grammar, ArraysKeepTheirLength) {
  EXPECT_EQ(texts_of(R"({"type":"array","items":{"const":1},"minItems":1,"maxItems":3})"),
            (Texts{"[1]", "[1,1]", "[1,1,1]"}));
  EXPECT_EQ(texts_of(R"({"type":"array","prefixItems":[{"const":1},{"const":2}],"items":false})"),
            (Texts{"[]", "[1]", "[1,2]"}));
  EXPECT_EQ(texts_of(R"({"type":"array","items":{"enum":["a","b"]},"uniqueItems":true,"minItems":1})"),
            (Texts{R"(["a"])", R"(["b"])", R"(["a","b"])"}));
}

TEST(Grammar, UnionsAndOppositesAreExact) {
  EXPECT_EQ(texts_of(R"({"oneOf":[{"enum":[1,2]},{"enum":[2,3]}]})"), (Texts{"1", "3"}));
  EXPECT_EQ(texts_of(R"({"type":"object","properties":{"a":{"const":1},"b":{"const":2}},
                        "oneOf":[{"required":["a"]},{"required":["b"]}]})"),
            (Texts{R"({"a":1})", R"({"b":2})"}));
  EXPECT_EQ(texts_of(R"({"type":"object","required":["kind"],"properties":{"kind":{"enum":["x","y"]},"n":{"const":1}},
                        "if":{"properties":{"kind":{"const":"x"}}},"then":{"required":["n"]},"else":{"not":{"required":["n"]}}})"),
            (Texts{R"({"kind":"x","n":1})", R"({"kind":"y"})"}));
}

TEST(Grammar, PatternsAreFollowedCharacterByCharacter) {
  EXPECT_EQ(texts_of(R"({"type":"string","pattern":"^(a|b)c?$"})"), (Texts{R"("a")", R"("b")", R"("ac")", R"("bc")"}));
  EXPECT_EQ(texts_of(R"({"type":"string","pattern":"^[ab]*$","minLength":1,"maxLength":2,"not":{"pattern":"^b"}})"),
            (Texts{R"("a")", R"("aa")", R"("ab")"}));
  EXPECT_EQ(texts_of(R"({"type":"string","pattern":"^\"\\\\$"})"), (Texts{R"("\"\\")"}));
}

TEST(Grammar, WhatItCannotSayIsNamed) {
  check({R"({"type":"array","items":{"type":"string"},"uniqueItems":true})", {"/uniqueItems"}});
  check({R"({"type":"object","properties":{"a b/c":{"type":"string","pattern":"\\bx"}},"required":["a b/c"]})",
         {"/properties/a b~1c/pattern"}});
  check({R"({"type":"string","format":"regex"})", {"/format"}});
  check({R"({"type":"string","contentMediaType":"application/json","x-own":1})", {"/contentMediaType", "/x-own"}});
}

TEST(Grammar, SchemaThatNothingFulfilsIsAnError) {
  for (const char* schema : {"false", R"({"type":"string","const":1})", R"({"$ref":"#"})",
                             R"({"type":"object","required":["a"],"properties":{"a":{"$ref":"#"}}})",
                             R"({"type":"integer","minimum":3,"maximum":2})"}) {
    const auto grammar = grammar_of(parsed(schema));
    ASSERT_FALSE(grammar.ok()) << schema << grammar->gbnf;
    EXPECT_EQ(grammar.error().code, base::Code::kFailedPrecondition) << grammar.error().text();
  }
}

TEST(Grammar, HostileSchemasEndWithAnError) {
  std::string doubling = R"({"$defs":{"a0":{"anyOf":[{"type":"string"},{"type":"null"}]})";
  for (int i = 1; i < 60; ++i) {
    const std::string before = std::to_string(i - 1);
    doubling += ",\"a" + std::to_string(i) + R"(":{"anyOf":[{"minLength":)" + before + R"(,"$ref":"#/$defs/a)" +
                before + R"("},{"maxLength":)" + before + R"(,"$ref":"#/$defs/a)" + before + "\"}]}";
  }
  const auto grammar = grammar_of(parsed(doubling + R"(},"$ref":"#/$defs/a59"})"));
  if (!grammar.ok()) {
    EXPECT_EQ(grammar.error().code, base::Code::kResourceExhausted);
  }
  const auto large = grammar_of(parsed(R"({"type":"string","pattern":"^(([a-z]{1,30}[0-9]){1,5}x){1,5}$"})"));
  EXPECT_TRUE(large.ok()) << large.error().text();
}

TEST(Grammar, AllThatItWritesIsValid) {
  for (
      const char* schema : {
          "true",
          R"({"type":"object"})",
          R"({"type":"number","minimum":-0.75,"exclusiveMaximum":12.5})",
          R"({"type":"number","exclusiveMinimum":0,"maximum":1})",
          R"({"type":"number","minimum":0.25,"maximum":0.5})",
          R"({"type":"number","maximum":-3.125})",
          R"({"type":"number","multipleOf":0.01,"minimum":0})",
          R"({"type":"integer","multipleOf":7,"minimum":-30})",
          R"({"type":"integer","multipleOf":25})",
          R"({"type":"integer","minimum":0,"not":{"enum":[3,17]}})",
          R"({"type":"number","not":{"type":"integer"}})",
          R"({"type":"string","minLength":3,"maxLength":5})",
          R"({"type":"string","pattern":"^\\d{3}-[a-z]+$"})",
          R"({"type":"string","pattern":"b"})",
          R"({"type":"string","not":{"enum":["a","bc",""]},"maxLength":2})",
          R"({"type":"string","allOf":[{"pattern":"^a"},{"pattern":"z$"}],"minLength":4})",
          R"({"type":"string","format":"date"})",
          R"({"type":"string","format":"time"})",
          R"({"type":"string","format":"uuid"})",
          R"({"type":["string","null"],"format":"email"})",
          R"({"type":"object","additionalProperties":{"type":"integer"},"properties":{"a":{"type":"string"}}})",
          R"({"type":"object","patternProperties":{"^n_":{"type":"integer"},"_s$":{"type":"string"}},"additionalProperties":false})",
          R"({"type":"object","propertyNames":{"pattern":"^[a-z]{2}$"},"minProperties":1,"additionalProperties":true})",
          R"({"type":"object","required":["x"],"allOf":[{"properties":{"a":{"type":"string"}},"required":["a"]},
               {"properties":{"b":{"type":"null"}}}],"unevaluatedProperties":false,"properties":{"x":{"type":"boolean"}}})",
          R"({"type":"array","contains":{"type":"string"},"minContains":2,"maxContains":3,"maxItems":6})",
          R"({"type":"array","prefixItems":[{"type":"string"}],"items":{"type":"integer"},"minItems":2})",
          R"({"type":"array","uniqueItems":true,"items":{"enum":["a","b","c","d"]},"minItems":2,"maxItems":3})",
          R"({"anyOf":[{"type":"string","maxLength":3},{"type":"integer"}],"not":{"const":"abc"}})",
          R"({"oneOf":[{"type":"integer"},{"type":"number","minimum":10}]})",
          R"({"$ref":"#/$defs/tree","$defs":{"tree":{"type":"object","required":["name"],"additionalProperties":false,
               "properties":{"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#/$defs/tree"}}}}}})",
          R"({"oneOf":[{"type":"object","required":["t"],"properties":{"t":{"const":"a"},"v":{"type":"string"}}},
               {"type":"object","required":["t"],"properties":{"t":{"const":"b"},"v":{"type":"integer"}}}]})",
          R"({"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"integer"}},
               "dependentSchemas":{"a":{"required":["b"],"properties":{"b":{"minimum":5}}}}})",
      }) {
    check({schema, {}});
  }
}

/// Every schema of the official suite that compiles and has a grammar.
TEST(Grammar, WhatItWritesForTheSchemasOfTheOfficialSuiteIsValid) {
  const char* configured = std::getenv("GROUNDWORK_DATA");
  const auto folder =
      std::filesystem::path(configured != nullptr ? std::string(configured)
                                                  : std::string(base::source_dir()) + "/../shared/data") /
      "json-schema-test-suite";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no JSON Schema test suite at " << folder;
  schema::Registry registry;
  ASSERT_TRUE(registry.add_folder(folder / "remotes", "http://localhost:1234/").ok());
  int written = 0;
  int whole = 0;
  int refused = 0;
  const auto tests = folder / "tests" / "draft2020-12";
  const std::vector<std::string> files = base::list_files(tests).value();
  for (const std::string& file : files) {
    const auto groups = base::parse_json(base::read_file(tests / file).value()).value();
    for (const auto& group : groups.as_array()) {
      const std::string what = file + ": " + std::string(group.at("description").as_string());
      const auto validator = schema::Validator::compile(group.at("schema"), registry);
      if (!validator.ok()) continue;
      const auto grammar = grammar_of(*validator);
      if (!grammar.ok()) {
        ++refused;
        EXPECT_EQ(grammar.error().code, base::Code::kFailedPrecondition) << what << ": " << grammar.error().text();
        // Refused as unfulfillable: then no test of the group may be valid.
        for (const auto& test : group.at("tests").as_array()) {
          EXPECT_FALSE(test.at("valid").as_bool()) << what << ": " << json::serialize(test.at("data"));
        }
        continue;
      }
      ++written;
      whole += grammar->not_enforced.empty() ? 1 : 0;
      check_samples(*validator, *grammar, 40, what);
    }
  }
  RecordProperty("grammars", written);
  RecordProperty("enforcing_every_keyword", whole);
  RecordProperty("refused", refused);
  std::printf("%d grammars, %d enforce every keyword, %d refused\n", written, whole, refused);
  EXPECT_GT(written, 400);
}

}  // namespace
}  // namespace groundwork::model
