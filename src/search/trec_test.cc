#include "search/trec.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/file.h"

namespace groundwork::search {
namespace {

class RunFile : public ::testing::Test {
 protected:
  base::Result<TrecRun> read(const std::string& content) {
    std::ofstream(file()) << content;
    return read_run(file());
  }
  std::filesystem::path file() const { return folder_.path() / "a.run"; }
  base::TemporaryFolder folder_ = base::TemporaryFolder::create("trec-test").value();
};

TEST_F(RunFile, IsOrderedByScoreAndTiesByIdFromTheLastWhateverTheRanksSay) {
  const TrecRun run = read("q1 Q0 a 1 2.0 tag\nq1 Q0 b 2 3.5 tag\nq1\tQ0\tc\t3\t2\ttag\nq2 Q0 a 1 -1e-3 tag\n").value();
  EXPECT_EQ(run.at("q1"), (std::vector<std::string>{"b", "c", "a"}));
  EXPECT_EQ(run.at("q2"), (std::vector<std::string>{"a"}));
}

TEST_F(RunFile, ScoresThatAreOneInSinglePrecisionTie) {
  // trec_eval holds scores as float: 16777216 and 16777217 are one number.
  EXPECT_EQ(read("q Q0 a 1 16777217 t\nq Q0 b 2 16777216 t\n").value().at("q"), (std::vector<std::string>{"b", "a"}));
}

TEST_F(RunFile, EachMistakeHasItsLine) {
  const auto error = [&](const std::string& content) { return read(content).error().text(); };
  EXPECT_NE(error("q Q0 a 1 2.0\n").find("a.run:1: expected query-id, Q0, document-id, rank, score and tag, found 5"),
            std::string::npos);
  EXPECT_NE(error("q Q0 a 1 2 t\nq Q0 b 1 x t\n").find("a.run:2: expected a number as score, found 'x'"),
            std::string::npos);
  EXPECT_NE(error("q Q0 a 1 nan t\n").find("found 'nan'"), std::string::npos);
  EXPECT_NE(error("q Q0 a 1 1e300 t\n").find("found '1e300'"), std::string::npos);
  EXPECT_NE(error("q Q0 a 1 2 t\nq Q0 a 2 1 t\n").find("query 'q' has the document 'a' twice"), std::string::npos);
  EXPECT_NE(error("\n").find("the run is empty"), std::string::npos);
}

TEST_F(RunFile, WhatIsWrittenIsReadAsTheSameRanking) {
  Evaluation evaluation;
  evaluation.queries.resize(2);
  evaluation.queries[0] = {.id = "q1", .ranking = {"z", "a", "m"}};
  evaluation.queries[1] = {.id = "q2", .ranking = {}};
  const std::string text = to_run(evaluation, "groundwork").value();
  EXPECT_EQ(text, "q1 Q0 z 1 3 groundwork\nq1 Q0 a 2 2 groundwork\nq1 Q0 m 3 1 groundwork\n");
  const Ranker rank = ranker_of(read(text).value());
  EXPECT_EQ(rank({"q1", ""}).value(), evaluation.queries[0].ranking);
  EXPECT_TRUE(rank({"q2", ""}).value().empty()) << "a query that the run does not have found nothing";
  evaluation.queries[0].ranking = {"two words"};
  EXPECT_NE(to_run(evaluation, "t").error().text().find("white space: 'two words'"), std::string::npos);
}

}  // namespace
}  // namespace groundwork::search
