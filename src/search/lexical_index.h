#pragma once

// The inverted index of a segment, read where it is mapped. In scope: terms, their postings, lengths. Not in scope:
// statistics over several segments, scores.

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "search/posting_list.h"
#include "search/segment_file.h"

namespace groundwork::search {

/// A term's place among the sorted terms of a segment.
using TermId = std::uint32_t;

/// Immutable and thread-safe. Whatever the bytes are, nothing outside of them is read.
class LexicalIndex {
 public:
  /// @errors kDataLoss: the sections contradict each other
  static base::Result<LexicalIndex> open(std::shared_ptr<const SegmentFile> file);

  std::size_t rows() const { return lengths_.size(); }
  std::size_t terms() const { return terms_.size() - 1; }
  std::uint64_t total_length() const { return total_length_; }
  std::span<const std::uint32_t> lengths() const { return lengths_; }

  std::optional<TermId> find(std::string_view term) const;
  std::string_view term(TermId id) const;
  /// The first term that is not before `text`; terms() where there is none.
  TermId lower_bound(std::string_view text) const;

  std::uint32_t documents(TermId id) const { return terms_[id].documents; }
  std::span<const BlockEntry> blocks(TermId id) const {
    return blocks_.subspan(terms_[id].first_block, terms_[id + 1].first_block - terms_[id].first_block);
  }
  /// Of a block that blocks() gave.
  std::span<const Impact> impacts(const BlockEntry& block) const {
    return impacts_.subspan(block.first_impact, (&block)[1].first_impact - block.first_impact);
  }
  void decode(TermId id, std::size_t block, PostingBlock& out) const;

  /// The rows that contain the term, rising.
  std::vector<Row> rows_of(TermId id) const;

  /// Where the terms follow each other, each `offsets[i]` words behind the first: the rows, rising.
  std::vector<Row> rows_of_phrase(std::span<const TermId> ids, std::span<const std::uint32_t> offsets) const;

 private:
  explicit LexicalIndex(std::shared_ptr<const SegmentFile> file) : file_(std::move(file)) {}
  base::Status check() const;
  std::vector<std::vector<std::uint32_t>> positions_of(TermId id, std::span<const Row> rows) const;

  std::shared_ptr<const SegmentFile> file_;
  std::string_view term_text_;
  std::span<const std::uint32_t> term_offsets_;
  std::span<const TermEntry> terms_;
  std::span<const BlockEntry> blocks_;
  std::span<const Impact> impacts_;
  std::span<const std::byte> postings_;
  std::span<const std::byte> positions_;
  std::span<const std::uint32_t> lengths_;
  std::uint64_t total_length_ = 0;
};

}  // namespace groundwork::search
