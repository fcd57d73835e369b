#include "score/catalogue.h"

#include <gtest/gtest.h>

#include <set>

#include "score/row.h"
#include "score/word_embedder.h"

namespace groundwork::score {
namespace {

namespace json = base::json;

base::Result<Score> score_with(std::string_view metric, const char* options, const char* row) {
  static WordEmbedder embedder;
  Services services;
  services.embedder = &embedder;
  services.judge = [](const JudgeRequest& request) -> base::Result<JudgeAnswer> {
    const bool grades = request.form.at("properties").as_object().contains("grade");
    return JudgeAnswer{grades ? R"({"grade": 3, "reason": "so so"})" : R"({"winner": "tie", "reason": "alike"})", 0, 0};
  };
  GW_TRY(const Scorer scorer, Scorer::create(metric, json::parse(options).as_object(), services));
  return scorer.score(json::parse(row).as_object());
}

double value_of(std::string_view metric, const char* options, const char* row) {
  const auto scored = score_with(metric, options, row);
  EXPECT_TRUE(scored.ok()) << metric << ": " << scored.error().text();
  return scored.ok() ? scored->value : -99;
}

/// A row that every metric can read: right in all regards.
const char* const kRow =
    R"({"prediction": "42", "reference": "42", "question": "42", "ranking": ["a"], "relevance": {"a": 1},
  "cited": ["a"], "needed": ["a"], "passages": ["It is 42."], "answerable": true, "abstained": false, "calls": [],
  "functions": [{"name": "f", "parameters": {"properties": {}}}], "possible": [{"f": {}}],
  "run": {"status": "completed", "steps": []}, "goal": {}, "forbidden": [], "markers": ["PWNED"], "secrets": ["hunter2"],
  "should_refuse": false})";

TEST(Row, OfRagasHasOurNamesAndKeepsThoseItHad) {
  const json::object before = with_ragas_names(
      json::parse(R"({"question": "q", "answer": "a", "contexts": ["c"], "ground_truths": ["g", "h"]})").as_object());
  const json::object since = with_ragas_names(
      json::parse(R"({"user_input": "q", "response": "a", "retrieved_contexts": ["c"], "reference": "g"})")
          .as_object());
  for (const json::object& row : {before, since}) {
    EXPECT_EQ(json::serialize(*row.if_contains("question")), R"("q")");
    EXPECT_EQ(json::serialize(*row.if_contains("prediction")), R"("a")");
    EXPECT_EQ(json::serialize(*row.if_contains("passages")), R"(["c"])");
    EXPECT_EQ(references_of(row)->front(), "g");
  }
  const json::object own = with_ragas_names(json::parse(R"({"prediction": "ours", "answer": "theirs"})").as_object());
  EXPECT_EQ(json::serialize(*own.if_contains("prediction")), R"("ours")");
}

TEST(Catalogue, EveryDefinitionHasItsFunctionAndItsRangeHolds) {
  std::set<std::string_view> names;
  for (const Definition& one : definitions()) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name << " is there twice";
    std::string name(one.name);
    if (name.ends_with("@k")) name.replace(name.size() - 1, 1, "10");
    const char* options = name == "regex"                 ? R"({"pattern": "^4"})"
                          : name == "json_schema"         ? R"({"schema": {"type": "integer"}})"
                          : need_of(name) == Need::kJudge ? R"({"criteria": "right?"})"
                                                          : "{}";
    const double value = value_of(name, options, kRow);
    EXPECT_GE(value, one.low) << name;
    EXPECT_LE(value, one.high) << name;
    if (name == "tool_call" || name == "rouge_2" || name == "json_equal" || name == "precision@10") continue;
    if (need_of(name) == Need::kJudge) continue;
    EXPECT_NEAR(value, one.better == Better::kHigher ? 1 : 0, 1e-6) << name << " of a row that is right";
    EXPECT_EQ(find_definition(name), &one);
  }
}

TEST(Catalogue, AnUnknownMetricOrOptionIsNamedWithWhatIsNear) {
  const auto metric = score_with("rouge_I", "{}", kRow);
  ASSERT_FALSE(metric.ok());
  EXPECT_NE(metric.error().message.find("rouge_"), std::string::npos) << metric.error().message;
  const auto option = score_with("rouge_l", R"({"stemer": true})", kRow);
  ASSERT_FALSE(option.ok());
  EXPECT_NE(option.error().message.find("stemmer?"), std::string::npos);
  EXPECT_FALSE(score_with("exact_match", R"({"x": 1})", kRow).ok());
  EXPECT_FALSE(score_with("ndcg@k", "{}", kRow).ok());
  EXPECT_FALSE(score_with("ndcg@0", "{}", kRow).ok());
  EXPECT_FALSE(score_with("regex", R"({"pattern": "("})", kRow).ok());
  EXPECT_FALSE(score_with("json_schema", R"({"schema": {"type": "intger"}})", kRow).ok());
  EXPECT_FALSE(score_with("numeric", R"({"absolute": -1})", kRow).ok());
  EXPECT_FALSE(score_with("judge", R"({"criteria": "x", "levels": 1})", kRow).ok());
  EXPECT_FALSE(Scorer::create("semantic_similarity").ok());
  EXPECT_FALSE(Scorer::create("judge", json::object{{"criteria", "x"}}).ok());
  EXPECT_FALSE(Scorer::create("preference", json::object{{"criteria", "x"}}).ok());
}

TEST(Catalogue, ARowThatLacksWhatIsReadIsAnErrorOfTheSuite) {
  for (const Definition& one : definitions()) {
    std::string name(one.name);
    if (name.ends_with("@k")) name.replace(name.size() - 1, 1, "10");
    const char* options = name == "regex"                 ? R"({"pattern": "^4"})"
                          : name == "json_schema"         ? R"({"schema": {}})"
                          : need_of(name) == Need::kJudge ? R"({"criteria": "right?"})"
                                                          : "{}";
    EXPECT_FALSE(score_with(name, options, "{}").ok()) << name;
  }
}

TEST(Catalogue, WhatTheTargetSaidWronglyIsAScoreOfNothing) {
  EXPECT_EQ(value_of("numeric", "{}", R"({"prediction": "many", "reference": 42})"), 0);
  EXPECT_EQ(
      value_of("numeric", R"({"last": true, "relative": 0.01})", R"({"prediction": "about 42.1", "reference": 42})"),
      1);
  EXPECT_EQ(
      value_of("tool_call", "{}", R"({"calls": "none", "functions": [{"name": "f", "parameters": {"properties": {}}}],
                                          "possible": [{"f": {}}]})"),
      0);
  EXPECT_EQ(value_of("task_completion", "{}", R"({"run": "garbage", "goal": {}})"), 0);
  EXPECT_EQ(value_of("tool_error_rate", "{}", R"({"run": "garbage"})"), 1);
  EXPECT_EQ(value_of("ndcg@10", "{}", R"({"ranking": ["a", "a"], "relevance": {"a": 1}})"), 0);
  EXPECT_EQ(value_of("json_equal", "{}", R"({"prediction": "{\"a\": 1}", "reference": {"a": 1.0}})"), 1);
}

}  // namespace
}  // namespace groundwork::score
