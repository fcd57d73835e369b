#include "http/message.h"

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <cctype>
#include <stdexcept>

#include "telemetry/log.h"

namespace groundwork::http {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](unsigned char x, unsigned char y) {
           return std::tolower(x) == std::tolower(y);
         });
}

}  // namespace

std::string_view Headers::get(std::string_view name) const {
  for (const auto& [key, value] : fields_) {
    if (same_name(key, name)) return value;
  }
  return {};
}

bool Headers::has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(), [&](const auto& field) { return same_name(field.first, name); });
}

void Headers::add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }

void Headers::set(std::string_view name, std::string value) {
  std::erase_if(fields_, [&](const auto& field) { return same_name(field.first, name); });
  fields_.emplace_back(std::string(name), std::move(value));
}

std::optional<std::string> Request::query_value(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

const std::string& Request::path_parameter(std::string_view name) const {
  for (const auto& [key, value] : path_parameters) {
    if (key == name) return value;
  }
  throw std::logic_error("route has no parameter " + std::string(name));  // a bug in the route table, found by its test
}

Response json_response(const base::json::value& value, int status) {
  return text_response(base::json::serialize(value), "application/json", status);
}

Response text_response(std::string body, std::string content_type, int status) {
  Response response;
  response.status = status;
  response.headers.set("Content-Type", std::move(content_type));
  response.body = std::move(body);
  return response;
}

std::string_view reason_phrase(int status) {
  return boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
}

Response problem(int status, std::string_view code, std::string_view detail) {
  return text_response(base::json::serialize(base::json::object{{"type", "about:blank"},
                                                                {"title", reason_phrase(status)},
                                                                {"status", status},
                                                                {"detail", detail},
                                                                {"code", code}}),
                       "application/problem+json", status);
}

int status_of(base::Code code) {
  using base::Code;
  switch (code) {
    case Code::kInvalidArgument:
    case Code::kOutOfRange:
      return 400;
    case Code::kUnauthenticated:
      return 401;
    case Code::kPermissionDenied:
      return 403;
    case Code::kNotFound:
      return 404;
    case Code::kAlreadyExists:
    case Code::kAborted:
    case Code::kFailedPrecondition:
      return 409;
    case Code::kResourceExhausted:
      return 429;
    case Code::kCancelled:
      return 499;
    case Code::kUnimplemented:
      return 501;
    case Code::kUnavailable:
      return 503;
    case Code::kDeadlineExceeded:
      return 504;
    case Code::kUnset:
    case Code::kDataLoss:
    case Code::kInternal:
      break;
  }
  return 500;
}

Response problem(const base::Error& error) {
  const int status = status_of(error.code);
  const std::string_view code = base::to_string(error.code);
  if (!error.public_message.empty()) return problem(status, code, error.public_message);
  if (status != 500) return problem(status, code, error.text());
  telemetry::log(telemetry::Level::kError, "internal_error", {{"error", error.chain()}});
  return problem(status, code, "The platform failed; its log says why.");
}

}  // namespace groundwork::http
