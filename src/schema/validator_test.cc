#include "schema/validator.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "base/source_dir.h"

namespace groundwork::schema {
namespace {

namespace json = base::json;

Validator compiled(std::string_view schema) { return Validator::compile(base::parse_json(schema).value()).value(); }

std::string first(const Validator& validator, std::string_view instance) {
  const auto violations = validator.validate(base::parse_json(instance).value());
  return violations.empty() ? "valid" : violations.front().pointer + " " + violations.front().message;
}

TEST(Validator, MessagesSayWhatWasExpectedAndFound) {
  const auto validator = compiled(R"({"type":"object","required":["week"],"additionalProperties":false,
      "properties":{"week":{"type":"integer","minimum":1,"maximum":16},"phase":{"enum":["phase-1","phase-2"]}}})");
  EXPECT_EQ(first(validator, R"({"week":3,"phase":"phase-1"})"), "valid");
  EXPECT_EQ(first(validator, R"({})"), " expected the field 'week', found nothing");
  EXPECT_EQ(first(validator, R"({"week":17})"), "/week expected a number of at most 16, found 1.7E1");
  EXPECT_EQ(first(validator, R"({"week":"x"})"), "/week expected integer, found 'x'");
  EXPECT_EQ(first(validator, R"({"week":1,"phase":"phase1"})"),
            "/phase expected one of 'phase-1', 'phase-2', found 'phase1' (did you mean 'phase-1' or 'phase-2'?)");
  EXPECT_EQ(first(validator, R"({"week":1,"pahse":"phase-1"})"),
            "/pahse unknown field 'pahse' (did you mean 'phase'?)");
}

TEST(Validator, UnsupportedKeywordIsAnErrorAndNotIgnored) {
  const auto result =
      Validator::compile(base::parse_json(R"({"properties":{"a":{"unevaluatedProperties":false}}})").value());
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, base::Code::kUnimplemented);
  EXPECT_EQ(result.error().where, "/properties/a/unevaluatedProperties");
}

TEST(Validator, SchemaThatRefersToItselfForeverEnds) {
  EXPECT_NE(first(compiled(R"({"$ref":"#"})"), "1").find("without end"), std::string::npos);
}

/// Runs the official suite's required tests for what this validator supports, and counts what it refuses by name.
TEST(Validator, OfficialSuiteAgreesWhereverASchemaCompiles) {
  const char* configured = std::getenv("GROUNDWORK_DATA");
  const std::filesystem::path folder =
      std::filesystem::path(configured != nullptr ? std::string(configured)
                                                  : std::string(base::source_dir()) + "/../shared/data") /
      "json-schema-test-suite" / "tests" / "draft2020-12";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no JSON Schema test suite at " << folder;
  int agreed = 0;
  int unsupported = 0;
  std::string disagreements;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    const auto groups = base::parse_json(base::read_file(entry.path()).value()).value();
    for (const auto& group : groups.as_array()) {
      const auto validator = Validator::compile(group.at("schema"));
      for (const auto& test : group.at("tests").as_array()) {
        if (!validator.ok()) {
          ++unsupported;
        } else if (validator->validate(test.at("data")).empty() == test.at("valid").as_bool()) {
          ++agreed;
        } else {
          disagreements += "\n" + entry.path().filename().string() + ": " +
                           std::string(group.at("description").as_string()) + ": " +
                           std::string(test.at("description").as_string());
        }
      }
    }
  }
  RecordProperty("agreed", agreed);
  RecordProperty("unsupported", unsupported);
  EXPECT_EQ(disagreements, "");
  EXPECT_GT(agreed, 850);
}

}  // namespace
}  // namespace groundwork::schema
