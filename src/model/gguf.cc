#include "model/gguf.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <type_traits>
#include <utility>

#include "base/file.h"
#include "base/utf8.h"

namespace groundwork::model {
namespace {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;

constexpr std::string_view kMagic = "GGUF";
constexpr std::uint64_t kMaxEntries = 65'536;
constexpr std::uint64_t kMaxElements = std::uint64_t{16} << 20;
constexpr std::uint64_t kMaxName = 64;
constexpr std::uint64_t kMaxKey = 1024;
constexpr std::uint64_t kMaxText = std::uint64_t{4} << 20;

// gguf_type
constexpr std::uint32_t kBool = 7, kString = 8, kArray = 9;
constexpr std::array<std::uint8_t, 13> kScalarBytes = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

/// Elements and bytes of one block of a ggml_type.
struct Block {
  std::uint16_t elements = 0;
  std::uint16_t bytes = 0;
};
constexpr std::array<Block, 43> kBlocks = {{
    {1, 4},    {1, 2},    {32, 18},   {32, 20},   {0, 0},     {0, 0},     {32, 22},   {32, 24},  {32, 34},
    {32, 36},  {256, 84}, {256, 110}, {256, 144}, {256, 176}, {256, 210}, {256, 292}, {256, 66}, {256, 74},
    {256, 98}, {256, 50}, {32, 18},   {256, 110}, {256, 82},  {256, 136}, {1, 1},     {1, 2},    {1, 4},
    {1, 8},    {1, 8},    {256, 56},  {1, 2},     {0, 0},     {0, 0},     {0, 0},     {256, 54}, {256, 66},
    {0, 0},    {0, 0},    {0, 0},     {32, 17},   {64, 36},   {128, 18},  {64, 18},
}};

/// Reads on from where it stands; every failure says where that is.
class Reader {
 public:
  Reader(std::string_view bytes, std::uint64_t size, const std::string& name)
      : bytes_(bytes), size_(size), name_(name) {}

  std::uint64_t at() const { return at_; }
  base::Error broken(const std::string& what) const {
    return make_error(Code::kDataLoss, what + " at byte " + std::to_string(at_), name_);
  }
  base::Error cut(const std::string& what) const {
    return broken("the file was cut short: expected " + what + " within its " + std::to_string(size_) + " bytes,");
  }

  template <typename T>
  Result<T> get(const char* what) {
    if (bytes_.size() - at_ < sizeof(T)) return cut(what);
    T value;
    std::memcpy(&value, bytes_.data() + at_, sizeof(T));
    at_ += sizeof(T);
    return value;
  }

  Result<std::string_view> text(const char* what, std::uint64_t limit) {
    GW_TRY(const auto length, get<std::uint64_t>(what));
    if (length > limit) {
      return broken("expected " + std::string(what) + " of at most " + std::to_string(limit) + " bytes, found " +
                    std::to_string(length));
    }
    if (length > bytes_.size() - at_) return cut(what);
    const std::string_view found = bytes_.substr(at_, length);
    at_ += length;
    return found;
  }

  Status skip(std::uint64_t bytes, const char* what) {
    if (bytes > bytes_.size() - at_) return cut(what);
    at_ += bytes;
    return {};
  }

 private:
  std::string_view bytes_;
  std::uint64_t size_;
  const std::string& name_;
  std::uint64_t at_ = 0;
};

template <typename T>
Result<Gguf::Value> scalar(Reader& in) {
  GW_TRY(const T value, in.get<T>("a value"));
  if constexpr (std::is_floating_point_v<T>) return Gguf::Value(static_cast<double>(value));
  if constexpr (std::is_signed_v<T>) return Gguf::Value(static_cast<std::int64_t>(value));
  return Gguf::Value(static_cast<std::uint64_t>(value));
}

Result<Gguf::Value> array_value(Reader& in) {
  GW_TRY(const auto type, in.get<std::uint32_t>("the type of an array"));
  GW_TRY(const auto size, in.get<std::uint64_t>("the length of an array"));
  if (type >= kScalarBytes.size() || type == kArray) {
    return in.broken("expected an array of numbers, booleans or texts, found elements of type " + std::to_string(type));
  }
  if (size > kMaxElements) {
    return in.broken("expected at most " + std::to_string(kMaxElements) + " elements, found " + std::to_string(size));
  }
  if (type != kString) {
    GW_CHECK_OK(in.skip(size * kScalarBytes[type], "an array"));
  } else {
    for (std::uint64_t i = 0; i < size; ++i) {
      const Result<std::string_view> element = in.text("a text", kMaxText);
      if (!element.ok()) return element.error();
    }
  }
  return Gguf::Value(Gguf::Array{type, size});
}

Result<Gguf::Value> value_of(Reader& in, std::uint32_t type) {
  switch (type) {
    case 0:
      return scalar<std::uint8_t>(in);
    case 1:
      return scalar<std::int8_t>(in);
    case 2:
      return scalar<std::uint16_t>(in);
    case 3:
      return scalar<std::int16_t>(in);
    case 4:
      return scalar<std::uint32_t>(in);
    case 5:
      return scalar<std::int32_t>(in);
    case 6:
      return scalar<float>(in);
    case 10:
      return scalar<std::uint64_t>(in);
    case 11:
      return scalar<std::int64_t>(in);
    case 12:
      return scalar<double>(in);
    case kBool: {
      GW_TRY(const auto value, in.get<std::uint8_t>("a boolean"));
      if (value > 1) return in.broken("expected a boolean of 0 or 1, found " + std::to_string(value));
      return Gguf::Value(value == 1);
    }
    case kString: {
      GW_TRY(const std::string_view value, in.text("a text", kMaxText));
      return Gguf::Value(std::string(value));
    }
    case kArray:
      return array_value(in);
    default:
      return in.broken("expected a value of types 0 to 12, found type " + std::to_string(type));
  }
}

Result<std::uint64_t> count(Reader& in, const char* what) {
  GW_TRY(const auto found, in.get<std::uint64_t>(what));
  if (found > kMaxEntries) {
    return in.broken("expected at most " + std::to_string(kMaxEntries) + " " + what + ", found " +
                     std::to_string(found) + ", before");
  }
  return found;
}

Status read_metadata(Reader& in, std::uint64_t keys, Gguf& out) {
  for (std::uint64_t i = 0; i < keys; ++i) {
    GW_TRY(const std::string_view key, in.text("a key", kMaxKey));
    if (key.empty() || !base::is_utf8(key)) return in.broken("expected a key in UTF-8, found none before");
    GW_TRY(const auto type, in.get<std::uint32_t>("the type of a value"));
    GW_TRY(Gguf::Value value, value_of(in, type));
    if (!out.metadata.emplace(key, std::move(value)).second) {
      return in.broken("expected each key once, found '" + std::string(key) + "' again before");
    }
  }
  return {};
}

/// The bytes of a tensor. Nothing when the type is unknown, a row isn't whole blocks, or it overflows.
std::optional<std::uint64_t> bytes_of(const Gguf::Tensor& tensor) {
  if (tensor.type >= kBlocks.size() || kBlocks[tensor.type].elements == 0) return std::nullopt;
  const Block block = kBlocks[tensor.type];
  if (tensor.shape[0] % block.elements != 0) return std::nullopt;
  std::uint64_t total = tensor.shape[0] / block.elements;
  for (std::size_t i = 1; i < tensor.shape.size(); ++i) {
    if (__builtin_mul_overflow(total, tensor.shape[i], &total)) return std::nullopt;
  }
  if (__builtin_mul_overflow(total, std::uint64_t{block.bytes}, &total)) return std::nullopt;
  // llama.cpp counts elements in 63 bits.
  if (total > (std::uint64_t{1} << 56)) return std::nullopt;
  return total;
}

std::string shape_text(const Gguf::Tensor& tensor) {
  std::string text;
  for (const std::uint64_t size : tensor.shape) text += (text.empty() ? "[" : ", ") + std::to_string(size);
  return text + "] of type " + std::to_string(tensor.type);
}

/// A tensor without its place.
Result<Gguf::Tensor> read_tensor(Reader& in, const std::string& name) {
  Gguf::Tensor tensor;
  GW_TRY(const auto dimensions, in.get<std::uint32_t>("the dimensions of a tensor"));
  if (dimensions < 1 || dimensions > 4) {
    return in.broken("tensor '" + name + "': expected 1 to 4 dimensions, found " + std::to_string(dimensions) +
                     ", before");
  }
  for (std::uint32_t i = 0; i < dimensions; ++i) {
    GW_TRY(const auto size, in.get<std::uint64_t>("a tensor's shape"));
    if (size == 0) return in.broken("tensor '" + name + "': expected sizes of at least 1, found 0 before");
    tensor.shape.push_back(size);
  }
  GW_TRY(tensor.type, in.get<std::uint32_t>("a tensor's type"));
  const std::optional<std::uint64_t> bytes = bytes_of(tensor);
  if (!bytes) {
    return in.broken("tensor '" + name + "': expected a known type and a shape of whole blocks, found " +
                     shape_text(tensor) + ", before");
  }
  tensor.bytes = *bytes;
  return tensor;
}

Result<std::uint64_t> alignment_of(const Gguf& file, const std::string& name) {
  if (!file.metadata.contains("general.alignment")) return std::uint64_t{32};
  const std::optional<std::uint64_t> alignment = file.number("general.alignment");
  if (!alignment || !std::has_single_bit(*alignment) || *alignment < 8 || *alignment > 65'536) {
    return make_error(Code::kDataLoss, "general.alignment: expected a power of two from 8 to 65536", name);
  }
  return *alignment;
}

std::uint64_t aligned(std::uint64_t value, std::uint64_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

Status read_tensors(Reader& in, std::uint64_t tensors, std::uint64_t size, const std::string& name, Gguf& out) {
  GW_TRY(const std::uint64_t alignment, alignment_of(out, name));
  std::uint64_t expected = 0;  // of the next tensor, from the start of the data
  for (std::uint64_t i = 0; i < tensors; ++i) {
    GW_TRY(const std::string_view view, in.text("a tensor's name", kMaxName));
    if (view.empty() || !base::is_utf8(view)) return in.broken("expected a tensor's name in UTF-8, found none before");
    const std::string key(view);
    GW_TRY(Gguf::Tensor tensor, read_tensor(in, key));
    GW_TRY(tensor.begin, in.get<std::uint64_t>("a tensor's offset"));
    if (tensor.begin != expected) {
      return in.broken("tensor '" + key + "': expected offset " + std::to_string(expected) + ", found " +
                       std::to_string(tensor.begin) + ", before");
    }
    if (tensor.bytes > size || expected > size) {
      return in.cut("the " + std::to_string(tensor.bytes) + " bytes of tensor '" + key + "'");
    }
    expected = aligned(expected + tensor.bytes, alignment);
    if (!out.tensors.emplace(key, std::move(tensor)).second) {
      return in.broken("expected each tensor once, found '" + key + "' again before");
    }
  }
  const std::uint64_t data = aligned(in.at(), alignment);
  for (auto& [key, tensor] : out.tensors) {
    tensor.begin += data;
    if (tensor.begin > size || tensor.bytes > size - tensor.begin) {
      return make_error(Code::kDataLoss,
                        "the file was cut short: tensor '" + key + "' needs bytes " + std::to_string(tensor.begin) +
                            " to " + std::to_string(tensor.begin + tensor.bytes) + ", the file has " +
                            std::to_string(size),
                        name);
    }
  }
  return {};
}

/// A file in memory, unmapped when this goes.
class Mapping {
 public:
  Mapping(int fd, std::size_t size) : size_(size) { address_ = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0); }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() {
    if (valid()) ::munmap(address_, size_);
  }
  bool valid() const { return address_ != MAP_FAILED; }
  std::string_view bytes() const { return {static_cast<const char*>(address_), size_}; }

 private:
  void* address_;
  std::size_t size_;
};

}  // namespace

Result<Gguf> Gguf::open(const std::filesystem::path& path) {
  const std::string name = path.string();
  const base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid()) return base::errno_error(errno, "open " + name);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return base::errno_error(errno, "stat " + name);
  if (!S_ISREG(info.st_mode)) {
    return make_error(Code::kInvalidArgument, "expected a regular file, found something else", name);
  }
  const auto size = static_cast<std::size_t>(info.st_size);
  if (size == 0) return parse({}, 0, name);
  const Mapping mapping(fd.get(), size);
  if (!mapping.valid()) return base::errno_error(errno, "map " + name);
  return parse(mapping.bytes(), size, name);
}

Result<Gguf> Gguf::parse(std::string_view bytes, std::uint64_t size, const std::string& name) {
  if (!bytes.starts_with(kMagic)) {
    return make_error(
        Code::kDataLoss,
        "expected a GGUF file, found one of " + std::to_string(size) + " bytes that doesn't begin with \"GGUF\"", name);
  }
  Reader in(bytes, size, name);
  Gguf out;
  GW_CHECK_OK(in.skip(kMagic.size(), "the magic"));
  GW_TRY(out.version, in.get<std::uint32_t>("the version"));
  if (out.version != 2 && out.version != 3) {
    return in.broken("expected version 2 or 3, found " + std::to_string(out.version) + " before");
  }
  GW_TRY(const std::uint64_t tensors, count(in, "tensors"));
  GW_TRY(const std::uint64_t keys, count(in, "keys"));
  GW_CHECK_OK(read_metadata(in, keys, out));
  GW_CHECK_OK(read_tensors(in, tensors, size, name, out));
  return out;
}

std::optional<std::string> Gguf::text(std::string_view key) const {
  const auto found = metadata.find(key);
  if (found == metadata.end()) return std::nullopt;
  const auto* value = std::get_if<std::string>(&found->second);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::optional<std::uint64_t> Gguf::number(std::string_view key) const {
  const auto found = metadata.find(key);
  if (found == metadata.end()) return std::nullopt;
  if (const auto* value = std::get_if<std::uint64_t>(&found->second)) return *value;
  const auto* value = std::get_if<std::int64_t>(&found->second);
  return value == nullptr || *value < 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(*value));
}

std::optional<Gguf::Array> Gguf::array(std::string_view key) const {
  const auto found = metadata.find(key);
  if (found == metadata.end()) return std::nullopt;
  const auto* value = std::get_if<Array>(&found->second);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

Result<LanguageModelHeader> language_model_header(const Gguf& file, const std::string& name) {
  LanguageModelHeader header;
  header.architecture = file.text("general.architecture").value_or("");
  if (header.architecture.empty()) return make_error(Code::kDataLoss, "general.architecture: expected a name", name);
  base::Error missing;
  const auto size_at = [&](const std::string& key) {
    const std::uint64_t size = file.number(header.architecture + key).value_or(0);
    if (size == 0 || size > (std::uint64_t{1} << 31)) {
      missing = make_error(Code::kDataLoss, header.architecture + key + ": expected a size of at least 1", name);
    }
    return size;
  };
  header.context = size_at(".context_length");
  header.width = size_at(".embedding_length");
  header.layers = size_at(".block_count");
  if (missing.code != Code::kUnset) return missing;
  const auto embedding = file.tensors.find("token_embd.weight");
  const std::optional<Gguf::Array> tokens = file.array("tokenizer.ggml.tokens");
  if (embedding == file.tensors.end() || embedding->second.shape.size() != 2 || !tokens || tokens->type != kString) {
    return make_error(Code::kDataLoss, "expected tokenizer.ggml.tokens and a tensor token_embd.weight", name);
  }
  header.vocabulary = tokens->size;
  if (embedding->second.shape != std::vector{header.width, header.vocabulary}) {
    return make_error(Code::kDataLoss,
                      "token_embd.weight: expected [" + std::to_string(header.width) + ", " +
                          std::to_string(header.vocabulary) + "], found " + shape_text(embedding->second),
                      name);
  }
  return header;
}

}  // namespace groundwork::model
