#pragma once

// text: what is read and how it is shown. In scope now: Markdown to HTML that is safe whatever the source says.
// Tokenising and chunking come with search.

#include <string>
#include <string_view>
#include <vector>

namespace groundwork::text {

struct Heading {
  int level = 2;
  std::string anchor;  ///< GitHub's slug, made unique within the page
  std::string title;   ///< plain text
};

struct CodeBlock {
  std::string language;  ///< first word of the info string
  std::string info;      ///< the rest of it
  std::string text;
  int line = 1;  ///< of the opening fence, 1-based within the Markdown
};

struct Link {
  std::string target;  ///< as written
  int line = 1;
};

struct Page {
  std::string html;
  std::vector<Heading> contents;  ///< levels 2 and 3
  std::vector<CodeBlock> code_blocks;
  std::vector<Link> links;
  std::string prose;  ///< the text without code, mathematics and tables, for the reading level
};

/// GFM (tables, strikethrough, autolinks, footnotes, task lists) to HTML that needs neither inline styles nor scripts.
/// Raw HTML in the source is left out, links to anything but http(s), mailto, pages of this site and fragments are
/// dropped. Headings get ids. `$x$` and `$$x$$` outside code become elements of class "math" whose attribute data-tex
/// is the TeX. A code block of language "mermaid" becomes <pre class="mermaid">. Links such as explainer:ID#anchor lead
/// to that page. Never fails: whatever the input, the output is well-formed.
/// @source CommonMark 0.29, GFM 0.29 by cmark-gfm; footnotes as its option; mathematics as GitHub writes it
Page render_markdown(std::string_view markdown);

/// One paragraph without the <p>, for option texts and titles.
std::string render_inline(std::string_view markdown);

std::string escape_html(std::string_view text);
/// The same for text that may be anything: what is not UTF-8 is replaced, control characters become blanks, and
/// apostrophes are escaped too.
std::string escape_html_of_anything(std::string_view text);

/// GitHub's anchor of a heading: lower case, spaces to '-', punctuation left out.
std::string slug(std::string_view title);

}  // namespace groundwork::text
