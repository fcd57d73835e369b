#pragma once

// Vectors of texts in a file, so that what a library says is embedded once and not at every question. In scope: the
// file, and looking a text up. Not in scope: which texts (evidence.h), when the file is made (library_index.h).

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "model/embedder.h"
#include "search/segment_file.h"

namespace groundwork::tutor {

/// How many of all texts are embedded.
using EmbeddingProgress = std::function<void(std::size_t done, std::size_t total)>;

/// An opened file of vectors. Immutable; thread-safe.
class TextVectors {
 public:
  /// @errors kNotFound; kDataLoss: damaged; kFailedPrecondition: made by another embedder
  static base::Result<std::shared_ptr<const TextVectors>> open(const std::filesystem::path& file,
                                                               const model::Embedder& embedder);

  /// Embeds the texts and writes the file, whole or not at all.
  /// @errors those of the embedder; kCancelled
  static base::Status write(const std::filesystem::path& file, std::vector<std::string> texts,
                            model::Embedder& embedder, const EmbeddingProgress& progress = {},
                            const std::stop_token& stop = {});

  /// The text's vector, bit for bit as the embedder made it; empty where the file has none. Texts are told apart by 64
  /// bits of their SHA-256. Lives as long as the object.
  std::span<const float> find(std::string_view text) const;

  std::size_t size() const { return keys_.size(); }

 private:
  TextVectors() = default;
  std::shared_ptr<const search::SegmentFile> file_;
  std::span<const std::uint64_t> keys_;  ///< ascending
  std::span<const float> vectors_;       ///< [keys][dimensions]
  std::size_t dimensions_ = 0;
};

}  // namespace groundwork::tutor
