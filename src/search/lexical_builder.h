#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "search/analyzer.h"
#include "search/hit.h"
#include "search/segment_file.h"

namespace groundwork::search {

/// Positions between the last word of a title and the first of the text, so that no phrase spans both.
inline constexpr std::uint32_t kFieldGap = 100;

/// Collects an inverted index of documents with a title and a text, in memory, and adds it to a segment as the sections
/// that LexicalIndex reads. A word in the title counts `title_weight` times, in frequency and in length: BM25F with one
/// b for both fields. @source Robertson, Zaragoza, Taylor 2004, "Simple BM25 extension to multiple weighted fields"
class LexicalBuilder {
 public:
  explicit LexicalBuilder(std::uint32_t title_weight = 1) : title_weight_(title_weight) {}

  /// Rows are numbered in the order of the calls.
  void add(std::string_view title, std::string_view text);

  void finish(SegmentFileWriter& writer) &&;

  std::size_t rows() const { return lengths_.size(); }

 private:
  struct Postings {
    std::vector<Row> rows;
    std::vector<std::uint32_t> frequencies;
    std::vector<std::size_t> block_positions;  ///< where the positions of each block begin
    std::string positions;
  };
  struct Occurrence {
    std::uint32_t term = 0;
    std::uint32_t position = 0;
    std::uint32_t weight = 1;
  };
  void add_field(std::string_view text, std::uint32_t weight, std::uint32_t first_position);

  std::uint32_t title_weight_;
  Analyzer analyzer_;
  std::unordered_map<std::string, std::uint32_t> terms_;
  std::vector<Postings> postings_;
  std::vector<std::uint32_t> lengths_;
  std::vector<Occurrence> occurrences_;  ///< of the document that is being added
  std::uint32_t next_position_ = 0;
  std::uint32_t length_ = 0;
};

}  // namespace groundwork::search
