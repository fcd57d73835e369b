#include <cstdint>
#include <cstdlib>

#include "base/utf8.h"
#include "model/repair.h"

/// Whatever a model wrote: JSON with its repairs, or an error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace base = groundwork::base;
  static const auto schema =
      groundwork::schema::Validator::compile(
          base::parse_json(R"({"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "array"}}})")
              .value())
          .value();
  const auto repaired = groundwork::model::repair({reinterpret_cast<const char*>(data), size}, schema);
  if (!repaired.ok()) return 0;
  if (!base::parse_json(base::canonical_json(repaired->value)).ok()) std::abort();
  for (const std::string& one : repaired->repairs) {
    if (!base::is_utf8(one)) std::abort();
  }
  return 0;
}
