#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "model/embedder.h"
#include "search/searcher.h"
#include "tutor/answer.h"

namespace groundwork::tutor {

struct Evidence;
struct Subject;

struct Turn {
  std::string question;
  std::string answer;
};

struct Question {
  std::string text;
  std::vector<Turn> history;  ///< oldest first
  search::Filter filter;
  std::size_t passages = 6;         ///< how many are read, 1 to 20
  std::size_t sentences = 4;        ///< at most so many in the answer, 1 to 10
  std::vector<std::string> graded;  ///< prompts that are being graded now: what they ask is not answered
};

/// Gets each sentence of an answer once it stands, with the citations it is the first to use. false stops.
using OnSentence = std::function<bool(const AnswerSentence&, const std::vector<Citation>&)>;

/// Answers with sentences of the documents themselves. Nothing that a document says changes what is done: it is only
/// ever quoted. Thread-safe, as its embedder is.
class Tutor {
 public:
  /// @param embedder  the one that made the index; must outlive this object
  Tutor(std::shared_ptr<const search::Snapshot> snapshot, model::Embedder& embedder)
      : searcher_(std::move(snapshot), &embedder), embedder_(&embedder) {}

  /// @errors kInvalidArgument: an empty question, one above 4,000 bytes, numbers out of range; those of the embedder;
  ///         kDataLoss
  base::Result<Answer> ask(const Question& question, const OnSentence& on_sentence = {}) const;

 private:
  base::Result<Evidence> read(const std::string& text, const Question& question, const Subject& subject,
                              model::Embedder& embedder) const;

  search::Searcher searcher_;
  model::Embedder* embedder_;
};

/// The question as it is meant after what was said: one that leans on the last (short, or with "it", "that", "they")
/// gets the last question in front.
std::string in_context(const std::string& question, const std::vector<Turn>& history);

}  // namespace groundwork::tutor
