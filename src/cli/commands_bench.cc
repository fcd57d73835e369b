#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "api/measured_runs.h"
#include "api/measurement_json.h"
#include "base/file.h"
#include "bench/compare.h"
#include "bench/mock_server.h"
#include "bench/report.h"
#include "bench/result_json.h"
#include "bench/saturate.h"
#include "cli/bench_output.h"
#include "cli/commands.h"
#include "cli/portfolio_tools.h"
#include "cli/program_name.h"

namespace groundwork::cli {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

/// As they stand on the command line.
struct BenchArguments {
  bench::BenchOptions options;
  std::string profile = "http";
  std::string trace;
  double trace_speed = 1;
  std::string duration;
  std::string warm_up = "0s";
  std::string timeout = "30s";
  std::string slo;
  std::string queries;
  std::vector<std::string> headers;
  std::string key_variable;
  std::string out;
  std::string report;
  std::string aiperf;
  bool constant = false;
  bool no_stream = false;
  bool no_calibration = false;
  bool keep = false;
  bench::SaturateOptions saturate;
};

Result<std::chrono::nanoseconds> duration_of(const std::string& text) {
  GW_TRY(const std::int64_t nanoseconds, bench::parse_duration(text));
  return std::chrono::nanoseconds(nanoseconds);
}

Result<bench::Profile> profile_of(const std::string& name) {
  for (const auto one : {bench::Profile::kHttp, bench::Profile::kSearch, bench::Profile::kRag, bench::Profile::kChat,
                         bench::Profile::kEmbeddings}) {
    if (bench::to_string(one) == name) return one;
  }
  return make_error(Code::kInvalidArgument,
                    "expected profile chat, search, rag, embeddings or http, found '" + name + "'");
}

base::Status read_headers(const BenchArguments& arguments, bench::RequestOptions& request) {
  for (const std::string& header : arguments.headers) {
    const std::size_t colon = header.find(':');
    if (colon == std::string::npos) {
      return make_error(Code::kInvalidArgument, "expected --header 'Name: value', found no colon");
    }
    const std::size_t value = header.find_first_not_of(' ', colon + 1);
    request.headers.emplace_back(header.substr(0, colon), value == std::string::npos ? "" : header.substr(value));
  }
  if (arguments.key_variable.empty()) return {};
  const char* key = std::getenv(arguments.key_variable.c_str());
  if (key == nullptr || *key == '\0') {
    return make_error(Code::kInvalidArgument, "expected a key in the environment variable " + arguments.key_variable);
  }
  request.headers.emplace_back("Authorization", std::string("Bearer ") + key);
  return {};
}

/// The options of a run, from what was written.
Result<bench::BenchOptions> options_of(const BenchArguments& arguments) {
  bench::BenchOptions options = arguments.options;
  GW_TRY(options.request.profile, profile_of(arguments.profile));
  GW_CHECK_OK(read_headers(arguments, options.request));
  options.request.stream = !arguments.no_stream;
  if (!arguments.queries.empty()) {
    GW_TRY(options.request.queries, bench::read_queries(arguments.queries));
  }
  options.loop = options.rate > 0 ? bench::Loop::kOpen : bench::Loop::kClosed;
  options.spacing = arguments.constant ? bench::Spacing::kConstant : bench::Spacing::kPoisson;
  if (!arguments.trace.empty()) {
    options.loop = bench::Loop::kTrace;
    options.trace_name = arguments.trace;
    GW_TRY(options.trace, bench::read_trace(arguments.trace, arguments.trace_speed));
  }
  GW_TRY(options.warm_up, duration_of(arguments.warm_up));
  GW_TRY(options.timeout, duration_of(arguments.timeout));
  // A number of requests or a trace ends a run by itself.
  const bool ends = options.requests > 0 || options.loop == bench::Loop::kTrace;
  GW_TRY(options.duration, duration_of(!arguments.duration.empty() ? arguments.duration : ends ? "0s" : "30s"));
  GW_TRY(options.slo, bench::parse_slo(arguments.slo));
  options.calibrate = !arguments.no_calibration;
  return options;
}

base::Status write_files(const BenchArguments& arguments, const bench::BenchResult& result) {
  if (!arguments.out.empty()) GW_CHECK_OK(bench::write_result(arguments.out, result, program_name()));
  if (!arguments.report.empty()) {
    GW_CHECK_OK(base::write_file_atomically(arguments.report, bench::run_report(result, program_name())));
  }
  if (arguments.aiperf.empty()) return {};
  return base::write_file_atomically(arguments.aiperf, json::serialize(bench::to_aiperf(result)) + "\n");
}

/// Keeps the run with its samples where every run is, so that the web app shows it.
base::Status keep(const Context& context, const bench::BenchResult& result) {
  GW_TRY(const json::value run, portfolio::as_run(bench::summary_json(result, program_name())));
  GW_CHECK_OK(save_run(context, run.as_object()));
  const std::string id = base::string_or(run.as_object(), "id");
  std::fprintf(stderr, "kept as %s\n", id.c_str());
  return bench::write_result(context.data_folder() / "runs" / id / "bench.json", result, program_name());
}

Exit run(const Context& context, const BenchArguments& arguments) {
  const auto options = options_of(arguments);
  if (!options.ok()) return context.fail(options.error());
  std::error_code error;
  if (!arguments.out.empty() && std::filesystem::exists(arguments.out, error)) {
    return context.fail(
        make_error(Code::kAlreadyExists, "results are never overwritten: give another name", arguments.out));
  }
  if (options->calibrate && !context.json) std::fprintf(stderr, "calibrating the client (2 s) ...\n");
  LiveView view(*options);
  const auto result = bench::run_bench(
      *options, [&](const auto& progress) { view.show(progress); }, interrupted());
  view.clear();
  if (!result.ok()) return context.fail(result.error());
  if (const auto written = write_files(arguments, *result); !written.ok()) return context.fail(written.error());
  if (arguments.keep) {
    if (const auto kept = keep(context, *result); !kept.ok()) return context.fail(kept.error());
  }
  if (context.json) {
    context.print(bench::summary_json(*result, program_name()));
  } else {
    print_result(*result);
  }
  if (result->cancelled) return Exit::kCancelled;
  const bool nothing = result->figures.requests > 0 && result->figures.ok == 0;
  return nothing || (!result->figures.slo.empty() && !result->figures.slo_met()) ? Exit::kNotPassed : Exit::kOk;
}

Exit saturate(const Context& context, const BenchArguments& arguments) {
  auto options = options_of(arguments);
  if (!options.ok()) return context.fail(options.error());
  if (arguments.duration.empty()) options->duration = std::chrono::seconds(10);
  const bench::ProbeRun probe = [&](double rate, int number) {
    if (!context.json) std::fprintf(stderr, "%10.4g requests a second ... ", rate);
    auto made = bench::probe_target(*options, rate, number, interrupted());
    if (!context.json && made.ok()) {
      std::fprintf(stderr, "%s\n",
                   made->client_limit                  ? "the client is the bottleneck"
                   : made->meets == bench::Meets::kYes ? "meets the objective"
                   : made->meets == bench::Meets::kNo  ? "misses it"
                                                       : "too near to tell");
    }
    return made;
  };
  const auto found = bench::find_saturation(arguments.saturate, probe, interrupted());
  if (!found.ok()) return context.fail(found.error());
  if (context.json) {
    context.print(bench::to_json(*found));
  } else {
    std::printf("%s\n", found->text.c_str());
  }
  if (found->cancelled) return Exit::kCancelled;
  return found->meets ? Exit::kOk : Exit::kNotPassed;
}

/// A file, or the id of a run that was kept with its samples.
std::filesystem::path result_file(const Context& context, const std::string& name) {
  std::error_code error;
  if (!portfolio::is_run_id(name) || std::filesystem::exists(name, error)) return name;
  const std::filesystem::path kept = context.data_folder() / "runs" / name / "bench.json";
  return std::filesystem::exists(kept, error) ? kept : std::filesystem::path(name);
}

Exit runs(const Context& context) {
  constexpr std::size_t kMost = 1'000;
  const auto listed = api::MeasuredRuns(context.data_folder() / "runs").newest(kMost);
  for (const std::string& one : listed.problems) std::fprintf(stderr, "%s\n", one.c_str());
  json::array all;
  for (const auto& run : listed.runs) {
    if (run->kind != "bench") continue;
    const json::object row = api::measurement_row_json(*run);
    if (!context.json) {
      std::printf("%-36s", run->id.c_str());
      for (const json::value& one : row.at("headline").as_array()) {
        const json::object& figure = one.as_object();
        std::printf("  %s %.4g %s", base::string_or(figure, "name").c_str(), base::number_or(figure, "value", 0),
                    base::string_or(figure, "unit").c_str());
      }
      std::printf("  %s\n", run->target().c_str());
    }
    all.push_back(row);
  }
  if (!context.json && all.empty()) std::printf("no runs yet: groundwork bench run --target URL --keep\n");
  if (context.json) context.print(json::object{{"runs", std::move(all)}});
  return Exit::kOk;
}

Exit compare(const Context& context, const std::string& a, const std::string& b, std::uint64_t seed,
             const std::string& report) {
  const auto left = bench::read_result(result_file(context, a));
  if (!left.ok()) return context.fail(left.error());
  const auto right = bench::read_result(result_file(context, b));
  if (!right.ok()) return context.fail(right.error());
  const auto comparison = bench::compare_runs(*left, *right, seed);
  if (!comparison.ok()) return context.fail(comparison.error());
  if (!report.empty()) {
    const auto written =
        base::write_file_atomically(report, bench::comparison_report(*left, *right, *comparison, program_name()));
    if (!written.ok()) return context.fail(written.error());
  }
  if (context.json) {
    context.print(bench::to_json(*comparison));
  } else {
    print_comparison(*comparison);
  }
  return Exit::kOk;
}

Exit calibrate(const Context& context) {
  const auto calibration = bench::calibrate_client(interrupted());
  if (!calibration.ok()) return context.fail(calibration.error());
  if (context.json) {
    context.print(bench::to_json(*calibration));
  } else {
    print_calibration(*calibration);
  }
  return Exit::kOk;
}

struct MockArguments {
  int port = 0;
  std::size_t threads = 1;
  std::size_t workers = 0;
  std::string service = "0s";
  std::string first = "0s";
  std::string between = "0s";
  std::uint32_t tokens = 32;
  std::uint32_t reasoning = 0;
  std::string stall_after;
  std::string stall_for = "1s";
};

Exit mock(const Context& context, const MockArguments& arguments) {
  bench::MockOptions options;
  options.port = static_cast<std::uint16_t>(arguments.port);
  options.threads = arguments.threads;
  options.workers = arguments.workers;
  options.tokens = arguments.tokens;
  options.reasoning_tokens = arguments.reasoning;
  const auto service = duration_of(arguments.service);
  const auto first = duration_of(arguments.first);
  const auto between = duration_of(arguments.between);
  const auto stall_after = duration_of(arguments.stall_after.empty() ? "0s" : arguments.stall_after);
  const auto stall_for = duration_of(arguments.stall_for);
  for (const auto* one : {&service, &first, &between, &stall_after, &stall_for}) {
    if (!one->ok()) return context.fail(one->error());
  }
  options.service_time = *service;
  options.first_token = *first;
  options.between_tokens = *between;
  const std::stop_token stop = interrupted();  // before the server's threads, which would take the signal otherwise
  const auto server = bench::MockServer::start(options);
  if (!server.ok()) return context.fail(server.error());
  if (!arguments.stall_after.empty()) (*server)->stall(*stall_after, *stall_for);
  std::printf("http://127.0.0.1:%d\n", (*server)->port());
  std::fflush(stdout);
  while (!stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  return Exit::kOk;
}

void add_request_options(CLI::App& command, BenchArguments& all) {
  bench::BenchOptions& options = all.options;
  command.add_option("--target", options.target, "http://host:port[/path]")->required();
  command.add_option("--profile", all.profile, "chat, search, rag, embeddings or http")->capture_default_str();
  command.add_option("--duration", all.duration, "How long to measure, such as 30s or 2m");
  command.add_option("--warm-up", all.warm_up, "Load before what is measured")->capture_default_str();
  command.add_option("--timeout", all.timeout, "Of each request")->capture_default_str();
  command.add_option("--slo", all.slo, "Objective, such as ttft_p95<=300ms,e2e_p99<=2s,errors<=1%");
  command.add_option("--seed", options.seed, "Of arrivals and prompts")->capture_default_str();
  command.add_option("--threads", options.threads, "Of the client")->check(CLI::Range(1, 256))->capture_default_str();
  command.add_option("--connections", options.connections, "At most, in an open loop")->check(CLI::Range(1, 1'000'000));
  command.add_option("--pid", options.pid, "A local process whose CPU and memory are noted")
      ->check(CLI::PositiveNumber);
  command.add_option("--model", options.request.model, "Named in chat and embeddings requests");
  command.add_option("--prompt-tokens", options.request.prompt_tokens, "About, of a chat")
      ->check(CLI::Range(1, 1'000'000));
  command.add_option("--output-tokens", options.request.output_tokens, "At most, of a chat")
      ->check(CLI::Range(1, 1'000'000));
  command.add_option("--top-k", options.request.top_k, "Of search and rag")->check(CLI::Range(1, 1'000));
  command.add_option("--queries", all.queries, "A file of queries, a line each, or JSON lines with text or question");
  command.add_option("--header", all.headers, "'Name: value', more than once; never written to results");
  command.add_option("--api-key-env", all.key_variable,
                     "An environment variable whose value is sent as a bearer token");
  command.add_option("--method", options.request.method, "Of profile http");
  command.add_option("--body", options.request.body, "Of profile http");
  command.add_flag("--no-stream", all.no_stream, "Answers in one piece");
  command.add_flag("--constant", all.constant, "Equal gaps between requests instead of random ones");
  command.add_flag("--yes", options.allow_outside, "You may load a target outside loopback and private ranges");
}

}  // namespace

void add_bench_commands(CLI::App& app, Context& context, Command& chosen) {
  CLI::App* group = add_command(
      app, "bench", "Load a service and measure it; say how far the measuring can be trusted",
      "  groundwork bench run --target http://127.0.0.1:8000 --profile chat --concurrency 8\n"
      "  groundwork bench run --target http://127.0.0.1:8000 --profile search --rate 50 --slo 'e2e_p95<=200ms'\n"
      "  groundwork bench saturate --target http://127.0.0.1:8000 --slo 'e2e_p95<=200ms,errors<=1%'\n"
      "  groundwork bench compare before.json after.json");
  group->require_subcommand(1);

  auto all = std::make_shared<BenchArguments>();
  CLI::App* command = add_command(
      *group, "run", "One run: what came back when",
      "  groundwork bench run --target http://127.0.0.1:8000/healthz --concurrency 32 --duration 10s\n"
      "  groundwork bench run --target http://127.0.0.1:8000 --profile chat --trace conv.csv --out run.json");
  add_request_options(*command, *all);
  CLI::Option* closed =
      command->add_option("--concurrency", all->options.concurrency, "Closed loop: callers, each waits for its answer")
          ->check(CLI::Range(1, 1'000'000));
  CLI::Option* open =
      command->add_option("--rate", all->options.rate, "Open loop: requests a second whatever comes back")
          ->check(CLI::PositiveNumber);
  CLI::Option* trace =
      command->add_option("--trace", all->trace, "Azure's CSV or Mooncake's JSON lines: when and how long");
  closed->excludes(open)->excludes(trace);
  open->excludes(trace);
  command->add_option("--trace-speed", all->trace_speed, "2: twice as fast as recorded")
      ->check(CLI::PositiveNumber)
      ->needs(trace);
  command->add_option("--requests", all->options.requests, "How many to measure")->check(CLI::PositiveNumber);
  command->add_option("--out", all->out, "The result with its raw samples, as a new JSON file");
  command->add_flag("--keep", all->keep, "Keep it below runs/ of the data folder: the web app shows it under Proof");
  command->add_option("--report", all->report, "An HTML page with charts");
  command->add_option("--aiperf", all->aiperf, "The figures in the shape of AIPerf's profile_export_aiperf.json");
  command->add_option("--samples", all->options.sample_limit, "Most raw samples to keep")
      ->check(CLI::Range(100, 10'000'000));
  command->add_flag("--no-calibration", all->no_calibration, "Don't measure the client's own error first");
  command->add_flag("--server-stamps", all->options.server_stamps,
                    "The target is 'bench mock': compare with its own times");
  command->callback([&context, &chosen, all] { chosen = [&context, all] { return run(context, *all); }; });

  auto limit = std::make_shared<BenchArguments>();
  command =
      add_command(*group, "saturate", "The highest rate at which the objective is met",
                  "  groundwork bench saturate --target http://127.0.0.1:8000 --profile search --slo 'e2e_p95<=200ms'");
  add_request_options(*command, *limit);
  command->add_option("--from", limit->saturate.from, "The first rate that is tried")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--most", limit->saturate.most, "Never more requests a second")->check(CLI::PositiveNumber);
  command->add_option("--precision", limit->saturate.precision, "Width of the bracket, as a share")
      ->check(CLI::Range(0.01, 1.0))
      ->capture_default_str();
  command->callback([&context, &chosen, limit] { chosen = [&context, limit] { return saturate(context, *limit); }; });

  struct Pair {
    std::string a, b, report;
    std::uint64_t seed = 1;
  };
  auto pair = std::make_shared<Pair>();
  command = add_command(*group, "compare",
                        "Two results of bench run, by --out or --keep: which is faster, or that it can't be told",
                        "  groundwork bench compare before.json after.json --report compare.html");
  command->add_option("a", pair->a, "A result file, or the id of a run that was kept")->required();
  command->add_option("b", pair->b, "Another")->required();
  command->add_option("--seed", pair->seed, "Of the resampling")->capture_default_str();
  command->add_option("--report", pair->report, "An HTML page with charts");
  command->callback([&context, &chosen, pair] {
    chosen = [&context, pair] { return compare(context, pair->a, pair->b, pair->seed, pair->report); };
  });

  command = add_command(*group, "runs", "Load runs that were kept, newest first", "  groundwork bench runs --json");
  command->callback([&context, &chosen] { chosen = [&context] { return runs(context); }; });

  command = add_command(*group, "calibrate", "How far the client's figures are off on this machine, now",
                        "  groundwork bench calibrate");
  command->callback([&context, &chosen] { chosen = [&context] { return calibrate(context); }; });

  auto served = std::make_shared<MockArguments>();
  command = add_command(*group, "mock", "A server of known timing to measure against, until Ctrl-C",
                        "  groundwork bench mock --port 9000 --first-token 200ms --between-tokens 20ms --tokens 64");
  command->add_option("--port", served->port, "On loopback; 0: any")->check(CLI::Range(0, 65'535));
  command->add_option("--threads", served->threads, "Of the server")->check(CLI::Range(1, 64));
  command->add_option("--workers", served->workers, "Requests at a time; others queue. 0: all at once");
  command->add_option("--service-time", served->service, "Of an answer in one piece");
  command->add_option("--first-token", served->first, "Of a stream");
  command->add_option("--between-tokens", served->between, "Of a stream");
  command->add_option("--tokens", served->tokens, "Of a stream, at most");
  command->add_option("--reasoning-tokens", served->reasoning, "Before them");
  command->add_option("--stall-after", served->stall_after, "Then nothing moves for a while");
  command->add_option("--stall-for", served->stall_for, "How long")->capture_default_str();
  command->callback([&context, &chosen, served] { chosen = [&context, served] { return mock(context, *served); }; });
}

}  // namespace groundwork::cli
