#include "search/reranking.h"

#include <gtest/gtest.h>

#include <cmath>

#include "search/neighbours.h"

namespace groundwork::search {
namespace {

const double kInOneOfTwo = std::log(1 + (2 - 1 + 0.5) / (1 + 0.5));

class FixedReranker final : public model::Reranker {
 public:
  FixedReranker(std::vector<float> scores, double share) : scores_(std::move(scores)), share_(share) {}
  base::Result<std::vector<float>> score(std::string_view, std::span<const std::string>) override { return scores_; }
  std::string name() const override { return "fixed"; }
  double share() const override { return share_; }

 private:
  std::vector<float> scores_;
  double share_;
};

std::vector<Row> order_of(const std::vector<Hit>& hits) {
  std::vector<Row> order;
  for (const Hit& hit : hits) order.push_back(hit.row);
  return order;
}

TEST(Neighbours, CountAPairAsFarApartAsInTheQueryWithDiminishingReturns) {
  const std::vector<std::string> texts = {"hybrid search", "search hybrid, and search by hybrid"};
  EXPECT_DOUBLE_EQ(neighbour_scores("hybrid search", texts)[0], kInOneOfTwo / 2);
  EXPECT_DOUBLE_EQ(neighbour_scores("hybrid search", texts)[1], 0) << "neither the other way round nor further apart";
  const std::vector<std::string> twice = {"hybrid searches; hybrid searching", "dense search"};
  EXPECT_DOUBLE_EQ(neighbour_scores("hybrid search", twice)[0], kInOneOfTwo * 2 / 3) << "stems, and two of them";
}

TEST(Neighbours, AStopWordBetweenIsADistanceNotAWord) {
  const std::vector<std::string> texts = {"the rate of change is high", "the rate change is high"};
  EXPECT_EQ(neighbour_scores("rate of change", texts), (std::vector<double>{kInOneOfTwo / 2, 0}));
}

TEST(Neighbours, ThePartsOfAnIdentifierAreNeighbours) {
  const std::vector<std::string> texts = {"set max_tokens to 5", "the max of the tokens"};
  EXPECT_EQ(neighbour_scores("max_tokens", texts), (std::vector<double>{kInOneOfTwo / 2, 0}));
  EXPECT_EQ(neighbour_scores("max tokens", texts), (std::vector<double>{kInOneOfTwo / 2, 0}));
}

TEST(Neighbours, APairInEveryTextTellsLessThanARareOne) {
  const std::vector<std::string> texts = {"rate limit token bucket", "rate limit", "rate limit"};
  const std::vector<double> scores = neighbour_scores("token bucket rate limit", texts);
  EXPECT_GT(scores[0] - scores[1], scores[1]);
  EXPECT_EQ(neighbour_scores("token", texts), (std::vector<double>{0, 0, 0})) << "one word has no neighbour";
  EXPECT_TRUE(neighbour_scores("rate limit", {}).empty());
}

TEST(Reranking, AJudgeThatWasTrainedDecidesAlone) {
  FixedReranker judge({1, 3, 2}, 1);
  const std::vector<std::string> texts = {"words asked", "other", "words"};
  const auto hits = rerank(judge, "words asked", texts, std::vector<float>{9, 8, 7, 5, 4}).value();
  EXPECT_EQ(order_of(hits), (std::vector<Row>{1, 2, 0, 3, 4}));
  EXPECT_EQ(hits[1].score, 2);
  EXPECT_EQ(hits[3].score, 1 - 2) << "what was not read again stays behind, at the distance that it had";
  EXPECT_EQ(hits[3].score - hits[4].score, 1);
}

TEST(Reranking, AnotherHasItsShareOfTheOrder) {
  const std::vector<std::string> texts = {"a", "b", "c"};
  const std::vector<float> ranking = {3, 2, 1};
  FixedReranker little({10, 20, 30}, 0.3);
  FixedReranker most({10, 20, 30}, 0.7);
  EXPECT_EQ(order_of(rerank(little, "words", texts, ranking).value()), (std::vector<Row>{0, 1, 2}));
  EXPECT_EQ(order_of(rerank(most, "words", texts, ranking).value()), (std::vector<Row>{2, 1, 0}));
  FixedReranker scaled({1000, 2000, 3000}, 0.7);
  const auto hits = rerank(most, "words", texts, ranking).value();
  EXPECT_EQ(rerank(scaled, "words", texts, ranking).value(), hits) << "the scale of a reranker's scores says nothing";
  EXPECT_NEAR(hits[0].score, 0.4 * std::sqrt(1.5), 1e-6);
}

TEST(Reranking, NeighbouringWordsTellApartWhatTheRestTakesForEqual) {
  FixedReranker same({1, 1}, 0.3);
  const std::vector<std::string> texts = {"the search is hybrid", "a hybrid search"};
  EXPECT_EQ(order_of(rerank(same, "hybrid search", texts, std::vector<float>{2, 2}).value()), (std::vector<Row>{1, 0}));
}

TEST(Reranking, ToTheDepthOfNothingLeavesAllAsItWas) {
  FixedReranker judge({}, 1);
  EXPECT_EQ(rerank(judge, "words", {}, std::vector<float>{2, 1}).value(), (std::vector<Hit>{{0, 2}, {1, 1}}));
}

}  // namespace
}  // namespace groundwork::search
