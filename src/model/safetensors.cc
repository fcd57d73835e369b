#include "model/safetensors.h"

#include <algorithm>
#include <cstring>

#include "base/file.h"
#include "base/utf8.h"

namespace groundwork::model {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;

namespace {

constexpr std::size_t kPrefix = 8;
constexpr std::size_t kHeaderLimit = std::size_t{8} << 20;
constexpr std::size_t kFileLimit = std::size_t{2} << 30;

std::string text_of(std::span<const std::size_t> shape) {
  std::string text = "[";
  for (const std::size_t size : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(size);
  return text + "]";
}

/// A list of non-negative integers; nothing when it is anything else.
std::optional<std::vector<std::size_t>> sizes_of(const base::json::object& object, std::string_view key) {
  const base::json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_array()) return std::nullopt;
  std::vector<std::size_t> sizes;
  for (const base::json::value& one : value->get_array()) {
    if (!one.is_int64() || one.get_int64() < 0) return std::nullopt;
    sizes.push_back(static_cast<std::size_t>(one.get_int64()));
  }
  return sizes;
}

}  // namespace

Result<Safetensors> Safetensors::open(const std::filesystem::path& path) {
  GW_TRY(std::string bytes, base::read_file(path, kFileLimit));
  return parse(std::move(bytes), path.string());
}

Result<Safetensors> Safetensors::parse(std::string bytes, const std::string& name) {
  Safetensors file;
  file.name_ = name;
  file.bytes_ = std::move(bytes);
  GW_CHECK_OK(file.read_header());
  file.bytes_ = {};
  return file;
}

Status Safetensors::read_header() {
  if (bytes_.size() < kPrefix) {
    return make_error(Code::kDataLoss, "expected a safetensors file, found " + std::to_string(bytes_.size()) + " bytes",
                      name_);
  }
  std::uint64_t length = 0;
  std::memcpy(&length, bytes_.data(), kPrefix);
  if (length > kHeaderLimit || length > bytes_.size() - kPrefix) {
    return make_error(Code::kDataLoss,
                      "expected a header within the file's " + std::to_string(bytes_.size()) + " bytes, found one of " +
                          std::to_string(length) + ": not a safetensors file, or cut short",
                      name_);
  }
  auto header = base::parse_json(std::string_view(bytes_).substr(kPrefix, length), kHeaderLimit);
  if (!header.ok()) return base::wrap(std::move(header).error(), name_ + ": the header");
  if (!header->is_object()) return make_error(Code::kDataLoss, "expected an object as header", name_);
  const std::string_view data = std::string_view(bytes_).substr(kPrefix + length);
  for (const auto& [key, value] : header->get_object()) {
    if (key != "__metadata__") GW_CHECK_OK(read_entry(key, value, data.size()));
  }
  values_.resize((data.size() + sizeof(float) - 1) / sizeof(float));
  if (!data.empty()) std::memcpy(values_.data(), data.data(), data.size());
  return {};
}

Status Safetensors::read_entry(std::string_view name, const base::json::value& value, std::size_t data_bytes) {
  const auto broken = [&](const std::string& what) {
    return make_error(Code::kDataLoss, "tensor '" + base::clip(name, 100) + "': " + what, name_);
  };
  const base::json::object* object = value.if_object();
  if (object == nullptr) return broken("expected an object");
  Entry entry;
  entry.type = base::string_or(*object, "dtype");
  const auto shape = sizes_of(*object, "shape");
  const auto offsets = sizes_of(*object, "data_offsets");
  if (entry.type.empty() || !shape || !offsets || offsets->size() != 2) {
    return broken("expected dtype, shape and two data_offsets");
  }
  entry.shape = *shape;
  entry.begin = (*offsets)[0];
  entry.end = (*offsets)[1];
  if (entry.begin > entry.end || entry.end > data_bytes) {
    return broken("expected bytes within the file's " + std::to_string(data_bytes) + ", found " +
                  std::to_string(entry.begin) + " to " + std::to_string(entry.end) + ": the file was cut short");
  }
  if (entry.type == "F32") {
    std::size_t left = (entry.end - entry.begin) / sizeof(float);
    const bool whole = entry.begin % sizeof(float) == 0 && (entry.end - entry.begin) % sizeof(float) == 0;
    std::size_t product = 1;
    bool fits = whole;
    for (const std::size_t size : entry.shape) {
      fits = fits && (size == 0 || product <= left / size);
      product = fits ? product * size : 0;
    }
    if (!fits || product != left) return broken("shape " + text_of(entry.shape) + " doesn't match its bytes");
  }
  entries_.emplace(name, std::move(entry));
  return {};
}

Result<std::span<const float>> Safetensors::tensor(std::string_view name, std::span<const std::size_t> shape) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) {
    return make_error(Code::kDataLoss, "expected a tensor '" + std::string(name) + "', found none of that name", name_);
  }
  const Entry& entry = found->second;
  if (entry.type != "F32" || !std::ranges::equal(entry.shape, shape)) {
    return make_error(Code::kDataLoss,
                      "tensor '" + std::string(name) + "': expected F32 " + text_of(shape) + ", found " +
                          base::clip(entry.type, 20) + " " + text_of(entry.shape),
                      name_);
  }
  return std::span(values_).subspan(entry.begin / sizeof(float), (entry.end - entry.begin) / sizeof(float));
}

}  // namespace groundwork::model
