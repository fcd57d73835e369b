#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "text/tokenizer.h"

namespace groundwork::text {

/// A word, and the pieces that a tokeniser makes of it.
struct BrokenWord {
  std::string word;
  std::vector<std::string> pieces;
  std::size_t times = 0;

  friend bool operator==(const BrokenWord&, const BrokenWord&) = default;
};

/// What a text costs in tokens, and where they go.
struct TokenReport {
  std::size_t bytes = 0;
  std::size_t characters = 0;  ///< code points
  std::size_t words = 0;       ///< between white space
  std::size_t tokens = 0;      ///< without the special ones that a model adds
  std::size_t unknown = 0;     ///< tokens that the vocabulary doesn't have: what they stood for is lost to the model
  std::vector<BrokenWord> broken;  ///< words of several pieces, by tokens spent on them beyond one a word, most first

  double tokens_per_word() const;
  double characters_per_token() const;
};

/// @param tokens       what the tokeniser makes of the text
/// @param most_broken  how many words `broken` has at most
/// @source tokens a word is "fertility": Rust et al. 2021, arXiv:2012.15613, section 3.1
TokenReport report_tokens(const Tokenizer& tokenizer, std::string_view text, std::span<const Token> tokens,
                          std::size_t most_broken = 20);

base::json::value to_json(const TokenReport& report);

}  // namespace groundwork::text
