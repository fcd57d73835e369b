#include "model/remote_endpoint.h"

#include <algorithm>
#include <condition_variable>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/utf8.h"
#include "http/url.h"
#include "telemetry/log.h"

namespace groundwork::model {
namespace {

using base::Code;
using base::make_error;
using base::Result;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view kPublic = "The configured model endpoint failed; the log says how.";
constexpr std::size_t kQuoted = 800;

Code code_of(int status) {
  if (status == 400 || status == 413 || status == 422) return Code::kInvalidArgument;
  if (status == 429) return Code::kResourceExhausted;
  if (status >= 400 && status <= 499 && status != 408 && status != 409 && status != 425)
    return Code::kFailedPrecondition;
  return Code::kUnavailable;
}

/// The words of an error's body: OpenAI's {"error": {"message"}}, and what others make of it.
std::string words_of(const std::string& body) {
  const Result<base::json::value> parsed = base::parse_json(body);
  const base::json::object* object = parsed.ok() ? parsed->if_object() : nullptr;
  if (object == nullptr) return body;
  const base::json::value* error = object->if_contains("error");
  if (error != nullptr && error->is_object()) object = &error->get_object();
  if (error != nullptr && error->is_string()) return std::string(error->get_string());
  const std::string message = base::string_or(*object, "message");
  return message.empty() ? body : message;
}

/// One line of at most kQuoted bytes of text.
std::string in_quotes(std::string_view text) {
  std::string out = base::clip(text, kQuoted);
  std::replace_if(
      out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return out;
}

bool is_header_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

bool is_momentary(const base::Error& error) { return error.code == Code::kUnavailable; }

}  // namespace

Result<RemoteEndpoint> RemoteEndpoint::open(http::Client& client, RemoteOptions options) {
  while (options.base_url.ends_with('/')) options.base_url.pop_back();
  GW_TRY(const http::Url url, http::parse_url(options.base_url));
  if (url.target.find('?') != std::string::npos) {
    return make_error(Code::kInvalidArgument,
                      "expected a base URL such as https://api.openai.com/v1, found one with a query", url.text());
  }
  if (!is_header_text(options.api_key)) {
    return make_error(Code::kInvalidArgument,
                      "expected an API key of printable ASCII without spaces (is there a line "
                      "break at its end?)",
                      url.text());
  }
  if (options.model.empty() || !base::is_utf8(options.model)) {
    return make_error(Code::kInvalidArgument, "expected the name of a model, found none", url.text());
  }
  return RemoteEndpoint(client, std::move(options));
}

std::string RemoteEndpoint::without_key(std::string text) const {
  const std::string& key = options_->api_key;
  if (key.empty()) return text;
  for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at)) {
    text.replace(at, key.size(), "[redacted]");
    at += std::string_view("[redacted]").size();
  }
  return text;
}

base::Error RemoteEndpoint::finished(base::Error error) const {
  error.message = without_key(std::move(error.message));
  if (error.public_message.empty()) error.public_message = kPublic;
  return error;
}

base::Error RemoteEndpoint::about(std::string_view path, Code code, std::string_view message) const {
  // The key is cut out before the text is: half a key is a key to somebody.
  return finished(make_error(code, "POST " + http::redacted_url(options_->base_url + std::string(path)) + ": " +
                                       in_quotes(without_key(std::string(message)))));
}

base::Error RemoteEndpoint::refusal(std::string_view path, const http::ClientResponse& response) const {
  const std::string words = words_of(response.body);
  const std::string_view wait = response.headers.get("Retry-After");
  return about(path, code_of(response.status),
               "the endpoint answered " + std::to_string(response.status) +
                   (wait.empty() ? "" : " (Retry-After: " + std::string(wait) + ")") +
                   (words.empty() ? "" : ": " + words));
}

http::ClientRequest RemoteEndpoint::request_for(std::string_view path, const base::json::value& body,
                                                const RemoteCall& call) const {
  http::ClientRequest request;
  request.method = "POST";
  request.url = options_->base_url + std::string(path);
  request.headers.add("Content-Type", "application/json");
  if (!options_->api_key.empty()) request.headers.add("Authorization", "Bearer " + options_->api_key);
  request.body = base::json::serialize(body);
  request.body_limit = options_->answer_limit;
  // Asking a model twice costs twice and harms nothing.
  request.idempotent = true;
  request.stop = call.cancel;
  request.deadlines = options_->deadlines;
  return request;
}

bool RemoteEndpoint::pause(int retry, const http::ClientResponse* refused, const RemoteCall& call) {
  std::optional<milliseconds> asked;
  if (refused != nullptr) {
    asked = parse_retry_after(refused->headers.get("Retry-After"), base::SystemClock().now());
  }
  std::unique_lock lock(jitter_->mutex);
  const milliseconds delay = retry_delay(options_->retry, retry, asked, jitter_->random);
  lock.unlock();
  const auto now = steady_clock::now();
  if (call.deadline - now <= delay || delay > options_->deadlines.whole) return false;
  telemetry::log(telemetry::Level::kWarning, "model_retry",
                 {{"url", http::redacted_url(options_->base_url)},
                  {"status", refused == nullptr ? 0 : refused->status},
                  {"wait_ms", delay.count()}});
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock waiting(mutex);
  never.wait_for(waiting, call.cancel, delay, [] { return false; });
  return !call.cancel.stop_requested();
}

Result<http::ClientResponse> RemoteEndpoint::stream(std::string_view path, const base::json::value& body,
                                                    const RemoteCall& call, const http::BodyCallback& callback) {
  http::ClientRequest request = request_for(path, body, call);
  const auto started = steady_clock::now();
  const auto last = std::min(call.deadline, started + options_->deadlines.whole);
  bool begun = false;
  http::BodyCallback noting;
  if (callback) {
    noting = [&](const http::ClientResponse& head, std::string_view piece) {
      begun = true;
      return callback(head, piece);
    };
  }
  for (int retry = 0;; ++retry) {
    request.deadlines.whole = std::max(milliseconds(0), std::chrono::ceil<milliseconds>(last - steady_clock::now()));
    Result<http::ClientResponse> response = client_->fetch_blocking(request, noting);
    if (response.ok() && response->status / 100 == 2) return response;
    const bool momentary = response.ok() ? is_retryable_status(response->status) : is_momentary(response.error());
    const http::ClientResponse* refused = response.ok() ? &*response : nullptr;
    if (momentary && !begun && retry < options_->retry.max_retries && pause(retry, refused, {last, call.cancel}))
      continue;
    if (call.cancel.stop_requested()) return about(path, Code::kCancelled, "cancelled");
    return response.ok() ? refusal(path, *response) : finished(response.error());
  }
}

Result<base::json::value> RemoteEndpoint::post(std::string_view path, const base::json::value& body,
                                               const RemoteCall& call) {
  GW_TRY(const http::ClientResponse response, stream(path, body, call, {}));
  Result<base::json::value> answer = base::parse_json(response.body, options_->answer_limit);
  if (!answer.ok()) {
    // Twice what about() shows, so that a key is cut out whole.
    const std::string start = response.body.substr(0, 2 * kQuoted + options_->api_key.size());
    return about(path, Code::kUnavailable, answer.error().chain() + "; the answer begins: " + start);
  }
  return answer;
}

}  // namespace groundwork::model
