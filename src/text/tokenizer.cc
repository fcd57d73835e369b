#include "text/tokenizer.h"

#include <utility>

namespace groundwork::text {

WordPieceTokenizer::WordPieceTokenizer(WordPiece pieces, std::size_t reads)
    : pieces_(std::move(pieces)),
      traits_{.reads = reads,
              .special = 2,
              .folds = pieces_.options().lower_case,
              .unknown = pieces_.unknown_id(),
              .longest_word = pieces_.options().max_word_characters,
              .reserved = {"[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]"}} {}

bool WordPieceTokenizer::continues(std::string_view /*text*/, const Token& token) const {
  const std::string_view written = pieces_.token(token.id);
  return written.size() > 2 && written.starts_with("##");
}

}  // namespace groundwork::text
