#include "model/gguf.h"

#include <gtest/gtest.h>

#include <cstring>

#include "base/file.h"
#include "base/random.h"

namespace groundwork::model {
namespace {

using base::Code;

/// Writes the format's pieces one after the other.
struct Writer {
  std::string bytes;

  template <typename T>
  Writer& number(T value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  Writer& text(std::string_view value) {
    number<std::uint64_t>(value.size()).bytes += value;
    return *this;
  }
  Writer& align(std::size_t to) {
    bytes.resize((bytes.size() + to - 1) / to * to);
    return *this;
  }
};

/// A language model's header with a vocabulary of three and two tensors: F32 [4, 3] and Q4_0 [32].
std::string small_model() {
  Writer out;
  out.bytes = "GGUF";
  out.number<std::uint32_t>(3).number<std::uint64_t>(2).number<std::uint64_t>(5);
  out.text("general.architecture").number<std::uint32_t>(8).text("llama");
  out.text("llama.context_length").number<std::uint32_t>(4).number<std::uint32_t>(64);
  out.text("llama.embedding_length").number<std::uint32_t>(4).number<std::uint32_t>(4);
  out.text("llama.block_count").number<std::uint32_t>(4).number<std::uint32_t>(1);
  out.text("tokenizer.ggml.tokens").number<std::uint32_t>(9).number<std::uint32_t>(8).number<std::uint64_t>(3);
  out.text("a").text("b").text("c");
  out.text("token_embd.weight").number<std::uint32_t>(2).number<std::uint64_t>(4).number<std::uint64_t>(3);
  out.number<std::uint32_t>(0).number<std::uint64_t>(0);
  out.text("blk.0.weight").number<std::uint32_t>(1).number<std::uint64_t>(32);
  out.number<std::uint32_t>(2).number<std::uint64_t>(64);
  out.align(32);
  out.bytes.append(64 + 18, '\1');
  return out.bytes;
}

base::Result<Gguf> parse(const std::string& bytes) { return Gguf::parse(bytes, bytes.size(), "m.gguf"); }

TEST(Gguf, SaysWhatAFileHolds) {
  const std::string bytes = small_model();
  const auto file = parse(bytes);
  ASSERT_TRUE(file.ok()) << file.error().text();
  EXPECT_EQ(file->text("general.architecture"), "llama");
  EXPECT_EQ(file->number("llama.context_length"), 64U);
  EXPECT_EQ(file->array("tokenizer.ggml.tokens"), (Gguf::Array{8, 3}));
  const std::uint64_t data = bytes.size() - 82;
  EXPECT_EQ(file->tensors.at("blk.0.weight"), (Gguf::Tensor{{32}, 2, data + 64, 18}));
  const auto header = language_model_header(*file, "m.gguf");
  ASSERT_TRUE(header.ok()) << header.error().text();
  EXPECT_EQ(header->vocabulary, 3U);
  EXPECT_EQ(header->context, 64U);
}

TEST(Gguf, AFileCutShortIsRefusedWherever) {
  const std::string whole = small_model();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto file = parse(whole.substr(0, size));
    ASSERT_FALSE(file.ok()) << size;
    ASSERT_EQ(file.error().code, Code::kDataLoss) << size;
  }
  EXPECT_EQ(parse(whole.substr(0, whole.size() - 1)).error().text(),
            "m.gguf: the file was cut short: tensor 'blk.0.weight' needs bytes 416 to 434, the file has 433");
}

TEST(Gguf, WhatIsNoModelSaysSo) {
  EXPECT_EQ(parse("hello").error().text(),
            "m.gguf: expected a GGUF file, found one of 5 bytes that doesn't begin with \"GGUF\"");
  std::string other = small_model();
  other[4] = 9;
  EXPECT_EQ(parse(other).error().text(), "m.gguf: expected version 2 or 3, found 9 before at byte 8");
}

/// The small model with the bytes of `from` replaced, once.
std::string changed(const std::string& from, const std::string& to) {
  std::string bytes = small_model();
  const std::size_t at = bytes.find(from);
  return at == std::string::npos ? "" : bytes.replace(at, from.size(), to);
}

TEST(Gguf, CountsThatCannotBeAreRefusedWithoutBeingAllocated) {
  std::string bytes = small_model();
  const std::uint64_t huge = ~std::uint64_t{0};
  for (const std::size_t at : {std::size_t{8}, std::size_t{16}, std::size_t{24}}) {  // tensors, keys, a key's length
    std::string broken = bytes;
    std::memcpy(broken.data() + at, &huge, 8);
    EXPECT_EQ(parse(broken).error().code, Code::kDataLoss) << at;
  }
  const std::string array = std::string("\x08\0\0\0", 4) + std::string("\x03\0\0\0\0\0\0\0", 8);
  EXPECT_EQ(parse(changed(array, std::string("\x08\0\0\0", 4) + std::string(8, '\xFF'))).error().code, Code::kDataLoss);
}

TEST(Gguf, ShapesThatOverflowAreRefused) {
  const std::string shape = Writer().number<std::uint64_t>(4).number<std::uint64_t>(3).bytes;
  const std::string huge = Writer().number<std::uint64_t>(1ULL << 62).number<std::uint64_t>(1ULL << 62).bytes;
  EXPECT_EQ(parse(changed(shape, huge)).error().code, Code::kDataLoss);
  const std::string wraps = Writer().number<std::uint64_t>(1ULL << 32).number<std::uint64_t>(1ULL << 32).bytes;
  EXPECT_EQ(parse(changed(shape, wraps)).error().code, Code::kDataLoss);
  const std::string none = Writer().number<std::uint64_t>(4).number<std::uint64_t>(0).bytes;
  EXPECT_EQ(parse(changed(shape, none)).error().code, Code::kDataLoss);
}

TEST(Gguf, TensorsMustNotOverlap) {
  const std::string place = Writer().number<std::uint32_t>(2).number<std::uint64_t>(64).bytes;
  const std::string over = Writer().number<std::uint32_t>(2).number<std::uint64_t>(32).bytes;
  const auto file = parse(changed(place, over));
  ASSERT_FALSE(file.ok());
  EXPECT_NE(file.error().message.find("tensor 'blk.0.weight': expected offset 64, found 32"), std::string::npos)
      << file.error().text();
}

TEST(Gguf, AVocabularyOfAnotherSizeThanItsVectorsIsRefused) {
  const auto file = parse(changed("token_embd.weight", "token_embd.wEight"));
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(language_model_header(*file, "m").error().code, Code::kDataLoss);
}

TEST(Gguf, RandomDamageIsNoCrash) {
  base::Random random(1);
  const std::string whole = small_model();
  for (int i = 0; i < 20'000; ++i) {
    std::string broken = whole;
    for (std::uint64_t n = 1 + random.below(4); n > 0; --n) {
      broken[random.below(broken.size() - 82)] = static_cast<char>(random.below(256));
    }
    const auto file = parse(broken);
    if (file.ok()) (void)language_model_header(*file, "m");
  }
}

TEST(Gguf, AMissingFileIsSaidToBeMissing) { EXPECT_EQ(Gguf::open("/nowhere/m.gguf").error().code, Code::kNotFound); }

}  // namespace
}  // namespace groundwork::model
