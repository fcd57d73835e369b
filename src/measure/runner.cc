#include "measure/runner.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <mutex>

#include "measure/calibration.h"
#include "measure/case_source.h"
#include "measure/tally.h"
#include "measure/target.h"

namespace groundwork::measure {
namespace {

namespace asio = boost::asio;
using base::Code;
using base::make_error;
using base::Result;
using base::Status;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kAnswerLimit = std::size_t{8} << 20;
constexpr std::size_t kCasesForChance = 500;
constexpr std::size_t kJudgeThreads = 16;

double ms_since(SteadyClock::time_point started) {
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - started).count();
}

http::ClientRequest request_of(const Call& call, const std::string& base, milliseconds deadline,
                               const std::stop_token& stop) {
  http::ClientRequest out;
  out.method = call.method;
  out.url = base + call.path;
  out.headers = call.headers;
  out.body = call.body;
  if (!call.body.empty()) out.headers.set("Content-Type", "application/json");
  out.headers.set("Accept", "application/json");
  out.deadlines = {std::min(deadline, milliseconds(5'000)), deadline, deadline, deadline};
  out.body_limit = kAnswerLimit;
  out.stop = stop;
  return out;
}

/// One run on its way. Everything but waiting happens on one thread.
class Sitting {
 public:
  Sitting(const Suite& suite, const RunOptions& options, const RunStore& store, const base::Clock& clock)
      : suite_(suite),
        options_(options),
        store_(store),
        clock_(clock),
        call_deadline_(options.call_deadline.value_or(suite.call_deadline)),
        setup_deadline_(std::max(suite.setup_deadline, call_deadline_)) {
    if (options.call_deadline) setup_deadline_ = std::max(*options.call_deadline * 4, milliseconds(10'000));
  }

  Result<Run> run() {
    GW_CHECK_OK(prepare());
    const std::optional<Breach> broken = set_up();
    if (broken) return refuse(*broken);
    GW_CHECK_OK(ask_all());
    return conclude();
  }

 private:
  Status prepare() {
    GW_TRY(target_, check_target(options_.target, options_.allow_public));
    GW_TRY(version_, version_of(suite_));
    if (options_.resume.empty()) {
      run_.id = RunStore::new_id(clock_.now(), suite_.name);
      run_.started = base::format_timestamp(clock_.now());
    } else {
      GW_TRY(run_, store_.load(options_.resume));
      GW_CHECK_OK(check_resumed());
    }
    const std::filesystem::path judgements = store_.folder_of(run_.id) / "calibration.jsonl";
    std::vector<LabelJudgement> judged = read_judgements(judgements);
    const std::size_t judged_before = judged.size();
    if (!options_.labels.empty()) {
      const std::size_t threads = std::min(options_.concurrency.value_or(suite_.concurrency), kJudgeThreads);
      GW_TRY(calibrations_, calibrate(suite_, options_.labels, judged, threads, options_.stop, options_.calibrating));
    }
    const std::uint64_t seed = resumed() ? run_.seed : options_.seed.value_or(suite_.seed);
    const std::size_t repeats = resumed() ? run_.repeats : options_.repeats.value_or(suite_.repeats);
    GW_TRY(service_, make_service(suite_, seed));
    const std::size_t asked_before = run_.asked;
    selection_ = select(version_.cases, suite_.hidden.file.empty() ? 0 : suite_.hidden.cases,
                        options_.cases ? options_.cases : suite_.sample_cases, seed, repeats);
    if (resumed() && selection_.calls() != asked_before) {
      return make_error(Code::kFailedPrecondition, "the run asks " + std::to_string(asked_before) + " calls, found " +
                                                       std::to_string(selection_.calls()) +
                                                       " with these options; resume it with those it was started with");
    }
    describe(seed, repeats);
    GW_CHECK_OK(store_.save(run_));
    GW_CHECK_OK(append_judgements(judgements, std::span(judged).subspan(judged_before)));
    if (options_.begun) options_.begun(run_);
    tally_.emplace(suite_, *service_, repeats);
    done_.assign((selection_.in_file + suite_.hidden.cases) * repeats, false);
    if (resumed()) {
      GW_CHECK_OK(RunStore::for_each_sample(store_.folder_of(run_.id), [&](const Sample& one) -> Status {
        const std::size_t slot = slot_of(one.index, one.repeat);
        if (slot >= done_.size() || done_[slot]) return {};
        done_[slot] = true;
        tally_->add(one);
        return {};
      }));
    }
    GW_TRY(SampleWriter writer, SampleWriter::open(store_.folder_of(run_.id) / "cases.jsonl"));
    writer_.emplace(std::move(writer));
    http::ClientOptions client_options;
    client_options.max_idle_connections = run_.concurrency;
    GW_TRY(client_, http::Client::create(client_options));
    return {};
  }

  bool resumed() const { return !options_.resume.empty(); }

  Status check_resumed() const {
    if (run_.state == State::kFinished) {
      return make_error(Code::kFailedPrecondition, "run " + run_.id + " is finished; `eval rerun` measures again");
    }
    if (run_.suite != suite_.name || run_.suite_version != suite_.version || run_.dataset_sha256 != version_.sha256) {
      return make_error(Code::kFailedPrecondition,
                        "run " + run_.id + " is of " + run_.suite + " " + run_.suite_version + ", dataset " +
                            run_.dataset_sha256.substr(0, 12) + ", found " + suite_.name + " " + suite_.version +
                            ", dataset " + version_.sha256.substr(0, 12) + ": it can't go on with another");
    }
    return {};
  }

  void describe(std::uint64_t seed, std::size_t repeats) {
    run_.state = State::kRunning;
    run_.verdict = Verdict::kIncomplete;
    run_.reason = "not finished";
    run_.suite = suite_.name;
    run_.suite_version = suite_.version;
    run_.dataset_sha256 = version_.sha256;
    run_.files = version_.files;
    run_.contract = suite_.contract;
    run_.target = target_.url;
    if (!options_.label.empty()) run_.label = options_.label;
    run_.seed = seed;
    run_.repeats = repeats;
    run_.concurrency = options_.concurrency.value_or(suite_.concurrency);
    run_.asked = selection_.calls();
    run_.environment = this_environment(options_.program);
    if (!options_.request.empty()) run_.request = options_.request;
    run_.left_out.clear();
    run_.cases_sha256.clear();
  }

  std::size_t slot_of(std::size_t index, std::size_t repeat) const {
    return repeat * (selection_.in_file + suite_.hidden.cases) + index;
  }

  /// Posts what the cases need, below the first base path that has the contract. What went wrong, if something did.
  std::optional<Breach> set_up() {
    const std::vector<Call> calls = service_->setup();
    base_ = target_.url + suite_.base_paths.front();
    run_.base_path = suite_.base_paths.front();
    const SteadyClock::time_point until = SteadyClock::now() + setup_deadline_;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      auto response = post(calls[i], until);
      if (i == 0) {
        for (std::size_t path = 1; path < suite_.base_paths.size() && response.ok() && response->status == 404;
             ++path) {
          base_ = target_.url + suite_.base_paths[path];
          run_.base_path = suite_.base_paths[path];
          response = post(calls[i], until);
        }
      }
      if (!response.ok()) return breach_of(response.error());
      if (auto breach = service_->read_setup(*response, calls[i])) return breach;
    }
    return std::nullopt;
  }

  /// A service that says 503 is still starting, and is asked again.
  Result<http::ClientResponse> post(const Call& call, SteadyClock::time_point until) {
    while (true) {
      const auto left = std::chrono::duration_cast<milliseconds>(until - SteadyClock::now());
      const http::ClientRequest request = request_of(call, base_, std::max(left, milliseconds(1)), options_.stop);
      auto response = client_->fetch_blocking(request);
      constexpr milliseconds kPause{300};
      if (!response.ok() || response->status != 503 || left <= kPause) return response;
      std::mutex mutex;
      std::condition_variable_any changed;
      std::unique_lock hold(mutex);
      changed.wait_for(hold, options_.stop, kPause, [] { return false; });
      if (options_.stop.stop_requested()) return make_error(Code::kCancelled, "cancelled");
    }
  }

  Status ask_all() {
    CaseSource source(suite_, *service_, selection_);
    source_ = &source;
    started_ = SteadyClock::now();
    asio::io_context io{1};
    if (suite_.asks_models()) judges_.emplace(std::min(run_.concurrency, kJudgeThreads));
    const std::size_t workers = std::min(run_.concurrency, std::max<std::size_t>(1, selection_.calls()));
    for (std::size_t i = 0; i < workers; ++i) {
      asio::awaitable<void> worker = work();
      asio::co_spawn(io, std::move(worker), asio::detached);
    }
    io.run();
    run_.seconds += ms_since(started_) / 1000;
    return problem_ ? Status{*problem_} : writer_->sync();
  }

  /// The next job that has not been done; nothing when there is none, or no sense in it.
  std::optional<Job> next() {
    while (!problem_ && gave_up_ == GaveUp::kNot && !options_.stop.stop_requested()) {
      auto job = source_->next();
      if (!job.ok()) {
        problem_ = job.error();
        return std::nullopt;
      }
      if (!*job) return std::nullopt;
      if (some_cases_.size() < kCasesForChance && (*job)->repeat == 0) some_cases_.push_back((*job)->one);
      if (!done_[slot_of((*job)->one.index, (*job)->repeat)]) return *std::move(job);
    }
    return std::nullopt;
  }

  asio::awaitable<void> work() {
    while (std::optional<Job> job = next()) {
      const Call call = service_->call(job->one);
      const http::ClientRequest request = request_of(call, base_, call_deadline_, options_.stop);
      const SteadyClock::time_point sent = SteadyClock::now();
      const Result<http::ClientResponse> response = co_await client_->fetch(request);
      const double ms = ms_since(sent);
      if (!response.ok() && response.error().code == Code::kCancelled) co_return;
      Reading reading;
      if (response.ok()) {
        reading = service_->read(job->one, *response);
      } else {
        reading.breach = breach_of(response.error());
      }
      reading.answer.ms = ms;
      if (!judges_) {
        take(*job, judge(*job, reading));
        continue;
      }
      asio::awaitable<Sample> judging = judge_elsewhere(*job, reading);
      const Sample sample = co_await asio::co_spawn(judges_->get_executor(), std::move(judging), asio::use_awaitable);
      // A judgement that was broken off is none: a resumed run asks the case again.
      const bool broken =
          std::ranges::any_of(sample.judgements, [](const auto& one) { return one.second.judging.failed; });
      if (broken && options_.stop.stop_requested()) co_return;
      take(*job, sample);
    }
  }

  asio::awaitable<Sample> judge_elsewhere(const Job& job, const Reading& reading) const {
    co_return judge(job, reading);
  }

  void take(const Job& job, const Sample& sample) {
    tally_->add(sample);
    done_[slot_of(job.one.index, job.repeat)] = true;
    if (auto written = writer_->append(sample); !written.ok()) problem_ = written.error();
    watch(sample);
    if (sample.outcome == Outcome::kFailed) ++failed_;
    if (options_.progress) options_.progress(tally_->calls(), selection_.calls(), failed_);
  }

  Sample judge(const Job& job, const Reading& reading) const {
    Sample out;
    out.case_id = job.one.id;
    out.index = job.one.index;
    out.repeat = job.repeat;
    out.ms = reading.answer.ms;
    out.answer = reading.answer.body;
    const Answer* answer = reading.breach ? nullptr : &reading.answer;
    for (const Metric& metric : suite_.metrics) {
      auto worth = metric.value(job.one, answer);
      if (!worth) continue;
      out.values.emplace_back(metric.name, worth->value);
      if (worth->judgement) out.judgements.emplace_back(metric.name, *std::move(worth->judgement));
      if (metric.decides && worth->value < 1) out.outcome = Outcome::kWrong;
    }
    if (reading.breach) {
      out.outcome = Outcome::kFailed;
      out.error = reading.breach->code;
      out.message = reading.breach->message;
    }
    return out;
  }

  /// Gives up when no answers come: every further call would end the same way.
  void watch(const Sample& sample) {
    silent_ = is_transport(sample.error) ? silent_ + 1 : 0;
    if (silent_ >= std::max<std::size_t>(16, 4 * run_.concurrency)) gave_up_ = GaveUp::kTarget;
    if (sample.judgements.empty()) return;
    const bool mute = std::ranges::all_of(sample.judgements, [](const auto& one) { return one.second.judging.failed; });
    mute_ = mute ? mute_ + 1 : 0;
    if (mute_ >= std::max<std::size_t>(8, 2 * run_.concurrency)) gave_up_ = GaveUp::kModel;
  }

  Result<Run> conclude() {
    const bool cancelled = options_.stop.stop_requested() && tally_->calls() < selection_.calls();
    run_.state = cancelled ? State::kCancelled : State::kFinished;
    run_.finished = base::format_timestamp(clock_.now());
    const std::size_t left = selection_.calls() - tally_->calls();
    if (cancelled) {
      run_.left_out.push_back(std::to_string(left) + " calls were not made; `groundwork eval run --resume " + run_.id +
                              "` goes on");
    } else if (gave_up_ == GaveUp::kModel && left > 0) {
      run_.left_out.push_back(std::to_string(left) +
                              " calls were not made: the model that judges gave nothing for the last " +
                              std::to_string(mute_) + " answers");
    } else if (gave_up_ == GaveUp::kTarget && left > 0) {
      run_.left_out.push_back(std::to_string(left) + " calls were not made: the last " + std::to_string(silent_) +
                              " got no answer");
    }
    const std::size_t unasked = selection_.in_file + suite_.hidden.cases - selection_.from_file - selection_.hidden;
    if (unasked > 0) {
      run_.left_out.push_back(std::to_string(unasked) + " cases of the suite were not drawn (--cases, seed " +
                              std::to_string(run_.seed) + ")");
    }
    tally_->conclude(run_, some_cases_, gave_up_, [this](const std::string& metric, ModelSummary& model) {
      if (!model.judge) return;
      if (const auto found = calibrations_.by_metric.find(metric); found != calibrations_.by_metric.end()) {
        model.calibration = found->second;
        model.labels_sha256 = calibrations_.sha256;
      }
      if (!options_.judge_price) return;
      constexpr double kMillion = 1e6;
      model.cost = (static_cast<double>(model.prompt_tokens) * options_.judge_price->input_per_million +
                    static_cast<double>(model.completion_tokens) * options_.judge_price->output_per_million) /
                   kMillion;
      model.currency = options_.judge_price->currency;
    });
    if (run_.state == State::kFinished) {
      GW_TRY(run_.cases_sha256, sha256_of_file(store_.folder_of(run_.id) / "cases.jsonl"));
    }
    GW_CHECK_OK(store_.save(run_));
    return run_;
  }

  /// The run ends before the first case.
  Result<Run> refuse(const Breach& breach) {
    run_.state = breach.code == "cancelled" ? State::kCancelled : State::kFinished;
    run_.finished = base::format_timestamp(clock_.now());
    run_.verdict = run_.state == State::kCancelled ? Verdict::kIncomplete : Verdict::kError;
    const std::string sentence = "before the first case: " + service_->sentence(breach.code, 1, 1, breach.message);
    run_.reason = sentence;
    run_.failures = {{breach.code, sentence, 0, 0, {}}};
    run_.left_out.push_back("all " + std::to_string(selection_.calls() - tally_->calls()) + " calls");
    GW_CHECK_OK(store_.save(run_));
    return run_;
  }

  const Suite& suite_;
  const RunOptions& options_;
  const RunStore& store_;
  const base::Clock& clock_;
  milliseconds call_deadline_;
  milliseconds setup_deadline_;
  CheckedTarget target_;
  DatasetVersion version_;
  Selection selection_;
  Run run_;
  std::unique_ptr<Service> service_;
  std::optional<Tally> tally_;
  std::optional<SampleWriter> writer_;
  std::unique_ptr<http::Client> client_;
  std::string base_;
  CaseSource* source_ = nullptr;
  std::vector<bool> done_;
  std::vector<Case> some_cases_;
  std::optional<base::Error> problem_;
  SteadyClock::time_point started_;
  std::size_t silent_ = 0;  // calls without an answer since the last one
  std::size_t failed_ = 0;
  std::size_t mute_ = 0;  // answers on which no model said anything since it last did
  GaveUp gave_up_ = GaveUp::kNot;
  Calibrations calibrations_;
  std::optional<asio::thread_pool> judges_;  // where metrics ask models; none: they don't
};

}  // namespace

Result<Run> run_suite(const Suite& suite, const RunOptions& options, const RunStore& store, const base::Clock& clock) {
  Sitting sitting(suite, options, store, clock);
  return sitting.run();
}

}  // namespace groundwork::measure
