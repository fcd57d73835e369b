#pragma once

// What --index names: an index folder, or a collection in PostgreSQL or Qdrant.

#include <memory>
#include <string>

#include "cli/search_tools.h"
#include "search/collection.h"
#include "search/collection_location.h"

namespace groundwork::cli {

/// A collection and the models that it needs.
struct OpenCollection {
  std::unique_ptr<model::Embedder> embedder;   ///< null: no vectors are needed, or there are none
  std::unique_ptr<model::Reranker> reranker;   ///< null likewise
  const text::WordPiece* tokenizer = nullptr;  ///< of a collection elsewhere
  std::unique_ptr<search::Collection> collection;
};

/// PostgreSQL's password is where libpq looks for it (the URL, PGPASSWORD, ~/.pgpass); Qdrant's key is QDRANT_API_KEY.
/// @param vectors  whether the model is opened, where the collection may have vectors
/// @errors kInvalidArgument: no such kind of place; those of open_embedder. A store elsewhere isn't asked yet.
base::Result<OpenCollection> open_collection(const Context& context, const search::CollectionLocation& location,
                                             bool vectors);

}  // namespace groundwork::cli
