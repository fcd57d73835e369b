#include "model/answer_text.h"

#include <gtest/gtest.h>

namespace groundwork::model {
namespace {

TEST(AnswerText, CharactersComeWhole) {
  const std::string whole = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";
  AnswerText text({});
  std::vector<std::string> pieces;
  for (const char byte : whole) {
    if (const std::string_view piece = text.add(std::string_view(&byte, 1)); !piece.empty()) pieces.emplace_back(piece);
  }
  EXPECT_EQ(pieces, (std::vector<std::string>{"a", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "z"}));
  EXPECT_EQ(text.text(), whole);
}

TEST(AnswerText, AStopStringIsFoundHoweverItIsCut) {
  const std::string whole = "one\n\nQ: two";
  for (std::size_t size = 1; size <= whole.size(); ++size) {
    AnswerText text({"\n\nQ:"});
    std::string given;
    for (std::size_t at = 0; at < whole.size(); at += size) given += text.add(std::string_view(whole).substr(at, size));
    EXPECT_TRUE(text.stopped()) << size;
    EXPECT_EQ(given, "one") << size;
  }
}

TEST(AnswerText, TheFirstOfSeveralStopStringsWins) {
  AnswerText text({"later", "b"});
  EXPECT_EQ(text.add("abc later"), "a");
  EXPECT_TRUE(text.stopped());
  EXPECT_EQ(text.add("more"), "");
}

TEST(AnswerText, WhatOnlyLooksLikeAStopStringIsGivenInTheEnd) {
  AnswerText text({"STOP"});
  EXPECT_EQ(text.add("go STO"), "go ");
  EXPECT_EQ(text.finish(), "STO");
  EXPECT_FALSE(text.stopped());
}

TEST(AnswerText, BytesThatAreNoCharactersAreReplaced) {
  AnswerText text({});
  std::string given(
      text.add("a\xFF"
               "b"));
  given += text.add("\xE2\x82");
  given += text.finish();
  EXPECT_EQ(given, text.text());
  EXPECT_TRUE(
      given.starts_with("a\xEF\xBF\xBD"
                        "b\xEF\xBF\xBD"));
}

}  // namespace
}  // namespace groundwork::model
