#include "text/markdown.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "base/utf8.h"

namespace groundwork::text {
namespace {

struct NodeFree {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
};
struct ParserFree {
  void operator()(cmark_parser* parser) const { cmark_parser_free(parser); }
};

// ---- Mathematics -------------------------------------------------------------------------------------------------
// CommonMark knows no mathematics and would take the underscores in it for emphasis. So before parsing each formula is
// replaced by a word of private-use characters, and in the HTML the word by the formula's element.

constexpr std::string_view kMathOpen = "\xee\x80\x81";   // U+E001
constexpr std::string_view kMathClose = "\xee\x80\x82";  // U+E002

struct Formula {
  std::string tex;
  bool display = false;
};

/// Whether a code fence starts or ends at this line, given the open fence (empty: none).
void track_fence(std::string_view line, std::string& fence) {
  const std::size_t indent = line.find_first_not_of(' ');
  if (indent == std::string_view::npos || indent > 3) return;
  const char mark = line[indent];
  if (mark != '`' && mark != '~') return;
  std::size_t length = 0;
  while (indent + length < line.size() && line[indent + length] == mark) ++length;
  if (length < 3) return;
  if (fence.empty()) {
    fence = std::string(length, mark);
  } else if (mark == fence[0] && length >= fence.size() &&
             line.find_first_not_of(" \t\r\n", indent + length) == std::string_view::npos) {
    fence.clear();
  }
}

std::string placeholder(std::vector<Formula>& formulas, std::string_view tex, bool display) {
  formulas.push_back({std::string(tex), display});
  return std::string(kMathOpen) + std::to_string(formulas.size() - 1) + std::string(kMathClose);
}

/// Takes a `$...$` or `$$...$$` that starts at `at`; returns its end, or npos when none does.
std::size_t formula_end(std::string_view text, std::size_t at, std::string_view& tex, bool& display) {
  display = text.substr(at, 2) == "$$";
  const std::size_t begin = at + (display ? 2 : 1);
  if (begin >= text.size()) return std::string_view::npos;
  if (!display && std::isspace(static_cast<unsigned char>(text[begin])) != 0) return std::string_view::npos;
  for (std::size_t i = begin; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '$') {
      if (display && text.substr(i, 2) != "$$") continue;
      tex = text.substr(begin, i - begin);
      // As GitHub: no space before the closing dollar and no digit after it, so that "$5 and $6" stays prose.
      if (tex.empty()) return std::string_view::npos;
      if (!display && std::isspace(static_cast<unsigned char>(tex.back())) != 0) return std::string_view::npos;
      const std::size_t end = i + (display ? 2 : 1);
      if (!display && end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0)
        return std::string_view::npos;
      return end;
    } else if (text[i] == '\n' && text.substr(i, 2) == "\n\n") {
      return std::string_view::npos;
    }
  }
  return std::string_view::npos;
}

/// The Markdown with formulas replaced by placeholders; code spans and fenced blocks are passed over.
std::string protect_math(std::string_view text, std::vector<Formula>& formulas) {
  std::string out;
  std::string fence;
  bool line_start = true;
  for (std::size_t i = 0; i < text.size();) {
    if (line_start) {
      const std::string_view line = text.substr(i, text.find('\n', i) - i);
      const bool inside = !fence.empty();
      track_fence(line, fence);
      if (inside || !fence.empty()) {
        const std::size_t end = std::min(text.size(), i + line.size() + 1);
        out += text.substr(i, end - i);
        i = end;
        continue;
      }
    }
    const char c = text[i];
    line_start = c == '\n';
    if (c == '\\' && i + 1 < text.size()) {
      out += text.substr(i, 2);
      i += 2;
    } else if (c == '`') {
      const std::size_t ticks = text.find_first_not_of('`', i) - i;
      const std::string run(std::min(ticks, text.size() - i), '`');
      std::size_t close = text.find(run, i + run.size());
      while (close != std::string_view::npos && close + run.size() < text.size() && text[close + run.size()] == '`') {
        close = text.find(run, text.find_first_not_of('`', close));
      }
      const std::size_t end = close == std::string_view::npos ? i + run.size() : close + run.size();
      out += text.substr(i, end - i);
      i = end;
    } else if (c == '$') {
      std::string_view tex;
      bool display = false;
      const std::size_t end = formula_end(text, i, tex, display);
      if (end == std::string_view::npos) {
        out += c;
        ++i;
      } else {
        out += placeholder(formulas, tex, display);
        i = end;
      }
    } else if (text.substr(i, 2) == "\xee\x80") {  // a private-use character of the source must not look like ours
      out += "\xef\xbf\xbd";
      i += 3;
    } else {
      out += c;
      ++i;
    }
  }
  return out;
}

std::string restore_math(const std::string& html, const std::vector<Formula>& formulas) {
  std::string out;
  std::size_t at = 0;
  for (std::size_t open = html.find(kMathOpen); open != std::string::npos; open = html.find(kMathOpen, at)) {
    out += html.substr(at, open - at);
    const std::size_t close = html.find(kMathClose, open);
    const std::size_t index = std::strtoul(html.c_str() + open + kMathOpen.size(), nullptr, 10);
    at = close == std::string::npos ? open + kMathOpen.size() : close + kMathClose.size();
    if (index >= formulas.size()) continue;
    const std::string tex = escape_html(formulas[index].tex);
    out += "<span class=\"math" + std::string(formulas[index].display ? " display" : "") + "\" data-tex=\"" + tex +
           "\">" + tex + "</span>";
  }
  return out + html.substr(at);
}

// ---- The tree ----------------------------------------------------------------------------------------------------

std::string literal_of(cmark_node* node) {
  const char* text = cmark_node_get_literal(node);
  return text == nullptr ? std::string() : std::string(text);
}

/// Plain text below a node; formulas as their TeX.
std::string plain_text(cmark_node* root, const std::vector<Formula>& formulas) {
  std::string out;
  const std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)> it(cmark_iter_new(root), cmark_iter_free);
  while (cmark_iter_next(it.get()) != CMARK_EVENT_DONE) {
    cmark_node* node = cmark_iter_get_node(it.get());
    if (cmark_iter_get_event_type(it.get()) != CMARK_EVENT_ENTER) continue;
    const cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE) out += literal_of(node);
    if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK) out += ' ';
  }
  for (std::size_t open = out.find(kMathOpen); open != std::string::npos; open = out.find(kMathOpen)) {
    const std::size_t close = out.find(kMathClose, open);
    if (close == std::string::npos) break;
    const std::size_t index = std::strtoul(out.c_str() + open + kMathOpen.size(), nullptr, 10);
    out.replace(open, close + kMathClose.size() - open, index < formulas.size() ? formulas[index].tex : "");
  }
  return out;
}

std::string site_link(const std::string& target) {
  static const std::array<std::pair<std::string_view, std::string_view>, 6> kPages = {{{"explainer:", "/explainers/"},
                                                                                       {"lab:", "/labs/"},
                                                                                       {"module:", "/modules/"},
                                                                                       {"remedial:", "/remedials/"},
                                                                                       {"interview:", "/interview/"},
                                                                                       {"page:", "/"}}};
  for (const auto& [scheme, path] : kPages) {
    if (target.rfind(scheme, 0) == 0) return std::string(path) + target.substr(scheme.size());
  }
  return target;
}

bool allowed_target(const std::string& target) {
  for (const std::string_view start : {"http://", "https://", "mailto:", "#", "/"}) {
    if (target.rfind(start, 0) == 0) return target.rfind("//", 0) != 0;
  }
  return false;
}

cmark_syntax_extension* extension(const char* name) {
  static std::once_flag once;
  std::call_once(once, [] { cmark_gfm_core_extensions_ensure_registered(); });
  return cmark_find_syntax_extension(name);
}

using Node = std::unique_ptr<cmark_node, NodeFree>;
constexpr int kOptions = CMARK_OPT_FOOTNOTES | CMARK_OPT_VALIDATE_UTF8 | CMARK_OPT_SMART;

struct Parsed {
  std::unique_ptr<cmark_parser, ParserFree> parser;
  Node root;
};

Parsed parse(const std::string& markdown) {
  Parsed out;
  out.parser.reset(cmark_parser_new(kOptions));
  for (const char* name : {"table", "strikethrough", "autolink", "tasklist"}) {
    cmark_parser_attach_syntax_extension(out.parser.get(), extension(name));
  }
  cmark_parser_feed(out.parser.get(), markdown.data(), markdown.size());
  out.root.reset(cmark_parser_finish(out.parser.get()));
  return out;
}

/// Replaces a block by HTML of ours (cmark prints CUSTOM nodes as they are).
void replace_block(cmark_node* node, const std::string& html) {
  cmark_node* custom = cmark_node_new(CMARK_NODE_CUSTOM_BLOCK);
  cmark_node_set_on_enter(custom, html.c_str());
  cmark_node_replace(node, custom);
  cmark_node_free(node);
}

void take_code_block(cmark_node* node, Page& page) {
  const char* fence = cmark_node_get_fence_info(node);
  const std::string info = fence == nullptr ? "" : fence;
  const std::size_t space = info.find(' ');
  CodeBlock block{info.substr(0, space), space == std::string::npos ? "" : info.substr(space + 1), literal_of(node),
                  cmark_node_get_start_line(node)};
  const std::string text = escape_html(block.text);
  if (block.language == "mermaid") {
    replace_block(node, "<pre class=\"mermaid\">" + text + "</pre>\n");
  } else {
    std::string language;
    for (const char c : block.language)
      language += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '+' ? c : '-';
    const std::string attribute = language.empty() ? "" : " class=\"language-" + language + "\"";
    replace_block(node, "<pre tabindex=\"0\"><code" + attribute + ">" + text + "</code></pre>\n");
  }
  page.code_blocks.push_back(std::move(block));
}

void take_heading(cmark_node* node, Page& page, std::map<std::string, int>& used,
                  const std::vector<Formula>& formulas) {
  Heading heading;
  heading.level = cmark_node_get_heading_level(node);
  heading.title = plain_text(node, formulas);
  heading.anchor = slug(heading.title);
  if (const int before = used[heading.anchor]++; before > 0) heading.anchor += "-" + std::to_string(before);
  // cmark gives headings no ids: the tags are written around the inline content that it renders.
  const std::string tag = "h" + std::to_string(heading.level);
  cmark_node* custom = cmark_node_new(CMARK_NODE_CUSTOM_BLOCK);
  cmark_node_set_on_enter(custom, ("<" + tag + " id=\"" + escape_html(heading.anchor) + "\">").c_str());
  cmark_node_set_on_exit(custom, ("</" + tag + ">\n").c_str());
  cmark_node* inlines = cmark_node_new(CMARK_NODE_CUSTOM_INLINE);
  cmark_node_replace(node, custom);
  while (cmark_node* child = cmark_node_first_child(node)) {
    cmark_node_unlink(child);
    cmark_node_append_child(inlines, child);
  }
  cmark_node_append_child(custom, inlines);
  cmark_node_free(node);
  if (heading.level >= 2 && heading.level <= 3) page.contents.push_back(std::move(heading));
}

void take_link(cmark_node* node, Page& page) {
  const std::string target = cmark_node_get_url(node) == nullptr ? "" : cmark_node_get_url(node);
  page.links.push_back({target, cmark_node_get_start_line(cmark_node_parent(node))});
  const std::string resolved = site_link(target);
  cmark_node_set_url(node, allowed_target(resolved) ? resolved.c_str() : "");
}

/// Changes the tree in place and collects what stands in it.
void rewrite(cmark_node* root, Page& page, const std::vector<Formula>& formulas) {
  std::vector<cmark_node*> nodes;  // collected first: the tree changes below
  {
    const std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)> it(cmark_iter_new(root), cmark_iter_free);
    while (cmark_iter_next(it.get()) != CMARK_EVENT_DONE) {
      if (cmark_iter_get_event_type(it.get()) == CMARK_EVENT_ENTER) nodes.push_back(cmark_iter_get_node(it.get()));
    }
  }
  std::map<std::string, int> used;
  for (cmark_node* node : nodes) {
    const cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_PARAGRAPH) page.prose += plain_text(node, formulas) + "\n";
    if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE) take_link(node, page);
  }
  for (cmark_node* node : nodes) {
    const cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_CODE_BLOCK) take_code_block(node, page);
    if (type == CMARK_NODE_HEADING) take_heading(node, page, used, formulas);
  }
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

std::string html_of(const Parsed& parsed) {
  // CUSTOM nodes are ours; raw HTML of the source was left out by the parser's lack of CMARK_OPT_UNSAFE.
  const std::unique_ptr<char, decltype(&std::free)> html(
      cmark_render_html(parsed.root.get(), kOptions, cmark_parser_get_syntax_extensions(parsed.parser.get())),
      std::free);
  std::string out = html.get();
  // A wide table scrolls by itself, also by keyboard, instead of widening the page.
  replace_all(out, "<table>", "<div class=\"table\" tabindex=\"0\" role=\"group\" aria-label=\"table\"><table>");
  replace_all(out, "</table>", "</table></div>");
  for (const std::string_view side : {"left", "right", "center"}) {
    replace_all(out, " align=\"" + std::string(side) + "\"", " class=\"align-" + std::string(side) + "\"");
  }
  return out;
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string escape_html_of_anything(std::string_view text) {
  std::string clean = base::clip(text, text.size() * 3 + 1);
  for (char& c : clean) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  std::string out;
  for (const char c : escape_html(clean)) out += c == '\'' ? std::string("&#39;") : std::string(1, c);
  return out;
}

std::string slug(std::string_view title) {
  std::string out;
  for (const char c : title) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '_' || byte >= 0x80) {
      out += static_cast<char>(std::tolower(byte));
    } else if (c == ' ' || c == '-') {
      out += '-';
    }
  }
  return out;
}

Page render_markdown(std::string_view markdown) {
  Page page;
  std::vector<Formula> formulas;
  const Parsed parsed = parse(protect_math(markdown, formulas));
  rewrite(parsed.root.get(), page, formulas);
  page.html = restore_math(html_of(parsed), formulas);
  return page;
}

std::string render_inline(std::string_view markdown) {
  std::string html = render_markdown(markdown).html;
  if (html.rfind("<p>", 0) == 0 && html.find("<p>", 3) == std::string::npos && html.ends_with("</p>\n")) {
    return html.substr(3, html.size() - 8);
  }
  return html;
}

}  // namespace groundwork::text
