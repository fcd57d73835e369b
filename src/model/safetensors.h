#pragma once

// model: the inference engine. In scope now: text embeddings of BERT-like encoders, in process. Not in scope: training.

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace groundwork::model {

/// A file of named tensors in memory. Only float32 is read; tensors of other types are there by name and shape, and
/// asking for their values is an error.
/// @source https://github.com/huggingface/safetensors, format: u64 length of the header, JSON, the bytes
class Safetensors {
 public:
  /// Checks every extent against the file before anything is used.
  /// @errors kNotFound; kDataLoss: cut short or not such a file
  static base::Result<Safetensors> open(const std::filesystem::path& path);

  /// The same, of bytes in memory; `name` stands in messages.
  static base::Result<Safetensors> parse(std::string bytes, const std::string& name);

  /// The values, row by row, valid as long as this object.
  /// @errors kDataLoss: no such tensor, not float32, or another shape than expected
  base::Result<std::span<const float>> tensor(std::string_view name, std::span<const std::size_t> shape) const;

 private:
  struct Entry {
    std::string type;
    std::vector<std::size_t> shape;
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  base::Status read_header();
  base::Status read_entry(std::string_view name, const base::json::value& value, std::size_t data_bytes);

  std::string name_;
  std::string bytes_;
  std::vector<float> values_;  ///< the data part, aligned
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace groundwork::model
