#include <algorithm>

#include "api/content_json.h"
#include "api/request.h"
#include "api/routes.h"
#include "base/hash.h"
#include "base/suggest.h"
#include "base/utf8.h"

namespace groundwork::api {
namespace {

using base::Result;
using http::Request;
using http::Response;

JsonHandler page(Platform& platform, PageKind kind) {
  return [&platform, kind](const Request& request, const std::string& learner) -> Result<Response> {
    GW_TRY(const auto standing, platform.study().standing(learner));
    GW_TRY(base::json::object body, page_json(*standing, kind, request.path_parameter("page_id")));
    return http::json_response(std::move(body));
  };
}

Result<Response> module(Platform& platform, const Request& request, const std::string& learner) {
  GW_TRY(const auto standing, platform.study().standing(learner));
  const std::string& id = request.path_parameter("module_id");
  const int index = standing->course->module(id);
  if (index == progress::kNone) {
    return base::make_error(base::Code::kNotFound, "there is no module '" + base::clip(id, 100) + "'" +
                                                       base::did_you_mean(id, standing->content->module_ids()));
  }
  return http::json_response(module_json(*standing, index, platform.study().now()));
}

/// Only an advance becomes a fact, and in steps of a twentieth, so that scrolling does not fill the ledger.
Result<Response> read(Platform& platform, const Request& request, const std::string& learner) {
  GW_TRY(const auto standing, platform.study().standing(learner));
  const std::string& id = request.path_parameter("page_id");
  const int index = standing->course->explainer(id);
  if (index == progress::kNone) {
    return base::make_error(base::Code::kNotFound, "there is no explainer '" + base::clip(id, 100) + "'");
  }
  GW_TRY(const base::json::object body, body_of(request, "postExplainerProgress"));
  const double fraction = base::number_or(body, "fraction", 0);
  const double before = standing->state.read_fraction(index);
  const int step = static_cast<int>(fraction * 20);
  if (fraction <= before || step <= static_cast<int>(before * 20)) {
    return http::json_response(base::json::object{{"fraction", std::max(before, 0.0)}});
  }
  const curriculum::Page& page = standing->content->explainers.at(id);
  const double kept = step / 20.0;
  const auto recorded = platform.study().record(platform.study().fact(
      learner, "explainer.read:" + id + ":" + page.revision.substr(0, 12) + ":" + std::to_string(step),
      "explainer.read", {{"explainer", id}, {"revision", page.revision}, {"fraction", kept}}));
  if (!recorded.ok()) return recorded.error();
  return http::json_response(base::json::object{{"fraction", kept}});
}

}  // namespace

void add_content_routes(http::Router& router, Platform& platform) {
  using http::RunOn;
  router.add({"GET", "/api/v1/roadmap", RunOn::kWorkers, 0,
              answering([&](const Request&, const std::string&) -> Result<Response> {
                return http::json_response(roadmap_json(*platform.study().content().first));
              })});
  router.add({"GET", "/api/v1/modules/{module_id}", RunOn::kWorkers, 0,
              answering([&](const Request& r, const std::string& l) { return module(platform, r, l); })});
  router.add(
      {"GET", "/api/v1/explainers/{page_id}", RunOn::kWorkers, 0, answering(page(platform, PageKind::kExplainer))});
  router.add(
      {"GET", "/api/v1/remedials/{page_id}", RunOn::kWorkers, 0, answering(page(platform, PageKind::kRemedial))});
  router.add({"GET", "/api/v1/interview-packs/{page_id}", RunOn::kWorkers, 0,
              answering(page(platform, PageKind::kInterviewPack))});
  router.add({"POST", "/api/v1/explainers/{page_id}/progress", RunOn::kWorkers, 4096,
              answering([&](const Request& r, const std::string& l) { return read(platform, r, l); })});
}

}  // namespace groundwork::api
