#include "http/request_head.h"

#include <algorithm>
#include <boost/algorithm/string/predicate.hpp>
#include <string_view>

namespace groundwork::http {
namespace {

/// RFC 9110, section 5.5, without the obsolete line folding.
bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c == '\t' || (c >= 0x20 && c != 0x7f); });
}

bool is_ours(std::string_view name) {
  static constexpr std::string_view kOurs[] = {"Host", "Content-Length", "Transfer-Encoding", "Connection"};
  return std::any_of(std::begin(kOurs), std::end(kOurs),
                     [&](std::string_view own) { return boost::iequals(own, name); });
}

base::Error bad(const std::string& message) { return base::make_error(base::Code::kInvalidArgument, message); }

}  // namespace

bool is_token(std::string_view text) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

base::Result<std::string> request_head(const ClientRequest& request, const Url& url) {
  if (!is_token(request.method)) return bad("expected a method such as GET, found one with other bytes than a token's");
  std::string head = request.method + " " + url.target + " HTTP/1.1\r\nHost: " + url.authority() + "\r\n";
  for (const auto& [name, value] : request.headers.fields()) {
    if (!is_token(name)) return bad("expected a header's name, found one with other bytes than a token's");
    if (is_ours(name)) return bad("the client itself writes the header " + name);
    if (!is_field_value(value))
      return bad("expected text as value of the header " + name + ", found a control character");
    head += name + ": " + value + "\r\n";
  }
  if (!request.headers.has("User-Agent")) head += "User-Agent: groundwork\r\n";
  if (!request.headers.has("Accept")) head += "Accept: */*\r\n";
  const bool has_body = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (has_body || !request.body.empty()) head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  return head + "\r\n";
}

}  // namespace groundwork::http
