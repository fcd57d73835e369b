#pragma once

// An index folder as it is read. In scope: the segments of a commit as one. Not in scope: changing it (index_writer.h),
// what a query means (searcher.h).

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "search/manifest.h"
#include "search/segment.h"

namespace groundwork::search {

/// A segment with the rows of it that count.
struct LiveSegment {
  std::shared_ptr<const Segment> segment;
  std::shared_ptr<const Bitmap> live;  ///< nullptr: all rows
  Row first_row = 0;                   ///< of the snapshot
};

/// The index as it was at one commit. Immutable; later commits change nothing in it. Thread-safe.
class Snapshot {
 public:
  Snapshot(Manifest manifest, std::vector<LiveSegment> segments);

  const Manifest& manifest() const { return manifest_; }
  const std::vector<LiveSegment>& segments() const { return segments_; }

  /// Rows of all segments, deleted ones too: every row is below it.
  std::size_t rows() const { return rows_; }
  std::size_t documents() const { return documents_; }
  /// Of documents in words, deleted ones counted until their segment is merged.
  double average_length() const;
  std::uint64_t document_frequency(std::string_view term) const;

  std::optional<Row> find(std::string_view id) const;
  std::string_view id(Row row) const;
  /// @errors kDataLoss
  base::Result<Document> document(Row row) const;
  /// The segment that has the row, whose number there is `row - first_row`.
  const LiveSegment& segment_of(Row row) const;

 private:
  Manifest manifest_;
  std::vector<LiveSegment> segments_;
  std::size_t rows_ = 0;
  std::size_t documents_ = 0;
  std::uint64_t total_length_ = 0;
};

/// An index that is read. Thread-safe.
class Index {
 public:
  /// @errors kNotFound; kDataLoss: a file is missing, cut short or damaged; kFailedPrecondition: of another version
  static base::Result<std::unique_ptr<Index>> open(const std::filesystem::path& folder);

  std::shared_ptr<const Snapshot> snapshot() const;

  /// Takes in what was committed since; segments that are already open stay so. The old snapshot where that fails.
  base::Status refresh();

  const std::filesystem::path& folder() const { return folder_; }

 private:
  explicit Index(std::filesystem::path folder) : folder_(std::move(folder)) {}
  base::Result<std::shared_ptr<const Snapshot>> load();

  std::filesystem::path folder_;
  std::mutex refreshing_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::map<std::string, std::weak_ptr<const Segment>> open_segments_;
};

/// The segments that a manifest names, opened. `known` may have some of them already.
/// @errors kNotFound, kDataLoss
base::Result<std::vector<LiveSegment>> open_segments(
    const std::filesystem::path& folder, const Manifest& manifest,
    const std::map<std::string, std::weak_ptr<const Segment>>& known = {});

}  // namespace groundwork::search
