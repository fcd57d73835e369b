#include "model/static_embedder.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "model/safetensors.h"

namespace groundwork::model {

using base::Code;
using base::make_error;
using base::Result;

namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 30;
constexpr float kLargestValue = 1e6F;  ///< sums of a text's tokens stay far from overflow

/// @return  the dimensions that the configuration tells
Result<std::size_t> read_dimensions(const std::filesystem::path& path) {
  GW_TRY(const std::string text, base::read_file(path, std::size_t{1} << 20));
  const auto parsed = base::parse_json(text, std::size_t{1} << 20);
  const base::json::object* config = parsed.ok() ? parsed->if_object() : nullptr;
  const std::int64_t dimensions = config != nullptr ? base::int_or(*config, "dimensions", 0) : 0;
  if (config == nullptr || base::string_or(*config, "model_type") != "static" || dimensions < 1 ||
      dimensions > static_cast<std::int64_t>(kLargestDimensions)) {
    return make_error(Code::kInvalidArgument,
                      "expected a static model, \"model_type\": \"static\" with \"dimensions\" from 1 to " +
                          std::to_string(kLargestDimensions) + ", as groundwork model distill makes them",
                      path.string());
  }
  return static_cast<std::size_t>(dimensions);
}

std::string name_of(const std::filesystem::path& folder, const std::string& weights, const std::string& tokenizer) {
  std::filesystem::path plain = folder.lexically_normal();
  if (!plain.has_filename()) plain = plain.parent_path();
  const std::string hash = base::sha256_hex(base::sha256_hex(weights) + base::sha256_hex(tokenizer));
  return plain.filename().string() + "/static-" + hash.substr(0, 16);
}

}  // namespace

Result<std::unique_ptr<StaticEmbedder>> StaticEmbedder::open(const std::filesystem::path& folder) {
  GW_TRY(const std::size_t dimensions, read_dimensions(folder / "config.json"));
  GW_TRY(const std::string json, base::read_file(folder / "tokenizer.json", std::size_t{16} << 20));
  GW_TRY(text::WordPiece tokenizer, text::WordPiece::from_tokenizer_json(json));
  GW_TRY(std::string weights, base::read_file(folder / "model.safetensors", kLargestFile));
  std::string name = name_of(folder, weights, json);
  GW_TRY(const Safetensors file, Safetensors::parse(std::move(weights), (folder / "model.safetensors").string()));
  const std::array<std::size_t, 2> shape = {tokenizer.vocabulary_size(), dimensions};
  GW_TRY(const std::span<const float> values, file.tensor("embeddings", shape));
  const auto odd = std::ranges::find_if(values, [](float value) { return !(std::abs(value) <= kLargestValue); });
  if (odd != values.end()) {
    return make_error(Code::kDataLoss, "expected finite values of at most 1e6, found " + std::to_string(*odd),
                      (folder / "model.safetensors").string());
  }
  StaticModel model{shape[0], dimensions, {values.begin(), values.end()}};
  return std::unique_ptr<StaticEmbedder>(new StaticEmbedder(std::move(tokenizer), std::move(model), std::move(name)));
}

std::vector<float> StaticEmbedder::embed_one(const std::vector<text::Token>& tokens) const {
  std::vector<float> sum(model_.dimensions);
  const auto add = [&](std::uint32_t id) {
    const float* row = model_.embeddings.data() + std::size_t{id} * model_.dimensions;
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += row[i];
    return true;
  };
  bool any = false;
  for (const text::Token& token : tokens) {
    if (token.id != tokenizer_.unknown_id()) any = add(token.id);
  }
  if (!any) add(tokenizer_.unknown_id());
  double squares = 0;
  for (const float value : sum) squares += double{value} * value;
  if (squares == 0) sum[0] = 1;  // nothing is known; the length is promised to be 1
  const double scale = squares > 0 ? 1 / std::sqrt(squares) : 1;
  for (float& value : sum) value = static_cast<float>(value * scale);
  return sum;
}

Result<std::vector<std::vector<float>>> StaticEmbedder::embed(std::span<const std::string> texts) {
  std::vector<std::vector<float>> vectors;
  std::vector<text::Token> tokens;
  for (const std::string& text : texts) {
    tokens.clear();
    tokenizer_.tokenize(text, tokens);
    vectors.push_back(embed_one(tokens));
  }
  return vectors;
}

}  // namespace groundwork::model
