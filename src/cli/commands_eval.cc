#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>

#include "cli/commands.h"
#include "cli/eval_tools.h"
#include "cli/program_name.h"
#include "cli/score_services.h"
#include "measure/metric.h"
#include "measure/promptfoo.h"
#include "measure/target.h"

namespace groundwork::cli {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;
using SteadyClock = std::chrono::steady_clock;

struct RunFlags {
  std::string suite;
  std::string target;
  std::string out;
  std::string label;
  std::string resume;
  std::optional<std::size_t> cases;
  std::optional<std::uint64_t> seed;
  std::optional<std::size_t> repeats;
  std::optional<std::size_t> concurrency;
  std::optional<double> timeout_seconds;
  std::string config;
  ServiceFlags services;
  bool yes = false;
};

/// What a run keeps, so that `eval rerun` can say it again.
json::object request_of(const RunFlags& flags) {
  json::object out{{"suite", flags.suite}, {"target", flags.target}};
  if (flags.cases) out["cases"] = *flags.cases;
  if (flags.seed) out["seed"] = *flags.seed;
  if (flags.repeats) out["repeats"] = *flags.repeats;
  if (flags.concurrency) out["concurrency"] = *flags.concurrency;
  if (flags.timeout_seconds) out["timeout"] = *flags.timeout_seconds;
  for (auto& [key, value] : request_of(flags.services)) out[key] = std::move(value);
  return out;
}

RunFlags flags_of(const json::object& request) {
  RunFlags out;
  const auto size = [&](const char* key, std::optional<std::size_t>& into) {
    if (request.contains(key)) into = static_cast<std::size_t>(base::int_or(request, key, 0));
  };
  out.suite = base::string_or(request, "suite");
  out.target = base::string_or(request, "target");
  size("cases", out.cases);
  size("repeats", out.repeats);
  size("concurrency", out.concurrency);
  if (request.contains("seed")) out.seed = static_cast<std::uint64_t>(base::int_or(request, "seed", 0));
  if (request.contains("timeout")) out.timeout_seconds = base::number_or(request, "timeout", 0);
  out.services = service_flags_of(request);
  return out;
}

/// Asks at the terminal whether an address outside this network is meant. No terminal: no.
bool confirmed(const base::Error& why) {
  if (isatty(STDIN_FILENO) == 0 || isatty(STDERR_FILENO) == 0) return false;
  std::fprintf(stderr, "%s\nMeasure it? [y/N] ", why.text().c_str());
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

/// The bar with the time that is left, at most ten times a second.
class EvalProgress {
 public:
  explicit EvalProgress(const std::string& suite) : bar_(suite) {}

  void show(std::size_t done, std::size_t total, std::size_t failed) {
    const SteadyClock::time_point now = SteadyClock::now();
    if (first_ == 0) first_ = done;
    if (done < total && now - shown_ < std::chrono::milliseconds(100)) return;
    shown_ = now;
    const double seconds = std::chrono::duration<double>(now - started_).count();
    const std::size_t here = done - first_ + 1;
    const double left = seconds / static_cast<double>(here) * static_cast<double>(total - done);
    bar_.show(done, total, std::to_string(failed) + " failed, " + std::to_string(std::lround(left)) + " s left");
  }
  void clear() { bar_.clear(); }

 private:
  ProgressBar bar_;
  std::size_t first_ = 0;  // calls that were there already, of a resumed run, and the first of this one
  SteadyClock::time_point started_ = SteadyClock::now();
  SteadyClock::time_point shown_;
};

Result<measure::Run> measure_target(const Context& context, const measure::Suite& suite, const RunFlags& flags,
                                    const measure::RunStore& store) {
  const auto checked = measure::check_target(flags.target, flags.yes);
  const bool asks = !checked.ok() && checked.error().code == Code::kFailedPrecondition;
  if (!checked.ok() && !(asks && confirmed(checked.error()))) return checked.error();
  measure::RunOptions options;
  options.target = flags.target;
  options.allow_public = true;  // confirmed above, by --yes or at the terminal
  options.cases = flags.cases;
  options.seed = flags.seed;
  options.repeats = flags.repeats;
  options.concurrency = flags.concurrency;
  if (flags.timeout_seconds) {
    options.call_deadline = std::chrono::milliseconds(std::lround(*flags.timeout_seconds * 1000));
  }
  options.label = flags.label;
  options.resume = flags.resume;
  options.labels = flags.services.labels;
  GW_TRY(options.judge_price, judge_price(context, flags.services));
  options.program = program_name();
  options.request = request_of(flags);
  options.stop = interrupted();
  EvalProgress progress(suite.name);
  options.progress = [&](std::size_t done, std::size_t total, std::size_t failed) {
    progress.show(done, total, failed);
  };
  ProgressBar calibrating("calibrating the judge");
  options.calibrating = [&](std::size_t done, std::size_t total) { calibrating.show(done, total, "labels"); };
  auto run = measure::run_suite(suite, options, store, base::SystemClock());
  calibrating.clear();
  progress.clear();
  return run;
}

Result<measure::Run> measure_suite(const Context& context, RunFlags flags) {
  const measure::RunStore store = run_store(context, flags.out);
  if (!flags.resume.empty()) {
    GW_TRY(const measure::Run before, store.load(flags.resume));
    RunFlags kept = flags_of(before.request);
    if (!flags.suite.empty()) kept.suite = flags.suite;
    if (!flags.target.empty()) kept.target = flags.target;
    if (flags.concurrency) kept.concurrency = flags.concurrency;
    if (flags.timeout_seconds) kept.timeout_seconds = flags.timeout_seconds;
    if (const json::object given = request_of(flags.services); !given.empty()) {
      json::object services = request_of(kept.services);
      for (const auto& [key, value] : given) services[key] = value;
      kept.services = service_flags_of(services);
    }
    kept.resume = before.id;
    kept.out = flags.out;
    kept.yes = flags.yes;
    flags = std::move(kept);
  }
  if (flags.suite.empty()) return make_error(Code::kInvalidArgument, "expected a suite: --suite NAME");
  if (flags.target.empty()) return make_error(Code::kInvalidArgument, "expected a target: --target URL");
  ScoreServices services(context, flags.services);
  GW_TRY(const measure::Suite suite, find_suite(context, flags.suite, services.source()));
  return measure_target(context, suite, flags, store);
}

Exit print_run(const Context& context, const Result<measure::Run>& run) {
  if (!run.ok()) return context.fail(run.error());
  if (context.json) {
    context.print(run_summary(*run));
  } else {
    std::printf("%s", run_text(*run).c_str());
  }
  return exit_of(run->verdict);
}

/// Every provider of a promptfooconfig.yaml. Ends as promptfoo does: 100 when assertions fail, 1 for other errors.
Exit measure_promptfoo(const Context& context, const RunFlags& flags) {
  constexpr int kAssertionsFailed = 100;
  ScoreServices services(context, flags.services);
  const auto config = measure::load_promptfoo(flags.config, services.source());
  if (!config.ok()) {
    static_cast<void>(context.fail(config.error()));
    return Exit::kNotPassed;
  }
  int code = 0;
  json::array all;
  for (const measure::PromptfooSuite& one : config->suites) {
    RunFlags here = flags;
    here.target = one.target;
    const auto run = measure_target(context, one.suite, here, run_store(context, flags.out));
    if (!run.ok()) {
      static_cast<void>(context.fail(run.error()));
      return Exit::kNotPassed;
    }
    if (run->verdict == measure::Verdict::kFail && code == 0) code = kAssertionsFailed;
    if (run->verdict == measure::Verdict::kError || run->verdict == measure::Verdict::kIncomplete) code = 1;
    all.push_back(run_summary(*run));
    if (!context.json) std::printf("%s\n", run_text(*run).c_str());
  }
  if (context.json) context.print(json::object{{"runs", std::move(all)}});
  return static_cast<Exit>(code);
}

Exit list(const Context& context) {
  const auto folder = suites_folder(context);
  if (!folder.ok()) return context.fail(folder.error());
  json::array all;
  for (const std::string& name : suite_names(*folder)) {
    const auto suite = measure::load_suite(*folder / name, *folder / "contracts", unopened_services());
    if (!suite.ok()) {
      std::fprintf(stderr, "%s\n", suite.error().text().c_str());
      continue;
    }
    all.push_back(json::object{
        {"name", suite->name}, {"version", suite->version}, {"title", suite->title}, {"contract", suite->contract}});
    if (!context.json) {
      std::printf("%-12s %-4s %-8s %s\n", suite->name.c_str(), suite->version.c_str(), suite->contract.c_str(),
                  suite->title.c_str());
    }
  }
  if (context.json) context.print(json::object{{"suites", std::move(all)}});
  return Exit::kOk;
}

Exit show(const Context& context, const std::string& name) {
  const auto suite = find_suite(context, name, unopened_services());
  if (!suite.ok()) return context.fail(suite.error());
  const auto version = measure::version_of(*suite);
  if (!version.ok()) return context.fail(version.error());
  json::array metrics;
  for (const measure::Metric& one : suite->metrics) {
    const auto threshold = suite->thresholds.find(one.name);
    const std::string text = threshold == suite->thresholds.end() ? "" : threshold->second.text;
    metrics.push_back(json::object{{"name", one.name},
                                   {"definition", one.definition},
                                   {"source", one.source},
                                   {"unit", one.unit},
                                   {"higher_is_better", one.higher_is_better},
                                   {"threshold", text.empty() ? json::value(nullptr) : json::value(text)}});
  }
  if (context.json) {
    json::array files;
    for (const measure::DatasetFile& one : version->files) {
      files.push_back(json::object{{"path", one.path}, {"sha256", one.sha256}, {"cases", one.cases}});
    }
    context.print(json::object{{"suite", suite->name},
                               {"version", suite->version},
                               {"contract", suite->contract},
                               {"dataset_sha256", version->sha256},
                               {"cases", version->cases},
                               {"hidden_cases", suite->hidden.cases},
                               {"files", std::move(files)},
                               {"metrics", std::move(metrics)}});
    return Exit::kOk;
  }
  std::printf("%s %s: %s\ncontract %s, %zu cases and %zu hidden ones, dataset %s\n\n", suite->name.c_str(),
              suite->version.c_str(), suite->title.c_str(), suite->contract.c_str(), version->cases,
              suite->hidden.cases, version->sha256.substr(0, 12).c_str());
  for (const json::value& one : metrics) {
    const json::object& metric = one.as_object();
    std::printf("%-18s %-9s %s (%s)\n", base::string_or(metric, "name").c_str(),
                base::string_or(metric, "threshold").c_str(), base::string_or(metric, "definition").c_str(),
                base::string_or(metric, "source").c_str());
  }
  return Exit::kOk;
}

/// A metric with whatever options it can't be without.
Result<measure::Metric> described(const std::string& name) {
  json::object options;
  if (name == "json_schema") options["schema"] = json::object{};
  if (name == "regex") options["pattern"] = ".";
  if (score::need_of(name) == score::Need::kJudge) options["criteria"] = "right";
  return measure::find_metric(name, options, unopened_services());
}

Exit metrics(const Context& context) {
  json::array all;
  for (const std::string& name : measure::metric_names()) {
    const auto metric = described(name);
    if (!metric.ok()) return context.fail(metric.error());
    all.push_back(json::object{{"name", name},
                               {"definition", metric->definition},
                               {"source", metric->source},
                               {"unit", metric->unit},
                               {"higher_is_better", metric->higher_is_better}});
    if (!context.json) {
      std::printf("%-20s %-6s %s (%s)\n", name.c_str(), metric->unit.c_str(), metric->definition.c_str(),
                  metric->source.c_str());
    }
  }
  if (context.json) context.print(json::object{{"metrics", std::move(all)}});
  return Exit::kOk;
}

Exit runs(const Context& context, const std::string& out) {
  std::vector<std::string> problems;
  const std::vector<measure::Run> all = run_store(context, out).list(&problems);
  for (const std::string& one : problems) std::fprintf(stderr, "%s\n", one.c_str());
  json::array list;
  for (const measure::Run& run : all) {
    list.push_back(run_summary(run));
    if (context.json) continue;
    std::printf("%-46s %-10s %s%s\n", run.id.c_str(), std::string(to_string(run.verdict)).c_str(), run.target.c_str(),
                run.label.empty() ? "" : ("  " + run.label).c_str());
  }
  if (context.json) context.print(json::object{{"runs", std::move(list)}});
  if (!context.json && all.empty()) std::printf("no runs yet: groundwork eval run --suite search --target URL\n");
  return Exit::kOk;
}

Exit rerun(const Context& context, const std::string& id, const std::string& out, bool yes) {
  const auto before = run_store(context, out).load(id);
  if (!before.ok()) return context.fail(before.error());
  RunFlags flags = flags_of(before->request);
  flags.out = out;
  flags.yes = yes;
  flags.seed = before->seed;
  flags.label = "again: " + before->id;
  return print_run(context, measure_suite(context, flags));
}

void add_run(CLI::App& eval, Context& context, Command& chosen) {
  const auto flags = std::make_shared<RunFlags>();
  CLI::App* command =
      add_command(eval, "run", "Ask a service every case of a suite, and judge the answers",
                  "  groundwork eval run --suite search --target http://127.0.0.1:8080/reference/search\n"
                  "  groundwork eval run rag --target http://127.0.0.1:8000 --cases 20 --json\n"
                  "  groundwork eval run --resume latest\n"
                  "  groundwork eval run --suite mine --target URL --judge http://127.0.0.1:8001/v1 --judge-model M "
                  "--judge-key-env KEY --calibration labels.jsonl\n"
                  "Exit codes: 0 passed; 1 a threshold was missed; 5 nothing could be measured; 130 cancelled");
  command->add_option("suite,--suite", flags->suite, "Name, or a folder that holds a suite.yaml");
  command->add_option("--target", flags->target, "Base URL of the service");
  command->add_option("--cases", flags->cases, "Draw so many instead of all")->check(CLI::PositiveNumber);
  command->add_option("--seed", flags->seed, "Of the drawing and of the hidden cases");
  command->add_option("--repeats", flags->repeats, "How often each case is asked")->check(CLI::Range(1, 100));
  command->add_option("--concurrency", flags->concurrency, "Calls at a time")->check(CLI::Range(1, 200));
  command->add_option("--timeout", flags->timeout_seconds, "Seconds for one call")->check(CLI::PositiveNumber);
  command->add_option("--label", flags->label, "What to call the run");
  command->add_option("--resume", flags->resume, "A cancelled run, to go on with");
  command->add_option("--out", flags->out, "Folder of runs (default: runs/ in the data folder)");
  command->add_option("--config", flags->config, "A promptfooconfig.yaml instead of a suite");
  add_service_options(*command, flags->services);
  command->add_flag("--yes", flags->yes, "Confirms a target outside loopback and private ranges");
  command->callback([&context, &chosen, flags] {
    chosen = [&context, flags] {
      if (!flags->config.empty()) return measure_promptfoo(context, *flags);
      return print_run(context, measure_suite(context, *flags));
    };
  });
}

}  // namespace

void add_eval_commands(CLI::App& app, Context& context, Command& chosen) {
  CLI::App* eval = add_command(app, "eval", "Measure a service against a suite of cases",
                               "  groundwork eval list\n"
                               "  groundwork eval run --suite search --target http://127.0.0.1:8000\n"
                               "  groundwork eval compare RUN RUN");
  eval->require_subcommand(1);
  add_command(*eval, "list", "The suites that there are", "  groundwork eval list")->callback([&] {
    chosen = [&] { return list(context); };
  });
  const auto name = std::make_shared<std::string>();
  CLI::App* shown =
      add_command(*eval, "show", "What a suite measures, and what it asks for", "  groundwork eval show search --json");
  shown->add_option("suite", *name, "Name or folder")->required();
  shown->callback([&, name] { chosen = [&, name] { return show(context, *name); }; });
  add_command(*eval, "metrics", "Every metric with its definition, source and unit", "  groundwork eval metrics")
      ->callback([&] { chosen = [&] { return metrics(context); }; });
  add_run(*eval, context, chosen);
  const auto out = std::make_shared<std::string>();
  CLI::App* listed = add_command(*eval, "runs", "The runs that were made, newest first", "  groundwork eval runs");
  listed->add_option("--out", *out, "Folder of runs");
  listed->callback([&, out] { chosen = [&, out] { return runs(context, *out); }; });
  const auto again = std::make_shared<std::string>();
  const auto yes = std::make_shared<bool>(false);
  CLI::App* repeated = add_command(*eval, "rerun", "The same suite, target, seed and options once more",
                                   "  groundwork eval rerun latest");
  repeated->add_option("run", *again, "Id, its beginning, latest, or a folder")->required();
  repeated->add_option("--out", *out, "Folder of runs");
  repeated->add_flag("--yes", *yes, "Confirms a target outside loopback and private ranges");
  repeated->callback(
      [&, again, out, yes] { chosen = [&, again, out, yes] { return rerun(context, *again, *out, *yes); }; });
  add_eval_report_commands(*eval, context, chosen);
  add_eval_gate_command(*eval, context, chosen);
  add_eval_check_command(*eval, context, chosen);
}

}  // namespace groundwork::cli
