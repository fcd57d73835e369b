#include "search/byte_vectors.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace groundwork::search {
namespace {

constexpr int kZero = 128;

/// The sums of one query with `count` vectors of `bytes` bytes.
using Dots = void (*)(const std::int8_t* query, const std::uint8_t* codes, std::size_t bytes, const Row* which,
                      std::size_t count, std::int32_t* out);

void dots_portable(const std::int8_t* query, const std::uint8_t* codes, std::size_t bytes, const Row* which,
                   std::size_t count, std::int32_t* out) {
  for (std::size_t k = 0; k < count; ++k) {
    const std::uint8_t* code = codes + which[k] * bytes;
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < bytes; ++i) sum += std::int32_t{code[i]} * std::int32_t{query[i]};
    out[k] = sum;
  }
}

#if defined(__x86_64__)
// OPTIMISATION: a vector's lines are asked for while the vectors before it are multiplied. See
// docs/decisions/0008-hnsw.md.
constexpr std::size_t kAhead = 4;
constexpr std::size_t kLine = 64;

inline void prefetch(const std::uint8_t* code, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; i += kLine) _mm_prefetch(reinterpret_cast<const char*>(code + i), _MM_HINT_T0);
}

__attribute__((target("avx2"))) void dots_avx2(const std::int8_t* query, const std::uint8_t* codes, std::size_t bytes,
                                               const Row* which, std::size_t count, std::int32_t* out) {
  for (std::size_t k = 0; k < std::min(count, kAhead); ++k) prefetch(codes + which[k] * bytes, bytes);
  for (std::size_t k = 0; k < count; ++k) {
    if (k + kAhead < count) prefetch(codes + which[k + kAhead] * bytes, bytes);
    const std::uint8_t* code = codes + which[k] * bytes;
    __m256i sum = _mm256_setzero_si256();
    for (std::size_t i = 0; i < bytes; i += 16) {
      const __m256i a = _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(code + i)));
      const __m256i b = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(query + i)));
      sum = _mm256_add_epi32(sum, _mm256_madd_epi16(a, b));
    }
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1));
    out[k] = _mm_cvtsi128_si32(half);
  }
}

__attribute__((target("avx2,avx512f,avx512vnni"))) void dots_vnni(const std::int8_t* query, const std::uint8_t* codes,
                                                                  std::size_t bytes, const Row* which,
                                                                  std::size_t count, std::int32_t* out) {
  for (std::size_t k = 0; k < std::min(count, kAhead); ++k) prefetch(codes + which[k] * bytes, bytes);
  for (std::size_t k = 0; k < count; ++k) {
    if (k + kAhead < count) prefetch(codes + which[k + kAhead] * bytes, bytes);
    const std::uint8_t* code = codes + which[k] * bytes;
    __m512i even = _mm512_setzero_si512();
    __m512i odd = _mm512_setzero_si512();
    std::size_t i = 0;
    for (; i + 2 * kLine <= bytes; i += 2 * kLine) {
      even = _mm512_dpbusd_epi32(even, _mm512_loadu_si512(code + i), _mm512_loadu_si512(query + i));
      odd = _mm512_dpbusd_epi32(odd, _mm512_loadu_si512(code + i + kLine), _mm512_loadu_si512(query + i + kLine));
    }
    if (i < bytes) even = _mm512_dpbusd_epi32(even, _mm512_loadu_si512(code + i), _mm512_loadu_si512(query + i));
    alignas(kLine) std::int32_t sums[16];
    _mm512_store_si512(sums, _mm512_add_epi32(even, odd));
    __m256i half = _mm256_add_epi32(_mm256_load_si256(reinterpret_cast<const __m256i*>(sums)),
                                    _mm256_load_si256(reinterpret_cast<const __m256i*>(sums + 8)));
    half = _mm256_hadd_epi32(half, half);
    half = _mm256_hadd_epi32(half, half);
    out[k] = _mm256_extract_epi32(half, 0) + _mm256_extract_epi32(half, 4);
  }
}
#endif

Dots choose() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512vnni") != 0) return dots_vnni;
  if (__builtin_cpu_supports("avx2") != 0) return dots_avx2;
#endif
  return dots_portable;
}
const Dots kDots = choose();

}  // namespace

float largest_magnitude(std::span<const float> values) {
  float largest = 0;
  for (const float value : values) {
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  }
  return largest > 0 ? largest : 1;
}

void encode(std::span<const float> vector, float largest, std::span<std::uint8_t> out) {
  assert(out.size() == code_bytes(vector.size()));
  for (std::size_t i = 0; i < vector.size(); ++i) {
    const float scaled = std::isfinite(vector[i]) ? std::clamp(vector[i] / largest, -1.0F, 1.0F) * 127 : 0;
    out[i] = static_cast<std::uint8_t>(static_cast<int>(std::lround(scaled)) + kZero);
  }
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(vector.size()), out.end(), std::uint8_t{kZero});
}

ByteQuery::ByteQuery(std::span<const float> vector) {
  std::vector<std::uint8_t> codes(code_bytes(vector.size()));
  encode(vector, largest_magnitude(vector), codes);
  assign(codes);
}

void ByteQuery::assign(std::span<const std::uint8_t> codes) {
  values_.resize(codes.size());
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    // A code of 0 is only in a damaged file.
    const int value = std::max(static_cast<int>(codes[i]) - kZero, -127);
    values_[i] = static_cast<std::int8_t>(value);
    sum += value;
  }
  offset_ = kZero * sum;
}

void byte_dots(const ByteQuery& query, std::span<const std::uint8_t> codes, std::span<const Row> which,
               std::int32_t* out) {
  kDots(query.values().data(), codes.data(), query.values().size(), which.data(), which.size(), out);
  for (std::size_t k = 0; k < which.size(); ++k) out[k] -= query.offset();
}

}  // namespace groundwork::search
