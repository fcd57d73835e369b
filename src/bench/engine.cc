#include "bench/engine.h"

#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <thread>

#include "bench/engine_worker.h"

namespace groundwork::bench {

using base::Code;
using base::make_error;
using base::Result;

std::int64_t monotonic_now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void Recording::merge(Recording&& other) {
  const std::uint64_t base = gaps.size();
  for (Sample& sample : other.samples) {
    sample.gaps_at += base;
    samples.push_back(sample);
  }
  gaps.insert(gaps.end(), other.gaps.begin(), other.gaps.end());
  sample_stride = std::max(sample_stride, other.sample_stride);
  for (const auto& [mine, theirs] :
       {std::pair{&latency, &other.latency}, std::pair{&ttft, &other.ttft},
        std::pair{&ttft_content, &other.ttft_content}, std::pair{&gap, &other.gap},
        std::pair{&send_lag, &other.send_lag}, std::pair{&queue_lag, &other.queue_lag},
        std::pair{&read_lag, &other.read_lag}, std::pair{&server_ttft, &other.server_ttft},
        std::pair{&server_gap, &other.server_gap}, std::pair{&server_latency, &other.server_latency},
        std::pair{&arrival_error, &other.arrival_error}}) {
    mine->merge(*theirs);
  }
  output_tokens += other.output_tokens;
  prompt_tokens += other.prompt_tokens;
  tokens_from_usage += other.tokens_from_usage;
  reasoning_first += other.reasoning_first;
  bytes += other.bytes;
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    outcomes[i] += other.outcomes[i];
    if (first_complaint[i].empty()) first_complaint[i] = std::move(other.first_complaint[i]);
  }
  abandoned += other.abandoned;
  warm_up += other.warm_up;
  cpu += other.cpu;
  busiest_cpu = std::max(busiest_cpu, other.busiest_cpu);
  connections += other.connections;
  held_back += other.held_back;
  measured = std::max(measured, other.measured);
}

namespace {

/// As many files as the connections need, if the process may.
base::Status allow_connections(std::size_t connections) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t wanted = connections + 64;
  if (limit.rlim_cur >= wanted) return {};
  const rlimit raised{std::min(std::max<rlim_t>(wanted, limit.rlim_cur), limit.rlim_max), limit.rlim_max};
  if (raised.rlim_cur < wanted || setrlimit(RLIMIT_NOFILE, &raised) != 0) {
    return make_error(Code::kResourceExhausted, "expected to open " + std::to_string(connections) +
                                                    " connections, but this process may open " +
                                                    std::to_string(limit.rlim_max) + " files (ulimit -n)");
  }
  return {};
}

LoadProgress gather(const std::vector<std::unique_ptr<Worker>>& workers, std::int64_t elapsed) {
  LoadProgress all;
  all.elapsed = elapsed;
  for (const auto& worker : workers) {
    const LoadProgress one = worker->progress();
    all.sent += one.sent;
    all.ok += one.ok;
    all.failed += one.failed;
    all.tokens += one.tokens;
    all.open += one.open;
    all.latency.merge(one.latency);
  }
  return all;
}

}  // namespace

Result<Recording> run_load(const Load& load, const Target& target, const Requests& requests, const LoadWatcher& watcher,
                           std::stop_token stop) {
  if (load.connections == 0 || load.threads == 0) {
    return make_error(Code::kInvalidArgument, "expected at least one connection and one thread");
  }
  if (load.open_loop && !load.arrivals) return make_error(Code::kInvalidArgument, "an open loop needs arrivals");
  if (!load.open_loop && load.duration == 0 && load.requests == 0) {
    return make_error(Code::kInvalidArgument, "expected a duration or a number of requests");
  }
  GW_CHECK_OK(allow_connections(load.connections));
  const std::size_t threads = std::min(load.threads, load.connections);
  SharedTickets tickets;
  std::vector<std::unique_ptr<Worker>> workers;
  const std::int64_t epoch = monotonic_now() + 5'000'000;  // all threads are up by then
  for (std::size_t i = 0; i < threads; ++i) {
    GW_TRY(auto worker, Worker::create(load, target, requests, {i, threads, epoch}, tickets));
    workers.push_back(std::move(worker));
  }
  std::atomic<std::size_t> running = threads;
  {
    std::vector<std::jthread> pool;
    for (const auto& worker : workers) {
      pool.emplace_back([&running, &worker] {
        worker->run();
        --running;
      });
    }
    const std::stop_callback wake(stop, [&] {
      for (const auto& worker : workers) worker->cancel();
    });
    std::int64_t shown = monotonic_now();
    while (running > 0) {
      const timespec nap{0, 10'000'000};
      nanosleep(&nap, nullptr);
      const std::int64_t now = monotonic_now();
      if (watcher && now - shown >= 250'000'000) {
        shown = now;
        watcher(gather(workers, now - epoch));
      }
    }
  }
  Recording all;
  for (const auto& worker : workers) all.merge(worker->take());
  std::sort(all.samples.begin(), all.samples.end(),
            [](const Sample& a, const Sample& b) { return a.intended < b.intended; });
  return all;
}

}  // namespace groundwork::bench
