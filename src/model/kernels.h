#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace groundwork::model {

/// The instruction sets that the encoder has code for, slowest first.
enum class Instructions : std::uint8_t { kPortable, kAvx2, kAvx512, kAvx512Vnni };

std::string_view to_string(Instructions instructions);

/// The best that this processor has.
Instructions best_instructions();

/// Columns that are computed together: weights are laid out in panels of this width.
inline constexpr std::size_t kPanel = 32;
/// Inputs that share one scale in 8-bit weights and activations.
inline constexpr std::size_t kGroup = 32;
/// Inputs that share one scale in 12-bit weights and activations, and the largest of these: 384 products sum up below
/// 2^31.
inline constexpr std::size_t kMaddBlock = 384;
inline constexpr int kMaddLargest = 2047;

/// The weights and bias of y = x W^T + b, laid out for the kernels of one instruction set: float32; with VNNI also
/// 8-bit integers with a scale for every 32 inputs of every output (as llama.cpp's q8_0); with AVX2 12-bit integers
/// with one for every 384, and nothing else. Inputs must be a multiple of 32, outputs too.
struct LinearWeights {
  std::size_t inputs = 0;
  std::size_t outputs = 0;
  std::vector<float> bias;            ///< [outputs]
  std::vector<float> panels;          ///< [outputs / 32][inputs][32]
  std::vector<std::int8_t> bytes;     ///< [outputs / 32][inputs / 32][8][32][4]: 4 inputs of an output side by side
  std::vector<float> scales;          ///< [outputs / 32][inputs / 32][32]
  std::vector<std::int32_t> offsets;  ///< the same shape: -128 times the sum of the group's bytes
  std::vector<std::int16_t> pairs;    ///< [outputs / 16][inputs / 2][16][2]: 2 inputs of an output side by side
  std::vector<float> pair_scales;     ///< [outputs / 16][blocks of 384 inputs][16]
};

/// @param weights  [outputs][inputs], row by row
LinearWeights pack(std::span<const float> weights, std::span<const float> bias, Instructions instructions);

/// What differs by instruction set. Every pointer is to float32, row by row, and may be unaligned; shapes are asserted
/// by the encoder. Thread-safe: nothing is kept between calls.
struct Kernels {
  /// out [rows][outputs] = a [rows][inputs] W^T + b; in float32, or with activations and weights in 12 bits (AVX2)
  void (*linear)(const float* a, std::size_t rows, const LinearWeights& weights, float* out);
  /// The same, faster where there are instructions for it: in 8 bits, errors of about 0.5 % (VNNI).
  void (*linear_fast)(const float* a, std::size_t rows, const LinearWeights& weights, float* out);
  /// In place, by the error function (max error 2e-7).
  void (*gelu)(float* values, std::size_t count);
  /// x [rows][width] = layer_norm(x + residual) * gamma + beta; residual may be null
  void (*add_norm)(float* x, const float* residual, std::size_t rows, std::size_t width, const float* gamma,
                   const float* beta);
  /// One head of one sequence. q, k, v: [tokens][stride], of which 32 columns are the head's; out likewise.
  /// @param scratch  attention_scratch(tokens) floats
  void (*attention)(const float* q, const float* k, const float* v, std::size_t tokens, std::size_t stride,
                    std::size_t out_stride, float* out, float* scratch);
};

constexpr std::size_t attention_scratch(std::size_t tokens) { return (tokens + kPanel - 1) / kPanel * kPanel * 36; }

/// @param instructions  at most best_instructions()
Kernels kernels_for(Instructions instructions);

/// One table a source file, which alone is compiled for that instruction set.
Kernels portable_kernels();
Kernels avx2_kernels();
Kernels avx512_kernels();
void linear_vnni(const float* a, std::size_t rows, const LinearWeights& weights, float* out);
void linear_madd(const float* a, std::size_t rows, const LinearWeights& weights, float* out);

}  // namespace groundwork::model
