#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace groundwork::model {

/// The header of a GGUF file: what the model is, and where its tensors stand. Read before a file is given to llama.cpp,
/// which ends the process on some broken files and says little about the others.
/// @source https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3, little-endian
/// @deviation stricter: tensors stand one after the other without holes, as every writer puts them; at most 65,536
///            tensors and keys, 16 million elements of an array, 4 dimensions, names of 64 bytes.
struct Gguf {
  /// Of an array only its length is kept, and the type of its elements.
  struct Array {
    std::uint32_t type = 0;
    std::uint64_t size = 0;
    friend bool operator==(const Array&, const Array&) = default;
  };
  using Value = std::variant<std::uint64_t, std::int64_t, double, bool, std::string, Array>;
  struct Tensor {
    std::vector<std::uint64_t> shape;  ///< 1 to 4 sizes, the innermost first
    std::uint32_t type = 0;            ///< ggml_type
    std::uint64_t begin = 0;           ///< in the file
    std::uint64_t bytes = 0;
    friend bool operator==(const Tensor&, const Tensor&) = default;
  };

  std::uint32_t version = 0;
  std::map<std::string, Value, std::less<>> metadata;
  std::map<std::string, Tensor, std::less<>> tensors;

  /// Every extent is checked against the file.
  /// @errors kNotFound, kPermissionDenied; kDataLoss with the offset: not such a file, damaged or cut short
  static base::Result<Gguf> open(const std::filesystem::path& path);

  /// The same of a file's bytes; `name` stands in messages.
  /// @param bytes  the file, or as much of it as holds the header
  /// @param size   of the whole file
  static base::Result<Gguf> parse(std::string_view bytes, std::uint64_t size, const std::string& name);

  /// Nothing when there is no such key, or its value is of another type.
  std::optional<std::string> text(std::string_view key) const;
  std::optional<std::uint64_t> number(std::string_view key) const;  ///< not negative
  std::optional<Array> array(std::string_view key) const;
};

/// What a decoder-only language model's header must agree on before it is loaded.
struct LanguageModelHeader {
  std::string architecture;  ///< "llama"
  std::uint64_t vocabulary = 0;
  std::uint64_t context = 0;  ///< tokens that it was trained on
  std::uint64_t width = 0;
  std::uint64_t layers = 0;
};
/// @errors kDataLoss: a key is missing or contradicts another
base::Result<LanguageModelHeader> language_model_header(const Gguf& file, const std::string& name);

}  // namespace groundwork::model
