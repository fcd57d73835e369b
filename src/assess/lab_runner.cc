#include "assess/lab_runner.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include "base/file.h"
#include "base/json.h"
#include "base/suggest.h"
#include "base/utf8.h"

namespace groundwork::assess {
namespace {

using base::Code;
using base::make_error;
using base::Result;
using base::UniqueFd;
using base::json::object;
using curriculum::Lab;
using progress::Verdict;

constexpr std::size_t kMaxFileBytes = std::size_t{256} << 10;
constexpr std::size_t kMaxEventBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxTests = 500;
constexpr int kEventsFd = 3;
constexpr int kControlFd = 4;
constexpr const char* kPython = "/usr/bin/python3";

/// What the harness says, line by line. In `lab test` the learner's code can write here too, so every field is checked.
class Events {
 public:
  Events(LabResult& result, const std::function<void(const LabResult&)>& on_change)
      : result_(result), on_change_(on_change) {}

  void feed(std::string_view bytes) {
    for (const char c : bytes) {
      if (c != '\n') {
        if (line_.size() < kMaxEventBytes) line_ += c;
        continue;
      }
      take_line();
      line_.clear();
    }
  }
  bool done() const { return done_; }
  const std::string& broken() const { return broken_; }
  const std::string& reason() const { return reason_; }

 private:
  void take_line() {
    const auto value = base::parse_json(line_, kMaxEventBytes);
    if (!value.ok() || !value->is_object()) return;
    const object& event = value->get_object();
    const std::string kind = base::string_or(event, "event");
    if (kind == "collected" && !collected_) {
      collect(event);
    } else if (kind == "started") {
      if (LabTest* test = find(base::string_or(event, "id"))) test->status = "running";
    } else if (kind == "finished") {
      finish(event);
    } else if (kind == "broken") {
      broken_ = base::clip(base::string_or(event, "message", "the tests could not be collected"), 2000);
    } else if (kind == "done") {
      done_ = true;
    }
    if (on_change_) on_change_(result_);
  }

  void collect(const object& event) {
    collected_ = true;
    const auto tests = base::get_array(event, "tests", "event");
    if (!tests.ok()) return;
    for (const base::json::value& entry : **tests) {
      if (!entry.is_object() || result_.tests.size() >= kMaxTests) continue;
      const object& data = entry.get_object();
      LabTest test;
      test.id = base::clip(base::string_or(data, "id"), 400);
      test.name = base::clip(base::string_or(data, "name"), 400);
      test.visibility = base::string_or(data, "visibility", "visible");
      test.task_id = static_cast<int>(std::clamp<std::int64_t>(base::int_or(data, "task_id", 1), 1, 1000));
      test.weight = static_cast<int>(std::clamp<std::int64_t>(base::int_or(data, "weight", 1), 1, 1000));
      test.concept_id = base::clip(base::string_or(data, "concept"), 100);
      test.misconception = base::clip(base::string_or(data, "misconception"), 400);
      if (!test.id.empty() && find(test.id) == nullptr) result_.tests.push_back(std::move(test));
    }
  }

  void finish(const object& event) {
    LabTest* test = find(base::string_or(event, "id"));
    if (test == nullptr || test->status == "pass" || test->status == "fail" || test->status == "error") return;
    const std::string status = base::string_or(event, "status");
    test->status = status == "pass" || status == "error" ? status : "fail";
    test->message = base::clip(base::string_or(event, "message"), 4000);
    test->output = base::clip(base::string_or(event, "output"), 500);
    test->test_code = base::clip(base::string_or(event, "test_code"), 4000);
    test->ms = static_cast<int>(std::clamp<std::int64_t>(base::int_or(event, "ms", 0), 0, 86'400'000));
    const std::string reason = base::string_or(event, "reason");
    if (reason_.empty() && (reason == "timeout" || reason == "memory")) reason_ = reason;
  }

  LabTest* find(const std::string& id) {
    for (LabTest& test : result_.tests) {
      if (test.id == id) return &test;
    }
    return nullptr;
  }

  LabResult& result_;
  const std::function<void(const LabResult&)>& on_change_;
  std::string line_;
  std::string broken_;
  std::string reason_;
  bool collected_ = false;
  bool done_ = false;
};

struct Pair {
  UniqueFd mine;
  UniqueFd theirs;
};
Result<Pair> event_pipe() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return base::errno_error(errno, "pipe");
  return Pair{UniqueFd(fds[0]), UniqueFd(fds[1])};
}
Result<Pair> control_sockets() {
  int fds[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) return base::errno_error(errno, "socketpair");
  return Pair{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

base::Status add_harness(sandbox::Job& job, const LabEnvironment& environment, bool with_site) {
  GW_TRY(const std::vector<std::string> names, base::list_files(environment.harness / "groundwork_harness"));
  for (const std::string& name : names) {
    if (!name.ends_with(".py")) continue;
    GW_TRY(std::string text, base::read_file(environment.harness / "groundwork_harness" / name));
    job.files["/gw/harness/groundwork_harness/" + name] = std::move(text);
  }
  GW_TRY(std::string entry, base::read_file(environment.harness / "run.py"));
  job.files["/gw/harness/run.py"] = std::move(entry);
  if (with_site) job.mounts.emplace_back(environment.site, "/gw/site");
  job.env = {{"PATH", "/usr/bin:/bin"}, {"HOME", "/tmp"}, {"LANG", "C.UTF-8"}, {"PYTHONHASHSEED", "0"}};
  return {};
}

void add_folder(sandbox::Job& job, const std::string& folder, const Files& files) {
  for (const auto& [name, text] : files) job.files[folder + "/" + name] = text;
}

sandbox::Limits limits_of(const Lab& lab) {
  sandbox::Limits limits;
  limits.wall = std::chrono::seconds(lab.limits.wall_seconds);
  limits.cpu = std::chrono::seconds(lab.limits.cpu_seconds);
  limits.memory_bytes = static_cast<std::int64_t>(lab.limits.memory_mb) << 20;
  limits.processes = lab.limits.processes;
  limits.output_bytes = static_cast<std::int64_t>(lab.limits.output_kb) << 10;
  return limits;
}

std::string modules_of(const Lab& lab) {
  std::string out;
  const auto add = [&](const std::string& file) {
    if (!file.ends_with(".py")) return;
    out += (out.empty() ? "" : ",") + file.substr(0, file.size() - 3);
  };
  for (const std::string& file : lab.files) add(file);
  for (const auto& [file, text] : lab.support) add(file);
  return out;
}

/// One run of one lab: builds the jobs, follows the events, and judges.
class LabRun {
 public:
  LabRun(const Lab& lab, const Files& files, LabMode mode, LabVariant variant, const LabEnvironment& environment,
         const std::function<void(const LabResult&)>& on_change, std::stop_token stop)
      : lab_(lab),
        files_(files),
        mode_(mode),
        variant_(variant),
        environment_(environment),
        stop_(std::move(stop)),
        events_(result_, on_change) {}

  Result<LabResult> run() {
    const auto started = std::chrono::steady_clock::now();
    const base::Status status = mode_ == LabMode::kTest ? run_local() : run_apart();
    result_.ms = static_cast<int>(
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started).count());
    if (!status.ok()) {
      if (status.error().code == Code::kFailedPrecondition) return status.error();
      result_.verdict = Verdict::kInfrastructure;
      result_.message = "The sandbox failed, not your code; this does not count. " + status.error().message;
      return std::move(result_);
    }
    judge();
    return std::move(result_);
  }

 private:
  base::Status run_local() {
    sandbox::Job job;
    GW_CHECK_OK(add_harness(job, environment_, true));
    add_code(job);
    add_folder(job, "/gw/tests/tests", lab_.tests);
    job.argv = {kPython,    "-I",     "-S",       "-B",      "/gw/harness/run.py", "local", "--site",
                "/gw/site", "--code", "/gw/code", "--tests", "/gw/tests/tests"};
    job.limits = limits_of(lab_);
    GW_TRY(Pair events, event_pipe());
    job.fds = {{events.theirs.get(), kEventsFd}};
    job.on_started = [&] { events.theirs.reset(); };
    auto running = std::async(std::launch::async, [&] { return sandbox::run(job, environment_.weaker, stop_); });
    follow(events, running);
    GW_TRY(sandbox::Report report, running.get());
    code_ = std::move(report);
    return {};
  }

  base::Status run_apart() {
    sandbox::Job worker;
    GW_CHECK_OK(add_harness(worker, environment_, false));
    add_code(worker);
    worker.argv = {kPython, "-I", "-S", "-B", "/gw/harness/run.py", "worker", "--code", "/gw/code"};
    worker.limits = limits_of(lab_);
    worker.limits.wall += std::chrono::seconds(10);  // the judge cuts first, test by test

    sandbox::Job judge;
    GW_CHECK_OK(add_harness(judge, environment_, true));
    add_folder(judge, "/gw/tests/tests", lab_.tests);
    add_folder(judge, "/gw/tests/hidden", lab_.hidden);
    judge.argv = {kPython,
                  "-I",
                  "-S",
                  "-B",
                  "/gw/harness/run.py",
                  "judge",
                  "--site",
                  "/gw/site",
                  "--modules",
                  modules_of(lab_),
                  "--wall",
                  std::to_string(lab_.limits.wall_seconds),
                  "--tests",
                  "/gw/tests/tests"};
    if (!lab_.hidden.empty()) judge.argv.insert(judge.argv.end(), {"--hidden", "/gw/tests/hidden"});
    if (variant_ == LabVariant::kHarder) {
      add_folder(judge, "/gw/tests/harder", lab_.harder);
      judge.argv.insert(judge.argv.end(), {"--harder", "/gw/tests/harder"});
    }
    judge.limits = limits_of(lab_);
    judge.limits.wall += std::chrono::seconds(8);
    judge.limits.cpu = std::chrono::seconds(lab_.limits.wall_seconds + 8);
    judge.limits.memory_bytes = std::max(judge.limits.memory_bytes, std::int64_t{512} << 20);

    GW_TRY(Pair events, event_pipe());
    GW_TRY(Pair control, control_sockets());
    judge.fds = {{events.theirs.get(), kEventsFd}, {control.mine.get(), kControlFd}};
    worker.fds = {{control.theirs.get(), kControlFd}};
    // Each end of the socket is left to one jail alone, so that either notices when the other has gone.
    judge.on_started = [&] { control.mine.reset(); };
    worker.on_started = [&] { control.theirs.reset(); };
    std::stop_source judge_ended;
    const std::stop_callback cancel(stop_, [&] { judge_ended.request_stop(); });
    auto working = std::async(std::launch::async,
                              [&] { return sandbox::run(worker, environment_.weaker, judge_ended.get_token()); });
    auto judging = std::async(std::launch::async, [&] {
      auto report = sandbox::run(judge, environment_.weaker, stop_);
      judge_ended.request_stop();
      return report;
    });
    follow(events, judging);
    Result<sandbox::Report> judged = judging.get();
    Result<sandbox::Report> worked = working.get();
    if (!judged.ok()) return judged.error();
    if (!worked.ok()) return worked.error();
    code_ = std::move(*worked);
    judge_ = std::move(*judged);
    return {};
  }

  void add_code(sandbox::Job& job) const {
    add_folder(job, "/gw/code", lab_.support);
    add_folder(job, "/gw/code", files_);
  }

  /// Reads events until the job has ended.
  void follow(Pair& events, std::future<Result<sandbox::Report>>& running) {
    const int flags = fcntl(events.mine.get(), F_GETFL);
    fcntl(events.mine.get(), F_SETFL, flags | O_NONBLOCK);
    char buffer[16384];
    std::size_t total = 0;
    while (true) {
      const bool ended = running.wait_for(std::chrono::milliseconds(5)) == std::future_status::ready;
      for (ssize_t n = 0; (n = read(events.mine.get(), buffer, sizeof buffer)) > 0;) {
        total += static_cast<std::size_t>(n);
        // Code that shares its process with the tests could write here for ever.
        if (total < (std::size_t{8} << 20)) events_.feed({buffer, static_cast<std::size_t>(n)});
      }
      if (ended) return;
    }
  }

  void judge() {
    using sandbox::Outcome;
    const sandbox::Report& harness = judge_ ? *judge_ : code_;
    if (harness.outcome == Outcome::kCancelled) {
      result_.verdict = Verdict::kCancelled;
      result_.message = "The run was cancelled; nothing is recorded.";
      return;
    }
    if (!events_.broken().empty()) return invalid("The lab's own tests are broken: " + events_.broken());
    if (judge_ && !(events_.done() && judge_->outcome == Outcome::kExited)) {
      // The judge holds none of the learner's code: that it fell is ours, unless it ran out of the lab's time.
      if (judge_->outcome != Outcome::kWallTime) {
        return invalid("The judge did not end as it should: " + judge_->explanation + " " +
                       base::clip(judge_->err, 500));
      }
    }
    if (judge_ && result_.tests.empty())
      return invalid("The judge collected no tests. " + base::clip(judge_->err, 500));
    for (LabTest& test : result_.tests) {
      if (test.status != "waiting" && test.status != "running") continue;
      test.message = test.status == "running" ? unfinished() : "It was not run, because the run ended before it.";
      test.status = "fail";
    }
    score();
    result_.verdict = verdict(harness);
    result_.message = message(harness);
  }

  void invalid(std::string why) {
    result_.verdict = Verdict::kInvalid;
    result_.message = std::move(why) + " This does not count.";
  }

  std::string unfinished() const {
    return code_.explanation.empty() ? "Your code ended the process before the test was over." : code_.explanation;
  }

  void score() {
    std::int64_t earned = 0;
    std::int64_t possible = 0;
    for (const LabTest& test : result_.tests) {
      possible += test.weight;
      if (test.status == "pass") earned += test.weight;
    }
    result_.score = progress::Fraction(earned, possible);
  }

  Verdict verdict(const sandbox::Report& harness) const {
    using sandbox::Outcome;
    const bool all = !result_.tests.empty() && std::all_of(result_.tests.begin(), result_.tests.end(),
                                                           [](const LabTest& test) { return test.status == "pass"; });
    if (all) return Verdict::kPass;
    if (code_.out_of_memory || code_.outcome == Outcome::kOutOfMemory || events_.reason() == "memory") {
      return Verdict::kOutOfMemory;
    }
    if (harness.outcome == Outcome::kWallTime || code_.outcome == Outcome::kCpuTime || events_.reason() == "timeout") {
      return Verdict::kTimeout;
    }
    return Verdict::kFail;
  }

  std::string message(const sandbox::Report& harness) const {
    switch (result_.verdict) {
      case Verdict::kPass:
        return "";
      case Verdict::kOutOfMemory:
        return "Your code used more than " + std::to_string(lab_.limits.memory_mb) +
               " MB of memory; all its processes count together.";
      case Verdict::kTimeout:
        return "Your code took longer than it may (" + std::to_string(lab_.limits.wall_seconds) +
               " s for all tests, half of it for one). Look for a loop or a wait that does not end, or work that grows "
               "too "
               "fast with its input.";
      default:
        break;
    }
    if (!harness.explanation.empty() && harness.outcome != sandbox::Outcome::kExited) return harness.explanation;
    if (result_.tests.empty()) return "No test could be run. " + base::clip(code_.err, 1000);
    const auto passed = std::count_if(result_.tests.begin(), result_.tests.end(),
                                      [](const LabTest& test) { return test.status == "pass"; });
    return std::to_string(passed) + " of " + std::to_string(result_.tests.size()) + " tests passed.";
  }

  const Lab& lab_;
  const Files& files_;
  LabMode mode_;
  LabVariant variant_;
  const LabEnvironment& environment_;
  std::stop_token stop_;
  LabResult result_;
  Events events_;
  sandbox::Report code_;                  // of the jail that held the learner's code
  std::optional<sandbox::Report> judge_;  // of the judge's, when there was one
};

}  // namespace

Result<std::filesystem::path> site_packages_of(const std::filesystem::path& python) {
  // <environment>/bin/python belongs to <environment>/lib/python3.N/site-packages.
  std::error_code error;
  const std::filesystem::path lib = python.parent_path().parent_path() / "lib";
  for (const auto& entry : std::filesystem::directory_iterator(lib, error)) {
    const std::filesystem::path site = entry.path() / "site-packages";
    if (std::filesystem::exists(site / "pytest", error)) return site;
  }
  return make_error(Code::kNotFound, "expected pytest below " + lib.string() + ", found none; './up' puts it there");
}

base::Status check_files(const Lab& lab, const Files& files) {
  for (const auto& [name, text] : files) {
    if (std::find(lab.files.begin(), lab.files.end(), name) == lab.files.end()) {
      std::string expected;
      for (const std::string& file : lab.files) expected += (expected.empty() ? "" : ", ") + file;
      return make_error(Code::kInvalidArgument, "'" + base::clip(name, 100) + "' is not a file of this lab" +
                                                    base::did_you_mean(name, lab.files) + "; expected " + expected);
    }
    if (text.size() > kMaxFileBytes) {
      return make_error(Code::kInvalidArgument,
                        name + ": expected at most 256 KiB, found " + std::to_string(text.size() >> 10) + " KiB");
    }
    if (!base::is_utf8(text) || text.find('\0') != std::string::npos)
      return make_error(Code::kInvalidArgument, name + ": expected UTF-8 text without zero bytes");
  }
  for (const std::string& name : lab.files) {
    if (files.count(name) == 0) return make_error(Code::kInvalidArgument, "the file '" + name + "' is missing");
  }
  return {};
}

Result<LabResult> run_lab(const Lab& lab, const Files& files, LabMode mode, LabVariant variant,
                          const LabEnvironment& environment, const std::function<void(const LabResult&)>& on_change,
                          std::stop_token stop) {
  GW_CHECK_OK(check_files(lab, files));
  if (variant == LabVariant::kHarder && lab.harder.empty()) {
    return make_error(Code::kInvalidArgument, "the lab '" + lab.id + "' has no harder variant");
  }
  return LabRun(lab, files, mode, variant, environment, on_change, std::move(stop)).run();
}

object results_json(const LabResult& result) {
  base::json::array tests;
  for (const LabTest& test : result.tests) {
    object entry{{"name", test.name},
                 {"status", test.status == "pass" ? "pass" : (test.status == "error" ? "error" : "fail")},
                 {"task_id", test.task_id}};
    entry["message"] = test.status == "pass" ? base::json::value(nullptr) : base::json::value(test.message);
    entry["output"] = test.output.empty() ? base::json::value(nullptr) : base::json::value(test.output);
    entry["test_code"] = test.test_code;
    tests.push_back(std::move(entry));
  }
  const bool ran = !result.tests.empty();
  return {{"version", 3},
          {"status", result.passed() ? "pass" : (ran ? "fail" : "error")},
          {"message", ran ? base::json::value(nullptr) : base::json::value(result.message)},
          {"tests", std::move(tests)}};
}

Result<sandbox::Report> run_python(const std::string& program, const LabEnvironment& environment,
                                   std::stop_token stop) {
  sandbox::Job job;
  job.argv = {kPython, "-I", "-B", "/gw/code/program.py"};
  job.files["/gw/code/program.py"] = program;
  job.env = {{"PATH", "/usr/bin:/bin"}, {"HOME", "/tmp"}, {"LANG", "C.UTF-8"}, {"PYTHONHASHSEED", "0"}};
  job.limits.wall = std::chrono::seconds(15);
  return sandbox::run(job, environment.weaker, std::move(stop));
}

}  // namespace groundwork::assess
