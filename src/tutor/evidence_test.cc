#include "tutor/evidence.h"

#include <gtest/gtest.h>

#include "tutor/fake_embedder.h"

namespace groundwork::tutor {
namespace {

Subject asking(const std::string& question) {
  FakeEmbedder embedder;
  Subject subject;
  for (const search::Token& token : search::analyzer_of_this_thread().analyze(question)) {
    subject.words.push_back({token.term, 1, true});
  }
  subject.vector = embedder.embed({&question, 1}).value().front();
  return subject;
}

Passage passage(std::string id, std::string text) {
  Passage one;
  one.document.id = std::move(id);
  one.document.text = std::move(text);
  one.prose = {{0, one.document.text.size()}};
  return one;
}

Evidence read(std::vector<Passage> passages, const Subject& subject) {
  FakeEmbedder embedder;
  return evidence_of(std::move(passages), 6, subject, embedder).value();
}

TEST(Evidence, AShortSentenceSetApartByMarkUpHeadsItsParagraph) {
  const std::string text = "Direction. Left to right answers next, right to left answers the previous one.";
  Passage marked = passage("a", text);
  marked.pieces = {{{0, 10}, {2, 12}, true}, {{10, text.size()}, {14, text.size() + 4}, true}};
  const Subject subject = asking("in which direction");
  const Evidence evidence = read({std::move(marked)}, subject);
  ASSERT_EQ(evidence.sentences.size(), 2U);
  EXPECT_TRUE(evidence.sentences[0].heads);
  EXPECT_FALSE(evidence.sentences[1].heads);
  EXPECT_FALSE(read({passage("a", text)}, subject).sentences[0].heads) << "there is no mark-up";
}

TEST(Evidence, TheNumberOfAListIsNoPartOfItsSentence) {
  const Evidence evidence = read({passage("a", "3. The free-threaded build has no such lock.")}, asking("lock"));
  ASSERT_EQ(evidence.sentences.size(), 1U);
  EXPECT_EQ(evidence.sentences[0].text, "The free-threaded build has no such lock.");
  EXPECT_EQ(evidence.sentences[0].in_passage.begin, 3U);
}

TEST(Evidence, WhatTheReaderIsBiddenIsNoAnswerButAnExampleToldSoIs) {
  const Evidence evidence = read(
      {passage(
          "a",
          "Describe single-flight exactly. Say a table has 1,000 places and 900 of its keys are deleted by then.")},
      asking("single-flight"));
  ASSERT_EQ(evidence.sentences.size(), 2U);
  EXPECT_TRUE(evidence.sentences[0].asks);
  EXPECT_FALSE(evidence.sentences[0].quotable);
  EXPECT_FALSE(evidence.sentences[1].asks);
}

TEST(Evidence, ASentenceThatSaysWhatSomethingIsAnswersWhatItIs) {
  const std::string is = "A stampede is many callers who compute the same value.";
  const std::string comes_to_it = "That makes 600 identical calls at once: a stampede.";
  Subject subject = asking("What is a stampede?");
  const auto scores = [&](const std::string& text) { return read({passage("a", text)}, subject).sentences[0].score; };
  const double before = scores(is);
  const double before_it = scores(comes_to_it);
  const double other = scores("Callers who wait are told of a stampede by the cache.");
  subject.topic = {search::analyzer_of_this_thread().analyze("stampede").front().term};
  EXPECT_GT(scores(is), before);
  EXPECT_GT(scores(comes_to_it), before_it);
  EXPECT_EQ(scores("Callers who wait are told of a stampede by the cache."), other);
}

TEST(Confidence, WordsInOnePassageCountMoreThanTheSameWordsInSeveral) {
  const Subject subject = asking("redis lock expiry");
  const auto confidence = [&](std::vector<Passage> passages) {
    return confidence_of({subject, read(std::move(passages), subject)});
  };
  const double together = confidence({passage("a", "A redis lock has an expiry that frees it after a crash.")});
  const double apart = confidence({passage("a", "An expiry is kept beside each entry of the cache."),
                                   passage("b", "A lock is held by one thread of the process."),
                                   passage("c", "Counters can be kept in redis by all the processes.")});
  EXPECT_GT(together, 0.9);
  EXPECT_LT(apart, 0.3);
  EXPECT_EQ(confidence({}), 0);
}

TEST(Texts, AreThoseThatAreEmbeddedWhenAPassageIsRead) {
  class Noting final : public model::Embedder {
   public:
    base::Result<std::vector<std::vector<float>>> embed(std::span<const std::string> texts) override {
      noted.insert(noted.end(), texts.begin(), texts.end());
      return words_.embed(texts);
    }
    std::size_t dimensions() const override { return words_.dimensions(); }
    std::string name() const override { return words_.name(); }
    std::vector<std::string> noted;

   private:
    FakeEmbedder words_;
  };
  Noting embedder;
  Passage one = passage("a", "A lock is held by one thread of the process. It is given back at the end.");
  one.document.title = "Threads › Locks";
  const std::vector<std::string> texts = texts_of(one.document);
  ASSERT_TRUE(evidence_of({std::move(one)}, 6, asking("lock"), embedder).ok());
  EXPECT_EQ(embedder.noted, texts);
}

}  // namespace
}  // namespace groundwork::tutor
