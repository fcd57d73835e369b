#pragma once

// Documents to passages for search and answers, with the place of every byte. In scope: Markdown, HTML, plain text
// (PDF becomes plain text in search/extract.h). Not in scope: which passages are worth keeping.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/mapped_text.h"
#include "text/outline.h"
#include "text/span.h"

namespace groundwork::text {

enum class Format { kMarkdown, kHtml, kPlain };

/// By the ending of a file's name: .md .markdown .mdx, .html .htm .xhtml, else plain.
Format format_of(std::string_view file_name);

struct SourceDocument {
  std::string id;
  std::string title;
  Format format = Format::kMarkdown;
  std::string bytes;  ///< UTF-8, as text::decode gives it; every offset counts these bytes
};

/// How many tokens a text has. Must give the same for the same text; called with up to the whole document.
using TokenCounter = std::function<std::size_t(std::string_view)>;

/// A token for every four bytes, rounded up: for when no model is loaded.
std::size_t approximate_tokens(std::string_view text);

struct ChunkOptions {
  std::size_t max_tokens = 220;                   ///< of a chunk's text; at least 8
  std::size_t overlap_tokens = 40;                ///< at most so many, in whole sentences; at most half of max_tokens
  std::size_t min_tokens = 60;                    ///< sections below it are merged; at most max_tokens
  std::size_t max_bytes = std::size_t{16} << 20;  ///< of a document
};

/// A part of a chunk's text: a heading (only in a chunk of several sections), or a block or what is in it of one.
struct Part {
  BlockKind kind = BlockKind::kParagraph;
  Span text;
  friend bool operator==(const Part&, const Part&) = default;
};

/// A passage. `pieces` maps its text to the source: verbatim pieces are the same bytes, others stand for what the
/// source writes differently (a character reference, a line break), and what no piece covers are separators: white
/// space and " | " between cells. So for every piece p that is verbatim, bytes.substr(p.source) == text.substr(p.text).
struct Chunk {
  std::string text;
  Span source;                            ///< from the first to the last byte of the pieces
  std::vector<Piece> pieces;              ///< in order of the text
  std::vector<Part> parts;                ///< in order, without gaps but separators
  std::vector<std::string> heading_path;  ///< from the outermost; common to all sections in the chunk
  std::string anchor;                     ///< of its first section; empty before the first heading
  std::size_t tokens = 0;                 ///< of the text, as counted
  std::size_t overlap = 0;                ///< how many bytes at the start of the text repeat the chunk before
};

/// Cuts a document. No chunk has text of two sections, except that neighbouring small sections below the same heading
/// (each less than min_tokens) are joined, with their headings in the text; a section's heading is else only in
/// heading_path. Paragraphs, items, rows and code blocks stay whole where they fit; what doesn't fit is cut at
/// sentences (code: at blank lines, then lines), then words, then characters. Everything that is shown is in at least
/// one chunk or heading path. A chunk has at most max_tokens, and at most 32 bytes for each of them, since a tokeniser
/// may take an unbroken word of any length for one token. Deterministic. Time is linear in the document if the
/// counter's is.
/// @param counter  empty: approximate_tokens
/// @errors kInvalidArgument: bytes are not UTF-8, options contradict each other, the counter gives a single character
///         more than max_tokens. kResourceExhausted: more than max_bytes. `where` is the document's id.
base::Result<std::vector<Chunk>> chunk(const SourceDocument& document, const ChunkOptions& options = {},
                                       const TokenCounter& counter = {});

}  // namespace groundwork::text
