#pragma once

// The sentences of the passages that were found, with how well each answers.

#include <string>
#include <vector>

#include "model/embedder.h"
#include "search/searcher.h"
#include "text/mapped_text.h"

namespace groundwork::tutor {

/// A passage as it was found.
struct Passage {
  search::Document document;
  std::vector<text::Span> prose;    ///< of the text; what else is there is never quoted
  std::vector<text::Piece> pieces;  ///< text to document; empty where the passage is all there is
  double similarity = 0;            ///< cosine to the question
  double rank_score = 0;            ///< 1 for the first, less for each behind
};

/// @errors kDataLoss
base::Result<std::vector<Passage>> passages_of(const search::SearchResult& found, const search::Snapshot& snapshot);

struct Sentence {
  std::size_t passage = 0;  ///< index
  text::Span in_passage;
  std::string text;    ///< on one line
  bool leans = false;  ///< it begins with a word that refers to the sentence before
  std::vector<float> vector;
  double similarity = 0;  ///< cosine to the question
  double coverage = 0;    ///< share of the question's words in it, and a quarter of that in its headings, by weight
  double score = 0;
};

/// What the question is about: its words with their weights, those included that no document has.
struct Subject {
  struct Word {
    std::string term;
    double weight = 0;
    bool known = true;  ///< some document has it
  };
  std::vector<Word> words;
  std::vector<float> vector;

  /// Share of the weight of the words that `text` has; 0 without words.
  double coverage(std::string_view text) const;
};
base::Result<Subject> subject_of(const std::string& question, const search::Snapshot& snapshot,
                                 model::Embedder& embedder);

/// The sentences of the passages, each once, with their scores. @errors those of the embedder
base::Result<std::vector<Sentence>> sentences_of(const std::vector<Passage>& passages, const Subject& subject,
                                                 model::Embedder& embedder);

}  // namespace groundwork::tutor
