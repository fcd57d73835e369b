#pragma once

// A document as a row of blocks: what the readers of Markdown, HTML and plain text make, and what chunks are cut from.

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/mapped_text.h"

namespace groundwork::text {

enum class BlockKind { kHeading, kParagraph, kItem, kRow, kCode, kNote };  ///< kNote: a footnote

struct Block {
  BlockKind kind = BlockKind::kParagraph;
  Span text;           ///< in the outline's text
  int level = 0;       ///< of a heading, 1 to 6
  std::string anchor;  ///< of a heading, unique in the document
};

/// A document of more blocks is read no further, so that hostile documents don't take a hundred times their size.
constexpr std::size_t kMostBlocks = 400'000;

/// Blocks in reading order. Between them are separators: a line break after an item or row before another one of its
/// kind, else a blank line.
struct Outline {
  MappedText text;
  std::vector<Block> blocks;
};

/// Collects blocks, without the white space around them; blocks that show nothing are left out.
class OutlineBuilder {
 public:
  void add(BlockKind kind, const MappedText& shown);
  /// @param anchor  as written in the document; empty: the title's slug
  void add_heading(int level, const MappedText& title, std::string_view anchor);
  bool full() const { return outline_.blocks.size() > kMostBlocks; }
  Outline take() { return std::move(outline_); }

 private:
  bool append(BlockKind kind, const MappedText& shown);

  Outline outline_;
  std::map<std::string, int, std::less<>> anchors_;
};

/// Reads a document; offsets count its bytes. Never fails: whatever the bytes, the outline is well-formed; more than
/// kMostBlocks blocks in it mean that there is more in the document.
/// Time and memory are linear in the size.
Outline read_markdown(std::string_view bytes);
Outline read_html(std::string_view bytes);
Outline read_plain(std::string_view bytes);

}  // namespace groundwork::text
