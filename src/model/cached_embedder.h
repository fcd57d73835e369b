#pragma once

#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/embedder.h"

namespace groundwork::model {

/// Keeps the vectors of the texts that were asked for last, for a service whose questions come to the same passages
/// again and again. Thread-safe where the embedder is; two threads that need the same text at once may both embed it.
class CachedEmbedder final : public Embedder {
 public:
  /// @param embedder  outlives this object
  /// @param texts     kept at most, at least 1
  CachedEmbedder(Embedder& embedder, std::size_t texts) : embedder_(&embedder), most_(texts) {}

  base::Result<std::vector<std::vector<float>>> embed(std::span<const std::string> texts) override;
  std::size_t dimensions() const override { return embedder_->dimensions(); }
  std::string name() const override { return embedder_->name(); }

 private:
  using Kept = std::list<std::pair<std::string, std::vector<float>>>;

  Embedder* embedder_;
  std::size_t most_;
  std::mutex mutex_;
  Kept kept_;                                                     ///< guarded by mutex_; the last one asked for first
  std::unordered_map<std::string_view, Kept::iterator> by_text_;  ///< guarded by mutex_; views of kept_
};

}  // namespace groundwork::model
