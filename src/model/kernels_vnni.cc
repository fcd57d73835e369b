// OPTIMISATION: products of 8-bit integers, four at a time in each lane (vpdpbusd).
#if defined(__x86_64__)

#include <immintrin.h>

#include "model/kernels.h"

namespace groundwork::model {
namespace {

constexpr std::size_t kRows = 6;
constexpr std::size_t kQuads = kGroup / 4;
constexpr std::size_t kBlock = kQuads * kPanel * 4;  ///< bytes of one group of one panel

/// A row as unsigned bytes around 128, with a scale for each group.
void quantise(const float* row, std::size_t inputs, std::uint8_t* bytes, float* scales) {
  for (std::size_t group = 0; group < inputs / kGroup; ++group) {
    const __m512 low = _mm512_loadu_ps(row + group * kGroup);
    const __m512 high = _mm512_loadu_ps(row + group * kGroup + 16);
    const float largest = _mm512_reduce_max_ps(_mm512_max_ps(_mm512_abs_ps(low), _mm512_abs_ps(high)));
    scales[group] = largest / 127.0F;
    const __m512 inverse = _mm512_set1_ps(largest > 0 ? 127.0F / largest : 0.0F);
    const __m512i middle = _mm512_set1_epi32(128);
    const __m512i first = _mm512_add_epi32(_mm512_cvtps_epi32(_mm512_mul_ps(low, inverse)), middle);
    const __m512i second = _mm512_add_epi32(_mm512_cvtps_epi32(_mm512_mul_ps(high, inverse)), middle);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(bytes + group * kGroup), _mm512_cvtusepi32_epi8(first));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(bytes + group * kGroup + 16), _mm512_cvtusepi32_epi8(second));
  }
}

struct Panel {
  const std::int8_t* bytes;
  const float* scales;
  const std::int32_t* offsets;
  const float* bias;
};

template <std::size_t Rows>
inline void tile(const std::uint8_t* a, const float* a_scales, std::size_t inputs, const Panel& panel, float* out,
                 std::size_t out_stride) {
  const std::size_t groups = inputs / kGroup;
  __m512 left[Rows], right[Rows];
  for (std::size_t r = 0; r < Rows; ++r) {
    left[r] = _mm512_loadu_ps(panel.bias);
    right[r] = _mm512_loadu_ps(panel.bias + 16);
  }
  for (std::size_t group = 0; group < groups; ++group) {
    const std::int8_t* block = panel.bytes + group * kBlock;
    __m512i sum0[Rows], sum1[Rows];
    for (std::size_t r = 0; r < Rows; ++r) {
      sum0[r] = _mm512_loadu_si512(panel.offsets + group * kPanel);
      sum1[r] = _mm512_loadu_si512(panel.offsets + group * kPanel + 16);
    }
#pragma GCC unroll 8
    for (std::size_t quad = 0; quad < kQuads; ++quad) {
      const __m512i b0 = _mm512_loadu_si512(block + quad * kPanel * 4);
      const __m512i b1 = _mm512_loadu_si512(block + quad * kPanel * 4 + 64);
#pragma GCC unroll 8
      for (std::size_t r = 0; r < Rows; ++r) {
        std::int32_t four;
        __builtin_memcpy(&four, a + r * inputs + group * kGroup + quad * 4, 4);
        const __m512i x = _mm512_set1_epi32(four);
        sum0[r] = _mm512_dpbusd_epi32(sum0[r], x, b0);
        sum1[r] = _mm512_dpbusd_epi32(sum1[r], x, b1);
      }
    }
    const __m512 scale0 = _mm512_loadu_ps(panel.scales + group * kPanel);
    const __m512 scale1 = _mm512_loadu_ps(panel.scales + group * kPanel + 16);
    for (std::size_t r = 0; r < Rows; ++r) {
      const __m512 scale = _mm512_set1_ps(a_scales[r * groups + group]);
      left[r] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum0[r]), _mm512_mul_ps(scale, scale0), left[r]);
      right[r] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum1[r]), _mm512_mul_ps(scale, scale1), right[r]);
    }
  }
  for (std::size_t r = 0; r < Rows; ++r) {
    _mm512_storeu_ps(out + r * out_stride, left[r]);
    _mm512_storeu_ps(out + r * out_stride + 16, right[r]);
  }
}

}  // namespace

void linear_vnni(const float* a, std::size_t rows, const LinearWeights& w, float* out) {
  constexpr std::size_t kChunk = 48;      // rows whose bytes stay in the first-level cache's neighbourhood
  constexpr std::size_t kLargest = 2048;  // inputs; checked by pack()
  alignas(64) std::uint8_t bytes[kChunk * kLargest];
  float scales[kChunk * kLargest / kGroup];
  const std::size_t groups = w.inputs / kGroup;
  for (std::size_t start = 0; start < rows; start += kChunk) {
    const std::size_t here = rows - start < kChunk ? rows - start : kChunk;
    for (std::size_t r = 0; r < here; ++r) {
      quantise(a + (start + r) * w.inputs, w.inputs, bytes + r * w.inputs, scales + r * groups);
    }
    for (std::size_t column = 0; column < w.outputs; column += kPanel) {
      const std::size_t block = column / kPanel * groups;
      const Panel panel{w.bytes.data() + block * kBlock, w.scales.data() + block * kPanel,
                        w.offsets.data() + block * kPanel, w.bias.data() + column};
      float* to = out + start * w.outputs + column;
      std::size_t r = 0;
      for (; r + kRows <= here; r += kRows) {
        tile<kRows>(bytes + r * w.inputs, scales + r * groups, w.inputs, panel, to + r * w.outputs, w.outputs);
      }
      for (; r < here; ++r) {
        tile<1>(bytes + r * w.inputs, scales + r * groups, w.inputs, panel, to + r * w.outputs, w.outputs);
      }
    }
  }
}

}  // namespace groundwork::model

#endif
