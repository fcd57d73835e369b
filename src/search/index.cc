#include "search/index.h"

#include <algorithm>
#include <numeric>

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;

namespace {

/// How often a commit may overtake a reader that is opening what the one before named.
constexpr int kTries = 10;

Result<std::shared_ptr<const Bitmap>> open_deleted(const std::filesystem::path& path, std::size_t rows) {
  GW_TRY(const auto file, SegmentFile::open(path));
  GW_TRY(const auto deleted, file->array<Row>("deleted"));
  const auto live = std::make_shared<Bitmap>(rows, true);
  for (const Row row : deleted) {
    if (row >= rows) return make_error(Code::kDataLoss, "a deleted row is not in the segment", path.string());
    live->reset(row);
  }
  return std::shared_ptr<const Bitmap>(live);
}

}  // namespace

Result<std::vector<LiveSegment>> open_segments(const std::filesystem::path& folder, const Manifest& manifest,
                                               const std::map<std::string, std::weak_ptr<const Segment>>& known) {
  std::vector<LiveSegment> segments;
  Row first_row = 0;
  for (const ManifestSegment& entry : manifest.segments) {
    LiveSegment one;
    if (const auto found = known.find(entry.file); found != known.end()) one.segment = found->second.lock();
    if (one.segment == nullptr) {
      GW_TRY(auto file, SegmentFile::open(folder / entry.file));
      GW_TRY(one.segment, Segment::open(std::move(file)));
    }
    if (one.segment->vectors().dimensions() != manifest.dimensions) {
      return make_error(Code::kDataLoss,
                        "expected vectors of " + std::to_string(manifest.dimensions) + " numbers, found " +
                            std::to_string(one.segment->vectors().dimensions()),
                        (folder / entry.file).string());
    }
    if (!entry.deleted.empty()) {
      GW_TRY(one.live, open_deleted(folder / entry.deleted, one.segment->rows()));
    }
    one.first_row = first_row;
    first_row += static_cast<Row>(one.segment->rows());
    segments.push_back(std::move(one));
  }
  return segments;
}

Snapshot::Snapshot(Manifest manifest, std::vector<LiveSegment> segments)
    : manifest_(std::move(manifest)), segments_(std::move(segments)) {
  for (const LiveSegment& one : segments_) {
    rows_ += one.segment->rows();
    documents_ += one.live != nullptr ? one.live->count() : one.segment->rows();
    total_length_ += one.segment->lexical().total_length();
  }
}

double Snapshot::average_length() const {
  return rows_ == 0 ? 1 : static_cast<double>(total_length_) / static_cast<double>(rows_);
}

std::uint64_t Snapshot::document_frequency(std::string_view term) const {
  std::uint64_t df = 0;
  for (const LiveSegment& one : segments_) {
    if (const auto id = one.segment->lexical().find(term)) df += one.segment->lexical().documents(*id);
  }
  return df;
}

std::optional<Row> Snapshot::find(std::string_view id) const {
  for (const LiveSegment& one : segments_) {
    const auto row = one.segment->find(id);
    if (row && (one.live == nullptr || one.live->test(*row))) return one.first_row + *row;
  }
  return std::nullopt;
}

const LiveSegment& Snapshot::segment_of(Row row) const {
  const auto behind = std::ranges::upper_bound(segments_, row, {}, &LiveSegment::first_row);
  return *std::prev(behind);
}

std::string_view Snapshot::id(Row row) const {
  const LiveSegment& one = segment_of(row);
  return one.segment->id(row - one.first_row);
}

Result<Document> Snapshot::document(Row row) const {
  const LiveSegment& one = segment_of(row);
  return one.segment->document(row - one.first_row);
}

Result<std::unique_ptr<Index>> Index::open(const std::filesystem::path& folder) {
  std::unique_ptr<Index> index(new Index(folder));
  GW_CHECK_OK(index->refresh());
  return index;
}

std::shared_ptr<const Snapshot> Index::snapshot() const {
  const std::scoped_lock lock(mutex_);
  return snapshot_;
}

Status Index::refresh() {
  const std::scoped_lock refreshing(refreshing_);
  auto loaded = load();
  for (int i = 1; i < kTries && !loaded.ok() && loaded.error().code == Code::kNotFound; ++i) loaded = load();
  if (!loaded.ok()) return std::move(loaded).error();
  const std::scoped_lock lock(mutex_);
  snapshot_ = *std::move(loaded);
  return {};
}

Result<std::shared_ptr<const Snapshot>> Index::load() {
  GW_TRY(Manifest manifest, read_manifest(folder_));
  if (const auto now = snapshot(); now != nullptr && now->manifest().generation == manifest.generation) return now;
  GW_TRY(std::vector<LiveSegment> segments, open_segments(folder_, manifest, open_segments_));
  open_segments_.clear();
  for (std::size_t i = 0; i < segments.size(); ++i) open_segments_[manifest.segments[i].file] = segments[i].segment;
  return std::make_shared<const Snapshot>(std::move(manifest), std::move(segments));
}

}  // namespace groundwork::search
