#include "search/qdrant_points.h"

#include <gtest/gtest.h>

namespace groundwork::search::detail {
namespace {

namespace json = base::json;

// Expected values: Python's uuid.uuid5.
TEST(QdrantPoints, IdsAreUuidsOfVersion5) {
  constexpr std::string_view kDns{"\x6b\xa7\xb8\x10\x9d\xad\x11\xd1\x80\xb4\x00\xc0\x4f\xd4\x30\xc8", 16};
  EXPECT_EQ(uuid5(kDns, "python.org"), "886313e1-3b8a-5372-9b90-0c9aee199e5d");
  EXPECT_EQ(point_id("notes.md#3"), "afd8cb54-4bc4-56c4-b4cd-3145a0593d98");
}

TEST(QdrantPoints, APayloadOfAnotherPointIsNoDocument) {
  const Document document{"a", "title", "text", {{"year", 2020}}, {{"page", 3}}};
  const auto back = document_of(point_id("a"), payload_of(document, 0, 3));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->text, "text");
  EXPECT_EQ(back->metadata, document.metadata);
  EXPECT_EQ(back->place, document.place);
  EXPECT_FALSE(document_of(point_id("b"), payload_of(document, 0, 3)));
  EXPECT_FALSE(document_of(point_id("a"), json::object{{"text", "no id"}}));
}

TEST(QdrantPoints, EveryOperatorOfAFilterIsInTheRequest) {
  const auto filter = filter_from_json(base::parse_json(R"({"lang": ["en", "de"], "draft": {"$ne": true},
      "a.\"b": {"$gt": 1, "$lte": 2}, "year": {"$gte": -1, "$lt": 1e3}})")
                                           .value());
  ASSERT_TRUE(filter.ok());
  const std::string name = numbers_key("a.\"b");
  EXPECT_EQ(name.find_first_not_of("0123456789abcdef", 8), std::string::npos);
  const json::value found = filter_json(*filter);
  const json::value expected{
      {"must_not", json::array{json::object{{"has_id", json::array{kAboutId}}},
                               json::object{{"key", "facets"}, {"match", {{"any", json::array{"5:draft=true"}}}}}}},
      {"must", json::array{json::object{{"key", "facets"}, {"match", {{"any", json::array{"4:lang=en", "4:lang=de"}}}}},
                           json::object{{"key", name}, {"range", {{"gt", 1.0}}}},
                           json::object{{"key", name}, {"range", {{"lte", 2.0}}}},
                           json::object{{"key", numbers_key("year")}, {"range", {{"gte", -1.0}}}},
                           json::object{{"key", numbers_key("year")}, {"range", {{"lt", 1000.0}}}}}}};
  EXPECT_EQ(json::serialize(found.at("must")), json::serialize(expected.at("must")));
  EXPECT_EQ(json::serialize(found.at("must_not")), json::serialize(expected.at("must_not")));
}

// tf / (tf + 1.2 (1 - 0.75 + 0.75 * 4 / 2)): 2 / (2 + 2.1), by hand.
TEST(QdrantPoints, ALexicalWeightIsTheDocumentsPartOfBm25) {
  const Sparse weights = lexical_weights({{{"alpha", 2}}, 4}, 2);
  ASSERT_EQ(weights.size(), 1U);
  EXPECT_EQ(weights.begin()->first, place_of_term("alpha"));
  EXPECT_NEAR(weights.begin()->second, 2 / 4.1, 1e-12);
}

TEST(QdrantPoints, OnlyGenerationsOfTheSameNameAreTheCollections) {
  EXPECT_TRUE(is_generation_of("notes", "groundwork_notes__0123456789abcdef"));
  EXPECT_FALSE(is_generation_of("notes", "groundwork_other__0123456789abcdef"));
  EXPECT_FALSE(is_generation_of("notes", "groundwork_notes__0123456789abcde/"));
  EXPECT_FALSE(is_generation_of("notes", "groundwork_notes"));
}

TEST(QdrantPoints, WhatMadeACollectionIsReadBackOrRefused) {
  QdrantAbout about;
  about.collection = "groundwork_notes__0123456789abcdef";
  about.average_length = 12.5;
  about.documents = 3;
  const auto back = about_of("notes", about_json(about), "here");
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(back->average_length, 12.5);
  EXPECT_EQ(back->documents, 3U);
  EXPECT_EQ(about_of("other", about_json(about), "here").error().code, base::Code::kFailedPrecondition);
  EXPECT_EQ(about_of("notes", {}, "here").error().code, base::Code::kFailedPrecondition);
}

}  // namespace
}  // namespace groundwork::search::detail
