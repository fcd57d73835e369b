#pragma once

// The WordPiece tokeniser of BERT and its descendants (MiniLM, BGE, E5, cross-encoders). In scope: the ids and the
// byte each one came from. Not in scope: padding and batches (model).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/piece_trie.h"
#include "text/span.h"

namespace groundwork::text {

struct WordPieceOptions {
  bool lower_case = true;
  bool strip_accents = true;
  std::size_t max_word_characters = 100;  ///< a longer word is [UNK]

  friend bool operator==(const WordPieceOptions&, const WordPieceOptions&) = default;
};

struct Token {
  std::uint32_t id = 0;
  Span source;  ///< the bytes of the given text that it stands for; tokens are in order and don't overlap, except that
                ///< the parts of one decomposed character share its bytes

  friend bool operator==(const Token&, const Token&) = default;
};

/// Text to ids: control characters left out, white space and Chinese characters and punctuation separate words, case
/// and accents folded, then the longest piece of the vocabulary from the left. Bytes that are no UTF-8 are left out.
/// Immutable once made, so any number of threads may share one.
/// @source    Devlin et al. 2019, tokenization.py (BasicTokenizer, WordpieceTokenizer). Ids and offsets agree with
///            Hugging Face `tokenizers` 0.23.3 on 1,460 abstracts, 43,016 random texts and all but 568 code points,
///            which are younger than that library's Unicode tables; 47 cases are kept in wordpiece_golden.json.
/// @deviation "[CLS]", "[SEP]", "[MASK]" in the text are text and never become the special tokens, so that a document
///            can't steer the model.
class WordPiece {
 public:
  /// From a Hugging Face tokenizer.json. Truncation, padding and post-processing in it are not followed.
  /// @errors kInvalidArgument: not JSON, not WordPiece with BertNormalizer and BertPreTokenizer, ids with gaps,
  ///         duplicates; "[UNK]", "[CLS]", "[SEP]" or "[PAD]" missing. kResourceExhausted: over 16 MiB.
  static base::Result<WordPiece> from_tokenizer_json(std::string_view json);

  /// From a vocab.txt: a token a line, its id the number of the line from 0. @errors as above
  static base::Result<WordPiece> from_vocabulary(std::string_view lines, const WordPieceOptions& options = {});

  /// The tokens of the text without [CLS] and [SEP].
  std::vector<Token> tokenize(std::string_view text) const;

  /// The same, appended to `out`: for callers that keep the memory.
  void tokenize(std::string_view text, std::vector<Token>& out) const;

  /// How many tokens the text has without [CLS] and [SEP].
  std::size_t count(std::string_view text) const;

  /// [CLS], the tokens, [SEP]; at most `max_tokens` (at least 2), what is too much is cut off at the end.
  std::vector<std::uint32_t> encode(std::string_view text, std::size_t max_tokens) const;

  /// [CLS], the first text, [SEP], the second, [SEP], for cross-encoders. `second_at` is the index where type 1 begins.
  /// What is too much is taken from the ends as `tokenizers` does it ("longest_first"): at least 3 tokens remain.
  struct Pair {
    std::vector<std::uint32_t> ids;
    std::size_t second_at = 0;
  };
  Pair encode_pair(std::string_view first, std::string_view second, std::size_t max_tokens) const;

  /// The written form of an id ("##ing"); empty when there is no such id.
  std::string_view token(std::uint32_t id) const;

  std::size_t vocabulary_size() const { return vocabulary_.size(); }
  const WordPieceOptions& options() const { return options_; }
  std::uint32_t unknown_id() const { return unknown_; }
  std::uint32_t cls_id() const { return cls_; }
  std::uint32_t sep_id() const { return sep_; }
  std::uint32_t pad_id() const { return pad_; }

 private:
  WordPiece() = default;
  static base::Result<WordPiece> build(std::vector<std::string> vocabulary, const WordPieceOptions& options);
  base::Status find_special_tokens();

  WordPieceOptions options_;
  std::vector<std::string> vocabulary_;
  PieceTrie pieces_;
  std::uint32_t unknown_ = 0, cls_ = 0, sep_ = 0, pad_ = 0;
};

}  // namespace groundwork::text
