#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/json.h"
#include "http/event_channel.h"
#include "http/message.h"

namespace groundwork::api {

/// The learner named by the header Groundwork-Learner; "me" without it.
/// @errors kInvalidArgument: not of the form [a-z0-9][a-z0-9_-]{0,63}
base::Result<std::string> learner_of(const http::Request& request);

/// Compiles the request schemas, so that a defect in them ends the program at its start and not at a request.
void compile_request_schemas();

/// The body as JSON, valid against the request schema of the operation in openapi.yaml.
/// @errors kInvalidArgument: not JSON, or not what the schema promises; names the field
base::Result<base::json::object> body_of(const http::Request& request, std::string_view operation_id);

/// For requests that the schema allows and that don't fit the thing they are about (an item of another attempt, a file
/// that the lab hasn't): a conflict with its state, and not a malformed request.
template <typename T>
base::Result<T> or_conflict(base::Result<T> result) {
  if (result.ok() || result.error().code != base::Code::kInvalidArgument) return result;
  base::Error error = std::move(result).error();
  error.code = base::Code::kFailedPrecondition;
  return error;
}

/// A query parameter as an integer from `low` to `high`; `fallback` without it. @errors kInvalidArgument
base::Result<std::int64_t> query_int(const http::Request& request, std::string_view name, std::int64_t low,
                                     std::int64_t high, std::int64_t fallback);

/// A query parameter of at most `most` bytes; `fallback` without it. @errors kInvalidArgument
base::Result<std::string> query_text(const http::Request& request, std::string_view name, std::size_t most,
                                     std::string fallback);

/// The answer to a request that follows what happens: events until the channel is closed.
http::Response event_stream(std::shared_ptr<http::EventChannel> events);

/// Wraps a handler that gives JSON or an error.
using JsonHandler = std::function<base::Result<http::Response>(const http::Request&, const std::string& learner)>;
std::function<http::Response(const http::Request&)> answering(JsonHandler handler);

}  // namespace groundwork::api
