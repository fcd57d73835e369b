#include "model/remote_chat.h"

#include <algorithm>
#include <boost/algorithm/string/predicate.hpp>
#include <utility>

#include "base/utf8.h"
#include "model/chat_stream.h"
#include "schema/validator.h"
#include "telemetry/log.h"

namespace groundwork::model {
namespace {

using base::Code;
using base::make_error;
using base::Result;
using std::chrono::steady_clock;
namespace json = base::json;

constexpr std::string_view kPath = "/chat/completions";

// Bits of what is offered to an endpoint until it refuses.
constexpr unsigned kStreamOptions = 1;
constexpr unsigned kMaxTokens = 2;
constexpr unsigned kResponseFormat = 4;

/// The feature that a refusal is about; 0 when it is about something else, or the feature wasn't used.
unsigned refused_feature(const base::Error& error, const json::object& body) {
  if (error.code != Code::kInvalidArgument) return 0;
  const auto says = [&](std::string_view word) { return error.message.find(word) != std::string::npos; };
  if (body.contains("response_format") && (says("response_format") || says("json_schema"))) return kResponseFormat;
  if (body.contains("max_tokens") && says("max_completion_tokens")) return kMaxTokens;
  if (!body.contains("stream_options")) return 0;
  const bool named = says("stream_options") || says("include_usage");
  // Some only say that there is something that they don't know.
  const bool unknown = says("nrecognized") || says("nknown") || says("xtra") || says("nexpected") || says("nsupported");
  return named || unknown ? kStreamOptions : 0;
}

std::string_view name_of(unsigned feature) {
  if (feature == kStreamOptions) return "stream_options";
  return feature == kMaxTokens ? "max_tokens" : "response_format";
}

base::Status check(const ChatRequest& request, const std::string& grammar_field) {
  if (request.messages.empty()) return make_error(Code::kInvalidArgument, "expected at least one message, found none");
  if (request.max_tokens < 1)
    return make_error(Code::kInvalidArgument,
                      "expected max_tokens of at least 1, found " + std::to_string(request.max_tokens));
  for (const Message& message : request.messages) {
    if (!base::is_utf8(message.content)) return make_error(Code::kInvalidArgument, "expected messages in UTF-8");
  }
  if (!request.grammar.empty() && grammar_field.empty()) {
    return make_error(Code::kUnimplemented,
                      "this endpoint isn't known to take a grammar; use a schema, or set grammar_field");
  }
  return {};
}

std::string instruction_of(const json::value& schema) {
  return "Answer with one JSON value and nothing else. It must validate against this JSON Schema:\n" +
         json::serialize(schema);
}

/// What was wrong with an answer, for the model.
std::string complaint_of(const std::vector<schema::Violation>& violations) {
  std::string out;
  for (std::size_t i = 0; i < std::min<std::size_t>(5, violations.size()); ++i) {
    const std::string& at = violations[i].pointer;
    out += (out.empty() ? "" : "; ") + (at.empty() ? std::string("the whole") : at) + ": " + violations[i].message;
  }
  return out;
}

void add(Usage& sum, const Usage& one) {
  sum.prompt_tokens += one.prompt_tokens;
  sum.cached_tokens += one.cached_tokens;
  sum.completion_tokens += one.completion_tokens;
  sum.estimated = sum.estimated || one.estimated;
}

bool is_event_stream(const http::ClientResponse& head) {
  return boost::istarts_with(head.headers.get("Content-Type"), "text/event-stream");
}

std::chrono::microseconds since(steady_clock::time_point start, steady_clock::time_point end) {
  return std::chrono::duration_cast<std::chrono::microseconds>(end - start);
}

}  // namespace

Result<std::unique_ptr<RemoteChatModel>> RemoteChatModel::open(http::Client& client, RemoteChatOptions options) {
  GW_TRY(RemoteEndpoint endpoint, RemoteEndpoint::open(client, options.endpoint));
  return std::unique_ptr<RemoteChatModel>(new RemoteChatModel(std::move(endpoint), std::move(options)));
}

Result<ChatAnswer> RemoteChatModel::chat(const ChatRequest& request, const OnDelta& on_delta) {
  GW_CHECK_OK(check(request, options_.grammar_field));
  if (!request.schema) return generate(request, on_delta);
  GW_TRY(const schema::Validator validator, schema::Validator::compile(*request.schema));
  GW_TRY(ChatAnswer answer, generate_valid(request, validator));
  if (on_delta && !on_delta(answer.text)) answer.finish = FinishReason::kCancelled;
  return answer;
}

json::object RemoteChatModel::body_of(const ChatRequest& request, unsigned features) const {
  json::array messages;
  const bool prompted = request.schema && (features & kResponseFormat) == 0;
  if (prompted) messages.push_back({{"role", "system"}, {"content", instruction_of(*request.schema)}});
  for (const Message& message : request.messages) {
    messages.push_back({{"role", to_string(message.role)}, {"content", message.content}});
  }
  json::object body;
  body["model"] = endpoint_.options().model;
  body["messages"] = std::move(messages);
  body["stream"] = true;
  if (features & kStreamOptions) body["stream_options"] = {{"include_usage", true}};
  body[features & kMaxTokens ? "max_tokens" : "max_completion_tokens"] = request.max_tokens;
  body["temperature"] = request.temperature;
  body["top_p"] = request.top_p;
  const std::uint64_t seed = request.seed & ((std::uint64_t{1} << 53) - 1);
  if (seed != 0) body["seed"] = seed;
  if (!request.stop.empty()) body["stop"] = json::value_from(request.stop);
  if (!request.grammar.empty()) body[options_.grammar_field] = request.grammar;
  if (request.schema && !prompted) {
    body["response_format"] = {{"type", "json_schema"},
                               {"json_schema", {{"name", "answer"}, {"strict", true}, {"schema", *request.schema}}}};
  }
  return body;
}

/// Generates, leaving out what the endpoint refuses, one feature after the other.
Result<ChatAnswer> RemoteChatModel::generate(const ChatRequest& request, const OnDelta& on_delta) {
  unsigned features = features_;
  while (true) {
    Result<ChatAnswer> answer = generate_once(request, on_delta, features);
    if (answer.ok()) {
      features_ &= features;
      return answer;
    }
    const unsigned refused = refused_feature(answer.error(), body_of(request, features));
    if (refused == 0) return answer;
    telemetry::log(telemetry::Level::kWarning, "model_feature_refused",
                   {{"model", name()}, {"feature", name_of(refused)}, {"error", answer.error().message}});
    features &= ~refused;
  }
}

Result<ChatAnswer> RemoteChatModel::generate_once(const ChatRequest& request, const OnDelta& on_delta,
                                                  unsigned features) {
  const auto started = steady_clock::now();
  ChatStream stream(on_delta, endpoint_.options().answer_limit);
  base::Status nonsense;
  const http::BodyCallback take = [&](const http::ClientResponse& head, std::string_view piece) -> Result<http::Take> {
    nonsense = stream.feed(piece, is_event_stream(head));
    if (!nonsense.ok()) return nonsense.error();
    return stream.done() ? http::Take::kEnough : http::Take::kMore;
  };
  const RemoteCall call{request.deadline, request.cancel};
  const Result<http::ClientResponse> response = endpoint_.stream(kPath, body_of(request, features), call, take);
  base::Status ended;
  if (response.ok()) nonsense = ended = stream.end();
  if (!response.ok()) ended = response.error();

  ChatAnswer answer = stream.answer();
  if (!ended.ok()) {
    // What was generated before a cancellation or the caller's deadline is an answer; before any other end it is not.
    const bool late = ended.error().code == Code::kDeadlineExceeded && steady_clock::now() >= request.deadline;
    const bool kept = stream.cancelled() || (!answer.text.empty() && (late || ended.error().code == Code::kCancelled));
    if (!kept && !nonsense.ok()) return endpoint_.about(kPath, nonsense.error().code, nonsense.error().message);
    if (!kept) return ended.error();
    answer.finish = late ? FinishReason::kDeadline : FinishReason::kCancelled;
  }
  if (answer.usage == Usage{}) answer.usage = estimated_usage(request.messages, answer);
  if (stream.first_token()) answer.timings.first_token = since(started, *stream.first_token());
  answer.timings.total = since(started, steady_clock::now());
  return answer;
}

Result<json::value> RemoteChatModel::json_of(const std::string& text) const {
  Result<json::value> value = base::parse_json(text);
  if (value.ok() || !options_.repair) return value;
  Result<json::value> repaired = options_.repair(text);
  return repaired.ok() ? repaired : value;
}

Result<ChatAnswer> RemoteChatModel::generate_valid(const ChatRequest& request, const schema::Validator& validator) {
  ChatRequest asked = request;
  Usage usage;
  std::string complaint;
  for (int attempt = 0; attempt < std::max(1, options_.max_schema_attempts); ++attempt) {
    GW_TRY(ChatAnswer answer, generate(asked, {}));
    add(usage, answer.usage);
    const Result<json::value> value = json_of(answer.text);
    if (answer.finish == FinishReason::kCancelled || answer.finish == FinishReason::kDeadline) {
      return make_error(answer.finish == FinishReason::kDeadline ? Code::kDeadlineExceeded : Code::kCancelled,
                        "the answer under a schema was not whole yet");
    }
    const std::vector<schema::Violation> violations =
        value.ok() ? validator.validate(*value) : std::vector<schema::Violation>();
    if (value.ok() && violations.empty()) {
      // Untouched where it was JSON already, so that numbers keep the digits that they came with.
      if (!base::parse_json(answer.text).ok()) answer.text = json::serialize(*value);
      answer.usage = usage;
      return answer;
    }
    if (answer.finish == FinishReason::kLength) {
      return make_error(
          Code::kResourceExhausted,
          "the answer was cut at max_tokens = " + std::to_string(request.max_tokens) + " before its JSON was whole");
    }
    complaint = value.ok() ? complaint_of(violations) : value.error().chain();
    asked.messages = request.messages;
    asked.messages.push_back({Role::kAssistant, base::clip(answer.text, 8000)});
    asked.messages.push_back(
        {Role::kUser, "That is not valid: " + complaint + ". Answer again, with the corrected JSON and nothing else."});
  }
  return endpoint_.about(kPath, Code::kUnavailable,
                         "no valid JSON in " + std::to_string(std::max(1, options_.max_schema_attempts)) +
                             " answers; the last one's fault: " + complaint);
}

}  // namespace groundwork::model
