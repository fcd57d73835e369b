#include <cstdint>
#include <cstdlib>

#include "http/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto target = groundwork::http::parse_target({reinterpret_cast<const char*>(data), size});
  if (target && (target->path.empty() || !groundwork::http::is_utf8(target->path))) std::abort();
  return 0;
}
