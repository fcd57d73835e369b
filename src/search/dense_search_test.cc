#include "search/dense_search.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "base/file.h"
#include "base/random.h"
#include "search/index_writer.h"
#include "search/searcher.h"
#include "search/testing.h"

namespace groundwork::search {
namespace {

constexpr std::size_t kRows = 4'000;
constexpr std::size_t kDimensions = 24;

/// Vectors by the number in a text.
class NumberedEmbedder final : public model::Embedder {
 public:
  base::Result<std::vector<std::vector<float>>> embed(std::span<const std::string> texts) override {
    std::vector<std::vector<float>> out;
    for (const std::string& text : texts) {
      const auto at = static_cast<std::ptrdiff_t>(std::stoul(text) * kDimensions);
      out.emplace_back(values_.begin() + at, values_.begin() + at + static_cast<std::ptrdiff_t>(kDimensions));
    }
    return out;
  }
  std::size_t dimensions() const override { return kDimensions; }
  std::string name() const override { return "numbered"; }

 private:
  std::vector<float> values_ = clustered_vectors(kRows + 100, kDimensions, 1);
};

/// An index whose one segment has a graph. Documents are their numbers; those behind kRows are queries.
class GraphIndex : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto writer = IndexWriter::open(path(), options()).value();
    for (std::size_t i = 0; i < kRows; ++i) ASSERT_TRUE(writer->add(document(i)).ok());
    ASSERT_TRUE(writer->commit().ok());
  }
  static Document document(std::size_t i) {
    const std::string number = std::to_string(i);
    return {number, "", number, {{"number", i}, {"half", i % 2}, {"tenth", i % 10}, {"hundredth", i % 100}}, {}};
  }
  WriterOptions options() {
    WriterOptions options;
    options.embedder = &embedder_;
    options.rows_for_graph = 1'000;
    options.graph.ef_construction = 100;
    return options;
  }
  std::shared_ptr<const Snapshot> snapshot() { return Index::open(path()).value()->snapshot(); }
  static Filter equal(const std::string& key, const std::string& value) {
    return {{{key, Condition::Kind::kIn, {value}, 0, 0, false, false}}};
  }
  SearchResult search(const std::shared_ptr<const Snapshot>& snapshot, std::size_t query, const Filter& filter,
                      std::size_t ef = 0) {
    SearchRequest request;
    request.query = std::to_string(query);
    request.mode = Mode::kDense;
    request.filter = filter;
    request.ef = ef;
    return Searcher(snapshot, &embedder_).search(request).value();
  }
  static std::vector<Row> rows(const SearchResult& result) {
    std::vector<Row> out;
    for (const SearchHit& hit : result.hits) out.push_back(hit.row);
    return out;
  }
  double recall(const Filter& filter) {
    const auto now = snapshot();
    std::size_t found = 0;
    std::size_t expected = 0;
    for (std::size_t query = kRows; query < kRows + 50; ++query) {
      const std::vector<Row> exact = rows(search(now, query, filter, kExact));
      const std::vector<Row> near = rows(search(now, query, filter));
      for (const Row row : near) found += static_cast<std::size_t>(std::ranges::count(exact, row));
      expected += exact.size();
    }
    return static_cast<double>(found) / static_cast<double>(expected);
  }

  std::filesystem::path path() const { return folder_.path() / "i"; }
  base::TemporaryFolder folder_ = base::TemporaryFolder::create("dense-test").value();
  NumberedEmbedder embedder_;
};

TEST_F(GraphIndex, OnlyALargeSegmentHasAGraph) {
  const auto writer = IndexWriter::open(path(), options()).value();
  ASSERT_TRUE(writer->add(document(kRows)).ok());
  ASSERT_TRUE(writer->commit().ok());
  const auto now = snapshot();
  ASSERT_EQ(now->segments().size(), 2u);
  EXPECT_TRUE(now->segments()[0].segment->graph().has_value());
  EXPECT_FALSE(now->segments()[1].segment->graph().has_value());
}

TEST_F(GraphIndex, RecallIsAboveNinetyNinePercentAtEverySelectivity) {
  EXPECT_GE(recall({}), 0.99);
  EXPECT_GE(recall(equal("half", "1")), 0.99);
  EXPECT_GE(recall(equal("tenth", "3")), 0.99);
  EXPECT_GE(recall(equal("hundredth", "7")), 0.99);
}

TEST_F(GraphIndex, FiltersThatAllowTheSameFindTheSame) {
  const auto now = snapshot();
  Filter odd_digits{{{"tenth", Condition::Kind::kIn, {"1", "3", "5", "7", "9"}, 0, 0, false, false}}};
  Filter everything{{{"half", Condition::Kind::kIn, {"0", "1"}, 0, 0, false, false}}};
  for (std::size_t query = kRows; query < kRows + 50; ++query) {
    EXPECT_EQ(rows(search(now, query, equal("half", "1"))), rows(search(now, query, odd_digits)));
    EXPECT_EQ(rows(search(now, query, {})), rows(search(now, query, everything)));
  }
}

TEST_F(GraphIndex, DeletedDocumentsAreGoneAndTheOthersStillFound) {
  const auto writer = IndexWriter::open(path(), options()).value();
  for (std::size_t i = 0; i < kRows; i += 3) EXPECT_TRUE(writer->remove(std::to_string(i)));
  ASSERT_TRUE(writer->commit().ok());
  const auto now = snapshot();
  ASSERT_TRUE(now->segments()[0].segment->graph().has_value());
  for (std::size_t query = kRows; query < kRows + 50; ++query) {
    for (const Row row : rows(search(now, query, {}))) EXPECT_NE(row % 3, 0u);
  }
  EXPECT_GE(recall({}), 0.99);
}

TEST_F(GraphIndex, DiagnosisGivesExactRanksAndNamesWhatTheWalkMissed) {
  const auto now = snapshot();
  std::size_t missed = 0;
  for (std::size_t query = kRows; query < kRows + 100; ++query) {
    SearchRequest request;
    request.query = std::to_string(query);
    request.mode = Mode::kDense;
    request.ef = 10;  // so that something is missed
    const std::vector<Row> exact = rows(search(now, query, {}, kExact));
    const std::vector<Row> near = rows(search(now, query, {}, 10));
    for (std::size_t i = 0; i < exact.size(); ++i) {
      const bool found = std::ranges::count(near, exact[i]) > 0;
      if (found && i > 0) continue;
      const auto diagnosis = Searcher(now, &embedder_).diagnose(request, now->id(exact[i])).value();
      EXPECT_EQ(diagnosis.dense_rank, i + 1);
      if (found) continue;
      ++missed;
      EXPECT_NE(diagnosis.lost_at.find("passed it by"), std::string::npos) << diagnosis.lost_at;
    }
  }
  EXPECT_GT(missed, 0u);
}

TEST_F(GraphIndex, ACommitThatIsCancelledWhileItLinksChangesNothing) {
  WriterOptions anew = options();
  const auto writer = IndexWriter::open(path(), anew).value();
  for (std::size_t i = 0; i < 1'500; ++i) ASSERT_TRUE(writer->add(document(i)).ok());
  std::stop_source stop;
  std::size_t total = 0;
  const auto progress = [&](std::size_t done, std::size_t of) {
    total = of;
    if (done > 1'600) stop.request_stop();
  };
  const auto committed = writer->commit(progress, stop.get_token());
  ASSERT_FALSE(committed.ok());
  EXPECT_EQ(committed.error().code, base::Code::kCancelled);
  EXPECT_EQ(total, 3'000u);
  EXPECT_EQ(snapshot()->documents(), kRows);
  EXPECT_EQ(snapshot()->rows(), kRows);
  ASSERT_TRUE(writer->commit().ok());
  EXPECT_EQ(snapshot()->documents(), kRows);
}

TEST(DenseSearch, AScanIsChosenForFewRowsAndForGreatEffort) {
  EXPECT_TRUE(is_scan_cheaper(100'000, 1'000, 100));
  EXPECT_FALSE(is_scan_cheaper(100'000, 50'000, 100));
  EXPECT_TRUE(is_scan_cheaper(100'000, 100'000, kExact));
  EXPECT_TRUE(is_scan_cheaper(100'000, 0, 1));
}

}  // namespace
}  // namespace groundwork::search
