#pragma once

#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "model/chat.h"
#include "model/embedder.h"
#include "search/searcher.h"
#include "tutor/answer.h"
#include "tutor/text_vectors.h"

namespace groundwork::tutor {

struct Evidence;
struct Reading;
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
  std::stop_token cancel;           ///< of a model that words the answer
};

/// Gets each sentence of an answer once it stands, with the citations it is the first to use. false stops.
using OnSentence = std::function<bool(const AnswerSentence&, const std::vector<Citation>&)>;

/// Answers with sentences of the documents themselves, or with those of a model that the documents support, one by one.
/// Nothing that a document says changes what is done: it is only ever quoted. Thread-safe, as embedder and model are.
class Tutor {
 public:
  /// @param embedder  the one that made the index; must outlive this object
  /// @param model     words the answers; must outlive this object. nullptr: they are sentences of the documents
  /// @param before    vectors of what the documents say, which else are made at every question; nullptr: none
  Tutor(std::shared_ptr<const search::Snapshot> snapshot, model::Embedder& embedder, model::ChatModel* model = nullptr,
        std::shared_ptr<const TextVectors> before = nullptr)
      : searcher_(std::move(snapshot), &embedder), embedder_(&embedder), model_(model), before_(std::move(before)) {}

  /// @errors kInvalidArgument: an empty question, one above 4,000 bytes, numbers out of range; those of the embedder;
  ///         kDataLoss; kCancelled
  base::Result<Answer> ask(const Question& question, const OnSentence& on_sentence = {}) const;

 private:
  base::Result<Evidence> read(const std::string& text, const Question& question, const Subject& subject,
                              model::Embedder& embedder) const;

  /// Asks the model; leaves the answer without sentences where the model's don't stand.
  base::Status generate(std::span<const Reading> readings, const Question& question, model::Embedder& embedder,
                        Answer& answer) const;

  search::Searcher searcher_;
  model::Embedder* embedder_;
  model::ChatModel* model_;
  std::shared_ptr<const TextVectors> before_;
};

/// The question as it is meant after what was said: one that leans on the last (short, or with "it", "that", "they")
/// gets the last question in front.
std::string in_context(const std::string& question, const std::vector<Turn>& history);

}  // namespace groundwork::tutor
