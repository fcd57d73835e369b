#include "text/outline.h"

#include <utility>

#include "text/markdown.h"
#include "text/segment.h"

namespace groundwork::text {
namespace {

constexpr std::string_view kBlank = " \t\n\v\f\r";
constexpr std::size_t kLongestAnchor = 200;

/// Without blank lines around it, and for all but code without blanks; code keeps its first indentation.
Span trimmed(BlockKind kind, std::string_view text) {
  std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  if (kind == BlockKind::kCode) {
    const std::size_t line = text.substr(0, begin).rfind('\n');
    begin = line == std::string_view::npos ? 0 : line + 1;
  }
  return {begin, text.find_last_not_of(kBlank) + 1};
}

}  // namespace

bool OutlineBuilder::append(BlockKind kind, const MappedText& shown) {
  const Span part = trimmed(kind, shown.text);
  if (part.size() == 0 || full()) return false;
  if (!outline_.blocks.empty()) {
    const bool tight = (kind == BlockKind::kItem || kind == BlockKind::kRow) && outline_.blocks.back().kind == kind;
    outline_.text.add_separator(tight ? "\n" : "\n\n");
  }
  const std::size_t begin = outline_.text.text.size();
  outline_.text.add_part(shown, part);
  outline_.blocks.push_back({kind, {begin, outline_.text.text.size()}, 0, {}});
  return true;
}

void OutlineBuilder::add(BlockKind kind, const MappedText& shown) { append(kind, shown); }

void OutlineBuilder::add_heading(int level, const MappedText& title, std::string_view anchor) {
  if (!append(BlockKind::kHeading, title)) return;
  Block& block = outline_.blocks.back();
  const std::string_view text(outline_.text.text);
  block.level = level;
  block.anchor = anchor.empty() ? slug(text.substr(block.text.begin, block.text.size())) : std::string(anchor);
  if (block.anchor.size() > kLongestAnchor) block.anchor.clear();
  if (block.anchor.empty()) return;
  if (const int before = anchors_[block.anchor]++; before > 0) block.anchor += "-" + std::to_string(before);
}

Outline read_plain(std::string_view bytes) {
  OutlineBuilder builder;
  for (const Span& paragraph : paragraphs(bytes)) {
    MappedText shown;
    shown.add(bytes.substr(paragraph.begin, paragraph.size()), paragraph);
    builder.add(BlockKind::kParagraph, shown);
  }
  return builder.take();
}

}  // namespace groundwork::text
