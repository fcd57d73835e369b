#include "api/live_evals.h"

#include <algorithm>
#include <future>

#include "base/suggest.h"
#include "base/utf8.h"
#include "measure/suite.h"
#include "measure/target.h"

namespace groundwork::api {

namespace fs = std::filesystem;
using base::Code;
using base::make_error;
using base::Result;

LiveEvals::LiveEvals(fs::path suites, measure::RunStore store, std::string program)
    : suites_(std::move(suites)), store_(std::move(store)), program_(std::move(program)) {}

LiveEvals::~LiveEvals() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

std::vector<LiveEvals::Named> LiveEvals::suites() const {
  std::vector<Named> out;
  std::error_code error;
  for (fs::directory_iterator at(suites_, error), end; !error && at != end; at.increment(error)) {
    const auto suite = measure::load_suite(at->path(), suites_ / "contracts");
    if (suite.ok() && suite->contract != "http") out.push_back({suite->name, suite->title});
  }
  std::ranges::sort(out, {}, &Named::name);
  return out;
}

Result<LiveEval> LiveEvals::start(const Wish& wish) {
  const std::vector<Named> known = suites();
  if (std::ranges::find(known, wish.suite, &Named::name) == known.end()) {
    std::vector<std::string> names;
    for (const Named& one : known) names.push_back(one.name);
    return make_error(Code::kNotFound, "no suite '" + base::clip(wish.suite, 80) + "'" +
                                           base::did_you_mean(base::clip(wish.suite, 80), names));
  }
  GW_TRY(measure::Suite suite, measure::load_suite(suites_ / wish.suite, suites_ / "contracts"));
  const auto target = measure::check_target(wish.target, false);
  if (!target.ok() && target.error().code == Code::kFailedPrecondition) {
    return make_error(Code::kFailedPrecondition,
                      "this address lies outside this machine and private ranges; measuring it is confirmed in the "
                      "terminal: groundwork eval run --suite " +
                          wish.suite + " --target URL --yes");
  }
  if (!target.ok()) return target.error();
  const std::scoped_lock starting(starting_);
  {
    const std::scoped_lock lock(mutex_);
    if (!now_.run.empty() && !now_.ended) {
      return make_error(Code::kFailedPrecondition, "the run " + now_.run + " goes on; one is made at a time");
    }
  }
  if (thread_.joinable()) thread_.join();  // it has ended
  auto begun = std::make_shared<std::promise<Result<LiveEval>>>();
  auto answer = begun->get_future();
  thread_ = std::jthread([this, wish, suite = std::move(suite), begun](const std::stop_token& stop) {
    bool told = false;
    measure::RunOptions options;
    options.target = wish.target;
    options.seed = wish.seed;
    options.cases = wish.cases;
    options.label = wish.label;
    options.program = program_;
    options.request = {{"suite", wish.suite}, {"target", wish.target}};
    if (wish.seed) options.request["seed"] = *wish.seed;
    if (wish.cases) options.request["cases"] = *wish.cases;
    options.stop = stop;
    options.begun = [&](const measure::Run& run) {
      LiveEval first{run.id, 0, run.asked, 0, false};
      {
        const std::scoped_lock lock(mutex_);
        now_ = first;
        watchers_.clear();
      }
      told = true;
      begun->set_value(std::move(first));
    };
    options.progress = [&](std::size_t done, std::size_t total, std::size_t failed) {
      {
        const std::scoped_lock lock(mutex_);
        now_.done = done;
        now_.total = total;
        now_.failed = failed;
      }
      tell(false);
    };
    const auto run = measure::run_suite(suite, options, store_, clock_);
    if (!told) {
      begun->set_value(run.ok() ? make_error(Code::kInternal, "the run never began") : run.error());
      return;
    }
    {
      const std::scoped_lock lock(mutex_);
      now_.ended = true;
    }
    tell(true);
  });
  return answer.get();
}

void LiveEvals::tell(bool always) {
  const std::scoped_lock lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (!always && now - told_ < std::chrono::milliseconds(100)) return;
  told_ = now;
  for (const auto& watcher : watchers_) watcher(now_);
}

Result<LiveEval> LiveEvals::find_locked(const std::string& run) const {
  if (run.empty() || now_.run != run) {
    return make_error(Code::kNotFound, "this server is not making a run '" + base::clip(run, 80) + "'");
  }
  return now_;
}

Result<LiveEval> LiveEvals::find(const std::string& run) const {
  const std::scoped_lock lock(mutex_);
  return find_locked(run);
}

Result<LiveEval> LiveEvals::cancel(const std::string& run) {
  const std::scoped_lock starting(starting_);
  GW_TRY(LiveEval found, find(run));
  thread_.request_stop();
  return found;
}

base::Status LiveEvals::watch(const std::string& run, std::function<void(const LiveEval&)> f) {
  const std::scoped_lock lock(mutex_);
  GW_TRY(const LiveEval found, find_locked(run));
  f(found);
  if (!found.ended) watchers_.push_back(std::move(f));
  return {};
}

}  // namespace groundwork::api
