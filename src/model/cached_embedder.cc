#include "model/cached_embedder.h"

namespace groundwork::model {

using base::Result;

Result<std::vector<std::vector<float>>> CachedEmbedder::embed(std::span<const std::string> texts) {
  std::vector<std::vector<float>> out(texts.size());
  std::vector<std::string> news;
  std::vector<std::size_t> places;
  {
    const std::scoped_lock lock(mutex_);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const auto found = by_text_.find(texts[i]);
      if (found == by_text_.end()) {
        news.push_back(texts[i]);
        places.push_back(i);
      } else {
        kept_.splice(kept_.begin(), kept_, found->second);
        out[i] = found->second->second;
      }
    }
  }
  if (news.empty()) return out;
  GW_TRY(std::vector<std::vector<float>> vectors, embedder_->embed(news));
  const std::scoped_lock lock(mutex_);
  for (std::size_t i = 0; i < news.size(); ++i) {
    out[places[i]] = vectors[i];
    if (by_text_.contains(news[i])) continue;
    kept_.emplace_front(std::move(news[i]), std::move(vectors[i]));
    by_text_.emplace(kept_.front().first, kept_.begin());
    if (kept_.size() > most_) {
      by_text_.erase(kept_.back().first);
      kept_.pop_back();
    }
  }
  return out;
}

}  // namespace groundwork::model
