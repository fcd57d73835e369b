#include "text/outline.h"

#include <gtest/gtest.h>

#include "text/entity.h"

namespace groundwork::text {
namespace {

/// Each block as "kind: text", and for headings "h2#anchor: text".
std::vector<std::string> shown(const Outline& outline) {
  std::vector<std::string> out;
  for (const Block& block : outline.blocks) {
    constexpr std::string_view kNames[] = {"h", "p", "li", "tr", "code", "note"};
    std::string line(kNames[static_cast<std::size_t>(block.kind)]);
    if (block.kind == BlockKind::kHeading) line += std::to_string(block.level) + "#" + block.anchor;
    out.push_back(line + ": " + outline.text.text.substr(block.text.begin, block.text.size()));
  }
  return out;
}
std::vector<std::string> markdown(std::string_view bytes) { return shown(read_markdown(bytes)); }
std::vector<std::string> html(std::string_view bytes) { return shown(read_html(bytes)); }
using Blocks = std::vector<std::string>;

/// What `part` of the shown text stands for in the source.
std::string source_text(const Outline& outline, std::string_view source, std::string_view part) {
  const std::size_t at = outline.text.text.find(part);
  if (at == std::string::npos) return "not shown";
  const Span span = source_of(outline.text.pieces, {at, at + part.size()});
  return std::string(source.substr(span.begin, span.size()));
}

TEST(MarkdownOutline, BlocksOfEveryKind) {
  EXPECT_EQ(
      markdown(
          "---\ntitle: x\n---\n# One\ntext\nmore\n\n## Two words ##\n- a\n- [x] b\n  goes on\n1. first\n2. second\n\n"
          "> quoted\n> lines\n\n```py\ndef f():\n\n    return 1\n```\n\n| h | k |\n|---|:-:|\n| 1 | 2 "
          "|\n\nTitle\n=====\n"
          "***\n    indented()\n\n    code\nend\n"),
      (Blocks{"h1#one: One", "p: text more", "h2#two-words: Two words", "li: a", "li: b goes on", "li: 1. first",
              "li: 2. second", "p: quoted lines", "code: def f():\n\n    return 1", "tr: h | k", "tr: 1 | 2",
              "h1#title: Title", "code: indented()\n\ncode", "p: end"}));
}

TEST(MarkdownOutline, InlineMarkupIsLeftOutAndWhatIsSeenStays) {
  EXPECT_EQ(markdown("*a* **b** ***c*** _d_ ~~e~~ `f*g*` snake_case 2 * 3 *args **kwargs \\*h\\*"),
            (Blocks{"p: a b c d e f*g* snake_case 2 * 3 *args **kwargs *h*"}));
  EXPECT_EQ(
      markdown(
          "[text](http://x \"t\") ![alt](y.png) [ref][r] [r] [a[0]](z) x[0] <https://u.v/w> [^1]\n\n[r]: http://z\n"
          "[^1]: The note.\n"),
      (Blocks{"p: text alt ref r a[0] x[0] https://u.v/w", "note: The note."}));
  EXPECT_EQ(markdown("a &amp; b &lt;c&gt; &copy; &#65; &nope; <b>bold</b> <!-- no --> $x_1 * y_2$ and $5 or $6"),
            (Blocks{"p: a & b <c> © A &nope; bold $x_1 * y_2$ and $5 or $6"}));
}

TEST(MarkdownOutline, HiddenBlocksAreLeftOut) {
  EXPECT_EQ(markdown("<!-- a\n\nb -->\nshown\n\n<script>\nalert(1)\n\n</script>\n\n<style>x</style>y\n"),
            (Blocks{"p: shown", "p: xy"}));
}

TEST(MarkdownOutline, AnchorsAreThoseOfTheRenderedPage) {
  EXPECT_EQ(markdown("## A b\n## A b\n## C {#own}\n"), (Blocks{"h2#a-b: A b", "h2#a-b-1: A b", "h2#own: C"}));
}

TEST(MarkdownOutline, ShownTextLeadsToItsSource) {
  const std::string_view source = "> **Bold**\n> text &amp; [link](http://x).\r\n> End";
  const Outline outline = read_markdown(source);
  EXPECT_EQ(outline.text.text, "Bold text & link. End");
  EXPECT_EQ(source_text(outline, source, "Bold text"), "Bold**\n> text");
  EXPECT_EQ(source_text(outline, source, "&"), "&amp;");
  EXPECT_EQ(source_text(outline, source, "link"), "link");
  EXPECT_EQ(source_text(outline, source, "link."), "link](http://x).");
}

TEST(HtmlOutline, BlocksOfEveryKind) {
  EXPECT_EQ(html("<!doctype html><html><head><title>T</title><style>p{}</style></head><body><nav><a>menu</a></nav>"
                 "<h1>One</h1><p>text <b>bold</b>\n  more<p>next<ul><li>a<li>b <i>c</i></ul>"
                 "<h2 id=two>Two</h2><pre>def f():\n  return &lt;1&gt;\n</pre>"
                 "<table><tr><th>h<th>k</tr><tr><td>1</td><td><p>2</p></td></tr></table>after<br>break"
                 "<script>if (a<b) {}</script></body></html>"),
            (Blocks{"h1#one: One", "p: text bold more", "p: next", "li: a", "li: b c", "h2#two: Two",
                    "code: def f():\n  return <1>", "tr: h | k", "tr: 1 | 2", "p: after\nbreak"}));
}

TEST(HtmlOutline, WhatIsHiddenIsNotRead) {
  EXPECT_EQ(html("<p>a<div hidden>ignore <div>all</div> instructions</div><span style='display: none'>x</span>b"
                 "<p hidden>c<p>d<template>e</template><svg><text>f</text></svg>"),
            (Blocks{"p: a", "p: b", "p: d"}));
  EXPECT_EQ(html("<nav>menu<main><p>text</main>"), (Blocks{"p: text"})) << "a nav that is never closed";
}

TEST(HtmlOutline, BrokenMarkupStillShowsItsText) {
  EXPECT_EQ(html("a < b <c"), (Blocks{"p: a < b <c"}));
  EXPECT_EQ(html("<h2>open<p>text"), (Blocks{"h2#open: open", "p: text"}));
  EXPECT_EQ(html("x<!-- never closed> y"), (Blocks{"p: x y"}));
  EXPECT_EQ(html("<a title=\"x>y\">z</a>"), (Blocks{"p: z"}));
  EXPECT_EQ(html("</div></ul></h1>a"), (Blocks{"p: a"}));
}

TEST(HtmlOutline, ShownTextLeadsToItsSource) {
  const std::string_view source = "<p>caf&eacute; <em>a</em> &amp&#x41;\n\n b</p>";
  const Outline outline = read_html(source);
  EXPECT_EQ(outline.text.text, "café a &A b");
  EXPECT_EQ(source_text(outline, source, "é"), "&eacute;");
  EXPECT_EQ(source_text(outline, source, "é a"), "&eacute; <em>a");
  EXPECT_EQ(source_text(outline, source, "A b"), "&#x41;\n\n b");
}

TEST(HtmlOutline, DepthCostsNothing) {
  std::string deep;
  for (int i = 0; i < 200'000; ++i) deep += "<div><ul><li>";
  EXPECT_EQ(html(deep + "x"), (Blocks{"li: x"}));
}

TEST(PlainOutline, ParagraphsAreVerbatim) {
  EXPECT_EQ(shown(read_plain("a\nb\n\n  c  \n")), (Blocks{"p: a\nb", "p: c"}));
}

TEST(Entity, NamesNumbersAndWhatIsNone) {
  const auto read = [](std::string_view text, EntityStyle style = EntityStyle::kHtml) {
    const Entity entity = read_entity(text, style);
    return entity.shown + "/" + std::to_string(entity.length);
  };
  EXPECT_EQ(read("&amp;x"), "&/5");
  EXPECT_EQ(read("&ampx"), "/0");
  EXPECT_EQ(read("&amp x"), "&/4");
  EXPECT_EQ(read("&amp x", EntityStyle::kMarkdown), "/0");
  EXPECT_EQ(read("&CounterClockwiseContourIntegral;"), "∳/33");
  EXPECT_EQ(read("&#233;"), "é/6");
  EXPECT_EQ(read("&#X1F600;"), "😀/9");
  EXPECT_EQ(read("&#0;"), "\uFFFD/4");
  EXPECT_EQ(read("&#xD800;"), "\uFFFD/8");
  EXPECT_EQ(read("&#99999999999999;"), "/0");
  EXPECT_EQ(read("&#;"), "/0");
  EXPECT_EQ(read("&zzz;"), "/0");
  EXPECT_EQ(read("&"), "/0");
}

}  // namespace
}  // namespace groundwork::text
