#pragma once

// The vectors of a segment, compared one by one. In scope: exact similarities. Not in scope: where vectors come from,
// how to compare fewer (hnsw.h).

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "search/bitmap.h"
#include "search/hit.h"
#include "search/segment_file.h"

namespace groundwork::search {

/// The sum of the products. Both of one size. Uses what the processor has: AVX-512, AVX2 with FMA, or neither; the last
/// bits differ between them.
float dot(std::span<const float> a, std::span<const float> b);

class VectorsBuilder {
 public:
  explicit VectorsBuilder(std::size_t dimensions) : dimensions_(dimensions) {}
  /// @param vector  `dimensions` numbers, of length 1
  void add(std::span<const float> vector);
  void finish(SegmentFileWriter& writer) &&;

  std::size_t dimensions() const { return dimensions_; }
  std::span<const float> values() const { return values_; }

 private:
  std::size_t dimensions_;
  std::vector<float> values_;
};

/// [rows][dimensions] floats, of length 1, so that the inner product is the cosine. Valid as long as the file.
class Vectors {
 public:
  /// @errors kDataLoss
  static base::Result<Vectors> open(const SegmentFile& file, std::size_t rows);

  /// 0 where the segment was made without vectors.
  std::size_t dimensions() const { return dimensions_; }
  std::span<const float> row(Row row) const { return values_.subspan(row * dimensions_, dimensions_); }

  /// The k most similar rows by ranks_before, exactly. @param query  of dimensions() numbers
  std::vector<Hit> nearest(std::span<const float> query, std::size_t k, const Bitmap* allowed = nullptr) const;

 private:
  std::span<const float> values_;
  std::size_t dimensions_ = 0;
  std::size_t rows_ = 0;
};

}  // namespace groundwork::search
