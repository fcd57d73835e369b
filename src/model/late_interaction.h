#pragma once

#include <string>

#include "model/local_embedder.h"
#include "model/reranker.h"

namespace groundwork::model {

/// Scores a document by its tokens: the mean over the query's tokens of the best cosine to a token of the document,
/// each token weighted by its inverse document frequency among the documents at hand. A reranker for where there is no
/// cross-encoder: it sees which words fit, which one vector for the whole text doesn't.
/// @source Khattab and Zaharia 2020, "ColBERT", arXiv:2004.12832, the MaxSim operator
/// @deviation the encoder is not trained for it, hence the weights and the share
class LateInteraction final : public Reranker {
 public:
  static constexpr double kShare = 0.2;  ///< docs/decisions/0006-fusion.md

  /// @param embedder  must outlive this object
  explicit LateInteraction(const LocalEmbedder& embedder) : embedder_(&embedder) {}

  base::Result<std::vector<float>> score(std::string_view query, std::span<const std::string> documents) override;
  double share() const override { return kShare; }
  std::string name() const override { return embedder_->name() + "/late-interaction"; }

 private:
  const LocalEmbedder* embedder_;
};

}  // namespace groundwork::model
