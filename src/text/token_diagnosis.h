#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "text/span.h"
#include "text/token_report.h"

namespace groundwork::text {

/// Something about a text that its tokens show and its words hide.
struct TokenFinding {
  enum class Kind {
    kCut,         ///< what lies behind the model's limit
    kUnknown,     ///< characters that the vocabulary doesn't have
    kLongWord,    ///< a word above TokenizerTraits::longest_word
    kInvisible,   ///< bytes that are neither white space nor in a token: zero-width, control, invalid
    kUpperCase,   ///< acronyms that become the word of the same letters
    kAccents,     ///< letters that lose their accents
    kNumber,      ///< numbers cut into pieces
    kIdentifier,  ///< names of code cut into pieces
    kReserved,    ///< written forms of special tokens, which are text here
    kDense,       ///< more than 2 tokens a word: a budget in words is off by that much
  };
  Kind kind = Kind::kCut;
  std::string message;       ///< one sentence for a reader
  std::size_t times = 0;     ///< how many places there are
  std::vector<Span> places;  ///< the first kMostPlaces of them, bytes of the text, in order

  static constexpr std::size_t kMostPlaces = 50;
};

std::string_view to_string(TokenFinding::Kind kind);
/// Whether the model gets less than the text says; otherwise it gets all of it, at a price.
bool loses(TokenFinding::Kind kind);

/// A text as a model gets it.
struct TokenDiagnosis {
  TokenReport report;
  std::vector<Token> tokens;           ///< of the whole text, without the special ones
  std::size_t limit = 0;               ///< tokens that the model reads at most, its special ones included
  std::size_t special = 0;             ///< of these, the model's own
  std::size_t kept = 0;                ///< of `tokens`, from the first
  std::size_t cut_at = 0;              ///< the byte where what is kept ends; text.size() where nothing is cut
  std::vector<TokenFinding> findings;  ///< losses first
};

/// @param limit  tokens that are read at most, in place of what the tokeniser says; 0: as it says
TokenDiagnosis diagnose_tokens(const Tokenizer& tokenizer, std::string_view text, std::size_t limit = 0);

/// Keys: those of the report, limit, special, kept, cut_at, findings; the tokens are left to the caller.
base::json::object to_json(const TokenDiagnosis& diagnosis);

}  // namespace groundwork::text
