#include <cstdint>
#include <cstdlib>

#include "base/utf8.h"
#include "search/ingest.h"

/// Whatever pdftotext may write, to passages: the pages are UTF-8, and each passage is on one of them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace groundwork;
  const auto pages = search::pages_of({reinterpret_cast<const char*>(data), size});
  for (const search::PageText& page : pages) {
    if (!base::is_utf8(page.text)) std::abort();
  }
  const search::JoinedPages joined = search::join(pages);
  text::SourceDocument document;
  document.id = "a.pdf";
  document.bytes = joined.text;
  document.format = text::Format::kPlain;
  const auto passages = search::passages_of(document);
  if (!passages.ok()) return 0;
  for (const search::Document& passage : *passages) {
    const auto start = static_cast<std::size_t>(base::int_or(passage.place, "start", -1));
    if (start > joined.text.size()) std::abort();
    if (joined.page_at(start) < 1 || joined.page_at(start) > static_cast<int>(pages.size())) std::abort();
  }
  return 0;
}
