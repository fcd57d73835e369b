#include "model/remote_reranker.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace groundwork::model {
namespace {

using base::Code;
using base::make_error;
using base::Result;
namespace json = base::json;

constexpr std::string_view kPath = "/rerank";

base::Error nonsense(const std::string& message) { return make_error(Code::kUnavailable, message); }

}  // namespace

Result<std::vector<float>> read_rerank_scores(const json::value& answer, std::size_t count) {
  const json::value* results = answer.is_object() ? answer.get_object().if_contains("results") : nullptr;
  if (results == nullptr || !results->is_array()) return nonsense("expected an array 'results', found none");
  if (results->get_array().size() != count) {
    return nonsense("expected " + std::to_string(count) + " results, found " +
                    std::to_string(results->get_array().size()));
  }
  std::vector<float> scores(count);
  std::vector<bool> seen(count, false);
  for (const json::value& result : results->get_array()) {
    if (!result.is_object()) return nonsense("expected an object as result");
    const std::int64_t index = base::int_or(result.get_object(), "index", -1);
    if (index < 0 || static_cast<std::uint64_t>(index) >= count || seen[static_cast<std::size_t>(index)]) {
      return nonsense("expected each index from 0 to " + std::to_string(count - 1) + " once, found " +
                      std::to_string(index) + (index < 0 ? " or none" : " again or outside"));
    }
    const double score =
        base::number_or(result.get_object(), "relevance_score", std::numeric_limits<double>::quiet_NaN());
    // Compared as double: a conversion that overflows is undefined. NaN fails the comparison too.
    if (!(std::abs(score) <= std::numeric_limits<float>::max())) {
      return nonsense("expected a finite relevance_score, found none for index " + std::to_string(index));
    }
    seen[static_cast<std::size_t>(index)] = true;
    scores[static_cast<std::size_t>(index)] = static_cast<float>(score);
  }
  return scores;
}

Result<std::unique_ptr<RemoteReranker>> RemoteReranker::open(http::Client& client, RemoteRerankerOptions options) {
  if (options.max_batch == 0) return make_error(Code::kInvalidArgument, "expected batches of at least one document");
  GW_TRY(RemoteEndpoint endpoint, RemoteEndpoint::open(client, std::move(options.endpoint)));
  return std::unique_ptr<RemoteReranker>(new RemoteReranker(std::move(endpoint), options.max_batch));
}

Result<std::vector<float>> RemoteReranker::score(std::string_view query, std::span<const std::string> documents) {
  return score(query, documents, RemoteCall{});
}

Result<std::vector<float>> RemoteReranker::score(std::string_view query, std::span<const std::string> documents,
                                                 const RemoteCall& call) {
  std::vector<float> out;
  out.reserve(documents.size());
  while (!documents.empty()) {
    const std::size_t size = std::min(max_batch_, documents.size());
    json::array texts;
    for (const std::string& document : documents.first(size)) texts.emplace_back(document);
    const json::value body = {{"model", endpoint_.options().model},
                              {"query", query},
                              {"documents", std::move(texts)},
                              {"top_n", size},
                              {"return_documents", false}};
    GW_TRY(const json::value answer, endpoint_.post(kPath, body, call));
    const Result<std::vector<float>> scores = read_rerank_scores(answer, size);
    if (!scores.ok()) return endpoint_.about(kPath, scores.error().code, scores.error().message);
    out.insert(out.end(), scores->begin(), scores->end());
    documents = documents.subspan(size);
  }
  return out;
}

}  // namespace groundwork::model
