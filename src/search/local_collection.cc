#include "search/local_collection.h"

#include "search/index_writer.h"

namespace groundwork::search {

using base::Result;
using base::Status;

namespace {

class Writer final : public CollectionWriter {
 public:
  explicit Writer(std::unique_ptr<IndexWriter> writer) : writer_(std::move(writer)) {}

  Status add(Document document) override {
    GW_CHECK_OK(writer_->add(std::move(document)));
    added_ = writer_->waiting_count();
    return {};
  }
  Status remove(std::string_view id) override {
    writer_->remove(id);
    added_ = writer_->waiting_count();
    return {};
  }
  Status commit(const Progress& progress, std::stop_token stop) override {
    return writer_->commit(progress, std::move(stop));
  }

 private:
  std::unique_ptr<IndexWriter> writer_;
};

}  // namespace

LocalCollection::LocalCollection(std::filesystem::path folder, const CollectionModels& models)
    : folder_(std::move(folder)), models_(models) {}

Result<std::shared_ptr<const Snapshot>> LocalCollection::snapshot() const {
  const std::scoped_lock lock(mutex_);
  if (index_ == nullptr) {
    GW_TRY(index_, Index::open(folder_));
  }
  return index_->snapshot();
}

Status LocalCollection::refresh() {
  GW_TRY(const std::shared_ptr<const Snapshot> opened, snapshot());
  return index_->refresh();
}

Result<CollectionResult> LocalCollection::search(const SearchRequest& request, With with) const {
  GW_TRY(const std::shared_ptr<const Snapshot> now, snapshot());
  GW_TRY(SearchResult found, Searcher(now, models_.embedder, models_.reranker).search(request));
  CollectionResult result;
  result.query = std::move(found.query);
  result.allowed = found.allowed;
  result.trust = found.trust;
  for (SearchHit& hit : found.hits) {
    CollectionHit one;
    one.id = now->id(hit.row);
    one.document.id = one.id;
    if (with == With::kDocuments) {
      GW_TRY(one.document, now->document(hit.row));
    }
    one.why = std::move(hit);
    result.hits.push_back(std::move(one));
  }
  return result;
}

Result<std::size_t> LocalCollection::count(const Filter& filter) const {
  GW_TRY(const std::shared_ptr<const Snapshot> now, snapshot());
  std::size_t count = 0;
  for (const LiveSegment& one : now->segments()) {
    Bitmap allowed = one.segment->metadata().rows(filter);
    if (one.live != nullptr) allowed &= *one.live;
    count += allowed.count();
  }
  return count;
}

Result<std::unique_ptr<CollectionWriter>> LocalCollection::write(Start start) {
  WriterOptions options;
  options.embedder = models_.embedder;
  GW_TRY(auto writer,
         start == Start::kAnew ? IndexWriter::begin_anew(folder_, options) : IndexWriter::open(folder_, options));
  return std::unique_ptr<CollectionWriter>(std::make_unique<Writer>(std::move(writer)));
}

}  // namespace groundwork::search
