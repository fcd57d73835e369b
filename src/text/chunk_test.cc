#include "text/chunk.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "text/chunk_check.h"

namespace groundwork::text {
namespace {

std::size_t count_words(std::string_view text) {
  std::size_t words = 0;
  bool inside = false;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t';
    words += !blank && !inside ? 1 : 0;
    inside = !blank;
  }
  return words;
}

/// One word a token, so that sizes can be read off the examples.
std::vector<Chunk> cut(Format format, std::string_view bytes, ChunkOptions options) {
  const SourceDocument document{"doc", "Title", format, std::string(bytes)};
  const auto chunks = chunk(document, options, count_words);
  if (!chunks.ok()) {
    ADD_FAILURE() << chunks.error().text();
    return {};
  }
  for (const Chunk& c : *chunks) EXPECT_EQ(broken_promise(c, document.bytes, options, count_words), "") << c.text;
  EXPECT_EQ(lost_text(document, *chunks), "");
  return *chunks;
}
std::vector<std::string> texts(const std::vector<Chunk>& chunks) {
  std::vector<std::string> out;
  for (const Chunk& chunk : chunks) out.push_back(chunk.text);
  return out;
}
using Texts = std::vector<std::string>;

TEST(Chunk, SectionsAreNotMixedAndKnowTheirPath) {
  const auto chunks =
      cut(Format::kMarkdown, "# Top\n\nOne two three.\n\n## Left\n\nFour five six.\n\n## Right\n\nSeven eight nine.\n",
          {8, 0, 2});
  EXPECT_EQ(texts(chunks), (Texts{"One two three.", "Four five six.", "Seven eight nine."}));
  EXPECT_EQ(chunks[1].heading_path, (Texts{"Top", "Left"}));
  EXPECT_EQ(chunks[2].anchor, "right");
}

TEST(Chunk, SmallSectionsBelowOneHeadingAreJoinedWithTheirHeadings) {
  const auto chunks =
      cut(Format::kMarkdown, "# Top\n\n## A\n\na b.\n\n## B\n\nc d.\n\n# Other\n\ne f g h i j.\n", {12, 0, 6});
  EXPECT_EQ(texts(chunks), (Texts{"A\n\na b.\n\nB\n\nc d.", "e f g h i j."}));
  EXPECT_EQ(chunks[0].heading_path, (Texts{"Top"}));
  EXPECT_EQ(chunks[0].parts[0], (Part{BlockKind::kHeading, {0, 1}}));
  EXPECT_EQ(chunks[0].parts[1], (Part{BlockKind::kParagraph, {3, 7}}));
}

TEST(Chunk, AParagraphThatFitsIsNotCutToFillTheChunkBefore) {
  const auto chunks = cut(Format::kPlain, "A b c d e f.\n\nG h i. J k l.", {8, 0, 0});
  EXPECT_EQ(texts(chunks), (Texts{"A b c d e f.", "G h i. J k l."}));
}

TEST(Chunk, LongParagraphsAreCutAtSentencesAndOverlapInWholeOnes) {
  const auto chunks = cut(Format::kPlain, "A b c. D e f. G h i. J k l.", {9, 3, 0});
  EXPECT_EQ(texts(chunks), (Texts{"A b c. D e f. G h i.", "G h i. J k l."}));
  EXPECT_EQ(chunks[1].overlap, 7U);
  EXPECT_EQ(chunks[1].source, (Span{14, 27}));
  EXPECT_EQ(texts(cut(Format::kPlain, "A b c. D e f. G h i. J k l.", {9, 2, 0})),
            (Texts{"A b c. D e f. G h i.", "J k l."}))
      << "no sentence is short enough";
}

TEST(Chunk, LongSentencesAreCutAtWordsAndLongWordsAtCharacters) {
  EXPECT_EQ(texts(cut(Format::kPlain, "a b c d e f g h i j k", {8, 0, 0})), (Texts{"a b c d e f g h", "i j k"}));
  std::string word;
  for (int i = 0; i < 200; ++i) word += "é";
  const auto chunks = cut(Format::kPlain, word, {8, 0, 0});  // 400 bytes; 8 tokens have 256
  ASSERT_EQ(chunks.size(), 2U);
  EXPECT_EQ(chunks[0].text.size(), 256U);
}

TEST(Chunk, CodeIsCutAtBlankLinesThenLinesAndKeepsItsIndentation) {
  const auto chunks =
      cut(Format::kMarkdown, "```\n  a b c\n  d e f\n\n  g h i\n  j k l\n  m n o p q r s t u\n```\n", {8, 2, 0});
  EXPECT_EQ(texts(chunks), (Texts{"  a b c\n  d e f", "  g h i\n  j k l", "  m n o p q r s t", "u"}));
  for (const Chunk& c : chunks) EXPECT_EQ(c.parts, (std::vector<Part>{{BlockKind::kCode, {0, c.text.size()}}}));
}

TEST(Chunk, ItemsAndRowsStayWhole) {
  EXPECT_EQ(texts(cut(Format::kMarkdown, "- a b c. d\n- e f g h\n- i j k l\n", {8, 0, 0})),
            (Texts{"a b c. d\ne f g h", "i j k l"}));
  EXPECT_EQ(texts(cut(Format::kMarkdown, "| a | b |\n|---|---|\n| c | d |\n| e | f |\n", {8, 0, 0})),
            (Texts{"a | b\nc | d", "e | f"}));
}

TEST(Chunk, AHeadingWithoutTextIsKeptInThePathOrAlone) {
  const auto chunks = cut(Format::kMarkdown, "# Top\n\n## Sub\n\na b c d e f g.\n\n# Last\n", {8, 0, 2});
  EXPECT_EQ(texts(chunks), (Texts{"a b c d e f g.", "Last"}));
  EXPECT_EQ(chunks[0].heading_path, (Texts{"Top", "Sub"}));
}

TEST(Chunk, ASentenceLeadsToItsBytesInHtml) {
  const std::string source = "<h1>T</h1><p>First. <b>A &amp; B</b> hold.</p>";
  const auto chunks = cut(Format::kHtml, source, {});
  ASSERT_EQ(chunks.size(), 1U);
  const std::size_t at = chunks[0].text.find("A & B hold.");
  const Span span = source_of(chunks[0].pieces, {at, at + 11});
  EXPECT_EQ(source.substr(span.begin, span.size()), "A &amp; B</b> hold.");
}

TEST(Chunk, ImpossibleWishesAreRefused) {
  const auto message = [](std::string bytes, ChunkOptions options, const TokenCounter& counter) {
    const auto chunks = chunk({"id", "", Format::kPlain, std::move(bytes)}, options, counter);
    return chunks.ok() ? "accepted" : chunks.error().text();
  };
  EXPECT_EQ(
      message("a", {7, 0, 0}, {}),
      "id: expected max_tokens from 8 to 16777216, overlap_tokens up to half of it and min_tokens up to it, found "
      "7, 0 and 0");
  EXPECT_NE(message("a", {10, 6, 0}, {}), "accepted");
  EXPECT_NE(message("a", {10, 0, 11}, {}), "accepted");
  EXPECT_EQ(message("\xFF", {}, {}), "id: expected UTF-8, found other bytes");
  EXPECT_EQ(message("12345", {10, 0, 0, 4}, {}), "id: expected a document of at most 4 bytes, found 5");
  EXPECT_EQ(message("é", {8, 0, 0}, [](std::string_view text) { return text.size() * 5; }),
            "id: expected at most 8 tokens for a character, found more at byte 0 of the shown text");
  std::string rows;
  for (std::size_t i = 0; i < kMostBlocks + 1; ++i) rows += "- a\n";
  EXPECT_EQ(chunk({"id", "", Format::kMarkdown, rows}, {}, {}).error().code, base::Code::kResourceExhausted);
  EXPECT_TRUE(chunk({"id", "", Format::kPlain, ""}, {}, {})->empty());
}

TEST(Chunk, PromisesHoldForRandomDocuments) {
  const Texts parts = {"# A\n",
                       "## B\n",
                       "### C ###\n",
                       "word ",
                       "End. Next ",
                       "\n",
                       "\n\n",
                       "- item\n",
                       "1. one\n",
                       "```\n",
                       "| a | b |\n",
                       "|---|---|\n",
                       "&amp;",
                       "[l](u)",
                       "<p>",
                       "<h2>",
                       "</h2>",
                       "<li>",
                       "<pre>",
                       "</pre>",
                       "<td>",
                       "<tr>",
                       "<!--",
                       "-->",
                       "é",
                       "日本。",
                       "> ",
                       "    ",
                       "*",
                       "`",
                       "$",
                       "<br>",
                       "\r\n",
                       "\\",
                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                       "<div hidden>",
                       "</div>",
                       "\t",
                       "|",
                       "===\n",
                       "\f"};
  base::Random random(17);
  const TokenCounter counters[] = {count_words, approximate_tokens, [](std::string_view t) { return t.size(); }};
  for (int round = 0; round < 6000; ++round) {
    SourceDocument document{"d", "", static_cast<Format>(random.below(3)), ""};
    for (std::size_t n = random.below(60); n > 0; --n) document.bytes += parts[random.below(parts.size())];
    const ChunkOptions options{8 + random.below(20), random.below(5), random.below(9)};
    const TokenCounter& counter = counters[random.below(3)];
    const auto chunks = chunk(document, options, counter);
    ASSERT_TRUE(chunks.ok()) << chunks.error().text();
    for (const Chunk& c : *chunks)
      ASSERT_EQ(broken_promise(c, document.bytes, options, counter), "") << document.bytes << "\n---\n" << c.text;
    ASSERT_EQ(lost_text(document, *chunks), "") << document.bytes;
  }
}

/// 256 KiB of each; a quadratic reader would take minutes.
TEST(Chunk, HostileDocumentsTakeLinearTime) {
  for (const std::string_view part :
       {"[",    "](",    "](a \"",     "*a ",      "`",    "`` ` ",    "$a ", "<a", "<a \"'>",
        "<!--", "&",     "- - ",       "> ",       "#",    "a|",       "\\",  "![", "_a*",
        "a. ",  "<div>", "<p hidden>", "[a]: b\n", "[a][", "<script>", "  ",  "\t"}) {
    std::string bytes;
    while (bytes.size() < (std::size_t{1} << 18)) bytes += part;
    for (const Format format : {Format::kMarkdown, Format::kHtml, Format::kPlain}) {
      const auto chunks = chunk({"d", "", format, bytes});
      EXPECT_TRUE(chunks.ok()) << part;
    }
  }
}

TEST(FormatOf, GoesByTheEndingOfTheName) {
  EXPECT_EQ(format_of("a/b.MD"), Format::kMarkdown);
  EXPECT_EQ(format_of("x.html"), Format::kHtml);
  EXPECT_EQ(format_of("README"), Format::kPlain);
}

}  // namespace
}  // namespace groundwork::text
