#include "http/guard.h"

#include <algorithm>
#include <cctype>

#include "base/utf8.h"

namespace groundwork::http {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

bool is_safe(std::string_view method) { return method == "GET" || method == "HEAD"; }

}  // namespace

Guard Guard::for_port(int port, const std::vector<std::string>& extra) {
  Guard guard;
  for (const char* name : {"127.0.0.1", "localhost", "[::1]"}) {
    guard.allowed_hosts.push_back(std::string(name) + ":" + std::to_string(port));
    if (port == 80) guard.allowed_hosts.emplace_back(name);
  }
  for (const std::string& host : extra) guard.allowed_hosts.push_back(lower(host));
  return guard;
}

std::optional<Response> Guard::check(const Request& request) const {
  const auto allowed = [&](std::string_view host) {
    return std::find(allowed_hosts.begin(), allowed_hosts.end(), lower(host)) != allowed_hosts.end();
  };
  const std::string_view host = request.headers.get("Host");
  if (!allowed(host)) {
    return problem(421, "PERMISSION_DENIED",
                   "Expected the Host to be one of this server's names (such as " + allowed_hosts.front() +
                       "), found '" + base::clip(host, 100) + "'.");
  }
  if (is_safe(request.method)) return std::nullopt;
  const std::string_view origin = request.headers.get("Origin");
  if (request.headers.has("Origin")) {
    const std::size_t scheme = origin.find("://");
    if (scheme == std::string_view::npos || !allowed(origin.substr(scheme + 3))) {
      return problem(
          403, "PERMISSION_DENIED",
          "Expected a request from this server's own pages, found Origin '" + base::clip(origin, 100) + "'.");
    }
  }
  const std::string_view site = request.headers.get("Sec-Fetch-Site");
  if (!site.empty() && site != "same-origin" && site != "none") {
    return problem(403, "PERMISSION_DENIED",
                   "Expected a request from this server's own pages, found a cross-site one.");
  }
  return std::nullopt;
}

}  // namespace groundwork::http
