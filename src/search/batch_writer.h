#pragma once

// What writers to stores elsewhere have in common: documents are checked, embedded and sent by batches.

#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "search/collection.h"

namespace groundwork::search {

/// A document with its vector, which is empty in a collection without vectors.
struct Embedded {
  Document document;
  std::vector<float> vector;
};

class BatchWriter : public CollectionWriter {
 public:
  base::Status add(Document document) final;
  base::Status remove(std::string_view id) final;
  base::Status commit(const Progress& progress, std::stop_token stop) final;

 protected:
  BatchWriter(model::Embedder* embedder, std::size_t dimensions) : embedder_(embedder), dimensions_(dimensions) {}

  /// Ids of a batch differ, and each goes in place of what has it.
  virtual base::Status send(std::span<const Embedded> batch) = 0;
  virtual base::Status drop(std::span<const std::string> ids) = 0;
  virtual base::Status finish() = 0;

  std::stop_token stop_;  ///< of the commit

 private:
  base::Status flush();

  model::Embedder* embedder_;
  std::size_t dimensions_;
  std::vector<Document> waiting_;
  std::vector<std::string> removed_;
  std::unordered_set<std::string> ids_;
};

}  // namespace groundwork::search
