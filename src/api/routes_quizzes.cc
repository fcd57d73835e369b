#include "api/request.h"
#include "api/routes.h"
#include "assess/attempt_json.h"
#include "assess/statistics.h"

namespace groundwork::api {
namespace {

using base::Result;
using base::json::array;
using base::json::object;
using http::Request;
using http::Response;

Result<Response> show(Platform& platform, const std::string& learner, const assess::Attempt& attempt,
                      int status = 200) {
  GW_TRY(const auto standing, platform.study().standing(learner));
  return http::json_response(assess::attempt_json(*standing, attempt, platform.study().now()), status);
}

Result<Response> start(Platform& platform, const Request& request, const std::string& learner) {
  GW_TRY(const object body, body_of(request, "startAttempt"));
  std::optional<progress::Purpose> purpose;
  if (body.contains("purpose")) {
    GW_TRY(const progress::Purpose wanted, progress::purpose_from(base::string_or(body, "purpose")));
    purpose = wanted;
  }
  std::optional<std::uint64_t> seed;
  if (body.contains("seed")) seed = static_cast<std::uint64_t>(base::number_or(body, "seed", 0));
  GW_TRY(const auto started,
         or_conflict(platform.quizzes().start(learner, base::string_or(body, "module_id"), purpose, seed)));
  return show(platform, learner, started.attempt, started.resumed ? 200 : 201);
}

Result<Response> answer(Platform& platform, const Request& request, const std::string& learner) {
  GW_TRY(const object body, body_of(request, "postAnswers"));
  GW_TRY(const assess::Attempt attempt,
         or_conflict(
             platform.quizzes().answer(learner, request.path_parameter("attempt_id"), body.at("answers").as_object())));
  return show(platform, learner, attempt);
}

Result<Response> list(Platform& platform, const Request& request, const std::string& learner) {
  GW_TRY(const std::vector<assess::Attempt> all, platform.quizzes().list(learner));
  const auto module = request.query_value("module_id");
  array out;
  for (auto attempt = all.rbegin(); attempt != all.rend(); ++attempt) {
    if (!module || attempt->module == *module) out.push_back(assess::attempt_summary_json(*attempt));
  }
  return http::json_response(object{{"attempts", std::move(out)}});
}

Result<Response> statistics(Platform& platform) {
  GW_TRY(const auto answered, platform.ledger().facts_of_kind("quiz.answered"));
  const auto content = platform.study().content().first;
  array items;
  for (const assess::ItemStatistics& item : assess::item_statistics(answered)) {
    const curriculum::Question* question = content->question(item.item);
    object out{
        {"item_id", item.item},
        {"answers", item.answers},
        {"difficulty", item.difficulty},
        {"discrimination", item.discrimination ? base::json::value(*item.discrimination) : base::json::value(nullptr)}};
    if (question != nullptr) out["module_id"] = question->module;
    items.push_back(std::move(out));
  }
  return http::json_response(object{{"items", std::move(items)}});
}

}  // namespace

void add_quiz_routes(http::Router& router, Platform& platform) {
  using http::RunOn;
  router.add({"GET", "/api/v1/attempts", RunOn::kWorkers, 0,
              answering([&](const Request& r, const std::string& l) { return list(platform, r, l); })});
  router.add({"POST", "/api/v1/attempts", RunOn::kWorkers, 4096,
              answering([&](const Request& r, const std::string& l) { return start(platform, r, l); })});
  router.add({"GET", "/api/v1/attempts/{attempt_id}", RunOn::kWorkers, 0,
              answering([&](const Request& r, const std::string& learner) -> Result<Response> {
                GW_TRY(const assess::Attempt attempt, platform.quizzes().find(learner, r.path_parameter("attempt_id")));
                return show(platform, learner, attempt);
              })});
  router.add({"POST", "/api/v1/attempts/{attempt_id}/answers", RunOn::kWorkers, 256 * 1024,
              answering([&](const Request& r, const std::string& l) { return answer(platform, r, l); })});
  router.add({"GET", "/api/v1/statistics/items", RunOn::kWorkers, 0,
              answering([&](const Request&, const std::string&) { return statistics(platform); })});
}

}  // namespace groundwork::api
