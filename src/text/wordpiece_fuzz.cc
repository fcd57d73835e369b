#include <cstdint>
#include <cstdlib>

#include "text/wordpiece.h"

namespace text = groundwork::text;

namespace {

/// Tokens are in order, inside the text, not empty, and as many as counted.
void check(const text::WordPiece& pieces, std::string_view input) {
  std::size_t begin = 0;
  const auto tokens = pieces.tokenize(input);
  for (const text::Token& token : tokens) {
    if (token.source.begin < begin || token.source.begin >= token.source.end || token.source.end > input.size())
      std::abort();
    if (pieces.token(token.id).empty()) std::abort();
    begin = token.source.begin;
  }
  if (pieces.count(input) != tokens.size() || pieces.encode(input, 16).size() > 16) std::abort();
}

}  // namespace

/// The input is a vocabulary, and then text for a fixed one and for what was made of it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  static const text::WordPiece pieces =
      text::WordPiece::from_vocabulary("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n##a\n##b\nab\n\xC3\xA9\n.\n").value();
  check(pieces, input);
  if (const auto own = text::WordPiece::from_vocabulary(input); own.ok()) check(*own, input);
  if (const auto own = text::WordPiece::from_tokenizer_json(input); own.ok()) check(*own, input);
  return 0;
}
