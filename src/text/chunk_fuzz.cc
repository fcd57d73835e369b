#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "text/chunk_check.h"

/// The first byte chooses the format and the counter, the second the sizes; the rest is the document.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace text = groundwork::text;
  if (size < 2) return 0;
  const text::TokenCounter counter =
      (data[0] & 4) != 0 ? text::TokenCounter(text::approximate_tokens) : [](std::string_view t) { return t.size(); };
  const text::ChunkOptions options{8 + data[1] % 32U, data[1] % 5U, data[1] % 9U};
  const text::SourceDocument document{
      "d", "", static_cast<text::Format>(data[0] % 3), {reinterpret_cast<const char*>(data) + 2, size - 2}};
  const auto chunks = text::chunk(document, options, counter);
  if (!chunks.ok()) return 0;
  for (const text::Chunk& chunk : *chunks)
    if (!text::broken_promise(chunk, document.bytes, options, counter).empty()) std::abort();
  if (!text::lost_text(document, *chunks).empty()) std::abort();
  return 0;
}
