#include "model/remote_reranker.h"

#include <gtest/gtest.h>

#include "model/fake_endpoint.h"

namespace groundwork::model {
namespace {

class RemoteRerank : public ::testing::Test {
 protected:
  RemoteRerank() : client_(http::Client::create().value()) {}

  std::unique_ptr<RemoteReranker> open(const FakeEndpoint& endpoint) {
    RemoteRerankerOptions options;
    options.endpoint = endpoint.options();
    options.max_batch = 3;
    return RemoteReranker::open(*client_, options).value();
  }
  std::unique_ptr<http::Client> client_;
};

std::string results(const std::string& items) { return json_answer("{\"results\":[" + items + "]}"); }

TEST_F(RemoteRerank, ScoresComeInTheOrderOfTheDocuments) {
  const FakeEndpoint endpoint([](int number, const SeenRequest&) {
    return number == 0 ? results(R"({"index":2,"relevance_score":0.9},{"index":0,"relevance_score":0.5},)"
                                 R"({"index":1,"relevance_score":-3,"document":{"text":"b"}})")
                       : results(R"({"index":0,"relevance_score":0.25})");
  });
  const std::vector<std::string> documents = {"a", "b", "c", "d"};
  EXPECT_EQ(open(endpoint)->score("q", documents).value(), (std::vector<float>{0.5F, -3.0F, 0.9F, 0.25F}));
  EXPECT_EQ(base::json::serialize(endpoint.request(0).body),
            R"({"model":"test-model","query":"q","documents":["a","b","c"],"top_n":3,"return_documents":false})");
  EXPECT_EQ(endpoint.request(0).head.rfind("POST /v1/rerank HTTP/1.1", 0), 0u);
  EXPECT_TRUE(open(endpoint)->score("q", {}).value().empty());
}

TEST_F(RemoteRerank, EachLieIsOneClearError) {
  const std::vector<std::pair<std::string, std::string>> lies = {
      {results(R"({"index":0,"relevance_score":1})"), "expected 2 results, found 1"},
      {results(R"({"index":0,"relevance_score":1},{"index":0,"relevance_score":1})"),
       "expected each index from 0 to 1 once, found 0 again or outside"},
      {results(R"({"index":0,"relevance_score":1},{"index":7,"relevance_score":1})"),
       "expected each index from 0 to 1 once, found 7 again or outside"},
      {results(R"({"index":0,"relevance_score":1},{"index":1})"),
       "expected a finite relevance_score, found none for index 1"},
      {results(R"({"index":0,"relevance_score":1e300},{"index":1,"relevance_score":1})"),
       "expected a finite relevance_score, found none for index 0"},
      {results("1,2"), "expected an object as result"},
      {json_answer("{\"results\":{}}"), "expected an array 'results', found none"},
      {json_answer("", 500), "the endpoint answered 500"},
  };
  const std::vector<std::string> documents = {"a", "b"};
  for (const auto& [answer, error] : lies) {
    const FakeEndpoint endpoint([&answer = answer](int, const SeenRequest&) { return answer; });
    const auto failed = open(endpoint)->score("q", documents);
    ASSERT_FALSE(failed.ok()) << error;
    EXPECT_EQ(shown(failed.error()), "UNAVAILABLE POST " + endpoint.options().base_url + "/rerank: " + error);
  }
}

}  // namespace
}  // namespace groundwork::model
