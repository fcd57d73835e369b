// The mock that all load generators are pointed at, and our own generator, each as a process of its own:
//   bench_benchmark mock                          prints its URL, serves until its standard input ends
//   bench_benchmark http URL CONNECTIONS SECONDS  requests a second in a closed loop
//   bench_benchmark streams URL COUNT SECONDS     so many streams open; the client's figures and the mock's own
//   bench_benchmark stall                         a second's stall in an open loop and in a closed one
// Each prints one line of JSON.

#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench/mock_server.h"
#include "bench/result_json.h"

namespace {

using namespace std::chrono_literals;
namespace bench = groundwork::bench;
namespace json = groundwork::base::json;

int print(const groundwork::base::Result<bench::BenchResult>& result) {
  if (!result.ok()) {
    std::fprintf(stderr, "%s\n", result.error().message.c_str());
    return 1;
  }
  std::printf("%s\n", json::serialize(bench::summary_json(*result, "benchmark")).c_str());
  return 0;
}

bench::BenchOptions options_for(const std::string& url, const char* connections, const char* seconds) {
  bench::BenchOptions options;
  options.target = url;
  options.concurrency = std::strtoull(connections, nullptr, 10);
  options.duration = std::chrono::seconds(std::strtoull(seconds, nullptr, 10));
  options.calibrate = false;
  return options;
}

int serve() {
  bench::MockOptions mock;
  mock.first_token = 300ms;
  mock.between_tokens = 50ms;
  mock.tokens = 100;
  const auto server = bench::MockServer::start(mock);
  if (!server.ok()) return 1;
  std::printf("http://127.0.0.1:%d\n", (*server)->port());
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  return 0;
}

int stall() {
  json::object shown;
  for (const bool open : {true, false}) {
    bench::MockOptions mock;
    mock.service_time = 5ms;
    const auto server = bench::MockServer::start(mock);
    if (!server.ok()) return 1;
    bench::BenchOptions options = options_for("http://127.0.0.1:" + std::to_string((*server)->port()), "1", "10");
    options.loop = open ? bench::Loop::kOpen : bench::Loop::kClosed;
    options.rate = 100;
    (*server)->stall(4s, 1s);
    const auto result = bench::run_bench(options);
    if (!result.ok()) return 1;
    const auto milliseconds = [](std::int64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e6; };
    json::object one{{"p99_ms", milliseconds(result->figures.latency.quantiles[3])}};
    if (!open) one["corrected_p99_ms"] = milliseconds(result->figures.latency_corrected->quantiles[3]);
    shown[open ? "open" : "closed"] = one;
  }
  std::printf("%s\n", json::serialize(shown).c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "mock") return serve();
  if (mode == "stall") return stall();
  if (argc != 5 || (mode != "http" && mode != "streams")) {
    std::fprintf(stderr, "expected mock, stall, http URL CONNECTIONS SECONDS or streams URL COUNT SECONDS\n");
    return 2;
  }
  bench::BenchOptions options = options_for(argv[2], argv[3], argv[4]);
  if (mode == "streams") {
    options.request.profile = bench::Profile::kChat;
    options.request.output_tokens = 100;
    options.request.prompt_tokens = 32;
    options.warm_up = 6s;  // the streams begin spread over it, and each takes 5.3 s
    options.server_stamps = true;
  }
  return print(bench::run_bench(options));
}
