#include "model/late_interaction.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>

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

/// For each token of the query the best cosine to a token of the document.
std::vector<float> best_cosines(const std::vector<float>& query, const std::vector<float>& document,
                                std::size_t width) {
  std::vector<float> best;
  for (std::size_t q = 0; q < query.size(); q += width) {
    float highest = document.empty() ? 0 : -1;
    for (std::size_t d = 0; d < document.size(); d += width) {
      highest = std::max(highest, cosine(query.data() + q, document.data() + d, width));
    }
    best.push_back(highest);
  }
  return best;
}

/// @param having  for each token, in how many of the documents it is
std::vector<float> inverse_document_frequencies(const std::vector<std::size_t>& having, std::size_t documents) {
  std::vector<float> weights;
  for (const std::size_t count : having) {
    const auto with = static_cast<float>(count);
    weights.push_back(std::log(1 + (static_cast<float>(documents) - with + 0.5F) / (with + 0.5F)));
  }
  return weights;
}

}  // namespace

base::Result<std::vector<float>> LateInteraction::score(std::string_view query,
                                                        std::span<const std::string> documents) {
  const LocalEmbedder::Tokens asked = embedder_->embed_tokens(std::string(query));
  std::vector<std::vector<float>> best(documents.size());
  std::vector<std::size_t> having(asked.ids.size());
  std::mutex mutex;
  embedder_->for_each_tokens(documents, [&](std::size_t i, const LocalEmbedder::Tokens& tokens) {
    best[i] = best_cosines(asked.vectors, tokens.vectors, embedder_->dimensions());
    const std::lock_guard lock(mutex);
    for (std::size_t q = 0; q < having.size(); ++q) {
      having[q] += std::ranges::find(tokens.ids, asked.ids[q]) != tokens.ids.end();
    }
  });
  const std::vector<float> weights = inverse_document_frequencies(having, documents.size());
  const float all = std::reduce(weights.begin(), weights.end());
  std::vector<float> scores;
  for (const std::vector<float>& one : best) {
    const float sum = std::inner_product(one.begin(), one.end(), weights.begin(), 0.0F);
    scores.push_back(all > 0 ? sum / all : 0);
  }
  return scores;
}

}  // namespace groundwork::model
