#pragma once

// Whether an answer says what its sources say, cites them, and abstains where they say nothing.

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/embedder.h"
#include "score/score.h"

namespace groundwork::score {

/// Citations against the passages that the question needs. Precision is the share of distinct cited ids that are
/// needed; recall the share of needed ids that are cited. Nothing cited: precision 0 when something is needed. Nothing
/// needed (the question has no answer): all 1 when nothing is cited, else precision 0 and recall 1.
/// @source ALCE's citation precision and recall (Gao et al. 2023, arXiv:2305.14627), by judged ids in place of an
///         entailment model
Overlap citations(std::span<const std::string> cited, const std::set<std::string>& needed);

/// One sentence of an answer and the evidence that it was compared with.
struct SentenceSupport {
  std::string text;
  bool supported = false;
  double words = 0;                  ///< share of the sentence's distinct stems that the evidence has
  double similarity = 1;             ///< cosine to the nearest piece of evidence; 1 where no embedder was given
  std::vector<std::string> missing;  ///< numbers and names that the evidence doesn't have
};

struct Faithfulness {
  double value = 0;  ///< supported sentences / sentences; 1 for an answer without a sentence, which claims nothing
  std::vector<SentenceSupport> sentences;
};

/// How much of an answer the passages support, sentence by sentence. A sentence is supported when it stands in a
/// passage word for word, or when one passage has every number and name of it, at least 0.6 of its words and, with an
/// embedder, a cosine of 0.6. Marks such as [1] are no part of the claim. This is support by words and numbers: a
/// negation can slip through, a paraphrase may not count.
/// @param embedder  nullptr: words, numbers and names only
/// @source faithfulness as defined by Es et al. 2023, "RAGAS" (arXiv:2309.15217), with this check in place of a
/// language
///         model; thresholds are the tutor's
/// @errors those of the embedder
base::Result<Faithfulness> faithfulness(std::string_view answer, std::span<const std::string> passages,
                                        model::Embedder* embedder = nullptr);

/// Numbers and names of `text` that `evidence` doesn't have, each once, in order. A number is compared by value (1,000
/// is 1000), a name is a capitalised word inside of a sentence, or an identifier. Citation marks ("[4]") claim nothing.
std::vector<std::string> missing_numbers_and_names(std::string_view text, std::string_view evidence);

/// Cosine of the question's and the answer's vectors, not below 0. An answer of no words has 0.
/// @source RAGAS asks a model which questions the answer answers; this compares with the question itself
/// @errors those of the embedder
base::Result<double> answer_relevance(model::Embedder& embedder, std::string_view question, std::string_view answer);

/// Cases by whether the sources had an answer, and whether one was given.
struct Abstention {
  std::size_t rightly = 0;   ///< nothing to answer, abstained
  std::size_t wrongly = 0;   ///< could be answered, abstained
  std::size_t answered = 0;  ///< could be answered, answered
  std::size_t made_up = 0;   ///< nothing to answer, answered all the same

  void add(bool answerable, bool abstained);
  /// Of abstaining as the thing to find. Precision is 1 when nothing was to find and nothing was found.
  Overlap overlap() const;
};

}  // namespace groundwork::score
