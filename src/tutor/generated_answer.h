#pragma once

// An answer that a language model words, of sentences that the passages support. In scope: what the model is asked, and
// which of its sentences stand. Not in scope: which passages it gets, and what is answered where none of it stands
// (tutor).

#include <chrono>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "model/chat.h"
#include "model/embedder.h"
#include "tutor/answer.h"
#include "tutor/evidence.h"
#include "tutor/sentence_stream.h"

namespace groundwork::tutor {

struct GenerationRequest {
  std::string question;
  std::span<const float> question_vector;
  std::span<const Passage* const> passages;  ///< best first; the model gets them numbered from 1
  std::size_t sentences = 4;                 ///< at most so many
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::stop_token cancel;
};

struct Generated {
  Generation report;  ///< used: the sentences are the answer; else there are none, and the note says why
  std::vector<AnswerSentence> sentences;
  std::vector<Citation> citations;  ///< one for each sentence, by number
};

/// What the model is asked: the passages as JSON, the answer by a schema, so that no text can end its own quotation.
model::ChatRequest chat_request_of(const GenerationRequest& request);

/// Where in the text the quote stands: byte for byte but for white space, from word boundary to word boundary.
std::optional<text::Span> find_quote(std::string_view text, std::string_view quote);

/// A sentence that stands, with its citation.
struct Verified {
  std::string text;
  Citation citation;
};

/// Whether a proposed sentence stands: its passage exists, its quote is in the prose of that passage, the quote is
/// about the question, and the sentence says no more than the quote, nor the opposite.
/// @param number  of the citation
/// @errors those of the embedder
base::Result<std::optional<Verified>> verify(const Draft& draft, const GenerationRequest& request, int number,
                                             model::Embedder& embedder);

/// Never fails for what the model does: whatever is wrong with it is the note.
/// @errors those of the embedder
base::Result<Generated> generate_answer(const GenerationRequest& request, model::ChatModel& model,
                                        model::Embedder& embedder);

}  // namespace groundwork::tutor
