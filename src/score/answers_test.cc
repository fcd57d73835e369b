#include "score/answers.h"

#include <gtest/gtest.h>

#include <cmath>

#include "score/numeric.h"
#include "score/rouge.h"
#include "score/word_embedder.h"

namespace groundwork::score {
namespace {

using Texts = std::vector<std::string>;

TEST(Answers, ExactMatchIsOfBytes) {
  EXPECT_EQ(exact_match("Paris", Texts{"Rome", "Paris"}), 1);
  EXPECT_EQ(exact_match("paris", Texts{"Paris"}), 0);
  EXPECT_EQ(exact_match("Paris ", Texts{"Paris"}), 0);
  EXPECT_EQ(squad_exact_match("The  paris!", Texts{"Paris"}), 1);
}

TEST(Answers, NormalisesAsSquadDoes) {
  EXPECT_EQ(squad_normalised("An  Apple, a\tday; THE rest."), "apple day rest");
  EXPECT_EQ(squad_normalised("theatre another"), "theatre another") << "articles are whole words";
  EXPECT_EQ(squad_normalised("the-end"), "theend") << "punctuation goes before articles do";
  EXPECT_EQ(squad_normalised("İb"), "i\u0307b");
}

TEST(Answers, TokenF1CountsWordsAsOftenAsBothHaveThem) {
  const Overlap one = token_f1("cat cat dog", Texts{"cat mouse"});
  EXPECT_NEAR(one.precision, 1.0 / 3, 1e-12);
  EXPECT_NEAR(one.recall, 0.5, 1e-12);
  EXPECT_NEAR(one.f, 0.4, 1e-12);
  EXPECT_EQ(token_f1("the", Texts{""}).f, 1);
  EXPECT_EQ(token_f1("cat", Texts{""}).f, 0);
  EXPECT_EQ(token_f1("cat", Texts{"dog", "cat"}).f, 1) << "of the best reference";
}

TEST(Answers, RougeIsOfTheLongestCommonSubsequence) {
  // Lin 2004, section 3.1: "police killed the gunman" and "police kill the gunman" share 3 of 4.
  EXPECT_NEAR(rouge_l("police kill the gunman", Texts{"police killed the gunman"}).f, 0.75, 1e-12);
  EXPECT_NEAR(rouge_l("police kill the gunman", Texts{"police killed the gunman"}, Stemming::kPorter).f, 1, 1e-12);
  EXPECT_NEAR(rouge_l("the gunman kill police", Texts{"police killed the gunman"}).f, 0.5, 1e-12);
  EXPECT_NEAR(rouge_n("the gunman police killed", Texts{"police killed the gunman"}, 2).f, 2.0 / 3, 1e-12);
  EXPECT_EQ(rouge_l("", Texts{"x"}).f, 0);
}

TEST(Answers, PorterStemsAsNltkDoes) {
  for (const auto& [word, stem] :
       std::initializer_list<std::pair<const char*, const char*>>{{"caresses", "caress"},
                                                                  {"ponies", "poni"},
                                                                  {"ties", "tie"},
                                                                  {"agreed", "agre"},
                                                                  {"plastered", "plaster"},
                                                                  {"hopping", "hop"},
                                                                  {"filing", "file"},
                                                                  {"happy", "happi"},
                                                                  {"enjoy", "enjoy"},
                                                                  {"relational", "relat"},
                                                                  {"vietnamization", "vietnam"},
                                                                  {"sky", "sky"},
                                                                  {"dying", "die"},
                                                                  {"analogously", "analog"},
                                                                  {"controll", "control"},
                                                                  {"news", "news"},
                                                                  {"succeed", "succeed"},
                                                                  {"adoption", "adopt"}}) {
    EXPECT_EQ(porter_stem(word), stem) << word;
  }
}

TEST(Answers, NumbersAreReadAsPeopleWriteThem) {
  for (const auto& [text, number] : std::initializer_list<std::pair<const char*, double>>{{"1,234.5", 1234.5},
                                                                                          {"12 %", 0.12},
                                                                                          {"12%", 0.12},
                                                                                          {" -3 ", -3},
                                                                                          {"+.5", 0.5},
                                                                                          {"1e3", 1000},
                                                                                          {"1.5E-2", 0.015},
                                                                                          {"$1,200", 1200},
                                                                                          {"-$5", -5},
                                                                                          {"$-5", -5},
                                                                                          {"1 234 567", 1234567},
                                                                                          {"1_000", 1000},
                                                                                          {"\u22127", -7},
                                                                                          {"1\u202F000", 1000},
                                                                                          {"5.", 5},
                                                                                          {"007", 7}}) {
    const auto read = parse_number(text);
    ASSERT_TRUE(read.ok()) << text;
    EXPECT_DOUBLE_EQ(*read, number) << text;
  }
}

TEST(Answers, WhatIsNoNumberIsRefused) {
  for (const char* text :
       {"",     "NaN",   "nan", "inf", "-Infinity", "1,5", "12,34", "1,234,56", "1.2.3", "0x10",
        "five", "1e999", "--1", "1 2", "1,234 567", "%",   "$",     ".",        "1e",    "3 apples"}) {
    EXPECT_FALSE(parse_number(text).ok()) << text;
  }
}

TEST(Answers, TheLastNumberOfATextIsFound) {
  EXPECT_DOUBLE_EQ(*last_number("First 3, then the total is 1,234.5."), 1234.5);
  EXPECT_DOUBLE_EQ(*last_number("GPT4 scored 87 % in 2024 (v2)"), 2024);
  EXPECT_DOUBLE_EQ(*last_number("so x = -7"), -7);
  EXPECT_FALSE(last_number("none in v2 or gpt4").ok());
}

TEST(Answers, NumbersMatchWithinATolerance) {
  EXPECT_EQ(numeric_match(10.05, 10, {0.1, 0}).value, 1);
  EXPECT_EQ(numeric_match(10.2, 10, {0.1, 0}).value, 0);
  EXPECT_EQ(numeric_match(101, 100, {0, 0.01}).value, 1);
  EXPECT_EQ(numeric_match(1e-12, 0, {0, 0.5}).value, 0) << "relative to nothing is nothing";
  EXPECT_EQ(numeric_match(std::nan(""), 1, {10, 10}).value, 0);
}

TEST(Answers, JsonIsCheckedWholeAgainstASchema) {
  const auto validator = schema::Validator::compile(base::json::parse(R"({"type": "object", "required": ["a"]})"));
  ASSERT_TRUE(validator.ok());
  EXPECT_EQ(json_schema(*validator, R"({"a": 1})").value, 1);
  EXPECT_EQ(json_schema(*validator, R"({"b": 1})").value, 0);
  EXPECT_EQ(json_schema(*validator, R"(Here it is: {"a": 1})").value, 0);
  EXPECT_EQ(json_schema(*validator, R"({"a": 1} {"a": 2})").value, 0);
}

TEST(Answers, JsonIsEqualWhateverTheOrderOfItsKeys) {
  EXPECT_EQ(json_equal(R"({"b": [1, 2.0], "a": null})", base::json::parse(R"({"a": null, "b": [1.0, 2]})")).value, 1);
  EXPECT_EQ(json_equal(R"({"b": [2, 1]})", base::json::parse(R"({"b": [1, 2]})")).value, 0);
  EXPECT_EQ(json_equal("true", base::json::parse("1")).value, 0);
}

TEST(Answers, ContainmentFoldsLettersWhenAsked) {
  EXPECT_TRUE(holds("Die STRASSE", "strasse", Containment::kContains, Letters::kFolded));
  EXPECT_FALSE(holds("Die STRASSE", "strasse", Containment::kContains, Letters::kExact));
  EXPECT_TRUE(holds("abc", "", Containment::kStartsWith, Letters::kExact));
  EXPECT_TRUE(holds("abc", "BC", Containment::kEndsWith, Letters::kFolded));
  EXPECT_FALSE(holds("abc", "ab", Containment::kEquals, Letters::kExact));
}

TEST(Answers, SimilarityIsToTheNearestReference) {
  WordEmbedder embedder;
  const auto same = semantic_similarity(embedder, "red apple", Texts{"blue sea", "apple red"});
  ASSERT_TRUE(same.ok());
  EXPECT_NEAR(*same, 1, 1e-6);
  EXPECT_FALSE(semantic_similarity(embedder, "x", {}).ok());
}

}  // namespace
}  // namespace groundwork::score
