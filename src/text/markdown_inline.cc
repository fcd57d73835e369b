#include "text/markdown_inline.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

#include "text/entity.h"
#include "text/unicode.h"

namespace groundwork::text {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kLongestLabel = 999;
constexpr int kDeepestParentheses = 32;

/// A stretch of the raw text that is not shown, or shown differently.
struct Cut {
  Span raw;
  std::string shown;
};

/// A run of '*', '_' or '~'.
struct Delimiters {
  std::size_t begin = 0;
  std::size_t end = 0;  ///< those not yet matched, from the inside
  bool opens = false;
  bool closes = false;
};

struct Bracket {
  Span mark;  ///< "[" or "!["
  bool holds_another = false;
};

class InlineReader {
 public:
  InlineReader(std::string_view raw, const LinkLabels& labels) : raw_(raw), labels_(labels) {}

  std::vector<Cut> read() {
    while (at_ < raw_.size()) step();
    std::sort(cuts_.begin(), cuts_.end(), [](const Cut& a, const Cut& b) { return a.raw.begin < b.raw.begin; });
    return std::move(cuts_);
  }

 private:
  void cut(std::size_t begin, std::size_t end, std::string shown = {}) {
    cuts_.push_back({{begin, end}, std::move(shown)});
  }

  char next(std::size_t offset = 1) const { return at_ + offset < raw_.size() ? raw_[at_ + offset] : '\0'; }

  void step() {
    switch (raw_[at_]) {
      case '\\':
        return read_escape();
      case '`':
        return read_code();
      case '$':
        return read_math();
      case '<':
        return read_tag();
      case '&':
        return read_reference();
      case '!':
        if (next() == '[') return open_bracket(2);
        break;
      case '[':
        return read_footnote() ? void() : open_bracket(1);
      case ']':
        return close_bracket();
      case '*':
      case '_':
      case '~':
        return read_delimiters();
      case '\n':
        cut(at_, at_ + 1, " ");
        break;
      default:
        break;
    }
    ++at_;
  }

  void read_escape() {
    if (is_ascii_punctuation(next())) {
      cut(at_, at_ + 1);
      at_ += 2;
    } else {
      if (next() == '\n') cut(at_, at_ + 1);
      ++at_;
    }
  }

  /// Where a run of exactly `length` backticks begins at or after `from`. A length that wasn't found isn't looked for
  /// again, and long runs are text (as in cmark), so all searches together are linear.
  std::size_t find_ticks(std::size_t from, std::size_t length) {
    if (length >= missing_ticks_.size() || missing_ticks_[length]) return kNone;
    for (std::size_t at = raw_.find('`', from); at != kNone; at = raw_.find('`', at)) {
      const std::size_t end = run_end(at);
      if (end - at == length) return at;
      at = end;
    }
    missing_ticks_[length] = true;
    return kNone;
  }

  std::size_t run_end(std::size_t begin) const {
    const std::size_t end = raw_.find_first_not_of(raw_[begin], begin);
    return end == kNone ? raw_.size() : end;
  }

  void read_code() {
    const std::size_t content = run_end(at_);
    const std::size_t length = content - at_;
    const std::size_t close = find_ticks(content, length);
    if (close == kNone) {
      at_ = content;
      return;
    }
    cut(at_, content);
    for (std::size_t i = content; i < close; ++i)
      if (raw_[i] == '\n') cut(i, i + 1, " ");
    cut(close, close + length);
    at_ = close + length;
  }

  /// "$x$" and "$$x$$" stay as they are written, and no mark in them is one of Markdown's.
  void read_math() {
    const std::size_t marks = next() == '$' ? 2 : 1;
    const std::size_t content = at_ + marks;
    const bool opens = content < raw_.size() && (marks == 2 || !is_ascii_space(raw_[content]));
    std::size_t& searched = marks == 2 ? no_display_math_from_ : no_math_from_;
    std::size_t close = kNone;
    if (opens && content < searched) {
      close = raw_.find(marks == 2 ? "$$" : "$", content);
      if (close == kNone) searched = content;
    }
    const bool closes = close != kNone && close > content &&
                        (marks == 2 || (!is_ascii_space(raw_[close - 1]) &&
                                        (close + 1 == raw_.size() || !is_ascii_digit(raw_[close + 1]))));
    if (!closes) {
      at_ = content;
      return;
    }
    for (std::size_t i = content; i < close; ++i)
      if (raw_[i] == '\n') cut(i, i + 1, " ");
    at_ = close + marks;
  }

  void read_tag() {
    const std::string_view rest = raw_.substr(at_);
    if (rest.starts_with("<!--")) {
      const std::size_t end = at_ < no_comment_from_ ? raw_.find("-->", at_ + 4) : kNone;
      if (end == kNone) no_comment_from_ = std::min(no_comment_from_, at_);
      return end == kNone ? skip(1) : cut_to(end + 3);
    }
    const char first = next();
    if (!is_ascii_letter(first) && first != '/' && first != '!' && first != '?') return skip(1);
    const std::size_t end = raw_.find_first_of("<>", at_ + 1);
    if (end == kNone || raw_[end] == '<') return skip(1);
    const std::string_view inside = raw_.substr(at_ + 1, end - at_ - 1);
    if (inside.find_first_of(":@") < inside.find_first_of(" \t\n\"'=/<")) return read_autolink(end);
    if (inside.starts_with("br")) {
      cut(at_, end + 1, " ");
      at_ = end + 1;
      return;
    }
    cut_to(end + 1);
  }

  void read_autolink(std::size_t end) {
    cut(at_, at_ + 1);
    cut(end, end + 1);
    at_ = end + 1;
  }

  void skip(std::size_t length) { at_ += length; }
  void cut_to(std::size_t end) {
    cut(at_, end);
    at_ = end;
  }

  void read_reference() {
    Entity entity = read_entity(raw_.substr(at_), EntityStyle::kMarkdown);
    if (entity.length == 0) return skip(1);
    cut(at_, at_ + entity.length, std::move(entity.shown));
    at_ += entity.length;
  }

  // ---- Links ---------------------------------------------------------------------------------------------------

  bool read_footnote() {
    if (next() != '^') return false;
    const std::size_t end = raw_.find_first_of("[] \t\n", at_ + 2);
    if (end == kNone || raw_[end] != ']' || end == at_ + 2) return false;
    cut_to(end + 1);
    return true;
  }

  void open_bracket(std::size_t length) {
    if (!brackets_.empty()) brackets_.back().holds_another = true;
    brackets_.push_back({{at_, at_ + length}});
    at_ += length;
  }

  void close_bracket() {
    const std::size_t close = at_++;
    if (brackets_.empty()) return;
    const Bracket open = brackets_.back();
    brackets_.pop_back();
    const std::size_t end = target_end(open, close);
    if (end == kNone) return;
    cut(open.mark.begin, open.mark.end);
    cut(close, end);
    at_ = end;
  }

  /// Where the link ends whose text ends at the bracket `close`; kNone: it is no link.
  std::size_t target_end(const Bracket& open, std::size_t close) const {
    const char after = close + 1 < raw_.size() ? raw_[close + 1] : '\0';
    if (after == '(') return inline_target_end(close + 2);
    if (labels_.empty()) return kNone;
    const std::string_view text = raw_.substr(open.mark.end, close - open.mark.end);
    if (after == '[' && !open.holds_another) {
      const std::size_t end =
          raw_.substr(0, std::min(raw_.size(), close + 3 + kLongestLabel)).find_first_of("[]", close + 2);
      if (end != kNone && raw_[end] == ']') {
        const std::string_view label = end == close + 2 ? text : raw_.substr(close + 2, end - close - 2);
        return is_label(label) ? end + 1 : kNone;
      }
    }
    return !open.holds_another && is_label(text) ? close + 1 : kNone;
  }

  bool is_label(std::string_view text) const {
    return text.size() <= kLongestLabel && labels_.contains(fold_label(text));
  }

  /// After "](": the target in <> or with balanced parentheses, perhaps a title, and ")".
  std::size_t inline_target_end(std::size_t at) const {
    at = skip_blanks(at);
    if (at < raw_.size() && raw_[at] == '<') {
      at = raw_.find_first_of("<>\n", at + 1);
      if (at == kNone || raw_[at] != '>') return kNone;
      ++at;
    } else {
      int depth = 0;
      for (; at < raw_.size() && !is_ascii_space(raw_[at]); ++at) {
        if (raw_[at] == '\\' && at + 1 < raw_.size() && is_ascii_punctuation(raw_[at + 1])) {
          ++at;
        } else if (raw_[at] == '(') {
          if (++depth > kDeepestParentheses) return kNone;
        } else if (raw_[at] == ')' && depth-- == 0) {
          return at + 1;
        }
      }
    }
    at = skip_blanks(at);
    if (at < raw_.size() && (raw_[at] == '"' || raw_[at] == '\'')) {
      at = raw_.find(raw_[at], at + 1);
      if (at == kNone) return kNone;
      at = skip_blanks(at + 1);
    }
    return at < raw_.size() && raw_[at] == ')' ? at + 1 : kNone;
  }

  std::size_t skip_blanks(std::size_t at) const {
    while (at < raw_.size() && is_ascii_space(raw_[at])) ++at;
    return at;
  }

  // ---- Emphasis ------------------------------------------------------------------------------------------------

  enum class Side { kBlank, kPunctuation, kOther };

  static Side side(char32_t code) {
    if (is_space(code)) return Side::kBlank;
    const bool mark = code < 0x80 ? is_ascii_punctuation(static_cast<char>(code)) : is_punctuation(code);
    return mark ? Side::kPunctuation : Side::kOther;
  }
  Side side_before(std::size_t at) const {
    if (at == 0) return Side::kBlank;
    std::size_t begin = at - 1;
    while (begin > 0 && at - begin < 4 && !starts_character(raw_[begin])) --begin;
    return side(character_at(raw_, begin).code);
  }
  Side side_after(std::size_t at) const { return at == raw_.size() ? Side::kBlank : side(character_at(raw_, at).code); }

  void read_delimiters() {
    const char mark = raw_[at_];
    const std::size_t end = run_end(at_);
    const Side before = side_before(at_);
    const Side after = side_after(end);
    const bool left = after != Side::kBlank && (after != Side::kPunctuation || before != Side::kOther);
    const bool right = before != Side::kBlank && (before != Side::kPunctuation || after != Side::kOther);
    const bool inside_word = mark == '_' && left && right;
    Delimiters run{at_, end, left && (!inside_word || before == Side::kPunctuation),
                   right && (!inside_word || after == Side::kPunctuation)};
    at_ = end;
    if (mark == '~' && end - run.begin > 2) return;
    std::vector<Delimiters>& open = open_[mark == '*' ? 0 : mark == '_' ? 1 : 2];
    if (run.closes) match(run, open);
    if (run.opens && run.begin < run.end) open.push_back(run);
  }

  /// Pairs the run's marks with the nearest open ones, each pair left out.
  void match(Delimiters& run, std::vector<Delimiters>& open) {
    while (run.begin < run.end && !open.empty()) {
      Delimiters& other = open.back();
      const std::size_t pairs = std::min(run.end - run.begin, other.end - other.begin);
      cut(other.end - pairs, other.end);
      cut(run.begin, run.begin + pairs);
      other.end -= pairs;
      run.begin += pairs;
      if (other.begin == other.end) open.pop_back();
    }
  }

  std::string_view raw_;
  const LinkLabels& labels_;
  std::size_t at_ = 0;
  std::vector<Cut> cuts_;
  std::vector<Bracket> brackets_;
  std::array<std::vector<Delimiters>, 3> open_;
  std::array<bool, 33> missing_ticks_{};  ///< by length
  std::size_t no_math_from_ = std::numeric_limits<std::size_t>::max();
  std::size_t no_display_math_from_ = std::numeric_limits<std::size_t>::max();
  std::size_t no_comment_from_ = std::numeric_limits<std::size_t>::max();
};

}  // namespace

std::string fold_label(std::string_view label) {
  std::string out;
  for (const char c : label) {
    if (!is_ascii_space(c)) {
      out += ascii_lower(c);
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

void add_inline(const MappedText& raw, const LinkLabels& labels, MappedText& out) {
  std::size_t at = 0;
  for (const Cut& cut : InlineReader(raw.text, labels).read()) {
    if (cut.raw.begin < at) continue;  // inside another one
    out.add_part(raw, {at, cut.raw.begin});
    if (!cut.shown.empty()) out.add_replaced(cut.shown, source_of(raw.pieces, cut.raw));
    at = cut.raw.end;
    const bool twice = cut.shown.empty() && out.text.ends_with(' ') && at < raw.text.size() && raw.text[at] == ' ';
    if (twice) ++at;  // "a [^1] b" has one blank
  }
  out.add_part(raw, {at, raw.text.size()});
}

}  // namespace groundwork::text
