#include "assess/runs.h"

#include <algorithm>

#include "base/random.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "progress/explain.h"

namespace groundwork::assess {
namespace {

using base::Code;
using base::make_error;
using base::Result;
using base::json::array;
using base::json::object;

/// The concept under which a test counts, if the library still knows it.
array tests_of(const LabResult& result) {
  array out;
  for (const LabTest& test : result.tests) {
    object entry{{"id", test.id}, {"status", test.status}, {"weight", test.weight}};
    if (!test.concept_id.empty()) entry["concept"] = test.concept_id;
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> unlocked(const Standing& before, const Standing& after) {
  std::vector<std::pair<std::string, std::string>> out;
  if (before.course != after.course) return out;
  for (std::size_t m = 0; m < after.course->modules.size(); ++m) {
    const auto index = static_cast<int>(m);
    if (before.state.status(index) != progress::Status::kLocked) continue;
    if (after.state.status(index) != progress::Status::kAvailable) continue;
    out.emplace_back(after.course->modules[m].id, after.course->modules[m].title);
  }
  return out;
}

base::Status lab_is_open(const Standing& standing, const curriculum::Lab& lab, LabVariant variant) {
  const int index = standing.course->lab(lab.id);
  if (index == progress::kNone) return make_error(Code::kNotFound, "there is no lab '" + lab.id + "'");
  const int module = standing.course->labs[static_cast<std::size_t>(index)].module;
  const progress::Status status = standing.state.status(module);
  if (progress::is_open(status) || status == progress::Status::kComplete) return {};
  if (variant == LabVariant::kHarder && status == progress::Status::kLocked) return {};  // test-out
  const progress::Explanation why = progress::explain(standing.state, module, base::Timestamp{});
  return make_error(Code::kFailedPrecondition,
                    "the lab is not open: " + why.reasons.front().text + " Next: " + why.next.title + ".");
}

Result<std::string> record_submission(Study& study, const std::string& learner, const curriculum::Lab& lab,
                                      LabVariant variant, const Files& files, const LabResult& result,
                                      std::optional<int> timed_seconds) {
  if (!progress::counts(result.verdict)) return std::string();
  GW_TRY(const auto standing, study.standing(learner));
  GW_CHECK_OK(lab_is_open(*standing, lab, variant));
  object stored;
  for (const auto& [name, text] : files) stored[name] = text;
  GW_TRY(const std::string blob, study.ledger().put_blob(base::canonical_json(stored)));
  object data{{"lab", lab.id},
              {"module", lab.module},
              {"revision", lab.revision},
              {"verdict", to_string(result.verdict)},
              {"variant", variant == LabVariant::kHarder ? "harder" : "standard"},
              {"score", progress::fact_fraction(result.score)},
              {"submission", blob},
              {"tests", tests_of(result)},
              {"ms", result.ms}};
  if (timed_seconds) data["timed_seconds"] = *timed_seconds;
  std::string id = "lab.graded:" + base::random_id();
  const auto recorded = study.record(study.fact(learner, id, "lab.graded", std::move(data)));
  if (!recorded.ok()) return recorded.error();
  return id;
}

Result<Files> submitted_files(Study& study, const ledger::Fact& fact) {
  GW_TRY(const std::string text, study.ledger().get_blob(base::string_or(fact.data, "submission")));
  GW_TRY(const base::json::value value, base::parse_json(text));
  Files files;
  if (value.is_object()) {
    for (const auto& entry : value.get_object()) {
      if (entry.value().is_string()) files[std::string(entry.key())] = std::string(entry.value().get_string());
    }
  }
  return files;
}

struct Runs::Entry {
  Run run;
  std::shared_ptr<const curriculum::Curriculum> content;
  const curriculum::Lab* lab = nullptr;
  Files files;
  std::optional<int> timed_seconds;
  std::stop_source stop;
  std::vector<std::function<void(const Run&)>> watchers;
};

Runs::Runs(Study& study, LabEnvironment environment) : study_(&study), environment_(std::move(environment)) {
  for (int i = 0; i < environment_.parallel_runs; ++i) {
    workers_.emplace_back([this](const std::stop_token& stop) { work(stop); });
  }
}

Runs::~Runs() {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, entry] : runs_) entry->stop.request_stop();
  }
  for (std::jthread& worker : workers_) worker.request_stop();
  workers_.clear();
}

Result<Run> Runs::start(const std::string& learner, const std::string& lab_id, LabMode mode, LabVariant variant,
                        Files files, std::optional<int> timed_seconds) {
  GW_TRY(const auto standing, study_->standing(learner));
  const auto lab = standing->content->labs.find(lab_id);
  if (lab == standing->content->labs.end()) {
    std::vector<std::string> names;
    for (const auto& [name, entry] : standing->content->labs) names.push_back(name);
    return make_error(Code::kNotFound,
                      "there is no lab '" + base::clip(lab_id, 100) + "'" + base::did_you_mean(lab_id, names));
  }
  GW_CHECK_OK(lab_is_open(*standing, lab->second, variant));
  GW_CHECK_OK(check_files(lab->second, files));
  if (variant == LabVariant::kHarder && lab->second.harder.empty()) {
    return make_error(Code::kInvalidArgument, "the lab '" + lab_id + "' has no harder variant");
  }
  auto entry = std::make_shared<Entry>();
  entry->run = {.id = base::random_id(),
                .learner = learner,
                .lab = lab_id,
                .mode = mode,
                .variant = variant,
                .status = Run::Status::kQueued,
                .result = {},
                .fact_id = {},
                .unlocked = {}};
  entry->content = standing->content;
  entry->lab = &lab->second;
  entry->files = std::move(files);
  entry->timed_seconds = timed_seconds;
  const std::lock_guard lock(mutex_);
  if (queue_.size() >= kMaxQueued) {
    return make_error(Code::kResourceExhausted, "too many runs are waiting; try again in a moment");
  }
  queue_.push_back(entry);
  runs_[entry->run.id] = entry;
  order_.push_back(entry->run.id);
  while (order_.size() > kMaxKept && runs_[order_.front()]->run.status == Run::Status::kDone) {
    runs_.erase(order_.front());
    order_.pop_front();
  }
  ready_.notify_one();
  return entry->run;
}

std::shared_ptr<Runs::Entry> Runs::entry_of(const std::string& learner, const std::string& run_id) const {
  const auto at = runs_.find(run_id);
  return at == runs_.end() || at->second->run.learner != learner ? nullptr : at->second;
}

Result<Run> Runs::find(const std::string& learner, const std::string& run_id) const {
  const std::lock_guard lock(mutex_);
  const auto entry = entry_of(learner, run_id);
  if (!entry)
    return make_error(Code::kNotFound,
                      "there is no run '" + base::clip(run_id, 100) + "'; runs are kept until the server stops");
  return entry->run;
}

Result<Run> Runs::cancel(const std::string& learner, const std::string& run_id) {
  std::shared_ptr<Entry> entry;
  {
    const std::lock_guard lock(mutex_);
    entry = entry_of(learner, run_id);
  }
  if (entry) entry->stop.request_stop();
  return find(learner, run_id);
}

base::Status Runs::watch(const std::string& learner, const std::string& run_id,
                         std::function<void(const Run&)> watcher) {
  const std::lock_guard lock(mutex_);
  const auto entry = entry_of(learner, run_id);
  if (!entry) return make_error(Code::kNotFound, "there is no run '" + base::clip(run_id, 100) + "'");
  watcher(entry->run);
  if (entry->run.status != Run::Status::kDone) entry->watchers.push_back(std::move(watcher));
  return {};
}

void Runs::publish(Entry& entry) {
  for (const auto& watcher : entry.watchers) watcher(entry.run);
  if (entry.run.status == Run::Status::kDone) entry.watchers.clear();
}

void Runs::work(const std::stop_token& stop) {
  while (true) {
    std::shared_ptr<Entry> entry;
    {
      std::unique_lock lock(mutex_);
      if (!ready_.wait(lock, stop, [&] { return !queue_.empty(); })) return;
      entry = queue_.front();
      queue_.pop_front();
      entry->run.status = Run::Status::kRunning;
      publish(*entry);
    }
    execute(*entry);
  }
}

void Runs::execute(Entry& entry) {
  const auto on_change = [&](const LabResult& result) {
    const std::lock_guard lock(mutex_);
    entry.run.result = result;
    publish(entry);
  };
  Result<LabResult> result = run_lab(*entry.lab, entry.files, entry.run.mode, entry.run.variant, environment_,
                                     on_change, entry.stop.get_token());
  LabResult final_result;
  std::string fact_id;
  std::vector<std::pair<std::string, std::string>> opened;
  if (result.ok()) {
    final_result = std::move(*result);
  } else {
    final_result.verdict = progress::Verdict::kInfrastructure;
    final_result.message = result.error().message;
  }
  if (entry.run.mode == LabMode::kSubmit && progress::counts(final_result.verdict)) {
    const auto before = study_->standing(entry.run.learner);
    const auto recorded = record_submission(*study_, entry.run.learner, *entry.lab, entry.run.variant, entry.files,
                                            final_result, entry.timed_seconds);
    if (recorded.ok()) {
      fact_id = *recorded;
      const auto after = study_->standing(entry.run.learner);
      if (before.ok() && after.ok()) opened = unlocked(**before, **after);
    } else {
      final_result.verdict = progress::Verdict::kInfrastructure;
      final_result.message = "The result could not be recorded, so it does not count: " + recorded.error().message;
    }
  }
  const std::lock_guard lock(mutex_);
  entry.run.result = std::move(final_result);
  entry.run.fact_id = std::move(fact_id);
  entry.run.unlocked = std::move(opened);
  entry.run.status = Run::Status::kDone;
  publish(entry);
}

}  // namespace groundwork::assess
