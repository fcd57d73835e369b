#include "model/distill.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/file.h"
#include "model/static_embedder.h"
#include "model/testing.h"

namespace groundwork::model {
namespace {

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

class Distill : public testing::Test {
 protected:
  void SetUp() override {
    const auto folder = fetched_model("all-MiniLM-L6-v2");
    if (!folder) GTEST_SKIP() << "GW_MODELS names no folder with all-MiniLM-L6-v2";
    folder_ = *folder;
    auto teacher = LocalEmbedder::open(folder_);
    ASSERT_TRUE(teacher.ok()) << teacher.error().chain();
    teacher_ = *std::move(teacher);
    // Few common words, and others, for a principal component or two.
    options_.dimensions = 16;
    for (const char* text : {"cat kitten dog puppy car truck bicycle engine the of and a river lake ocean city village "
                             "bread cheese wine bank money loan tax teacher school student exam"}) {
      for (const text::Token& token : teacher_->tokenizer().tokenize(text)) options_.tokens.push_back(token.id);
    }
  }

  static double squares(const StaticModel& model, std::uint32_t id) {
    const auto row = std::span(model.embeddings).subspan(id * model.dimensions, model.dimensions);
    return std::inner_product(row.begin(), row.end(), row.begin(), 0.0);
  }
  std::uint32_t id(const std::string& word) const { return teacher_->tokenizer().tokenize(word).at(0).id; }

  std::filesystem::path folder_;
  std::unique_ptr<LocalEmbedder> teacher_;
  DistillOptions options_;
};

TEST_F(Distill, WordsOfOneTopicAreNearerThanWordsOfTwo) {
  const auto model = distill(*teacher_, options_);
  ASSERT_TRUE(model.ok()) << model.error().chain();
  const auto folder = base::TemporaryFolder::create("distill");
  ASSERT_TRUE(write_static_model(*model, folder_, folder->path() / "small").ok());
  const auto embedder = StaticEmbedder::open(folder->path() / "small");
  ASSERT_TRUE(embedder.ok()) << embedder.error().chain();
  const std::vector<std::string> texts = {"kitten", "cat", "loan", "money"};
  const auto vectors = (*embedder)->embed(texts);
  ASSERT_TRUE(vectors.ok());
  EXPECT_GT(cosine(vectors->at(0), vectors->at(1)), cosine(vectors->at(0), vectors->at(2)) + 0.1);
  EXPECT_GT(cosine(vectors->at(2), vectors->at(3)), cosine(vectors->at(0), vectors->at(3)) + 0.1);
}

TEST_F(Distill, TheSameTwiceIsTheSameWhateverTheThreads) {
  options_.threads = 1;
  const auto first = distill(*teacher_, options_);
  options_.threads = 3;
  const auto second = distill(*teacher_, options_);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->embeddings, second->embeddings);
}

TEST_F(Distill, CommonWordsWeighLessThanWithoutSmoothing) {
  const auto weighted = distill(*teacher_, options_);
  options_.smoothing = 1e9;
  const auto plain = distill(*teacher_, options_);
  ASSERT_TRUE(weighted.ok() && plain.ok());
  const double common = std::sqrt(squares(*weighted, id("the")) / squares(*plain, id("the")));
  const double rare = std::sqrt(squares(*weighted, id("kitten")) / squares(*plain, id("kitten")));
  // "the" is about the 1,000th of 29,524 tokens, for characters come first: p is nearly 1e-4, and its weight a half.
  EXPECT_NEAR(common, 0.5, 0.02);
  EXPECT_GT(rare, 0.9);
  EXPECT_LE(rare, 1.0);
}

TEST_F(Distill, OtherTokensAndSpecialOnesAreZeros) {
  const auto model = distill(*teacher_, options_);
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(model->vocabulary, teacher_->tokenizer().vocabulary_size());
  EXPECT_EQ(squares(*model, teacher_->tokenizer().cls_id()), 0);
  EXPECT_EQ(squares(*model, id("zebra")), 0);
  EXPECT_GT(squares(*model, id("cat")), 0);
}

TEST_F(Distill, WrongDimensionsWrongTokensAndAStopAreErrors) {
  options_.dimensions = 385;
  EXPECT_EQ(distill(*teacher_, options_).error().code, base::Code::kInvalidArgument);
  options_.dimensions = 0;
  EXPECT_EQ(distill(*teacher_, options_).error().code, base::Code::kInvalidArgument);
  options_.dimensions = 16;
  options_.tokens.push_back(4'000'000'000);
  EXPECT_EQ(distill(*teacher_, options_).error().code, base::Code::kInvalidArgument);
  options_.tokens.pop_back();
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(distill(*teacher_, options_, {}, stop.get_token()).error().code, base::Code::kCancelled);
}

}  // namespace
}  // namespace groundwork::model
