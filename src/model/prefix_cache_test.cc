#include "model/prefix_cache.h"

#include <gtest/gtest.h>

namespace groundwork::model {
namespace {

TEST(PrefixCache, FindsTheLongestBeginning) {
  PrefixCache cache;
  EXPECT_TRUE(cache.keep(1, {1, 2, 3}).empty());
  EXPECT_TRUE(cache.keep(2, {1, 2, 4, 5}).empty());
  const Token prompt[] = {1, 2, 4, 9};
  const auto match = cache.find(prompt);
  EXPECT_EQ(match->sequence, 2);
  EXPECT_EQ(match->tokens, 3U);
  const Token other[] = {7};
  EXPECT_FALSE(cache.find(other).has_value());
}

TEST(PrefixCache, WhatALongerSequenceContainsIsNotKeptTwice) {
  PrefixCache cache;
  (void)cache.keep(1, {1, 2});
  EXPECT_EQ(cache.keep(2, {1, 2, 3}), std::vector<std::int32_t>{1});
  EXPECT_EQ(cache.size(), 1U);
  EXPECT_EQ(cache.tokens(), 3U);
}

TEST(PrefixCache, TheOneNotUsedForLongestGoesFirst) {
  PrefixCache cache;
  (void)cache.keep(1, {1});
  (void)cache.keep(2, {2});
  const Token used[] = {1};
  (void)cache.find(used);
  EXPECT_EQ(cache.evict(), 2);
  EXPECT_EQ(cache.evict(), 1);
  EXPECT_FALSE(cache.evict().has_value());
  EXPECT_EQ(cache.tokens(), 0U);
}

}  // namespace
}  // namespace groundwork::model
