#include "measure/service.h"

#include <algorithm>

#include "base/file.h"
#include "http/url.h"
#include "measure/services.h"

namespace groundwork::measure {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

std::string start_of(std::string_view text, std::size_t bytes) {
  std::string out;
  for (const char c : text.substr(0, bytes)) out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  // Not in the middle of a character.
  while (!out.empty() && text.size() > bytes && (static_cast<unsigned char>(out.back()) & 0xc0) == 0x80) out.pop_back();
  if (!http::is_utf8(out)) return "bytes that are not UTF-8";
  return text.size() > bytes ? out + "..." : out;
}

/// What an error's body says: the detail of a problem, or its start.
std::string said(const http::ClientResponse& response) {
  const auto body = base::parse_json(response.body);
  if (body.ok() && body->is_object()) {
    const json::object& object = body->get_object();
    for (const char* key : {"detail", "message", "title"}) {
      const std::string text = base::string_or(object, key);
      if (!text.empty()) return ": " + start_of(text, 200);
    }
    if (const json::value* error = object.if_contains("error")) {
      if (error->is_string()) return ": " + start_of(error->get_string(), 200);
      if (error->is_object()) return ": " + start_of(base::string_or(error->get_object(), "message"), 200);
    }
  }
  return response.body.empty() ? "" : ": " + start_of(response.body, 100);
}

std::string status_text(int status) {
  const std::string_view phrase = http::reason_phrase(status);
  return std::to_string(status) + (phrase.empty() ? "" : " ") + std::string(phrase);
}

std::string share(std::size_t count, std::size_t of) { return std::to_string(count) + " of " + std::to_string(of); }

}  // namespace

std::optional<Breach> Service::read_setup(const http::ClientResponse& response, const Call& call) const {
  JsonReading reading = read_json(response, nullptr);
  if (reading.breach) reading.breach->message = call.method + " " + call.path + ": " + reading.breach->message;
  return reading.breach;
}

std::optional<double> Service::chance(const Metric&, const std::vector<Case>&) const { return std::nullopt; }

std::string Service::counted_against(const std::string&) const { return ""; }

std::string Service::sentence(const std::string& code, std::size_t count, std::size_t of,
                              const std::string& example) const {
  const std::string calls = share(count, of) + " calls";
  const std::string first = example.empty() ? "" : " (first: " + example + ")";
  if (code == "refused") return "the target refuses connections: " + calls + first;
  if (code == "no_host") return "the target's host has no address: " + calls + first;
  if (code == "timeout") return "the target doesn't answer in time: " + calls + " timed out" + first;
  if (code == "closed") return "the target closes connections in the middle: " + calls + first;
  if (code == "not_http") return "the target doesn't speak HTTP/1.1: " + calls + first;
  if (code == "too_large") return "answers don't end or are too large: " + calls + first;
  if (code == "tls") return "TLS fails: " + calls + first;
  if (code == "redirect") return "the target redirects, which is never followed: " + calls + first;
  if (code == "not_json") return "answers with status 200 are not JSON: " + calls + first;
  if (code == "schema") return "answers don't fit the contract's schema: " + calls + first;
  if (code == "http_4xx") return "the target says that requests are wrong: " + calls + first;
  if (code == "http_5xx") return "the target fails: " + calls + " ended with a status 5xx" + first;
  return code + ": " + calls + first;
}

Result<Contract> Contract::load(const std::filesystem::path& file) {
  GW_TRY(const std::string text, base::read_file(file));
  GW_TRY(schema::Document document, schema::parse_yaml(text, file.string()));
  if (!document.value.is_object()) {
    return make_error(Code::kInvalidArgument, "expected an OpenAPI document", file.string());
  }
  return Contract(std::move(document.value.get_object()));
}

Result<schema::Validator> Contract::answer(const std::string& path, const std::string& method) const {
  const std::string pointer =
      "/paths/" + schema::escape_pointer(path) + "/" + method + "/responses/200/content/application~1json/schema";
  boost::system::error_code failure;
  const json::value root(document_);
  const json::value* found = root.find_pointer(pointer, failure);
  if (found == nullptr) return make_error(Code::kNotFound, "the contract has no " + method + " " + path, pointer);
  json::object definitions;
  if (const json::value* schemas = root.find_pointer("/components/schemas", failure)) {
    definitions = schemas->as_object();
  }
  // References stand as #/components/schemas/X in the document and as #/$defs/X in a validator.
  std::string text = json::serialize(json::object{{"allOf", json::array{*found}}, {"$defs", std::move(definitions)}});
  constexpr std::string_view kFrom = "#/components/schemas/";
  constexpr std::string_view kTo = "#/$defs/";
  for (std::size_t at = text.find(kFrom); at != std::string::npos; at = text.find(kFrom, at + kTo.size())) {
    text.replace(at, kFrom.size(), kTo);
  }
  GW_TRY(json::value schema, base::parse_json(text));
  return schema::Validator::compile(std::move(schema), schema::Registry{}, schema::UnknownKeywords::kIgnore);
}

JsonReading read_json(const http::ClientResponse& response, const schema::Validator* schema) {
  const int status = response.status;
  if (status / 100 == 3) {
    return {
        Breach{"redirect", status_text(status) + " to '" + http::redacted_url(response.headers.get("Location")) + "'"},
        {}};
  }
  if (status / 100 == 4) return {Breach{"http_4xx", status_text(status) + said(response)}, {}};
  if (status / 100 == 5) return {Breach{"http_5xx", status_text(status) + said(response)}, {}};
  if (status != 200) return {Breach{"http_status", "expected status 200, found " + status_text(status)}, {}};
  auto body = base::parse_json(response.body);
  if (!body.ok()) {
    return {
        Breach{"not_json", "expected JSON, found '" + start_of(response.body, 60) + "' (" + body.error().message + ")"},
        {}};
  }
  JsonReading out;
  if (schema != nullptr) {
    if (const std::vector<schema::Violation> wrong = schema->validate(*body); !wrong.empty()) {
      const std::string pointer = wrong[0].pointer.empty() ? "the answer" : wrong[0].pointer;
      const std::string more = wrong.size() > 1 ? " (and " + std::to_string(wrong.size() - 1) + " more)" : "";
      out.breach = Breach{"schema", pointer + ": " + wrong[0].message + more};
      return out;
    }
  }
  out.body = *std::move(body);
  return out;
}

Breach breach_of(const base::Error& error) {
  const std::string& message = error.message;
  const auto says = [&](std::string_view part) { return message.find(part) != std::string::npos; };
  std::string code = "closed";
  if (error.code == Code::kDeadlineExceeded) code = "timeout";
  if (error.code == Code::kResourceExhausted) code = "too_large";
  if (error.code == Code::kCancelled) code = "cancelled";
  if (error.code == Code::kFailedPrecondition || says("TLS failure")) code = "tls";
  if (error.code == Code::kUnavailable && says("connection refused")) code = "refused";
  if (error.code == Code::kUnavailable && says("no address for host")) code = "no_host";
  if (error.code == Code::kUnavailable && says("expected an HTTP/1.1 answer")) code = "not_http";
  return {code, message};
}

Result<std::unique_ptr<Service>> make_service(const Suite& suite, std::uint64_t seed) {
  if (suite.contract == "search") return make_search_service(suite, seed);
  if (suite.contract == "rag") return make_rag_service(suite, seed);
  if (suite.contract == "tools") return make_tools_service(suite);
  if (suite.contract == "chat" || suite.contract == "http") return make_http_service(suite);
  return make_error(Code::kInvalidArgument, "unknown contract '" + suite.contract + "'");
}

}  // namespace groundwork::measure
