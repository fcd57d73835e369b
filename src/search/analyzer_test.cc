#include "search/analyzer.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace groundwork::search {
namespace {

/// "term@position", "!" in front of identifiers.
std::string terms(std::string_view text) {
  Analyzer analyzer;
  std::string out;
  for (const Token& token : analyzer.analyze(text)) {
    out += (out.empty() ? "" : " ") + std::string(token.identifier ? "!" : "") + token.term + "@" +
           std::to_string(token.position);
  }
  return out;
}

TEST(Analyzer, WordsAreStemmedAndStopWordsLeaveGaps) {
  EXPECT_EQ(terms("The embeddings of a query"), "embed@1 queri@4");
  EXPECT_EQ(terms("Café, naïve — ÜBER"), "cafe@0 naiv@1 uber@2");
  EXPECT_EQ(terms("the model's cache doesn't"), "model@1 cach@2 doesn't@3");
}

TEST(Analyzer, IdentifiersAreKeptWholeAndAsParts) {
  EXPECT_EQ(terms("top_k"), "!top_k@0 top@0");
  EXPECT_EQ(terms("QLoRA"), "!qlora@0 qlo@0 ra@1");
  EXPECT_EQ(terms("MiniLM-L6-v2"), "!minilm-l6-v2@0 mini@0 lm@1 l6@2 v2@3");
  EXPECT_EQ(terms("HTTP/2 and C++ or F#"), "!http/2@0 http@0 2@1 !c++@3 !f#@5");
  EXPECT_EQ(terms("std::vector node.js"), "!std::vector@0 std@0 vector@1 !node.js@2 node@2 js@3");
  EXPECT_EQ(terms("getUserName HTTPServer"), "!getusername@0 get@0 user@1 name@2 !httpserver@3 http@3 server@4");
}

TEST(Analyzer, WhatOnlyLooksLikeAnIdentifierIsNone) {
  EXPECT_EQ(terms("LLMs and APIs"), "llm@0 api@2");
  EXPECT_EQ(terms("llm gpus GPU DNS https"), "llm@0 gpu@1 gpu@2 dns@3 http@4");
  EXPECT_EQ(terms("state-of-the-art"), "state@0 art@3");
  EXPECT_EQ(terms("the end.Next sentence"), "end@1 next@2 sentenc@3");
  EXPECT_EQ(terms("e.g. groups, i.e. sets in the U.S."), "group@1 set@3 us@6");
}

TEST(Analyzer, BritishAndAmericanSpellingAreOne) {
  EXPECT_EQ(terms("amortised tokenisation analysing behaviours centre"),
            terms("amortized tokenization analyzing behaviors center"));
  for (const char* pair : {"precise precisely", "rise rising", "raise raising", "promise promised", "hour hours"}) {
    const std::string both = terms(pair);
    EXPECT_EQ(both.substr(0, both.find('@')), both.substr(both.find(' ') + 1, both.rfind('@') - both.find(' ') - 1));
  }
}
TEST(Analyzer, LettersAloneAreLabelsUnlessTheyAreLanguages) { EXPECT_EQ(terms("I compare x with C"), "compar@1 c@4"); }

TEST(Analyzer, SourcesAreTheBytesOfTheWords) {
  const std::string text = "Das Café — top_k!";
  Analyzer analyzer;
  std::vector<std::string> sources;
  for (const Token& token : analyzer.analyze(text))
    sources.push_back(text.substr(token.source.begin, token.source.size()));
  EXPECT_EQ(sources, (std::vector<std::string>{"Das", "Café", "top_k", "top"}));
}

TEST(Analyzer, LengthCountsWordsAndNotStopWordsNorWholeIdentifiers) {
  Analyzer analyzer;
  analyzer.analyze("the top_words of a query");
  EXPECT_EQ(analyzer.length(), 3u);
}

TEST(Analyzer, AnyBytesAreTaken) {
  base::Random random(7);
  Analyzer analyzer;
  for (int run = 0; run < 10'000; ++run) {
    std::string bytes(random.below(60), ' ');
    for (char& byte : bytes) byte = static_cast<char>(random.below(256));
    for (const Token& token : analyzer.analyze(bytes)) {
      ASSERT_LE(token.source.end, bytes.size());
      ASSERT_LE(token.term.size(), kLongestTerm + 8);
      ASSERT_FALSE(token.term.empty());
    }
  }
}

}  // namespace
}  // namespace groundwork::search
