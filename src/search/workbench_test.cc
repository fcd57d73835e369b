#include "search/workbench.h"

#include <gtest/gtest.h>

#include <fstream>

#include "search/testing.h"

namespace groundwork::search {
namespace {

/// Counts what it is asked for.
class CountingEmbedder final : public model::Embedder {
 public:
  base::Result<std::vector<std::vector<float>>> embed(std::span<const std::string> texts) override {
    asked += texts.size();
    return circle_.embed(texts);
  }
  std::size_t dimensions() const override { return 2; }
  std::string name() const override { return "circle"; }
  std::size_t asked = 0;

 private:
  CircleEmbedder circle_;
};

class WorkbenchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    write("corpus.jsonl",
          "{\"_id\":\"long\",\"text\":\"Cats sleep all day in the sun.\\n\\nAn owl hunts at night and sees well.\\n\\n"
          "Foxes dig dens below old trees.\"}\n"
          "{\"_id\":\"a#b\",\"text\":\"The heron waits for fish.\"}\n"
          "{\"_id\":\"title only\",\"title\":\"Badgers\",\"text\":\"\"}\n");
    write("queries.jsonl", "{\"_id\":\"q1\",\"text\":\"owl foxes\"}\n{\"_id\":\"q2\",\"text\":\"heron badgers\"}\n");
    write("qrels.tsv", "q1\tlong\t1\nq2\ta#b\t1\n");
  }
  void write(const char* name, const std::string& content) { std::ofstream(folder_.path() / name) << content; }
  std::unique_ptr<Workbench> open(BenchModels models, QueryVectors queries = QueryVectors::kOnce) {
    return Workbench::open(folder_.path(), std::move(models), queries).value();
  }
  static std::vector<std::string> ranked(Workbench& bench, const char* configuration, std::size_t query) {
    const Ranker rank = bench.ranker(parse_configuration(configuration).value()).value();
    return rank(bench.test_set().queries[query]).value();
  }
  base::TemporaryFolder folder_ = base::TemporaryFolder::create("workbench-test").value();
};

TEST_F(WorkbenchTest, PassagesAreRankedAsTheirDocumentsEachOnce) {
  const auto bench = open({});
  for (const char* cut : {"mode=lexical", "mode=lexical,chunk-tokens=10"}) {
    EXPECT_EQ(ranked(*bench, cut, 0), (std::vector<std::string>{"long"})) << cut;
    const std::vector<std::string> second = ranked(*bench, cut, 1);
    EXPECT_EQ(second.size(), 2u) << cut << ": a '#' in an id and a document that is only a title are kept";
    EXPECT_NE(std::ranges::find(second, "a#b"), second.end());
    EXPECT_NE(std::ranges::find(second, "title only"), second.end());
  }
}

TEST_F(WorkbenchTest, APassageIsEmbeddedOnceHoweverManyConfigurationsHaveIt) {
  CountingEmbedder embedder;
  const auto bench = open({.embedder = &embedder});
  ranked(*bench, "mode=hybrid,chunk-tokens=10", 0);
  const std::size_t first = embedder.asked;
  ranked(*bench, "mode=dense,chunk-tokens=10", 0);
  ranked(*bench, "mode=hybrid,chunk-tokens=10,fusion-weight=0.3", 0);
  EXPECT_EQ(embedder.asked, first);
  ranked(*bench, "mode=hybrid", 0);
  EXPECT_EQ(embedder.asked, first + 1) << "two documents are one passage each either way";
  EXPECT_EQ(bench->embedded(), embedder.asked);
}

TEST_F(WorkbenchTest, QueriesAreEmbeddedEachTimeWhereTimesAreMeasured) {
  CountingEmbedder embedder;
  const auto bench = open({.embedder = &embedder}, QueryVectors::kEach);
  ranked(*bench, "mode=dense", 0);
  const std::size_t first = embedder.asked;
  ranked(*bench, "mode=dense", 0);
  EXPECT_EQ(embedder.asked, first + 1);
}

TEST_F(WorkbenchTest, WhatAConfigurationLacksIsSaid) {
  const auto bench = open({});
  EXPECT_EQ(bench->ranker(parse_configuration("mode=dense").value()).error().text(),
            "mode dense needs a model, and none is open");
  Configuration wrong;
  wrong.lexical_weight = 2;
  EXPECT_EQ(bench->ranker(wrong).error().code, base::Code::kInvalidArgument);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(bench->ranker({.mode = Mode::kLexical}, {}, stop.get_token()).error().code, base::Code::kCancelled);
  EXPECT_TRUE(bench->ranker({.mode = Mode::kLexical}).ok()) << "a cancelled index is made again";
  write("corpus.jsonl", "");
  EXPECT_NE(open({})->ranker({.mode = Mode::kLexical}).error().text().find("the corpus is empty"), std::string::npos);
}

}  // namespace
}  // namespace groundwork::search
