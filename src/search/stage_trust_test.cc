#include "search/stage_trust.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "search/index_writer.h"
#include "search/lexical_search.h"
#include "search/searcher.h"
#include "search/testing.h"

namespace groundwork::search {
namespace {

const std::string kProse =
    "The system keeps a queue of waiting requests (first come, first served) and gives each a deadline.";
const std::string kCode =
    "def mean(xs):\n    total = 0\n    for x in xs:\n        total += x\n    return total / len(xs)\n";

double learnt_from(const std::vector<std::string>& texts) {
  const auto folder = base::TemporaryFolder::create("trust-test").value();
  CircleEmbedder embedder;
  WriterOptions options;
  options.embedder = &embedder;
  const auto writer = IndexWriter::open(folder.path(), options).value();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    EXPECT_TRUE(writer->add({"d" + std::to_string(i), "", texts[i], {}, {}}).ok());
  }
  EXPECT_TRUE(writer->commit().ok());
  return trust_of(read_manifest(folder.path()).value()).lexical;
}

TEST(StageTrust, CodeHasMoreSymbolsThanProse) {
  EXPECT_LT(symbol_share(kProse), 0.05);
  EXPECT_GT(symbol_share(kCode), 0.10);
  EXPECT_EQ(symbol_share(""), 0);
  EXPECT_EQ(symbol_share("{}"), 1);
}

TEST(StageTrust, EveryCommitLearnsFromTheDocumentsThatCount) {
  const double prose = learnt_from({kProse, kProse, kCode});
  const double code = learnt_from({kCode, kCode, kProse});
  EXPECT_EQ(prose, StageTrust().lexical);
  EXPECT_LT(code, prose / 2);

  const auto folder = base::TemporaryFolder::create("trust-test").value();
  CircleEmbedder embedder;
  WriterOptions options;
  options.embedder = &embedder;
  const auto writer = IndexWriter::open(folder.path(), options).value();
  ASSERT_TRUE(writer->add({"a", "", kCode, {}, {}}).ok());
  ASSERT_TRUE(writer->add({"b", "", kCode, {}, {}}).ok());
  ASSERT_TRUE(writer->commit().ok());
  EXPECT_EQ(trust_of(writer->manifest()).lexical, code);
  for (const char* id : {"a", "b"}) ASSERT_TRUE(writer->remove(id));
  ASSERT_TRUE(writer->add({"c", "", kProse, {}, {}}).ok());
  ASSERT_TRUE(writer->commit().ok());
  EXPECT_EQ(trust_of(writer->manifest()).lexical, prose) << "deleted documents say nothing";
}

TEST(StageTrust, ACollectionWithoutDocumentsIsTakenForProse) {
  EXPECT_EQ(trust_of_collection({}).lexical, StageTrust().lexical);
}

TEST(StageTrust, ANameInTheQueryLiftsTheLexicalStageByItsShareOfTheWeight) {
  LexicalQuery query;
  query.terms.push_back({"use", "used", QueryTerm::Kind::kWord, 2, 3});
  EXPECT_EQ(trust_for(query, {0.2}, std::nullopt).lexical, 0.2);
  query.terms.push_back({"top_k", "top_k", QueryTerm::Kind::kIdentifier, 2, 3});
  EXPECT_NEAR(trust_for(query, {0.2}, std::nullopt).lexical, 0.55, 1e-12) << "halfway to 0.9";
  EXPECT_EQ(trust_for(query, {1.0}, std::nullopt).lexical, 1.0) << "trust is never lowered";
  EXPECT_EQ(trust_for({}, {0.2}, std::nullopt).lexical, 0.2);
}

TEST(StageTrust, WordsInNoDocumentCountAsNotCovered) {
  const double rare = inverse_document_frequency(100, 0);
  LexicalQuery query;
  query.terms.push_back({"sort", "sort", QueryTerm::Kind::kWord, rare, 1});
  query.terms.push_back({"list", "list", QueryTerm::Kind::kWord, rare, 1});
  const std::vector<float> scores = {1.5F, 0.5F, 2, 0};  // the first of two documents has both words
  EXPECT_NEAR(covered_share(query, 100, scores), 0.75, 1e-12);
  query.unknown = {"ascending"};
  EXPECT_NEAR(covered_share(query, 100, scores), 0.5, 1e-12);
  EXPECT_EQ(covered_share(query, 100, {}), 0) << "no document has a word";
  EXPECT_EQ(covered_share({}, 100, {}), 0);
}

TEST(StageTrust, InCodeWordsCountByHowMuchOfTheQueryTheBestDocumentsHave) {
  EXPECT_NEAR(trust_for({}, {0.2}, 0.0).lexical, 0.05, 1e-12);
  EXPECT_NEAR(trust_for({}, {0.2}, 0.3).lexical, 0.225, 1e-12);
  EXPECT_NEAR(trust_for({}, {0.2}, 1.0).lexical, 0.4, 1e-12);
  EXPECT_NEAR(trust_for({}, {0.325}, 0.0).lexical, 0.25, 1e-12) << "half prose, half code";
  for (const double covered : {0.0, 0.3, 1.0}) {
    EXPECT_EQ(trust_for({}, StageTrust(), covered).lexical, StageTrust().lexical) << "prose";
    EXPECT_EQ(trust_for({}, {0.0}, covered).lexical, trust_for({}, {0.2}, covered).lexical) << "a manifest may say so";
    EXPECT_EQ(trust_for({}, {1.0}, covered).lexical, 1.0) << "or this";
  }
}

TEST(StageTrust, ASearchOfCodeInWordsThatItLacksLeavesTheOrderToMeaning) {
  const auto folder = base::TemporaryFolder::create("trust-test").value();
  CircleEmbedder embedder;
  WriterOptions options;
  options.embedder = &embedder;
  const auto writer = IndexWriter::open(folder.path(), options).value();
  for (const char* id : {"a", "b", "c", "d"}) ASSERT_TRUE(writer->add({id, "", kCode, {}, {}}).ok());
  ASSERT_TRUE(writer->commit().ok());
  const auto index = Index::open(folder.path()).value();
  const Searcher searcher(index->snapshot(), &embedder);
  const auto trusted = [&](const std::string& text) {
    SearchRequest request;
    request.query = text;
    return searcher.search(request).value().trust->lexical;
  };
  EXPECT_NEAR(trusted("mean total"), 0.4, 1e-12);
  EXPECT_NEAR(trusted("arithmetic average of several numbers divided by their quantity, mean"), 0.05, 1e-12);
}

std::vector<Row> rows_of(const std::vector<Fused>& fused) {
  std::vector<Row> rows;
  for (const Fused& one : fused) rows.push_back(one.hit.row);
  return rows;
}

TEST(Fusion, DoesNotDependOnTheScaleOfAStage) {
  std::vector<Candidate> candidates = {{0, 12, 0.1F}, {1, 3, 0.7F}, {2, 0, 0.9F}, {3, 8, 0.6F}, {4, 1, 0.2F}};
  const std::vector<Row> before = rows_of(fuse_scores(candidates, {0.3}));
  for (Candidate& one : candidates) one.lexical = one.lexical * 8 + 16;
  EXPECT_EQ(rows_of(fuse_scores(candidates, {0.3})), before);
}

TEST(Fusion, AnEmptyStageLeavesTheOrderOfTheOther) {
  std::vector<Candidate> candidates = {{0, 0, 0.1F}, {1, 0, 0.7F}, {2, 0, 0.9F}, {3, 0, 0.6F}};
  for (const double trust : {0.0, 0.2, 0.45, 0.9}) {
    EXPECT_EQ(rows_of(fuse_scores(candidates, {trust})), (std::vector<Row>{2, 1, 3, 0})) << trust;
  }
  for (Candidate& one : candidates) std::swap(one.lexical, one.dense);
  for (const double trust : {0.2, 0.45, 0.9, 1.0}) {
    EXPECT_EQ(rows_of(fuse_scores(candidates, {trust})), (std::vector<Row>{2, 1, 3, 0})) << trust;
  }
}

TEST(Fusion, BetterInBothStagesIsBetter) {
  const std::vector<Candidate> candidates = {{0, 1, 0.2F}, {1, 5, 0.6F}, {2, 3, 0.4F}};
  for (const double trust : {0.0, 0.2, 0.45, 1.0}) {
    EXPECT_EQ(rows_of(fuse_scores(candidates, {trust})), (std::vector<Row>{1, 2, 0})) << trust;
  }
}

}  // namespace
}  // namespace groundwork::search
