#include "model/static_embedder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "base/file.h"
#include "base/json.h"

namespace groundwork::model {
namespace {

namespace json = base::json;

/// A folder with a tokenizer of six tokens, in place of a teacher's.
class StaticEmbedderTest : public testing::Test {
 protected:
  void SetUp() override {
    teacher_ = folder_.path() / "teacher";
    ASSERT_TRUE(base::create_folders(teacher_).ok());
    const json::object tokenizer{
        {"normalizer", {{"type", "BertNormalizer"}, {"lowercase", true}}},
        {"pre_tokenizer", {{"type", "BertPreTokenizer"}}},
        {"model",
         {{"type", "WordPiece"},
          {"unk_token", "[UNK]"},
          {"continuing_subword_prefix", "##"},
          {"vocab", {{"[PAD]", 0}, {"[UNK]", 1}, {"[CLS]", 2}, {"[SEP]", 3}, {"left", 4}, {"right", 5}}}}}};
    ASSERT_TRUE(base::write_file_atomically(teacher_ / "tokenizer.json", json::serialize(tokenizer)).ok());
    ASSERT_TRUE(base::write_file_atomically(teacher_ / "model.safetensors", "weights").ok());
  }

  StaticModel model() const { return {6, 2, {0, 0, -1, 0, 0, 0, 0, 0, 3, 0, 0, 4}}; }
  std::filesystem::path written(const StaticModel& model) const {
    const auto status = write_static_model(model, teacher_, out());
    EXPECT_TRUE(status.ok()) << status.error().chain();
    return out();
  }
  std::filesystem::path out() const { return folder_.path() / "static"; }
  base::Result<std::vector<std::vector<float>>> embed(const std::vector<std::string>& texts) const {
    GW_TRY(const auto embedder, StaticEmbedder::open(out()));
    return embedder->embed(texts);
  }
  /// What `open` says after one file got other bytes.
  std::string refusal(const std::string& file, const std::string& bytes) const {
    EXPECT_TRUE(base::write_file_atomically(out() / file, bytes).ok());
    const auto opened = StaticEmbedder::open(out());
    return opened.ok() ? "" : opened.error().chain();
  }

  base::TemporaryFolder folder_ = base::TemporaryFolder::create("static-embedder").value();
  std::filesystem::path teacher_;
};

TEST_F(StaticEmbedderTest, ATextIsTheMeanOfItsTokensWithLengthOne) {
  written(model());
  const auto vectors = embed({"left", "Right", "left right", "right left right left"});
  ASSERT_TRUE(vectors.ok()) << vectors.error().chain();
  EXPECT_EQ(vectors->at(0), (std::vector<float>{1, 0}));
  EXPECT_EQ(vectors->at(1), (std::vector<float>{0, 1}));
  EXPECT_NEAR(vectors->at(2).at(0), 0.6, 1e-6);  // (3, 4) / 5
  EXPECT_NEAR(vectors->at(2).at(1), 0.8, 1e-6);
  EXPECT_EQ(vectors->at(3), vectors->at(2));
}

TEST_F(StaticEmbedderTest, UnknownWordsCountOnlyWhereNothingIsKnown) {
  written(model());
  const auto vectors = embed({"left zebra", "zebra", ""});
  ASSERT_TRUE(vectors.ok()) << vectors.error().chain();
  EXPECT_EQ(vectors->at(0), (std::vector<float>{1, 0}));
  EXPECT_EQ(vectors->at(1), (std::vector<float>{-1, 0}));
  EXPECT_EQ(vectors->at(2), (std::vector<float>{-1, 0}));
}

TEST_F(StaticEmbedderTest, TokensThatSumUpToNothingStillHaveLengthOne) {
  written({6, 2, std::vector<float>(12)});
  const auto vectors = embed({"left"});
  ASSERT_TRUE(vectors.ok()) << vectors.error().chain();
  EXPECT_EQ(std::hypot(vectors->at(0).at(0), vectors->at(0).at(1)), 1.0F);
}

TEST_F(StaticEmbedderTest, TheNameIsOfTheContent) {
  const auto name = [&] { return StaticEmbedder::open(out()).value()->name(); };
  written(model());
  const std::string first = name();
  EXPECT_EQ(first.rfind("static/static-", 0), 0U) << first;
  EXPECT_EQ(StaticEmbedder::open(out() / "").value()->name(), first);
  std::filesystem::remove_all(out());
  written(model());
  EXPECT_EQ(name(), first);
  std::filesystem::remove_all(out());
  StaticModel other = model();
  other.embeddings[8] = 2;
  written(other);
  EXPECT_NE(name(), first);
}

TEST_F(StaticEmbedderTest, AFileCutShortIsRefusedWherever) {
  const std::string bytes = base::read_file(written(model()) / "model.safetensors").value();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_NE(refusal("model.safetensors", bytes.substr(0, size)), "") << size;
  }
  EXPECT_EQ(refusal("model.safetensors", bytes), "");
}

TEST_F(StaticEmbedderTest, ValuesThatAreNoNumbersAreRefused) {
  for (const float odd : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -1e30F}) {
    StaticModel broken = model();
    broken.embeddings[11] = odd;
    written(broken);
    const auto opened = StaticEmbedder::open(out());
    ASSERT_FALSE(opened.ok());
    EXPECT_NE(opened.error().message.find("expected finite values"), std::string::npos) << opened.error().chain();
    std::filesystem::remove_all(out());
  }
}

TEST_F(StaticEmbedderTest, FilesThatDoNotBelongTogetherAreRefused) {
  written(model());
  EXPECT_NE(refusal("config.json", R"({"model_type": "static", "dimensions": 3})").find("expected F32 [6, 3]"),
            std::string::npos);
  for (const std::string config :
       {"", "[]", "{}", R"({"model_type": "bert", "dimensions": 2})", R"({"model_type": "static", "dimensions": -1})",
        R"({"model_type": "static", "dimensions": 99999999999})"}) {
    EXPECT_NE(refusal("config.json", config).find("expected a static model"), std::string::npos) << config;
  }
}

TEST_F(StaticEmbedderTest, WhatIsThereIsNotOverwrittenAndNothingIsLeftBehind) {
  ASSERT_TRUE(base::create_folders(out()).ok());
  ASSERT_TRUE(base::write_file_atomically(out() / "mine", "kept").ok());
  const auto status = write_static_model(model(), teacher_, out());
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, base::Code::kAlreadyExists);
  EXPECT_EQ(base::read_file(out() / "mine").value(), "kept");
  std::size_t entries = 0;
  for ([[maybe_unused]] const auto& one : std::filesystem::directory_iterator(folder_.path())) ++entries;
  EXPECT_EQ(entries, 2U);  // the teacher and what was there
}

TEST_F(StaticEmbedderTest, AnEmptyFolderIsFilled) {
  ASSERT_TRUE(base::create_folders(out()).ok());
  written(model());
  EXPECT_TRUE(is_static_model(out()));
  EXPECT_FALSE(is_static_model(teacher_));
}

}  // namespace
}  // namespace groundwork::model
