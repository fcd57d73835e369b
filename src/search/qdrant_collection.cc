#include "search/qdrant_collection.h"

#include "search/qdrant_stages.h"
#include "search/qdrant_writer.h"

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;

Result<std::unique_ptr<QdrantCollection>> QdrantCollection::open(QdrantCollectionOptions options,
                                                                 const CollectionModels& models) {
  GW_TRY(auto api, QdrantApi::open(options.server));
  return std::unique_ptr<QdrantCollection>(new QdrantCollection(std::move(api), std::move(options), models));
}

bool QdrantCollection::is_checked(const std::string& collection) const {
  const std::scoped_lock lock(mutex_);
  return checked_ == collection;
}

void QdrantCollection::note_checked(const std::string& collection) const {
  const std::scoped_lock lock(mutex_);
  checked_ = collection;
}

Result<CollectionResult> QdrantCollection::search_once(const SearchRequest& request, With with) const {
  GW_TRY(detail::QdrantAbout about, detail::read_about(*api_, options_.name));
  if (request.mode != Mode::kLexical) {
    GW_CHECK_OK(check_same_model(about.embedder, about.dimensions, models_.embedder, api_->place()));
  }
  if (request.mode == Mode::kRerank && models_.reranker == nullptr) {
    return make_error(Code::kFailedPrecondition, "mode rerank needs a reranker, and none is configured");
  }
  if (!is_checked(about.collection)) {
    GW_CHECK_OK(detail::check_vectors(*api_, about));
    note_checked(about.collection);
  }
  detail::QdrantStages stages(*api_, options_, std::move(about), request.filter, request.ef);
  return search_by_stages(stages, request, models_, with);
}

Result<CollectionResult> QdrantCollection::search(const SearchRequest& request, With with) const {
  GW_CHECK_OK(check_request(request));
  auto result = search_once(request, with);
  // Replaced between two of its requests: once more, of the new one.
  if (!result.ok() && result.error().code == Code::kAborted) result = search_once(request, with);
  if (!result.ok() && result.error().code == Code::kAborted) {
    base::Error error = std::move(result).error();
    error.code = Code::kUnavailable;
    return error;
  }
  return result;
}

Result<std::size_t> QdrantCollection::count(const Filter& filter) const {
  GW_TRY(detail::QdrantAbout about, detail::read_about(*api_, options_.name));
  return detail::QdrantStages(*api_, options_, std::move(about), filter).allowed();
}

Result<std::unique_ptr<CollectionWriter>> QdrantCollection::write(Start start) {
  auto writing = std::make_unique<detail::QdrantWriter>(*api_, options_, models_.embedder);
  GW_CHECK_OK(writing->begin(start));
  return std::unique_ptr<CollectionWriter>(std::move(writing));
}

}  // namespace groundwork::search
