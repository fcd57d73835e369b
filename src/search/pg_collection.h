#pragma once

// A collection in PostgreSQL. In scope: its tables, BM25 over postings in SQL, pgvector, filters in the WHERE of each
// stage. Not in scope: the connection (pg_connection.h).
//
// One schema a collection, "groundwork_NAME":
//   about      one row: what made it, and the statistics that BM25 needs
//   documents  row, id, stored (JSON), facets (text[], GIN), numbers (jsonb), length, embedding (vector, HNSW by
//   cosine) postings   term, row, frequency, length: an index of the covering kind over the terms of our own Analyzer
//
// Lexical scores are BM25, the same as an index folder's, computed by joining the query's terms with the postings.
// @source Muehleisen et al. 2014, "Old dogs are great at new tricks: column stores for IR prototyping"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "search/collection.h"
#include "search/pg_connection.h"

namespace groundwork::search {

struct PgCollectionOptions {
  PgOptions connection;
  std::string name;  ///< as collection_location allows
  std::uint32_t title_weight = 2;
  /// Where a filter leaves up to so many documents, all of their vectors are compared: HNSW in pgvector 0.6 filters
  /// what it has found, and would find too little.
  std::size_t exact_below = 10'000;
};

class PgCollection final : public Collection {
 public:
  /// Connects when first asked.
  PgCollection(PgCollectionOptions options, const CollectionModels& models)
      : options_(std::move(options)), models_(models) {}

  base::Result<CollectionResult> search(const SearchRequest& request, With with) const override;
  base::Result<std::size_t> count(const Filter& filter) const override;
  base::Result<std::unique_ptr<CollectionWriter>> write(Start start) override;

 private:
  base::Result<std::unique_ptr<PgConnection>> take() const;
  void give_back(std::unique_ptr<PgConnection> connection) const;

  PgCollectionOptions options_;
  CollectionModels models_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<PgConnection>> idle_;
};

}  // namespace groundwork::search
