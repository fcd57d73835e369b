#include "search/near_duplicates.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "base/random.h"

namespace groundwork::search {
namespace {

std::vector<std::string> random_words(std::size_t count, base::Random& random) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < count; ++i) words.push_back("w" + std::to_string(random.below(5'000)));
  return words;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word + " ";
  return text;
}

std::vector<Duplicate> found_in(const std::vector<std::string>& texts, const DuplicateOptions& options = {}) {
  return near_duplicates(
             texts.size(), [&](std::size_t i) -> base::Result<std::string> { return texts[i]; }, options)
      .value();
}

TEST(Shingles, IgnoreCaseAndPunctuationAndKnowScriptsWithoutBlanks) {
  EXPECT_EQ(shingles_of("The cat, the DOG!"), shingles_of("the cat the dog"));
  EXPECT_EQ(shingles_of("a b c d").size(), 2u);
  EXPECT_EQ(shingles_of("a b").size(), 1u);
  EXPECT_EQ(shingles_of("a a a a a").size(), 1u) << "each once";
  EXPECT_TRUE(shingles_of(" -- ... ").empty());
  EXPECT_EQ(shingles_of("\xE7\x8C\xAB\xE3\x81\x8C\xE5\xB1\x85\xE3\x82\x8B").size(), 2u) << "four characters";
  EXPECT_NE(shingles_of("a b c"), shingles_of("c b a"));
}

TEST(Jaccard, IsSharedOverAll) {
  EXPECT_DOUBLE_EQ(jaccard({1, 2, 3}, {2, 3, 4}), 0.5);
  EXPECT_DOUBLE_EQ(jaccard({1}, {1}), 1);
  EXPECT_DOUBLE_EQ(jaccard({}, {}), 0);
  EXPECT_DOUBLE_EQ(jaccard({1}, {}), 0);
}

TEST(NearDuplicates, KeepsTheFirstAndSaysHowAlike) {
  const std::vector<std::string> texts = {
      "one two three four five six",  "something else that is here alone", "One, two, three: four five six.", "", "",
      "one two three four five seven"};
  EXPECT_EQ(found_in(texts), (std::vector<Duplicate>{{2, 0, 1.0}})) << "texts without words are not duplicates";
  EXPECT_EQ(found_in(texts, {.threshold = 0.6}), (std::vector<Duplicate>{{2, 0, 1.0}, {5, 0, 0.6}}));
}

/// 1,000 texts, then 1,000 that are each one of them with some words changed.
struct Planted {
  std::vector<std::string> texts;
  std::map<std::size_t, double> similarity;  ///< of each of the second thousand to its original
};

Planted planted(std::uint64_t seed) {
  base::Random random(seed);
  Planted made;
  std::vector<std::vector<std::string>> originals;
  for (std::size_t i = 0; i < 1'000; ++i) {
    originals.push_back(random_words(100 + random.below(100), random));
    made.texts.push_back(joined(originals.back()));
  }
  for (std::size_t i = 0; i < 1'000; ++i) {
    std::vector<std::string> changed = originals[i];
    for (std::uint64_t n = random.below(12); n > 0; --n)
      changed[random.below(changed.size())] = "new" + std::to_string(n);
    made.texts.push_back(joined(changed));
    made.similarity[1'000 + i] = jaccard(shingles_of(made.texts[i]), shingles_of(made.texts.back()));
  }
  return made;
}

TEST(NearDuplicates, FindsThePlantedOnesAndNoOther) {
  for (const double threshold : {0.7, 0.8, 0.9}) {
    const Planted made = planted(7);
    std::map<std::size_t, Duplicate> found;
    for (const Duplicate& one : found_in(made.texts, {.threshold = threshold})) found[one.document] = one;
    std::size_t expected = 0;
    std::size_t missed = 0;
    for (const auto& [document, similarity] : made.similarity) {
      if (similarity < threshold) {
        EXPECT_FALSE(found.contains(document)) << similarity;
        continue;
      }
      ++expected;
      if (!found.contains(document)) {
        ++missed;
        continue;
      }
      EXPECT_EQ(found[document].of, document - 1'000);
      EXPECT_DOUBLE_EQ(found[document].similarity, similarity);
    }
    EXPECT_GT(expected, 200u) << threshold;
    EXPECT_LE(missed, 2u) << threshold;
    for (const auto& [document, one] : found) EXPECT_GE(document, 1'000u) << "no two originals are alike";
  }
}

TEST(NearDuplicates, ManyCopiesCostOneComparisonEach) {
  base::Random random(3);
  const std::string text = joined(random_words(50, random));
  std::size_t asked = 0;
  const auto found = near_duplicates(5'000, [&](std::size_t) -> base::Result<std::string> {
    ++asked;
    return text;
  });
  EXPECT_EQ(found.value().size(), 4'999u);
  EXPECT_EQ(asked, 5'000u + 4'999u);
}

TEST(NearDuplicates, ComparisonsGrowNoFasterThanDocuments) {
  // What is linear is the number of texts read; time itself is not asserted.
  const auto asked_for = [](std::size_t documents) {
    std::size_t asked = 0;
    const auto found = near_duplicates(documents, [&](std::size_t i) -> base::Result<std::string> {
      ++asked;
      base::Random random(i % 4 == 3 ? i - 1 : i);  // every fourth repeats the one before it
      return joined(random_words(20, random));
    });
    EXPECT_EQ(found.value().size(), documents / 4);
    return asked;
  };
  const std::size_t few = asked_for(10'000);
  const std::size_t many = asked_for(100'000);
  EXPECT_LE(many, 10 * few + few / 10);
}

TEST(NearDuplicates, WrongThresholdsAndCancellationAreErrors) {
  const auto text = [](std::size_t) -> base::Result<std::string> { return std::string("a"); };
  for (const double threshold : {0.0, 0.49, 1.01, std::nan("")}) {
    EXPECT_EQ(near_duplicates(1, text, {.threshold = threshold}).error().code, base::Code::kInvalidArgument);
  }
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(near_duplicates(1, text, {}, {}, stop.get_token()).error().code, base::Code::kCancelled);
  EXPECT_TRUE(near_duplicates(0, text).value().empty());
}

}  // namespace
}  // namespace groundwork::search
