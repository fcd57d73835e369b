#pragma once

// Files of a folder to passages that can be searched and cited. In scope: Markdown, HTML, plain text, PDF; what can't
// be read is named and left out, and the rest goes on. Not in scope: following links, code, tables of data.

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "search/document.h"
#include "search/extract.h"
#include "text/chunk.h"

namespace groundwork::search {

struct IngestOptions {
  text::ChunkOptions chunks;
  text::TokenCounter count_tokens;  ///< empty: text::approximate_tokens
  PdfOptions pdf;
};

struct SkippedFile {
  std::string path;  ///< relative to the folder
  base::Error error;
};

struct IngestReport {
  std::size_t files = 0;  ///< that gave passages
  std::size_t passages = 0;
  std::size_t ignored = 0;  ///< of other kinds, by their endings
  std::vector<SkippedFile> skipped;
};

/// Whether the ending of the name is one that is read.
bool is_document_name(std::string_view path);

/// The passages of one document. Each has the id `id#n`, the titles above it as title, and in `place`: path, sha256 of
/// the document's UTF-8 text, start and end in its bytes, the heading path, the anchor, the page of a PDF, "prose" (the
/// ranges of the text that are paragraphs and items), and "pieces" that map the passage's bytes to the document's:
/// [text begin, text end, source begin, source end, verbatim].
/// @errors those of text::chunk
base::Result<std::vector<Document>> passages_of(const text::SourceDocument& document,
                                                const IngestOptions& options = {});

/// Reads every document below the folder, hidden ones left out, in the order of their paths, and gives its passages to
/// `sink`; an error of the sink ends the walk.
/// @errors kNotFound; kInvalidArgument: no document in it; kCancelled; the sink's
using Sink = std::function<base::Status(Document)>;
using IngestProgress = std::function<void(std::size_t done, std::size_t total, const std::string& path)>;
base::Result<IngestReport> ingest_folder(const std::filesystem::path& folder, const IngestOptions& options,
                                         const Sink& sink, const IngestProgress& progress = {},
                                         std::stop_token stop = {});

}  // namespace groundwork::search
