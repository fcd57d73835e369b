#pragma once

// What a judge is asked beside grades: promptfoo's model-graded assertions.

#include "model/embedder.h"
#include "score/judge.h"

namespace groundwork::score {

/// How the facts of an answer stand to those of a reference. Grade 2 and value 1: a subset, a superset, the same, or
/// differences that don't matter; grade 1 and value 0: they disagree.
/// @source the closed-QA fact check of OpenAI's evals (modelgraded/fact.yaml), as promptfoo's `factuality` takes it:
///         of its categories A to E, D alone fails
Verdict factuality(const JudgeChat& chat, const Judged& judged, std::size_t tries = 3, std::uint64_t seed = 1);

/// How near the questions that an answer answers are to the one that was asked: a model writes `kAskedBack` questions
/// from the answer alone, and the value is the mean cosine of their vectors with the question's, 0 where the answer is
/// evasive. No grade.
/// @source Es et al. 2023 (RAGAS), section 3.2; promptfoo's `answer-relevance`
/// @errors those of the embedder
base::Result<Verdict> asked_back(const JudgeChat& chat, model::Embedder& embedder, const std::string& question,
                                 const std::string& answer, std::size_t tries = 3, std::uint64_t seed = 1);
inline constexpr std::size_t kAskedBack = 3;

}  // namespace groundwork::score
