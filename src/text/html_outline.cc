#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "text/entity.h"
#include "text/html_tag.h"
#include "text/outline.h"
#include "text/unicode.h"

namespace groundwork::text {
namespace {

using Names = std::string_view;

template <std::size_t N>
bool one_of(const std::array<Names, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<Names, 8> kRawText = {"script", "style",   "textarea", "title",
                                           "xmp",    "noembed", "noframes", "iframe"};
/// What a reader doesn't read: navigation, controls, pictures.
constexpr std::array<Names, 13> kDropped = {"nav",    "template", "noscript", "svg",    "select", "button",    "object",
                                            "canvas", "audio",    "video",    "dialog", "menu",   "annotation"};
constexpr std::array<Names, 14> kVoid = {"area",  "base", "br",   "col",   "embed",  "hr",    "img",
                                         "input", "link", "meta", "param", "source", "track", "wbr"};
/// Elements that end where another of them begins.
constexpr std::array<Names, 9> kAutoClosed = {"p", "li", "dt", "dd", "tr", "td", "th", "option", "caption"};
constexpr std::array<Names, 27> kBlocks = {
    "address", "article", "aside",    "blockquote", "body",    "center",  "dd",    "details", "div",
    "dl",      "dt",      "fieldset", "figcaption", "figure",  "footer",  "form",  "header",  "hr",
    "html",    "legend",  "main",     "p",          "section", "summary", "tbody", "thead",   "tfoot"};
/// Blocks that no heading holds: where one begins, an open heading was left open by mistake.
constexpr std::array<Names, 10> kEndHeading = {"p",  "article", "section", "main",   "blockquote",
                                               "dl", "figure",  "header",  "footer", "aside"};

/// One pass over the tokens, with counters instead of a tree: nothing grows with the depth of the document.
class HtmlReader {
 public:
  explicit HtmlReader(std::string_view bytes) : bytes_(bytes), tokenizer_(bytes) {}

  Outline read() {
    while (const auto token = tokenizer_.next()) {
      if (!dropping_.empty() && !ends_dropping(*token)) continue;
      switch (token->kind) {
        case HtmlToken::Kind::kText:
          add_text(token->source);
          break;
        case HtmlToken::Kind::kStart:
          start(*token);
          break;
        case HtmlToken::Kind::kEnd:
          end(token->name);
          break;
        case HtmlToken::Kind::kSkipped:
          break;
      }
    }
    flush();
    return builder_.take();
  }

 private:
  std::string_view view(Span span) const { return bytes_.substr(span.begin, span.size()); }

  // ---- Elements that are not shown -----------------------------------------------------------------------------

  /// Whether the reader looks at this token again.
  bool ends_dropping(const HtmlToken& token) {
    if (token.kind != HtmlToken::Kind::kStart && token.kind != HtmlToken::Kind::kEnd) return false;
    const bool start = token.kind == HtmlToken::Kind::kStart;
    if (start && one_of(kRawText, token.name)) tokenizer_.skip_to_end_tag(token.name);
    if (token.name == dropping_ && !one_of(kAutoClosed, token.name)) {
      if (start && token.self_closing) return false;
      drop_depth_ += start ? 1 : -1;
      if (drop_depth_ == 0) dropping_.clear();
      return false;
    }
    const bool next_block = one_of(kAutoClosed, dropping_) && is_block(token.name);
    const bool content = start && (token.name == "main" || token.name == "article" || token.name == "body");
    if (!next_block && !content) return false;
    dropping_.clear();
    return true;
  }

  bool is_hidden(const HtmlToken& token) const {
    if (find_attribute(bytes_, token.attributes, "hidden").found) return true;
    std::string style(view(find_attribute(bytes_, token.attributes, "style").value).substr(0, 1000));
    style.erase(std::remove_if(style.begin(), style.end(), is_ascii_space), style.end());
    std::transform(style.begin(), style.end(), style.begin(), ascii_lower);
    return style.find("display:none") != std::string::npos || style.find("visibility:hidden") != std::string::npos;
  }

  bool drop(const HtmlToken& token) {
    if (one_of(kRawText, token.name)) {
      if (!token.self_closing) tokenizer_.skip_to_end_tag(token.name);
      return true;
    }
    if (one_of(kVoid, token.name) || token.self_closing || token.name == "html" || token.name == "body") return false;
    if (!one_of(kDropped, token.name) && !is_hidden(token)) return false;
    if (is_block(token.name)) flush();
    dropping_ = token.name;
    drop_depth_ = 1;
    return true;
  }

  // ---- Tags ----------------------------------------------------------------------------------------------------

  static int heading_level(std::string_view name) {
    return name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6' ? name[1] - '0' : 0;
  }

  static bool is_block(std::string_view name) {
    return one_of(kBlocks, name) || heading_level(name) > 0 || name == "pre" || name == "li" || name == "ul" ||
           name == "ol" || name == "table" || name == "tr" || name == "td" || name == "th" || name == "caption" ||
           name == "option" || name == "nav";
  }

  void start(const HtmlToken& token) {
    if (drop(token)) return;
    const std::string& name = token.name;
    if (name == "br") return add_break(token.source);
    if (name == "img") return add_text(find_attribute(bytes_, token.attributes, "alt").value);
    remember_anchor(token);
    if (const int level = heading_level(name); level > 0) {
      flush();
      heading_ = level;
      in_row_ = false;
    } else if (name == "pre") {
      flush();
      in_code_ = true;
    } else if (name == "ul" || name == "ol") {
      if (!in_row_) flush();
      ++lists_;
    } else if (name == "table" || name == "tr") {
      flush();
      in_row_ = name == "tr";
    } else if (name == "td" || name == "th") {
      if (in_row_ && !current_.text.empty()) current_.add_separator(" | ");
    } else if (name == "li" || one_of(kBlocks, name)) {
      end_block(name);
    }
  }

  void end(const std::string& name) {
    if (heading_level(name) > 0) {
      flush();
    } else if (name == "pre") {
      flush();
      in_code_ = false;
    } else if (name == "ul" || name == "ol") {
      if (!in_row_) flush();
      lists_ = std::max(lists_ - 1, 0);
    } else if (name == "tr" || name == "table") {
      flush();
      in_row_ = false;
    } else if (name == "li" || one_of(kBlocks, name)) {
      end_block({});
    }
  }

  /// The border of a block. In a heading, a row or code it only keeps words apart.
  void end_block(std::string_view starting) {
    if (in_code_) return;
    if ((heading_ > 0 && !one_of(kEndHeading, starting)) || in_row_) {
      if (!current_.text.empty() && !is_ascii_space(current_.text.back())) current_.add_separator(" ");
      return;
    }
    flush();
  }

  void remember_anchor(const HtmlToken& token) {
    HtmlAttribute id = find_attribute(bytes_, token.attributes, "id");
    if (!id.found && token.name == "a") id = find_attribute(bytes_, token.attributes, "name");
    if (!id.found || id.value.size() == 0) return;
    if (heading_level(token.name) > 0 || heading_ > 0 || token.name == "section" || token.name == "article" ||
        token.name == "div" || token.name == "a") {
      if (heading_ == 0 || anchor_.empty()) anchor_ = view(id.value);
    }
  }

  // ---- Text ----------------------------------------------------------------------------------------------------

  void add_break(Span source) {
    if (in_code_ || (heading_ == 0 && !in_row_)) {
      current_.add_replaced("\n", source);
    } else if (!current_.text.empty()) {
      current_.add_replaced(" ", source);
    }
  }

  /// Text with its references decoded and, outside code, every stretch of white space as one blank.
  void add_text(Span source) {
    std::size_t shown = source.begin;  // what is before is added
    std::size_t at = source.begin;
    const auto add_shown = [&] { current_.add(view({shown, at}), {shown, at}); };
    while (at < source.end) {
      if (bytes_[at] == '&') {
        const Entity entity = read_entity(view({at, source.end}), EntityStyle::kHtml);
        if (entity.length > 0) {
          add_shown();
          current_.add_replaced(entity.shown, {at, at + entity.length});
          shown = at += entity.length;
          continue;
        }
      } else if (!in_code_ && is_ascii_space(bytes_[at])) {
        add_shown();
        std::size_t end = at;
        while (end < source.end && is_ascii_space(bytes_[end])) ++end;
        add_blank({at, end});
        shown = at = end;
        continue;
      } else if (in_code_ && bytes_[at] == '\r') {
        add_shown();
        shown = ++at;
        continue;
      }
      ++at;
    }
    add_shown();
  }

  void add_blank(Span source) {
    if (current_.text.empty() || is_ascii_space(current_.text.back())) return;
    if (bytes_[source.begin] == ' ' && source.size() == 1) {
      current_.add(" ", source);
    } else {
      current_.add_replaced(" ", source);
    }
  }

  void flush() {
    const bool shows = current_.text.find_first_not_of(" \t\n\v\f\r") != std::string::npos;
    if (heading_ > 0) {
      builder_.add_heading(heading_, current_, anchor_);
    } else if (shows) {
      builder_.add(in_code_     ? BlockKind::kCode
                   : in_row_    ? BlockKind::kRow
                   : lists_ > 0 ? BlockKind::kItem
                                : BlockKind::kParagraph,
                   current_);
    }
    if (shows || heading_ > 0) anchor_.clear();
    heading_ = 0;
    current_ = {};
  }

  std::string_view bytes_;
  HtmlTokenizer tokenizer_;
  OutlineBuilder builder_;
  MappedText current_;    ///< of the open block
  std::string anchor_;    ///< for the open or the next heading
  std::string dropping_;  ///< the element whose content is left out; empty: none
  int drop_depth_ = 0;
  int heading_ = 0;  ///< level of the open heading; 0: none
  int lists_ = 0;    ///< open ones
  bool in_code_ = false;
  bool in_row_ = false;
};

}  // namespace

Outline read_html(std::string_view bytes) { return HtmlReader(bytes).read(); }

}  // namespace groundwork::text
