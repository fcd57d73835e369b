#include "cli/collections.h"

#include <cstdlib>

#include "model/late_interaction.h"
#include "search/local_collection.h"
#include "search/manifest.h"
#include "search/pg_collection.h"
#include "search/qdrant_collection.h"

namespace groundwork::cli {

using base::Result;

namespace {

Result<std::unique_ptr<search::Collection>> collection_at(const search::CollectionLocation& location,
                                                          const search::CollectionModels& models) {
  using Kind = search::CollectionLocation::Kind;
  if (location.kind == Kind::kFolder) {
    return std::unique_ptr<search::Collection>(std::make_unique<search::LocalCollection>(location.url, models));
  }
  if (location.kind == Kind::kQdrant) {
    search::QdrantCollectionOptions options;
    options.server.url = location.url;
    if (const char* key = std::getenv("QDRANT_API_KEY"); key != nullptr) options.server.api_key = key;
    options.name = location.name;
    GW_TRY(auto opened, search::QdrantCollection::open(std::move(options), models));
    return std::unique_ptr<search::Collection>(std::move(opened));
  }
  search::PgCollectionOptions options;
  options.connection.url = location.url;
  options.name = location.name;
  return std::unique_ptr<search::Collection>(std::make_unique<search::PgCollection>(std::move(options), models));
}

}  // namespace

Result<OpenCollection> open_collection(const Context& context, const search::CollectionLocation& location,
                                       bool vectors) {
  OpenCollection open;
  if (vectors && location.is_folder()) {
    // What is wrong with the index is told when it is read.
    const auto manifest = search::read_manifest(location.url);
    if (manifest.ok() && !manifest->embedder.empty()) {
      GW_TRY(IndexModels models, open_models_of(context, *manifest));
      open.embedder = std::move(models.embedder);
      open.reranker = std::move(models.reranker);
    }
  } else if (vectors) {
    GW_TRY(auto embedder, open_embedder(context));
    open.tokenizer = &embedder->tokenizer();
    open.reranker = std::make_unique<model::LateInteraction>(*embedder);
    open.embedder = std::move(embedder);
  }
  GW_TRY(open.collection, collection_at(location, {open.embedder.get(), open.reranker.get()}));
  return open;
}

}  // namespace groundwork::cli
