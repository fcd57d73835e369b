#include "cli/collections.h"

#include "model/late_interaction.h"
#include "search/local_collection.h"
#include "search/manifest.h"
#include "search/pg_collection.h"

namespace groundwork::cli {

using base::Result;

namespace {

/// Whether the folder holds an index that was made without a model.
bool has_no_vectors(const search::CollectionLocation& location) {
  if (!location.is_folder()) return false;
  const auto manifest = search::read_manifest(location.url);
  return manifest.ok() && manifest->embedder.empty();
}

Result<std::unique_ptr<search::Collection>> collection_at(const search::CollectionLocation& location,
                                                          const search::CollectionModels& models) {
  using Kind = search::CollectionLocation::Kind;
  if (location.kind == Kind::kFolder) {
    return std::unique_ptr<search::Collection>(std::make_unique<search::LocalCollection>(location.url, models));
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
  if (vectors && !has_no_vectors(location)) {
    GW_TRY(open.embedder, open_embedder(context));
    open.reranker = std::make_unique<model::LateInteraction>(*open.embedder);
  }
  GW_TRY(open.collection, collection_at(location, {open.embedder.get(), open.reranker.get()}));
  return open;
}

}  // namespace groundwork::cli
