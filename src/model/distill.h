#pragma once

// A static model made from a sentence encoder. In scope: what each token's vector is. Not in scope: files
// (static_model.h), training on texts.

#include <functional>
#include <stop_token>
#include <vector>

#include "model/local_embedder.h"
#include "model/static_model.h"

namespace groundwork::model {

struct DistillOptions {
  std::size_t dimensions = 256;  ///< 1 to the teacher's
  /// a in a / (a + p), where p is a token's probability by Zipf's law: the larger, the less common words are weakened.
  double smoothing = 1e-4;
  std::size_t threads = 2;
  std::vector<std::uint32_t> tokens;  ///< the only ids that get a vector; empty: all
};
using DistillProgress = std::function<void(std::size_t done, std::size_t total)>;

/// Each token goes through the teacher alone between [CLS] and [SEP], and the mean of the three is its vector; then the
/// principal components of all of them, and the weight of each by the token's rank in the vocabulary, which is by
/// frequency. Tokens in brackets ("[unused7]") but [UNK] have zeros.
/// @param progress  called on this thread
/// @errors kInvalidArgument: dimensions out of range, an id that is none; kCancelled
/// @source Tulkens and van Dongen 2024, "Model2Vec"; Arora et al. 2017, "A Simple but Tough-to-Beat Baseline for
///         Sentence Embeddings" (the weight)
base::Result<StaticModel> distill(const LocalEmbedder& teacher, const DistillOptions& options,
                                  const DistillProgress& progress = {}, std::stop_token stop = {});

}  // namespace groundwork::model
