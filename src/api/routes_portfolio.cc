#include "api/request.h"
#include "api/routes.h"
#include "portfolio/gate_evidence.h"
#include "portfolio/projects.h"
#include "portfolio/root_cause.h"
#include "portfolio/weekly_review.h"

namespace groundwork::api {
namespace {

using base::Result;
using base::json::array;
using base::json::object;
using base::json::value;
using http::Request;
using http::Response;
using portfolio::Evidence;

std::vector<std::string> texts(const object& body, std::string_view key) {
  std::vector<std::string> out;
  if (const value* list = body.if_contains(key)) {
    for (const value& one : list->as_array()) out.emplace_back(one.as_string());
  }
  return out;
}

Result<Response> dashboard(Platform& platform, const std::string& learner) {
  GW_TRY(const Evidence evidence, portfolio::evidence_of(platform.study(), learner));
  return http::json_response(portfolio::dashboard_json(evidence));
}

Result<Response> record_value(Platform& platform, const Request& request, const std::string& learner) {
  GW_TRY(const object body, body_of(request, "postKpiValue"));
  std::optional<std::chrono::sys_days> on;
  if (const std::string text = base::string_or(body, "on"); !text.empty()) {
    GW_TRY(on, or_conflict(base::parse_date(text)));
  }
  GW_TRY([[maybe_unused]] const std::int64_t fact,
         or_conflict(portfolio::record_manual(platform.study(), learner, request.path_parameter("kpi_id"),
                                              base::number_or(body, "value", 0), on, base::string_or(body, "note"))));
  return dashboard(platform, learner);
}

Result<Response> projects(Platform& platform, const std::string& learner) {
  GW_TRY(const Evidence evidence, portfolio::evidence_of(platform.study(), learner));
  return http::json_response(object{{"projects", portfolio::projects_json(evidence)}});
}

Result<Response> project(Platform& platform, const std::string& id, const std::string& learner) {
  GW_TRY(const Evidence evidence, portfolio::evidence_of(platform.study(), learner));
  GW_TRY(object out, portfolio::project_json(evidence, id));
  return http::json_response(std::move(out));
}

Result<Response> start_project(Platform& platform, const Request& request, const std::string& learner) {
  const std::string& id = request.path_parameter("project_id");
  GW_CHECK_OK(portfolio::start_project(platform.study(), learner, id));
  return project(platform, id, learner);
}

Result<Response> report_form(Platform& platform, const Request& request, const std::string& learner) {
  GW_TRY(const Evidence evidence, portfolio::evidence_of(platform.study(), learner));
  GW_TRY(object out, portfolio::report_form_json(evidence, request.path_parameter("project_id"),
                                                 request.query_value("kpi").value_or("")));
  return http::json_response(std::move(out));
}

Result<Response> submit_report(Platform& platform, const Request& request, const std::string& learner) {
  GW_TRY(const object body, body_of(request, "postReport"));
  portfolio::Report report;
  report.project = request.path_parameter("project_id");
  report.kpi = base::string_or(body, "kpi");
  report.runs = texts(body, "runs");
  for (const portfolio::ReportPart& part : portfolio::report_parts()) {
    report.parts.push_back(base::string_or(body, part.id));
  }
  GW_TRY([[maybe_unused]] const std::int64_t fact,
         or_conflict(portfolio::submit_report(platform.study(), learner, report)));
  return project(platform, report.project, learner);
}

Result<Response> gates(Platform& platform, const std::string& learner) {
  GW_TRY(const Evidence evidence, portfolio::evidence_of(platform.study(), learner));
  return http::json_response(object{{"gates", portfolio::gates_json(evidence)}});
}

Result<Response> gate(Platform& platform, const std::string& id, const std::string& learner) {
  GW_TRY(const Evidence evidence, portfolio::evidence_of(platform.study(), learner));
  GW_TRY(object out, portfolio::gate_detail_json(evidence, id));
  return http::json_response(std::move(out));
}

Result<Response> add_evidence(Platform& platform, const Request& request, const std::string& learner) {
  GW_TRY(const object body, body_of(request, "postGateEvidence"));
  portfolio::GateItem item;
  item.gate = request.path_parameter("gate_id");
  item.item = base::string_or(body, "item");
  item.kind = base::string_or(body, "kind");
  item.text = base::string_or(body, "evidence");
  item.name = base::string_or(body, "name");
  item.bytes = base::string_or(body, "content");
  GW_TRY([[maybe_unused]] const std::int64_t fact,
         or_conflict(portfolio::add_evidence(platform.study(), learner, item)));
  return gate(platform, item.gate, learner);
}

Result<Response> weekly_review(Platform& platform, std::int64_t week, const std::string& learner) {
  GW_TRY(const Evidence evidence, portfolio::evidence_of(platform.study(), learner));
  const int number = week == 0 ? portfolio::current_plan_week(evidence) : static_cast<int>(week);
  GW_TRY(object out, portfolio::weekly_review_json(evidence, number));
  return http::json_response(std::move(out));
}

Result<Response> submit_review(Platform& platform, const Request& request, const std::string& learner) {
  GW_TRY(const object body, body_of(request, "postWeeklyReview"));
  const std::int64_t week = base::int_or(body, "week", 0);
  std::vector<portfolio::Story> stories;
  for (const value& one : body.at("stories").as_array()) {
    const object& story = one.as_object();
    stories.push_back(
        {base::string_or(story, "story"), base::string_or(story, "title"), base::string_or(story, "text")});
  }
  GW_CHECK_OK(or_conflict(portfolio::submit_weekly_review(platform.study(), learner, static_cast<int>(week),
                                                          texts(body, "answers"), stories)));
  return weekly_review(platform, week, learner);
}

}  // namespace

void add_portfolio_routes(http::Router& router, Platform& platform) {
  using http::RunOn;
  const auto get = [&](const char* path, auto handler) {
    router.add({"GET", path, RunOn::kWorkers, 0, answering(std::move(handler))});
  };
  const auto post = [&](const char* path, std::size_t limit, auto handler) {
    router.add({"POST", path, RunOn::kWorkers, limit, answering(std::move(handler))});
  };
  get("/api/v1/kpis", [&](const Request&, const std::string& l) { return dashboard(platform, l); });
  post("/api/v1/kpis/{kpi_id}/values", 16 * 1024,
       [&](const Request& r, const std::string& l) { return record_value(platform, r, l); });
  get("/api/v1/projects", [&](const Request&, const std::string& l) { return projects(platform, l); });
  get("/api/v1/projects/{project_id}",
      [&](const Request& r, const std::string& l) { return project(platform, r.path_parameter("project_id"), l); });
  post("/api/v1/projects/{project_id}/start", 1024,
       [&](const Request& r, const std::string& l) { return start_project(platform, r, l); });
  get("/api/v1/projects/{project_id}/report",
      [&](const Request& r, const std::string& l) { return report_form(platform, r, l); });
  post("/api/v1/projects/{project_id}/reports", 256 * 1024,
       [&](const Request& r, const std::string& l) { return submit_report(platform, r, l); });
  get("/api/v1/gates", [&](const Request&, const std::string& l) { return gates(platform, l); });
  get("/api/v1/gates/{gate_id}",
      [&](const Request& r, const std::string& l) { return gate(platform, r.path_parameter("gate_id"), l); });
  post("/api/v1/gates/{gate_id}/evidence", 2 * 1024 * 1024,
       [&](const Request& r, const std::string& l) { return add_evidence(platform, r, l); });
  get("/api/v1/weekly-review", [&](const Request& r, const std::string& l) -> Result<Response> {
    GW_TRY(const std::int64_t week, query_int(r, "week", 1, 16, 0));
    return weekly_review(platform, week, l);
  });
  post("/api/v1/weekly-review", 256 * 1024,
       [&](const Request& r, const std::string& l) { return submit_review(platform, r, l); });
}

}  // namespace groundwork::api
