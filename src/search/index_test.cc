#include "search/index.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "base/file.h"
#include "search/index_writer.h"
#include "search/searcher.h"
#include "search/testing.h"

namespace groundwork::search {
namespace {

namespace fs = std::filesystem;
using base::Code;

class IndexFolder : public ::testing::Test {
 protected:
  WriterOptions with_vectors() {
    WriterOptions options;
    options.embedder = &embedder_;
    return options;
  }
  void write(const std::vector<Document>& documents, const WriterOptions& options) {
    const auto writer = IndexWriter::open(folder_.path() / "i", options).value();
    for (const Document& document : documents) ASSERT_TRUE(writer->add(document).ok());
    const auto committed = writer->commit();
    ASSERT_TRUE(committed.ok()) << committed.error().text();
  }
  std::vector<std::string> ids(const Snapshot& snapshot, const std::string& query, Mode mode = Mode::kLexical,
                               const Filter& filter = {}) {
    const auto found =
        Searcher(std::make_shared<Snapshot>(snapshot), &embedder_).search({query, mode, 20, filter, false, 200, 30});
    std::vector<std::string> out;
    for (const SearchHit& hit : found.value().hits) out.emplace_back(snapshot.id(hit.row));
    return out;
  }
  static Document document(const std::string& id, const std::string& text) { return {id, "", text, {}, {}}; }

  fs::path path() const { return folder_.path() / "i"; }
  base::TemporaryFolder folder_ = base::TemporaryFolder::create("index-test").value();
  CircleEmbedder embedder_;
};

TEST_F(IndexFolder, WhatWasAddedIsFoundWithAllThatBelongsToIt) {
  Document one{"a", "Title", "reciprocal rank fusion", {{"lang", "en"}}, {{"path", "x.md"}}};
  write({one, document("b", "gradient descent")}, with_vectors());
  const auto index = Index::open(path()).value();
  const auto snapshot = index->snapshot();
  EXPECT_EQ(snapshot->documents(), 2u);
  EXPECT_EQ(ids(*snapshot, "fusions"), std::vector<std::string>{"a"});
  const Document back = snapshot->document(snapshot->find("a").value()).value();
  EXPECT_EQ(back.title, one.title);
  EXPECT_EQ(back.text, one.text);
  EXPECT_EQ(back.metadata, one.metadata);
  EXPECT_EQ(back.place, one.place);
}

TEST_F(IndexFolder, ScoresDoNotDependOnHowDocumentsAreSpreadOverSegments) {
  const std::vector<Document> documents = random_documents(600, 9);
  const auto ranking = [&](std::size_t rows_a_segment, const std::string& name) {
    WriterOptions options = with_vectors();
    options.rows_a_segment = rows_a_segment;
    options.segments_at_most = 100;
    const auto writer = IndexWriter::open(folder_.path() / name, options).value();
    for (const Document& one : documents) EXPECT_TRUE(writer->add(one).ok());
    EXPECT_TRUE(writer->commit().ok());
    const auto index = Index::open(folder_.path() / name).value();
    std::vector<std::pair<std::string, float>> out;
    for (const std::string query : {"w3x w50x", "w1x w2x w300x", "w0x"}) {
      for (const Mode mode : {Mode::kLexical, Mode::kHybrid}) {
        const auto found =
            Searcher(index->snapshot(), &embedder_).search({query, mode, 10, {}, false, 200, 30}).value();
        for (const SearchHit& hit : found.hits) out.emplace_back(index->snapshot()->id(hit.row), hit.score);
      }
    }
    return out;
  };
  const auto whole = ranking(1'000, "whole");
  const auto spread = ranking(37, "spread");
  ASSERT_EQ(whole.size(), spread.size());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_EQ(whole[i].first, spread[i].first);
    EXPECT_FLOAT_EQ(whole[i].second, spread[i].second);
  }
}

TEST_F(IndexFolder, ALaterDocumentReplacesTheOneWithItsId) {
  write({document("a", "old words"), document("b", "other words")}, with_vectors());
  write({document("a", "new text")}, with_vectors());
  const auto snapshot = Index::open(path()).value()->snapshot();
  EXPECT_EQ(snapshot->documents(), 2u);
  EXPECT_EQ(ids(*snapshot, "words"), std::vector<std::string>{"b"});
  EXPECT_EQ(ids(*snapshot, "text"), std::vector<std::string>{"a"});
}

TEST_F(IndexFolder, ADeletedDocumentIsGoneFromEveryStage) {
  write({document("a", "some words"), document("b", "other words")}, with_vectors());
  const auto writer = IndexWriter::open(path(), with_vectors()).value();
  EXPECT_TRUE(writer->remove("a"));
  EXPECT_FALSE(writer->remove("a"));
  EXPECT_FALSE(writer->remove("c"));
  ASSERT_TRUE(writer->commit().ok());
  const auto snapshot = Index::open(path()).value()->snapshot();
  EXPECT_EQ(snapshot->documents(), 1u);
  EXPECT_FALSE(snapshot->find("a").has_value());
  EXPECT_EQ(ids(*snapshot, "words"), std::vector<std::string>{"b"});
  EXPECT_EQ(ids(*snapshot, "words", Mode::kDense), std::vector<std::string>{"b"});
}

TEST_F(IndexFolder, ManySmallCommitsLeaveFewSegmentsAndEveryDocument) {
  WriterOptions options = with_vectors();
  options.segments_at_most = 4;
  std::set<std::string> expected;
  for (int i = 0; i < 40; ++i) {
    write({document("d" + std::to_string(i), "common word" + std::to_string(i))}, options);
    expected.insert("d" + std::to_string(i));
  }
  const auto snapshot = Index::open(path()).value()->snapshot();
  EXPECT_LE(snapshot->segments().size(), 4u);
  std::set<std::string> found;
  for (Row row = 0; row < snapshot->rows(); ++row) found.insert(std::string(snapshot->id(row)));
  EXPECT_EQ(found, expected);
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(path())) ++files;
  EXPECT_LE(files, 6u) << "segments, MANIFEST and LOCK: what is not used any more is removed";
}

TEST_F(IndexFolder, ReadersGoOnWithWhatTheyHaveWhileItIsReplaced) {
  write({document("a", "old words")}, with_vectors());
  const auto index = Index::open(path()).value();
  const auto before = index->snapshot();
  for (int i = 0; i < 20; ++i)
    write({document("a", "new words"), document("n" + std::to_string(i), "words")}, with_vectors());
  EXPECT_EQ(ids(*before, "old"), std::vector<std::string>{"a"});
  ASSERT_TRUE(index->refresh().ok());
  EXPECT_EQ(ids(*index->snapshot(), "old"), std::vector<std::string>{});
  EXPECT_EQ(index->snapshot()->documents(), 21u);
}

TEST_F(IndexFolder, ReadersMayRefreshWhileAWriterCommits) {
  write({document("a", "words")}, with_vectors());
  const auto index = Index::open(path()).value();
  std::jthread reader([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const auto refreshed = index->refresh();
      ASSERT_TRUE(refreshed.ok()) << refreshed.error().text();
      ASSERT_GE(index->snapshot()->documents(), 1u);
    }
  });
  WriterOptions options = with_vectors();
  options.segments_at_most = 3;
  for (int i = 0; i < 60; ++i) write({document("d" + std::to_string(i), "words")}, options);
}

TEST_F(IndexFolder, OneWriterAtATime) {
  const auto first = IndexWriter::open(path(), with_vectors()).value();
  const auto second = IndexWriter::open(path(), with_vectors());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, Code::kUnavailable);
}

TEST_F(IndexFolder, BadDocumentsAreRefusedAndTheOthersStay) {
  const auto writer = IndexWriter::open(path(), with_vectors()).value();
  EXPECT_TRUE(writer->add(document("a", "words")).ok());
  EXPECT_EQ(writer->add(document("a", "again")).error().code, Code::kAlreadyExists);
  EXPECT_EQ(writer->add(document("", "words")).error().code, Code::kInvalidArgument);
  EXPECT_EQ(writer->add(document("b", "\xFF")).error().code, Code::kInvalidArgument);
  EXPECT_EQ(writer->add(document(std::string(2'000, 'x'), "words")).error().code, Code::kInvalidArgument);
  ASSERT_TRUE(writer->commit().ok());
  EXPECT_EQ(Index::open(path()).value()->snapshot()->documents(), 1u);
}

TEST_F(IndexFolder, ACancelledCommitLeavesTheIndexAsItWas) {
  write({document("a", "words")}, with_vectors());
  const auto writer = IndexWriter::open(path(), with_vectors()).value();
  ASSERT_TRUE(writer->add(document("b", "words")).ok());
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(writer->commit({}, stop.get_token()).error().code, Code::kCancelled);
  EXPECT_EQ(Index::open(path()).value()->snapshot()->documents(), 1u);
  ASSERT_TRUE(writer->commit().ok()) << "what was added still waits";
  EXPECT_EQ(Index::open(path()).value()->snapshot()->documents(), 2u);
}

TEST_F(IndexFolder, DamageIsNamedAndNeverRead) {
  write(random_documents(100, 3), with_vectors());
  for (const auto& entry : fs::directory_iterator(path())) {
    const std::string name = entry.path().filename().string();
    if (name == "LOCK") continue;
    const std::string good = base::read_file(entry.path()).value();
    for (const std::size_t at : {std::size_t{70}, good.size() / 2, good.size() - 2}) {
      std::string bad = good;
      bad[at] ^= 1;
      ASSERT_TRUE(base::write_file_atomically(entry.path(), bad).ok());
      const auto opened = Index::open(path());
      if (opened.ok()) continue;  // padding
      EXPECT_EQ(opened.error().code, Code::kDataLoss) << name;
      EXPECT_NE(opened.error().text().find(name), std::string::npos) << opened.error().text();
    }
    ASSERT_TRUE(base::write_file_atomically(entry.path(), good.substr(0, good.size() - 3)).ok());
    EXPECT_EQ(Index::open(path()).error().code, Code::kDataLoss) << name;
    ASSERT_TRUE(base::write_file_atomically(entry.path(), good).ok());
  }
  EXPECT_TRUE(Index::open(path()).ok());
}

TEST_F(IndexFolder, AnIndexOfAnotherModelIsNotWrittenTo) {
  write({document("a", "words")}, with_vectors());
  const auto other = IndexWriter::open(path(), {});
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code, Code::kFailedPrecondition);
  EXPECT_NE(other.error().text().find("circle"), std::string::npos);
}

TEST_F(IndexFolder, EquivalentFiltersAllowTheSameDocuments) {
  write(random_documents(300, 4), with_vectors());
  const auto snapshot = Index::open(path()).value()->snapshot();
  const auto of = [&](std::vector<std::string> conditions, Mode mode) {
    Filter filter;
    for (const std::string& one : conditions) filter.conditions.push_back(parse_condition(one).value());
    return ids(*snapshot, "w1x w2x w3x", mode, filter);
  };
  for (const Mode mode : {Mode::kLexical, Mode::kDense, Mode::kHybrid}) {
    const auto even = of({"parity=even"}, mode);
    EXPECT_FALSE(even.empty());
    EXPECT_EQ(even, of({"parity!=odd"}, mode));
    EXPECT_EQ(even, of({"parity=even|neither"}, mode));
    EXPECT_EQ(even, of({"parity=even", "number>=0"}, mode));
    EXPECT_EQ(of({"number<100"}, mode), of({"number<=99"}, mode));
    EXPECT_EQ(of({"number=7"}, mode), of({"number>=7", "number<=7.0"}, mode));
    for (const std::string& id : even) EXPECT_EQ(std::stoi(id.substr(1)) % 2, 0);
  }
}

TEST_F(IndexFolder, AMissSaysWhereItWasLost) {
  write({document("a", "alpha beta"), document("b", "alpha"), document("c", "gamma")}, with_vectors());
  const Searcher searcher(Index::open(path()).value()->snapshot(), &embedder_);
  SearchRequest request{"alpha", Mode::kLexical, 1, {}, false, 200, 30};
  EXPECT_EQ(searcher.diagnose(request, "b").value().final_rank, 1u);
  EXPECT_EQ(searcher.diagnose(request, "a").value().lost_at, "rank 2 by its words, behind the 1 that were asked for");
  EXPECT_EQ(searcher.diagnose(request, "c").value().lost_at, "no word of the query is in it, or a phrase is missing");
  EXPECT_EQ(searcher.diagnose(request, "z").value().lost_at, "it is not in the index");
  request.filter.conditions.push_back(parse_condition("lang=en").value());
  EXPECT_EQ(searcher.diagnose(request, "a").value().lost_at, "the filter does not allow it");
}

TEST_F(IndexFolder, QueriesAreReadAsTheyAreMeant) {
  write({document("a", "reciprocal rank fusion"), document("b", "rank the reciprocal fusion"),
         document("c", "retrieval augmented eviction")},
        with_vectors());
  const auto snapshot = Index::open(path()).value()->snapshot();
  EXPECT_EQ(ids(*snapshot, "\"reciprocal rank\""), std::vector<std::string>{"a"});
  EXPECT_EQ(ids(*snapshot, "retreival"), std::vector<std::string>{"c"}) << "a misspelt word is corrected";
  EXPECT_EQ(ids(*snapshot, "rakns").size(), 2U) << "by its letters as they were typed, though its stem is shorter";
  EXPECT_EQ(ids(*snapshot, "evicton"), std::vector<std::string>{"c"}) << "by its stem, where the ending is misspelt";
  EXPECT_TRUE(ids(*snapshot, "evictzzz").empty());
  EXPECT_EQ(ids(*snapshot, "what is retrieval?"), std::vector<std::string>{"c"});
  const LexicalQuery typing = read_query("recip", *snapshot, true);
  ASSERT_EQ(typing.terms.size(), 1u);
  EXPECT_EQ(typing.terms[0].kind, QueryTerm::Kind::kCompleted);
  EXPECT_EQ(read_query("quux", *snapshot).unknown, std::vector<std::string>{"quux"});
}

}  // namespace
}  // namespace groundwork::search
