#include "bench/run.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "bench/mock_server.h"

namespace groundwork::bench {
namespace {

using base::Code;
using base::make_error;
using base::Result;

base::Status check(const BenchOptions& options) {
  const auto wrong = [](std::string text) { return make_error(Code::kInvalidArgument, std::move(text)); };
  if (options.loop == Loop::kClosed && options.concurrency == 0) return wrong("expected at least one caller");
  if (options.loop == Loop::kOpen && !(options.rate > 0 && options.rate <= 1e7)) {
    return wrong("expected a rate above 0 and at most 10,000,000 a second");
  }
  if (options.loop == Loop::kTrace && options.trace.empty()) return wrong("expected a trace with requests");
  if (options.loop != Loop::kTrace && options.duration.count() == 0 && options.requests == 0) {
    return wrong("expected a duration or a number of requests");
  }
  if (options.duration.count() < 0 || options.warm_up.count() < 0) return wrong("expected no negative duration");
  if (options.timeout.count() <= 0) return wrong("expected a positive time-out");
  return {};
}

std::size_t connections_of(const BenchOptions& options) {
  if (options.loop == Loop::kClosed) return options.concurrency;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const std::size_t allowed = limit.rlim_max > 128 ? static_cast<std::size_t>(limit.rlim_max) - 128 : 1;
  return std::max<std::size_t>(std::min(options.connections, allowed), 1);
}

Load load_of(const BenchOptions& options) {
  Load load;
  load.open_loop = options.loop != Loop::kClosed;
  if (options.loop == Loop::kOpen) {
    load.arrivals = [&options] { return arrivals_at(options.rate, options.spacing, options.seed); };
  } else if (options.loop == Loop::kTrace) {
    load.arrivals = [&options] { return arrivals_of(options.trace); };
  }
  load.connections = connections_of(options);
  load.threads = options.threads;
  load.warm_up = options.warm_up.count();
  load.duration = options.duration.count();
  load.requests = options.requests;
  load.timeout = options.timeout.count();
  load.stamps = options.server_stamps;
  load.sample_limit = options.sample_limit;
  return load;
}

/// What the target's process used between the end of the warm-up and the end of the run.
class UseWatch {
 public:
  UseWatch(int pid, std::int64_t warm_up) : pid_(pid), warm_up_(warm_up) { look(-1); }
  void look(std::int64_t elapsed) {
    if (pid_ == 0) return;
    const auto use = process_use(pid_);
    if (!use.ok()) return;
    if (!begun_ && (elapsed >= warm_up_ || warm_up_ == 0)) {
      begun_ = true;
      first_ = use->cpu_seconds;
    }
    if (!begun_) return;
    result_.cpu_seconds = use->cpu_seconds - first_;
    result_.peak_resident_bytes = std::max(result_.peak_resident_bytes, use->resident_bytes);
  }
  std::optional<TargetUse> result() const { return begun_ ? std::optional(result_) : std::nullopt; }

 private:
  int pid_;
  std::int64_t warm_up_;
  bool begun_ = false;
  double first_ = 0;
  TargetUse result_;
};

std::array<double, 5> differences(const Histogram& client, const Histogram& server) {
  std::array<double, 5> all{};
  for (std::size_t i = 0; i < kQuantiles.size(); ++i) {
    all[i] = static_cast<double>(client.value_at(kQuantiles[i]) - server.value_at(kQuantiles[i]));
  }
  return all;
}

}  // namespace

std::string_view to_string(Loop loop) {
  static constexpr std::array<std::string_view, 3> kNames = {"closed", "open", "trace"};
  return kNames[static_cast<std::size_t>(loop)];
}

Result<Calibration> calibrate_client(std::stop_token stop) {
  using namespace std::chrono_literals;
  MockOptions mock;
  mock.service_time = 3ms;
  mock.first_token = 10ms;
  mock.between_tokens = 5ms;
  GW_TRY(const auto server, MockServer::start(mock));
  BenchOptions options;
  options.target = "http://127.0.0.1:" + std::to_string(server->port());
  options.loop = Loop::kOpen;
  options.spacing = Spacing::kConstant;
  options.rate = 200;
  options.warm_up = 100ms;
  options.duration = 900ms;
  options.server_stamps = true;
  options.calibrate = false;
  Calibration calibration;
  GW_TRY(const BenchResult documents, run_bench(options, {}, stop));
  calibration.latency = differences(documents.recording.latency, documents.recording.server_latency);
  // By when the requests began: their number over the time that they took is the rate that was kept.
  const auto& samples = documents.recording.samples;
  if (samples.size() > 1) {
    const double took = static_cast<double>(samples.back().started - samples.front().started) / 1e9;
    calibration.rate = std::abs(static_cast<double>(samples.size() - 1) / took / options.rate - 1);
  }
  options.request.profile = Profile::kChat;
  options.request.output_tokens = 32;
  options.rate = 40;
  GW_TRY(const BenchResult streams, run_bench(options, {}, stop));
  calibration.ttft = differences(streams.recording.ttft, streams.recording.server_ttft);
  calibration.inter_token = differences(streams.recording.gap, streams.recording.server_gap);
  return calibration;
}

Result<BenchResult> run_bench(const BenchOptions& options, const LoadWatcher& watcher, std::stop_token stop) {
  GW_CHECK_OK(check(options));
  if (options.pid != 0) {
    GW_TRY([[maybe_unused]] const ProcessUse there, process_use(options.pid));
  }
  GW_TRY(const Target target, find_target(options.target, options.allow_outside));
  RequestOptions request = options.request;
  request.seed = options.seed;
  GW_TRY(const Requests requests, Requests::create(request, target.url));
  BenchResult result;
  result.options = options;
  result.options.request.headers.clear();
  result.options.target = target.url.text();
  result.environment = this_environment();
  if (options.calibrate) {
    GW_TRY(result.calibration, calibrate_client(stop));
  }
  result.started = base::SystemClock().now();
  UseWatch use(options.pid, options.warm_up.count());
  const auto watch = [&](const LoadProgress& progress) {
    use.look(progress.elapsed);
    if (watcher) watcher(progress);
  };
  const Load load = load_of(options);
  GW_TRY(result.recording, run_load(load, target, requests, watch, stop));
  use.look(options.warm_up.count());
  result.cancelled = stop.stop_requested();
  result.figures = figures_of(result.recording, load.open_loop, options.slo);
  if (result.cancelled && result.figures.requests == 0) {
    return make_error(Code::kCancelled, "cancelled before anything was measured");
  }
  result.client = judge_client(result.recording, load.open_loop);
  result.target_use = use.result();
  return result;
}

}  // namespace groundwork::bench
