#pragma once

#include <memory>

#include "model/remote_endpoint.h"
#include "model/reranker.h"

namespace groundwork::model {

struct RemoteRerankerOptions {
  RemoteOptions endpoint;
  std::size_t max_batch = 256;  ///< documents of one call
};

/// A reranker behind `/rerank` as Cohere, Jina, vLLM and llama-server speak it. Thread-safe. Every answer is checked: a
/// finite score for each document, each index once.
class RemoteReranker final : public Reranker {
 public:
  /// @param client  must outlive the reranker
  /// @errors those of RemoteEndpoint::open
  static base::Result<std::unique_ptr<RemoteReranker>> open(http::Client& client, RemoteRerankerOptions options);

  base::Result<std::vector<float>> score(std::string_view query, std::span<const std::string> documents) override;
  /// The same within one call's limits.
  base::Result<std::vector<float>> score(std::string_view query, std::span<const std::string> documents,
                                         const RemoteCall& call);
  std::string name() const override { return endpoint_.options().model; }

 private:
  RemoteReranker(RemoteEndpoint endpoint, std::size_t max_batch)
      : endpoint_(std::move(endpoint)), max_batch_(max_batch) {}

  RemoteEndpoint endpoint_;
  std::size_t max_batch_;
};

/// The scores of an answer of /rerank to `count` documents, in the order of the documents.
/// @errors kUnavailable: the answer isn't that
base::Result<std::vector<float>> read_rerank_scores(const base::json::value& answer, std::size_t count);

}  // namespace groundwork::model
