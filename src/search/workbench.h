#pragma once

// A test set on which configurations are tried. In scope: indexes of its documents, each way of cutting them made once;
// passages ranked as the documents that they are of. Not in scope: which configurations (tuning.h), how good they are
// (evaluation.h).

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/file.h"
#include "search/configuration.h"
#include "search/embedding_cache.h"
#include "search/evaluation.h"
#include "text/chunk.h"

namespace groundwork::search {

/// The models of a workbench, which must outlive it.
struct BenchModels {
  model::Embedder* embedder = nullptr;   ///< nullptr: mode lexical only
  model::Reranker* reranker = nullptr;   ///< nullptr: no mode rerank
  text::TokenCounter count_tokens = {};  ///< empty: text::approximate_tokens
};

/// Whether the query of each configuration is embedded anew, so that its time is what a user waits, or once for all.
enum class QueryVectors { kEach, kOnce };

/// For one thread. The indexes are in a temporary folder that goes with the object.
class Workbench {
 public:
  /// @errors those of load_test_set
  static base::Result<std::unique_ptr<Workbench>> open(const std::filesystem::path& corpus, BenchModels models,
                                                       QueryVectors queries);

  const TestSet& test_set() const { return set_; }

  /// How many passages of an index have been embedded and written.
  using Progress = std::function<void(std::size_t done, std::size_t total)>;

  /// Ranks documents by their best passage, 100 of them at least where there are so many. The index is made when it is
  /// the first with its way of cutting. Valid as long as the workbench.
  /// @errors kInvalidArgument: the configuration; kFailedPrecondition: a model that it needs is not there; those of
  ///         for_each_document; kCancelled
  base::Result<Ranker> ranker(const Configuration& configuration, const Progress& progress = {},
                              const std::stop_token& stop = {});

  /// How many texts were embedded so far, each once.
  std::size_t embedded() const { return cache_ ? cache_->embedded() : 0; }

 private:
  struct Cut {
    std::unique_ptr<Index> index;
    std::size_t top_k = 0;  ///< passages that have the best 100 documents among them
  };
  /// (chunk_tokens or 0, overlap_tokens)
  using CutKey = std::pair<std::size_t, std::size_t>;

  Workbench(std::filesystem::path corpus, BenchModels models, QueryVectors queries, base::TemporaryFolder folder);
  base::Result<const Cut*> cut_of(const Configuration& configuration, const Progress& progress,
                                  const std::stop_token& stop);
  base::Result<std::vector<Document>> passages(Document document, const Configuration& configuration) const;

  std::filesystem::path corpus_;
  BenchModels models_;
  QueryVectors queries_;
  base::TemporaryFolder folder_;
  std::unique_ptr<EmbeddingCache> cache_;
  TestSet set_;
  std::map<CutKey, Cut> cuts_;
};

}  // namespace groundwork::search
