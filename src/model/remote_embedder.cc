#include "model/remote_embedder.h"

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

namespace groundwork::model {
namespace {

using base::Code;
using base::make_error;
using base::Result;
namespace json = base::json;
using Vectors = std::vector<std::vector<float>>;

constexpr std::string_view kPath = "/embeddings";

base::Error nonsense(const std::string& message) { return make_error(Code::kUnavailable, message); }

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

/// Little-endian 32-bit floats in base64 (RFC 4648, section 4).
Result<std::vector<float>> floats_of(std::string_view text) {
  if (text.size() % 4 != 0) return nonsense("expected base64, found " + std::to_string(text.size()) + " characters");
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  std::vector<float> out;
  out.reserve(text.size() * 3 / 16 + 1);
  std::uint32_t bits = 0;
  int bit_count = 0;
  std::uint32_t word = 0;
  int byte_count = 0;
  for (const char c : text) {
    const int value = base64_value(c);
    if (value < 0) return nonsense("expected base64, found a character that is none of it");
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    bit_count += 6;
    if (bit_count < 8) continue;
    bit_count -= 8;
    word |= (bits >> bit_count & 0xff) << 8 * byte_count;
    if (++byte_count < 4) continue;
    out.push_back(std::bit_cast<float>(word));
    word = 0;
    byte_count = 0;
  }
  if (byte_count != 0) return nonsense("expected whole 32-bit numbers in base64, found a part of one");
  return out;
}

Result<std::vector<float>> vector_of(const json::object& item) {
  const json::value* embedding = item.if_contains("embedding");
  if (embedding == nullptr) return nonsense("expected an embedding, found none");
  if (embedding->is_string()) return floats_of(embedding->get_string());
  if (!embedding->is_array()) return nonsense("expected an embedding as numbers or base64");
  std::vector<float> out;
  out.reserve(embedding->get_array().size());
  for (const json::value& number : embedding->get_array()) {
    const double value = number.is_number() ? number.to_number<double>() : std::numeric_limits<double>::quiet_NaN();
    // Compared as double: a conversion that overflows is undefined. NaN fails the comparison too.
    if (!(std::abs(value) <= std::numeric_limits<float>::max()))
      return nonsense("expected finite numbers in an embedding");
    out.push_back(static_cast<float>(value));
  }
  return out;
}

}  // namespace

Result<Vectors> read_embeddings(const json::value& answer, std::size_t count, std::size_t dimensions) {
  const json::value* data = answer.is_object() ? answer.get_object().if_contains("data") : nullptr;
  if (data == nullptr || !data->is_array()) return nonsense("expected an array 'data' of embeddings, found none");
  if (data->get_array().size() != count) {
    return nonsense("expected " + std::to_string(count) + " embeddings, found " +
                    std::to_string(data->get_array().size()));
  }
  Vectors out(count);
  for (const json::value& item : data->get_array()) {
    if (!item.is_object()) return nonsense("expected an object with an embedding");
    const std::int64_t index = base::int_or(item.get_object(), "index", -1);
    if (index < 0 || static_cast<std::uint64_t>(index) >= count || !out[static_cast<std::size_t>(index)].empty()) {
      return nonsense("expected each index from 0 to " + std::to_string(count - 1) + " once, found " +
                      std::to_string(index) + (index < 0 ? " or none" : " again or outside"));
    }
    GW_TRY(std::vector<float> vector, vector_of(item.get_object()));
    if (dimensions == 0) dimensions = vector.size();
    if (vector.empty() || vector.size() != dimensions) {
      return nonsense("expected " + std::to_string(dimensions) + " dimensions, found " + std::to_string(vector.size()));
    }
    for (const float value : vector) {
      if (!std::isfinite(value)) return nonsense("expected finite numbers in an embedding");
    }
    out[static_cast<std::size_t>(index)] = std::move(vector);
  }
  return out;
}

Result<std::unique_ptr<RemoteEmbedder>> RemoteEmbedder::open(http::Client& client, RemoteEmbedderOptions options) {
  if (options.max_batch == 0) return make_error(Code::kInvalidArgument, "expected batches of at least one text");
  GW_TRY(RemoteEndpoint endpoint, RemoteEndpoint::open(client, options.endpoint));
  std::unique_ptr<RemoteEmbedder> out(new RemoteEmbedder(std::move(endpoint), std::move(options)));
  if (out->options_.dimensions == 0) {
    const std::array<std::string, 1> probe = {"dimensions"};
    GW_TRY(const Vectors vectors, out->embed(probe));
    out->options_.dimensions = vectors.front().size();
  }
  return out;
}

Result<Vectors> RemoteEmbedder::embed(std::span<const std::string> texts) { return embed(texts, RemoteCall{}); }

Result<Vectors> RemoteEmbedder::embed(std::span<const std::string> texts, const RemoteCall& call) {
  Vectors out;
  out.reserve(texts.size());
  while (!texts.empty()) {
    const std::size_t size = batch_size(texts);
    GW_TRY(Vectors vectors, embed_batch(texts.first(size), call));
    std::move(vectors.begin(), vectors.end(), std::back_inserter(out));
    texts = texts.subspan(size);
  }
  return out;
}

std::size_t RemoteEmbedder::batch_size(std::span<const std::string> texts) const {
  std::size_t size = 1;
  for (std::size_t bytes = texts[0].size(); size < texts.size() && size < options_.max_batch; ++size) {
    bytes += texts[size].size();
    if (bytes > options_.max_batch_bytes) break;
  }
  return size;
}

Result<json::value> RemoteEmbedder::ask(std::span<const std::string> batch, const RemoteCall& call) {
  json::object body;
  body["model"] = endpoint_.options().model;
  json::array input;
  for (const std::string& text : batch) input.emplace_back(text);
  body["input"] = std::move(input);
  const bool base64 = base64_;
  body["encoding_format"] = base64 ? "base64" : "float";
  Result<json::value> answer = endpoint_.post(kPath, body, call);
  const bool refused = !answer.ok() && answer.error().code == Code::kInvalidArgument && base64 &&
                       (answer.error().message.find("encoding_format") != std::string::npos ||
                        answer.error().message.find("base64") != std::string::npos);
  if (!refused) return answer;
  base64_ = false;
  body["encoding_format"] = "float";
  return endpoint_.post(kPath, body, call);
}

Result<Vectors> RemoteEmbedder::embed_batch(std::span<const std::string> batch, const RemoteCall& call) {
  GW_TRY(const json::value answer, ask(batch, call));
  Result<Vectors> vectors = read_embeddings(answer, batch.size(), options_.dimensions);
  if (!vectors.ok()) return endpoint_.about(kPath, vectors.error().code, vectors.error().message);
  return vectors;
}

}  // namespace groundwork::model
