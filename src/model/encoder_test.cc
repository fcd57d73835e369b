#include "model/encoder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "base/file.h"
#include "base/random.h"
#include "model/late_interaction.h"
#include "model/local_embedder.h"
#include "model/testing.h"

namespace groundwork::model {
namespace {

std::vector<Instructions> available() {
  std::vector<Instructions> list;
  for (const auto one :
       {Instructions::kPortable, Instructions::kAvx2, Instructions::kAvx512, Instructions::kAvx512Vnni}) {
    if (one <= best_instructions()) list.push_back(one);
  }
  return list;
}

std::vector<float> random_values(std::size_t count, std::uint64_t seed) {
  base::Random random(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(random.unit() * 2 - 1);
  return values;
}

double cosine(std::span<const float> a, std::span<const float> b) {
  double product = 0, left = 0, right = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    product += double{a[i]} * b[i];
    left += double{a[i]} * a[i];
    right += double{b[i]} * b[i];
  }
  return product / std::sqrt(left * right);
}

TEST(Kernels, LinearIsTheSumOfProductsPlusBiasForEveryInstructionSetAndNumberOfRows) {
  constexpr std::size_t kInputs = 96, kOutputs = 64;
  const auto weights = random_values(kInputs * kOutputs, 1);
  const auto bias = random_values(kOutputs, 2);
  for (const Instructions instructions : available()) {
    const LinearWeights packed = pack(weights, bias, instructions);
    for (const std::size_t rows : {1U, 5U, 6U, 13U, 50U}) {
      const auto a = random_values(rows * kInputs, rows);
      std::vector<float> out(rows * kOutputs), expected(rows * kOutputs);
      kernels_for(instructions).linear_fast(a.data(), rows, packed, out.data());
      double largest = 0;
      for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < kOutputs; ++c) {
          double sum = bias[c];
          for (std::size_t k = 0; k < kInputs; ++k) sum += double{a[r * kInputs + k]} * weights[c * kInputs + k];
          expected[r * kOutputs + c] = static_cast<float>(sum);
          largest = std::max(largest, std::abs(sum - out[r * kOutputs + c]));
        }
      }
      const bool bytes = instructions == Instructions::kAvx512Vnni;
      const double error = bytes ? 0.15 : instructions == Instructions::kAvx2 ? 0.01 : 1e-4;
      EXPECT_LT(largest, error) << to_string(instructions) << ", " << rows << " rows";
      EXPECT_GT(cosine(out, expected), bytes ? 0.9999 : 0.999999) << to_string(instructions);
    }
  }
}

TEST(Kernels, TheLargestSumOfProductsOverflowsNothing) {
  constexpr std::size_t kInputs = 1536, kOutputs = 32;
  const std::vector<float> weights(kInputs * kOutputs, 3.0F), bias(kOutputs), a(kInputs, -2.0F);
  for (const Instructions instructions : available()) {
    std::vector<float> out(kOutputs);
    kernels_for(instructions).linear_fast(a.data(), 1, pack(weights, bias, instructions), out.data());
    for (const float value : out) EXPECT_NEAR(value, -6.0 * kInputs, 1) << to_string(instructions);
  }
}

TEST(Kernels, GeluFollowsTheErrorFunction) {
  for (const Instructions instructions : available()) {
    std::vector<float> values;
    for (int i = -640; i < 640; ++i) values.push_back(static_cast<float>(i) / 40);
    std::vector<float> out = values;
    kernels_for(instructions).gelu(out.data(), out.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
      EXPECT_NEAR(out[i], 0.5 * values[i] * (1 + std::erf(values[i] / std::sqrt(2.0))), 3e-6) << values[i];
    }
  }
}

TEST(Kernels, AttentionIsTheMeanOfValuesWeightedByTheSoftmaxOfScores) {
  constexpr std::size_t kTokens = 19, kStride = 96;
  const auto x = random_values(kTokens * kStride, 3);
  for (const Instructions instructions : available()) {
    std::vector<float> out(kTokens * 32), scratch(attention_scratch(kTokens));
    kernels_for(instructions)
        .attention(x.data(), x.data() + 32, x.data() + 64, kTokens, kStride, 32, out.data(), scratch.data());
    for (std::size_t i = 0; i < kTokens; ++i) {
      std::vector<double> weights(kTokens);
      double total = 0;
      for (std::size_t j = 0; j < kTokens; ++j) {
        double score = 0;
        for (std::size_t d = 0; d < 32; ++d) score += double{x[i * kStride + d]} * x[j * kStride + 32 + d];
        total += weights[j] = std::exp(score / std::sqrt(32.0));
      }
      for (std::size_t d = 0; d < 32; ++d) {
        double mean = 0;
        for (std::size_t j = 0; j < kTokens; ++j) mean += weights[j] / total * x[j * kStride + 64 + d];
        EXPECT_NEAR(out[i * 32 + d], mean, 1e-5);
      }
    }
  }
}

TEST(EncoderShape, ARefusalSaysWhatIsSupported) {
  EXPECT_FALSE(parse_encoder_shape("[]").ok());
  EXPECT_FALSE(parse_encoder_shape("{").ok());
  const auto other = parse_encoder_shape(R"({"model_type":"bert","hidden_act":"relu","vocab_size":3,"hidden_size":32,
    "num_hidden_layers":1,"num_attention_heads":1,"intermediate_size":64,"max_position_embeddings":8})");
  ASSERT_FALSE(other.ok());
  EXPECT_NE(other.error().message.find("GELU"), std::string::npos);
}

class MiniLm : public testing::Test {
 protected:
  void SetUp() override {
    const auto folder = fetched_model("all-MiniLM-L6-v2");
    if (!folder) GTEST_SKIP() << "GW_MODELS names no folder with all-MiniLM-L6-v2";
    folder_ = *folder;
  }
  std::unique_ptr<LocalEmbedder> open(std::optional<Instructions> instructions = {}) const {
    return LocalEmbedder::open(folder_, {.instructions = instructions}).value();
  }
  std::filesystem::path folder_;
  const std::vector<std::string> texts_ = {"Hybrid search fuses a lexical and a dense ranking.",
                                           "QLoRA fine-tunes a quantised model with low-rank adapters.",
                                           "The cat sleeps on the warm windowsill all afternoon while rain falls.", "x",
                                           ""};
};

/// The first numbers of what NumPy computes in float64 from the same weights by the formulas of the paper.
TEST_F(MiniLm, VectorsAreThoseOfAnIndependentComputation) {
  const std::vector<std::vector<double>> expected = {
      {0.048708, -0.076320, 0.001544, -0.040734, 0.004129, 0.046880},
      {-0.077593, -0.035533, 0.006011, 0.013014, -0.068458, 0.070605},
      {0.089990, -0.010254, 0.059558, 0.124754, -0.017030, -0.002164},
      {-0.097910, -0.064001, -0.023181, -0.046197, 0.021700, -0.028492},
      {-0.118838, 0.048299, -0.002548, -0.011011, 0.051951, 0.010292},
  };
  for (const Instructions instructions : available()) {
    const auto vectors = open(instructions)->embed(texts_).value();
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      const double tolerance = instructions == Instructions::kAvx512Vnni ? 0.006
                               : instructions == Instructions::kAvx2     ? 0.001
                                                                         : 1e-5;
      for (std::size_t d = 0; d < expected[i].size(); ++d) {
        EXPECT_NEAR(vectors[i][d], expected[i][d], tolerance) << to_string(instructions) << ": " << texts_[i];
      }
    }
  }
}

TEST_F(MiniLm, EveryInstructionSetAgreesWithThePortableOne) {
  const auto reference = open(Instructions::kPortable)->embed(texts_).value();
  for (const Instructions instructions : available()) {
    const auto vectors = open(instructions)->embed(texts_).value();
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      const double bar = instructions == Instructions::kAvx2 ? 0.9999 : 0.999;
      EXPECT_GT(cosine(vectors[i], reference[i]), bar) << to_string(instructions) << ": " << texts_[i];
    }
  }
}

TEST_F(MiniLm, TheErrorsOfEightBitsStayWithinTheBarForTextsOfRepeatedTokens) {
  std::vector<std::string> texts = {std::string(99, 'x'), "", "", ""};
  for (int i = 0; i < 60; ++i) {
    texts[1] += "!?";
    texts[2] += "a ";
    texts[3] += "0 1 2 3 4 5 6 7 8 9 ";
  }
  const auto reference = open(Instructions::kPortable)->embed(texts).value();
  const auto vectors = open()->embed(texts).value();
  for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_GT(cosine(vectors[i], reference[i]), 0.9995) << texts[i];
}

TEST_F(MiniLm, ATextsVectorDoesNotDependOnWhatItIsEncodedWith) {
  const auto embedder = open();
  const auto together = embedder->embed(texts_).value();
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    const auto alone = embedder->embed(std::span(&texts_[i], 1)).value();
    EXPECT_EQ(alone[0], together[i]) << texts_[i];
  }
}

TEST_F(MiniLm, LongTextsAreCutAtTheModelsLengthAndVectorsHaveLengthOne) {
  std::string words;
  for (int i = 0; i < 3000; ++i) words += "retrieval ";
  const std::vector<std::string> texts = {words, words + "and more"};
  const auto vectors = open()->embed(texts).value();
  EXPECT_EQ(vectors[0], vectors[1]);
  EXPECT_NEAR(cosine(vectors[0], vectors[0]), 1, 1e-6);
  double squares = 0;
  for (const float value : vectors[0]) squares += double{value} * value;
  EXPECT_NEAR(squares, 1, 1e-5);
}

TEST_F(MiniLm, LateInteractionTellsTheTextWithTheQuerysRareWord) {
  const auto embedder = open();
  LateInteraction late(*embedder);
  const std::vector<std::string> texts = {"The search engine keeps an index of documents.",
                                          "The search engine keeps a quantised index of documents.",
                                          "The search engine keeps an index of many documents.", ""};
  const std::vector<float> scores = late.score("search index quantised", texts).value();
  ASSERT_EQ(scores.size(), texts.size());
  EXPECT_GT(scores[1], scores[0]);
  EXPECT_GT(scores[1], scores[2]);
  EXPECT_EQ(scores[3], 0) << "a text without tokens";
  EXPECT_EQ(late.score("", texts).value(), std::vector<float>(4)) << "a query without tokens";
  EXPECT_TRUE(late.score("search", {}).value().empty());
}

TEST_F(MiniLm, LateInteractionWeighsAWordByHowFewOfTheTextsHaveIt) {
  const auto embedder = open();
  std::vector<std::string> texts(10, "search index");
  texts.emplace_back("penguin");
  const std::vector<float> scores = LateInteraction(*embedder).score("search index penguin", texts).value();
  EXPECT_GT(scores[10], scores[0]) << "one word that no other text has against two that all have";
}

TEST_F(MiniLm, LateInteractionOnSeveralThreadsIsThatOfOne) {
  const auto one = LocalEmbedder::open(folder_, {.threads = 1}).value();
  const auto several = LocalEmbedder::open(folder_, {.threads = 4}).value();
  EXPECT_EQ(LateInteraction(*one).score("dense ranking", texts_).value(),
            LateInteraction(*several).score("dense ranking", texts_).value());
}

TEST_F(MiniLm, AModelFileCutShortIsOneClearError) {
  const auto folder = base::TemporaryFolder::create("gw-model").value();
  for (const char* name : {"config.json", "tokenizer.json", "model.safetensors"}) {
    std::filesystem::copy(folder_ / name, folder.path() / name);
  }
  std::filesystem::resize_file(folder.path() / "model.safetensors", 50'000'000);
  const auto opened = LocalEmbedder::open(folder.path());
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, base::Code::kDataLoss);
  EXPECT_NE(opened.error().message.find("cut short"), std::string::npos) << opened.error().text();
}

}  // namespace
}  // namespace groundwork::model
