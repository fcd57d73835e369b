#include "score/grounding.h"

#include <gtest/gtest.h>

#include "score/word_embedder.h"

namespace groundwork::score {
namespace {

using Texts = std::vector<std::string>;

TEST(Grounding, CitationsAreComparedById) {
  const Overlap some = citations(Texts{"a", "b", "b", "x"}, {"a", "b", "c", "d"});
  EXPECT_NEAR(some.precision, 2.0 / 3, 1e-12) << "an id cited twice counts once";
  EXPECT_NEAR(some.recall, 0.5, 1e-12);
  EXPECT_EQ(citations(Texts{}, {"a"}).precision, 0) << "who cites nothing proves nothing";
  EXPECT_EQ(citations(Texts{}, {}).f, 1);
  EXPECT_EQ(citations(Texts{"a"}, {}).precision, 0);
}

TEST(Grounding, AnAnswerIsFaithfulAsFarAsItsSentencesAreSupported) {
  const Texts passages = {"The LRU cache evicts the entry that was used least recently. It holds 1,000 entries.",
                          "A scan reads every page once."};
  const auto made = faithfulness(
      "The cache evicts the least recently used entry [1]. It holds 1000 entries [1]. It was made by Oracle.",
      passages);
  ASSERT_TRUE(made.ok());
  ASSERT_EQ(made->sentences.size(), 3U);
  EXPECT_TRUE(made->sentences[0].supported);
  EXPECT_TRUE(made->sentences[1].supported) << "1000 is 1,000";
  EXPECT_FALSE(made->sentences[2].supported);
  EXPECT_NEAR(made->value, 2.0 / 3, 1e-12);
}

TEST(Grounding, ANumberThatTheEvidenceDoesNotHaveIsNeverSupported) {
  const Texts passages = {"The cache holds 1000 entries and evicts the oldest."};
  const auto made = faithfulness("The cache holds 2000 entries and evicts the oldest.", passages);
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(made->value, 0);
  ASSERT_EQ(made->sentences[0].missing.size(), 1U);
  EXPECT_EQ(made->sentences[0].missing[0], "2000");
}

TEST(Grounding, ANameThatTheEvidenceDoesNotHaveIsNamed) {
  const auto missing =
      missing_numbers_and_names("The index was built by Lucene in 2001.", "The index was built in 2001.");
  EXPECT_EQ(missing, Texts{"Lucene"});
}

TEST(Grounding, ACitationMarkIsNoNumberAndASentencesFirstWordNoName) {
  const std::string evidence = "An index was built in 2001. It is small.";
  EXPECT_EQ(missing_numbers_and_names("An index was built in 2001. [4] Small it is. [2, 5]", evidence), Texts{});
  EXPECT_EQ(missing_numbers_and_names("It was built in 1999. [4] In 1999 by Lucene, since 7 [7].", evidence),
            (Texts{"1999", "Lucene", "7"}));
}

TEST(Grounding, WordsFromTwoPassagesDoNotSupportOneSentence) {
  const Texts passages = {"Alpha beta gamma.", "Delta epsilon zeta."};
  const auto made = faithfulness("alpha beta delta epsilon.", passages);
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(made->value, 0);
}

TEST(Grounding, AnAnswerOfNoSentenceClaimsNothing) {
  EXPECT_EQ(faithfulness("", Texts{"x"})->value, 1);
  EXPECT_EQ(faithfulness("Something is claimed.", Texts{})->value, 0);
}

TEST(Grounding, MeaningIsAskedForWhenThereIsAnEmbedder) {
  WordEmbedder embedder;
  const Texts passages = {"fox " + std::string("filler words that go on and on about other things entirely ") +
                          "jumped quick brown"};
  const auto without = faithfulness("quick brown fox", passages);
  const auto with = faithfulness("quick brown fox", passages, &embedder);
  ASSERT_TRUE(without.ok() && with.ok());
  EXPECT_EQ(without->value, 1);
  EXPECT_EQ(with->value, 0) << "cosine " << with->sentences[0].similarity;
}

TEST(Grounding, RelevanceIsSimilarityToTheQuestion) {
  WordEmbedder embedder;
  EXPECT_NEAR(*answer_relevance(embedder, "what is a cache", "a cache is what"), 1, 1e-6);
  EXPECT_EQ(*answer_relevance(embedder, "what is a cache", "  "), 0);
}

TEST(Grounding, AbstainingIsSomethingToFind) {
  Abstention all;
  for (int i = 0; i < 6; ++i) all.add(false, true);
  for (int i = 0; i < 2; ++i) all.add(false, false);
  for (int i = 0; i < 4; ++i) all.add(true, true);
  for (int i = 0; i < 8; ++i) all.add(true, false);
  EXPECT_NEAR(all.overlap().precision, 0.6, 1e-12);
  EXPECT_NEAR(all.overlap().recall, 0.75, 1e-12);
  EXPECT_NEAR(all.overlap().f, 2 * 0.6 * 0.75 / 1.35, 1e-12);
  EXPECT_EQ(Abstention{}.overlap().f, 1);
  Abstention never;
  never.add(false, false);
  EXPECT_EQ(never.overlap().f, 0);
}

}  // namespace
}  // namespace groundwork::score
