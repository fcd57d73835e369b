#include "search/comparison.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace groundwork::search {
namespace {

const Metric kNdcg{Metric::Kind::kNdcg, 10};

std::vector<std::string> ids(std::size_t count) {
  std::vector<std::string> made;
  for (std::size_t i = 0; i < count; ++i) made.push_back("q" + std::to_string(i));
  return made;
}

/// b is a with `shift`, and `noise` more or less by turns.
Comparison compared(std::size_t queries, double shift, double noise) {
  base::Random random(11);
  std::vector<double> a;
  std::vector<double> b;
  for (std::size_t i = 0; i < queries; ++i) {
    a.push_back(0.2 + 0.4 * random.unit());
    b.push_back(a.back() + shift + (i % 2 == 0 ? noise : -noise));
  }
  return compare(ids(queries), a, b, kNdcg).value();
}

TEST(Comparison, SaysBetterAndWorseWhereChanceDoesNotExplainIt) {
  const Comparison better = compared(60, 0.05, 0.1);
  EXPECT_EQ(better.verdict, Verdict::kBetter);
  EXPECT_GT(better.interval.low, 0);
  EXPECT_LT(better.p, 0.05);
  EXPECT_LT(better.student, 0.05);
  EXPECT_NEAR(better.effect, 0.5, 0.01);
  EXPECT_EQ(compared(60, -0.05, 0.1).verdict, Verdict::kWorse);
}

TEST(Comparison, AdmitsThatTheQueriesAreTooFew) {
  const Comparison one = compared(20, 0.03, 0.2);
  EXPECT_EQ(one.verdict, Verdict::kCannotTell);
  EXPECT_LT(one.interval.low, 0);
  EXPECT_GT(one.interval.high, 0);
  EXPECT_NE(sentence(one, "a", "b").find("not enough queries to tell b from a: ndcg@10"), std::string::npos);
  // (1.95996 + 0.84162)^2 * (0.2 * sqrt(20 / 19) / 0.03)^2
  EXPECT_EQ(one.queries_needed, 368u);
  EXPECT_NE(sentence(one, "a", "b").find("takes about 368"), std::string::npos);
}

TEST(Comparison, FiveQueriesNeverShowAnything) {
  // All five better by the same: 2 of 32 signs are as far, p = 0.0625.
  const std::vector<double> a = {0.1, 0.2, 0.3, 0.4, 0.5};
  const std::vector<double> b = {0.3, 0.4, 0.5, 0.6, 0.7};
  const Comparison one = compare(ids(5), a, b, kNdcg).value();
  EXPECT_EQ(one.verdict, Verdict::kCannotTell);
  EXPECT_NE(sentence(one, "a", "b").find("they differ on 5 only"), std::string::npos);
}

TEST(Comparison, TellsNoDifferenceFromTooFewQueries) {
  EXPECT_EQ(compared(200, 0, 0.02).verdict, Verdict::kEquivalent);
  EXPECT_EQ(compared(200, 0, 0).verdict, Verdict::kSame);
  EXPECT_NE(sentence(compared(200, 0, 0), "old", "new").find("new and old have the same ndcg@10 on every one of 200"),
            std::string::npos);
}

TEST(Comparison, QueriesAreInTheOrderOfTheirChange) {
  const std::vector<double> a = {0.5, 0.5, 0.5};
  const std::vector<double> b = {0.4, 0.5, 0.9};
  const Comparison one = compare(ids(3), a, b, kNdcg).value();
  ASSERT_EQ(one.changes.size(), 3u);
  EXPECT_EQ(one.changes[0].id, "q2");
  EXPECT_EQ(one.changes[2].id, "q0");
  EXPECT_EQ(one.better, 1u);
  EXPECT_EQ(one.worse, 1u);
  EXPECT_DOUBLE_EQ(one.difference, 0.1);
  const base::json::object report = to_json(one);
  EXPECT_EQ(report.at("changes").get_array().size(), 2u) << "the query that is the same is not listed";
  EXPECT_EQ(report.at("verdict").get_string(), "cannot tell");
}

TEST(Comparison, OneQueryAndOtherQueriesAreErrors) {
  const std::vector<double> value = {0.5};
  EXPECT_EQ(compare(ids(1), value, value, kNdcg).error().text(),
            "expected at least 2 queries with a relevant document to compare, found 1");
  Evaluation a;
  Evaluation b;
  a.queries.resize(2);
  b.queries.resize(2);
  a.queries[0].id = "q1";
  EXPECT_EQ(compare(a, b, {}, kNdcg).error().text(), "expected two rankings of the same queries, found different ones");
}

}  // namespace
}  // namespace groundwork::search
