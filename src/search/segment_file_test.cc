#include "search/segment_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/file.h"
#include "base/random.h"
#include "search/checksum.h"
#include "search/lexical_search.h"
#include "search/segment.h"
#include "search/testing.h"

namespace groundwork::search {
namespace {

std::string segment_bytes(std::size_t rows) {
  CircleEmbedder embedder;
  SegmentBuilder builder(2, 2);
  for (const Document& document : random_documents(rows, 3)) {
    builder.add(document, embedder.embed({&document.text, 1}).value().front());
  }
  EXPECT_TRUE(builder.make_graph({4, 20, 1, 1}).ok());
  return std::move(builder).finish().bytes();
}

TEST(SegmentFile, ChecksumIsThatOfTheStandard) {
  // RFC 3720, B.4: 32 bytes of zeros, of ones, and rising.
  std::string bytes(32, '\0');
  EXPECT_EQ(crc32c(std::as_bytes(std::span(bytes))), 0x8A9136AAU);
  bytes.assign(32, '\xFF');
  EXPECT_EQ(crc32c(std::as_bytes(std::span(bytes))), 0x62A8AB43U);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i);
  EXPECT_EQ(crc32c(std::as_bytes(std::span(bytes))), 0x46DD794EU);
}

TEST(SegmentFile, EveryChangedByteOfASectionIsFound) {
  std::string bytes(1'003, 'x');
  const std::uint32_t before = section_checksum(std::as_bytes(std::span(bytes)));
  for (char& byte : bytes) {
    byte = 'y';
    EXPECT_NE(section_checksum(std::as_bytes(std::span(bytes))), before);
    byte = 'x';
  }
}

TEST(SegmentFile, WhatIsCutOrChangedIsRefused) {
  const std::string good = segment_bytes(50);
  ASSERT_TRUE(SegmentFile::parse(good, "good").ok());
  base::Random random(4);
  std::size_t padding = 0;
  for (int run = 0; run < 10'000; ++run) {
    std::string bad = good;
    if (random.below(4) == 0) {
      bad.resize(random.below(bad.size()));
    } else {
      bad[random.below(bad.size())] ^= static_cast<char>(1 + random.below(255));
    }
    const auto opened = SegmentFile::parse(std::move(bad), "bad");
    // Between sections are zeros that mean nothing.
    if (opened.ok()) {
      ++padding;
    } else {
      EXPECT_EQ(opened.error().code, base::Code::kDataLoss);
    }
  }
  EXPECT_LT(padding, 1'000u);
}

TEST(SegmentFile, BehindItsChecksumsNothingCrashes) {
  const std::string good = segment_bytes(300);
  base::Random random(5);
  std::size_t opened = 0;
  for (int run = 0; run < 10'000; ++run) {
    std::string bad = good;
    for (std::uint64_t i = 0; i < 1 + random.below(8); ++i)
      bad[random.below(bad.size())] = static_cast<char>(random.below(256));
    auto file = SegmentFile::parse(std::move(bad), "bad", Checksums::kNone);
    if (!file.ok()) continue;
    const auto segment = Segment::open(*std::move(file));
    if (!segment.ok()) continue;
    ++opened;
    const std::vector<WeightedTerm> terms = {{"w1x", 1}, {"w7x", 2}, {"w40x", 3}};
    for (const Hit& hit : best_rows((*segment)->lexical(), terms, {}, 10)) EXPECT_LT(hit.row, (*segment)->rows());
    const float query[2] = {1, 0};
    for (const Hit& hit : (*segment)->vectors().nearest(query, 5)) {
      EXPECT_LT(hit.row, (*segment)->rows());
      static_cast<void>((*segment)->document(hit.row));
    }
    if (const auto& graph = (*segment)->graph()) {
      for (const Hit& hit : graph->nearest(query, 5, 20)) EXPECT_LT(hit.row, (*segment)->rows());
    }
    const TermId ids[2] = {0, static_cast<TermId>(std::min<std::size_t>(1, (*segment)->lexical().terms() - 1))};
    const std::uint32_t offsets[2] = {0, 1};
    static_cast<void>((*segment)->lexical().rows_of_phrase(ids, offsets));
    static_cast<void>((*segment)->find("d7"));
    static_cast<void>((*segment)->metadata().rows({{{"parity", Condition::Kind::kIn, {"even"}, 0, 0, false, false}}}));
  }
  EXPECT_GT(opened, 1'000u);
}

}  // namespace
}  // namespace groundwork::search
