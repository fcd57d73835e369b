#pragma once

// What holds for the chunks of any document: shared by chunk_test.cc and chunk_fuzz.cc.

#include <algorithm>
#include <string>
#include <vector>

#include "base/utf8.h"
#include "text/chunk.h"

namespace groundwork::text {

inline bool is_separator(std::string_view bytes) { return bytes.find_first_not_of(" \n|") == std::string_view::npos; }

/// Empty, or which promise of chunk.h the chunk breaks.
inline std::string broken_promise(const Chunk& chunk, const std::string& bytes, const ChunkOptions& options,
                                  const TokenCounter& counter) {
  const std::string_view text(chunk.text);
  if (text.find_first_not_of(" \t\n\v\f\r") == std::string_view::npos) return "nothing is shown";
  if (!base::is_utf8(text)) return "a character is cut";
  if (chunk.tokens != counter(text) || chunk.tokens > options.max_tokens) return "too many tokens";
  if (text.size() > options.max_tokens * 32) return "too many bytes";
  if (chunk.overlap >= text.size()) return "nothing new";
  std::size_t at = 0;
  for (const Piece& piece : chunk.pieces) {
    if (piece.text.begin < at || piece.text.begin >= piece.text.end || piece.text.end > text.size())
      return "text order";
    if (piece.source.begin >= piece.source.end || piece.source.end > bytes.size()) return "source order";
    if (piece.source.begin < chunk.source.begin || piece.source.end > chunk.source.end) return "outside its source";
    if (!is_separator(text.substr(at, piece.text.begin - at))) return "text without a source";
    if (piece.verbatim &&
        bytes.compare(piece.source.begin, piece.source.size(), text.substr(piece.text.begin, piece.text.size())) != 0)
      return "not verbatim";
    at = piece.text.end;
  }
  if (!is_separator(text.substr(at))) return "text without a source at the end";
  at = 0;
  for (const Part& part : chunk.parts) {
    if (part.text.begin < at || part.text.begin >= part.text.end || part.text.end > text.size()) return "part order";
    if (text.substr(at, part.text.begin - at).find_first_not_of(" \t\n\v\f\r") != std::string_view::npos)
      return "text in no part";
    at = part.text.end;
  }
  return at == text.size() ? "" : "text after the last part";
}

/// Empty, or what is shown but in no chunk and no heading path.
inline std::string lost_text(const SourceDocument& document, const std::vector<Chunk>& chunks) {
  std::vector<bool> kept(document.bytes.size());
  std::vector<std::string_view> titles;
  for (const Chunk& chunk : chunks) {
    for (const Piece& piece : chunk.pieces)
      for (std::size_t i = piece.source.begin; i < piece.source.end; ++i) kept[i] = true;
    for (const std::string& title : chunk.heading_path) titles.push_back(title);
  }
  const Outline outline = document.format == Format::kMarkdown ? read_markdown(document.bytes)
                          : document.format == Format::kHtml   ? read_html(document.bytes)
                                                               : read_plain(document.bytes);
  const std::string_view shown(outline.text.text);
  for (const Block& block : outline.blocks) {
    const std::string_view text = shown.substr(block.text.begin, block.text.size());
    if (block.kind == BlockKind::kHeading && std::find(titles.begin(), titles.end(), text) != titles.end()) continue;
    for (const Piece& piece : slice(outline.text.pieces, block.text)) {
      for (std::size_t i = 0; piece.verbatim && i < piece.text.size(); ++i) {
        const std::size_t at = piece.source.begin + i;
        if (!kept[at] && std::string_view(" \t\n\v\f\r").find(document.bytes[at]) == std::string_view::npos)
          return "byte " + std::to_string(at) + " of '" + std::string(text.substr(0, 60)) + "'";
      }
    }
  }
  return {};
}

}  // namespace groundwork::text
