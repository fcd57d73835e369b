#pragma once

#include <mutex>
#include <unordered_map>

#include "model/embedder.h"

namespace groundwork::search {

/// An embedder that remembers: a text that it has seen is not embedded again, so that configurations which share
/// passages or queries share their vectors. Thread-safe.
class EmbeddingCache final : public model::Embedder {
 public:
  /// @param embedder  must outlive this object
  /// @param most      how many vectors are kept, 4 bytes a number each; those that come later are not
  explicit EmbeddingCache(model::Embedder& embedder, std::size_t most = 300'000) : embedder_(&embedder), most_(most) {}

  base::Result<std::vector<std::vector<float>>> embed(std::span<const std::string> texts) override;
  std::size_t dimensions() const override { return embedder_->dimensions(); }
  std::string name() const override { return embedder_->name(); }

  /// How many texts the embedder behind it was asked for.
  std::size_t embedded() const;

 private:
  model::Embedder* embedder_;
  std::size_t most_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::vector<float>> vectors_;  ///< by SHA-256 of the text
  std::size_t embedded_ = 0;
};

}  // namespace groundwork::search
