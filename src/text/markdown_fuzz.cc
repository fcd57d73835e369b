#include <cstdint>
#include <cstdlib>

#include "text/markdown.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto page = groundwork::text::render_markdown({reinterpret_cast<const char*>(data), size});
  if (page.html.find("<script") != std::string::npos || page.html.find("href=\"javascript:") != std::string::npos)
    std::abort();
  return 0;
}
