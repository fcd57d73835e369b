#include "model/remote_embedder.h"

#include <gtest/gtest.h>

#include "model/fake_endpoint.h"

namespace groundwork::model {
namespace {

using base::Code;
using Vectors = std::vector<std::vector<float>>;

class RemoteEmbeddings : public ::testing::Test {
 protected:
  RemoteEmbeddings() : client_(http::Client::create().value()) {}

  base::Result<std::unique_ptr<RemoteEmbedder>> open(const FakeEndpoint& endpoint, std::size_t dimensions = 2) {
    RemoteEmbedderOptions options;
    options.endpoint = endpoint.options();
    options.dimensions = dimensions;
    options.max_batch = 2;
    options.max_batch_bytes = 10;
    return RemoteEmbedder::open(*client_, options);
  }
  std::unique_ptr<http::Client> client_;
};

std::string data_answer(const std::string& items) { return json_answer("{\"data\":[" + items + "]}"); }

TEST_F(RemoteEmbeddings, AreOrderedByIndexWhateverTheirForm) {
  // 1.0f and -2.5f, little-endian: 00 00 80 3f 00 00 20 c0.
  const FakeEndpoint endpoint([](int, const SeenRequest&) {
    return data_answer(R"({"index":1,"embedding":"AACAPwAAIMA="},{"index":0,"embedding":[0.5,-1e-3]})");
  });
  const std::vector<std::string> texts = {"a", "b"};
  EXPECT_EQ(open(endpoint).value()->embed(texts).value(), (Vectors{{0.5F, -0.001F}, {1.0F, -2.5F}}));
  EXPECT_EQ(endpoint.request(0).body.at("encoding_format"), "base64");
  EXPECT_EQ(base::json::serialize(endpoint.request(0).body.at("input")), R"(["a","b"])");
}

TEST_F(RemoteEmbeddings, BatchesAreBoundedByCountAndBytes) {
  const FakeEndpoint endpoint([](int, const SeenRequest& request) {
    std::string items;
    for (std::size_t i = 0; i < request.body.at("input").get_array().size(); ++i) {
      const auto& text = request.body.at("input").get_array()[i].get_string();
      items += (i > 0 ? "," : "") + std::string("{\"index\":") + std::to_string(i) + ",\"embedding\":[" +
               std::to_string(text.size()) + ",1]}";
    }
    return data_answer(items);
  });
  const std::vector<std::string> texts = {"1", "22", "333", "a text that is longer than a batch", "55555", "666666"};
  const auto embedded = open(endpoint).value()->embed(texts);
  ASSERT_TRUE(embedded.ok()) << shown(embedded.error());
  const Vectors& vectors = *embedded;
  ASSERT_EQ(vectors.size(), texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(vectors[i][0], static_cast<float>(texts[i].size()));
  EXPECT_EQ(endpoint.requests(), 5);
  EXPECT_TRUE(open(endpoint).value()->embed({}).value().empty());
}

TEST_F(RemoteEmbeddings, DimensionsAreAskedForWhereTheyAreNotSet) {
  const FakeEndpoint endpoint(
      [](int, const SeenRequest&) { return data_answer(R"({"index":0,"embedding":[1,2,3]})"); });
  EXPECT_EQ(open(endpoint, 0).value()->dimensions(), 3u);
}

TEST_F(RemoteEmbeddings, NumbersAreAskedForWhereBase64IsRefused) {
  const FakeEndpoint endpoint([](int, const SeenRequest& request) {
    if (request.body.at("encoding_format") == "base64")
      return json_answer(R"({"error":{"message":"encoding_format: unknown"}})", 400);
    return data_answer(R"({"index":0,"embedding":[1,2]})");
  });
  const auto embedder = open(endpoint).value();
  const std::vector<std::string> texts = {"a"};
  EXPECT_TRUE(embedder->embed(texts).ok());
  EXPECT_TRUE(embedder->embed(texts).ok());
  EXPECT_EQ(endpoint.requests(), 3);
}

TEST_F(RemoteEmbeddings, EachLieIsOneClearError) {
  const std::vector<std::pair<std::string, std::string>> lies = {
      {data_answer(R"({"index":0,"embedding":[1,2]})"), "expected 2 embeddings, found 1"},
      {data_answer(R"({"index":0,"embedding":[1,2]},{"index":0,"embedding":[1,2]})"),
       "expected each index from 0 to 1 once, found 0 again or outside"},
      {data_answer(R"({"index":0,"embedding":[1,2]},{"index":2,"embedding":[1,2]})"),
       "expected each index from 0 to 1 once, found 2 again or outside"},
      {data_answer(R"({"index":0,"embedding":[1,2]},{"embedding":[1,2]})"),
       "expected each index from 0 to 1 once, found -1 or none"},
      {data_answer(R"({"index":0,"embedding":[1,2]},{"index":1,"embedding":[1,2,3]})"),
       "expected 2 dimensions, found 3"},
      {data_answer(R"({"index":0,"embedding":[1,2]},{"index":1,"embedding":[]})"), "expected 2 dimensions, found 0"},
      {data_answer(R"({"index":0,"embedding":[1,1e39]},{"index":1,"embedding":[1,2]})"),
       "expected finite numbers in an embedding"},
      {data_answer(R"({"index":0,"embedding":[1,null]},{"index":1,"embedding":[1,2]})"),
       "expected finite numbers in an embedding"},
      // A NaN: 00 00 c0 7f.
      {data_answer(R"({"index":0,"embedding":"AADAfwAAIMA="},{"index":1,"embedding":[1,2]})"),
       "expected finite numbers in an embedding"},
      {data_answer(R"({"index":0,"embedding":"AACAPw!!"},{"index":1,"embedding":[1,2]})"),
       "expected base64, found a character that is none of it"},
      {data_answer(R"({"index":0,"embedding":"AACAPwAA"},{"index":1,"embedding":[1,2]})"),
       "expected whole 32-bit numbers in base64, found a part of one"},
      {data_answer(R"({"index":0,"embedding":"AACAP"},{"index":1,"embedding":[1,2]})"),
       "expected base64, found 5 characters"},
      {data_answer(R"({"index":0},{"index":1})"), "expected an embedding, found none"},
      {data_answer(R"({"index":0,"embedding":{}},{"index":1})"), "expected an embedding as numbers or base64"},
      {data_answer("1,2"), "expected an object with an embedding"},
      {json_answer("{}"), "expected an array 'data' of embeddings, found none"},
      {json_answer("[]"), "expected an array 'data' of embeddings, found none"},
      {json_answer("{\"data\":["),
       "line 1, column 10: expected JSON, found incomplete JSON; the answer begins: {\"data\":["},
  };
  const std::vector<std::string> texts = {"a", "b"};
  for (const auto& [answer, error] : lies) {
    const FakeEndpoint endpoint([&answer = answer](int, const SeenRequest&) { return answer; });
    const auto failed = open(endpoint).value()->embed(texts);
    ASSERT_FALSE(failed.ok()) << error;
    EXPECT_EQ(shown(failed.error()), "UNAVAILABLE POST " + endpoint.options().base_url + "/embeddings: " + error);
  }
}

TEST_F(RemoteEmbeddings, AnAnswerOverTheLimitIsCut) {
  const FakeEndpoint endpoint([](int, const SeenRequest&) { return json_answer(std::string(20'000, ' ')); });
  RemoteEmbedderOptions options;
  options.endpoint = endpoint.options();
  options.endpoint.answer_limit = 10'000;
  EXPECT_EQ(RemoteEmbedder::open(*client_, options).error().code, Code::kResourceExhausted);
}

}  // namespace
}  // namespace groundwork::model
