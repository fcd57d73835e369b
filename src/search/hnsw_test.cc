#include "search/hnsw.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "base/random.h"
#include "search/hnsw_builder.h"
#include "search/testing.h"

namespace groundwork::search {
namespace {

/// A graph, and the file that it is read from.
struct Made {
  std::shared_ptr<const SegmentFile> file;
  Vectors vectors;
  Hnsw graph;
};

std::string bytes_of(const std::vector<float>& values, std::size_t dimensions, const HnswOptions& options = {}) {
  SegmentFileWriter writer;
  VectorsBuilder vectors(dimensions);
  for (std::size_t at = 0; at < values.size(); at += dimensions) vectors.add({values.data() + at, dimensions});
  EXPECT_TRUE(add_graph(values, dimensions, options, writer).ok());
  std::move(vectors).finish(writer);
  return writer.bytes();
}

base::Result<Made> read(std::string bytes, std::size_t rows, Checksums checksums = Checksums::kVerify) {
  Made made;
  GW_TRY(made.file, SegmentFile::parse(std::move(bytes), "graph", checksums));
  GW_TRY(made.vectors, Vectors::open(*made.file, rows));
  GW_TRY(const auto graph, Hnsw::open(*made.file, made.vectors, rows));
  if (!graph) return base::make_error(base::Code::kNotFound, "it has no graph");
  made.graph = *graph;
  return made;
}

Made make(const std::vector<float>& values, std::size_t dimensions, const HnswOptions& options = {}) {
  return read(bytes_of(values, dimensions, options), values.size() / dimensions).value();
}

/// Which part of the exact k nearest of each query the graph finds.
double recall(const Made& made, const std::vector<float>& queries, std::size_t k, std::size_t ef,
              const Bitmap* allowed = nullptr) {
  const std::size_t dimensions = made.vectors.dimensions();
  std::size_t found = 0;
  std::size_t expected = 0;
  for (std::size_t at = 0; at < queries.size(); at += dimensions) {
    const std::span<const float> query(queries.data() + at, dimensions);
    std::set<Row> exact;
    for (const Hit& hit : made.vectors.nearest(query, k, allowed)) exact.insert(hit.row);
    const std::vector<Hit> hits = allowed == nullptr
                                      ? made.graph.nearest(query, k, ef)
                                      : made.graph.nearest_allowed(query, k, ef, *allowed, kNoNode).value();
    for (const Hit& hit : hits) found += exact.count(hit.row);
    expected += exact.size();
  }
  return static_cast<double>(found) / static_cast<double>(expected);
}

TEST(Hnsw, RecallOfClusteredDataIsAboveNinetyNinePercent) {
  const Made made = make(clustered_vectors(3'000, 48, 1), 48);
  const std::vector<float> queries = clustered_vectors(100, 48, 2);
  EXPECT_GE(recall(made, queries, 10, 100), 0.99);
  EXPECT_GE(recall(made, queries, 100, 200), 0.99);
}

TEST(Hnsw, MoreEffortFindsMore) {
  const Made made = make(clustered_vectors(3'000, 48, 1), 48, {4, 20, 1, 1});
  const std::vector<float> queries = clustered_vectors(100, 48, 2);
  EXPECT_LT(recall(made, queries, 10, 10), recall(made, queries, 10, 80));
}

TEST(Hnsw, ScoresAreTheExactOnesAndBestComesFirst) {
  const std::vector<float> values = clustered_vectors(500, 24, 3);
  const Made made = make(values, 24);
  const std::span<const float> query(values.data(), 24);
  const std::vector<Hit> hits = made.graph.nearest(query, 20, 50);
  ASSERT_EQ(hits.size(), 20u);
  EXPECT_EQ(hits.front().row, 0u);
  EXPECT_TRUE(std::ranges::is_sorted(hits, ranks_before));
  for (const Hit& hit : hits) EXPECT_EQ(hit.score, dot(query, made.vectors.row(hit.row)));
}

TEST(Hnsw, BytesDependOnTheSeedAndNotOnTheThreads) {
  const std::vector<float> values = clustered_vectors(2'500, 16, 4);
  const std::string one = bytes_of(values, 16, {8, 60, 7, 1});
  EXPECT_EQ(one, bytes_of(values, 16, {8, 60, 7, 3}));
  EXPECT_NE(one, bytes_of(values, 16, {8, 60, 8, 1}));
}

TEST(Hnsw, AFilterKeepsRecallAndAllowsNothingElse) {
  constexpr std::size_t kRows = 4'000;
  const Made made = make(clustered_vectors(kRows, 48, 1), 48);
  const std::vector<float> queries = clustered_vectors(50, 48, 2);
  for (const std::uint64_t one_in : {2, 10, 100}) {
    base::Random random(one_in);
    Bitmap allowed(kRows);
    for (Row row = 0; row < kRows; ++row) {
      if (random.below(one_in) == 0) allowed.set(row);
    }
    EXPECT_GE(recall(made, queries, 10, 100, &allowed), 0.99) << one_in;
    const auto hits = made.graph.nearest_allowed({queries.data(), 48}, 10, 100, allowed, kRows);
    for (const Hit& hit : hits.value()) EXPECT_TRUE(allowed.test(hit.row));
  }
  EXPECT_TRUE(made.graph.nearest_allowed({queries.data(), 48}, 10, 100, Bitmap(kRows), kRows)->empty());
}

TEST(Hnsw, AFilteredWalkEndsWhereItMayNotGoOn) {
  const Made made = make(clustered_vectors(2'000, 16, 1), 16);
  const std::vector<float> query = clustered_vectors(1, 16, 2);
  Bitmap one(2'000);
  one.set(77);
  EXPECT_EQ(made.graph.nearest_allowed(query, 10, 100, one, 500), std::nullopt);
  EXPECT_EQ(made.graph.nearest_allowed(query, 10, 100, one, 2'000)->size(), 1u);
}

TEST(Hnsw, EqualVectorsAreAllFound) {
  // Five hundred copies of each of three vectors among others: more than a walk keeps, so a graph of rows would be cut
  // into islands.
  std::vector<float> values = clustered_vectors(1'000, 16, 5);
  for (std::size_t copy = 0; copy < 500; ++copy) {
    for (std::size_t which = 0; which < 3; ++which) {
      for (std::size_t i = 0; i < 16; ++i) values.push_back(values[which * 16 + i]);
    }
  }
  const Made made = make(values, 16);
  EXPECT_EQ(made.graph.arrays().shape.nodes, 1'000u);
  for (std::size_t which = 0; which < 3; ++which) {
    const std::span<const float> query(values.data() + which * 16, 16);
    EXPECT_EQ(made.graph.nearest(query, 300, 300), made.vectors.nearest(query, 300));
  }
  EXPECT_GE(recall(made, clustered_vectors(50, 16, 6), 10, 100), 0.99);
}

TEST(Hnsw, TinyGraphsFindEveryRow) {
  for (const std::size_t rows : {1, 2, 3, 17}) {
    for (const std::size_t dimensions : {1, 2, 63, 64, 65}) {
      const std::vector<float> values = clustered_vectors(rows, dimensions, rows);
      const Made made = make(values, dimensions);
      const std::span<const float> query(values.data(), dimensions);
      EXPECT_EQ(made.graph.nearest(query, rows + 5, 10), made.vectors.nearest(query, rows + 5))
          << rows << " rows of " << dimensions;
    }
  }
}

TEST(Hnsw, VectorsThatAreNotNumbersAreNeverFound) {
  std::vector<float> values = clustered_vectors(200, 8, 1);
  for (std::size_t i = 0; i < 8; ++i) values[40 * 8 + i] = std::numeric_limits<float>::quiet_NaN();
  const Made made = make(values, 8);
  const std::vector<Hit> hits = made.graph.nearest({values.data(), 8}, 200, 400);
  EXPECT_EQ(hits.size(), 199u);
  EXPECT_TRUE(std::ranges::none_of(hits, [](const Hit& hit) { return hit.row == 40; }));
}

TEST(Hnsw, MakingItCanBeCancelled) {
  const std::vector<float> values = clustered_vectors(500, 8, 1);
  SegmentFileWriter writer;
  std::stop_source stop;
  std::size_t done = 0;
  const auto progress = [&](std::size_t nodes, std::size_t total) {
    done = nodes;
    EXPECT_EQ(total, 500u);
    if (nodes > 100) stop.request_stop();
  };
  const auto made = add_graph(values, 8, {}, writer, progress, stop.get_token());
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, base::Code::kCancelled);
  EXPECT_LT(done, 500u);
}

/// The bytes with the u32 at `index` of a section changed.
std::string changed(const std::string& bytes, const std::string& section, std::size_t index, std::uint32_t value) {
  const auto file = SegmentFile::parse(bytes, "good").value();
  const std::string_view content(reinterpret_cast<const char*>(file->bytes(section).value().data()),
                                 file->bytes(section).value().size());
  const std::size_t at = bytes.find(content);
  EXPECT_NE(at, std::string::npos);
  std::string out = bytes;
  std::memcpy(out.data() + at + index * 4, &value, 4);
  return out;
}

TEST(Hnsw, AGraphThatPointsOutsideOfItselfIsRefused) {
  constexpr std::size_t kRows = 600;
  const std::string good = bytes_of(clustered_vectors(kRows, 8, 1), 8, {4, 40, 1, 1});
  ASSERT_TRUE(read(good, kRows, Checksums::kNone).ok());
  const auto refused = [&](const std::string& section, std::size_t index, std::uint32_t value) {
    const auto made = read(changed(good, section, index, value), kRows, Checksums::kNone);
    EXPECT_FALSE(read(changed(good, section, index, value), kRows).ok()) << "despite its checksum";
    EXPECT_FALSE(made.ok()) << section << " " << index;
    if (made.ok()) return;
    EXPECT_EQ(made.error().code, base::Code::kDataLoss);
  };
  for (std::size_t field = 0; field < 4; ++field) refused("hnsw_shape", field, 0xFFFFFFF0U);
  refused("hnsw_shape", 0, kRows - 1);
  refused("hnsw_shape", 1, 0);
  refused("hnsw_base", 0, kRows);
  refused("hnsw_base", 0, kNoNode);  // with neighbours behind it
  refused("hnsw_upper", 0, kRows);
  refused("hnsw_levels", 1, 0xFFFFFFFFU);
  refused("hnsw_levels", kRows, 0);
  refused("hnsw_groups", 1, kRows + 1);
  refused("hnsw_groups", kRows, kRows - 1);
  refused("hnsw_rows", 0, kRows);
  refused("hnsw_rows", 0, 1);  // twice
  EXPECT_FALSE(read(good, kRows - 1, Checksums::kNone).ok());
}

TEST(Hnsw, BehindItsChecksumsNothingCrashes) {
  constexpr std::size_t kRows = 120;
  const std::string good = bytes_of(clustered_vectors(kRows, 4, 1), 4, {4, 20, 1, 1});
  const std::vector<float> query = clustered_vectors(1, 4, 2);
  base::Random random(5);
  std::size_t opened = 0;
  for (int run = 0; run < 10'000; ++run) {
    std::string bad = good;
    for (std::uint64_t i = 0; i < 1 + random.below(4); ++i) {
      bad[random.below(bad.size())] = static_cast<char>(random.below(256));
    }
    const auto made = read(std::move(bad), kRows, Checksums::kNone);
    if (!made.ok()) continue;
    ++opened;
    for (const Hit& hit : made->graph.nearest(query, 5, 20)) EXPECT_LT(hit.row, kRows);
    static_cast<void>(made->graph.nearest_allowed(query, 5, 20, Bitmap(kRows, true), kRows));
  }
  EXPECT_GT(opened, 1'000u);
}

}  // namespace
}  // namespace groundwork::search
