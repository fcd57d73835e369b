// Whatever the bytes: no crash, and a tensor that is given out has the values that its shape says.

#include <cstdint>
#include <cstdlib>

#include "model/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file =
      groundwork::model::Safetensors::parse(std::string(reinterpret_cast<const char*>(data), size), "fuzz");
  if (!file.ok()) {
    if (file.error().message.empty()) std::abort();
    return 0;
  }
  const std::size_t shape[] = {2, 3};
  const auto tensor = file->tensor("a", shape);
  float total = 0;
  if (tensor.ok()) {
    for (const float value : *tensor) total += value;
    if (tensor->size() != 6) std::abort();
  }
  return total > 1e30F ? 1 : 0;
}
