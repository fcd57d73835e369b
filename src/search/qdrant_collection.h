#pragma once

// A collection in Qdrant, over its REST interface. In scope: which of the collections there is read. Not in scope: what
// they look like (qdrant_points.h).
//
// A collection is made anew beside the one that is there, and an alias changes over at the end: readers see either.
// What is added to one that is there is kept back until the commit and then goes out by batches: readers can see a part
// of it meanwhile, and a commit that fails in the middle says so. Qdrant has no lock: a writer that finds, before it
// sends, that another was there ends with kUnavailable.
//
// Words count as in an index folder: idf and average length are those of the whole collection and not of what a filter
// leaves, so scores don't change with the filter. The idf is Qdrant's, of the same formula; after deletions it can lag
// until the server has optimised its segments. The average length is kept within 1 % of the true one.

#include <memory>
#include <mutex>
#include <string>

#include "search/collection.h"
#include "search/qdrant_api.h"

namespace groundwork::search {

struct QdrantCollectionOptions {
  QdrantOptions server;
  std::string name;  ///< as collection_location allows
  std::uint32_t title_weight = 2;
  /// Where a filter leaves up to so many documents, all of their vectors are compared.
  std::size_t exact_below = 10'000;
};

class QdrantCollection final : public Collection {
 public:
  /// Connects when first asked. @errors kInvalidArgument: those of QdrantApi::open
  static base::Result<std::unique_ptr<QdrantCollection>> open(QdrantCollectionOptions options,
                                                              const CollectionModels& models);

  base::Result<CollectionResult> search(const SearchRequest& request, With with) const override;
  base::Result<std::size_t> count(const Filter& filter) const override;
  /// The writer must not outlive this object.
  base::Result<std::unique_ptr<CollectionWriter>> write(Start start) override;

 private:
  QdrantCollection(std::unique_ptr<QdrantApi> api, QdrantCollectionOptions options, const CollectionModels& models)
      : api_(std::move(api)), options_(std::move(options)), models_(models) {}
  base::Result<CollectionResult> search_once(const SearchRequest& request, With with) const;
  bool is_checked(const std::string& collection) const;
  void note_checked(const std::string& collection) const;

  std::unique_ptr<QdrantApi> api_;
  QdrantCollectionOptions options_;
  CollectionModels models_;
  mutable std::mutex mutex_;
  mutable std::string checked_;  ///< the collection whose vectors were found to be as they should
};

}  // namespace groundwork::search
