#include "text/markdown.h"

#include <gtest/gtest.h>

namespace groundwork::text {
namespace {

bool has(const std::string& html, std::string_view part) { return html.find(part) != std::string::npos; }

TEST(Markdown, HeadingsGetUniqueAnchorsAndAContentsList) {
  const Page page = render_markdown("## What `get` costs\n\ntext\n\n### Twice\n\n### Twice\n");
  EXPECT_TRUE(has(page.html, "<h2 id=\"what-get-costs\">\nWhat <code>get</code> costs\n</h2>")) << page.html;
  ASSERT_EQ(page.contents.size(), 3U);
  EXPECT_EQ(page.contents[0].title, "What get costs");
  EXPECT_EQ(page.contents[2].anchor, "twice-1");
}

TEST(Markdown, FormulasSurviveUnderscoresAndStayOutOfCode) {
  const Page page =
      render_markdown("Cost $a_1 + b_2 < c$ and `$x$`.\n\n$$\n\\sum_{i} x_i\n$$\n\n```\n$y$\n```\n\nIt is $5 or $6.\n");
  EXPECT_TRUE(has(page.html, "<span class=\"math\" data-tex=\"a_1 + b_2 &lt; c\">")) << page.html;
  EXPECT_TRUE(has(page.html, "<code>$x$</code>")) << page.html;
  EXPECT_TRUE(has(page.html, "class=\"math display\"")) << page.html;
  EXPECT_TRUE(has(page.html, "$y$")) << page.html;
  EXPECT_TRUE(has(page.html, "It is $5 or $6.")) << page.html;
}

TEST(Markdown, HostileSourceGivesNoScript) {
  const Page page = render_markdown(
      "<script>alert(1)</script>\n\n[x](javascript:alert(1)) [y](data:text/html,x) [z](//evil.example) <b "
      "onclick=x>\n\n"
      "![i](javascript:x)\n\n```\"><script>\nx\n```\n\n## <img src=x onerror=y>\n\n$</span><script>$\n");
  EXPECT_FALSE(has(page.html, "<script")) << page.html;
  EXPECT_FALSE(has(page.html, "javascript:")) << page.html;
  EXPECT_FALSE(has(page.html, "data:text")) << page.html;
  EXPECT_FALSE(has(page.html, "onclick")) << page.html;
  EXPECT_FALSE(has(page.html, "<img src=x")) << page.html;
  EXPECT_FALSE(has(page.html, "evil.example")) << page.html;
}

TEST(Markdown, PageLinksLeadToTheirPages) {
  const Page page = render_markdown("[a](explainer:hash-maps#cost) [b](lab:dsa-x) [c](https://example.org/)");
  EXPECT_TRUE(has(page.html, "href=\"/explainers/hash-maps#cost\"")) << page.html;
  EXPECT_TRUE(has(page.html, "href=\"/labs/dsa-x\"")) << page.html;
  ASSERT_EQ(page.links.size(), 3U);
  EXPECT_EQ(page.links[0].target, "explainer:hash-maps#cost");
}

TEST(Markdown, CodeBlocksKeepTextLanguageAndLine) {
  const Page page =
      render_markdown("text\n\n```python no-run\nprint(1 < 2)\n```\n\n```mermaid\nflowchart LR\n a-->b\n```\n");
  ASSERT_EQ(page.code_blocks.size(), 2U);
  EXPECT_EQ(page.code_blocks[0].language, "python");
  EXPECT_EQ(page.code_blocks[0].info, "no-run");
  EXPECT_EQ(page.code_blocks[0].text, "print(1 < 2)\n");
  EXPECT_EQ(page.code_blocks[0].line, 3);
  EXPECT_TRUE(has(page.html, "<code class=\"language-python\">print(1 &lt; 2)")) << page.html;
  EXPECT_TRUE(has(page.html, "<pre class=\"mermaid\">flowchart LR\n a--&gt;b")) << page.html;
}

TEST(Markdown, NothingNeedsAnInlineStyle) {
  const Page page = render_markdown("| a | b |\n|:--|--:|\n| 1 | 2 |\n\ntext[^n]\n\n[^n]: note\n");
  EXPECT_TRUE(has(page.html, "class=\"align-right\"")) << page.html;
  EXPECT_TRUE(has(page.html, "footnote")) << page.html;
  EXPECT_FALSE(has(page.html, "style=")) << page.html;
}

TEST(RenderInline, LosesTheParagraph) {
  EXPECT_EQ(render_inline("a `b` *c*"), "a <code>b</code> <em>c</em>");
  EXPECT_TRUE(has(render_inline("a\n\nb"), "<p>a</p>"));
}

}  // namespace
}  // namespace groundwork::text
