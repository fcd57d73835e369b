#include "text/token_report.h"

#include <gtest/gtest.h>

namespace groundwork::text {
namespace {

WordPieceTokenizer small() {
  constexpr auto kWords = "[PAD]\n[UNK]\n[CLS]\n[SEP]\ntop\n_\nk\nsearch\n##es\nq\n##lo\n##ra\n";
  return {WordPiece::from_vocabulary(kWords).value(), 256};
}

TokenReport report_of(std::string_view text, std::size_t most_broken = 20) {
  const WordPieceTokenizer tokenizer = small();
  return report_tokens(tokenizer, text, tokenizer.tokenize(text), most_broken);
}

TEST(TokenReport, CountsAreThoseOfTheTokenizerOnTheWholeText) {
  const std::string text = " search top_k\n searches QLoRA \xE2\x82\xAC";
  const TokenReport report = report_of(text);
  EXPECT_EQ(report.tokens, small().tokenize(text).size());
  EXPECT_EQ(report.words, 5U);
  EXPECT_EQ(report.characters, text.size() - 2);
  EXPECT_EQ(report.unknown, 1U);
  EXPECT_DOUBLE_EQ(report.tokens_per_word(), 2.0);
}

TEST(TokenReport, WordsThatCostMostComeFirst) {
  const TokenReport report = report_of("searches searches searches top_k qlora search");
  ASSERT_EQ(report.broken.size(), 3U);
  EXPECT_EQ(report.broken[0], (BrokenWord{"searches", {"search", "##es"}, 3}));
  EXPECT_EQ(report.broken[1], (BrokenWord{"qlora", {"q", "##lo", "##ra"}, 1}));
  EXPECT_EQ(report.broken[2], (BrokenWord{"top_k", {"top", "_", "k"}, 1}));
  EXPECT_EQ(report_of("searches top_k", 1).broken.size(), 1U);
}

TEST(TokenReport, AnEmptyTextHasNoRatiosToDivideByZero) {
  const TokenReport report = report_of(" \n");
  EXPECT_EQ(report.tokens, 0U);
  EXPECT_EQ(report.tokens_per_word(), 0.0);
  EXPECT_EQ(report.characters_per_token(), 0.0);
}

}  // namespace
}  // namespace groundwork::text
