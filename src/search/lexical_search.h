#pragma once

// BM25 over an inverted index. In scope: the best rows, and the scores of given rows. Not in scope: what a query means.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "search/bitmap.h"
#include "search/lexical_index.h"

namespace groundwork::search {

/// score(d) = sum of weight * tf / (tf + k1 (1 - b + b length / average_length)) over the terms, the form of Lucene,
/// without the constant factor k1 + 1. The average is that of the whole index, so that scores don't depend on how
/// documents are spread over segments or which are allowed.
/// @source Robertson and Zaragoza 2009, "The probabilistic relevance framework"; Kamphuis et al. 2020, "Which BM25 do
/// you mean?"
struct Bm25 {
  double k1 = 1.2;
  double b = 0.75;
  double average_length = 1;
};

/// ln(1 + (documents - df + 0.5) / (df + 0.5)): positive for every df up to `documents`.
double inverse_document_frequency(std::uint64_t documents, std::uint64_t df);

struct WeightedTerm {
  std::string term;
  double weight = 1;  ///< above 0: idf times how often the query has it
};

/// The k rows with the highest scores above 0, in the order of ranks_before. The same as scoring every row.
/// @param allowed  only these rows; nullptr: all
std::vector<Hit> best_rows(const LexicalIndex& index, std::span<const WeightedTerm> terms, const Bm25& bm25,
                           std::size_t k, const Bitmap* allowed = nullptr);

/// What each term gives to each row: [rows][terms]. `rows` must rise.
std::vector<float> term_scores(const LexicalIndex& index, std::span<const WeightedTerm> terms, const Bm25& bm25,
                               std::span<const Row> rows);

}  // namespace groundwork::search
