#include "model/prefix_cache.h"

#include <algorithm>
#include <utility>

namespace groundwork::model {

std::size_t common_prefix(std::span<const Token> a, std::span<const Token> b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

std::optional<PrefixCache::Match> PrefixCache::find(std::span<const Token> prompt) {
  auto best = kept_.end();
  std::size_t most = 0;
  for (auto it = kept_.begin(); it != kept_.end(); ++it) {
    const std::size_t common = common_prefix(prompt, it->tokens);
    if (common > most) {
      best = it;
      most = common;
    }
  }
  if (best == kept_.end()) return std::nullopt;
  kept_.splice(kept_.end(), kept_, best);
  return Match{best->sequence, most};
}

std::vector<std::int32_t> PrefixCache::keep(std::int32_t sequence, std::vector<Token> tokens) {
  std::vector<std::int32_t> contained;
  std::erase_if(kept_, [&](const Kept& kept) {
    if (kept.tokens.size() > tokens.size() || common_prefix(kept.tokens, tokens) != kept.tokens.size()) return false;
    contained.push_back(kept.sequence);
    tokens_ -= kept.tokens.size();
    return true;
  });
  tokens_ += tokens.size();
  kept_.push_back({sequence, std::move(tokens)});
  return contained;
}

std::optional<std::int32_t> PrefixCache::evict() {
  if (kept_.empty()) return std::nullopt;
  const std::int32_t sequence = kept_.front().sequence;
  tokens_ -= kept_.front().tokens.size();
  kept_.pop_front();
  return sequence;
}

}  // namespace groundwork::model
