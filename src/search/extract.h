#pragma once

// search: what is searched and how. In scope now: the text of PDF files. Not in scope: answering questions.
//
// The text of PDF files, read by poppler's pdftotext in the sandbox: PDF readers have a history of holes, and poppler
// is GPL, so it is run and never linked. Pictures of text (scans) are not read.

#include <cstddef>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sandbox/sandbox.h"

namespace groundwork::search {

struct PageText {
  int number = 1;    ///< from 1, as viewers count, not as the page is labelled
  std::string text;  ///< UTF-8 in reading order; empty when the page shows no text
};

/// 30 s, 20 s of CPU, 512 MiB, 32 MiB of text.
sandbox::Limits pdf_limits();

struct PdfOptions {
  std::size_t max_bytes = std::size_t{64} << 20;
  int max_pages = 10'000;
  sandbox::Limits limits = pdf_limits();
  sandbox::Weaker weaker = sandbox::Weaker::kRefuse;
  std::string program = "/usr/bin/pdftotext";
};

/// The pages of a PDF. Blocks; thread-safe.
/// @errors kInvalidArgument: no PDF, a broken or encrypted one, one without any text, one that makes the reader crash.
///         kResourceExhausted: too many bytes or pages, too much text, too much memory. kDeadlineExceeded: the limits
///         of time. kFailedPrecondition: no pdftotext, or no isolation on this machine. kCancelled: `stop`.
base::Result<std::vector<PageText>> extract_pdf(std::string_view bytes, const PdfOptions& options = {},
                                                std::stop_token stop = {});

/// The pages in what pdftotext wrote: each ends in a form feed. Any bytes are taken.
std::vector<PageText> pages_of(std::string_view out);

/// The same for a file, refused by its size before anything of it is read; `where` is the path.
base::Result<std::vector<PageText>> extract_pdf_file(const std::filesystem::path& path, const PdfOptions& options = {},
                                                     std::stop_token stop = {});

/// The pages as one plain text for text::chunk, a blank line between pages.
struct JoinedPages {
  std::string text;
  std::vector<std::size_t> begins;  ///< of each page in the text

  /// The number of the page that a byte of the text is on.
  int page_at(std::size_t offset) const;
};
JoinedPages join(const std::vector<PageText>& pages);

}  // namespace groundwork::search
