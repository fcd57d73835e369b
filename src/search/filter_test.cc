#include "search/filter.h"

#include <gtest/gtest.h>

namespace groundwork::search {
namespace {

std::string error_of(std::string_view json) {
  const auto filter = filter_from_json(base::parse_json(json).value());
  return filter.ok() ? "" : filter.error().text();
}

TEST(Filter, ReadsEachForm) {
  EXPECT_EQ(parse_condition("lang=en|de").value().values, (std::vector<std::string>{"en", "de"}));
  EXPECT_EQ(parse_condition("lang!=en").value().kind, Condition::Kind::kNot);
  EXPECT_EQ(parse_condition("a=b=c").value().values, std::vector<std::string>{"b=c"});
  const Condition range = parse_condition("year>1999.5").value();
  EXPECT_EQ(range.low, 1999.5);
  EXPECT_TRUE(range.low_excluded);
  EXPECT_EQ(filter_from_json(base::parse_json(R"({"a":1,"b":{"$gte":1,"$lt":2}})").value()).value().conditions.size(),
            3u);
}

TEST(Filter, ANumberEqualsItsValueInAnyNotation) {
  EXPECT_EQ(canonical_value("1e3"), canonical_value("1000"));
  EXPECT_EQ(canonical_value("1000"), *canonical_scalar(base::json::value(1000)));
  EXPECT_EQ(canonical_value("-0"), canonical_value("0"));
  EXPECT_NE(canonical_value("1000x"), "1000");
}

TEST(Filter, EachMistakeIsNamed) {
  for (const char* bad : {"", "lang", "=en", "lang=", "lang!en", "year>=x", "year<", "year>inf"}) {
    const auto condition = parse_condition(bad);
    ASSERT_FALSE(condition.ok()) << bad;
    EXPECT_EQ(condition.error().code, base::Code::kInvalidArgument);
  }
  EXPECT_NE(error_of("[1]").find("expected an object of conditions, found array"), std::string::npos);
  EXPECT_NE(error_of(R"({"a":{"$near":1}})").find("found '$near'"), std::string::npos);
  EXPECT_NE(error_of(R"({"a":{"$gt":"x"}})").find("expected a number for $gt of 'a', found string"), std::string::npos);
  EXPECT_NE(error_of(R"({"a":[{}]})").find("for 'a'"), std::string::npos);
}

}  // namespace
}  // namespace groundwork::search
