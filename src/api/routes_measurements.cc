#include "api/measured_runs.h"
#include "api/measurement_compare.h"
#include "api/measurement_json.h"
#include "api/request.h"
#include "api/routes.h"
#include "base/utf8.h"
#include "measure/case_lookup.h"
#include "measure/case_page.h"
#include "measure/compare.h"

namespace groundwork::api {
namespace {

using base::Code;
using base::make_error;
using base::Result;
using base::json::array;
using base::json::object;
using http::Request;
using http::Response;

constexpr std::size_t kRead = 500;  // runs that a list and its trends are made of
constexpr std::size_t kWorst = 100;

/// The content of a request: the runs as they are now.
struct Runs {
  explicit Runs(const Platform& platform)
      : folder(platform.options().data / "runs"), suites(platform.options().content / "suites"), store(folder) {}
  std::filesystem::path folder;
  std::filesystem::path suites;
  MeasuredRuns store;
};

/// The run of that id in the data folder, or as one of the learner's facts keeps it.
Result<std::shared_ptr<const KeptRun>> find_run(Platform& platform, const Runs& runs, const std::string& id,
                                                const std::string& learner) {
  auto kept = runs.store.read(id);
  if (kept.ok() || kept.error().code != Code::kNotFound || !portfolio::is_run_id(id)) return kept;
  GW_TRY(const auto facts, platform.ledger().facts(learner));
  for (const ledger::Fact& fact : facts) {
    if (!names_run(fact, id)) continue;
    const auto blob = platform.ledger().get_blob(base::string_or(fact.data, "run_sha256"));
    if (!blob.ok()) continue;
    auto json = base::parse_json(*blob);
    if (!json.ok()) continue;
    GW_TRY(KeptRun run, kept_run(*std::move(json), id));
    return std::make_shared<const KeptRun>(std::move(run));
  }
  return kept;
}

Result<Response> list(const Runs& runs, const Request& request) {
  GW_TRY(const std::int64_t limit, query_int(request, "limit", 1, 200, 50));
  GW_TRY(const std::int64_t skip, query_int(request, "skip", 0, 1'000'000, 0));
  GW_TRY(const std::string suite, query_text(request, "suite", 100, ""));
  const MeasuredRuns::Listed listed = runs.store.newest(kRead);
  array rows;
  std::int64_t seen = 0;
  for (const auto& run : listed.runs) {
    if (!suite.empty() && run->suite() != suite) continue;
    if (seen++ >= skip && static_cast<std::int64_t>(rows.size()) < limit) rows.push_back(measurement_row_json(*run));
  }
  array problems;
  for (const std::string& one : listed.problems) problems.emplace_back(base::clip(one, 400));
  return http::json_response(object{{"runs", std::move(rows)},
                                    {"total", seen},
                                    {"older", listed.older},
                                    {"trends", trends_json(listed.runs)},
                                    {"problems", std::move(problems)}});
}

Result<Response> show(Platform& platform, const Runs& runs, const std::string& id, const std::string& learner) {
  GW_TRY(const auto run, find_run(platform, runs, id, learner));
  GW_TRY(const auto facts, platform.ledger().facts(learner));
  return http::json_response(measurement_json(*run, runs.store.newest(kRead).runs, facts));
}

/// Runs that have cases. @errors kFailedPrecondition: this one has none
Result<std::shared_ptr<const KeptRun>> with_cases(const Runs& runs, const std::string& id) {
  GW_TRY(auto run, runs.store.read(id));
  if (!run->eval) {
    return make_error(Code::kFailedPrecondition, "a run of kind " + base::clip(run->kind, 20) + " has no cases");
  }
  return run;
}

/// What is damaged in a run is the run's, not the server's.
template <typename T>
Result<T> of_run(Result<T> result) {
  if (result.ok() || result.error().code != Code::kDataLoss) return or_conflict(std::move(result));
  return make_error(Code::kFailedPrecondition,
                    "the run's cases are damaged: " + base::clip(result.error().message, 300));
}

Result<Response> cases(const Runs& runs, const Request& request) {
  GW_TRY(const std::int64_t limit, query_int(request, "limit", 1, 200, 50));
  GW_TRY(const std::int64_t offset, query_int(request, "offset", 0, std::int64_t{1} << 52, 0));
  const std::string shown = request.query_value("show").value_or("all");
  GW_TRY(const std::string asked, query_text(request, "metric", 100, ""));
  GW_TRY(const auto run, with_cases(runs, request.path_parameter("run_id")));
  const std::filesystem::path folder = runs.store.folder_of(run->id);
  if (shown == "worst") {
    const std::string metric = asked.empty() ? measure::headline_metric(*run->eval) : asked;
    const auto found = run->eval->metrics.find(metric);
    if (found == run->eval->metrics.end()) {
      return make_error(Code::kFailedPrecondition, "the run has no metric '" + base::clip(metric, 80) + "'");
    }
    GW_TRY(const auto worst, of_run(measure::worst_samples(folder, metric, found->second.higher_is_better, kWorst)));
    return http::json_response(cases_json(*run, worst, std::nullopt, 0));
  }
  measure::Shown which = measure::Shown::kAll;
  if (shown == "wrong") {
    which = measure::Shown::kWrong;
  } else if (shown == "failed") {
    which = measure::Shown::kFailed;
  } else if (shown != "all") {
    return make_error(Code::kInvalidArgument,
                      "show: expected all, wrong, failed or worst, found '" + base::clip(shown, 40) + "'");
  }
  GW_TRY(const measure::SamplePage page, of_run(measure::page_samples(folder, which, static_cast<std::uint64_t>(offset),
                                                                      static_cast<std::size_t>(limit))));
  return http::json_response(cases_json(*run, page.samples, page.next, page.bytes));
}

Result<Response> one_case(const Runs& runs, const Request& request) {
  const std::string& text = request.path_parameter("offset");
  if (text.empty() || text.size() > 15 || text.find_first_not_of("0123456789") != std::string::npos) {
    return make_error(Code::kInvalidArgument, "offset: expected a whole number, found '" + base::clip(text, 40) + "'");
  }
  GW_TRY(const auto run, with_cases(runs, request.path_parameter("run_id")));
  GW_TRY(const measure::PlacedSample sample,
         of_run(measure::sample_at(runs.store.folder_of(run->id), std::stoull(text))));
  return http::json_response(case_json(*run, sample, measure::find_case(runs.suites, *run->eval, sample.sample)));
}

Result<Response> latency(const Runs& runs, const Request& request) {
  GW_TRY(const auto run, with_cases(runs, request.path_parameter("run_id")));
  GW_TRY(const measure::Latencies latencies, of_run(measure::latencies_of(runs.store.folder_of(run->id))));
  return http::json_response(latency_json(latencies));
}

Result<Response> comparison(const Runs& runs, const Request& request) {
  GW_TRY(const auto run, runs.store.read(request.path_parameter("run_id")));
  GW_TRY(std::string with, query_text(request, "with", 120, "reference"));
  GW_TRY(const std::string metric, query_text(request, "metric", 100, ""));
  if (with == "reference" || with == "previous") {
    const MeasuredRuns::Listed listed = runs.store.newest(kRead);
    const KeptRun* found = with == "reference" ? reference_for(*run, listed.runs) : previous_of(*run, listed.runs);
    if (found == nullptr) {
      return make_error(Code::kNotFound, with == "reference"
                                             ? "no run of the reference has this run's suite and dataset"
                                             : "no earlier run of this target has its suite and dataset");
    }
    with = found->id;
  }
  GW_TRY(const auto other, runs.store.read(with));
  GW_TRY(object body, of_run(comparison_json(runs.store, *other, *run, metric)));
  return http::json_response(std::move(body));
}

}  // namespace

void add_measurement_routes(http::Router& router, Platform& platform) {
  using http::RunOn;
  const auto runs = std::make_shared<Runs>(platform);
  const auto get = [&](const char* path, auto handler) {
    router.add({"GET", path, RunOn::kWorkers, 0, answering(std::move(handler))});
  };
  get("/api/v1/measurements", [runs](const Request& r, const std::string&) { return list(*runs, r); });
  get("/api/v1/measurements/{run_id}", [&platform, runs](const Request& r, const std::string& l) {
    return show(platform, *runs, r.path_parameter("run_id"), l);
  });
  get("/api/v1/measurements/{run_id}/cases", [runs](const Request& r, const std::string&) { return cases(*runs, r); });
  get("/api/v1/measurements/{run_id}/cases/{offset}",
      [runs](const Request& r, const std::string&) { return one_case(*runs, r); });
  get("/api/v1/measurements/{run_id}/latency",
      [runs](const Request& r, const std::string&) { return latency(*runs, r); });
  get("/api/v1/measurements/{run_id}/comparison",
      [runs](const Request& r, const std::string&) { return comparison(*runs, r); });
}

}  // namespace groundwork::api
