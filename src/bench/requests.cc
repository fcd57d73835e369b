#include "bench/requests.h"

#include <algorithm>
#include <array>

#include "base/file.h"
#include "base/json.h"
#include "base/random.h"

namespace groundwork::bench {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

constexpr std::array<std::string_view, 8> kQuestions = {
    "How does an LRU cache decide what to evict?", "What does recall at ten say of a ranking?",
    "Why does a dense retriever miss an acronym?", "When is a re-ranker worth its latency?",
    "How are scores of two retrievers fused?",     "What is the difference between precision and recall?",
    "How does a tokenizer split an unknown word?", "Why does a queue make the tail latency grow?"};

constexpr std::array<std::string_view, 16> kWords = {"the",  "cache",  "of",    "a",   "server", "holds",
                                                     "each", "answer", "that",  "was", "read",   "last",
                                                     "and",  "drops",  "older", "ones"};

/// RFC 9110, section 5.6.2.
bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

bool is_value(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c == '\t' || (c >= 0x20 && c != 0x7F); });
}

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

/// The target's path, and the profile's endpoint behind it where it isn't there already.
std::string target_of(Profile profile, std::string target) {
  const std::size_t query = std::min(target.find('?'), target.size());
  const std::string rest = target.substr(query);
  std::string path = target.substr(0, query);
  std::string endpoint;
  if (profile == Profile::kChat) endpoint = "/v1/chat/completions";
  if (profile == Profile::kEmbeddings) endpoint = "/v1/embeddings";
  if (profile == Profile::kSearch) endpoint = "/search";
  if (profile == Profile::kRag) endpoint = "/ask";
  if (endpoint.empty()) return target;
  while (path.ends_with('/')) path.pop_back();
  const std::string_view last = std::string_view(endpoint).substr(endpoint.starts_with("/v1") ? 3 : 0);
  if (path.ends_with(last)) return path + rest;
  if (path.ends_with("/v1")) endpoint = last;
  return path + endpoint + rest;
}

std::string prompt_of(std::uint64_t seed, std::uint64_t index, std::uint32_t tokens) {
  base::Random random(seed * 0x9E3779B97F4A7C15ULL + index);
  std::string text = "Request " + std::to_string(index) + ":";
  for (std::uint32_t i = 3; i < tokens; ++i) (text += ' ') += kWords[random.below(kWords.size())];
  return text;
}

}  // namespace

Result<Requests> Requests::create(const RequestOptions& options, const http::Url& url) {
  Requests made;
  made.options_ = options;
  if (options.queries.empty()) made.options_.queries.assign(kQuestions.begin(), kQuestions.end());
  const bool http = options.profile == Profile::kHttp;
  std::string method = http ? options.method : "POST";
  if (method.empty()) method = options.body.empty() ? "GET" : "POST";
  if (!is_token(method)) return make_error(Code::kInvalidArgument, "expected an HTTP method, found '" + method + "'");
  made.line_ = method + " " + target_of(options.profile, url.target);
  made.head_ = made.line_ + " HTTP/1.1\r\nHost: " + url.authority() + "\r\nUser-Agent: groundwork-bench\r\n";
  bool has_type = false;
  for (const auto& [name, value] : options.headers) {
    const std::string key = lower(name);
    if (!is_token(name) || !is_value(value)) {
      return make_error(Code::kInvalidArgument, "a header's name or value has a byte that may not be in it: " + key);
    }
    if (key == "host" || key == "content-length" || key == "transfer-encoding" || key == "connection") {
      return make_error(Code::kInvalidArgument, "the header " + name + " is the client's own");
    }
    has_type = has_type || key == "content-type";
    made.head_ += name + ": " + value + "\r\n";
  }
  const bool with_body = !http || !options.body.empty();
  if (with_body && !has_type) made.head_ += "Content-Type: application/json\r\n";
  if (made.streams()) made.head_ += "Accept: text/event-stream\r\n";
  if (!with_body) {
    made.head_ += "\r\n";
  } else {
    made.head_ += "Content-Length: ";
    if (http) made.head_ += std::to_string(options.body.size()) + "\r\n\r\n" + options.body;
  }
  return made;
}

bool Requests::streams() const {
  return options_.stream && (options_.profile == Profile::kChat || options_.profile == Profile::kRag);
}

void Requests::append(std::string& out, std::uint64_t index, const Arrival& size) const {
  out += head_;
  if (fixed()) return;
  const std::string body = body_of(index, size);
  out += std::to_string(body.size());
  out += "\r\n\r\n";
  out += body;
}

std::string Requests::body_of(std::uint64_t index, const Arrival& size) const {
  const std::uint32_t prompt = size.prompt_tokens > 0 ? size.prompt_tokens : options_.prompt_tokens;
  const std::uint32_t output = size.output_tokens > 0 ? size.output_tokens : options_.output_tokens;
  const std::string& query = options_.queries[index % options_.queries.size()];
  switch (options_.profile) {
    case Profile::kChat: {
      json::object body{{"model", options_.model}};
      body["messages"] =
          json::array{json::object{{"role", "user"}, {"content", prompt_of(options_.seed, index, prompt)}}};
      body["max_tokens"] = output;
      if (options_.stream) {
        body["stream"] = true;
        if (options_.ask_usage) body["stream_options"] = json::object{{"include_usage", true}};
      }
      return json::serialize(body);
    }
    case Profile::kEmbeddings:
      return json::serialize(json::object{{"model", options_.model}, {"input", query}});
    case Profile::kSearch:
      return json::serialize(json::object{{"query", query}, {"top_k", options_.top_k}});
    case Profile::kRag: {
      json::object body{{"question", query}, {"top_k", options_.top_k}};
      if (options_.stream) body["stream"] = true;
      return json::serialize(body);
    }
    case Profile::kHttp:
      break;
  }
  return options_.body;
}

Result<std::vector<std::string>> read_queries(const std::string& file) {
  GW_TRY(const std::string text, base::read_file(file));
  std::vector<std::string> queries;
  std::size_t number = 0;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    std::string line = text.substr(from, end - from);
    from = end + 1;
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    if (!http::is_utf8(line)) {
      return make_error(Code::kInvalidArgument, "expected UTF-8", file + ":" + std::to_string(number));
    }
    if (line.front() == '{') {
      const std::string where = file + ":" + std::to_string(number);
      GW_TRY(const json::value value, base::parse_json(line));
      const char* key = value.get_object().contains("question") ? "question" : "text";
      GW_TRY(line, base::get_string(value.get_object(), key, where));
    }
    queries.push_back(std::move(line));
  }
  if (queries.empty()) return make_error(Code::kInvalidArgument, "expected at least one query, found none", file);
  return queries;
}

}  // namespace groundwork::bench
