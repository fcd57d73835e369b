#pragma once

// The prose of the passages that were found, with how well each paragraph and each sentence answers.

#include <string>
#include <unordered_map>
#include <vector>

#include "model/embedder.h"
#include "search/searcher.h"
#include "text/mapped_text.h"
#include "tutor/answer.h"
#include "tutor/text_vectors.h"

namespace groundwork::tutor {

/// A passage as it was found.
struct Passage {
  search::Document document;
  std::vector<text::Span> prose;    ///< of the text; what else is there is never quoted
  std::vector<text::Piece> pieces;  ///< text to document; empty where the passage is all there is
  double similarity = 0;            ///< cosine to the question
  double rank_score = 0;            ///< 1 for the first, less for each behind
  double score = 0;                 ///< of what is best in it; of its text where it has no prose: a table, code
};

/// @errors kDataLoss
base::Result<std::vector<Passage>> passages_of(const search::SearchResult& found, const search::Snapshot& snapshot);

struct Sentence {
  std::size_t passage = 0;  ///< index
  text::Span in_passage;
  std::string text;       ///< on one line
  bool leans = false;     ///< it begins with a word that refers to the sentence before
  bool asks = false;      ///< a question, an announcement or what somebody else says: no answer begins or ends with it
  bool quotable = false;  ///< it says something by itself, and in words
  bool heads = false;     ///< a few words set apart at the beginning of a paragraph: its heading, in the same line
  std::vector<float> vector;
  double similarity = 0;  ///< cosine to the question
  double coverage = 0;    ///< share of the question's words in it, by weight
  double score = 0;
};

/// A block of prose of one passage: sentences that were written to be read one after the other.
struct Paragraph {
  std::size_t passage = 0;
  std::size_t first = 0;  ///< index of its first sentence
  std::size_t count = 0;
  std::vector<float> vector;  ///< of heading and text
  double similarity = 0;      ///< cosine to the question
  double coverage = 0;        ///< share of the question's words in it or in its headings, by weight
  bool read_closely = false;  ///< its sentences are scored
  double score = 0;
};

struct Evidence {
  std::vector<Passage> passages;      ///< best first
  std::vector<Paragraph> paragraphs;  ///< best first
  std::vector<Sentence> sentences;    ///< scored in the first paragraphs only: what is behind them answers nothing
};

/// A citation of the bytes `span` of the passage; its verdict is the caller's to set.
Citation cite(const Passage& passage, text::Span span, int number);

/// What the question is about: its words with their weights, those included that no document has.
struct Subject {
  struct Word {
    std::string term;
    double weight = 0;
    bool known = true;  ///< some document has it
  };
  std::vector<Word> words;
  std::vector<std::string> topic;  ///< terms; of a question for what something is, or of nothing but its name
  std::vector<float> vector;

  /// Share of the weight of the words that `text` has; 0 without words.
  double coverage(std::string_view text) const;
};

/// What was read for the question, or for one of the questions within it.
struct Reading {
  Subject subject;
  Evidence evidence;
};

/// How sure it is that the documents answer, 0 to 1: a logistic regression on the best sentence, the best paragraph and
/// the share of the question's words in one of the first three passages. In one: a question that joins what the
/// documents say of two things apart has its words in several passages, and its answer in none.
double confidence_of(const Reading& reading);

/// The questions within a question, two or three: "what is A, and how does B ...?". Empty where it is one.
std::vector<std::string> parts_of(const std::string& question);

base::Result<Subject> subject_of(const std::string& question, const search::Snapshot& snapshot,
                                 model::Embedder& embedder);

/// Reads the passages: the best `most` of them, in that order, and their paragraphs, each once and best first.
/// @errors those of the embedder
base::Result<Evidence> evidence_of(std::vector<Passage> passages, std::size_t most, const Subject& subject,
                                   model::Embedder& embedder);

/// What of the passage is embedded when it is read: its paragraphs below their headings, and its sentences.
std::vector<std::string> texts_of(search::Document document);

/// Embeds no text twice, for as long as it lives, and none that `before` has. Not thread-safe.
class RememberingEmbedder final : public model::Embedder {
 public:
  /// @param before  must outlive this object; nullptr: nothing was embedded before
  explicit RememberingEmbedder(model::Embedder& embedder, const TextVectors* before = nullptr)
      : embedder_(&embedder), before_(before) {}
  base::Result<std::vector<std::vector<float>>> embed(std::span<const std::string> texts) override;
  std::size_t dimensions() const override { return embedder_->dimensions(); }
  std::string name() const override { return embedder_->name(); }

 private:
  model::Embedder* embedder_;
  const TextVectors* before_;
  std::unordered_map<std::string, std::vector<float>> known_;
};

}  // namespace groundwork::tutor
