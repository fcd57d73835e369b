#include "base/utf8.h"

#include <gtest/gtest.h>

namespace groundwork::base {
namespace {

TEST(Utf8, KnowsWhatIsOneCharacter) {
  EXPECT_TRUE(is_utf8("a\u00e9\u20ac\U0001F600"));
  for (const std::string_view wrong :
       {"\x80", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF"}) {
    EXPECT_FALSE(is_utf8(wrong)) << testing::PrintToString(wrong);
  }
}

TEST(Utf8, ClippingCutsBetweenCharactersOnly) {
  EXPECT_EQ(clip("a\u20acb", 3), "a");
  EXPECT_EQ(clip("a\u20acb", 4), "a\u20ac");
  EXPECT_EQ(clip("abc", 100), "abc");
}

TEST(Utf8, ClippingReplacesWhatIsNoCharacter) {
  EXPECT_EQ(clip("a\xFFz", 10), "a\uFFFDz");
  EXPECT_TRUE(is_utf8(clip(std::string(50, '\xE2'), 100)));
}

}  // namespace
}  // namespace groundwork::base
