#include "api/live_evals.h"
#include "api/request.h"
#include "api/routes.h"
#include "http/event_channel.h"

namespace groundwork::api {
namespace {

using base::Result;
using base::json::array;
using base::json::object;
using http::Request;
using http::Response;

object live_json(const LiveEval& run) {
  return {{"run", run.run}, {"done", run.done}, {"total", run.total}, {"failed", run.failed}, {"ended", run.ended}};
}

Result<Response> start(LiveEvals& evals, const Request& request) {
  GW_TRY(const object body, body_of(request, "startMeasurement"));
  LiveEvals::Wish wish;
  wish.suite = base::string_or(body, "suite");
  wish.target = base::string_or(body, "target");
  wish.label = base::string_or(body, "label");
  if (body.contains("seed")) wish.seed = static_cast<std::uint64_t>(base::int_or(body, "seed", 1));
  if (body.contains("cases")) wish.cases = static_cast<std::size_t>(base::int_or(body, "cases", 1));
  GW_TRY(const LiveEval run, or_conflict(evals.start(wish)));
  return http::json_response(live_json(run), 202);
}

Result<Response> stream(LiveEvals& evals, const std::string& run) {
  auto channel = std::make_shared<http::EventChannel>();
  GW_CHECK_OK(evals.watch(run, [channel](const LiveEval& now) {
    channel->push(now.ended ? "done" : "update", base::json::serialize(live_json(now)));
    if (now.ended) channel->close();
  }));
  return event_stream(std::move(channel));
}

}  // namespace

void add_live_eval_routes(http::Router& router, Platform& platform) {
  using http::RunOn;
  const auto evals = std::make_shared<LiveEvals>(platform.options().content / "suites",
                                                 measure::RunStore(platform.options().data / "runs"),
                                                 "groundwork " + std::string(kVersion));
  router.add({"GET", "/api/v1/suites", RunOn::kWorkers, 0,
              answering([evals](const Request&, const std::string&) -> Result<Response> {
                array all;
                for (const LiveEvals::Named& one : evals->suites()) {
                  all.push_back(object{{"name", one.name}, {"title", one.title}});
                }
                return http::json_response(object{{"suites", std::move(all)}});
              })});
  router.add({"POST", "/api/v1/measurements", RunOn::kWorkers, std::size_t{16} << 10,
              answering([evals](const Request& r, const std::string&) { return start(*evals, r); })});
  router.add({"GET", "/api/v1/measurements/{run_id}/events", RunOn::kWorkers, 0,
              answering([evals](const Request& r, const std::string&) {
                return stream(*evals, r.path_parameter("run_id"));
              })});
  router.add({"DELETE", "/api/v1/measurements/{run_id}", RunOn::kWorkers, 0,
              answering([evals](const Request& r, const std::string&) -> Result<Response> {
                GW_TRY(const LiveEval run, evals->cancel(r.path_parameter("run_id")));
                return http::json_response(live_json(run));
              })});
}

}  // namespace groundwork::api
