#include "model/safetensors.h"

#include <gtest/gtest.h>

#include <cstring>

#include "base/random.h"

namespace groundwork::model {
namespace {

constexpr std::size_t kShape[] = {2, 3};

std::string file_of(const std::string& header, std::size_t data_bytes) {
  const std::uint64_t length = header.size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  bytes += header;
  for (std::size_t i = 0; i < data_bytes / sizeof(float); ++i) {
    const auto value = static_cast<float>(i);
    bytes.append(reinterpret_cast<const char*>(&value), sizeof(float));
  }
  return bytes;
}

const char* const kHeader = R"({"__metadata__":{"format":"pt"},"ids":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},)"
                            R"("a":{"dtype":"F32","shape":[2,3],"data_offsets":[8,32]}})";

TEST(Safetensors, GivesTheValuesOfATensorRowByRow) {
  const auto file = Safetensors::parse(file_of(kHeader, 32), "m").value();
  const auto tensor = file.tensor("a", kShape);
  ASSERT_TRUE(tensor.ok()) << tensor.error().text();
  EXPECT_EQ(std::vector<float>(tensor->begin(), tensor->end()), (std::vector<float>{2, 3, 4, 5, 6, 7}));
}

TEST(Safetensors, SaysWhatItExpectedOfATensor) {
  const auto file = Safetensors::parse(file_of(kHeader, 32), "m.safetensors").value();
  EXPECT_EQ(file.tensor("b", kShape).error().text(), "m.safetensors: expected a tensor 'b', found none of that name");
  const std::size_t other[] = {3, 2};
  EXPECT_EQ(file.tensor("a", other).error().text(), "m.safetensors: tensor 'a': expected F32 [3, 2], found F32 [2, 3]");
  const std::size_t one[] = {1};
  EXPECT_EQ(file.tensor("ids", one).error().code, base::Code::kDataLoss);
}

TEST(Safetensors, AFileCutShortIsRefusedWherever) {
  const std::string whole = file_of(kHeader, 32);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto file = Safetensors::parse(whole.substr(0, size), "m");
    ASSERT_FALSE(file.ok()) << size;
  }
}

TEST(Safetensors, ShapesThatOverflowAreRefused) {
  const std::string header = R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,3],"data_offsets":[0,24]}})";
  EXPECT_FALSE(Safetensors::parse(file_of(header, 24), "m").ok());
  EXPECT_FALSE(
      Safetensors::parse(file_of(R"({"a":{"dtype":"F32","shape":[2,3],"data_offsets":[24,0]}})", 24), "m").ok());
  EXPECT_FALSE(
      Safetensors::parse(file_of(R"({"a":{"dtype":"F32","shape":[2,3],"data_offsets":[1,25]}})", 32), "m").ok());
}

TEST(Safetensors, TenThousandMutationsAreReadOrRefused) {
  const std::string whole = file_of(kHeader, 32);
  base::Random random(7);
  for (int round = 0; round < 10'000; ++round) {
    std::string bytes = whole;
    for (std::uint64_t i = 0; i <= random.below(4); ++i) {
      bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    }
    const auto file = Safetensors::parse(std::move(bytes), "m");
    if (!file.ok()) continue;
    const auto tensor = file->tensor("a", kShape);
    EXPECT_TRUE(!tensor.ok() || tensor->size() == 6);
  }
}

}  // namespace
}  // namespace groundwork::model
