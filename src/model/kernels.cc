#include "model/kernels.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace groundwork::model {

std::string_view to_string(Instructions instructions) {
  switch (instructions) {
    case Instructions::kPortable:
      return "portable";
    case Instructions::kAvx2:
      return "avx2";
    case Instructions::kAvx512:
      return "avx512";
    case Instructions::kAvx512Vnni:
      return "avx512-vnni";
  }
  return "unknown";
}

Instructions best_instructions() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
      __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512dq") != 0) {
    return __builtin_cpu_supports("avx512vnni") != 0 ? Instructions::kAvx512Vnni : Instructions::kAvx512;
  }
  if (__builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0) return Instructions::kAvx2;
#endif
  return Instructions::kPortable;
}

Kernels kernels_for(Instructions instructions) {
#if defined(__x86_64__)
  switch (instructions) {
    case Instructions::kPortable:
      return portable_kernels();
    case Instructions::kAvx2:
      return avx2_kernels();
    case Instructions::kAvx512:
      return avx512_kernels();
    case Instructions::kAvx512Vnni: {
      Kernels kernels = avx512_kernels();
      kernels.linear_fast = &linear_vnni;
      return kernels;
    }
  }
#endif
  assert(instructions == Instructions::kPortable);
  return portable_kernels();
}

namespace {

/// 32 inputs of one output as bytes with one scale.
void quantise_group(const float* from, std::int8_t (&to)[kGroup], float& scale) {
  float largest = 0;
  for (std::size_t i = 0; i < kGroup; ++i) largest = std::max(largest, std::abs(from[i]));
  scale = largest / 127.0F;
  for (std::size_t i = 0; i < kGroup; ++i) {
    to[i] = static_cast<std::int8_t>(scale > 0 ? std::lround(from[i] / scale) : 0);
  }
}

void pack_bytes(std::span<const float> weights, LinearWeights& packed) {
  const std::size_t groups = packed.inputs / kGroup;
  packed.bytes.resize(weights.size());
  packed.scales.resize(weights.size() / kGroup);
  packed.offsets.resize(weights.size() / kGroup);
  for (std::size_t output = 0; output < packed.outputs; ++output) {
    for (std::size_t group = 0; group < groups; ++group) {
      std::int8_t bytes[kGroup];
      const std::size_t block = output / kPanel * groups + group;
      const std::size_t at = block * kPanel + output % kPanel;
      quantise_group(weights.data() + output * packed.inputs + group * kGroup, bytes, packed.scales[at]);
      std::int32_t sum = 0;
      for (std::size_t i = 0; i < kGroup; ++i) {
        sum += bytes[i];
        packed.bytes[block * kGroup * kPanel + (i / 4 * kPanel + output % kPanel) * 4 + i % 4] = bytes[i];
      }
      packed.offsets[at] = -128 * sum;
    }
  }
}

void pack_pairs(std::span<const float> weights, LinearWeights& packed) {
  constexpr std::size_t kColumns = 16;
  const std::size_t blocks = (packed.inputs + kMaddBlock - 1) / kMaddBlock;
  packed.pairs.resize(weights.size());
  packed.pair_scales.resize(packed.outputs * blocks);
  for (std::size_t output = 0; output < packed.outputs; ++output) {
    const std::size_t panel = output / kColumns;
    const std::size_t column = output % kColumns;
    for (std::size_t block = 0; block < blocks; ++block) {
      const std::size_t start = block * kMaddBlock;
      const auto from = weights.subspan(output * packed.inputs + start, std::min(kMaddBlock, packed.inputs - start));
      float largest = 0;
      for (const float weight : from) largest = std::max(largest, std::abs(weight));
      const float scale = largest / kMaddLargest;
      packed.pair_scales[(panel * blocks + block) * kColumns + column] = scale;
      for (std::size_t i = 0; i < from.size(); ++i) {
        packed.pairs[(panel * packed.inputs / 2 + (start + i) / 2) * kColumns * 2 + column * 2 + i % 2] =
            static_cast<std::int16_t>(scale > 0 ? std::lround(from[i] / scale) : 0);
      }
    }
  }
}

}  // namespace

LinearWeights pack(std::span<const float> weights, std::span<const float> bias, Instructions instructions) {
  LinearWeights packed;
  packed.outputs = bias.size();
  packed.inputs = weights.size() / bias.size();
  assert(packed.outputs % kPanel == 0 && packed.inputs % kGroup == 0 && packed.inputs <= 2048);
  packed.bias.assign(bias.begin(), bias.end());
  if (instructions == Instructions::kAvx512Vnni) pack_bytes(weights, packed);
  if (instructions == Instructions::kAvx2) {
    pack_pairs(weights, packed);
    return packed;
  }
  packed.panels.resize(weights.size());
  for (std::size_t output = 0; output < packed.outputs; ++output) {
    for (std::size_t input = 0; input < packed.inputs; ++input) {
      packed.panels[(output / kPanel * packed.inputs + input) * kPanel + output % kPanel] =
          weights[output * packed.inputs + input];
    }
  }
  return packed;
}

}  // namespace groundwork::model
