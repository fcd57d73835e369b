#include "model/tokenizers.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "model/testing.h"
#include "text/token_diagnosis.h"

namespace groundwork::model {
namespace {

namespace fs = std::filesystem;
using base::Code;

class TokenizersTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto folder = fetched_model("SmolLM2-135M-Instruct");
    if (!folder) GTEST_SKIP() << "GW_MODELS names no folder with SmolLM2-135M-Instruct";
    models_ = folder->parent_path();
  }

  std::shared_ptr<const text::Tokenizer> generator() const {
    auto opened = open_tokenizer(models_, "SmolLM2-135M-Instruct");
    EXPECT_TRUE(opened.ok()) << opened.error().chain();
    return *opened;
  }

  static std::vector<std::string> pieces_of(const text::Tokenizer& tokenizer, std::string_view text) {
    std::vector<std::string> pieces;
    for (const text::Token& token : tokenizer.tokenize(text)) pieces.push_back(tokenizer.piece(token.id));
    return pieces;
  }

  fs::path models_;
};

TEST_F(TokenizersTest, TheModelsThatAreThereAreNamedAndOpened) {
  const auto names = tokenizer_names(models_);
  EXPECT_TRUE(std::ranges::find(names, "SmolLM2-135M-Instruct") != names.end());
  EXPECT_TRUE(std::ranges::find(names, "all-MiniLM-L6-v2") != names.end());
  const auto encoder = open_tokenizer(models_, "all-MiniLM-L6-v2");
  ASSERT_TRUE(encoder.ok());
  EXPECT_EQ((*encoder)->traits().special, 2U);
  EXPECT_EQ(pieces_of(**encoder, "QLoRA"), (std::vector<std::string>{"q", "##lor", "##a"}));
}

TEST_F(TokenizersTest, TokensOfAByteLevelBpeAreTheTextInOrder) {
  const auto tokenizer = generator();
  const std::string text = "Why top_k=40?\n  A caf\xC3\xA9, 2026 \xF0\x9F\x99\x82 <|im_start|>";
  std::size_t at = 0;
  for (const text::Token& token : tokenizer->tokenize(text)) {
    EXPECT_LE(token.source.begin, at);
    EXPECT_GE(token.source.end, at);
    EXPECT_LT(token.source.begin, token.source.end);
    at = token.source.end;
  }
  EXPECT_EQ(at, text.size());
  EXPECT_EQ(pieces_of(*tokenizer, "Hello world, 12\n"),
            (std::vector<std::string>{"Hello", "\u2423world", ",", "\u2423", "1", "2", "\u23CE"}));
}

TEST_F(TokenizersTest, ACharacterOfSeveralTokensIsTheSourceOfEach) {
  const auto tokenizer = generator();
  const std::string text = "a\xE2\x98\x83";  // a snowman
  const auto tokens = tokenizer->tokenize(text);
  ASSERT_GE(tokens.size(), 3U);
  for (std::size_t i = 1; i < tokens.size(); ++i) EXPECT_EQ(tokens[i].source, (text::Span{1, 4})) << i;
  EXPECT_TRUE(tokenizer->piece(tokens.back().id).starts_with('<')) << "a part of a character is shown as its bytes";
}

TEST_F(TokenizersTest, ADiagnosisByAGeneratorLosesNothingAndNamesWhatItCosts) {
  const auto diagnosis = text::diagnose_tokens(
      *generator(), "Set max_position_embeddings to 20261128 in the NASA <|im_start|> caf\xC3\xA9.");
  std::vector<std::string_view> kinds;
  for (const text::TokenFinding& one : diagnosis.findings) kinds.push_back(to_string(one.kind));
  EXPECT_EQ(kinds, (std::vector<std::string_view>{"number", "identifier", "reserved"}));
  EXPECT_EQ(diagnosis.limit, 8192U);
  EXPECT_EQ(diagnosis.kept, diagnosis.tokens.size());
  EXPECT_EQ(diagnosis.report.words, 9U);
  for (const text::BrokenWord& one : diagnosis.report.broken) EXPECT_GT(one.pieces.size(), 1U) << one.word;
}

TEST(Tokenizers, AFileThatIsNoneAndANameThatLeadsOutAreRefused) {
  const auto folder = base::TemporaryFolder::create("tokenizers").value();
  ASSERT_TRUE(base::create_folders(folder.path() / "models" / "broken").ok());
  ASSERT_TRUE(base::write_file_atomically(folder.path() / "models" / "broken" / "model.gguf", "GGUF").ok());
  ASSERT_TRUE(base::write_file_atomically(folder.path() / "tokenizer.json", "{}").ok());
  const auto broken = open_tokenizer(folder.path() / "models", "broken");
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().code, Code::kDataLoss);
  for (const char* name : {"..", "../models/broken", "", "other"}) {
    const auto opened = open_tokenizer(folder.path() / "models", name);
    ASSERT_FALSE(opened.ok()) << name;
    EXPECT_EQ(opened.error().code, Code::kNotFound) << name;
    EXPECT_NE(opened.error().text().find("expected one of: broken"), std::string::npos) << opened.error().text();
  }
}

}  // namespace
}  // namespace groundwork::model
