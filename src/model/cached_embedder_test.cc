#include "model/cached_embedder.h"

#include <gtest/gtest.h>

namespace groundwork::model {
namespace {

/// A vector of the text's length, and which texts were asked for.
class CountingEmbedder final : public Embedder {
 public:
  base::Result<std::vector<std::vector<float>>> embed(std::span<const std::string> texts) override {
    if (fails) return base::make_error(base::Code::kUnavailable, "away");
    std::vector<std::vector<float>> out;
    for (const std::string& text : texts) {
      asked.push_back(text);
      out.push_back({static_cast<float>(text.size())});
    }
    return out;
  }
  std::size_t dimensions() const override { return 1; }
  std::string name() const override { return "lengths"; }

  std::vector<std::string> asked;
  bool fails = false;
};

using Texts = std::vector<std::string>;
using Vectors = std::vector<std::vector<float>>;

TEST(CachedEmbedder, EmbedsATextOnceAndKeepsTheOrderThatItIsAskedIn) {
  CountingEmbedder embedder;
  CachedEmbedder cached(embedder, 10);
  EXPECT_EQ(cached.embed(Texts{"a", "bb"}).value(), (Vectors{{1}, {2}}));
  EXPECT_EQ(cached.embed(Texts{"ccc", "bb", "a", "ccc"}).value(), (Vectors{{3}, {2}, {1}, {3}}));
  EXPECT_EQ(cached.embed(Texts{"ccc"}).value(), (Vectors{{3}}));
  EXPECT_EQ(embedder.asked, (Texts{"a", "bb", "ccc", "ccc"}));
}

TEST(CachedEmbedder, ForgetsWhatWasNotAskedForTheLongest) {
  CountingEmbedder embedder;
  CachedEmbedder cached(embedder, 2);
  ASSERT_TRUE(cached.embed(Texts{"a", "bb"}).ok());
  ASSERT_TRUE(cached.embed(Texts{"a"}).ok());
  ASSERT_TRUE(cached.embed(Texts{"ccc"}).ok());  // "bb" goes
  embedder.asked.clear();
  EXPECT_EQ(cached.embed(Texts{"a", "ccc", "bb"}).value(), (Vectors{{1}, {3}, {2}}));
  EXPECT_EQ(embedder.asked, Texts{"bb"});
}

TEST(CachedEmbedder, AFailureIsPassedOnAndNotKept) {
  CountingEmbedder embedder;
  CachedEmbedder cached(embedder, 2);
  embedder.fails = true;
  EXPECT_EQ(cached.embed(Texts{"a"}).error().code, base::Code::kUnavailable);
  embedder.fails = false;
  EXPECT_EQ(cached.embed(Texts{"a"}).value(), (Vectors{{1}}));
}

}  // namespace
}  // namespace groundwork::model
