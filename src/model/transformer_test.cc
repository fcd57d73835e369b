#include "model/transformer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <filesystem>
#include <functional>

#include "base/random.h"
#include "model/sequence_cells.h"
#include "model/testing.h"
#include "model/transformer_weights.h"
#include "model/work_crew.h"

namespace groundwork::model {
namespace {

using base::Code;

/// Exact in float16: a whole number of 64ths below 32.
std::uint16_t half_of(int sixty_fourths) {
  if (sixty_fourths == 0) return 0;
  const int magnitude = std::abs(sixty_fourths);
  const int exponent = std::bit_width(static_cast<unsigned>(magnitude)) - 1;
  const int mantissa = (magnitude << 10 >> exponent) & 0x3FF;
  return static_cast<std::uint16_t>((sixty_fourths < 0 ? 0x8000 : 0) | (exponent - 6 + 15) << 10 | mantissa);
}

class TransformerKernelsTest : public testing::Test {
 protected:
  void SetUp() override {
    kernels_ = transformer_kernels();
    if (kernels_ == nullptr) GTEST_SKIP() << "this processor lacks AVX2, FMA or F16C";
  }
  const TransformerKernels* kernels_ = nullptr;
};

struct Rounded {
  Rounded(const TransformerKernels& kernels, const std::vector<float>& a, std::size_t rows)
      : bytes(a.size()), scales(a.size() / kQ4Inputs), sums(a.size() / kQ4Inputs) {
    for (std::size_t r = 0; r < rows; ++r) {
      kernels.quantise(a.data() + r * (a.size() / rows), a.size() / rows, rows_of(), r);
    }
  }
  ByteRows rows_of() { return {bytes.data(), scales.data(), sums.data()}; }
  float at(std::size_t i) const { return scales[i / kQ4Inputs] * static_cast<float>(bytes[i]); }
  std::vector<std::int8_t> bytes;
  std::vector<float> scales, sums;
};

TEST_F(TransformerKernelsTest, RoundingTo8BitsIsWithinHalfAStepAndKeepsTheSums) {
  base::Random random(1);
  std::vector<float> a(96);
  for (float& value : a) value = static_cast<float>(random.unit() * 8 - 4);
  std::fill(a.begin() + 64, a.end(), 0.0F);
  Rounded rounded(*kernels_, a, 1);
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(rounded.at(i), a[i], rounded.scales[i / 32] * 0.501) << i;
  for (std::size_t group = 0; group < 3; ++group) {
    float sum = 0;
    for (std::size_t i = 0; i < 32; ++i) sum += rounded.at(group * 32 + i);
    EXPECT_NEAR(rounded.sums[group], sum, 1e-3) << group;
  }
}

TEST_F(TransformerKernelsTest, FourBitProductsAreExactForEveryNumberOfRowsUpToTheLargestSums) {
  constexpr std::size_t kInputs = 96, kOutputs = 32, kGroups = kInputs / kQ4Inputs;
  base::Random random(2);
  std::vector<Q4Block> blocks(kOutputs / kQ4Outputs * kGroups);
  std::vector<double> weights(kOutputs * kInputs);
  for (std::size_t output = 0; output < kOutputs; ++output) {
    for (std::size_t group = 0; group < kGroups; ++group) {
      Q4Block& block = blocks[output / kQ4Outputs * kGroups + group];
      const std::size_t column = output % kQ4Outputs;
      const int scale = static_cast<int>(random.below(40)) + 1, minimum = -static_cast<int>(random.below(300));
      block.scales[column] = half_of(scale);
      block.minimums[column] = half_of(minimum);
      for (std::size_t i = 0; i < kQ4Inputs; ++i) {
        const unsigned q = output == 0 ? 15 : static_cast<unsigned>(random.below(16));  // 0 has the largest sums
        auto& byte = block.nibbles[i % 16 / 4][column * 4 + i % 4];
        byte = static_cast<std::uint8_t>(i < 16 ? (byte & 0xF0U) | q : (byte & 0x0FU) | q << 4);
        weights[output * kInputs + group * kQ4Inputs + i] = (scale * static_cast<double>(q) + minimum) / 64.0;
      }
    }
  }
  for (const std::size_t rows : {1U, 2U, 3U, 4U, 5U, 8U, 13U}) {
    std::vector<float> a(rows * kInputs);
    for (float& value : a) value = static_cast<float>(random.unit() * 2 - 1);
    std::fill(a.begin(), a.begin() + kInputs, 1.0F);  // all 127
    Rounded rounded(*kernels_, a, rows);
    std::vector<float> out(rows * kOutputs, 5.0F);
    kernels_->multiply_q4(rounded.rows_of(), rows, kInputs, blocks.data(), {16, kOutputs, out.data(), kOutputs, true});
    kernels_->multiply_q4(rounded.rows_of(), rows, kInputs, blocks.data(), {0, 16, out.data(), kOutputs, false});
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t output = 0; output < kOutputs; ++output) {
        double expected = output < 16 ? 0 : 5;
        for (std::size_t i = 0; i < kInputs; ++i)
          expected += weights[output * kInputs + i] * rounded.at(r * kInputs + i);
        EXPECT_NEAR(out[r * kOutputs + output], expected, 2e-3) << rows << " rows: " << r << ", " << output;
      }
    }
  }
}

TEST_F(TransformerKernelsTest, AttentionIsTheMeanOfValuesBySoftmaxForEveryNumberOfCellsAndHeads) {
  constexpr std::size_t kWidth = 64, kCells = 40;
  base::Random random(3);
  std::vector<float> keys(kCells * kWidth), values(kCells * kWidth);
  std::vector<std::uint16_t> half_keys(keys.size()), half_values(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const int key = static_cast<int>(random.below(128)) - 64, value = static_cast<int>(random.below(512)) - 256;
    keys[i] = static_cast<float>(key) / 64;
    half_keys[i] = half_of(key);
    values[i] = static_cast<float>(value) / 64;
    half_values[i] = half_of(value);
  }
  for (const std::size_t heads : {1U, 2U, 3U, 4U, 5U}) {
    for (const std::size_t count : {1U, 3U, 4U, 8U, 9U, 31U}) {
      std::vector<std::int32_t> cells;
      for (std::size_t i = 0; i < count; ++i) cells.push_back(static_cast<std::int32_t>((i * 7 + 3) % kCells));
      std::vector<float> queries(heads * kWidth), scratch(heads * attend_scratch(count)), out(heads * kWidth);
      for (float& value : queries) value = static_cast<float>(random.unit() - 0.5);
      kernels_->attend(queries.data(), heads, kWidth, {half_keys.data(), half_values.data(), cells.data(), count},
                       scratch.data(), out.data());
      for (std::size_t h = 0; h < heads; ++h) {
        std::vector<double> expected(kWidth);
        double total = 0;
        for (const std::int32_t cell : cells) {
          double product = 0;
          for (std::size_t d = 0; d < kWidth; ++d) {
            product += double{queries[h * kWidth + d]} * keys[static_cast<std::size_t>(cell) * kWidth + d];
          }
          total += std::exp(product);
          for (std::size_t d = 0; d < kWidth; ++d) {
            expected[d] += std::exp(product) * values[static_cast<std::size_t>(cell) * kWidth + d];
          }
        }
        for (std::size_t d = 0; d < kWidth; ++d) {
          EXPECT_NEAR(out[h * kWidth + d], expected[d] / total, 1e-4) << heads << " heads, " << count << " cells";
        }
      }
    }
  }
}

TEST_F(TransformerKernelsTest, NormRotationAndSwigluAreWhatTheirFormulasSay) {
  base::Random random(4);
  std::vector<float> x(64), gamma(64), normed(64), up(64);
  for (std::size_t i = 0; i < 64; ++i) {
    x[i] = static_cast<float>(random.unit() * 20 - 10);
    gamma[i] = static_cast<float>(random.unit());
    up[i] = static_cast<float>(random.unit() - 0.5);
  }
  kernels_->rms_norm(x.data(), gamma.data(), 64, 0.5F, normed.data());
  double squares = 0;
  for (const float value : x) squares += double{value} * value;
  for (std::size_t i = 0; i < 64; ++i) EXPECT_NEAR(normed[i], x[i] * gamma[i] / std::sqrt(squares / 64 + 0.5), 1e-5);

  std::vector<float> table(64), turned = x;
  for (std::size_t i = 0; i < 64; i += 2) {
    table[i] = static_cast<float>(std::cos(0.1 * static_cast<double>(i)));
    table[i + 1] = static_cast<float>(std::sin(0.1 * static_cast<double>(i)));
  }
  kernels_->rotate(turned.data(), table.data(), 64, 2.0F);
  for (std::size_t i = 0; i < 64; i += 2) {
    EXPECT_NEAR(turned[i], 2 * (x[i] * table[i] - x[i + 1] * table[i + 1]), 1e-4);
    EXPECT_NEAR(turned[i + 1], 2 * (x[i] * table[i + 1] + x[i + 1] * table[i]), 1e-4);
  }

  std::vector<float> gate = x;
  gate[0] = -200;  // e^200 is no float
  gate[1] = 200;
  kernels_->swiglu(gate.data(), up.data(), 64);
  for (std::size_t i = 2; i < 64; ++i) EXPECT_NEAR(gate[i], x[i] / (1 + std::exp(-x[i])) * up[i], 1e-5);
  EXPECT_NEAR(gate[0], 0, 1e-5);
  EXPECT_FLOAT_EQ(gate[1], 200 * up[1]);
}

TEST(SequenceCells, ACellIsFreeAgainWhenTheLastSequenceThatHadItIsForgotten) {
  SequenceCells cells(4, 3);
  const std::int32_t first = cells.append(0), second = cells.append(0);
  cells.append(0);
  cells.share(0, 1, 2);
  EXPECT_EQ(std::vector(cells.of(1).begin(), cells.of(1).end()), (std::vector{first, second}));
  EXPECT_EQ(cells.free(), 1U);
  cells.forget(0);
  EXPECT_EQ(cells.free(), 2U);
  EXPECT_TRUE(cells.of(0).empty());
  const std::int32_t third = cells.append(1), fourth = cells.append(2);
  EXPECT_NE(third, first);
  EXPECT_NE(third, second);
  EXPECT_NE(third, fourth);
  EXPECT_EQ(cells.free(), 0U);
  cells.forget(1);
  cells.forget(2);
  EXPECT_EQ(cells.free(), 4U);
}

TEST(WorkCrew, EveryMemberSeesWhatTheOthersWroteBeforeItWaited) {
  for (const std::size_t size : {1U, 2U, 5U}) {
    WorkCrew crew(size);
    std::vector<std::size_t> written(size);
    std::atomic<int> wrong = 0;
    for (int piece = 0; piece < 50; ++piece) {
      crew.run([&](WorkCrew::Member member) {
        for (std::size_t phase = 1; phase <= 20; ++phase) {
          written[member.index()] = phase;
          member.wait();
          for (const std::size_t value : written) wrong += value != phase;
          member.wait();
        }
      });
    }
    EXPECT_EQ(wrong, 0) << size;
  }
}

TEST(WorkCrew, SharesCoverAllOnceInWholeSteps) {
  WorkCrew crew(3);
  for (const std::size_t count : {0U, 1U, 16U, 40U, 96U}) {
    std::vector<std::atomic<int>> taken(count);
    crew.run([&](WorkCrew::Member member) {
      const auto [first, last] = member.share(count, 16);
      EXPECT_EQ(first % 16 == 0 || first == count, true) << count;
      for (std::size_t i = first; i < last; ++i) ++taken[i];
    });
    for (const auto& times : taken) EXPECT_EQ(times, 1) << count;
  }
}

/// What transformer_shape reads of a file with one layer.
Gguf small_llama() {
  Gguf file;
  file.metadata = {
      {"general.architecture", std::string("llama")},   {"llama.context_length", std::uint64_t{128}},
      {"llama.embedding_length", std::uint64_t{64}},    {"llama.block_count", std::uint64_t{1}},
      {"llama.attention.head_count", std::uint64_t{2}}, {"llama.attention.head_count_kv", std::uint64_t{1}},
      {"llama.feed_forward_length", std::uint64_t{96}}, {"llama.attention.layer_norm_rms_epsilon", 1e-5},
      {"tokenizer.ggml.tokens", Gguf::Array{8, 320}}};
  const auto add = [&](const std::string& name, std::vector<std::uint64_t> shape, std::uint32_t type) {
    file.tensors[name] = {std::move(shape), type, 0, 0};
  };
  add("token_embd.weight", {64, 320}, 8);
  add("output_norm.weight", {64}, 0);
  for (const char* name : {"attn_norm", "ffn_norm"}) add("blk.0." + std::string(name) + ".weight", {64}, 0);
  for (const char* name : {"attn_q", "attn_output"}) add("blk.0." + std::string(name) + ".weight", {64, 64}, 2);
  for (const char* name : {"attn_k", "attn_v"}) add("blk.0." + std::string(name) + ".weight", {64, 32}, 3);
  for (const char* name : {"ffn_gate", "ffn_up"}) add("blk.0." + std::string(name) + ".weight", {64, 96}, 3);
  add("blk.0.ffn_down.weight", {96, 64}, 1);
  return file;
}

TEST(TransformerShape, IsReadOfALlamaFile) {
  const auto shape = transformer_shape(small_llama());
  ASSERT_TRUE(shape.ok()) << shape.error().text();
  EXPECT_EQ(shape->heads, 2U);
  EXPECT_EQ(shape->shared_heads, 1U);
  EXPECT_EQ(shape->head_width, 32U);
  EXPECT_EQ(shape->keys(), 32U);
  EXPECT_EQ(shape->vocabulary, 320U);
  EXPECT_FLOAT_EQ(shape->rope_base, 10'000);
}

TEST(TransformerShape, WhateverMeansAnotherComputationIsLeftToLlamaCpp) {
  const std::vector<std::pair<std::string, std::function<void(Gguf&)>>> changes{
      {"another architecture", [](Gguf& file) { file.metadata["general.architecture"] = std::string("gemma"); }},
      {"stretched positions", [](Gguf& file) { file.metadata["llama.rope.scaling.type"] = std::string("linear"); }},
      {"experts", [](Gguf& file) { file.metadata["llama.expert_count"] = std::uint64_t{4}; }},
      {"a bias",
       [](Gguf& file) {
         file.tensors["blk.0.attn_q.bias"] = {{64}, 0, 0, 0};
       }},
      {"other frequencies",
       [](Gguf& file) {
         file.tensors["rope_freqs.weight"] = {{16}, 0, 0, 0};
       }},
      {"a tensor that is missing", [](Gguf& file) { file.tensors.erase("blk.0.ffn_up.weight"); }},
      {"a layer that is missing", [](Gguf& file) { file.metadata["llama.block_count"] = std::uint64_t{2}; }},
      {"another shape",
       [](Gguf& file) {
         file.tensors["blk.0.attn_k.weight"].shape = {64, 64};
       }},
      {"heads of 16", [](Gguf& file) { file.metadata["llama.attention.head_count"] = std::uint64_t{4}; }},
      {"heads that don't divide", [](Gguf& file) { file.metadata["llama.attention.head_count"] = std::uint64_t{3}; }},
      {"no heads", [](Gguf& file) { file.metadata["llama.attention.head_count"] = std::uint64_t{0}; }},
      {"half of a head turned", [](Gguf& file) { file.metadata["llama.rope.dimension_count"] = std::uint64_t{16}; }},
      {"an odd vocabulary",
       [](Gguf& file) {
         file.metadata["tokenizer.ggml.tokens"] = Gguf::Array{8, 321};
       }},
      {"a norm in float16", [](Gguf& file) { file.tensors["output_norm.weight"].type = 1; }},
  };
  for (const auto& [what, change] : changes) {
    Gguf file = small_llama();
    change(file);
    const auto shape = transformer_shape(file);
    ASSERT_FALSE(shape.ok()) << what;
    EXPECT_EQ(shape.error().code, Code::kUnimplemented) << what;
  }
}

class TransformerTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto folder = fetched_model("SmolLM2-135M-Instruct");
    if (!folder) GTEST_SKIP() << "GW_MODELS names no folder with SmolLM2-135M-Instruct";
    if (transformer_kernels() == nullptr) GTEST_SKIP() << "this processor lacks AVX2, FMA or F16C";
    auto opened = LlamaModel::open(gguf_file(*folder).value());
    ASSERT_TRUE(opened.ok()) << opened.error().chain();
    model_ = *std::move(opened);
    const std::vector<Message> messages{
        {Role::kUser,
         "Why is a queue in front of a slow service no cure? Explain it to an engineer in two sentences."}};
    prompt_ = *model_->prompt_of(messages);
  }

  std::unique_ptr<Decoder> open(int threads = 1, int cells = 512) {
    auto decoder = open_transformer(model_, {.threads = threads, .cells = cells, .sequences = 4, .batch = 64});
    EXPECT_TRUE(decoder.ok()) << decoder.error().chain();
    return *std::move(decoder);
  }

  /// The scores behind every token of the prompt.
  static std::vector<std::vector<float>> scores_of(Decoder& decoder, const std::vector<Token>& tokens,
                                                   std::int32_t sequence, std::size_t together, std::size_t from = 0) {
    std::vector<std::vector<float>> all;
    for (std::size_t start = from; start < tokens.size(); start += together) {
      std::vector<BatchToken> batch;
      for (std::size_t i = start; i < std::min(tokens.size(), start + together); ++i) {
        batch.push_back({tokens[i], static_cast<std::int32_t>(i), sequence, true});
      }
      const auto done = decoder.decode(batch);
      EXPECT_TRUE(done.ok());
      for (std::size_t i = 0; i < batch.size(); ++i) {
        const auto scores = decoder.scores(i);
        all.emplace_back(scores.begin(), scores.end());
      }
    }
    return all;
  }

  std::shared_ptr<const LlamaModel> model_;
  std::vector<Token> prompt_;
};

/// log of the sum of e^x
double log_sum(const std::vector<float>& scores) {
  const double most = *std::ranges::max_element(scores);
  double total = 0;
  for (const float score : scores) total += std::exp(score - most);
  return most + std::log(total);
}

TEST_F(TransformerTest, WhatMayFollowIsAsProbableAsLlamaCppSays) {
  const auto own = scores_of(*open(), prompt_, 0, 64);
  auto theirs_opened = open_llama_decoder(model_, {.threads = 1, .cells = 512, .sequences = 4, .batch = 64});
  ASSERT_TRUE(theirs_opened.ok());
  const auto theirs = scores_of(**theirs_opened, prompt_, 0, 64);
  ASSERT_EQ(own.size(), theirs.size());
  // Relative entropy in nats: rounding makes 0.004 in the mean here, of the decoders' two roundings together.
  double mean = 0;
  for (std::size_t position = 0; position < own.size(); ++position) {
    const double ours_sum = log_sum(own[position]), theirs_sum = log_sum(theirs[position]);
    double entropy = 0;
    for (std::size_t i = 0; i < own[position].size(); ++i) {
      const double ours = own[position][i] - ours_sum, their = theirs[position][i] - theirs_sum;
      entropy += std::exp(their) * (their - ours);
    }
    EXPECT_LT(entropy, 0.05) << position;
    mean += entropy / static_cast<double>(own.size());
  }
  EXPECT_LT(mean, 0.008);
}

TEST_F(TransformerTest, ScoresAreTheSameBitsWhateverElseIsInTheBatchAndHoweverManyThreadsCompute) {
  const auto expected = scores_of(*open(), prompt_, 0, 64);
  EXPECT_EQ(scores_of(*open(), prompt_, 0, 1), expected);
  EXPECT_EQ(scores_of(*open(3), prompt_, 0, 7), expected);
  // Beside another sequence, token by token.
  const auto decoder = open();
  for (std::size_t i = 0; i < prompt_.size(); ++i) {
    const auto position = static_cast<std::int32_t>(i);
    const std::vector<BatchToken> batch{{prompt_[prompt_.size() - 1 - i], position, 1, i % 2 == 0},
                                        {prompt_[i], position, 0, true}};
    ASSERT_TRUE(decoder->decode(batch).ok());
    const auto scores = decoder->scores(1);
    ASSERT_TRUE(std::ranges::equal(scores, expected[i])) << i;
  }
}

TEST_F(TransformerTest, AfterASharedPrefixScoresAreThoseOfTheWholeAndTheFirstSequenceMayGo) {
  const auto decoder = open();
  const auto expected = scores_of(*decoder, prompt_, 0, 64);
  decoder->share(0, 1, 10);
  decoder->forget(0);
  const auto rest = scores_of(*decoder, prompt_, 1, 64, 10);
  ASSERT_EQ(rest.size(), expected.size() - 10);
  for (std::size_t i = 0; i < rest.size(); ++i) ASSERT_EQ(rest[i], expected[i + 10]) << i;
}

TEST_F(TransformerTest, FullMemoryRefusesABatchWholeAndHasRoomAgainAfterwards) {
  const auto decoder = open(1, 256);
  ASSERT_EQ(decoder->limits().cells, 256);
  for (std::int32_t at = 0; at < 240; at += 60) {
    std::vector<BatchToken> batch;
    for (std::int32_t i = 0; i < 60; ++i) batch.push_back({prompt_[0], at + i, 0, false});
    ASSERT_TRUE(decoder->decode(batch).ok()) << at;
  }
  std::vector<BatchToken> batch;
  for (std::int32_t i = 0; i < 17; ++i) batch.push_back({prompt_[0], i, 1, false});
  const auto refused = decoder->decode(batch);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kResourceExhausted);
  batch.pop_back();
  EXPECT_TRUE(decoder->decode(batch).ok()) << "the refused batch took cells";
}

}  // namespace
}  // namespace groundwork::model
