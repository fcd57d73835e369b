#pragma once

#include <filesystem>
#include <memory>

#include "model/embedder.h"
#include "model/static_model.h"
#include "text/wordpiece.h"

namespace groundwork::model {

/// A text's vector is the mean of its tokens' vectors, which no word beside them changes: microseconds a query, and
/// less is understood. Immutable.
/// @source Tulkens and van Dongen 2024, "Model2Vec", https://github.com/MinishLab/model2vec
class StaticEmbedder final : public Embedder {
 public:
  /// @param folder  as write_static_model leaves it; hostile until read
  /// @errors kNotFound: a file is missing; kInvalidArgument: not such a model, or the files don't belong together;
  ///         kDataLoss: cut short, or values that are no finite numbers of at most 1e6
  static base::Result<std::unique_ptr<StaticEmbedder>> open(const std::filesystem::path& folder);

  /// A text without a known token has the vector of "[UNK]".
  base::Result<std::vector<std::vector<float>>> embed(std::span<const std::string> texts) override;
  std::size_t dimensions() const override { return model_.dimensions; }

  /// The folder's name, "/static-" and the start of the hash of tokens and vectors.
  std::string name() const override { return name_; }

  const text::WordPiece& tokenizer() const { return tokenizer_; }

 private:
  StaticEmbedder(text::WordPiece tokenizer, StaticModel model, std::string name)
      : tokenizer_(std::move(tokenizer)), model_(std::move(model)), name_(std::move(name)) {}
  std::vector<float> embed_one(const std::vector<text::Token>& tokens) const;

  text::WordPiece tokenizer_;
  StaticModel model_;
  std::string name_;
};

}  // namespace groundwork::model
