#include "search/embedding_cache.h"

#include "base/hash.h"

namespace groundwork::search {

base::Result<std::vector<std::vector<float>>> EmbeddingCache::embed(std::span<const std::string> texts) {
  std::vector<std::vector<float>> vectors(texts.size());
  std::vector<std::string> keys;
  std::vector<std::size_t> missing;
  std::vector<std::string> asked;
  {
    const std::scoped_lock lock(mutex_);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      keys.push_back(base::sha256_hex(texts[i]));
      if (const auto found = vectors_.find(keys.back()); found != vectors_.end()) {
        vectors[i] = found->second;
      } else {
        missing.push_back(i);
        asked.push_back(texts[i]);
      }
    }
  }
  if (missing.empty()) return vectors;
  GW_TRY(std::vector<std::vector<float>> made, embedder_->embed(asked));
  const std::scoped_lock lock(mutex_);
  embedded_ += missing.size();
  for (std::size_t i = 0; i < missing.size(); ++i) {
    if (vectors_.size() < most_) vectors_.emplace(keys[missing[i]], made[i]);
    vectors[missing[i]] = std::move(made[i]);
  }
  return vectors;
}

std::size_t EmbeddingCache::embedded() const {
  const std::scoped_lock lock(mutex_);
  return embedded_;
}

}  // namespace groundwork::search
