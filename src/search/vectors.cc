#include "search/vectors.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;

namespace {

using Dot = float (*)(const float*, const float*, std::size_t);

float dot_portable(const float* a, const float* b, std::size_t size) {
  float sums[8] = {};
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    for (std::size_t lane = 0; lane < 8; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  }
  float sum = 0;
  for (const float lane : sums) sum += lane;
  for (; i < size; ++i) sum += a[i] * b[i];
  return sum;
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) float dot_avx2(const float* a, const float* b, std::size_t size) {
  __m256 low = _mm256_setzero_ps();
  __m256 high = _mm256_setzero_ps();
  std::size_t i = 0;
  for (; i + 16 <= size; i += 16) {
    low = _mm256_fmadd_ps(_mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i), low);
    high = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 8), _mm256_loadu_ps(b + i + 8), high);
  }
  alignas(32) float sums[8];
  _mm256_store_ps(sums, _mm256_add_ps(low, high));
  float sum = 0;
  for (const float lane : sums) sum += lane;
  for (; i < size; ++i) sum += a[i] * b[i];
  return sum;
}

__attribute__((target("avx512f"))) float dot_avx512(const float* a, const float* b, std::size_t size) {
  __m512 low = _mm512_setzero_ps();
  __m512 high = _mm512_setzero_ps();
  std::size_t i = 0;
  for (; i + 32 <= size; i += 32) {
    low = _mm512_fmadd_ps(_mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i), low);
    high = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 16), _mm512_loadu_ps(b + i + 16), high);
  }
  alignas(64) float sums[16];
  _mm512_store_ps(sums, _mm512_add_ps(low, high));
  float sum = 0;
  for (const float lane : sums) sum += lane;
  for (; i < size; ++i) sum += a[i] * b[i];
  return sum;
}
#endif

Dot choose() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") != 0) return dot_avx512;
  if (__builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0) return dot_avx2;
#endif
  return dot_portable;
}
const Dot kDot = choose();

}  // namespace

float dot(std::span<const float> a, std::span<const float> b) {
  assert(a.size() == b.size());
  return kDot(a.data(), b.data(), a.size());
}

void VectorsBuilder::add(std::span<const float> vector) {
  assert(vector.size() == dimensions_);
  values_.insert(values_.end(), vector.begin(), vector.end());
}

void VectorsBuilder::finish(SegmentFileWriter& writer) && {
  const std::uint64_t dimensions = dimensions_;
  writer.add_array<std::uint64_t>("vector_shape", {&dimensions, 1});
  writer.add_array<float>("vectors", values_);
}

Result<Vectors> Vectors::open(const SegmentFile& file, std::size_t rows) {
  Vectors vectors;
  GW_TRY(const auto shape, file.array<std::uint64_t>("vector_shape"));
  GW_TRY(vectors.values_, file.array<float>("vectors"));
  constexpr std::uint64_t kDimensionsAtMost = 1 << 16;
  if (shape.size() != 1 || shape[0] > kDimensionsAtMost || vectors.values_.size() != shape[0] * rows) {
    return make_error(Code::kDataLoss, "the index contradicts itself: its vectors", file.name());
  }
  vectors.dimensions_ = shape[0];
  vectors.rows_ = rows;
  return vectors;
}

std::vector<Hit> Vectors::nearest(std::span<const float> query, std::size_t k, const Bitmap* allowed) const {
  std::vector<Hit> best;
  if (dimensions_ == 0 || k == 0) return best;
  const auto offer = [&](Row candidate) {
    const Hit hit{candidate, dot(query, row(candidate))};
    if (!std::isfinite(hit.score)) return;
    if (best.size() < k) {
      best.push_back(hit);
      std::ranges::push_heap(best, ranks_before);
    } else if (ranks_before(hit, best.front())) {
      std::ranges::pop_heap(best, ranks_before);
      best.back() = hit;
      std::ranges::push_heap(best, ranks_before);
    }
  };
  if (allowed != nullptr) {
    allowed->for_each(offer);
  } else {
    for (std::size_t i = 0; i < rows_; ++i) offer(static_cast<Row>(i));
  }
  std::ranges::sort(best, ranks_before);
  return best;
}

}  // namespace groundwork::search
