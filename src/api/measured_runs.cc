#include "api/measured_runs.h"

#include <algorithm>

#include "base/file.h"
#include "base/utf8.h"

namespace groundwork::api {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::make_error;
using base::Result;
using base::json::object;
using base::json::value;
using portfolio::is_run_id;

constexpr std::size_t kLongestRun = std::size_t{8} << 20;

}  // namespace

std::string KeptRun::finished() const {
  if (eval) return eval->finished.empty() ? eval->started : eval->finished;
  const std::string at = base::string_or(json, "finished");
  return at.empty() ? base::string_or(json, "started") : at;
}

bool KeptRun::of_reference() const {
  const std::string url = target();
  const std::size_t host = url.find("://");
  const std::size_t path = host == std::string::npos ? std::string::npos : url.find('/', host + 3);
  return path != std::string::npos && std::string_view(url).substr(path).starts_with("/reference/");
}

bool KeptRun::is_finished() const {
  return eval ? eval->state == measure::State::kFinished : summary.state == "finished";
}

bool names_run(const ledger::Fact& fact, std::string_view id) {
  return (fact.kind == "kpi.measured" || fact.kind == "kpi.recorded") && base::string_or(fact.data, "run") == id;
}

Result<KeptRun> kept_run(value json, const std::string& id) {
  const auto damaged = [&](const std::string& what) {
    return make_error(Code::kFailedPrecondition, "the run " + id + " can't be read: " + base::clip(what, 300));
  };
  if (!json.is_object()) return damaged("expected an object, found " + std::string(base::json_type_name(json)));
  KeptRun out;
  out.id = id;
  if (base::string_or(json.get_object(), "id") != id) return damaged("it says that it is another run");
  out.kind = base::string_or(json.get_object(), "kind", "eval");
  if (out.kind == "eval" && json.get_object().contains("format")) {
    auto run = measure::run_from_json(json, id);
    if (!run.ok()) return damaged(run.error().message);
    out.eval = *std::move(run);
  } else {
    auto summary = portfolio::run_summary(json);
    if (!summary.ok()) return damaged(summary.error().message);
    out.summary = *std::move(summary);
  }
  out.json = std::move(json.get_object());
  return out;
}

Result<KeptRun> MeasuredRuns::read(const std::string& id) const {
  std::error_code error;
  const fs::path file = folder_ / (is_run_id(id) ? id : "none") / "run.json";
  if (!is_run_id(id) || !fs::exists(file, error)) {
    return make_error(Code::kNotFound, "no run '" + base::clip(id, 80) + "' below " + folder_.string());
  }
  GW_TRY(const std::string text, base::read_file(file, kLongestRun));
  auto json = base::parse_json(text, kLongestRun);
  if (!json.ok()) {
    return make_error(Code::kFailedPrecondition, "the run " + id + " can't be read: " + json.error().message);
  }
  return kept_run(*std::move(json), id);
}

MeasuredRuns::Listed MeasuredRuns::newest(std::size_t limit) const {
  std::vector<std::string> ids;
  std::error_code error;
  for (fs::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
    std::string id = at->path().filename().string();
    if (is_run_id(id)) ids.push_back(std::move(id));
  }
  std::ranges::sort(ids, std::greater<>());
  Listed out;
  for (const std::string& id : ids) {
    if (out.runs.size() >= limit) {
      ++out.older;
      continue;
    }
    auto run = read(id);
    if (run.ok()) {
      out.runs.push_back(*std::move(run));
    } else if (run.error().code != Code::kNotFound && out.problems.size() < 20) {
      out.problems.push_back(run.error().message);
    }
  }
  // A run may say anything of when it was; what is no time is oldest.
  std::ranges::stable_sort(out.runs, std::greater<>(), [](const KeptRun& run) {
    const std::string at = run.finished();
    return at.starts_with('2') ? at : std::string();
  });
  return out;
}

}  // namespace groundwork::api
