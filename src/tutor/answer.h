#pragma once

// tutor: answers from documents, each sentence with the place that supports it, or an honest "not in here". In scope:
// choosing, composing, checking. Not in scope: finding passages (search), writing prose of its own.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "text/span.h"

namespace groundwork::tutor {

enum class Verdict {
  kSupported,  ///< the quote is in the document, and the sentence says no more than it
  kPartly,     ///< the quote speaks of it, but a number, a name or much of the sentence is not in it
  kUnsupported,
};
std::string_view to_string(Verdict verdict);

/// A place in a document that supports a sentence.
struct Citation {
  int number = 1;          ///< as the answer's text refers to it: [1]
  std::string id;          ///< of the passage
  std::string title;       ///< of the passage: document and headings
  std::string quote;       ///< the passage's text at `in_passage`, byte for byte
  text::Span in_passage;   ///< bytes
  std::string path;        ///< of the document; empty where only the passage is known
  std::string anchor;      ///< of the section in the document
  std::string sha256;      ///< of the document's text; empty likewise
  text::Span in_document;  ///< the bytes of the document that show the quote; its mark-up may be among them
  Verdict verdict = Verdict::kSupported;
  double support = 1;  ///< 0 to 1
};

struct AnswerSentence {
  std::string text;
  std::vector<int> citations;  ///< numbers; not empty
};

/// A passage that was found, whether it is cited or not.
struct NearPassage {
  std::string id;
  std::string title;
  std::string text;
  std::string path;
  std::string anchor;
  double score = 0;
};

/// What became of asking a language model to word the answer.
struct Generation {
  bool used = false;        ///< the sentences are the model's; else they are the documents' own
  std::size_t dropped = 0;  ///< of the model's sentences, those that the passages don't support
  std::string model;
  std::string note;                ///< why not used
  std::int64_t prompt_tokens = 0;  ///< what asking cost, used or not
  std::int64_t completion_tokens = 0;
};

struct Answer {
  std::vector<AnswerSentence> sentences;  ///< empty when abstained
  std::vector<Citation> citations;        ///< by number
  bool abstained = false;
  bool withheld = false;                ///< abstained because the answer is being graded right now
  std::string reason;                   ///< why abstained, for the reader
  double confidence = 0;                ///< 0 to 1: how well the documents cover the question
  std::vector<NearPassage> passages;    ///< best first
  std::optional<Generation> generator;  ///< where a model was asked
  std::string asked;                    ///< the question with what the conversation adds to it

  /// The sentences with their citations: "It is so [1]. And so [2]."; the reason when abstained.
  std::string text() const;
};

/// Keys: answer, citations, abstained, withheld, confidence, passages, question, sentences; generator where one was
/// asked.
base::json::object to_json(const Answer& answer);

}  // namespace groundwork::tutor
