#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/json.h"
#include "base/utf8.h"

namespace {

using groundwork::base::json::value;

bool has_double(const value& one) {
  if (const auto* array = one.if_array()) return std::any_of(array->begin(), array->end(), has_double);
  if (const auto* object = one.if_object()) {
    return std::any_of(object->begin(), object->end(), [](const auto& member) { return has_double(member.value()); });
  }
  return one.is_double();
}

}  // namespace

/// What is read has a canonical form that can be read again, and is then the same: but for the last bit of a double,
/// which Boost.JSON 1.81 doesn't always read exactly.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace base = groundwork::base;
  const auto read = base::parse_json({reinterpret_cast<const char*>(data), size}, 8192);
  if (!read.ok()) return 0;
  if (size > 8192) std::abort();
  const std::string canonical = base::canonical_json(*read);
  if (!base::is_utf8(canonical)) std::abort();
  const auto again = base::parse_json(canonical);
  if (!again.ok()) std::abort();
  if (!has_double(*read) && base::canonical_json(*again) != canonical) std::abort();
  return 0;
}
