#include <limits>
#include <sstream>

#include "api/fact_json.h"
#include "api/request.h"
#include "api/routes.h"
#include "ledger/jsonl.h"

namespace groundwork::api {
namespace {

using base::Result;
using http::Request;
using http::Response;

Result<Response> list(Platform& platform, const Request& request, const std::string& learner) {
  GW_TRY(const std::int64_t before, query_int(request, "before", 1, 9007199254740991, 0));
  GW_TRY(const std::int64_t limit, query_int(request, "limit", 1, 500, 50));
  GW_TRY(const auto standing, platform.study().standing(learner));
  GW_TRY(const auto all, platform.ledger().facts(learner));
  GW_TRY(const auto shown, platform.ledger().newest(learner, before, static_cast<int>(limit)));
  return http::json_response(base::json::object{{"facts", facts_json(*standing, all, shown)}, {"total", all.size()}});
}

Result<Response> download(Platform& platform, const std::string& learner) {
  std::ostringstream out;
  GW_TRY([[maybe_unused]] const std::size_t count, ledger::export_jsonl(platform.ledger(), learner, out));
  Response response = http::text_response(std::move(out).str(), "application/x-ndjson");
  response.headers.set("Content-Disposition", "attachment; filename=\"groundwork-facts.jsonl\"");
  return response;
}

}  // namespace

void add_fact_routes(http::Router& router, Platform& platform) {
  using http::RunOn;
  router.add({"GET", "/api/v1/facts", RunOn::kWorkers, 0,
              answering([&](const Request& r, const std::string& l) { return list(platform, r, l); })});
  router.add({"GET", "/api/v1/facts/export", RunOn::kWorkers, 0,
              answering([&](const Request&, const std::string& l) { return download(platform, l); })});
}

}  // namespace groundwork::api
