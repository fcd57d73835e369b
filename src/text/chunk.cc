#include "text/chunk.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/utf8.h"
#include "text/segment.h"
#include "text/unicode.h"

namespace groundwork::text {
namespace {

using base::Code;
using base::Result;
using base::Status;

constexpr std::size_t kBytesOfToken = 32;
constexpr std::size_t kLongestHeading = 300;  ///< bytes; a longer one is a paragraph
constexpr std::size_t kLeastTokens = 8;
constexpr std::string_view kBlank = " \t\n\v\f\r";

/// Blocks below one heading.
struct Section {
  std::vector<std::string> path;
  std::string anchor;
  std::optional<Block> heading;
  std::vector<Block> blocks;
  std::size_t tokens = 0;  ///< of its blocks
};

/// A stretch of the outline's text that is not cut any more.
struct Unit {
  Span text;
  BlockKind kind = BlockKind::kParagraph;
  std::size_t block = 0;  ///< units of one block are not kept together further
};

std::vector<Section> sections_of(const Outline& outline) {
  std::vector<Section> out(1);
  std::vector<std::pair<int, std::string>> path;
  for (const Block& block : outline.blocks) {
    if (block.kind != BlockKind::kHeading || block.text.size() > kLongestHeading) {
      out.back().blocks.push_back(block);
      if (block.kind == BlockKind::kHeading) out.back().blocks.back().kind = BlockKind::kParagraph;
      continue;
    }
    while (!path.empty() && path.back().first >= block.level) path.pop_back();
    path.emplace_back(block.level, outline.text.text.substr(block.text.begin, block.text.size()));
    Section section;
    for (const auto& [level, title] : path) section.path.push_back(title);
    section.anchor = block.anchor;
    section.heading = block;
    out.push_back(std::move(section));
  }
  if (out.front().blocks.empty()) out.erase(out.begin());
  return out;
}

bool begins_with(const std::vector<std::string>& path, const std::vector<std::string>& start) {
  return path.size() >= start.size() && std::equal(start.begin(), start.end(), path.begin());
}

std::vector<std::string> common_path(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  const auto [end, unused] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return {a.begin(), end};
}

class Chunker {
 public:
  Chunker(const Outline& outline, const ChunkOptions& options, const TokenCounter& counter)
      : outline_(outline), text_(outline.text.text), options_(options), counter_(counter) {}

  Result<std::vector<Chunk>> run() {
    std::vector<Section> sections = sections_of(outline_);
    for (Section& section : sections) section.tokens = tokens_of(section.blocks);
    for (std::size_t i = 0; i < sections.size();) {
      const std::size_t end = end_of_group(sections, i);
      if (end - i > 1) {
        GW_CHECK_OK(emit_group(sections, i, end));
      } else {
        const bool heads_another = i + 1 < sections.size() && begins_with(sections[i + 1].path, sections[i].path);
        GW_CHECK_OK(emit_section(sections[i], heads_another));
      }
      i = end;
    }
    return std::move(out_);
  }

 private:
  std::string_view view(Span span) const { return text_.substr(span.begin, span.size()); }

  /// What counts against max_tokens.
  std::size_t size_of(Span span) const {
    return std::max(counter_(view(span)), (span.size() + kBytesOfToken - 1) / kBytesOfToken);
  }
  bool fits(Span span) const {
    return span.size() <= options_.max_tokens * kBytesOfToken && counter_(view(span)) <= options_.max_tokens;
  }

  std::size_t tokens_of(const std::vector<Block>& blocks) const {
    std::size_t tokens = 0;
    for (const Block& block : blocks) tokens += size_of(block.text);
    return tokens;
  }

  // ---- Sections ------------------------------------------------------------------------------------------------

  static Span range_of(const Section& section, bool with_heading) {
    if (section.blocks.empty()) return section.heading->text;
    const Span last = section.blocks.back().text;
    return {with_heading && section.heading ? section.heading->text.begin : section.blocks.front().text.begin,
            last.end};
  }

  /// Whether the heading of the group's first section is in the path of all of them.
  static bool first_heads_all(const std::vector<Section>& sections, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin + 1; i < end; ++i)
      if (!begins_with(sections[i].path, sections[begin].path)) return false;
    return true;
  }

  Span group_range(const std::vector<Section>& sections, std::size_t begin, std::size_t end) const {
    const bool with_heading = !first_heads_all(sections, begin, end);
    const std::size_t first = with_heading || !sections[begin].blocks.empty() ? begin : begin + 1;
    return {range_of(sections[first], with_heading || first != begin).begin, range_of(sections[end - 1], true).end};
  }

  /// Where the group of small neighbours ends that begins with section `begin`.
  std::size_t end_of_group(const std::vector<Section>& sections, std::size_t begin) const {
    std::size_t total = sections[begin].tokens;
    std::vector<std::string> parent = sections[begin].path;
    if (!parent.empty()) parent.pop_back();
    std::size_t end = begin + 1;
    while (end < sections.size() && total < options_.min_tokens && sections[end].tokens < options_.min_tokens &&
           begins_with(sections[end].path, parent) && fits(group_range(sections, begin, end + 1))) {
      total += sections[end].tokens;
      ++end;
    }
    return end;
  }

  Status emit_group(const std::vector<Section>& sections, std::size_t begin, std::size_t end) {
    std::vector<std::string> path = sections[begin].path;
    for (std::size_t i = begin + 1; i < end; ++i) path = common_path(path, sections[i].path);
    const Span range = group_range(sections, begin, end);
    std::vector<Part> parts;
    for (std::size_t i = begin; i < end; ++i) {
      if (sections[i].heading && sections[i].heading->text.begin >= range.begin)
        parts.push_back({BlockKind::kHeading, sections[i].heading->text});
      for (const Block& block : sections[i].blocks) parts.push_back({block.kind, block.text});
    }
    emit(range, parts, path, sections[begin].anchor, 0);
    return {};
  }

  Status emit_section(const Section& section, bool heads_another) {
    if (section.blocks.empty()) {  // a heading alone: in the path of what is below it, or else a chunk of its own
      if (heads_another) return {};
      return pack({*section.heading}, section);
    }
    return pack(section.blocks, section);
  }

  // ---- Packing -------------------------------------------------------------------------------------------------

  /// Fills chunks with units. A block that fits into a chunk of its own is not cut to fill up another one.
  Status pack(const std::vector<Block>& blocks, const Section& section) {
    std::vector<Unit> units;
    for (std::size_t i = 0; i < blocks.size(); ++i) GW_CHECK_OK(add_units(blocks[i], i, units));
    for (std::size_t begin = 0; begin < units.size();) {
      const std::size_t start = begin == 0 ? units[begin].text.begin : overlap_begin(units, begin);
      std::size_t end = begin + 1;
      while (end < units.size() && fits({start, units[end].text.end})) ++end;
      emit_units(units, start, begin, end, section);
      begin = end;
    }
    return {};
  }

  /// Where the text begins that unit `next` is preceded by in its chunk: whole sentences from the end of the chunk
  /// before, of prose only.
  std::size_t overlap_begin(const std::vector<Unit>& units, std::size_t next) const {
    const std::size_t none = units[next].text.begin;
    std::size_t begin = none;
    for (std::size_t i = next; i-- > 0 && out_floor_ <= units[i].text.begin;) {
      if (units[i].kind != BlockKind::kParagraph && units[i].kind != BlockKind::kItem) return begin;
      const std::vector<Span> found = sentences(view(units[i].text));
      for (auto sentence = found.rbegin(); sentence != found.rend(); ++sentence) {
        const std::size_t at = units[i].text.begin + sentence->begin;
        if (at <= out_floor_) return begin;  // the whole chunk before would be repeated
        const Span overlap{at, units[next - 1].text.end};
        if (counter_(view(overlap)) > options_.overlap_tokens || !fits({at, units[next].text.end})) return begin;
        begin = at;
      }
    }
    return begin;
  }

  void emit_units(const std::vector<Unit>& units, std::size_t start, std::size_t begin, std::size_t end,
                  const Section& section) {
    std::vector<Part> parts;
    std::size_t first = begin;
    while (first > 0 && units[first - 1].text.end > start) --first;
    for (std::size_t i = first; i < end; ++i) {
      const Span text{std::max(units[i].text.begin, start), units[i].text.end};
      const bool same_block = i > first && units[i].block == units[i - 1].block;
      if (same_block) {
        parts.back().text.end = text.end;
      } else {
        parts.push_back({units[i].kind, text});
      }
    }
    out_floor_ = units[begin].text.begin;
    emit({start, units[end - 1].text.end}, parts, section.path, section.anchor, units[begin].text.begin - start);
  }

  void emit(Span range, std::vector<Part> parts, const std::vector<std::string>& path, const std::string& anchor,
            std::size_t overlap) {
    Chunk chunk;
    chunk.text = view(range);
    chunk.pieces = slice(outline_.text.pieces, range);
    chunk.source = source_of(chunk.pieces, {0, chunk.text.size()});
    for (Part& part : parts) part.text = {part.text.begin - range.begin, part.text.end - range.begin};
    chunk.parts = std::move(parts);
    chunk.heading_path = path;
    chunk.anchor = anchor;
    chunk.tokens = counter_(chunk.text);
    chunk.overlap = overlap;
    out_.push_back(std::move(chunk));
  }

  // ---- Cutting -------------------------------------------------------------------------------------------------

  Status add_units(const Block& block, std::size_t index, std::vector<Unit>& out) const {
    if (fits(block.text)) {
      out.push_back({block.text, block.kind, index});
      return {};
    }
    const bool code = block.kind == BlockKind::kCode;
    std::vector<Span> parts = code ? blank_line_parts(block.text) : sentences(view(block.text));
    if (!code)
      for (Span& part : parts) part = {part.begin + block.text.begin, part.end + block.text.begin};
    for (const Span& part : parts) GW_CHECK_OK(add_part(part, {{}, block.kind, index}, out));
    return {};
  }

  /// A sentence, or code between blank lines, which is cut further where it must be.
  Status add_part(Span part, const Unit& like, std::vector<Unit>& out) const {
    const bool code = like.kind == BlockKind::kCode;
    while (!fits(part)) {
      GW_TRY(const std::size_t end, longest_start(part, code));
      const Span shown{part.begin, last_shown(part.begin, end)};
      if (view(shown).find_first_not_of(kBlank) != std::string_view::npos)
        out.push_back({shown, like.kind, like.block});
      part.begin = code && text_[end] != ' ' ? after_line_break(end, part.end) : text_.find_first_not_of(kBlank, end);
      if (part.begin >= part.end) return {};
    }
    out.push_back({part, like.kind, like.block});
    return {};
  }

  std::vector<Span> blank_line_parts(Span code) const {
    std::vector<Span> out;
    for (const Span& part : paragraphs(view(code))) {
      std::size_t begin = part.begin;  // keeps the indentation of its first line
      while (begin > 0 && view(code)[begin - 1] != '\n') --begin;
      out.push_back({code.begin + begin, code.begin + part.end});
    }
    return out;
  }

  std::size_t last_shown(std::size_t begin, std::size_t end) const {
    while (end > begin + 1 && is_ascii_space(text_[end - 1])) --end;
    return end;
  }
  std::size_t after_line_break(std::size_t at, std::size_t end) const {
    while (at < end && (text_[at] == '\n' || text_[at] == '\r')) ++at;
    return at;
  }

  /// The end of the longest start of `part` that fits, at the end of a line (code), word or character.
  Result<std::size_t> longest_start(Span part, bool code) const {
    std::size_t low = part.begin;  // fits
    std::size_t step = options_.max_tokens;
    std::size_t high = std::min(part.end, part.begin + step);
    while (high < part.end && fits({part.begin, whole_character(high, part)})) {
      low = high;
      step *= 2;
      high = std::min(part.end, high + step);
    }
    while (high - low > 1) {
      const std::size_t middle = low + (high - low) / 2;
      (fits({part.begin, whole_character(middle, part)}) ? low : high) = middle;
    }
    const std::size_t longest = whole_character(low, part);
    if (longest == part.begin) {
      return base::make_error(Code::kInvalidArgument, "expected at most " + std::to_string(options_.max_tokens) +
                                                          " tokens for a character, found more at byte " +
                                                          std::to_string(part.begin) + " of the shown text");
    }
    for (const std::string_view ends : {std::string_view("\n"), kBlank}) {
      if (!code && ends.size() == 1) continue;
      const std::size_t at = nice_end({part.begin, longest}, part, ends);
      if (at > part.begin && fits({part.begin, at})) return at;
    }
    return longest;
  }

  /// The last place within `start` where one of `ends` follows what is shown; part.begin when there is none.
  std::size_t nice_end(Span start, Span part, std::string_view ends) const {
    for (std::size_t at = start.end; at > start.begin; --at) {
      const bool is_end = at < part.end && ends.find(text_[at]) != std::string_view::npos;
      if (is_end && !is_ascii_space(text_[at - 1])) return at;
    }
    return part.begin;
  }

  std::size_t whole_character(std::size_t at, Span part) const {
    while (at > part.begin && at < part.end && !starts_character(text_[at])) --at;
    return at;
  }

  const Outline& outline_;
  std::string_view text_;
  const ChunkOptions& options_;
  const TokenCounter& counter_;
  std::vector<Chunk> out_;
  std::size_t out_floor_ = 0;  ///< where the first unit of the chunk before begins: no overlap goes as far back
};

Status check(const SourceDocument& document, const ChunkOptions& options) {
  const auto refuse = [&](Code code, std::string message) {
    return base::make_error(code, std::move(message), document.id);
  };
  if (options.max_tokens < kLeastTokens || options.max_tokens > (std::size_t{1} << 24) ||
      options.overlap_tokens > options.max_tokens / 2 || options.min_tokens > options.max_tokens) {
    return refuse(
        Code::kInvalidArgument,
        "expected max_tokens from 8 to 16777216, overlap_tokens up to half of it and min_tokens up to it, found " +
            std::to_string(options.max_tokens) + ", " + std::to_string(options.overlap_tokens) + " and " +
            std::to_string(options.min_tokens));
  }
  if (document.bytes.size() > options.max_bytes) {
    return refuse(Code::kResourceExhausted, "expected a document of at most " + std::to_string(options.max_bytes) +
                                                " bytes, found " + std::to_string(document.bytes.size()));
  }
  if (!base::is_utf8(document.bytes)) return refuse(Code::kInvalidArgument, "expected UTF-8, found other bytes");
  return {};
}

}  // namespace

Format format_of(std::string_view file_name) {
  const std::size_t dot = file_name.rfind('.');
  std::string ending(dot == std::string_view::npos ? "" : file_name.substr(dot + 1));
  std::transform(ending.begin(), ending.end(), ending.begin(), ascii_lower);
  if (ending == "md" || ending == "markdown" || ending == "mdx") return Format::kMarkdown;
  if (ending == "html" || ending == "htm" || ending == "xhtml") return Format::kHtml;
  return Format::kPlain;
}

std::size_t approximate_tokens(std::string_view text) { return (text.size() + 3) / 4; }

Result<std::vector<Chunk>> chunk(const SourceDocument& document, const ChunkOptions& options,
                                 const TokenCounter& counter) {
  GW_CHECK_OK(check(document, options));
  const Outline outline = document.format == Format::kMarkdown ? read_markdown(document.bytes)
                          : document.format == Format::kHtml   ? read_html(document.bytes)
                                                               : read_plain(document.bytes);
  if (outline.blocks.size() > kMostBlocks) {
    return base::make_error(
        Code::kResourceExhausted,
        "expected at most " + std::to_string(kMostBlocks) + " paragraphs, items and rows, found more", document.id);
  }
  const TokenCounter count = counter ? counter : TokenCounter(approximate_tokens);
  Result<std::vector<Chunk>> chunks = Chunker(outline, options, count).run();
  if (chunks.ok()) return chunks;
  base::Error error = std::move(chunks).error();
  error.where = document.id;
  return error;
}

}  // namespace groundwork::text
