#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "text/markdown_inline.h"
#include "text/outline.h"
#include "text/unicode.h"

namespace groundwork::text {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr int kMostMarkers = 8;  ///< of lists within lists on one line; what follows is text
constexpr std::size_t kLongestFrontMatter = std::size_t{64} << 10;
constexpr std::size_t kMostColumns = 256;

struct Fence {
  char mark = '`';
  std::size_t length = 0;
  std::size_t quotes = 0;  ///< '>' in front of it
  std::size_t indent = 0;
};

/// One pass over the lines. Containers (quotes, lists) are taken off each line and not built: of them only the marks
/// matter here, which are not shown.
class MarkdownReader {
 public:
  explicit MarkdownReader(std::string_view bytes) : bytes_(bytes) {}

  Outline read() {
    std::size_t at = front_matter_end();
    collect_labels(at);
    while (at < bytes_.size()) {
      const std::size_t end = std::min(bytes_.find('\n', at), bytes_.size());
      next_ = std::min(end + 1, bytes_.size());
      read_line({at, end > at && bytes_[end - 1] == '\r' ? end - 1 : end});
      at = next_;
    }
    end_block();
    flush_code();
    return builder_.take();
  }

 private:
  std::string_view view(Span span) const { return bytes_.substr(span.begin, span.size()); }

  // ---- Before the lines ----------------------------------------------------------------------------------------

  std::size_t front_matter_end() const {
    for (const std::string_view mark : {"---", "+++"}) {
      if (!bytes_.starts_with(mark)) continue;
      const std::string_view start = bytes_.substr(0, kLongestFrontMatter);
      std::size_t at = start.find('\n');
      if (at == kNone || start.substr(3, at - 3).find_first_not_of(" \t\r") != kNone) continue;
      for (++at; at < start.size();) {
        const std::size_t end = std::min(start.find('\n', at), start.size());
        std::string_view line = start.substr(at, end - at);
        while (!line.empty() && is_ascii_space(line.back())) line.remove_suffix(1);
        at = std::min(end + 1, bytes_.size());
        if (line == mark || (line == "..." && mark == "---")) return at;
      }
    }
    return 0;
  }

  /// "[label]: target" at the start of a line; where its label ends, or kNone.
  static std::size_t definition_label_end(std::string_view line) {
    if (line.size() < 4 || line[0] != '[' || line[1] == '^') return kNone;
    const std::size_t close = line.substr(0, 1001).find_first_of("[]", 1);
    if (close == kNone || close == 1 || line[close] != ']') return kNone;
    if (close + 1 >= line.size() || line[close + 1] != ':') return kNone;
    return line.find_first_not_of(" \t", close + 2) == kNone ? kNone : close;
  }

  void collect_labels(std::size_t at) {
    for (at = bytes_.find('[', at); at != kNone; at = bytes_.find('[', at + 1)) {
      std::size_t begin = at;
      while (begin > 0 && at - begin < 4 && bytes_[begin - 1] == ' ') --begin;
      if (begin > 0 && bytes_[begin - 1] != '\n') continue;
      const std::size_t end = std::min(bytes_.find('\n', at), bytes_.size());
      const std::size_t close = definition_label_end(bytes_.substr(at, end - at));
      if (close != kNone) labels_.insert(fold_label(bytes_.substr(at + 1, close - 1)));
    }
  }

  // ---- A line --------------------------------------------------------------------------------------------------

  void read_line(Span line) {
    if (fence_.length > 0) return read_code_line(line);
    if (skip_until_.empty() == false) return read_skipped(line);
    const std::size_t quotes = take_quotes(line);
    const std::size_t indent = take_indent(line);
    if (line.size() == 0) return read_blank();
    if (in_list_ && indent == 0 && blank_before_ && !starts_item(line)) in_list_ = false;
    if (indent >= 4 && paragraph_.empty() && !in_list_) return read_indented_code(line, indent);
    flush_code();
    read_content(line, quotes, indent);
    blank_before_ = false;
  }

  void read_blank() {
    end_block();
    if (!code_.text.empty()) code_.add_separator("\n");
    blank_before_ = true;
  }

  /// Takes "> > " from the front and says how many there were.
  std::size_t take_quotes(Span& line) const {
    std::size_t quotes = 0;
    for (;;) {
      std::size_t at = line.begin;
      while (at < line.end && bytes_[at] == ' ') ++at;
      if (at == line.end || bytes_[at] != '>' || (at - line.begin >= 4 && quotes == 0)) return quotes;
      line.begin = at + 1;
      if (line.begin < line.end && bytes_[line.begin] == ' ') ++line.begin;
      ++quotes;
    }
  }

  /// Takes white space from both ends and says how many columns it was in front.
  std::size_t take_indent(Span& line) const {
    std::size_t columns = 0;
    while (line.begin < line.end && is_ascii_space(bytes_[line.begin])) {
      columns += bytes_[line.begin] == '\t' ? 4 - columns % 4 : 1;
      ++line.begin;
    }
    while (line.end > line.begin && is_ascii_space(bytes_[line.end - 1])) --line.end;
    return std::min(columns, kMostColumns);
  }

  void read_content(Span line, std::size_t quotes, std::size_t indent) {
    if (read_underline(view(line))) return;
    for (int markers = 0; markers < kMostMarkers && !is_rule(view(line)); ++markers) {
      const std::size_t length = marker_length(view(line));
      if (length == 0) break;
      begin_item(line, length);
      take_quotes(line);
      indent += length;
      take_indent(line);
      if (line.size() == 0) return;
    }
    const std::string_view text = view(line);
    if (open_fence(text, quotes, indent) || open_html(text) || read_heading(line) || read_table_line(line)) return;
    if (is_rule(text)) return end_block();
    if (paragraph_.empty() && definition_label_end(text) != kNone) return;
    if (starts_note(text)) begin_note(line);
    if (line.size() > 0) paragraph_.push_back(line);
  }

  /// "===" or "---" under a paragraph makes it a heading.
  bool read_underline(std::string_view text) {
    if (paragraph_.empty() || kind_ != BlockKind::kParagraph || (text[0] != '=' && text[0] != '-')) return false;
    if (text.find_first_not_of(text[0]) != kNone) return false;
    flush_heading(text[0] == '=' ? 1 : 2, {});
    return true;
  }

  static bool is_rule(std::string_view text) {
    if (text[0] != '-' && text[0] != '*' && text[0] != '_') return false;
    const char allowed[] = {text[0], ' ', '\t', '\0'};
    return text.find_first_not_of(allowed) == kNone && std::count(text.begin(), text.end(), text[0]) >= 3;
  }

  // ---- Lists ---------------------------------------------------------------------------------------------------

  bool starts_item(Span line) const { return marker_length(view(line)) > 0; }

  /// The length of "- " or "12. " with the blanks after it; 0: no item. A number interrupts a paragraph only as 1.
  std::size_t marker_length(std::string_view text) const {
    std::size_t at = 0;
    if (text[0] == '-' || text[0] == '*' || text[0] == '+') {
      at = 1;
    } else {
      while (at < text.size() && at < 9 && is_ascii_digit(text[at])) ++at;
      if (at == 0 || at == text.size() || (text[at] != '.' && text[at] != ')')) return 0;
      if (!paragraph_.empty() && !in_list_ && text.substr(0, at) != "1") return 0;
      ++at;
    }
    if (at < text.size() && !is_ascii_space(text[at])) return 0;
    const std::size_t content = text.find_first_not_of(" \t", at);
    return content == kNone ? text.size() : content;
  }

  /// Begins an item; takes the bullet and the box of a task from the line, and keeps a number in it.
  void begin_item(Span& line, std::size_t length) {
    end_block();
    in_list_ = true;
    kind_ = BlockKind::kItem;
    if (is_ascii_digit(bytes_[line.begin])) number_ = {line.begin, line.begin + length};
    line.begin += length;
    const std::string_view text = view(line);
    if (text.size() >= 4 && text[0] == '[' && text[2] == ']' && text[3] == ' ' &&
        (text[1] == ' ' || text[1] == 'x' || text[1] == 'X')) {
      line.begin += 4;
    }
  }

  /// "[^label]: " at the start of a line begins a footnote, even right behind another one.
  static bool starts_note(std::string_view text) {
    if (!text.starts_with("[^")) return false;
    const std::size_t close = text.find(']');
    return close != kNone && close + 1 < text.size() && text[close + 1] == ':';
  }

  void begin_note(Span& line) {
    end_block();
    kind_ = BlockKind::kNote;
    line.begin += view(line).find(']') + 2;
    take_indent(line);
  }

  // ---- Code and HTML -------------------------------------------------------------------------------------------

  bool open_fence(std::string_view text, std::size_t quotes, std::size_t indent) {
    if (text[0] != '`' && text[0] != '~') return false;
    const std::size_t length = std::min(text.find_first_not_of(text[0]), text.size());
    if (length < 3 || (text[0] == '`' && text.find('`', length) != kNone)) return false;
    end_block();
    fence_ = {text[0], length, quotes, indent};
    return true;
  }

  void read_code_line(Span line) {
    for (std::size_t i = 0; i < fence_.quotes; ++i) {
      const std::size_t at = bytes_.find_first_not_of(' ', line.begin);
      if (at >= line.end || bytes_[at] != '>') break;
      line.begin = at + 1;
      if (line.begin < line.end && bytes_[line.begin] == ' ') ++line.begin;
    }
    Span inside = line;
    const std::size_t indent = take_indent(inside);
    const std::string_view text = view(inside);
    if (indent < fence_.indent + 4 && text.size() >= fence_.length && text.find_first_not_of(fence_.mark) == kNone) {
      fence_ = {};
      return flush_code();
    }
    drop_columns(line, fence_.indent);
    add_code_line(line);
  }

  void read_indented_code(Span line, std::size_t indent) {
    Span start = line;
    while (indent > 4 && start.begin > 0 && bytes_[start.begin - 1] == ' ') {
      --start.begin;
      --indent;
    }
    add_code_line(start);
    blank_before_ = false;
  }

  void drop_columns(Span& line, std::size_t columns) const {
    for (; columns > 0 && line.begin < line.end && bytes_[line.begin] == ' '; --columns) ++line.begin;
  }

  void add_code_line(Span line) {
    code_.add(view(line), line);
    if (next_ > line.end) {
      const Span ending{line.end, next_};
      if (ending.size() == 1) {
        code_.add("\n", ending);
      } else {
        code_.add_replaced("\n", ending);
      }
    }
  }

  void flush_code() {
    if (code_.text.empty()) return;
    builder_.add(BlockKind::kCode, code_);
    code_ = {};
  }

  /// Comments, scripts and style sheets, which go on over blank lines.
  bool open_html(std::string_view text) {
    constexpr std::pair<std::string_view, std::string_view> kSkipped[] = {
        {"<!--", "-->"}, {"<script", "</script>"}, {"<style", "</style>"}};
    for (const auto& [begin, end] : kSkipped) {
      if (!text.starts_with(begin)) continue;
      const std::size_t close = text.find(end, begin.size());
      if (close != kNone) return false;  // on this line; what is inline knows comments
      end_block();
      skip_until_ = end;
      return true;
    }
    return false;
  }

  void read_skipped(Span line) {
    const std::size_t close = view(line).find(skip_until_);
    if (close == kNone) return;
    Span rest{line.begin + close + skip_until_.size(), line.end};
    skip_until_ = {};
    take_indent(rest);
    if (rest.size() > 0) paragraph_.push_back(rest);
  }

  // ---- Headings and tables -------------------------------------------------------------------------------------

  bool read_heading(Span line) {
    const std::string_view text = view(line);
    const std::size_t level = std::min(text.find_first_not_of('#'), text.size());
    if (level == 0 || level > 6 || (level < text.size() && !is_ascii_space(text[level]))) return false;
    end_block();
    line.begin += level;
    take_indent(line);
    Span title = line;
    while (title.end > title.begin && bytes_[title.end - 1] == '#') --title.end;
    if (title.size() == 0 || is_ascii_space(bytes_[title.end - 1])) line = title;
    take_indent(line);
    const std::string anchor = take_anchor(line);
    if (line.size() > 0) paragraph_.push_back(line);
    flush_heading(static_cast<int>(level), anchor);
    return true;
  }

  /// "{#id}" at the end of a heading.
  std::string take_anchor(Span& line) const {
    const std::string_view text = view(line);
    const std::size_t open = text.rfind("{#");
    if (open == kNone || !text.ends_with('}') || text.find_first_of(" \t", open) != kNone) return {};
    std::string anchor(text.substr(open + 2, text.size() - open - 3));
    line.end = line.begin + open;
    take_indent(line);
    return anchor;
  }

  static bool is_delimiter_row(std::string_view text) {
    return text.find_first_not_of("|:- \t") == kNone && text.find('-') != kNone && text.find_first_of("|:") != kNone;
  }

  bool read_table_line(Span line) {
    const std::string_view text = view(line);
    if (kind_ == BlockKind::kRow) {
      if (!is_delimiter_row(text)) add_row(line);
      return true;
    }
    if (paragraph_.empty() || text.find('|') == kNone || !is_delimiter_row(text) ||
        view(paragraph_.back()).find('|') == kNone) {
      return false;
    }
    const Span header = paragraph_.back();
    paragraph_.pop_back();
    end_block();
    kind_ = BlockKind::kRow;
    add_row(header);
    return true;
  }

  void add_row(Span line) {
    MappedText shown;
    std::size_t cell = line.begin + (bytes_[line.begin] == '|' ? 1 : 0);
    for (std::size_t at = cell; at <= line.end; ++at) {
      if (at < line.end && bytes_[at] == '\\') {
        ++at;
        continue;
      }
      if (at < line.end && bytes_[at] != '|') continue;
      if (at == line.end && cell == line.end) break;
      Span content{cell, at};
      take_indent(content);
      if (!shown.text.empty()) shown.add_separator(" | ");
      add_line(content, shown);
      cell = std::min(at + 1, line.end);
    }
    if (cell < line.end) {  // the line ends in a backslash
      if (!shown.text.empty()) shown.add_separator(" | ");
      add_line({cell, line.end}, shown);
    }
    builder_.add(BlockKind::kRow, shown);
  }

  // ---- Ends of blocks ------------------------------------------------------------------------------------------

  void add_line(Span line, MappedText& shown) const {
    if (line.size() == 0) return;
    MappedText raw;
    raw.add(view(line), line);
    add_inline(raw, labels_, shown);
  }

  /// The lines of the paragraph, joined by '\n'.
  MappedText paragraph() const {
    MappedText raw;
    for (std::size_t i = 0; i < paragraph_.size(); ++i) {
      if (i > 0) raw.add_replaced("\n", {paragraph_[i - 1].end, paragraph_[i].begin});
      raw.add(view(paragraph_[i]), paragraph_[i]);
    }
    return raw;
  }

  void flush_heading(int level, std::string_view anchor) {
    MappedText shown;
    add_inline(paragraph(), labels_, shown);
    builder_.add_heading(level, shown, anchor);
    paragraph_.clear();
    kind_ = BlockKind::kParagraph;
    number_ = {};
  }

  void end_block() {
    if (!paragraph_.empty()) {
      MappedText shown;
      if (number_.size() > 0) shown.add(view(number_), number_);
      add_inline(paragraph(), labels_, shown);
      builder_.add(kind_, shown);
      paragraph_.clear();
    }
    kind_ = BlockKind::kParagraph;
    number_ = {};
  }

  std::string_view bytes_;
  std::size_t next_ = 0;  ///< where the line after the one being read begins
  OutlineBuilder builder_;
  LinkLabels labels_;
  std::vector<Span> paragraph_;  ///< lines of the open paragraph or item
  BlockKind kind_ = BlockKind::kParagraph;
  Span number_;  ///< "12. " of the open item
  MappedText code_;
  Fence fence_;                  ///< length 0: none is open
  std::string_view skip_until_;  ///< empty: nothing is skipped
  bool in_list_ = false;
  bool blank_before_ = true;
};

}  // namespace

Outline read_markdown(std::string_view bytes) { return MarkdownReader(bytes).read(); }

}  // namespace groundwork::text
