#include "text/mapped_text.h"

#include <algorithm>

namespace groundwork::text {
namespace {

/// The first piece that reaches beyond `at`.
std::span<const Piece>::iterator first_beyond(std::span<const Piece> pieces, std::size_t at) {
  return std::partition_point(pieces.begin(), pieces.end(), [at](const Piece& piece) { return piece.text.end <= at; });
}

/// The part of `piece` within `part`.
Piece clipped(const Piece& piece, Span part) {
  const Span text{std::max(piece.text.begin, part.begin), std::min(piece.text.end, part.end)};
  if (!piece.verbatim) return {text, piece.source, false};
  const std::size_t begin = piece.source.begin + (text.begin - piece.text.begin);
  return {text, {begin, begin + text.size()}, true};
}

}  // namespace

void MappedText::add(std::string_view shown, Span source) {
  if (shown.empty()) return;
  const Span where{text.size(), text.size() + shown.size()};
  text += shown;
  if (!pieces.empty() && pieces.back().verbatim && pieces.back().text.end == where.begin &&
      pieces.back().source.end == source.begin) {
    pieces.back().text.end = where.end;
    pieces.back().source.end = source.end;
    return;
  }
  pieces.push_back({where, source, true});
}

void MappedText::add_replaced(std::string_view shown, Span source) {
  if (shown.empty()) return;
  pieces.push_back({{text.size(), text.size() + shown.size()}, source, false});
  text += shown;
}

void MappedText::add_part(const MappedText& other, Span part) {
  const std::string_view shown(other.text);
  std::size_t at = part.begin;
  const std::span<const Piece> all(other.pieces);
  for (auto piece = first_beyond(all, part.begin); piece != all.end() && piece->text.begin < part.end; ++piece) {
    const Piece cut = clipped(*piece, part);
    add_separator(shown.substr(at, cut.text.begin - at));
    const std::string_view bytes = shown.substr(cut.text.begin, cut.text.size());
    if (cut.verbatim) {
      add(bytes, cut.source);
    } else {
      add_replaced(bytes, cut.source);
    }
    at = cut.text.end;
  }
  add_separator(shown.substr(at, part.end - at));
}

std::vector<Piece> slice(std::span<const Piece> pieces, Span part) {
  std::vector<Piece> out;
  for (auto piece = first_beyond(pieces, part.begin); piece != pieces.end() && piece->text.begin < part.end; ++piece) {
    Piece cut = clipped(*piece, part);
    cut.text = {cut.text.begin - part.begin, cut.text.end - part.begin};
    out.push_back(cut);
  }
  return out;
}

Span source_of(std::span<const Piece> pieces, Span part) {
  const std::vector<Piece> cut = slice(pieces, part);
  if (cut.empty()) return {};
  Span out = cut.front().source;
  for (const Piece& piece : cut) out = {std::min(out.begin, piece.source.begin), std::max(out.end, piece.source.end)};
  return out;
}

}  // namespace groundwork::text
