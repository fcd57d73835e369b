#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "model/embedder.h"
#include "model/encoder.h"
#include "text/wordpiece.h"

namespace groundwork::model {

struct LocalEmbedderOptions {
  std::size_t max_tokens = 256;  ///< of a text, [CLS] and [SEP] included; what is longer is cut off at the end
  std::size_t threads = 2;       ///< at most; a few short texts use one
  std::optional<Instructions> instructions = std::nullopt;
};

/// A sentence encoder in this process: WordPiece, BERT, the mean over all tokens, length 1.
/// @source Reimers and Gurevych 2019, arXiv:1908.10084; all-MiniLM-L6-v2's modules.json (Transformer, Pooling,
/// Normalize)
class LocalEmbedder final : public Embedder {
 public:
  /// @param folder  holds config.json, tokenizer.json and model.safetensors
  /// @errors those of Encoder::open and WordPiece::from_tokenizer_json; kInvalidArgument: they don't belong together
  static base::Result<std::unique_ptr<LocalEmbedder>> open(const std::filesystem::path& folder,
                                                           const LocalEmbedderOptions& options = {});

  base::Result<std::vector<std::vector<float>>> embed(std::span<const std::string> texts) override;
  std::size_t dimensions() const override { return encoder_.shape().width; }
  std::string name() const override { return name_; }

  /// A text's tokens without [CLS] and [SEP].
  struct Tokens {
    std::vector<std::uint32_t> ids;
    std::vector<float> vectors;  ///< each of length 1: [tokens][dimensions]
  };
  Tokens embed_tokens(const std::string& text) const;

  /// Calls f(i, tokens of texts[i]) once for each text, in any order, on several threads at once.
  void for_each_tokens(std::span<const std::string> texts,
                       const std::function<void(std::size_t, const Tokens&)>& f) const;

  const text::WordPiece& tokenizer() const { return tokenizer_; }
  const Encoder& encoder() const { return encoder_; }

 private:
  /// Sequences that are encoded together.
  struct Batch {
    std::vector<std::size_t> texts;
    std::vector<std::uint32_t> ids;
    std::vector<std::size_t> lengths;
  };
  std::vector<Batch> batches_of(std::span<const std::string> texts) const;
  template <typename F>
  void on_threads(std::size_t pieces, F&& work) const;
  LocalEmbedder(text::WordPiece tokenizer, Encoder encoder, LocalEmbedderOptions options, std::string name);

  text::WordPiece tokenizer_;
  Encoder encoder_;
  LocalEmbedderOptions options_;
  std::string name_;
};

}  // namespace groundwork::model
