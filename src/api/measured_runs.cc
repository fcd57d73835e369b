#include "api/measured_runs.h"

#include <sys/stat.h>

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
constexpr std::size_t kKeptBytes = std::size_t{16} << 20;  // of files; parsed they take a few times as much

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

std::optional<MeasuredRuns::Stamp> MeasuredRuns::stamp_of(const fs::path& file) {
  struct stat found {};
  if (stat(file.c_str(), &found) != 0) return std::nullopt;
  return Stamp{found.st_ino, found.st_mtim.tv_sec, found.st_mtim.tv_nsec, static_cast<std::size_t>(found.st_size)};
}

void MeasuredRuns::keep(const std::string& id, Kept one) const {
  const std::lock_guard hold(mutex_);
  const auto drop = [&](auto at) {
    kept_bytes_ -= at->second.stamp.bytes;
    kept_.erase(at);
  };
  if (const auto before = kept_.find(id); before != kept_.end()) drop(before);
  if (!one.run->is_finished() || one.stamp.bytes > kKeptBytes) return;
  // The oldest go first: lists are of the newest.
  while (kept_bytes_ + one.stamp.bytes > kKeptBytes) {
    if (kept_.begin()->first > id) return;
    drop(kept_.begin());
  }
  kept_bytes_ += one.stamp.bytes;
  kept_.emplace(id, std::move(one));
}

Result<std::shared_ptr<const KeptRun>> MeasuredRuns::read(const std::string& id) const {
  const fs::path file = folder_ / (is_run_id(id) ? id : "none") / "run.json";
  // The stamp is of before reading: a file that is replaced meanwhile is read again the next time.
  const std::optional<Stamp> stamp = is_run_id(id) ? stamp_of(file) : std::nullopt;
  if (!stamp) {
    return make_error(Code::kNotFound,
                      "no run '" + base::clip(id, 80) +
                          "'; the page of runs, `groundwork eval runs` and `bench runs` list those that there are");
  }
  {
    const std::lock_guard hold(mutex_);
    if (const auto found = kept_.find(id); found != kept_.end() && found->second.stamp == *stamp) {
      return found->second.run;
    }
  }
  GW_TRY(const std::string text, base::read_file(file, kLongestRun));
  auto json = base::parse_json(text, kLongestRun);
  if (!json.ok()) {
    return make_error(Code::kFailedPrecondition, "the run " + id + " can't be read: " + json.error().message);
  }
  GW_TRY(KeptRun run, kept_run(*std::move(json), id));
  auto made = std::make_shared<const KeptRun>(std::move(run));
  keep(id, {*stamp, made});
  return made;
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
  std::ranges::stable_sort(out.runs, std::greater<>(), [](const std::shared_ptr<const KeptRun>& run) {
    const std::string at = run->finished();
    return at.starts_with('2') ? at : std::string();
  });
  return out;
}

}  // namespace groundwork::api
