#include "model/encoder.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "base/file.h"
#include "base/json.h"
#include "model/safetensors.h"

namespace groundwork::model {

using base::Code;
using base::make_error;
using base::Result;

namespace {

constexpr std::size_t kHead = 32;

struct Norm {
  std::vector<float> gamma;
  std::vector<float> beta;
};

struct Layer {
  LinearWeights query_key_value;  ///< three matrices as one
  LinearWeights attention_out;
  Norm attention_norm;
  LinearWeights inner;
  LinearWeights outer;
  Norm outer_norm;
};

std::vector<float> copied(std::span<const float> values) { return {values.begin(), values.end()}; }

/// Reads tensors by name and keeps the first failure.
class Reader {
 public:
  Reader(const Safetensors& file, Instructions instructions) : file_(file), instructions_(instructions) {}

  std::vector<float> values(const std::string& name, std::initializer_list<std::size_t> shape) {
    const std::vector<std::size_t> sizes(shape);
    auto found = file_.tensor(name, sizes);
    if (found.ok()) return copied(*found);
    if (!failure_) failure_ = std::move(found).error();
    std::size_t count = 1;
    for (const std::size_t size : sizes) count *= size;
    return std::vector<float>(count);
  }
  Norm norm(const std::string& name, std::size_t width) {
    return {values(name + ".weight", {width}), values(name + ".bias", {width})};
  }
  LinearWeights linear(const std::vector<std::string>& names, std::size_t inputs, std::size_t outputs) {
    std::vector<float> weights;
    std::vector<float> bias;
    for (const std::string& name : names) {
      const auto more = values(name + ".weight", {outputs, inputs});
      const auto more_bias = values(name + ".bias", {outputs});
      weights.insert(weights.end(), more.begin(), more.end());
      bias.insert(bias.end(), more_bias.begin(), more_bias.end());
    }
    return pack(weights, bias, instructions_);
  }
  const std::optional<base::Error>& failure() const { return failure_; }

 private:
  const Safetensors& file_;
  Instructions instructions_;
  std::optional<base::Error> failure_;
};

Layer read_layer(Reader& reader, const EncoderShape& shape, std::size_t index) {
  const std::string name = "encoder.layer." + std::to_string(index) + ".";
  const std::string self = name + "attention.self.";
  Layer layer;
  layer.query_key_value = reader.linear({self + "query", self + "key", self + "value"}, shape.width, shape.width);
  layer.attention_out = reader.linear({name + "attention.output.dense"}, shape.width, shape.width);
  layer.attention_norm = reader.norm(name + "attention.output.LayerNorm", shape.width);
  layer.inner = reader.linear({name + "intermediate.dense"}, shape.width, shape.inner);
  layer.outer = reader.linear({name + "output.dense"}, shape.inner, shape.width);
  layer.outer_norm = reader.norm(name + "output.LayerNorm", shape.width);
  return layer;
}

}  // namespace

Result<EncoderShape> parse_encoder_shape(std::string_view config_json) {
  GW_TRY(const base::json::value parsed, base::parse_json(config_json, 1 << 20));
  const base::json::object* config = parsed.if_object();
  if (config == nullptr) return make_error(Code::kInvalidArgument, "expected an object", "config.json");
  const auto size = [&](std::string_view key) {
    const std::int64_t value = base::int_or(*config, key, 0);
    return value > 0 && value <= 1'000'000 ? static_cast<std::size_t>(value) : 0;
  };
  const EncoderShape shape{.vocabulary = size("vocab_size"),
                           .positions = size("max_position_embeddings"),
                           .width = size("hidden_size"),
                           .layers = size("num_hidden_layers"),
                           .heads = size("num_attention_heads"),
                           .inner = size("intermediate_size")};
  const bool supported = shape.vocabulary > 0 && shape.positions > 0 && shape.layers > 0 && shape.layers <= 100 &&
                         shape.width > 0 && shape.width == shape.heads * kHead && shape.inner > 0 &&
                         shape.inner % kPanel == 0 && std::max(shape.inner, shape.width) <= 2048;
  if (!supported || base::string_or(*config, "model_type") != "bert" ||
      base::string_or(*config, "hidden_act") != "gelu") {
    return make_error(Code::kInvalidArgument,
                      "expected a BERT encoder with GELU, attention heads of 32 columns and layers of at most 2048, "
                      "such as all-MiniLM-L6-v2",
                      "config.json");
  }
  return shape;
}

namespace {

/// The activations of one call, kept over its layers.
struct Workspace {
  std::vector<float> x;          ///< [rows][width]
  std::vector<float> projected;  ///< [rows][the wider of 3 * width and inner]
  std::vector<float> mixed;      ///< [rows][width]
  std::vector<float> scratch;    ///< of the attention
  decltype(Kernels::linear) linear = nullptr;
};

}  // namespace

struct Encoder::Impl {
  EncoderShape shape;
  Instructions instructions = Instructions::kPortable;
  Kernels kernels{};
  std::vector<float> words;      ///< [vocabulary][width]
  std::vector<float> positions;  ///< [positions][width], with the vector of token type 0 added
  Norm embedding_norm;
  std::vector<Layer> layers;

  std::vector<float> embed(std::span<const std::uint32_t> ids, std::span<const std::size_t> lengths) const;
  void run_layer(const Layer& layer, std::span<const std::size_t> lengths, Workspace& work) const;
};

Result<Encoder> Encoder::open(const std::filesystem::path& folder, std::optional<Instructions> instructions) {
  GW_TRY(const std::string config, base::read_file(folder / "config.json", 1 << 20));
  auto impl = std::make_unique<Impl>();
  const auto parsed = parse_encoder_shape(config);
  if (!parsed.ok()) return base::wrap(parsed.error(), (folder / "config.json").string());
  impl->shape = *parsed;
  impl->instructions = std::min(instructions.value_or(best_instructions()), best_instructions());
  impl->kernels = kernels_for(impl->instructions);
  GW_TRY(const Safetensors file, Safetensors::open(folder / "model.safetensors"));
  const EncoderShape& shape = impl->shape;
  Reader reader(file, impl->instructions);
  impl->words = reader.values("embeddings.word_embeddings.weight", {shape.vocabulary, shape.width});
  impl->positions = reader.values("embeddings.position_embeddings.weight", {shape.positions, shape.width});
  const auto types = reader.values("embeddings.token_type_embeddings.weight", {2, shape.width});
  for (std::size_t i = 0; i < impl->positions.size(); ++i) impl->positions[i] += types[i % shape.width];
  impl->embedding_norm = reader.norm("embeddings.LayerNorm", shape.width);
  for (std::size_t i = 0; i < shape.layers && !reader.failure(); ++i) {
    impl->layers.push_back(read_layer(reader, shape, i));
  }
  if (reader.failure()) return *reader.failure();
  return Encoder(std::move(impl));
}

std::vector<float> Encoder::Impl::embed(std::span<const std::uint32_t> ids,
                                        std::span<const std::size_t> lengths) const {
  std::vector<float> x(ids.size() * shape.width);
  std::size_t row = 0;
  for (const std::size_t length : lengths) {
    assert(length > 0 && length <= shape.positions);
    for (std::size_t position = 0; position < length; ++position, ++row) {
      assert(ids[row] < shape.vocabulary);
      const float* word = words.data() + ids[row] * shape.width;
      const float* place = positions.data() + position * shape.width;
      for (std::size_t i = 0; i < shape.width; ++i) x[row * shape.width + i] = word[i] + place[i];
    }
  }
  assert(row == ids.size());
  kernels.add_norm(x.data(), nullptr, row, shape.width, embedding_norm.gamma.data(), embedding_norm.beta.data());
  return x;
}

void Encoder::Impl::run_layer(const Layer& layer, std::span<const std::size_t> lengths, Workspace& work) const {
  auto& [x, projected, mixed, scratch, linear] = work;
  const std::size_t rows = x.size() / shape.width;
  const std::size_t wide = 3 * shape.width;
  linear(x.data(), rows, layer.query_key_value, projected.data());
  std::size_t start = 0;
  for (const std::size_t length : lengths) {
    for (std::size_t head = 0; head < shape.heads; ++head) {
      const float* query = projected.data() + start * wide + head * kHead;
      kernels.attention(query, query + shape.width, query + 2 * shape.width, length, wide, shape.width,
                        mixed.data() + start * shape.width + head * kHead, scratch.data());
    }
    start += length;
  }
  linear(mixed.data(), rows, layer.attention_out, projected.data());
  kernels.add_norm(x.data(), projected.data(), rows, shape.width, layer.attention_norm.gamma.data(),
                   layer.attention_norm.beta.data());
  linear(x.data(), rows, layer.inner, projected.data());
  kernels.gelu(projected.data(), rows * shape.inner);
  linear(projected.data(), rows, layer.outer, mixed.data());
  kernels.add_norm(x.data(), mixed.data(), rows, shape.width, layer.outer_norm.gamma.data(),
                   layer.outer_norm.beta.data());
}

bool Encoder::has_few(std::span<const std::uint32_t> ids) {
  if (ids.size() < kFew) return true;
  std::vector<std::uint32_t> sorted(ids.begin(), ids.end());
  std::ranges::sort(sorted);
  return std::unique(sorted.begin(), sorted.end()) - sorted.begin() < static_cast<std::ptrdiff_t>(kFew);
}

std::vector<float> Encoder::encode(std::span<const std::uint32_t> ids, std::span<const std::size_t> lengths) const {
  if (ids.empty()) return {};
  const EncoderShape& dimensions = impl_->shape;
  Workspace work;
  bool exactly = false;
  std::size_t start = 0;
  for (const std::size_t length : lengths) {
    exactly = exactly || has_few(ids.subspan(start, length));
    start += length;
  }
  work.linear = exactly ? impl_->kernels.linear : impl_->kernels.linear_fast;
  work.x = impl_->embed(ids, lengths);
  work.projected.resize(ids.size() * std::max(3 * dimensions.width, dimensions.inner));
  work.mixed.resize(work.x.size());
  work.scratch.resize(attention_scratch(*std::ranges::max_element(lengths)));
  for (const Layer& layer : impl_->layers) impl_->run_layer(layer, lengths, work);
  return std::move(work.x);
}

const EncoderShape& Encoder::shape() const { return impl_->shape; }
Instructions Encoder::instructions() const { return impl_->instructions; }

Encoder::Encoder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Encoder::Encoder(Encoder&&) noexcept = default;
Encoder& Encoder::operator=(Encoder&&) noexcept = default;
Encoder::~Encoder() = default;

}  // namespace groundwork::model
