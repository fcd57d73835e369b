#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace groundwork::http {

/// Turns a request into a response. Called from several threads at once.
using Handler = std::function<Response(const Request&)>;

/// Where a handler runs: on the I/O threads when it only computes for microseconds, else on the worker pool.
enum class RunOn { kIoThread, kWorkers };

struct Route {
  std::string method;
  std::string pattern;  ///< "/api/v1/modules/{module_id}"
  RunOn run_on = RunOn::kIoThread;
  std::size_t body_limit = 64 * 1024;  ///< bytes; a larger body is refused with 413 before it is read
  Handler handler;
};

/// The route table. Built once, then only read.
class Router {
 public:
  void add(Route route);
  /// Takes every GET whose path no route matches (the front-end's pages and assets).
  void set_fallback(Handler handler) { fallback_ = Route{"GET", "", RunOn::kIoThread, 0, std::move(handler)}; }

  struct Match {
    const Route* route = nullptr;  ///< null: `refusal` says why
    std::vector<std::pair<std::string, std::string>> parameters;
    Response refusal;
  };
  /// HEAD finds the GET route. A known path with another method is 405 with Allow, an unknown path 404.
  Match find(std::string_view method, std::string_view path) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
  Route fallback_;
};

}  // namespace groundwork::http
