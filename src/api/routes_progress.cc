#include <mutex>

#include "api/request.h"
#include "api/routes.h"
#include "base/hash.h"
#include "base/suggest.h"
#include "progress/state_json.h"

namespace groundwork::api {
namespace {

using base::Result;
using base::json::array;
using base::json::object;
using http::Request;
using http::Response;

/// The writer of the course that is served now.
class Writers {
 public:
  std::shared_ptr<const progress::StatusWriter> of(const std::shared_ptr<const progress::Course>& course) {
    const std::lock_guard lock(mutex_);
    if (!writer_ || &writer_->course() != course.get()) {
      writer_ = std::make_shared<const progress::StatusWriter>(course);
    }
    return writer_;
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<const progress::StatusWriter> writer_;
};

/// The status of a learner changes with their facts, the content and a few moments in time; so does its ETag.
Result<Response> status(Platform& platform, Writers& writers, const Request& request, const std::string& learner) {
  GW_TRY(const auto standing, platform.study().standing(learner));
  const base::Timestamp now = platform.study().now();
  const auto next_change = standing->state.changes_at(now);
  const std::string key = learner + '\n' + std::to_string(standing->last_seq) + '\n' + standing->content->revision +
                          '\n' + (next_change ? base::format_timestamp(*next_change) : "") + '\n' +
                          base::format_date(std::chrono::floor<std::chrono::days>(now));
  const std::string tag = "W/\"" + base::sha256_hex(key).substr(0, 32) + "\"";
  Response response;
  if (request.headers.get("If-None-Match") == tag) {
    response.status = 304;
  } else {
    response =
        http::text_response(writers.of(standing->course)->write(standing->state, learner, now), "application/json");
  }
  response.headers.set("ETag", tag);
  return response;
}

Result<Response> put_profile(Platform& platform, const Request& request, const std::string& learner) {
  GW_TRY(object body, body_of(request, "putProfile"));
  const auto start = base::parse_date(base::string_or(body, "start_on"));
  if (!start.ok()) return base::make_error(base::Code::kInvalidArgument, "/start_on: " + start.error().message);
  GW_TRY(const auto standing, platform.study().standing(learner));
  const base::json::value chosen(body);
  if (progress::profile_json(standing->state.profile()) != chosen) {
    const std::string id = "profile.set:" + std::to_string(standing->last_seq + 1) + ":" +
                           base::sha256_hex(base::canonical_json(chosen)).substr(0, 12);
    const auto recorded = platform.study().record(platform.study().fact(learner, id, "profile.set", std::move(body)));
    if (!recorded.ok()) return recorded.error();
  }
  GW_TRY(const auto after, platform.study().standing(learner));
  return http::json_response(progress::profile_json(after->state.profile()));
}

Result<Response> calendar(Platform& platform, const std::string& learner) {
  GW_TRY(const auto standing, platform.study().standing(learner));
  if (!standing->state.profile()) {
    return base::make_error(base::Code::kFailedPrecondition, "there is no plan yet: choose a pace first");
  }
  const auto weeks = progress::plan(*standing->course, *standing->state.profile());
  Response response =
      http::text_response(progress::to_icalendar(weeks, platform.study().now()), "text/calendar; charset=utf-8");
  response.headers.set("Content-Disposition", "attachment; filename=\"groundwork.ics\"");
  return response;
}

Result<Response> review(Platform& platform, const Request& request, const std::string& learner) {
  GW_TRY(const object body, body_of(request, "postReview"));
  const std::string module_id = base::string_or(body, "module_id");
  GW_CHECK_OK(or_conflict(assess::submit_review(platform.study(), learner, module_id, body.at("answers").as_array())));
  GW_TRY(const auto standing, platform.study().standing(learner));
  return http::json_response(
      progress::module_state_json(standing->state, standing->course->module(module_id), platform.study().now()));
}

}  // namespace

void add_progress_routes(http::Router& router, Platform& platform) {
  using http::RunOn;
  const auto writers = std::make_shared<Writers>();
  router.add(
      {"GET", "/api/v1/status", RunOn::kWorkers, 0,
       answering([&, writers](const Request& r, const std::string& l) { return status(platform, *writers, r, l); })});
  router.add({"GET", "/api/v1/next", RunOn::kWorkers, 0,
              answering([&](const Request&, const std::string& learner) -> Result<Response> {
                GW_TRY(const auto standing, platform.study().standing(learner));
                return http::json_response(progress::action_json(
                    *standing->course, progress::next_action(standing->state, platform.study().now())));
              })});
  router.add({"PUT", "/api/v1/profile", RunOn::kWorkers, 4096,
              answering([&](const Request& r, const std::string& l) { return put_profile(platform, r, l); })});
  router.add({"GET", "/api/v1/plan", RunOn::kWorkers, 0,
              answering([&](const Request&, const std::string& learner) -> Result<Response> {
                GW_TRY(const auto standing, platform.study().standing(learner));
                return http::json_response(progress::plan_json(*standing->course, standing->state.profile()));
              })});
  router.add({"GET", "/api/v1/plan.ics", RunOn::kWorkers, 0,
              answering([&](const Request&, const std::string& l) { return calendar(platform, l); })});
  router.add({"POST", "/api/v1/reviews", RunOn::kWorkers, 128 * 1024,
              answering([&](const Request& r, const std::string& l) { return review(platform, r, l); })});
}

}  // namespace groundwork::api
