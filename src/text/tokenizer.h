#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/span.h"
#include "text/wordpiece.h"

namespace groundwork::text {

/// What a model's tokeniser does to every text.
struct TokenizerTraits {
  std::size_t reads = 0;                 ///< tokens that the model takes at most, special ones included
  std::size_t special = 0;               ///< that it puts around a text
  bool folds = false;                    ///< case and accents are lost
  std::optional<std::uint32_t> unknown;  ///< stands for what the vocabulary doesn't have; none: it falls back to bytes
  std::size_t longest_word = 0;          ///< characters; a longer word is unknown. 0: any length
  std::vector<std::string> reserved;     ///< written forms of special tokens, which are text in a text
};

/// Cuts texts into the tokens of one model. Thread-safe.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  /// Without special tokens. In order; tokens overlap only where they share the bytes of one character.
  virtual std::vector<Token> tokenize(std::string_view text) const = 0;
  /// The token as a reader sees it.
  virtual std::string piece(std::uint32_t id) const = 0;
  /// Whether the token goes on with the word of the token before it.
  virtual bool continues(std::string_view text, const Token& token) const = 0;
  virtual const TokenizerTraits& traits() const = 0;
};

/// That of a sentence encoder.
class WordPieceTokenizer final : public Tokenizer {
 public:
  /// @param reads  tokens that the model takes at most
  WordPieceTokenizer(WordPiece pieces, std::size_t reads);

  std::vector<Token> tokenize(std::string_view text) const override { return pieces_.tokenize(text); }
  std::string piece(std::uint32_t id) const override { return std::string(pieces_.token(id)); }
  bool continues(std::string_view text, const Token& token) const override;
  const TokenizerTraits& traits() const override { return traits_; }

 private:
  WordPiece pieces_;
  TokenizerTraits traits_;
};

}  // namespace groundwork::text
