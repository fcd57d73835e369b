#pragma once

// Documents that can be searched, wherever they are kept. In scope: one interface over an index folder, PostgreSQL with
// pgvector, Qdrant; filters mean the same in each. Not in scope: which one to take; what an index folder can do
// beyond it (diagnosis, correction of misspelt words, phrases: index.h, searcher.h).

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "model/embedder.h"
#include "model/reranker.h"
#include "search/document.h"
#include "search/filter.h"
#include "search/searcher.h"

namespace groundwork::search {

/// A document that was found, and why; `why.row` means something in an index folder only.
struct CollectionHit {
  std::string id;
  Document document;  ///< only its id with With::kIds
  SearchHit why;
};

struct CollectionResult {
  std::vector<CollectionHit> hits;  ///< best first
  LexicalQuery query;               ///< as it was understood
  std::size_t allowed = 0;          ///< documents that the filter left
  std::optional<StageTrust> trust;  ///< that the fusion used, if it used any
};

/// What comes with the hits.
enum class With { kIds, kDocuments };

/// Whether what is there stays.
enum class Start { kAnew, kAdd };

/// Documents on their way into a collection. For one thread. What was not committed when the object goes never was.
class CollectionWriter {
 public:
  virtual ~CollectionWriter() = default;

  /// Adds the document, in place of one with the same id from before.
  /// @errors kInvalidArgument: an id that is empty or too long, text that is not UTF-8; kAlreadyExists: the id was
  ///         added by this writer. The documents added before are not touched. Those of the store.
  virtual base::Status add(Document document) = 0;

  /// Documents with these ids are gone after the commit; ids that are not there are no error.
  virtual base::Status remove(std::string_view id) = 0;

  using Progress = std::function<void(std::size_t done, std::size_t total)>;
  /// Readers see all of it from now on. May be called once.
  /// @errors those of the store and of the embedder; kCancelled
  virtual base::Status commit(const Progress& progress = {}, std::stop_token stop = {}) = 0;

  std::size_t added() const { return added_; }

 protected:
  std::size_t added_ = 0;
};

/// Thread-safe, as its embedder and reranker are, which must outlive it.
///
/// @errors of every call to a store elsewhere. The message says which store, never a key or password:
///   kUnavailable         refused, no such host, closed, an answer that is none
///   kUnauthenticated     no key or password, or a wrong one
///   kFailedPrecondition  made with another model, version or number of dimensions; no pgvector on the server
///   kDeadlineExceeded    no answer in time
///   kNotFound            there is no such collection
class Collection {
 public:
  virtual ~Collection() = default;

  /// Lexical, dense, hybrid by fuse_scores of both stages' scores, or reranked. The filter is part of each stage's
  /// search, never applied to what it found.
  /// @errors kInvalidArgument: top_k out of range, an empty query; kFailedPrecondition: the mode needs a model
  virtual base::Result<CollectionResult> search(const SearchRequest& request, With with = With::kDocuments) const = 0;

  /// How many documents meet the filter.
  virtual base::Result<std::size_t> count(const Filter& filter = {}) const = 0;

  /// @errors kUnavailable: another writer has it
  virtual base::Result<std::unique_ptr<CollectionWriter>> write(Start start) = 0;
};

/// Models of a collection; nullptr: it has no vectors, no mode kRerank.
struct CollectionModels {
  model::Embedder* embedder = nullptr;
  model::Reranker* reranker = nullptr;
};

}  // namespace groundwork::search
