#pragma once

// What a query asks of the inverted index. In scope: words, phrases in quotes, words that are not in the index but
// nearly are, the beginning of a word that is still being typed. Not in scope: meaning; that is what vectors are for.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "search/lexical_search.h"

namespace groundwork::search {

class Snapshot;

/// A term that is looked for, and the word of the query that it stands for.
struct QueryTerm {
  enum class Kind { kWord, kIdentifier, kCorrected, kCompleted };
  std::string term;
  std::string word;  ///< as the query has it
  Kind kind = Kind::kWord;
  double weight = 1;
  std::uint64_t document_frequency = 0;
};

/// Words that must follow each other in a document. Only a query of up to 12 words has phrases: in prose, quotes around
/// words don't ask for them.
struct Phrase {
  std::string words;  ///< as the query has it
  std::vector<std::string> terms;
  std::vector<std::uint32_t> offsets;  ///< of each term in words; stop words leave gaps
};

struct LexicalQuery {
  std::vector<QueryTerm> terms;  ///< with weights above 0, each term once
  std::vector<Phrase> phrases;
  std::vector<std::string> unknown;  ///< words that are in no document, nor is one that is nearly so
};

/// A word that is in no document is corrected where the query has up to 12 words.
/// @param complete_last  the last word is still being typed: terms that begin with it count too
LexicalQuery read_query(std::string_view text, const Snapshot& snapshot, bool complete_last = false);

/// The same for a store that has no index to look words up in: a term's weight is how often the query has it, nothing
/// is corrected or completed, and the words of a phrase are words like others.
LexicalQuery read_words(std::string_view text);

/// Terms of the index at a distance of at most `most` insertions, deletions, substitutions or swaps of neighbours from
/// `term`, with the same first letter: near ones first, then frequent ones.
/// @source Damerau 1964 (optimal string alignment)
struct NearTerm {
  TermId id = 0;
  std::uint32_t distance = 0;
};
std::vector<NearTerm> near_terms(const LexicalIndex& index, std::string_view term, std::uint32_t most);

}  // namespace groundwork::search
