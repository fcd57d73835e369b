#include "api/request.h"
#include "api/routes.h"
#include "api/watcher.h"
#include "progress/state_json.h"
#include "sandbox/sandbox.h"

namespace groundwork::api {
namespace {

using base::Result;
using base::json::object;
using http::Request;
using http::Response;

Result<Response> session(Platform& platform, const std::string& learner) {
  GW_TRY(const auto standing, platform.study().standing(learner));
  const sandbox::Capability& capability = sandbox::probe();
  base::json::array errors;
  for (const schema::Problem& problem : platform.library().problems()) errors.emplace_back(problem.text());
  return http::json_response(
      object{{"learner", learner},
             {"profile", progress::profile_json(standing->state.profile())},
             {"version", kVersion},
             {"counts", curriculum::to_json(standing->content->counts())},
             {"sandbox", object{{"level", to_string(capability.level)}, {"explanation", capability.explanation}}},
             {"content_errors", std::move(errors)}});
}

Result<Response> health() { return http::json_response(object{{"status", "ok"}, {"version", kVersion}}); }

}  // namespace

void add_platform_routes(http::Router& router, Platform& platform) {
  using http::RunOn;
  router.add(
      {"GET", "/healthz", RunOn::kIoThread, 0, answering([](const Request&, const std::string&) { return health(); })});
  router.add(
      {"GET", "/readyz", RunOn::kWorkers, 0, answering([&](const Request&, const std::string&) -> Result<Response> {
         GW_TRY([[maybe_unused]] const std::int64_t seq, platform.ledger().last_seq());
         return health();
       })});
  router.add({"GET", "/api/openapi.json", RunOn::kIoThread, 0,
              answering([](const Request&, const std::string&) -> Result<Response> {
                return http::json_response(openapi());
              })});
  router.add({"GET", "/api/v1/session", RunOn::kWorkers, 0,
              answering([&](const Request&, const std::string& l) { return session(platform, l); })});
  // Owned by the handler: it ends with the router.
  auto watcher = std::make_shared<Watcher>(platform.ledger(), platform.library());
  router.add({"GET", "/api/v1/events", RunOn::kWorkers, 0,
              answering([watcher](const Request&, const std::string& learner) -> Result<Response> {
                return event_stream(watcher->subscribe(learner));
              })});
}

http::Router make_router(Platform& platform) { return make_router(platform, nullptr); }

http::Router make_router(Platform& platform, model::ChatModel* generator) {
  compile_request_schemas();
  http::Router router;
  add_platform_routes(router, platform);
  add_progress_routes(router, platform);
  add_portfolio_routes(router, platform);
  add_measurement_routes(router, platform);
  add_live_eval_routes(router, platform);
  add_content_routes(router, platform);
  add_quiz_routes(router, platform);
  add_lab_routes(router, platform);
  add_fact_routes(router, platform);
  add_search_routes(router, platform, generator);
  add_token_routes(router, platform);
  add_assets(router);
  return router;
}

}  // namespace groundwork::api
