#include "text/token_diagnosis.h"

#include <gtest/gtest.h>

namespace groundwork::text {
namespace {

using Kind = TokenFinding::Kind;

WordPieceTokenizer small() {
  constexpr auto kWords = "[PAD]\n[UNK]\n[CLS]\n[SEP]\ntop\n_\nk\nus\nresume\n20\n##26\nthe\nof\n[\n]\ncl\n##s\n,\n";
  return {WordPiece::from_vocabulary(kWords).value(), 256};
}

const TokenFinding* find(const TokenDiagnosis& diagnosis, Kind kind) {
  for (const TokenFinding& one : diagnosis.findings)
    if (one.kind == kind) return &one;
  return nullptr;
}

TEST(TokenDiagnosis, WhatLiesBehindTheLimitIsCut) {
  const std::string text = "the top of the top";
  const TokenDiagnosis cut = diagnose_tokens(small(), text, 5);
  EXPECT_EQ(cut.kept, 3U);
  EXPECT_EQ(cut.cut_at, text.find("the", 1));
  const TokenFinding* finding = find(cut, Kind::kCut);
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->places, (std::vector<Span>{{cut.cut_at, text.size()}}));
  EXPECT_TRUE(loses(finding->kind));

  const TokenDiagnosis whole = diagnose_tokens(small(), text, 7);
  EXPECT_EQ(whole.kept, 5U);
  EXPECT_EQ(whole.cut_at, text.size());
  EXPECT_EQ(find(whole, Kind::kCut), nullptr);
}

TEST(TokenDiagnosis, PlacesAreTheBytesOfTheText) {
  const std::string text = "the r\xC3\xA9sum\xC3\xA9 of US, top_k,2026 \xE2\x82\xAC\xE2\x80\x8B";
  const TokenDiagnosis diagnosis = diagnose_tokens(small(), text);
  const std::vector<std::pair<Kind, std::string>> expected = {{Kind::kAccents, "r\xC3\xA9sum\xC3\xA9"},
                                                              {Kind::kUpperCase, "US"},
                                                              {Kind::kIdentifier, "top_k"},
                                                              {Kind::kNumber, "2026"},
                                                              {Kind::kUnknown, "\xE2\x82\xAC"},
                                                              {Kind::kInvisible, "\xE2\x80\x8B"}};
  for (const auto& [kind, words] : expected) {
    const TokenFinding* finding = find(diagnosis, kind);
    ASSERT_NE(finding, nullptr) << to_string(kind);
    ASSERT_EQ(finding->places.size(), 1U) << to_string(kind);
    EXPECT_EQ(text.substr(finding->places[0].begin, finding->places[0].size()), words);
  }
  EXPECT_EQ(diagnosis.findings.size(), expected.size());
}

TEST(TokenDiagnosis, PlainWordsHaveNothingToSay) {
  EXPECT_TRUE(diagnose_tokens(small(), "the top of the top", 256).findings.empty());
  EXPECT_TRUE(diagnose_tokens(small(), "", 256).findings.empty());
}

TEST(TokenDiagnosis, LossesComeBeforeCosts) {
  const TokenDiagnosis diagnosis = diagnose_tokens(small(), "top_k 2026 US \xE2\x82\xAC", 256);
  ASSERT_EQ(diagnosis.findings.size(), 4U);
  bool cost = false;
  for (const TokenFinding& one : diagnosis.findings) {
    EXPECT_FALSE(cost && loses(one.kind)) << to_string(one.kind);
    cost |= !loses(one.kind);
  }
}

TEST(TokenDiagnosis, ASpecialTokenInTheTextIsText) {
  const TokenDiagnosis diagnosis = diagnose_tokens(small(), "the [CLS] of", 256);
  const TokenFinding* finding = find(diagnosis, Kind::kReserved);
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->places, (std::vector<Span>{{4, 9}}));
  for (const Token& token : diagnosis.tokens) EXPECT_NE(small().piece(token.id), "[CLS]");
}

TEST(TokenDiagnosis, AWordAboveTheLengthThatTheTokenizerTakesIsLost) {
  const TokenDiagnosis diagnosis = diagnose_tokens(small(), std::string(101, 'k'), 256);
  EXPECT_NE(find(diagnosis, Kind::kLongWord), nullptr);
  EXPECT_EQ(find(diagnosis, Kind::kUnknown), nullptr);
}

TEST(TokenDiagnosis, ManyPlacesAreCountedAndTheFirstFiftyGiven) {
  std::string text;
  for (int i = 0; i < 80; ++i) text += "\xE2\x82\xAC ";
  const TokenDiagnosis diagnosis = diagnose_tokens(small(), text);
  const TokenFinding* finding = find(diagnosis, Kind::kUnknown);
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->times, 80U);
  EXPECT_EQ(finding->places.size(), TokenFinding::kMostPlaces);
}

TEST(TokenDiagnosis, MoreThanTwoTokensAWordIsDense) {
  std::string text;
  for (int i = 0; i < 10; ++i) text += "top_k ";
  EXPECT_NE(find(diagnose_tokens(small(), text), Kind::kDense), nullptr);
  EXPECT_EQ(find(diagnose_tokens(small(), "top_k", 256), Kind::kDense), nullptr);
}

}  // namespace
}  // namespace groundwork::text
