#include "model/local_embedder.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <thread>
#include <utility>

#include "base/file.h"
#include "base/hash.h"

namespace groundwork::model {

using base::Code;
using base::make_error;
using base::Result;

namespace {

// OPTIMISATION: as many tokens at once as keep a layer's activations in the second-level cache.
constexpr std::size_t kTokensAtOnce = 192;

void normalise(std::span<float> vector) {
  const double squares = std::inner_product(vector.begin(), vector.end(), vector.begin(), 0.0);
  const auto scale = static_cast<float>(squares > 0 ? 1.0 / std::sqrt(squares) : 0.0);
  for (float& value : vector) value *= scale;
}

std::vector<float> mean_of_rows(const float* rows, std::size_t count, std::size_t width) {
  std::vector<float> mean(width);
  for (std::size_t row = 0; row < count; ++row) {
    for (std::size_t i = 0; i < width; ++i) mean[i] += rows[row * width + i];
  }
  normalise(mean);
  return mean;
}

}  // namespace

/// The texts in batches of about kTokensAtOnce, those with few different tokens among themselves.
std::vector<LocalEmbedder::Batch> LocalEmbedder::batches_of(std::span<const std::string> texts) const {
  std::vector<Batch> full;
  Batch open[2];
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto ids = tokenizer_.encode(texts[i], options_.max_tokens);
    Batch& batch = open[Encoder::has_few(ids) ? 0 : 1];
    if (!batch.ids.empty() && batch.ids.size() + ids.size() > kTokensAtOnce) full.push_back(std::exchange(batch, {}));
    batch.texts.push_back(i);
    batch.lengths.push_back(ids.size());
    batch.ids.insert(batch.ids.end(), ids.begin(), ids.end());
  }
  for (Batch& batch : open) {
    if (!batch.ids.empty()) full.push_back(std::move(batch));
  }
  return full;
}

LocalEmbedder::LocalEmbedder(text::WordPiece tokenizer, Encoder encoder, LocalEmbedderOptions options, std::string name)
    : tokenizer_(std::move(tokenizer)),
      encoder_(std::move(encoder)),
      options_(std::move(options)),
      name_(std::move(name)) {}

Result<std::unique_ptr<LocalEmbedder>> LocalEmbedder::open(const std::filesystem::path& folder,
                                                           const LocalEmbedderOptions& options) {
  GW_TRY(const std::string json, base::read_file(folder / "tokenizer.json", std::size_t{16} << 20));
  auto tokenizer = text::WordPiece::from_tokenizer_json(json);
  if (!tokenizer.ok()) return base::wrap(std::move(tokenizer).error(), (folder / "tokenizer.json").string());
  GW_TRY(Encoder encoder, Encoder::open(folder, options.instructions));
  if (tokenizer->vocabulary_size() != encoder.shape().vocabulary) {
    return make_error(Code::kInvalidArgument,
                      "expected a tokenizer of " + std::to_string(encoder.shape().vocabulary) +
                          " tokens, found one of " + std::to_string(tokenizer->vocabulary_size()),
                      folder.string());
  }
  LocalEmbedderOptions used = options;
  used.max_tokens = std::clamp<std::size_t>(used.max_tokens, 2, encoder.shape().positions);
  used.threads = std::max<std::size_t>(used.threads, 1);
  std::string name = folder.filename().string() + "/" + std::to_string(used.max_tokens);
  return std::unique_ptr<LocalEmbedder>(
      new LocalEmbedder(*std::move(tokenizer), std::move(encoder), std::move(used), std::move(name)));
}

/// Calls work(i) once for each i below `pieces`.
template <typename F>
void LocalEmbedder::on_threads(std::size_t pieces, F&& work) const {
  std::atomic<std::size_t> next{0};
  const auto all = [&] {
    for (std::size_t i = next++; i < pieces; i = next++) work(i);
  };
  std::vector<std::jthread> helpers;
  for (std::size_t i = 1; i < std::min(options_.threads, pieces); ++i) helpers.emplace_back(all);
  all();
}

Result<std::vector<std::vector<float>>> LocalEmbedder::embed(std::span<const std::string> texts) {
  const std::vector<Batch> batches = batches_of(texts);
  std::vector<std::vector<float>> vectors(texts.size());
  on_threads(batches.size(), [&](std::size_t b) {
    const Batch& batch = batches[b];
    const std::vector<float> encoded = encoder_.encode(batch.ids, batch.lengths);
    const float* rows = encoded.data();
    for (std::size_t i = 0; i < batch.texts.size(); ++i) {
      vectors[batch.texts[i]] = mean_of_rows(rows, batch.lengths[i], dimensions());
      rows += batch.lengths[i] * dimensions();
    }
  });
  return vectors;
}

LocalEmbedder::Tokens LocalEmbedder::embed_tokens(const std::string& text) const {
  const auto ids = tokenizer_.encode(text, options_.max_tokens);
  const std::size_t length = ids.size();
  const std::vector<float> encoded = encoder_.encode(ids, std::span(&length, 1));
  const auto width = static_cast<std::ptrdiff_t>(dimensions());
  Tokens tokens;
  tokens.ids.assign(ids.begin() + 1, ids.end() - 1);
  tokens.vectors.assign(encoded.begin() + width, encoded.end() - width);
  for (std::size_t at = 0; at < tokens.vectors.size(); at += dimensions()) {
    normalise(std::span(tokens.vectors).subspan(at, dimensions()));
  }
  return tokens;
}

void LocalEmbedder::for_each_tokens(std::span<const std::string> texts,
                                    const std::function<void(std::size_t, const Tokens&)>& f) const {
  on_threads(texts.size(), [&](std::size_t i) { f(i, embed_tokens(texts[i])); });
}

}  // namespace groundwork::model
