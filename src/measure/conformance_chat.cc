#include <algorithm>

#include "measure/conformance_rules.h"

namespace groundwork::measure::detail {
namespace {

namespace json = base::json;

constexpr char kPath[] = "/v1/chat/completions";

/// What stands at a JSON pointer; null where nothing does.
json::value at(const json::value& value, std::string_view pointer) {
  boost::system::error_code failure;
  const json::value* found = value.find_pointer(pointer, failure);
  return found == nullptr ? json::value() : *found;
}

std::string expected(const std::string& where, const std::string& what, const json::value& found) {
  return where + ": expected " + what + ", found " + start_of(json::serialize(found));
}

std::string listed(const Prober& prober, std::string* first = nullptr) {
  const auto response = prober.get("/v1/models");
  if (!response.ok()) return response.error().message;
  const JsonReading reading = read_json(*response, nullptr);
  if (reading.breach) return "GET /v1/models: " + reading.breach->message;
  const json::value data = at(reading.body, "/data");
  if (!data.is_array() || data.get_array().empty()) return expected("GET /v1/models: /data", "a list of models", data);
  const json::value id = at(data, "/0/id");
  if (!id.is_string()) return expected("GET /v1/models: /data/0/id", "a text", id);
  if (first != nullptr) *first = id.get_string();
  return "";
}

json::object request_of(const Prober& prober) {
  std::string model = prober.options().model;
  if (model.empty()) listed(prober, &model);
  return {{"model", model.empty() ? "default" : model},
          {"messages", json::array{json::object{{"role", "user"}, {"content", "Say hello."}}}},
          {"max_tokens", 16},
          {"temperature", 0}};
}

json::value asked(const Prober& prober, const json::object& request, std::string& wrong) {
  return prober.asked(kPath, json::serialize(request), wrong);
}

std::string completes(const Prober& prober) {
  std::string wrong;
  const json::value answer = asked(prober, request_of(prober), wrong);
  if (!wrong.empty()) return wrong;
  const json::value object = at(answer, "/object");
  if (object != json::value("chat.completion")) return expected("/object", "\"chat.completion\"", object);
  if (!at(answer, "/id").is_string()) return expected("/id", "a text", at(answer, "/id"));
  const json::value role = at(answer, "/choices/0/message/role");
  if (role != json::value("assistant")) return expected("/choices/0/message/role", "\"assistant\"", role);
  const json::value content = at(answer, "/choices/0/message/content");
  if (!content.is_string()) return expected("/choices/0/message/content", "a text", content);
  const json::value finish = at(answer, "/choices/0/finish_reason");
  if (finish != json::value("stop") && finish != json::value("length")) {
    return expected("/choices/0/finish_reason", "\"stop\" or \"length\"", finish);
  }
  return "";
}

std::string counted(const json::value& usage, const std::string& where) {
  for (const char* key : {"/prompt_tokens", "/completion_tokens", "/total_tokens"}) {
    const json::value tokens = at(usage, key);
    if (!tokens.is_int64() || tokens.get_int64() < 0) return expected(where + key, "a count of tokens", tokens);
  }
  const std::int64_t sum = at(usage, "/prompt_tokens").get_int64() + at(usage, "/completion_tokens").get_int64();
  if (at(usage, "/prompt_tokens").get_int64() == 0) return where + "/prompt_tokens: expected more than 0, found 0";
  if (at(usage, "/total_tokens").get_int64() == sum) return "";
  return expected(where + "/total_tokens", "the sum of both, " + std::to_string(sum), at(usage, "/total_tokens"));
}

std::string usage(const Prober& prober) {
  std::string wrong;
  const json::value answer = asked(prober, request_of(prober), wrong);
  return wrong.empty() ? counted(at(answer, "/usage"), "/usage") : wrong;
}

std::string bounded(const Prober& prober) {
  std::string wrong;
  json::object request = request_of(prober);
  request["max_tokens"] = 1;
  request["messages"] =
      json::array{json::object{{"role", "user"}, {"content", "Count from one to a hundred in words."}}};
  const json::value answer = asked(prober, request, wrong);
  if (!wrong.empty()) return wrong;
  const json::value tokens = at(answer, "/usage/completion_tokens");
  if (tokens.is_int64() && tokens.get_int64() > 1)
    return expected("max_tokens 1: /usage/completion_tokens", "1 at most", tokens);
  const json::value finish = at(answer, "/choices/0/finish_reason");
  return finish == json::value("length") ? ""
                                         : expected("max_tokens 1: /choices/0/finish_reason", "\"length\"", finish);
}

/// The chunks of a stream, without its end.
std::vector<json::value> chunks(const Prober& prober, bool with_usage, std::string& wrong) {
  json::object request = request_of(prober);
  request["stream"] = true;
  if (with_usage) request["stream_options"] = json::object{{"include_usage", true}};
  const auto response = prober.post(kPath, json::serialize(request));
  std::vector<json::value> out;
  if (!response.ok()) {
    wrong = response.error().message;
    return out;
  }
  const std::string type(response->headers.get("Content-Type"));
  if (response->status != 200 || !type.starts_with("text/event-stream")) {
    wrong = "stream: expected status 200 and the Content-Type text/event-stream, found " +
            std::to_string(response->status) + " and '" + start_of(type) + "'";
    return out;
  }
  const std::vector<http::SseEvent> events = events_of(response->body);
  if (events.empty() || events.back().data != "[DONE]") {
    wrong = "stream: expected 'data: [DONE]' at the end, found " +
            (events.empty() ? std::string("no event") : "'" + start_of(events.back().data) + "'");
    return out;
  }
  for (std::size_t i = 0; i + 1 < events.size(); ++i) {
    auto chunk = base::parse_json(events[i].data);
    const std::string where = "stream: event " + std::to_string(i + 1);
    if (!chunk.ok()) {
      wrong = where + ": expected JSON, found '" + start_of(events[i].data) + "'";
      return out;
    }
    if (at(*chunk, "/object") != json::value("chat.completion.chunk") || !at(*chunk, "/choices").is_array()) {
      wrong = where + ": expected an object 'chat.completion.chunk' with choices, found " + start_of(events[i].data);
      return out;
    }
    out.push_back(*std::move(chunk));
  }
  return out;
}

std::string streamed(const Prober& prober) {
  std::string wrong;
  const std::vector<json::value> all = chunks(prober, false, wrong);
  if (!wrong.empty()) return wrong;
  std::string text;
  std::size_t finished = 0;
  for (const json::value& one : all) {
    if (const json::value content = at(one, "/choices/0/delta/content"); content.is_string())
      text += content.get_string();
    finished += at(one, "/choices/0/finish_reason").is_string() ? 1 : 0;
  }
  if (text.empty())
    return "stream: expected text in /choices/0/delta/content, found none in " + std::to_string(all.size()) + " chunks";
  return finished == 1 ? "" : "stream: expected one finish_reason, found " + std::to_string(finished);
}

std::string stream_usage(const Prober& prober) {
  std::string wrong;
  const std::vector<json::value> all = chunks(prober, true, wrong);
  if (!wrong.empty()) return wrong;
  if (all.empty() || !at(all.back(), "/choices").as_array().empty() || !at(all.back(), "/usage").is_object()) {
    return "stream_options.include_usage: expected a last chunk with usage and empty choices, found " +
           (all.empty() ? std::string("no chunk") : start_of(json::serialize(all.back())));
  }
  return counted(at(all.back(), "/usage"), "stream: the last chunk's /usage");
}

std::string bad_requests(const Prober& prober) {
  return first_wrong(
      {prober.refused(kPath, "{}"), prober.refused(kPath, "{"),
       prober.refused(kPath, R"({"model": "x", "messages": "hello"})"),
       prober.refused(kPath, R"({"model": "x", "messages": [{"role": "user"}], "max_tokens": "many"})")});
}

std::string errors_told(const Prober& prober) {
  const auto response = prober.post(kPath, "{}");
  if (!response.ok()) return response.error().message;
  const auto body = base::parse_json(response->body);
  const json::value message = body.ok() ? at(*body, "/error/message") : json::value();
  if (message.is_string() && !message.get_string().empty()) return "";
  return "POST " + std::string(kPath) + " {}: expected {\"error\": {\"message\": text}}, found '" +
         start_of(response->body) + "'";
}

}  // namespace

const std::vector<Rule>& chat_rules() {
  static const std::vector<Rule> all = {
      {"models-listed", "GET /v1/models lists the models by id", "clients that let people choose a model show none",
       [](const Prober& p) { return listed(p); }},
      {"completes", "POST /v1/chat/completions answers with a chat.completion of one assistant message",
       "every client library reads these fields, and fails without them", completes},
      {"usage", "usage counts the tokens of prompt and answer, and their sum", "cost and budgets are computed from it",
       usage},
      {"max-tokens", "max_tokens bounds the answer, and finish_reason says that it was cut",
       "an answer that is cut and says stop is taken for a whole one", bounded},
      {"streams", "stream: true sends chat.completion.chunk events and data: [DONE] at the end",
       "a client waits for the end for ever, or shows nothing until it comes", streamed},
      {"stream-usage", "stream_options.include_usage adds a last chunk with usage and no choices",
       "streamed answers cost what nobody counts", stream_usage},
      {"bad-requests", "a request that doesn't fit is refused with status 400",
       "a mistake of the caller that passes as 200 or 500 is tried again and again", bad_requests},
      {"errors-told", "an error is {\"error\": {\"message\", ...}}",
       "clients show an empty error, and nobody knows what was wrong", errors_told},
  };
  return all;
}

}  // namespace groundwork::measure::detail
