#pragma once

// How a query is answered by a store that can be asked for each stage: the same steps as Searcher's, over a connection.

#include <span>
#include <string>
#include <vector>

#include "search/collection.h"

namespace groundwork::search {

/// The stages of one query, its filter included. For one thread.
class CollectionStages {
 public:
  struct Found {
    std::string key;  ///< by which the store knows the document
    float score = 0;
  };
  using Keys = std::span<const std::string>;

  virtual ~CollectionStages() = default;

  /// What was learnt from the collection's documents.
  virtual StageTrust trust() const = 0;
  virtual base::Result<LexicalQuery> read(std::string_view query) = 0;
  /// How many documents the filter leaves.
  virtual base::Result<std::size_t> allowed() = 0;
  /// At most k, best first; lexical: with scores above 0.
  virtual base::Result<std::vector<Found>> lexical(const LexicalQuery& query, std::size_t k) = 0;
  virtual base::Result<std::vector<Found>> dense(std::span<const float> vector, std::size_t k) = 0;
  /// Scores of these documents, in their order.
  virtual base::Result<std::vector<float>> lexical_of(const LexicalQuery& query, Keys keys) = 0;
  virtual base::Result<std::vector<float>> dense_of(std::span<const float> vector, Keys keys) = 0;
  /// In their order. @errors kUnavailable: one of them is not there any more
  virtual base::Result<std::vector<Document>> documents(Keys keys, With with) = 0;
  /// What each word gave to each document; nothing where the store doesn't tell.
  virtual base::Result<std::vector<std::vector<WordShare>>> words(const LexicalQuery& query, Keys keys);
};

/// Whether a collection's vectors are this model's; without a model, whether it has none.
/// @errors kFailedPrecondition
base::Status check_same_model(const std::string& name, std::size_t dimensions, const model::Embedder* embedder,
                              std::string_view where);

base::Result<CollectionResult> search_by_stages(CollectionStages& stages, const SearchRequest& request,
                                                const CollectionModels& models, With with);

}  // namespace groundwork::search
