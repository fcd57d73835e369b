#pragma once

#include <map>

#include "search/collection_stages.h"
#include "search/qdrant_collection.h"
#include "search/qdrant_points.h"

namespace groundwork::search::detail {

/// What the collection behind the alias says of itself.
/// @errors kNotFound: there is no such collection; those of about_of
base::Result<QdrantAbout> read_about(QdrantApi& api, const std::string& name);

/// Whether the collection has the vectors that `about` says. @errors kFailedPrecondition
base::Status check_vectors(QdrantApi& api, const QdrantAbout& about);

/// One query. A document's key is its row in 20 digits, a colon and the point's id: in the order of adding.
/// The API, options and request must outlive it.
/// @errors of each: kAborted: the collection was replaced since begin()
class QdrantStages final : public CollectionStages {
 public:
  QdrantStages(QdrantApi& api, const QdrantCollectionOptions& options, QdrantAbout about, const Filter& filter,
               std::size_t ef = 0);

  StageTrust trust() const override { return {about_.lexical_trust}; }
  base::Result<LexicalQuery> read(std::string_view text) override;
  base::Result<std::size_t> allowed() override;
  base::Result<std::vector<Found>> lexical(const LexicalQuery& query, std::size_t k) override;
  base::Result<std::vector<Found>> dense(std::span<const float> vector, std::size_t k) override;
  base::Result<std::vector<float>> lexical_of(const LexicalQuery& query, Keys keys) override;
  base::Result<std::vector<float>> dense_of(std::span<const float> vector, Keys keys) override;
  base::Result<std::vector<Document>> documents(Keys keys, With with) override;
  base::Result<std::vector<std::vector<WordShare>>> words(const LexicalQuery& query, Keys keys) override;

 private:
  base::Result<base::json::value> ask(const std::string& what, const base::json::value& body);
  /// The points of these ids, in their order.
  base::Result<std::vector<QdrantPoint>> points(Keys keys, base::json::object request);
  base::Result<std::vector<Found>> found(base::json::object request, std::size_t k);
  base::json::object lexical_request(const LexicalQuery& query) const;
  /// Scores of these keys; 0 of those that are not found.
  base::Result<std::vector<float>> scores_of(base::json::object request, Keys keys);

  QdrantApi& api_;
  const QdrantCollectionOptions& options_;
  QdrantAbout about_;
  base::json::object filter_;
  std::size_t ef_;
  std::size_t allowed_ = 0;
  std::map<std::string, double> frequency_in_query_;  ///< by term
};

}  // namespace groundwork::search::detail
