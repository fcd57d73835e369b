#include "tutor/text_vectors.h"

#include <algorithm>

#include "base/hash.h"

namespace groundwork::tutor {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;

namespace {

constexpr std::size_t kTextsABatch = 128;

}  // namespace

Result<std::shared_ptr<const TextVectors>> TextVectors::open(const std::filesystem::path& file,
                                                             const model::Embedder& embedder) {
  std::shared_ptr<TextVectors> opened(new TextVectors);
  GW_TRY(opened->file_, search::SegmentFile::open(file));
  GW_TRY(const std::span<const char> model, opened->file_->array<char>("model"));
  const std::string_view name(model.data(), model.size());
  if (name != embedder.name()) {
    return make_error(Code::kFailedPrecondition, file.string() + ": expected vectors of '" + embedder.name() +
                                                     "', found those of '" + std::string(name) + "'");
  }
  GW_TRY(opened->keys_, opened->file_->array<std::uint64_t>("keys"));
  GW_TRY(opened->vectors_, opened->file_->array<float>("vectors"));
  opened->dimensions_ = embedder.dimensions();
  if (opened->vectors_.size() != opened->keys_.size() * opened->dimensions_ || !std::ranges::is_sorted(opened->keys_)) {
    return make_error(Code::kDataLoss, file.string() + ": the vectors are not those of the texts");
  }
  return std::shared_ptr<const TextVectors>(std::move(opened));
}

Status TextVectors::write(const std::filesystem::path& file, std::vector<std::string> texts, model::Embedder& embedder,
                          const EmbeddingProgress& progress, const std::stop_token& stop) {
  const auto key = [](const std::string& text) { return base::stable_hash64(text); };
  std::ranges::sort(texts, {}, key);
  const auto same = [&](const std::string& a, const std::string& b) { return key(a) == key(b); };
  texts.erase(std::unique(texts.begin(), texts.end(), same), texts.end());
  std::vector<std::uint64_t> keys;
  std::vector<float> vectors;
  for (std::size_t begin = 0; begin < texts.size(); begin += kTextsABatch) {
    if (stop.stop_requested()) return make_error(Code::kCancelled, "embedding was cancelled");
    const std::span<const std::string> batch =
        std::span(texts).subspan(begin, std::min(kTextsABatch, texts.size() - begin));
    GW_TRY(const std::vector<std::vector<float>> made, embedder.embed(batch));
    for (std::size_t i = 0; i < batch.size(); ++i) {
      keys.push_back(key(batch[i]));
      vectors.insert(vectors.end(), made[i].begin(), made[i].end());
    }
    if (progress) progress(begin + batch.size(), texts.size());
  }
  search::SegmentFileWriter writer;
  writer.add("model", embedder.name());
  writer.add_array<std::uint64_t>("keys", keys);
  writer.add_array<float>("vectors", vectors);
  return writer.write(file);
}

std::span<const float> TextVectors::find(std::string_view text) const {
  const std::uint64_t key = base::stable_hash64(text);
  const auto at = std::ranges::lower_bound(keys_, key);
  if (at == keys_.end() || *at != key) return {};
  return vectors_.subspan(static_cast<std::size_t>(at - keys_.begin()) * dimensions_, dimensions_);
}

}  // namespace groundwork::tutor
