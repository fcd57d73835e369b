#include "http/router.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"

namespace groundwork::http {
namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// Takes the next segment off the front of a path that starts with '/'.
std::string_view next_segment(std::string_view& rest) {
  rest.remove_prefix(1);
  const std::string_view segment = rest.substr(0, rest.find('/'));
  rest.remove_prefix(segment.size());
  return segment;
}

bool matches(std::string_view pattern, std::string_view path, Parameters& parameters) {
  parameters.clear();
  while (!pattern.empty() && !path.empty()) {
    const std::string_view expected = next_segment(pattern);
    const std::string_view found = next_segment(path);
    if (expected.size() > 2 && expected.front() == '{') {
      if (found.empty()) return false;
      parameters.emplace_back(expected.substr(1, expected.size() - 2), found);
    } else if (expected != found) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

}  // namespace

void Router::add(Route route) { routes_.push_back(std::move(route)); }

Router::Match Router::find(std::string_view method, std::string_view path) const {
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  std::vector<std::string> allowed;
  Match match;
  for (const Route& route : routes_) {
    if (!matches(route.pattern, path, match.parameters)) continue;
    if (route.method == wanted) {
      match.route = &route;
      return match;
    }
    allowed.push_back(route.method);
  }
  match.parameters.clear();
  if (allowed.empty() && wanted == "GET" && fallback_.handler) {
    match.route = &fallback_;
    return match;
  }
  if (allowed.empty()) {
    match.refusal = problem(404, "NOT_FOUND", "There is nothing at " + base::clip(path, 200) + ".");
    return match;
  }
  std::string list;
  for (const std::string& name : allowed) list += (list.empty() ? "" : ", ") + name + (name == "GET" ? ", HEAD" : "");
  match.refusal = problem(405, "UNIMPLEMENTED", "Expected one of " + list + ", found " + base::clip(method, 20) + ".");
  match.refusal.headers.set("Allow", list);
  return match;
}

}  // namespace groundwork::http
