#include <cstdint>
#include <cstdlib>

#include "base/json.h"
#include "base/utf8.h"

/// What is read has one canonical form, and reading that gives it again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace base = groundwork::base;
  const auto value = base::parse_json({reinterpret_cast<const char*>(data), size}, 8192);
  if (!value.ok()) return 0;
  if (size > 8192) std::abort();
  const std::string canonical = base::canonical_json(*value);
  if (!base::is_utf8(canonical)) std::abort();
  const auto again = base::parse_json(canonical);
  if (!again.ok() || base::canonical_json(*again) != canonical) std::abort();
  return 0;
}
