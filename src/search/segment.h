#pragma once

// A part of an index that never changes: some documents, their inverted index, metadata and vectors, in one file.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "search/document.h"
#include "search/hnsw.h"
#include "search/hnsw_builder.h"
#include "search/lexical_builder.h"
#include "search/lexical_index.h"
#include "search/metadata_index.h"
#include "search/vectors.h"

namespace groundwork::search {

class SegmentBuilder {
 public:
  /// @param dimensions  of the vectors; 0: the segment has none
  SegmentBuilder(std::uint32_t title_weight, std::size_t dimensions) : lexical_(title_weight), vectors_(dimensions) {}

  /// @param vector  of length 1, as many numbers as the segment has dimensions
  void add(const Document& document, std::span<const float> vector);

  std::size_t rows() const { return ids_.size(); }

  /// Makes the graph of the vectors that were added, of which there must be some. After the last add().
  /// @errors kCancelled
  base::Status make_graph(const HnswOptions& options, const GraphProgress& progress = {},
                          const std::stop_token& stop = {});

  SegmentFileWriter finish() &&;

 private:
  LexicalBuilder lexical_;
  MetadataBuilder metadata_;
  VectorsBuilder vectors_;
  SegmentFileWriter writer_;
  std::vector<std::string> ids_;
  std::string stored_;
  std::vector<std::uint64_t> stored_offsets_{0};
};

/// Immutable, thread-safe.
class Segment {
 public:
  /// @errors kNotFound; kDataLoss: damaged, or sections that contradict each other
  static base::Result<std::shared_ptr<const Segment>> open(std::shared_ptr<const SegmentFile> file);

  std::size_t rows() const { return lexical_.rows(); }
  const LexicalIndex& lexical() const { return lexical_; }
  const MetadataIndex& metadata() const { return metadata_; }
  const Vectors& vectors() const { return vectors_; }
  const std::optional<Hnsw>& graph() const { return graph_; }

  std::optional<Row> find(std::string_view id) const;
  std::string_view id(Row row) const;
  /// @errors kDataLoss
  base::Result<Document> document(Row row) const;

 private:
  Segment(std::shared_ptr<const SegmentFile> file, LexicalIndex lexical, MetadataIndex metadata, Vectors vectors)
      : file_(std::move(file)), lexical_(std::move(lexical)), metadata_(std::move(metadata)), vectors_(vectors) {}
  base::Status open_ids();

  std::shared_ptr<const SegmentFile> file_;
  LexicalIndex lexical_;
  MetadataIndex metadata_;
  Vectors vectors_;
  std::optional<Hnsw> graph_;
  std::string_view id_text_;
  std::span<const std::uint32_t> id_offsets_;
  std::span<const Row> id_order_;  ///< rows by id
  std::string_view stored_;
  std::span<const std::uint64_t> stored_offsets_;
};

}  // namespace groundwork::search
