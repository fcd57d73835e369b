#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "model/decoder.h"
#include "model/gguf.h"
#include "model/transformer_kernels.h"

namespace groundwork::model {

/// Shape of a Llama transformer, from a GGUF file's metadata.
struct TransformerShape {
  std::size_t vocabulary = 0;
  std::size_t context = 0;
  std::size_t width = 0;
  std::size_t layers = 0;
  std::size_t heads = 0;
  std::size_t shared_heads = 0;  ///< of keys and values: each serves heads / shared_heads
  std::size_t head_width = 0;
  std::size_t inner = 0;  ///< width of the feed-forward layer
  float rope_base = 0;
  float epsilon = 0;

  std::size_t keys() const { return shared_heads * head_width; }
};

/// The file's architecture as this code computes it.
/// @errors kUnimplemented: another architecture or variant of it, or sizes that the kernels don't take: says which
base::Result<TransformerShape> transformer_shape(const Gguf& file);

/// One matrix: y = x W^T. Of 4-bit weights (Q4_0, Q4_1) the bits as they are, of any other type rounded to 12 bits.
struct TransformerMatrix {
  std::size_t inputs = 0;
  std::size_t outputs = 0;
  std::vector<Q4Block> blocks;  ///< [outputs / 8][inputs / 32], or empty
  LinearWeights rounded;        ///< unless there are blocks
};

struct TransformerLayer {
  std::vector<float> attention_norm;  ///< [width]
  TransformerMatrix query, key, value, attention_out;
  std::vector<float> inner_norm;  ///< [width]
  TransformerMatrix gate, up, down;
};

/// The weights of a Llama transformer, laid out for the kernels. Thread-safe.
class TransformerWeights {
 public:
  /// @param gguf  the file's header
  /// @errors those of transformer_shape and of opening it; kDataLoss: the file was cut since its header was read
  static base::Result<TransformerWeights> open(const std::filesystem::path& path, const Gguf& gguf);

  const TransformerShape& shape() const { return shape_; }
  const TransformerLayer& layer(std::size_t index) const { return layers_[index]; }
  const std::vector<float>& output_norm() const { return output_norm_; }
  const TransformerMatrix& output() const { return output_; }

  /// Reads the token's vector, [width], from the file: memory has the table only as the output's matrix, rounded.
  /// @errors kDataLoss: the file was cut since it was opened
  base::Status embedding(Token token, std::span<float> out) const;

 private:
  class Loader;

  TransformerShape shape_;
  std::vector<TransformerLayer> layers_;
  std::vector<float> output_norm_;
  TransformerMatrix output_;
  base::UniqueFd file_;
  Gguf::Tensor embeddings_;
};

}  // namespace groundwork::model
