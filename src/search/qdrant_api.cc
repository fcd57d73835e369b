#include "search/qdrant_api.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "base/utf8.h"
#include "http/url.h"

namespace groundwork::search {

using base::Code;
using base::Error;
using base::make_error;
using base::Result;
using base::Status;
namespace json = base::json;

namespace {

constexpr std::size_t kQuoted = 300;
constexpr std::string_view kRedacted = "[redacted]";

/// One line of at most kQuoted bytes.
std::string in_quotes(std::string_view text) {
  std::string out = base::clip(text, kQuoted);
  std::ranges::replace_if(
      out, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return out;
}

/// Qdrant's own words of an error: {"status": {"error": "..."}}.
std::string words_of(const std::string& body) {
  const auto parsed = base::parse_json(body);
  const json::object* object = parsed.ok() ? parsed->if_object() : nullptr;
  const json::value* status = object == nullptr ? nullptr : object->if_contains("status");
  const json::object* words = status == nullptr ? nullptr : status->if_object();
  return words == nullptr ? body : base::string_or(*words, "error", body);
}

Code code_of(int status) {
  if (status == 401 || status == 403) return Code::kUnauthenticated;
  if (status == 404) return Code::kNotFound;
  if (status == 413 || status == 429) return Code::kResourceExhausted;
  return status >= 400 && status <= 499 && status != 408 ? Code::kFailedPrecondition : Code::kUnavailable;
}

}  // namespace

Result<std::unique_ptr<QdrantApi>> QdrantApi::open(QdrantOptions options) {
  while (options.url.ends_with('/')) options.url.pop_back();
  GW_TRY(const http::Url url, http::parse_url(options.url));
  const bool sendable = std::ranges::all_of(options.api_key, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
  if (!sendable) {
    return make_error(Code::kInvalidArgument,
                      "expected an API key of printable ASCII without spaces (is there a line break at its end?)",
                      "QDRANT_API_KEY");
  }
  GW_TRY(auto client, http::Client::create());
  return std::unique_ptr<QdrantApi>(new QdrantApi(std::move(client), std::move(options), url.text()));
}

std::string QdrantApi::without_key(std::string text) const {
  const std::string& key = options_.api_key;
  for (std::size_t at = key.empty() ? std::string::npos : text.find(key); at != std::string::npos;
       at = text.find(key, at + kRedacted.size())) {
    text.replace(at, key.size(), kRedacted);
  }
  return text;
}

Error QdrantApi::unexpected(const std::string& expected, std::string_view found) const {
  // The key is cut out before the text is: half a key is a key to somebody.
  return make_error(Code::kUnavailable,
                    "expected " + expected + " of Qdrant, found " + in_quotes(without_key(std::string(found))), place_);
}

Error QdrantApi::refusal(const http::ClientRequest& request, const http::ClientResponse& response) const {
  std::string text = request.method + " " + http::redacted_url(request.url) + ": the server answered " +
                     std::to_string(response.status);
  if (response.status / 100 == 3) return make_error(Code::kUnavailable, text + "; redirects are not followed");
  if (const std::string words = words_of(response.body); !words.empty()) text += ": " + in_quotes(without_key(words));
  if (code_of(response.status) == Code::kUnauthenticated) {
    text += options_.api_key.empty() ? "; QDRANT_API_KEY is not set" : "; QDRANT_API_KEY is set to another key";
  }
  return make_error(code_of(response.status), std::move(text));
}

Result<json::value> QdrantApi::call(http::ClientRequest request, const std::string& path) {
  request.url = options_.url + path;
  if (!request.body.empty()) request.headers.add("Content-Type", "application/json");
  if (!options_.api_key.empty()) request.headers.add("api-key", options_.api_key);
  request.body_limit = options_.answer_limit;
  request.idempotent = true;  // searches are, and changes set what is there to what is sent
  auto response = client_->fetch_blocking(request);
  if (!response.ok()) {
    Error error = std::move(response).error();
    error.message = without_key(std::move(error.message));
    return error;
  }
  if (response->status / 100 != 2) return refusal(request, *response);
  auto answer = base::parse_json(response->body, options_.answer_limit);
  json::object* object = answer.ok() ? answer->if_object() : nullptr;
  json::value* result = object == nullptr ? nullptr : object->if_contains("result");
  if (result == nullptr) {
    const std::string what = answer.ok() ? "" : answer.error().message + ": ";
    return unexpected("JSON with a \"result\"", what + response->body.substr(0, 4 * kQuoted));
  }
  return std::move(*result);
}

Result<json::value> QdrantApi::read(std::string_view method, const std::string& path, const json::value& body) {
  http::ClientRequest request;
  request.method = method;
  if (!body.is_null()) request.body = json::serialize(body);
  request.deadlines = options_.reading;
  return call(std::move(request), path);
}

Result<json::value> QdrantApi::write(std::string_view method, const std::string& path, const std::string& body,
                                     std::stop_token stop) {
  http::ClientRequest request;
  request.method = method;
  request.body = body;
  request.deadlines = options_.writing;
  request.stop = std::move(stop);
  return call(std::move(request), path);
}

Status QdrantApi::change(std::string_view method, const std::string& path, const std::string& body,
                         std::stop_token stop) {
  GW_TRY(const json::value result, write(method, path + "?wait=true", body, std::move(stop)));
  const json::object* object = result.if_object();
  if (object != nullptr && base::string_or(*object, "status") == "completed") return {};
  return unexpected("a change that is completed", json::serialize(result));
}

Result<std::vector<QdrantPoint>> QdrantApi::points_of(json::value&& list, std::size_t most, bool scored) const {
  json::array* array = list.if_array();
  if (array == nullptr || array->size() > most) {
    return unexpected("a list of at most " + std::to_string(most) + " points",
                      array == nullptr ? base::json_type_name(list) : std::to_string(array->size()) + " of them");
  }
  std::vector<QdrantPoint> points;
  std::unordered_set<std::string> seen;
  for (json::value& one : *array) {
    json::object* object = one.if_object();
    const json::value* id = object == nullptr ? nullptr : object->if_contains("id");
    if (id == nullptr || !id->is_string()) return unexpected("a point with a UUID", json::serialize(one));
    QdrantPoint point{std::string(id->get_string()), 0, {}, {}};
    if (!seen.insert(point.id).second) return unexpected("each point once", "twice " + point.id);
    if (scored) {
      point.score = static_cast<float>(base::number_or(*object, "score", std::nan("")));
      if (!std::isfinite(point.score)) return unexpected("a score that is a number", json::serialize(one));
    }
    if (auto* payload = object->if_contains("payload"); payload != nullptr && payload->is_object()) {
      point.payload = std::move(payload->get_object());
    }
    if (auto* vector = object->if_contains("vector"); vector != nullptr && vector->is_object()) {
      point.vector = std::move(vector->get_object());
    }
    points.push_back(std::move(point));
  }
  return points;
}

}  // namespace groundwork::search
