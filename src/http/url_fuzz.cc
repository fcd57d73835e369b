#include <cstdint>
#include <cstdlib>

#include "http/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto target = groundwork::http::parse_target({reinterpret_cast<const char*>(data), size});
  if (target && (target->path.empty() || !groundwork::http::is_utf8(target->path))) std::abort();
  const auto url = groundwork::http::parse_url({reinterpret_cast<const char*>(data), size});
  if (url.ok()) {
    const auto again = groundwork::http::parse_url(url->origin() + url->target);
    if (!again.ok() || *again != *url) std::abort();
  }
  return 0;
}
