#include "model/late_interaction.h"

#include <algorithm>

namespace groundwork::model {
namespace {

float cosine(const float* a, const float* b, std::size_t width) {
  float sums[8] = {};
  for (std::size_t i = 0; i + 8 <= width; i += 8) {
    for (std::size_t lane = 0; lane < 8; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  }
  float sum = 0;
  for (const float lane : sums) sum += lane;
  for (std::size_t i = width / 8 * 8; i < width; ++i) sum += a[i] * b[i];
  return sum;
}

float max_sim(const std::vector<float>& query, const std::vector<float>& document, std::size_t width) {
  if (query.empty() || document.empty()) return 0;
  float total = 0;
  for (std::size_t q = 0; q < query.size(); q += width) {
    float best = -1;
    for (std::size_t d = 0; d < document.size(); d += width) {
      best = std::max(best, cosine(query.data() + q, document.data() + d, width));
    }
    total += best;
  }
  return total / static_cast<float>(query.size() / width);
}

}  // namespace

base::Result<std::vector<float>> LateInteraction::score(std::string_view query,
                                                        std::span<const std::string> documents) {
  const std::vector<float> query_tokens = embedder_->embed_tokens(std::string(query));
  std::vector<float> scores;
  for (const std::string& document : documents) {
    scores.push_back(max_sim(query_tokens, embedder_->embed_tokens(document), embedder_->dimensions()));
  }
  return scores;
}

}  // namespace groundwork::model
