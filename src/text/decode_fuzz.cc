#include <cstdint>
#include <cstdlib>

#include "base/utf8.h"
#include "text/decode.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto decoded = groundwork::text::decode({reinterpret_cast<const char*>(data), size}, 4096);
  if (decoded.ok() && !groundwork::base::is_utf8(decoded->text)) std::abort();
  if (!decoded.ok() && decoded.error().message.empty()) std::abort();
  return 0;
}
