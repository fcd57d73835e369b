#include "search/segment.h"

#include <algorithm>
#include <numeric>

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;

void SegmentBuilder::add(const Document& document, std::span<const float> vector) {
  const auto row = static_cast<Row>(ids_.size());
  lexical_.add(document.title, document.text);
  metadata_.add(row, document.metadata);
  vectors_.add(vector);
  ids_.push_back(document.id);
  stored_ += stored_form(document);
  stored_offsets_.push_back(stored_.size());
}

Status SegmentBuilder::make_graph(const HnswOptions& options, const GraphProgress& progress,
                                  const std::stop_token& stop) {
  return add_graph(vectors_.values(), vectors_.dimensions(), options, writer_, progress, stop);
}

SegmentFileWriter SegmentBuilder::finish() && {
  std::string text;
  std::vector<std::uint32_t> offsets{0};
  for (const std::string& id : ids_) {
    text += id;
    offsets.push_back(static_cast<std::uint32_t>(text.size()));
  }
  std::vector<Row> order(ids_.size());
  std::iota(order.begin(), order.end(), Row{0});
  std::ranges::sort(order, {}, [&](Row row) -> const std::string& { return ids_[row]; });
  std::move(lexical_).finish(writer_);
  metadata_.finish(writer_);
  std::move(vectors_).finish(writer_);
  writer_.add("id_text", std::move(text));
  writer_.add_array<std::uint32_t>("id_offsets", offsets);
  writer_.add_array<Row>("id_order", order);
  writer_.add("stored", std::move(stored_));
  writer_.add_array<std::uint64_t>("stored_offsets", stored_offsets_);
  return std::move(writer_);
}

Result<std::shared_ptr<const Segment>> Segment::open(std::shared_ptr<const SegmentFile> file) {
  GW_TRY(LexicalIndex lexical, LexicalIndex::open(file));
  GW_TRY(MetadataIndex metadata, MetadataIndex::open(file, lexical.rows()));
  GW_TRY(const Vectors vectors, Vectors::open(*file, lexical.rows()));
  const std::shared_ptr<Segment> segment(new Segment(file, std::move(lexical), std::move(metadata), vectors));
  GW_TRY(segment->graph_, Hnsw::open(*segment->file_, vectors, segment->rows()));
  GW_CHECK_OK(segment->open_ids());
  return std::shared_ptr<const Segment>(segment);
}

Status Segment::open_ids() {
  GW_TRY(const auto text, file_->array<char>("id_text"));
  id_text_ = {text.data(), text.size()};
  GW_TRY(id_offsets_, file_->array<std::uint32_t>("id_offsets"));
  GW_TRY(id_order_, file_->array<Row>("id_order"));
  GW_TRY(const auto stored, file_->array<char>("stored"));
  stored_ = {stored.data(), stored.size()};
  GW_TRY(stored_offsets_, file_->array<std::uint64_t>("stored_offsets"));
  const bool good = id_offsets_.size() == rows() + 1 && id_order_.size() == rows() &&
                    stored_offsets_.size() == rows() + 1 && std::ranges::is_sorted(id_offsets_) &&
                    id_offsets_.back() <= id_text_.size() && std::ranges::is_sorted(stored_offsets_) &&
                    stored_offsets_.back() <= stored_.size() &&
                    std::ranges::all_of(id_order_, [&](Row row) { return row < rows(); });
  if (!good) return make_error(Code::kDataLoss, "the index contradicts itself: its documents", file_->name());
  return {};
}

std::string_view Segment::id(Row row) const {
  return id_text_.substr(id_offsets_[row], id_offsets_[row + 1] - id_offsets_[row]);
}

std::optional<Row> Segment::find(std::string_view wanted) const {
  const auto found = std::ranges::lower_bound(id_order_, wanted, {}, [&](Row row) { return id(row); });
  if (found != id_order_.end() && id(*found) == wanted) return *found;
  return std::nullopt;
}

Result<Document> Segment::document(Row row) const {
  const std::uint64_t begin = stored_offsets_[row];
  auto document = document_of(id(row), stored_.substr(begin, stored_offsets_[row + 1] - begin));
  if (!document) {
    return make_error(Code::kDataLoss, "the index has no readable document '" + std::string(id(row)) + "'",
                      file_->name());
  }
  return *std::move(document);
}

}  // namespace groundwork::search
