#include "http/url.h"

#include <gtest/gtest.h>

namespace groundwork::http {
namespace {

TEST(ParseTarget, DecodesPathAndQuery) {
  const auto target = parse_target("/a%20b/c+d?x=1+2&y&z=%C3%A9").value();
  EXPECT_EQ(target.path, "/a b/c+d");
  const std::vector<std::pair<std::string, std::string>> expected = {{"x", "1 2"}, {"y", ""}, {"z", "é"}};
  EXPECT_EQ(target.query, expected);
}

TEST(ParseTarget, RefusesBadEscapesNulAndBrokenUtf8) {
  for (const char* bad :
       {"", "a", "*", "http://x/", "/%", "/%4", "/%zz", "/%00", "/%ff", "/%c0%af", "/?a=%", "/?%ed%a0%80"}) {
    EXPECT_FALSE(parse_target(bad).has_value()) << bad;
  }
}

TEST(IsUtf8, KnowsOverlongFormsAndSurrogates) {
  EXPECT_TRUE(is_utf8("aé€😀"));
  EXPECT_FALSE(is_utf8("\xc0\x80"));
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));
  EXPECT_FALSE(is_utf8("\xf4\x90\x80\x80"));
  EXPECT_FALSE(is_utf8("\xe2\x82"));
}

}  // namespace
}  // namespace groundwork::http
