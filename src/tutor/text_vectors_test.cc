#include "tutor/text_vectors.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "tutor/evidence.h"
#include "tutor/fake_embedder.h"

namespace groundwork::tutor {
namespace {

using base::Code;

class CountingEmbedder final : public model::Embedder {
 public:
  base::Result<std::vector<std::vector<float>>> embed(std::span<const std::string> texts) override {
    embedded += texts.size();
    return words_.embed(texts);
  }
  std::size_t dimensions() const override { return words_.dimensions(); }
  std::string name() const override { return named; }

  std::size_t embedded = 0;
  std::string named = "words";

 private:
  FakeEmbedder words_;
};

class TextVectorsTest : public ::testing::Test {
 protected:
  base::TemporaryFolder folder_ = base::TemporaryFolder::create("text-vectors").value();
  std::filesystem::path file_ = folder_.path() / "vectors.gws";
  CountingEmbedder embedder_;
};

TEST_F(TextVectorsTest, ATextOfTheFileIsNotEmbeddedAgain) {
  ASSERT_TRUE(TextVectors::write(file_, {"a cache", "a heap", "a cache"}, embedder_).ok());
  EXPECT_EQ(embedder_.embedded, 2U);
  const auto opened = TextVectors::open(file_, embedder_);
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  const std::vector<std::string> texts = {"a heap", "a lock", "a cache"};
  const auto expected = FakeEmbedder().embed(texts).value();
  RememberingEmbedder remembering(embedder_, opened->get());
  const auto vectors = remembering.embed(texts);
  ASSERT_TRUE(vectors.ok());
  EXPECT_EQ(*vectors, expected);
  EXPECT_EQ(embedder_.embedded, 3U);
}

TEST_F(TextVectorsTest, VectorsOfAnotherModelAndDamagedOnesAreRefused) {
  ASSERT_TRUE(TextVectors::write(file_, {"a cache", "a heap"}, embedder_).ok());
  embedder_.named = "other";
  EXPECT_EQ(TextVectors::open(file_, embedder_).error().code, Code::kFailedPrecondition);
  embedder_.named = "words";
  std::string bytes = base::read_file(file_).value();
  bytes[bytes.size() - 1] ^= 1;
  ASSERT_TRUE(base::write_file_atomically(file_, bytes).ok());
  EXPECT_EQ(TextVectors::open(file_, embedder_).error().code, Code::kDataLoss);
  EXPECT_EQ(TextVectors::open(folder_.path() / "none", embedder_).error().code, Code::kNotFound);
}

TEST_F(TextVectorsTest, WhatIsCancelledLeavesNoFile) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(TextVectors::write(file_, {"a cache"}, embedder_, {}, stop.get_token()).error().code, Code::kCancelled);
  EXPECT_FALSE(std::filesystem::exists(file_));
}

}  // namespace
}  // namespace groundwork::tutor
