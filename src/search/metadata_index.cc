#include "search/metadata_index.h"

#include <algorithm>

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;

namespace {

bool holds(const Condition& condition, std::string_view value) {
  if (condition.kind != Condition::Kind::kBetween) {
    return std::ranges::find(condition.values, value) != condition.values.end();
  }
  const auto number = number_of(value);
  if (!number) return false;
  const bool above = condition.low_excluded ? *number > condition.low : *number >= condition.low;
  return above && (condition.high_excluded ? *number < condition.high : *number <= condition.high);
}

}  // namespace

void MetadataBuilder::add(Row row, const base::json::object& metadata) {
  for (const auto& [key, value] : metadata) {
    const auto add_one = [&, &name = key](const base::json::value& one) {
      const auto text = canonical_scalar(one);
      if (!text) return;
      std::vector<Row>& rows = rows_[{std::string(name), *text}];
      if (rows.empty() || rows.back() != row) rows.push_back(row);
    };
    if (const auto* list = value.if_array()) {
      for (const base::json::value& one : *list) add_one(one);
    } else {
      add_one(value);
    }
  }
}

void MetadataBuilder::finish(SegmentFileWriter& writer) const {
  std::string text;
  std::vector<MetadataIndex::Entry> entries;
  std::vector<Row> lists;
  for (const auto& [name, rows] : rows_) {
    MetadataIndex::Entry entry;
    entry.key_begin = static_cast<std::uint32_t>(text.size());
    entry.key_size = static_cast<std::uint32_t>(name.first.size());
    text += name.first;
    entry.value_begin = static_cast<std::uint32_t>(text.size());
    entry.value_size = static_cast<std::uint32_t>(name.second.size());
    text += name.second;
    entry.rows_begin = static_cast<std::uint32_t>(lists.size());
    entry.rows_count = static_cast<std::uint32_t>(rows.size());
    lists.insert(lists.end(), rows.begin(), rows.end());
    entries.push_back(entry);
  }
  writer.add("metadata_text", std::move(text));
  writer.add_array<MetadataIndex::Entry>("metadata", entries);
  writer.add_array<Row>("metadata_rows", lists);
}

Result<MetadataIndex> MetadataIndex::open(std::shared_ptr<const SegmentFile> file, std::size_t rows) {
  MetadataIndex index;
  index.file_ = std::move(file);
  index.row_count_ = rows;
  GW_TRY(const auto text, index.file_->array<char>("metadata_text"));
  index.text_ = {text.data(), text.size()};
  GW_TRY(index.entries_, index.file_->array<Entry>("metadata"));
  GW_TRY(index.row_lists_, index.file_->array<Row>("metadata_rows"));
  const auto inside = [](std::uint32_t begin, std::uint32_t size, std::size_t whole) {
    return begin <= whole && size <= whole - begin;
  };
  const bool good = std::ranges::all_of(index.entries_,
                                        [&](const Entry& entry) {
                                          return inside(entry.key_begin, entry.key_size, text.size()) &&
                                                 inside(entry.value_begin, entry.value_size, text.size()) &&
                                                 inside(entry.rows_begin, entry.rows_count, index.row_lists_.size());
                                        }) &&
                    std::ranges::all_of(index.row_lists_, [&](Row row) { return row < rows; });
  if (!good) return make_error(Code::kDataLoss, "the index contradicts itself: its metadata", index.file_->name());
  return index;
}

Bitmap MetadataIndex::rows(const Condition& condition) const {
  Bitmap found(row_count_);
  const auto begin =
      std::ranges::lower_bound(entries_, condition.key, {}, [&](const Entry& entry) { return key(entry); });
  for (auto entry = begin; entry != entries_.end() && key(*entry) == condition.key; ++entry) {
    if (!holds(condition, value(*entry))) continue;
    for (const Row row : row_lists_.subspan(entry->rows_begin, entry->rows_count)) found.set(row);
  }
  if (condition.kind == Condition::Kind::kNot) found.flip();
  return found;
}

Bitmap MetadataIndex::rows(const Filter& filter) const {
  Bitmap allowed(row_count_, true);
  for (const Condition& condition : filter.conditions) allowed &= rows(condition);
  return allowed;
}

std::map<std::string, std::map<std::string, std::size_t>> MetadataIndex::values() const {
  std::map<std::string, std::map<std::string, std::size_t>> all;
  for (const Entry& entry : entries_) all[std::string(key(entry))][std::string(value(entry))] += entry.rows_count;
  return all;
}

}  // namespace groundwork::search
