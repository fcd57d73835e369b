#pragma once

#include <atomic>
#include <memory>

#include "model/embedder.h"
#include "model/remote_endpoint.h"

namespace groundwork::model {

struct RemoteEmbedderOptions {
  RemoteOptions endpoint;
  std::size_t dimensions = 0;                          ///< 0: asked of the endpoint when it is opened
  std::size_t max_batch = 64;                          ///< texts of one call
  std::size_t max_batch_bytes = std::size_t{1} << 20;  ///< of the texts of one call; one longer text goes alone
};

/// Embeddings of any OpenAI-compatible endpoint, by `/embeddings`. Thread-safe. Every answer is checked: as many
/// vectors as texts, each index once, the same dimensions always, finite numbers. Sent as base64, which is a quarter of
/// the bytes; endpoints that refuse it or answer in numbers are read as well.
class RemoteEmbedder final : public Embedder {
 public:
  /// @param client  must outlive the embedder
  /// @errors those of RemoteEndpoint
  static base::Result<std::unique_ptr<RemoteEmbedder>> open(http::Client& client, RemoteEmbedderOptions options);

  base::Result<std::vector<std::vector<float>>> embed(std::span<const std::string> texts) override;
  /// The same within one call's limits.
  base::Result<std::vector<std::vector<float>>> embed(std::span<const std::string> texts, const RemoteCall& call);
  std::size_t dimensions() const override { return options_.dimensions; }
  std::string name() const override { return endpoint_.options().model; }

 private:
  RemoteEmbedder(RemoteEndpoint endpoint, RemoteEmbedderOptions options)
      : endpoint_(std::move(endpoint)), options_(std::move(options)) {}
  std::size_t batch_size(std::span<const std::string> texts) const;
  base::Result<base::json::value> ask(std::span<const std::string> batch, const RemoteCall& call);
  base::Result<std::vector<std::vector<float>>> embed_batch(std::span<const std::string> batch, const RemoteCall& call);

  RemoteEndpoint endpoint_;
  RemoteEmbedderOptions options_;
  std::atomic<bool> base64_{true};
};

/// The vectors of an answer of /embeddings to `count` texts, in the order of the texts.
/// @param dimensions  that each must have; 0: any, but all the same
/// @errors kUnavailable: the answer isn't that
base::Result<std::vector<std::vector<float>>> read_embeddings(const base::json::value& answer, std::size_t count,
                                                              std::size_t dimensions);

}  // namespace groundwork::model
