#include "text/segment.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/utf8.h"

namespace groundwork::text {
namespace {

using Strings = std::vector<std::string>;

Strings cut(std::string_view text, const std::vector<Span>& spans) {
  Strings out;
  for (const Span& span : spans) out.emplace_back(text.substr(span.begin, span.size()));
  return out;
}
Strings split(std::string_view text) { return cut(text, sentences(text)); }

/// "A. | B." stands for two sentences with a blank between them.
void expect_sentences(std::string_view marked) {
  std::string text;
  Strings expected(1);
  for (std::size_t at = 0; at < marked.size();) {
    if (marked.substr(at).starts_with(" | ")) {
      text += ' ';
      expected.emplace_back();
      at += 3;
    } else {
      text += marked[at];
      expected.back() += marked[at++];
    }
  }
  EXPECT_EQ(split(text), expected);
}

TEST(Sentences, EndAtStopsBeforeANewBeginning) {
  expect_sentences("Retrieval finds passages. | Ranking orders them! | Does it help? | Yes.");
  expect_sentences("It ended in 1999. | The next year began.");
  expect_sentences("Really?! | Yes.");
  expect_sentences("No stop at the end");
}

TEST(Sentences, GoOnAfterAbbreviationsInitialsAndTitles) {
  expect_sentences("Use a vector, e.g. Faiss, i.e. HNSW, for this.");
  expect_sentences("Dr. Smith and Prof. J. R. Firth met Mr. Jones vs. Ms. Lee.");
  expect_sentences("See Fig. 3 and Eq. (4) in Sec. 2, pp. 10-12, No. 7.");
  expect_sentences("The U.S. Government and the U.K. Parliament agreed.");
  expect_sentences("Robertson et al. Showed? | No: Robertson et al. 2009 said so.");
  expect_sentences("Gen. Lee is the state of the art. | Transformers are the next gen. | Done.");
  expect_sentences("Papers, books, etc. are indexed.");
}

TEST(Sentences, EndAfterAnAbbreviationWhenACommonBeginningFollows) {
  expect_sentences("It was made in the U.S. | The rest came later.");
  expect_sentences("Papers, books, etc. | We index them.");
  expect_sentences("He left at 5 p.m. | She stayed.");
  expect_sentences("This is plan B. | However, there is no plan C. | It failed.");
}

TEST(Sentences, KeepNumbersVersionsUrlsAndIdentifiersWhole) {
  expect_sentences("Pi is 3.14159 and v1.2.3 is out. | Upgrade now.");
  expect_sentences("Open https://example.org/a.b?c=d.e!f and read. | Then stop.");
  expect_sentences("Call np.array(x).sum() or os.path.join. | Then print.");
  expect_sentences("Mail a.b@example.com. | Wait.");
  expect_sentences("Write `a. B! C?` here. | Done.");
  expect_sentences("Set it higher. | top_k defaults to 10. | np.array copies. | iPhone sells.");
}

TEST(Sentences, EllipsesEndOnlyBeforeACapital) {
  expect_sentences("Well... maybe so… or not.");
  expect_sentences("Well... | Maybe not. | And then… | Nothing.");
}

TEST(Sentences, TakeClosingQuotesBracketsAndCitationsAlong) {
  expect_sentences("He said \"stop.\" | Then he left.");
  expect_sentences("(It works.) | \"Does it?\" she asked. | “Yes.” | Good.");
  expect_sentences("It is known.[12] | Others differ.[3,4-6] | End.");
  expect_sentences("**Bold end.** | Next.");
}

TEST(Sentences, ListItemsHeadingsAndRowsStandAlone) {
  EXPECT_EQ(split("Intro:\n- one\n- two goes\n  on\n* three"),
            (Strings{"Intro:", "- one", "- two goes\n  on", "* three"}));
  EXPECT_EQ(split("1. First do this. Then that.\n2. Second"),
            (Strings{"1. First do this.", "Then that.", "2. Second"}));
  EXPECT_EQ(split("# Title\nBody one. Body two."), (Strings{"# Title", "Body one.", "Body two."}));
  EXPECT_EQ(split("| a | b. C |\n| d | e |"), (Strings{"| a | b.", "C |", "| d | e |"}));
  EXPECT_EQ(split("a line\nbroken by hand. Next"), (Strings{"a line\nbroken by hand.", "Next"}));
  EXPECT_EQ(split("heading without stop\n\nBody."), (Strings{"heading without stop", "Body."}));
}

TEST(Sentences, ScriptsWithoutSpacesEndAtTheirOwnStops) {
  EXPECT_EQ(split("検索は速い。順位は正しい！「本当？」はい。"),
            (Strings{"検索は速い。", "順位は正しい！", "「本当？」", "はい。"}));
  EXPECT_EQ(split("Это первое. Это второе. и так далее."), (Strings{"Это первое.", "Это второе. и так далее."}));
}

TEST(Paragraphs, AreWhatBlankLinesSeparate) {
  const std::string_view text = "\n\n one\ntwo \n \t \nthree\r\n\r\nfour";
  EXPECT_EQ(cut(text, paragraphs(text)), (Strings{"one\ntwo", "three", "four"}));
  EXPECT_TRUE(paragraphs(" \n\n ").empty());
  EXPECT_TRUE(paragraphs("").empty());
}

void expect_cover(std::string_view text, const std::vector<Span>& spans) {
  const bool utf8 = base::is_utf8(text);
  std::size_t at = 0;
  const auto is_gap = [&](std::size_t begin, std::size_t end) {
    return text.substr(begin, end - begin).find_first_not_of(" \t\n\v\f\r") == std::string_view::npos;
  };
  for (const Span& span : spans) {
    ASSERT_LE(at, span.begin);
    ASSERT_LT(span.begin, span.end);
    ASSERT_LE(span.end, text.size());
    ASSERT_TRUE(is_gap(at, span.begin));
    if (utf8) {
      ASSERT_TRUE(base::is_utf8(text.substr(span.begin, span.size())));
    }
    at = span.end;
  }
  ASSERT_TRUE(is_gap(at, text.size()));
}

TEST(Sentences, WithTheirGapsAreTheTextWhateverItIs) {
  const Strings parts = {"a",    "B",        ".",   "!", "?",  " ",  "\n",   "\n\n", "…",    "。",
                         "é",    "”",        "[1]", "`", "- ", "# ", "|",    "e.g",  "U.S",  "3",
                         "\xFF", "\xE2\x80", "(",   ")", "\"", "*",  "\r\n", "Dr",   "The ", "日"};
  base::Random random(5);
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (std::size_t n = random.below(24); n > 0; --n) text += parts[random.below(parts.size())];
    expect_cover(text, sentences(text));
    expect_cover(text, paragraphs(text));
    if (HasFatalFailure()) FAIL() << text;
  }
}

/// A megabyte of each; a quadratic scan would take hours.
TEST(Sentences, HostileTextTakesLinearTime) {
  for (const std::string_view part :
       {".", ". ", "`", "` ", "[", ".[1", "a.", "\n", "- ", "...\"", "e.g. ", "#", "(a"}) {
    std::string text;
    while (text.size() < (std::size_t{1} << 20)) text += part;
    expect_cover(text, sentences(text));
  }
}

}  // namespace
}  // namespace groundwork::text
