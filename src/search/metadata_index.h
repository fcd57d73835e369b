#pragma once

// For each value of each key of the metadata, the rows that have it. In scope: the rows that a filter allows.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "search/bitmap.h"
#include "search/filter.h"
#include "search/segment_file.h"

namespace groundwork::search {

class MetadataBuilder {
 public:
  /// Strings, numbers, booleans, and lists of them, can be filtered by; other values are only stored.
  void add(Row row, const base::json::object& metadata);
  void finish(SegmentFileWriter& writer) const;

 private:
  std::map<std::pair<std::string, std::string>, std::vector<Row>> rows_;  ///< by key and canonical value
};

/// Immutable, thread-safe.
class MetadataIndex {
 public:
  /// @errors kDataLoss
  static base::Result<MetadataIndex> open(std::shared_ptr<const SegmentFile> file, std::size_t rows);

  /// The rows that meet all conditions.
  Bitmap rows(const Filter& filter) const;

  /// The keys there are, and how many documents have each value, by key and value.
  std::map<std::string, std::map<std::string, std::size_t>> values() const;

 private:
  struct Entry {
    std::uint32_t key_begin = 0;
    std::uint32_t key_size = 0;
    std::uint32_t value_begin = 0;
    std::uint32_t value_size = 0;
    std::uint32_t rows_begin = 0;
    std::uint32_t rows_count = 0;
  };
  friend class MetadataBuilder;

  std::string_view key(const Entry& entry) const { return text_.substr(entry.key_begin, entry.key_size); }
  std::string_view value(const Entry& entry) const { return text_.substr(entry.value_begin, entry.value_size); }
  Bitmap rows(const Condition& condition) const;

  std::shared_ptr<const SegmentFile> file_;
  std::string_view text_;
  std::span<const Entry> entries_;  ///< by key, then value
  std::span<const Row> row_lists_;
  std::size_t row_count_ = 0;
};

}  // namespace groundwork::search
