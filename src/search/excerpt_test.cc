#include "search/excerpt.h"

#include <gtest/gtest.h>

#include <random>

namespace groundwork::search {
namespace {

std::vector<std::string> marked(const std::string& text, const Excerpt& excerpt) {
  std::vector<std::string> words;
  for (const text::Span mark : excerpt.marks) words.push_back(text.substr(mark.begin, mark.size()));
  return words;
}

TEST(Excerpt, MarksTheWordsOfAStemAsTheTextWritesThem) {
  const std::string text = "Caching is cheap; a cache that lies is not. Caches expire.";
  EXPECT_EQ(marked(text, excerpt(text, {"cach"}, 200)), (std::vector<std::string>{"Caching", "cache", "Caches"}));
}

TEST(Excerpt, ShowsTheStretchWithMostOfTheTerms) {
  const std::string text = "scan " + std::string(500, '.') + " the scan empties the cache " + std::string(500, '.');
  const Excerpt shown = excerpt(text, {"scan", "cach"}, 60);
  EXPECT_EQ(marked(text, shown), (std::vector<std::string>{"scan", "cache"}));
  EXPECT_LE(shown.range.size(), 60U);
}

TEST(Excerpt, IsTheWholeTextWhereThatFits) {
  const std::string title = "Interview pack: arrays and hash maps: what a lookup costs";
  EXPECT_EQ(excerpt(title, {"lookup"}, title.size()).range, (text::Span{0, title.size()}));
}

TEST(Excerpt, BeginsWithTheTextWhereNoTermIsInIt) {
  const Excerpt shown = excerpt("  Nothing here.", {"cach"}, 10);
  EXPECT_EQ(shown.range, (text::Span{2, 12}));
  EXPECT_TRUE(shown.marks.empty());
  EXPECT_EQ(excerpt("", {"cach"}, 10).range, (text::Span{0, 0}));
}

TEST(Excerpt, MarksLieInTheRangeAndCharactersStayWholeWhateverTheBytes) {
  std::mt19937 random(7);
  const std::vector<std::string> pieces = {"cache", " ",     "\xC3\xA9", "\xFF",        "scan",
                                           "\n",    "top_k", "x",        "\xE2\x82\xAC"};
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (std::size_t i = random() % 60; i > 0; --i) text += pieces[random() % pieces.size()];
    const Excerpt shown = excerpt(text, {"cach", "scan", "top_k", "top"}, 1 + random() % 40);
    ASSERT_LE(shown.range.begin, shown.range.end);
    ASSERT_LE(shown.range.end, text.size());
    std::size_t at = shown.range.begin;
    for (const text::Span mark : shown.marks) {
      ASSERT_GE(mark.begin, at);
      ASSERT_LT(mark.begin, mark.end);
      at = mark.end;
    }
    ASSERT_LE(at, std::max(shown.range.end, shown.range.begin));
  }
}

}  // namespace
}  // namespace groundwork::search
