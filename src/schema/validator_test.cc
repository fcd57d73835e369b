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
  EXPECT_EQ(first(validator, R"({"week":17})"), "/week expected a number of at most 16, found 17");
  EXPECT_EQ(first(validator, R"({"week":"x"})"), "/week expected integer, found 'x'");
  EXPECT_EQ(first(validator, R"({"week":1,"phase":"phase1"})"),
            "/phase expected one of 'phase-1', 'phase-2', found 'phase1' (did you mean 'phase-1' or 'phase-2'?)");
  EXPECT_EQ(first(validator, R"({"week":1,"pahse":"phase-1"})"),
            "/pahse unknown field 'pahse' (did you mean 'phase'?)");
}

TEST(Validator, MisspeltKeywordIsAnErrorAndNotIgnored) {
  const auto result = Validator::compile(base::parse_json(R"({"properties":{"a":{"requierd":["b"]}}})").value());
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, base::Code::kUnimplemented);
  EXPECT_EQ(result.error().where, "/properties/a/requierd");
}

TEST(Validator, SchemaThatRefersToItselfForeverEnds) {
  EXPECT_NE(first(compiled(R"({"$ref":"#"})"), "1").find("without end"), std::string::npos);
}

}  // namespace
}  // namespace groundwork::schema
