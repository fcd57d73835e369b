#include "search/batch_writer.h"

#include <algorithm>

#include "search/index_writer.h"

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Status;

namespace {

constexpr std::size_t kBatch = 64;

}  // namespace

Status BatchWriter::add(Document document) {
  GW_CHECK_OK(check_document(document));
  if (!ids_.insert(document.id).second) {
    return make_error(Code::kAlreadyExists, "the id '" + document.id + "' is there twice");
  }
  waiting_.push_back(std::move(document));
  ++added_;
  return waiting_.size() < kBatch ? Status() : flush();
}

Status BatchWriter::remove(std::string_view id) {
  if (ids_.erase(std::string(id)) > 0) --added_;
  std::erase_if(waiting_, [&](const Document& one) { return one.id == id; });
  removed_.emplace_back(id);
  return removed_.size() < kBatch ? Status() : flush();
}

Status BatchWriter::commit(const Progress& progress, std::stop_token stop) {
  if (stop.stop_requested()) return make_error(Code::kCancelled, "writing was cancelled");
  stop_ = std::move(stop);
  GW_CHECK_OK(flush());
  if (progress) progress(added_, added_);
  return finish();
}

/// Removals first: a document may have been added again since.
Status BatchWriter::flush() {
  if (!removed_.empty()) GW_CHECK_OK(drop(removed_));
  removed_.clear();
  if (waiting_.empty()) return {};
  std::vector<std::vector<float>> vectors(waiting_.size());
  if (embedder_ != nullptr) {
    std::vector<std::string> texts;
    for (const Document& one : waiting_) texts.push_back(embedded_text(one));
    GW_TRY(vectors, embedder_->embed(texts));
    const bool good = vectors.size() == texts.size() &&
                      std::ranges::all_of(vectors, [&](const auto& one) { return one.size() == dimensions_; });
    if (!good) {
      return make_error(Code::kUnavailable, "the embedder did not give " + std::to_string(texts.size()) +
                                                " vectors of " + std::to_string(dimensions_) + " numbers");
    }
  }
  std::vector<Embedded> batch;
  for (std::size_t i = 0; i < waiting_.size(); ++i) batch.push_back({std::move(waiting_[i]), std::move(vectors[i])});
  waiting_.clear();
  return send(batch);
}

}  // namespace groundwork::search
