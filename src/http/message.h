#pragma once

// http: server, server-sent events, routing, limits, graceful stop. In scope: HTTP/1.1 on a loopback or trusted
// address. Not in scope: TLS and HTTP/2, which a reverse proxy adds.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace groundwork::http {

class EventChannel;

/// Header fields in their order; names compare without case.
class Headers {
 public:
  /// The first value under the name; empty when there is none.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  void add(std::string name, std::string value);
  /// Replaces every field of this name.
  void set(std::string_view name, std::string value);
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

struct Request {
  std::string method;  ///< "GET", upper case as sent
  std::string path;    ///< percent-decoded, starts with '/'
  std::vector<std::pair<std::string, std::string>> query;
  Headers headers;
  std::string body;
  std::vector<std::pair<std::string, std::string>> path_parameters;  ///< filled by the router

  std::optional<std::string> query_value(std::string_view name) const;
  /// The router guarantees that a parameter of the route's pattern is there.
  const std::string& path_parameter(std::string_view name) const;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  /// Bytes that outlive the server (the embedded front-end); used instead of `body` when not empty.
  std::string_view static_body;
  /// When set, the response is an event stream and `body` is ignored. Shared: the producer keeps pushing while the
  /// connection drains.
  std::shared_ptr<EventChannel> events;

  std::string_view bytes() const { return static_body.empty() ? std::string_view(body) : static_body; }
};

Response json_response(const base::json::value& value, int status = 200);
Response text_response(std::string body, std::string content_type, int status = 200);

/// RFC 9457 problem details. `code` is the canonical code ("NOT_FOUND").
Response problem(int status, std::string_view code, std::string_view detail);
/// The status that a canonical code has over HTTP: the one table.
int status_of(base::Code code);
/// The problem of an error: its public message, or its message where that is safe for the client (all but kInternal and
/// kDataLoss, whose message is logged and not shown).
Response problem(const base::Error& error);

std::string_view reason_phrase(int status);

}  // namespace groundwork::http
