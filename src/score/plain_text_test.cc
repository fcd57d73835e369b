#include "score/plain_text.h"

#include <gtest/gtest.h>

namespace groundwork::score {
namespace {

TEST(PlainText, ValuesReadAsPeopleWriteThem) {
  const auto text = [](const char* source) { return plain_text(base::parse_json(source).value()); };
  EXPECT_EQ(text("41.75"), "41.75");
  EXPECT_EQ(text("0.1"), "0.1");
  EXPECT_EQ(text("-120"), "-120");
  EXPECT_EQ(text("\"as it is\""), "as it is");
  EXPECT_EQ(text(R"({"a": [1, 2.5, [], {}, "x\ny"], "b": null})"), R"({"a":[1,2.5,[],{},"x\ny"],"b":null})");
}

}  // namespace
}  // namespace groundwork::score
