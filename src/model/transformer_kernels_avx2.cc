#include "model/transformer_kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define GW_LANES 8
#include "model/kernels_lanes.inc"

namespace groundwork::model {
namespace {

inline __m256 from_half(const std::uint16_t* from) {
  return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}

void quantise(const float* row, std::size_t inputs, const ByteRows& rows, std::size_t index) {
  const __m256 sign = _mm256_set1_ps(-0.0F);
  for (std::size_t group = 0; group < inputs / kQ4Inputs; ++group) {
    const float* from = row + group * kQ4Inputs;
    __m256 values[4];
    __m256 most = _mm256_setzero_ps();
    for (int i = 0; i < 4; ++i) {
      values[i] = _mm256_loadu_ps(from + i * 8);
      most = _mm256_max_ps(most, _mm256_andnot_ps(sign, values[i]));
    }
    float largest = 0;
    for (int i = 0; i < 8; ++i) largest = most[i] > largest ? most[i] : largest;
    const float scale = largest / 127.0F;
    const __m256 inverse = _mm256_set1_ps(largest > 0 ? 127.0F / largest : 0.0F);
    __m256i integers[4];
    __m256i total = _mm256_setzero_si256();
    for (int i = 0; i < 4; ++i) {
      integers[i] = _mm256_cvtps_epi32(_mm256_mul_ps(values[i], inverse));
      total = _mm256_add_epi32(total, integers[i]);
    }
    std::int32_t sum = 0;
    std::int32_t parts[8];
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(parts), total);
    for (const std::int32_t part : parts) sum += part;
    const __m256i low = _mm256_packs_epi32(integers[0], integers[1]);
    const __m256i high = _mm256_packs_epi32(integers[2], integers[3]);
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    const __m256i bytes = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(low, high), order);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(rows.bytes + index * inputs + group * kQ4Inputs), bytes);
    rows.scales[index * (inputs / kQ4Inputs) + group] = scale;
    rows.sums[index * (inputs / kQ4Inputs) + group] = scale * static_cast<float>(sum);
  }
}

/// Rows by 8 outputs. 16 products of at most 15 * 127 add up in 16 bits, so a group needs no wider sums on the way.
template <std::size_t Rows>
inline void q4_tile(const std::int8_t* bytes, const float* scales, const float* sums, std::size_t inputs,
                    const Q4Block* weights, float* out, std::size_t stride, bool added) {
  const std::size_t groups = inputs / kQ4Inputs;
  const __m256i lower = _mm256_set1_epi8(0x0F);
  const __m256i ones = _mm256_set1_epi16(1);
  __m256 result[Rows];
  for (std::size_t r = 0; r < Rows; ++r) result[r] = added ? _mm256_loadu_ps(out + r * stride) : _mm256_setzero_ps();
  for (std::size_t group = 0; group < groups; ++group) {
    const Q4Block& block = weights[group];
    __m256i products[Rows];
    for (std::size_t r = 0; r < Rows; ++r) products[r] = _mm256_setzero_si256();
#pragma GCC unroll 4
    for (std::size_t j = 0; j < 4; ++j) {
      const __m256i both = _mm256_load_si256(reinterpret_cast<const __m256i*>(block.nibbles[j]));
      const __m256i first = _mm256_and_si256(both, lower);
      const __m256i second = _mm256_and_si256(_mm256_srli_epi16(both, 4), lower);
#pragma GCC unroll 4
      for (std::size_t r = 0; r < Rows; ++r) {
        const std::int8_t* from = bytes + r * inputs + group * kQ4Inputs + j * 4;
        std::int32_t four;
        std::int32_t other;
        __builtin_memcpy(&four, from, sizeof four);
        __builtin_memcpy(&other, from + 16, sizeof other);
        products[r] = _mm256_add_epi16(products[r], _mm256_maddubs_epi16(first, _mm256_set1_epi32(four)));
        products[r] = _mm256_add_epi16(products[r], _mm256_maddubs_epi16(second, _mm256_set1_epi32(other)));
      }
    }
    const __m256 scale = from_half(block.scales);
    const __m256 minimum = from_half(block.minimums);
#pragma GCC unroll 4
    for (std::size_t r = 0; r < Rows; ++r) {
      const __m256 total = _mm256_cvtepi32_ps(_mm256_madd_epi16(products[r], ones));
      const __m256 both_scales = _mm256_mul_ps(scale, _mm256_set1_ps(scales[r * groups + group]));
      result[r] = _mm256_fmadd_ps(total, both_scales, result[r]);
      result[r] = _mm256_fmadd_ps(minimum, _mm256_set1_ps(sums[r * groups + group]), result[r]);
    }
  }
  for (std::size_t r = 0; r < Rows; ++r) _mm256_storeu_ps(out + r * stride, result[r]);
}

using Q4Tile = void (*)(const std::int8_t*, const float*, const float*, std::size_t, const Q4Block*, float*,
                        std::size_t, bool);
constexpr Q4Tile kQ4Tiles[] = {nullptr, q4_tile<1>, q4_tile<2>, q4_tile<3>, q4_tile<4>};

void multiply_q4(const ByteRows& a, std::size_t rows, std::size_t inputs, const Q4Block* weights, const Outputs& out) {
  constexpr std::size_t kRows = 4;
  const std::size_t groups = inputs / kQ4Inputs;
  for (std::size_t output = out.first; output < out.last; output += kQ4Outputs) {
    const Q4Block* panel = weights + output / kQ4Outputs * groups;
    for (std::size_t r = 0, tall; r < rows; r += tall) {
      const std::size_t tiles = (rows - r + kRows - 1) / kRows;
      tall = (rows - r + tiles - 1) / tiles;
      kQ4Tiles[tall](a.bytes + r * inputs, a.scales + r * groups, a.sums + r * groups, inputs, panel,
                     out.to + r * out.stride + output, out.stride, out.added);
    }
  }
}

void rms_norm(const float* x, const float* gamma, std::size_t width, float epsilon, float* out) {
  Lanes squares{};
  for (std::size_t i = 0; i < width; i += GW_LANES) squares += load(x + i) * load(x + i);
  const float scale = 1.0F / __builtin_sqrtf(sum(squares) / static_cast<float>(width) + epsilon);
  for (std::size_t i = 0; i < width; i += GW_LANES) store(out + i, load(x + i) * scale * load(gamma + i));
}

void rotate(float* x, const float* table, std::size_t width, float scale) {
  for (std::size_t i = 0; i < width; i += 2) {
    const float real = x[i] * table[i] - x[i + 1] * table[i + 1];
    const float imaginary = x[i] * table[i + 1] + x[i + 1] * table[i];
    x[i] = real * scale;
    x[i + 1] = imaginary * scale;
  }
}

void swiglu(float* gate, const float* up, std::size_t count) {
  for (std::size_t i = 0; i < count; i += GW_LANES) {
    const Lanes x = load(gate + i);
    store(gate + i, x / (1.0F + exponential(-x)) * load(up + i));
  }
}

void to_half(const float* from, std::size_t count, std::uint16_t* to) {
  for (std::size_t i = 0; i < count; i += GW_LANES) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i), _mm256_cvtps_ph(_mm256_loadu_ps(from + i), 0));
  }
}

/// scores[h][i] = queries[h] . keys[cells[i]], four cells at a time; behind the last one the last one's again.
template <std::size_t Heads>
inline void scores_of(const float* queries, std::size_t width, const AttendedCells& to, float* scores,
                      std::size_t padded) {
  for (std::size_t i = 0; i < to.count; i += 4) {
    const std::uint16_t* keys[4];
    for (std::size_t c = 0; c < 4; ++c) {
      keys[c] = to.keys + static_cast<std::size_t>(to.cells[i + c < to.count ? i + c : to.count - 1]) * width;
    }
    __m256 sums[Heads][4];
    for (std::size_t h = 0; h < Heads; ++h) {
      for (std::size_t c = 0; c < 4; ++c) sums[h][c] = _mm256_setzero_ps();
    }
    for (std::size_t d = 0; d < width; d += GW_LANES) {
      __m256 query[Heads];
      for (std::size_t h = 0; h < Heads; ++h) query[h] = _mm256_loadu_ps(queries + h * width + d);
#pragma GCC unroll 4
      for (std::size_t c = 0; c < 4; ++c) {
        const __m256 key = from_half(keys[c] + d);
#pragma GCC unroll 4
        for (std::size_t h = 0; h < Heads; ++h) sums[h][c] = _mm256_fmadd_ps(key, query[h], sums[h][c]);
      }
    }
    for (std::size_t h = 0; h < Heads; ++h) {
      const __m256 pairs =
          _mm256_hadd_ps(_mm256_hadd_ps(sums[h][0], sums[h][1]), _mm256_hadd_ps(sums[h][2], sums[h][3]));
      const __m128 four = _mm_add_ps(_mm256_castps256_ps128(pairs), _mm256_extractf128_ps(pairs, 1));
      _mm_storeu_ps(scores + h * padded + i, four);
    }
  }
}

template <std::size_t Heads>
inline void mean_of(const float* weights, std::size_t padded, const float* norms, std::size_t width,
                    const AttendedCells& to, float* out) {
  for (std::size_t d = 0; d < width; d += 4 * GW_LANES) {
    __m256 result[Heads][4];
    for (std::size_t h = 0; h < Heads; ++h) {
      for (std::size_t part = 0; part < 4; ++part) result[h][part] = _mm256_setzero_ps();
    }
    for (std::size_t i = 0; i < to.count; ++i) {
      const std::uint16_t* value = to.values + static_cast<std::size_t>(to.cells[i]) * width + d;
      __m256 weight[Heads];
      for (std::size_t h = 0; h < Heads; ++h) weight[h] = _mm256_broadcast_ss(weights + h * padded + i);
#pragma GCC unroll 4
      for (std::size_t part = 0; part < 4; ++part) {
        const __m256 values = from_half(value + part * GW_LANES);
#pragma GCC unroll 4
        for (std::size_t h = 0; h < Heads; ++h) result[h][part] = _mm256_fmadd_ps(values, weight[h], result[h][part]);
      }
    }
    for (std::size_t h = 0; h < Heads; ++h) {
      for (std::size_t part = 0; part < 4; ++part) {
        _mm256_storeu_ps(out + h * width + d + part * GW_LANES,
                         _mm256_mul_ps(result[h][part], _mm256_set1_ps(norms[h])));
      }
    }
  }
}

template <std::size_t Heads>
inline void attend_together(const float* queries, std::size_t width, const AttendedCells& to, float* scratch,
                            float* out) {
  const std::size_t padded = attend_scratch(to.count);
  scores_of<Heads>(queries, width, to, scratch, padded);
  float norms[Heads];
  for (std::size_t h = 0; h < Heads; ++h) {
    for (std::size_t i = to.count; i < padded; ++i) scratch[h * padded + i] = -1e30F;  // e^x leaves nothing of it
    norms[h] = softmax(scratch + h * padded, padded);
  }
  mean_of<Heads>(scratch, padded, norms, width, to, out);
}

/// OPTIMISATION: up to three heads that share keys and values use what is loaded of them together.
void attend(const float* queries, std::size_t heads, std::size_t width, const AttendedCells& to, float* scratch,
            float* out) {
  std::size_t h = 0;
  for (; h + 3 <= heads; h += 3) attend_together<3>(queries + h * width, width, to, scratch, out + h * width);
  for (; h + 2 <= heads; h += 2) attend_together<2>(queries + h * width, width, to, scratch, out + h * width);
  for (; h < heads; ++h) attend_together<1>(queries + h * width, width, to, scratch, out + h * width);
}

constexpr TransformerKernels kKernels{&quantise, &multiply_q4, &multiply_madd, &rms_norm,
                                      &rotate,   &swiglu,      &to_half,       &attend};

}  // namespace

const TransformerKernels* transformer_kernels_avx2() { return &kKernels; }

}  // namespace groundwork::model

#endif
