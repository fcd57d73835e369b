#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/kernels.h"

namespace groundwork::model {

/// Outputs of a weight in 4 bits that are computed together, and inputs that share a scale.
inline constexpr std::size_t kQ4Outputs = 8;
inline constexpr std::size_t kQ4Inputs = 32;

/// 32 inputs of 8 outputs: weight = scale * q + minimum with q of 0 to 15, as ggml's Q4_1 has it (Q4_0's minimum is -8
/// scales). Byte c * 4 + k of row j holds of output c input 4 j + k in its lower half and input 16 + 4 j + k in the
/// upper.
struct alignas(32) Q4Block {
  std::uint8_t nibbles[4][32];
  std::uint16_t scales[kQ4Outputs];    ///< float16
  std::uint16_t minimums[kQ4Outputs];  ///< float16
};
static_assert(sizeof(Q4Block) == 160);

/// Activations in 8 bits with a scale for every 32.
struct ByteRows {
  std::int8_t* bytes;  ///< [rows][inputs]
  float* scales;       ///< [rows][inputs / 32]
  float* sums;         ///< the same shape: the sum of the group's values as rounded
};

/// Where outputs `first` to `last` of a product go. Both are multiples of 16, or `last` is the end.
struct Outputs {
  std::size_t first;
  std::size_t last;
  float* to;  ///< [rows][stride]; output `first` of the product stands at to[first]
  std::size_t stride;
  bool added;  ///< to what is there, or in its place
};

/// The keys and values that a query attends to: float16, one row of `width` for each cell.
struct AttendedCells {
  const std::uint16_t* keys;
  const std::uint16_t* values;
  const std::int32_t* cells;
  std::size_t count;
};

/// What a decoder-only transformer computes. Every row is computed the same whatever stands beside it. Thread-safe:
/// nothing is kept between calls.
struct TransformerKernels {
  void (*quantise)(const float* row, std::size_t inputs, const ByteRows& rows, std::size_t index);
  /// rows times weights [outputs / 8][inputs / 32]
  void (*multiply_q4)(const ByteRows& a, std::size_t rows, std::size_t inputs, const Q4Block* weights,
                      const Outputs& out);
  /// a [rows][inputs] times weights in 12 bits; a is rounded to 12 bits too
  void (*multiply)(const float* a, std::size_t rows, const LinearWeights& weights, const Outputs& out);
  /// out = x / sqrt(mean of x^2 + epsilon) * gamma
  void (*rms_norm)(const float* x, const float* gamma, std::size_t width, float epsilon, float* out);
  /// Turns neighbours (x[2i], x[2i+1]) by the angle whose cosine and sine are table[2i] and table[2i+1], and scales.
  void (*rotate)(float* x, const float* table, std::size_t width, float scale);
  /// gate = gate * sigmoid(gate) * up; a multiple of 8
  void (*swiglu)(float* gate, const float* up, std::size_t count);
  void (*to_half)(const float* from, std::size_t count, std::uint16_t* to);  ///< a multiple of 8
  /// Softmax attention of `heads` queries with the same keys and values. Queries and out are [heads][width], width a
  /// multiple of 32. @param scratch  heads * attend_scratch(count) floats
  void (*attend)(const float* queries, std::size_t heads, std::size_t width, const AttendedCells& to, float* scratch,
                 float* out);
};

constexpr std::size_t attend_scratch(std::size_t cells) { return (cells + 7) / 8 * 8; }

/// Null where the processor lacks AVX2, FMA or F16C.
const TransformerKernels* transformer_kernels();
/// The table itself: its file alone is compiled for these instructions.
const TransformerKernels* transformer_kernels_avx2();

/// As linear_madd, for some outputs.
void multiply_madd(const float* a, std::size_t rows, const LinearWeights& weights, const Outputs& out);

}  // namespace groundwork::model
