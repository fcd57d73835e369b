#include "api/request.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <map>

#include "api/platform.h"
#include "base/utf8.h"
#include "schema/document.h"
#include "schema/validator.h"
#include "telemetry/log.h"

namespace groundwork::api {
namespace {

using base::Code;
using base::make_error;
using base::json::object;
using base::json::value;

constexpr char kOpenApi[] = {
#include "openapi.inc"
};

/// Schemas refer to each other as #/components/schemas/X in the document and as #/$defs/X in a validator.
value with_definitions(const value& schema, const value& definitions) {
  std::string text = base::json::serialize(object{{"allOf", base::json::array{schema}}, {"$defs", definitions}});
  constexpr std::string_view kFrom = "#/components/schemas/";
  constexpr std::string_view kTo = "#/$defs/";
  for (std::size_t at = text.find(kFrom); at != std::string::npos; at = text.find(kFrom, at)) {
    text.replace(at, kFrom.size(), kTo);
  }
  return base::parse_json(text).value();
}

const std::map<std::string, schema::Validator, std::less<>>& request_schemas() {
  static const auto* const all = [] {
    auto* map = new std::map<std::string, schema::Validator, std::less<>>;
    const value& definitions = openapi().at("components").at("schemas");
    for (const auto& path : openapi().at("paths").as_object()) {
      for (const auto& method : path.value().as_object()) {
        const object& operation = method.value().as_object();
        if (!operation.contains("requestBody")) continue;
        const value& schema = operation.at("requestBody").at("content").at("application/json").at("schema");
        auto validator = schema::Validator::compile(with_definitions(schema, definitions));
        if (!validator.ok()) {
          telemetry::log(telemetry::Level::kError, "openapi.schema", {{"error", validator.error().text()}});
          std::abort();  // a defect of the program that its first test finds
        }
        map->emplace(std::string(operation.at("operationId").as_string()), std::move(*validator));
      }
    }
    return map;
  }();
  return *all;
}

}  // namespace

const object& openapi() {
  static const auto* const document = [] {
    auto parsed = schema::parse_yaml(std::string_view(kOpenApi, sizeof kOpenApi - 1), "openapi.yaml");
    assert(parsed.ok());
    return new object(std::move(parsed->value.as_object()));
  }();
  return *document;
}

base::Result<std::string> learner_of(const http::Request& request) {
  const std::string_view name = request.headers.get("Groundwork-Learner");
  if (name.empty()) {
    if (request.headers.has("Groundwork-Learner")) {
      return make_error(Code::kInvalidArgument, "Groundwork-Learner: expected a name, found nothing");
    }
    return std::string("me");
  }
  const auto small = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const bool good = name.size() <= 64 && small(name.front()) &&
                    std::all_of(name.begin(), name.end(), [&](char c) { return small(c) || c == '_' || c == '-'; });
  if (!good) {
    return make_error(
        Code::kInvalidArgument,
        "Groundwork-Learner: expected up to 64 of a-z, 0-9, '_' and '-', beginning with a letter or digit");
  }
  return std::string(name);
}

void compile_request_schemas() { request_schemas(); }

base::Result<object> body_of(const http::Request& request, std::string_view operation_id) {
  const std::string_view type = request.headers.get("Content-Type");
  if (!type.starts_with("application/json")) {
    return make_error(Code::kInvalidArgument,
                      "Content-Type: expected application/json, found '" + base::clip(type, 80) + "'");
  }
  GW_TRY(value body, base::parse_json(request.body));
  const auto schema = request_schemas().find(operation_id);
  assert(schema != request_schemas().end());
  std::string message;
  for (const schema::Violation& violation : schema->second.validate(body)) {
    const std::string where = violation.pointer.empty() ? "body" : violation.pointer;
    message += (message.empty() ? "" : "; ") + where + ": " + violation.message;
    if (message.size() > 600) break;
  }
  if (!message.empty()) return make_error(Code::kInvalidArgument, message);
  return std::move(body.as_object());
}

base::Result<std::int64_t> query_int(const http::Request& request, std::string_view name, std::int64_t low,
                                     std::int64_t high, std::int64_t fallback) {
  const auto text = request.query_value(name);
  if (!text) return fallback;
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (failed != std::errc{} || end != text->data() + text->size() || number < low || number > high) {
    return make_error(Code::kInvalidArgument, std::string(name) + ": expected an integer from " + std::to_string(low) +
                                                  " to " + std::to_string(high) + ", found '" + text->substr(0, 40) +
                                                  "'");
  }
  return number;
}

base::Result<std::string> query_text(const http::Request& request, std::string_view name, std::size_t most,
                                     std::string fallback) {
  std::optional<std::string> text = request.query_value(name);
  if (!text) return fallback;
  if (text->size() > most) {
    return make_error(Code::kInvalidArgument, std::string(name) + ": expected at most " + std::to_string(most) +
                                                  " bytes, found " + std::to_string(text->size()));
  }
  return *std::move(text);
}

http::Response event_stream(std::shared_ptr<http::EventChannel> events) {
  http::Response response;
  response.headers.set("Content-Type", "text/event-stream");
  response.events = std::move(events);
  return response;
}

std::function<http::Response(const http::Request&)> answering(JsonHandler handler) {
  return [handler = std::move(handler)](const http::Request& request) {
    const auto learner = learner_of(request);
    if (!learner.ok()) return http::problem(learner.error());
    auto response = handler(request, *learner);
    if (response.ok()) return std::move(response).value();
    if (response.error().code == Code::kInternal || response.error().code == Code::kDataLoss) {
      telemetry::log(telemetry::Level::kError, "request.failed",
                     {{"path", request.path}, {"error", response.error().chain()}});
    }
    return http::problem(response.error());
  };
}

}  // namespace groundwork::api
