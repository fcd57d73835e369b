#include "search/evaluation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "base/file.h"
#include "search/fusion.h"
#include "search/metrics.h"

namespace groundwork::search {
namespace {

TEST(Metrics, AreThoseOfTrecEval) {
  // trec_eval 9.0.8 -m ndcg_cut.3 -m P.3 -m recall.3 -m recip_rank -m map on this ranking gives these by hand too.
  const std::vector<std::string> ranking = {"x", "b", "a", "y", "c"};
  const Relevance relevance = {{"a", 2}, {"b", 1}, {"c", 1}, {"d", 3}};
  const double dcg = 1 / std::log2(3) + 2 / std::log2(4);
  const double ideal = 3 + 2 / std::log2(3) + 1 / std::log2(4);
  EXPECT_DOUBLE_EQ(ndcg(ranking, relevance, 3), dcg / ideal);
  EXPECT_DOUBLE_EQ(precision(ranking, relevance, 3), 2.0 / 3);
  EXPECT_DOUBLE_EQ(precision(ranking, relevance, 10), 0.3) << "a short ranking is not forgiven";
  EXPECT_DOUBLE_EQ(recall(ranking, relevance, 3), 0.5);
  EXPECT_DOUBLE_EQ(reciprocal_rank(ranking, relevance, 10), 0.5);
  EXPECT_DOUBLE_EQ(reciprocal_rank(ranking, relevance, 1), 0);
  EXPECT_DOUBLE_EQ(average_precision(ranking, relevance, 10), (1.0 / 2 + 2.0 / 3 + 3.0 / 5) / 4);
}

class TestSetFolder : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& content) {
    std::filesystem::create_directories((folder_.path() / name).parent_path());
    std::ofstream(folder_.path() / name) << content;
  }
  std::string corpus_error() {
    const auto walked = for_each_document(folder_.path(), [](const Document&) { return base::Status(); });
    return walked.ok() ? "" : walked.error().text();
  }
  base::TemporaryFolder folder_ = base::TemporaryFolder::create("beir-test").value();
};

TEST_F(TestSetFolder, IsReadWithAndWithoutHeaderAndInTrecsForm) {
  write("queries.jsonl", "{\"_id\":\"q1\",\"text\":\"one\"}\n{\"_id\":\"q2\",\"text\":\"two\"}\n");
  for (const char* qrels : {"query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n", "q1\td1\t2\n", "q1 0 d1 2\n"}) {
    write("qrels.tsv", qrels);
    const TestSet set = load_test_set(folder_.path()).value();
    ASSERT_EQ(set.queries.size(), 1u) << "a query without judgements is not measured";
    EXPECT_EQ(set.judgements.at("q1"), (Relevance{{"d1", 2}}));
  }
  write("qrels.tsv", "q1\td1\t1\nq9\td1\t1\n");
  EXPECT_EQ(load_test_set(folder_.path()).value().warnings.size(), 1u);
  write("qrels.tsv", "q1\td1\t1\nq1\td2\tx\n");
  EXPECT_NE(
      load_test_set(folder_.path()).error().text().find("qrels.tsv:2: expected a whole number as score, found 'x'"),
      std::string::npos);
}

TEST_F(TestSetFolder, EachMistakeInACorpusHasItsLine) {
  EXPECT_NE(corpus_error().find("there is no"), std::string::npos);
  write("corpus.jsonl", "\n\n");
  EXPECT_NE(corpus_error().find("the corpus is empty"), std::string::npos);
  write("corpus.jsonl", "{\"_id\":\"a\",\"text\":\"x\"}\n{\"_id\":\"a\",\"text\":\"y\"}\n");
  EXPECT_NE(corpus_error().find("corpus.jsonl:2: the _id 'a' was at"), std::string::npos);
  write("corpus.jsonl", "{\"_id\":\"a\"}\n");
  EXPECT_NE(corpus_error().find("corpus.jsonl:1: expected \"text\" as a string, found none"), std::string::npos);
  write("corpus.jsonl", "{\"text\":\"a\"}\n");
  EXPECT_NE(corpus_error().find("expected \"_id\""), std::string::npos);
  write("corpus.jsonl", "[]\n");
  EXPECT_NE(corpus_error().find("corpus.jsonl:1: expected an object, found array"), std::string::npos);
  write("corpus.jsonl", "{\"_id\":\"a\",\"text\":\"\xFF\"}\n");
  EXPECT_NE(corpus_error().find("expected UTF-8"), std::string::npos);
}

TEST(Evaluation, MeansAndTimesAreThoseOfTheQueries) {
  TestSet set;
  set.queries = {{"q1", "one"}, {"q2", "two"}};
  set.judgements = {{"q1", {{"a", 1}}}, {"q2", {{"b", 1}}}};
  const auto evaluation = evaluate(set, [](const TestQuery&) { return std::vector<std::string>{"a", "c"}; }).value();
  EXPECT_DOUBLE_EQ(evaluation.mean(&QueryScores::ndcg_10), 0.5);
  EXPECT_DOUBLE_EQ(evaluation.mean(&QueryScores::recall_100), 0.5);
  const base::json::object report = to_json(evaluation);
  for (const char* key : {"ndcg@10", "recall@100", "precision@10", "mrr@10", "queries", "p50_ms", "p95_ms"}) {
    EXPECT_TRUE(report.contains(key)) << key;
  }
}

TEST(Fusion, RanksAddUpAsReciprocals) {
  const std::vector<Hit> lexical = {{1, 9}, {2, 8}};
  const std::vector<Hit> dense = {{2, 0.9F}, {3, 0.8F}};
  const auto fused = fuse_ranks(lexical, dense);
  ASSERT_EQ(fused.size(), 3u);
  EXPECT_EQ(fused[0].hit.row, 2u);
  EXPECT_FLOAT_EQ(fused[0].hit.score, static_cast<float>(1.0 / 62 + 1.0 / 61));
  EXPECT_EQ(fused[1].hit.row, 1u);
}

TEST(Fusion, AStageThatIsNotTrustedDoesNotDecide) {
  const std::vector<Candidate> candidates = {{0, 10, 0.1F}, {1, 5, 0.5F}, {2, 1, 0.9F}};
  EXPECT_EQ(fuse_scores(candidates, {1.0}).front().hit.row, 0u);
  EXPECT_EQ(fuse_scores(candidates, {0.0}).front().hit.row, 2u);
}

}  // namespace
}  // namespace groundwork::search
