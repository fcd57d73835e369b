#pragma once

#include <filesystem>
#include <mutex>

#include "search/collection.h"

namespace groundwork::search {

/// A collection in an index folder. Searches see the commit that was there at the first one, or at the last refresh.
class LocalCollection final : public Collection {
 public:
  LocalCollection(std::filesystem::path folder, const CollectionModels& models);

  base::Result<CollectionResult> search(const SearchRequest& request, With with) const override;
  base::Result<std::size_t> count(const Filter& filter) const override;
  base::Result<std::unique_ptr<CollectionWriter>> write(Start start) override;

  /// Takes in what was committed since. @errors those of Index::refresh
  base::Status refresh();

 private:
  base::Result<std::shared_ptr<const Snapshot>> snapshot() const;

  std::filesystem::path folder_;
  CollectionModels models_;
  mutable std::mutex mutex_;
  mutable std::unique_ptr<Index> index_;  ///< opened when first read
};

}  // namespace groundwork::search
