#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/span.h"

namespace groundwork::text {

/// A stretch of shown text and the bytes of the source it stands for.
struct Piece {
  Span text;
  Span source;
  bool verbatim = true;  ///< the bytes are the same; else one stands for the other as a whole ("&amp;" shown as "&")

  friend bool operator==(const Piece&, const Piece&) = default;
};

/// Text as a reader sees it, with where each byte of it comes from. Pieces are in order of the text, don't overlap, and
/// are not empty on either side; bytes of the text in no piece are separators that the source doesn't have.
struct MappedText {
  std::string text;
  std::vector<Piece> pieces;

  /// Appends the source's own bytes; `source` must be shown.size() long.
  void add(std::string_view shown, Span source);
  /// Appends what the source writes differently.
  void add_replaced(std::string_view shown, Span source);
  void add_separator(std::string_view shown) { text += shown; }
  /// Appends a stretch of another text, with its sources.
  void add_part(const MappedText& other, Span part);
};

/// The pieces of a stretch of text, counted from its begin. A piece that is not verbatim keeps its whole source.
std::vector<Piece> slice(std::span<const Piece> pieces, Span part);

/// The smallest range of the source that holds all of the shown bytes `part`; empty at 0 when they have no source.
Span source_of(std::span<const Piece> pieces, Span part);

}  // namespace groundwork::text
