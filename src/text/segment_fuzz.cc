#include <cstdint>
#include <cstdlib>

#include "base/utf8.h"
#include "text/segment.h"

namespace text = groundwork::text;

namespace {

bool is_gap(std::string_view bytes) { return bytes.find_first_not_of(" \t\n\v\f\r") == std::string_view::npos; }

/// In order, not empty, inside, nothing but white space between, no character of UTF-8 cut.
void check(std::string_view input, const std::vector<text::Span>& spans) {
  const bool utf8 = groundwork::base::is_utf8(input);
  std::size_t at = 0;
  for (const text::Span& span : spans) {
    if (span.begin < at || span.begin >= span.end || span.end > input.size()) std::abort();
    if (!is_gap(input.substr(at, span.begin - at))) std::abort();
    if (utf8 && !groundwork::base::is_utf8(input.substr(span.begin, span.size()))) std::abort();
    at = span.end;
  }
  if (!is_gap(input.substr(at))) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check(input, text::sentences(input));
  check(input, text::paragraphs(input));
  return 0;
}
