#include "model/transformer_weights.h"

#include <fcntl.h>
#include <ggml.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <string>
#include <utility>

namespace groundwork::model {
namespace {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;

constexpr std::size_t kLargestRounded = 2048;  ///< inputs of a matrix in 12 bits; see multiply_madd

double real(const Gguf& file, const std::string& key, double otherwise) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end()) return otherwise;
  const auto* value = std::get_if<double>(&found->second);
  return value == nullptr ? otherwise : *value;
}

std::string of_layer(std::size_t layer, std::string_view part) {
  return "blk." + std::to_string(layer) + "." + std::string(part) + ".weight";
}

base::Error unsupported(const std::string& what) { return make_error(Code::kUnimplemented, what); }

/// All tensors of a Llama transformer and nothing else: biases, experts or other frequencies mean another computation.
Status check_tensors(const Gguf& file, const TransformerShape& shape) {
  using Shape = std::vector<std::uint64_t>;
  std::map<std::string, Shape, std::less<>> expected{{"token_embd.weight", {shape.width, shape.vocabulary}},
                                                     {"output_norm.weight", {shape.width}}};
  for (std::size_t i = 0; i < shape.layers; ++i) {
    expected[of_layer(i, "attn_norm")] = expected[of_layer(i, "ffn_norm")] = {shape.width};
    expected[of_layer(i, "attn_q")] = expected[of_layer(i, "attn_output")] = {shape.width, shape.width};
    expected[of_layer(i, "attn_k")] = expected[of_layer(i, "attn_v")] = {shape.width, shape.keys()};
    expected[of_layer(i, "ffn_gate")] = expected[of_layer(i, "ffn_up")] = {shape.width, shape.inner};
    expected[of_layer(i, "ffn_down")] = {shape.inner, shape.width};
  }
  if (file.tensors.contains("output.weight")) expected["output.weight"] = {shape.width, shape.vocabulary};
  for (const auto& [name, tensor] : file.tensors) {
    const auto found = expected.find(name);
    if (found == expected.end() || found->second != tensor.shape) {
      return unsupported("tensor " + name + (found == expected.end() ? " is not known" : " has another shape"));
    }
    if (tensor.shape.size() == 1 && tensor.type != GGML_TYPE_F32) return unsupported(name + " is not in float32");
    const bool four_bits = tensor.type == GGML_TYPE_Q4_0 || tensor.type == GGML_TYPE_Q4_1;
    if (tensor.shape.size() == 2 && !four_bits && tensor.shape[0] > kLargestRounded) {
      return unsupported(name + " has more than " + std::to_string(kLargestRounded) + " inputs, not in 4 bits");
    }
    if (tensor.type != GGML_TYPE_F32 &&
        ggml_get_type_traits(static_cast<ggml_type>(tensor.type))->to_float == nullptr) {
      return unsupported(name + " is of a type that can't be read as float32");
    }
  }
  if (file.tensors.size() != expected.size()) return unsupported("a tensor is missing");
  return {};
}

}  // namespace

Result<TransformerShape> transformer_shape(const Gguf& file) {
  if (file.text("general.architecture").value_or("") != "llama") return unsupported("the architecture is not llama");
  for (const auto& [key, value] : file.metadata) {
    const bool other = key.starts_with("llama.rope.scaling") || key.starts_with("llama.expert") ||
                       key.starts_with("llama.attention.sliding") || key.starts_with("llama.rope.scale");
    if (other) return unsupported("it has " + key);
  }
  const auto size = [&](const std::string& key, std::size_t otherwise = 0) {
    return static_cast<std::size_t>(std::min<std::uint64_t>(file.number("llama." + key).value_or(otherwise), 1U << 30));
  };
  TransformerShape shape;
  shape.context = size("context_length");
  shape.width = size("embedding_length");
  shape.layers = size("block_count");
  shape.heads = size("attention.head_count");
  shape.shared_heads = size("attention.head_count_kv", shape.heads);
  shape.inner = size("feed_forward_length");
  shape.rope_base = static_cast<float>(real(file, "llama.rope.freq_base", 10'000));
  shape.epsilon = static_cast<float>(real(file, "llama.attention.layer_norm_rms_epsilon", 0));
  shape.vocabulary = file.array("tokenizer.ggml.tokens").value_or(Gguf::Array{}).size;
  if (shape.heads == 0 || shape.shared_heads == 0 || shape.width % shape.heads != 0)
    return unsupported("no whole heads");
  shape.head_width = shape.width / shape.heads;
  const bool sound = shape.layers > 0 && shape.layers <= 1000 && shape.context > 0 && shape.inner > 0 &&
                     shape.epsilon > 0 && shape.rope_base > 0;
  if (!sound) return unsupported("a size is missing");
  const auto is_head = [&](const std::string& key) { return size(key, shape.head_width) == shape.head_width; };
  const bool fits = shape.heads % shape.shared_heads == 0 && shape.head_width % 32 == 0 && shape.inner % 32 == 0 &&
                    shape.keys() % 32 == 0 && shape.vocabulary % 32 == 0 && is_head("rope.dimension_count") &&
                    is_head("attention.key_length") && is_head("attention.value_length");
  if (!fits) return unsupported("heads or layers are not of multiples of 32");
  GW_CHECK_OK(check_tensors(file, shape));
  return shape;
}

/// Reads tensors; the first failure is kept, and what is read after it is empty.
class TransformerWeights::Loader {
 public:
  Loader(const Gguf& gguf, int fd) : gguf_(gguf), fd_(fd) {}
  const std::optional<base::Error>& failure() const { return failure_; }

  std::vector<float> vector(const std::string& name) {
    const Gguf::Tensor& tensor = gguf_.tensors.at(name);
    const std::vector<char> bytes = read(tensor);
    std::vector<float> values(tensor.shape[0]);
    if (!failure_) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
    return values;
  }

  TransformerMatrix matrix(const std::string& name) {
    const Gguf::Tensor& tensor = gguf_.tensors.at(name);
    TransformerMatrix matrix;
    matrix.inputs = tensor.shape[0];
    matrix.outputs = tensor.shape[1];
    const std::vector<char> bytes = read(tensor);
    if (failure_) return matrix;
    if (tensor.type == GGML_TYPE_Q4_0 || tensor.type == GGML_TYPE_Q4_1) {
      pack_blocks(bytes, tensor.type == GGML_TYPE_Q4_1, matrix);
      return matrix;
    }
    std::vector<float> values(matrix.inputs * matrix.outputs);
    if (tensor.type == GGML_TYPE_F32) {
      std::memcpy(values.data(), bytes.data(), bytes.size());
    } else {
      const auto* traits = ggml_get_type_traits(static_cast<ggml_type>(tensor.type));
      traits->to_float(bytes.data(), values.data(), static_cast<std::int64_t>(values.size()));
    }
    matrix.rounded = pack(values, std::vector<float>(matrix.outputs), Instructions::kAvx2);
    return matrix;
  }

 private:
  std::vector<char> read(const Gguf::Tensor& tensor) {
    std::vector<char> bytes(failure_ ? 0 : tensor.bytes);
    const ssize_t got = bytes.empty() ? 0 : ::pread(fd_, bytes.data(), bytes.size(), static_cast<off_t>(tensor.begin));
    if (!failure_ && got != static_cast<ssize_t>(bytes.size())) {
      failure_ = make_error(Code::kDataLoss, "a tensor is cut short: the file changes while it's read");
    }
    return bytes;
  }

  /// ggml's blocks of 32 inputs of one output: a scale, with Q4_1 a minimum, and 16 bytes with input i in the lower
  /// half of byte i and input 16 + i in its upper half.
  static void pack_blocks(const std::vector<char>& bytes, bool has_minimum, TransformerMatrix& matrix) {
    const std::size_t groups = matrix.inputs / kQ4Inputs;
    const std::size_t size = has_minimum ? 20 : 18;
    matrix.blocks.resize(matrix.outputs / kQ4Outputs * groups);
    for (std::size_t output = 0; output < matrix.outputs; ++output) {
      for (std::size_t group = 0; group < groups; ++group) {
        const char* from = bytes.data() + (output * groups + group) * size;
        const std::size_t column = output % kQ4Outputs;
        Q4Block& to = matrix.blocks[output / kQ4Outputs * groups + group];
        std::memcpy(&to.scales[column], from, 2);
        if (has_minimum) {
          std::memcpy(&to.minimums[column], from + 2, 2);
        } else {
          to.minimums[column] = ggml_fp32_to_fp16(-8.0F * ggml_fp16_to_fp32(to.scales[column]));
        }
        for (std::size_t i = 0; i < 16; ++i) {
          to.nibbles[i / 4][column * 4 + i % 4] = static_cast<std::uint8_t>(from[size - 16 + i]);
        }
      }
    }
  }

  const Gguf& gguf_;
  int fd_;
  std::optional<base::Error> failure_;
};

Result<TransformerWeights> TransformerWeights::open(const std::filesystem::path& path, const Gguf& gguf) {
  TransformerWeights weights;
  GW_TRY(weights.shape_, transformer_shape(gguf));
  weights.file_ = base::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!weights.file_.valid()) return base::errno_error(errno, "open " + path.string());
  weights.embeddings_ = gguf.tensors.at("token_embd.weight");
  Loader loader(gguf, weights.file_.get());
  for (std::size_t i = 0; i < weights.shape_.layers && !loader.failure(); ++i) {
    TransformerLayer layer;
    layer.attention_norm = loader.vector(of_layer(i, "attn_norm"));
    layer.query = loader.matrix(of_layer(i, "attn_q"));
    layer.key = loader.matrix(of_layer(i, "attn_k"));
    layer.value = loader.matrix(of_layer(i, "attn_v"));
    layer.attention_out = loader.matrix(of_layer(i, "attn_output"));
    layer.inner_norm = loader.vector(of_layer(i, "ffn_norm"));
    layer.gate = loader.matrix(of_layer(i, "ffn_gate"));
    layer.up = loader.matrix(of_layer(i, "ffn_up"));
    layer.down = loader.matrix(of_layer(i, "ffn_down"));
    weights.layers_.push_back(std::move(layer));
  }
  weights.output_norm_ = loader.vector("output_norm.weight");
  weights.output_ = loader.matrix(gguf.tensors.contains("output.weight") ? "output.weight" : "token_embd.weight");
  if (loader.failure()) return base::wrap(*loader.failure(), path.string());
  return weights;
}

Status TransformerWeights::embedding(Token token, std::span<float> out) const {
  const std::size_t bytes = embeddings_.bytes / shape_.vocabulary;
  std::vector<char> row(bytes);
  const auto at = static_cast<off_t>(embeddings_.begin + static_cast<std::size_t>(token) * bytes);
  if (::pread(file_.get(), row.data(), bytes, at) != static_cast<ssize_t>(bytes)) {
    return make_error(Code::kDataLoss, "the model's file was cut since it was opened");
  }
  if (embeddings_.type == GGML_TYPE_F32) {
    std::memcpy(out.data(), row.data(), bytes);
  } else {
    const auto* traits = ggml_get_type_traits(static_cast<ggml_type>(embeddings_.type));
    traits->to_float(row.data(), out.data(), static_cast<std::int64_t>(out.size()));
  }
  return {};
}

}  // namespace groundwork::model
