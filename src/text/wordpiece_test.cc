#include "text/wordpiece.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/file.h"
#include "base/json.h"
#include "base/random.h"
#include "base/source_dir.h"

namespace groundwork::text {
namespace {

using Tokens = std::vector<std::string>;

const std::string kSmall = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nrun\n##ning\n##n\n##ing\nrunner\na\nb\n[\n]\ncls\n";

WordPiece small() { return *WordPiece::from_vocabulary(kSmall); }

Tokens written(const WordPiece& pieces, std::string_view text) {
  Tokens out;
  for (const Token& token : pieces.tokenize(text)) out.emplace_back(pieces.token(token.id));
  return out;
}

std::string tokenizer_json(std::string_view normalizer, std::string_view vocabulary, std::string_view more = "") {
  return R"({"normalizer": )" + std::string(normalizer) + R"(, "pre_tokenizer": {"type": "BertPreTokenizer"},
    "model": {"type": "WordPiece", "vocab": )" +
         std::string(vocabulary) + std::string(more) + "}}";
}
constexpr std::string_view kBert = R"({"type": "BertNormalizer", "lowercase": true})";

/// Each token's written form and place, as wordpiece_golden.json has it.
TEST(WordPiece, AgreesWithTheReferenceOnTokensAndByteOffsets) {
  const auto file = base::read_file(std::string(base::source_dir()) + "/src/text/wordpiece_golden.json");
  ASSERT_TRUE(file.ok()) << file.error().text();
  const auto golden = base::parse_json(*file);
  ASSERT_TRUE(golden.ok()) << golden.error().text();
  std::string vocabulary;
  for (const auto& token : golden->at("vocabulary").as_array()) vocabulary += std::string(token.as_string()) + "\n";
  const auto pieces = WordPiece::from_vocabulary(vocabulary);
  ASSERT_TRUE(pieces.ok()) << pieces.error().text();
  ASSERT_GE(golden->at("cases").as_array().size(), 40U);
  for (const auto& entry : golden->at("cases").as_array()) {
    const std::string text(entry.at(0).as_string());
    base::json::array found;
    for (const Token& token : pieces->tokenize(text))
      found.push_back({pieces->token(token.id), token.source.begin, token.source.end});
    EXPECT_EQ(base::canonical_json(found), base::canonical_json(entry.at(1))) << "of the text: " << text;
    EXPECT_EQ(pieces->count(text), found.size());
  }
}

TEST(WordPiece, TakesTheLongestPieceFirst) {
  EXPECT_EQ(written(small(), "running"), (Tokens{"run", "##ning"}));
  EXPECT_EQ(written(small(), "runing"), (Tokens{"run", "##ing"}));
  EXPECT_EQ(written(small(), "runner"), (Tokens{"runner"}));
}

TEST(WordPiece, AWordWithOneUnknownPieceIsUnknownAsAWhole) {
  EXPECT_EQ(small().tokenize("a runq b"), (std::vector<Token>{{9, {0, 1}}, {1, {2, 6}}, {10, {7, 8}}}));
}

TEST(WordPiece, ADocumentCannotWriteSpecialTokens) {
  EXPECT_EQ(written(small(), "[CLS] a"), (Tokens{"[", "cls", "]", "a"}));
}

TEST(WordPiece, BytesThatAreNoCharacterAreLeftOut) {
  EXPECT_EQ(small().tokenize("\xFF r\xC3un\xE2\x82"), (std::vector<Token>{{4, {2, 6}}}));
}

TEST(WordPiece, CaseStaysWhereTheModelKnowsIt) {
  const auto cased = WordPiece::from_tokenizer_json(
      tokenizer_json(R"({"type": "BertNormalizer", "lowercase": false, "strip_accents": null})",
                     R"({"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "Run": 4, "\u00e9": 5, "e": 6})"));
  ASSERT_TRUE(cased.ok()) << cased.error().text();
  EXPECT_EQ(cased->options(), (WordPieceOptions{false, false, 100}));
  EXPECT_EQ(written(*cased, "Run run \u00e9"), (Tokens{"Run", "[UNK]", "\u00e9"}));
}

TEST(WordPiece, EncodingKeepsTheFrameAndCutsTheEnd) {
  EXPECT_EQ(small().encode("a b", 8), (std::vector<std::uint32_t>{2, 9, 10, 3}));
  EXPECT_EQ(small().encode("a b a b", 4), (std::vector<std::uint32_t>{2, 9, 10, 3}));
  EXPECT_EQ(small().encode("a b", 0), (std::vector<std::uint32_t>{2, 3}));
}

TEST(WordPiece, PairsShortenTheLongerText) {
  const auto whole = small().encode_pair("a", "b b", 8);
  EXPECT_EQ(whole.ids, (std::vector<std::uint32_t>{2, 9, 3, 10, 10, 3}));
  EXPECT_EQ(whole.second_at, 3U);
  EXPECT_EQ(small().encode_pair("a", "b b b b", 6).ids, (std::vector<std::uint32_t>{2, 9, 3, 10, 10, 3}));
  EXPECT_EQ(small().encode_pair("a a a a", "b", 6).ids, (std::vector<std::uint32_t>{2, 9, 9, 3, 10, 3}));
  EXPECT_EQ(small().encode_pair("a a a a", "b b b b", 6).ids, (std::vector<std::uint32_t>{2, 9, 3, 10, 10, 3}));
  EXPECT_EQ(small().encode_pair("a", "b", 0).ids, (std::vector<std::uint32_t>{2, 3, 3}));
}

TEST(WordPiece, ABrokenVocabularyIsRefusedWithItsPlace) {
  const auto message = [](const base::Result<WordPiece>& result) {
    return result.ok() ? std::string("accepted") : result.error().message;
  };
  EXPECT_EQ(message(WordPiece::from_vocabulary("[PAD]\n[UNK]\n[CLS]\n")),
            "expected the token [SEP], found a vocabulary of 3 tokens without it");
  EXPECT_EQ(message(WordPiece::from_vocabulary(kSmall + "run\n")), "expected each token once, found 'run' as token 14");
  EXPECT_EQ(message(WordPiece::from_vocabulary(kSmall + "\n")), "expected a token in UTF-8, found '' as token 14");
  EXPECT_EQ(message(WordPiece::from_tokenizer_json(tokenizer_json(R"({"type": "NFC"})", "{}"))),
            "expected a tokenizer of type BertNormalizer, found 'NFC' at normalizer.type");
  EXPECT_EQ(message(WordPiece::from_tokenizer_json(tokenizer_json(kBert, R"({"a": 0, "b": 2})"))),
            "expected the ids 0 to 1 once each, found 2 at model.vocab['b']");
  EXPECT_EQ(message(WordPiece::from_tokenizer_json(tokenizer_json(kBert, R"({"a": 0, "b": 0})"))),
            "expected the ids 0 to 1 once each, found 0 at model.vocab['b']");
  EXPECT_EQ(
      message(WordPiece::from_tokenizer_json(tokenizer_json(kBert, "{}", R"(, "continuing_subword_prefix": "@@")"))),
      "expected '##', found '@@' at model.continuing_subword_prefix");
  EXPECT_FALSE(WordPiece::from_tokenizer_json("[]").ok());
  EXPECT_FALSE(WordPiece::from_tokenizer_json("{").ok());
  EXPECT_FALSE(WordPiece::from_tokenizer_json("{}").ok());
  EXPECT_FALSE(WordPiece::from_vocabulary("").ok());
}

/// What must hold for any bytes; wordpiece_fuzz.cc checks the same.
TEST(WordPiece, TokensOfRandomBytesAreInOrderAndInside) {
  const WordPiece pieces = small();
  base::Random random(11);
  constexpr std::string_view kAlphabet = "runig ab\xC3\xA9\xCC\x81\xE4\xB8\xAD.\xFF\n[]";
  for (int round = 0; round < 2000; ++round) {
    std::string text(random.below(40), ' ');
    for (char& c : text) c = kAlphabet[random.below(kAlphabet.size())];
    std::size_t begin = 0;
    for (const Token& token : pieces.tokenize(text)) {
      ASSERT_LE(begin, token.source.begin);
      ASSERT_LT(token.source.begin, token.source.end);
      ASSERT_LE(token.source.end, text.size());
      begin = token.source.begin;
    }
  }
}

}  // namespace
}  // namespace groundwork::text
