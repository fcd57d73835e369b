#pragma once

// Text to index terms, the same for documents and queries. In scope: English and identifiers. Not in scope: which terms
// are worth searching for.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "text/span.h"

namespace groundwork::search {

/// One place where a term occurs.
struct Token {
  std::string term;            ///< lower case, stemmed unless it is an identifier; at most kLongestTerm bytes
  std::uint32_t position = 0;  ///< in words from the start of the text; the parts of an identifier count as words
  text::Span source;           ///< its bytes in the text
  bool identifier = false;     ///< kept whole, beside its parts
};

inline constexpr std::size_t kLongestTerm = 64;

/// Words of letters and digits, lower-cased, accents removed, in American spelling, stemmed by Porter2, without stop
/// words. What looks like a
/// name in code or of a model (`top_k`, `QLoRA`, `MiniLM-L6-v2`, `HTTP/2`, `std::vector`, `C++`) is kept whole and, in
/// the same place, as its parts, so that it is found by either. A stop word leaves a gap in the positions.
///
/// Stemmed words are remembered, so an object serves one thread at a time; each thread has its own in
/// `analyzer_of_this_thread`.
/// @source Porter2: https://snowballstem.org/algorithms/english/stemmer.html
class Analyzer {
 public:
  Analyzer();
  ~Analyzer();
  Analyzer(Analyzer&&) noexcept;
  Analyzer& operator=(Analyzer&&) noexcept;

  /// Any bytes are taken: what is no UTF-8 separates words. In order of position, identifiers before their parts.
  std::vector<Token> analyze(std::string_view text);

  /// The number of positions that the words took in the last text, stop words not counted: the length for BM25.
  std::size_t length() const { return length_; }

  /// Changes when the same text may give other terms; stored with an index.
  static constexpr int kVersion = 2;

 private:
  void add_compound(std::string_view text, const std::vector<text::Span>& runs, bool named);
  void add_abbreviation(std::string_view text, const std::vector<text::Span>& runs);
  void add_word(std::string_view text, text::Span word);
  const std::string& stem(const std::string& word);

  struct Stemmer;
  std::unique_ptr<Stemmer> stemmer_;
  std::unordered_map<std::string, std::string> stems_;
  std::vector<Token> tokens_;
  std::uint32_t position_ = 0;
  std::size_t length_ = 0;
};

Analyzer& analyzer_of_this_thread();

/// The 33 words that Lucene's EnglishAnalyzer leaves out.
bool is_stop_word(std::string_view lower_case);

}  // namespace groundwork::search
