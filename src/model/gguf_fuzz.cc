// Whatever the bytes: no crash, and every tensor stands within the file.

#include <cstdint>
#include <cstdlib>

#include "model/gguf.h"
#include "model/transformer_weights.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto file = groundwork::model::Gguf::parse(bytes, size, "fuzz");
  if (!file.ok()) {
    if (file.error().message.empty()) std::abort();
    return 0;
  }
  for (const auto& [name, tensor] : file->tensors) {
    if (tensor.begin > size || tensor.bytes > size - tensor.begin) std::abort();
  }
  (void)groundwork::model::language_model_header(*file, "fuzz");
  (void)groundwork::model::transformer_shape(*file);
  return 0;
}
