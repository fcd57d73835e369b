#include "api/lab_json.h"
#include "api/request.h"
#include "api/routes.h"
#include "http/event_channel.h"

namespace groundwork::api {
namespace {

using base::Result;
using base::json::object;
using http::Request;
using http::Response;

Result<Response> show(Platform& platform, const Request& request, const std::string& learner) {
  GW_TRY(const auto standing, platform.study().standing(learner));
  GW_TRY(const auto facts, platform.ledger().facts(learner));
  GW_TRY(object body, lab_json(platform.study(), *standing, facts, request.path_parameter("lab_id")));
  return http::json_response(std::move(body));
}

Result<Response> start(Platform& platform, const Request& request, const std::string& learner) {
  GW_TRY(const object body, body_of(request, "startRun"));
  const auto mode = base::string_or(body, "mode") == "submit" ? assess::LabMode::kSubmit : assess::LabMode::kTest;
  const auto variant =
      base::string_or(body, "variant") == "harder" ? assess::LabVariant::kHarder : assess::LabVariant::kStandard;
  assess::Files files;
  for (const auto& entry : body.at("files").as_object()) {
    files[std::string(entry.key())] = std::string(entry.value().as_string());
  }
  std::optional<int> timed;
  if (body.contains("timed_seconds")) timed = static_cast<int>(base::number_or(body, "timed_seconds", 0));
  GW_TRY(const assess::Run run, or_conflict(platform.runs().start(learner, request.path_parameter("lab_id"), mode,
                                                                  variant, std::move(files), timed)));
  return http::json_response(run_json(*platform.study().content().first, run), 202);
}

Result<Response> attempt(Platform& platform, const Request& request, const std::string& learner) {
  GW_TRY(const auto facts, platform.ledger().facts(learner));
  GW_TRY(object body,
         submission_json(platform.study(), facts, request.path_parameter("lab_id"), request.path_parameter("fact_id")));
  return http::json_response(std::move(body));
}

Result<Response> stream(Platform& platform, const Request& request, const std::string& learner) {
  auto channel = std::make_shared<http::EventChannel>();
  const auto content = platform.study().content().first;
  GW_CHECK_OK(
      platform.runs().watch(learner, request.path_parameter("run_id"), [channel, content](const assess::Run& run) {
        const bool done = run.status == assess::Run::Status::kDone;
        channel->push(done ? "done" : "update", base::json::serialize(run_json(*content, run)));
        if (done) channel->close();
      }));
  return event_stream(std::move(channel));
}

}  // namespace

void add_lab_routes(http::Router& router, Platform& platform) {
  using http::RunOn;
  router.add({"GET", "/api/v1/labs/{lab_id}", RunOn::kWorkers, 0,
              answering([&](const Request& r, const std::string& l) { return show(platform, r, l); })});
  router.add({"POST", "/api/v1/labs/{lab_id}/runs", RunOn::kWorkers, std::size_t{6} << 20,
              answering([&](const Request& r, const std::string& l) { return start(platform, r, l); })});
  router.add({"GET", "/api/v1/labs/{lab_id}/attempts/{fact_id}", RunOn::kWorkers, 0,
              answering([&](const Request& r, const std::string& l) { return attempt(platform, r, l); })});
  router.add({"GET", "/api/v1/runs/{run_id}", RunOn::kWorkers, 0,
              answering([&](const Request& r, const std::string& learner) -> Result<Response> {
                GW_TRY(const assess::Run run, platform.runs().find(learner, r.path_parameter("run_id")));
                return http::json_response(run_json(*platform.study().content().first, run));
              })});
  router.add({"DELETE", "/api/v1/runs/{run_id}", RunOn::kWorkers, 0,
              answering([&](const Request& r, const std::string& learner) -> Result<Response> {
                GW_TRY(const assess::Run run, platform.runs().cancel(learner, r.path_parameter("run_id")));
                return http::json_response(run_json(*platform.study().content().first, run));
              })});
  router.add({"GET", "/api/v1/runs/{run_id}/events", RunOn::kWorkers, 0,
              answering([&](const Request& r, const std::string& l) { return stream(platform, r, l); })});
}

}  // namespace groundwork::api
