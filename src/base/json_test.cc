#include "base/json.h"

#include <gtest/gtest.h>

namespace groundwork::base {
namespace {

TEST(ParseJson, NamesLineAndColumn) {
  const auto result = parse_json("{\n  \"a\": 1,\n  oops\n}");
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().where.find("line 3"), std::string::npos) << result.error().text();
}

TEST(ParseJson, RefusesDepthBombsAndTrailingText) {
  EXPECT_FALSE(parse_json(std::string(100000, '[')).ok());
  EXPECT_FALSE(parse_json("{} {}").ok());
  EXPECT_FALSE(parse_json("").ok());
  EXPECT_EQ(parse_json("[1,2,3]", 4).error().code, Code::kResourceExhausted);
}

TEST(ParseJson, RefusesNumbersThatCouldNotBeReadAgain) {
  for (const char* text : {"1e400", "[-1e400]", R"({"a":{"b":[1e999]}})"}) {
    const auto result = parse_json(text);
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_EQ(result.error().code, Code::kInvalidArgument);
  }
  EXPECT_EQ(canonical_json(parse_json("[1.7e308,-0.0,1e-400]").value()), "[1.7E308,-0E0,0E0]");
}

TEST(CanonicalJson, IgnoresKeyOrder) {
  EXPECT_EQ(canonical_json(parse_json(R"({"b":[1,{"z":0,"y":"\u00e9"}],"a":null})").value()),
            canonical_json(parse_json(R"( {"a":null, "b":[1,{"y":"é","z":0}]} )").value()));
}

TEST(GetField, SaysWhatWasExpectedAndFound) {
  const auto value = parse_json(R"({"n": "five"})").value();
  const auto missing = get_string(value.as_object(), "name", "facts[3]");
  EXPECT_EQ(missing.error().text(), "facts[3].name: expected a string, found nothing");
  EXPECT_EQ(get_int(value.as_object(), "n", "").error().text(), "n: expected an integer, found string");
}

}  // namespace
}  // namespace groundwork::base
