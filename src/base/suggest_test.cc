#include "base/suggest.h"

#include <gtest/gtest.h>

namespace groundwork::base {
namespace {

TEST(EditDistance, CountsASwapOnce) {
  EXPECT_EQ(edit_distance("cache", "cahce"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
}

TEST(DidYouMean, OffersTheNearestAndStaysSilentOtherwise) {
  const std::vector<std::string> names = {"embedding-basics", "rag-v1", "cache-design"};
  EXPECT_EQ(did_you_mean("embeding-basics", names), " (did you mean 'embedding-basics'?)");
  EXPECT_EQ(did_you_mean("kubernetes", names), "");
  EXPECT_EQ(did_you_mean(std::string(1 << 20, 'x'), names), "");
}

}  // namespace
}  // namespace groundwork::base
