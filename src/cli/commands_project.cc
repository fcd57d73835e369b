#include <cstdio>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/portfolio_tools.h"
#include "portfolio/format.h"
#include "portfolio/projects.h"
#include "portfolio/run_import.h"

namespace groundwork::cli {
namespace {

using base::json::array;
using base::json::object;
using base::json::value;
using portfolio::Evidence;

std::string text_at(const object& from, std::string_view key) { return base::string_or(from, key); }

void print_metrics(const array& metrics) {
  for (const value& one : metrics) {
    const object& metric = one.as_object();
    const std::string measured = text_at(metric, "value_text");
    std::printf("    %-10s %s: %s, target %s%s\n", text_at(metric, "state").c_str(), text_at(metric, "title").c_str(),
                measured.empty() ? "not measured" : measured.c_str(), text_at(metric, "target_text").c_str(),
                metric.at("run").is_string() ? (", run " + text_at(metric, "run")).c_str() : "");
  }
}

void print_blocks(const array& blocks) {
  for (const value& one : blocks) {
    const object& block = one.as_object();
    std::printf("    blocked by %s (fact %lld): %s\n      next: %s\n      then: %s\n", text_at(block, "rule").c_str(),
                static_cast<long long>(block.at("facts").as_array().front().to_number<std::int64_t>()),
                text_at(block, "text").c_str(), text_at(block.at("next").as_object(), "command").c_str(),
                text_at(block, "what_if").c_str());
  }
}

Exit list(Context& context) {
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  const auto evidence = portfolio::evidence_of((*platform)->study(), context.learner);
  if (!evidence.ok()) return context.fail(evidence.error());
  array projects = portfolio::projects_json(*evidence);
  if (context.json) {
    context.print(object{{"projects", std::move(projects)}});
    return Exit::kOk;
  }
  for (const value& one : projects) {
    const object& project = one.as_object();
    std::printf("  %-10s %-12s %s\n", text_at(project, "project_id").c_str(), text_at(project, "status").c_str(),
                text_at(project, "title").c_str());
    print_metrics(project.at("metrics").as_array());
    print_blocks(project.at("blocks").as_array());
  }
  return Exit::kOk;
}

Exit show(Context& context, const std::string& id) {
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  const auto evidence = portfolio::evidence_of((*platform)->study(), context.learner);
  if (!evidence.ok()) return context.fail(evidence.error());
  const auto project = portfolio::project_json(*evidence, id);
  if (!project.ok()) return context.fail(project.error());
  if (context.json) {
    context.print(*project);
    return Exit::kOk;
  }
  std::printf("%s: %s\n%s\n\n%s\n", text_at(*project, "title").c_str(), text_at(*project, "problem").c_str(),
              text_at(*project, "status").c_str(), text_at(*project, "summary").c_str());
  std::printf("\n  Numbers\n");
  print_metrics(project->at("metrics").as_array());
  print_blocks(project->at("blocks").as_array());
  if (!base::bool_or(*project, "guided", false)) return Exit::kOk;
  for (const value& one : project->at("milestones").as_array()) {
    const object& milestone = one.as_object();
    std::printf("\n  Week %lld: %s\n", static_cast<long long>(base::int_or(milestone, "week", 0)),
                text_at(milestone, "title").c_str());
    for (const value& task : milestone.at("tasks").as_array()) std::printf("    - %s\n", task.as_string().c_str());
  }
  for (const auto& [title, key] :
       {std::pair{"README", "readme_checklist"}, std::pair{"Evidence", "evidence_checklist"}}) {
    std::printf("\n  %s\n", title);
    for (const value& line : project->at(key).as_array()) std::printf("    - %s\n", line.as_string().c_str());
  }
  const std::string contract = text_at(*project, "contract");
  std::printf("\n  Starter: %s%s%s\n", text_at(*project, "starter").c_str(),
              contract.empty() ? "" : ", contract: ", contract.c_str());
  return Exit::kOk;
}

/// Copies the starter into a new folder, and records that the project was begun.
Exit start(Context& context, const std::string& id, const std::string& folder) {
  namespace fs = std::filesystem;
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  assess::Study& study = (*platform)->study();
  const auto content = study.content().first;
  const auto guide = portfolio::guide_of(*content, id);
  if (!guide.ok()) return context.fail(guide.error());
  const fs::path to = folder.empty() ? fs::path(id) : fs::path(folder);
  std::error_code error;
  if (fs::exists(to, error) && !fs::is_empty(to, error)) {
    return context.fail(base::make_error(
        base::Code::kAlreadyExists, "'" + to.string() + "' is there already and not empty: name another --folder"));
  }
  fs::copy(study.library().root() / (*guide)->starter, to, fs::copy_options::recursive, error);
  const fs::path shared = (study.library().root() / (*guide)->starter).parent_path() / "http_service.py";
  if (!error && fs::exists(shared)) fs::copy_file(shared, to / "http_service.py", error);
  if (error) {
    return context.fail(
        base::make_error(base::Code::kUnavailable, "copy the starter to " + to.string() + ": " + error.message()));
  }
  if (const base::Status begun = portfolio::start_project(study, context.learner, id); !begun.ok()) {
    return context.fail(begun.error());
  }
  if (context.json) {
    context.print(object{{"project", id}, {"folder", fs::absolute(to, error).string()}});
  } else {
    std::printf(
        "%s is in %s\n  cd %s && python3 service.py --port 8000\n  groundwork project measure %s --target "
        "http://127.0.0.1:8000\n",
        id.c_str(), to.c_str(), to.c_str(), id.c_str());
  }
  return Exit::kOk;
}

struct MeasureOptions {
  std::string project;
  std::string target;
  std::vector<std::string> runs;
  bool remote = false;
};

/// The ids of the runs that suite and bench made of the target.
base::Result<std::vector<std::string>> run_instruments(Context& context, const curriculum::ProjectGuide& guide,
                                                       const MeasureOptions& options) {
  GW_CHECK_OK(portfolio::check_target(options.target, options.remote));
  std::vector<std::string> out;
  const auto needs = [&](std::string_view by) {
    return std::any_of(guide.metrics.begin(), guide.metrics.end(),
                       [&](const curriculum::ProjectMetric& metric) { return metric.measured_by == by; });
  };
  const auto run = [&](std::vector<std::string> words) -> base::Status {
    if (options.remote) words.emplace_back("--yes");
    GW_TRY(const std::string text, run_self(context, words));
    GW_TRY(const value result, base::parse_json(text));
    if (!result.is_object()) return base::make_error(base::Code::kInternal, words[0] + " printed no JSON object");
    if (words[0] == "bench") {  // it prints its figures; the run is kept here
      GW_TRY(const value made, portfolio::as_run(result));
      GW_CHECK_OK(save_run(context, made.as_object()));
      out.push_back(base::string_or(made.as_object(), "id"));
      return {};
    }
    std::string id = base::string_or(result.get_object(), "id");
    if (id.empty()) id = base::string_or(result.get_object(), "run");
    if (id.empty()) return base::make_error(base::Code::kInternal, words[0] + " named no run");
    out.push_back(std::move(id));
    return {};
  };
  if (needs("suite")) GW_CHECK_OK(run({"eval", "run", "--suite", guide.suite, "--target", options.target}));
  if (needs("bench")) {
    // Named whole: a base URL may itself end like an endpoint, as the reference's /reference/search does.
    std::string target = options.target;
    while (target.ends_with('/')) target.pop_back();
    if (guide.bench_profile == "search") target += "/search";
    if (guide.bench_profile == "rag") target += "/ask";
    GW_CHECK_OK(run({"bench", "run", "--target", target, "--profile", guide.bench_profile, "--concurrency", "4",
                     "--duration", "20s", "--keep"}));
  }
  if (out.empty()) {
    return base::make_error(
        base::Code::kFailedPrecondition,
        guide.project_id + " is measured by probe, pipeline and drill: groundwork project probe --help");
  }
  return out;
}

Exit measure(Context& context, const MeasureOptions& options) {
  if (options.target.empty() == options.runs.empty()) {
    return context.fail(
        base::make_error(base::Code::kInvalidArgument, "expected one of --target URL and --run FILE or ID"));
  }
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  assess::Study& study = (*platform)->study();
  const auto content = study.content().first;
  const auto guide = portfolio::guide_of(*content, options.project);
  if (!guide.ok()) return context.fail(guide.error());
  std::vector<std::string> runs = options.runs;
  if (runs.empty()) {
    auto made = run_instruments(context, **guide, options);
    if (!made.ok()) return context.fail(made.error());
    runs = std::move(*made);
  }
  portfolio::Imported all;
  for (const std::string& name : runs) {
    const auto run = load_run(context, name);
    if (!run.ok()) return context.fail(run.error());
    auto imported = portfolio::import_run(study, context.data_folder(), context.learner, options.project, *run);
    if (!imported.ok()) return context.fail(imported.error());
    if (all.metrics.empty()) {
      all = std::move(*imported);
      continue;
    }
    all.run += ", " + imported->run;
    for (std::size_t i = 0; i < all.metrics.size(); ++i) {
      if (imported->metrics[i].measured) all.metrics[i] = imported->metrics[i];
    }
    all.kpis.insert(all.kpis.end(), imported->kpis.begin(), imported->kpis.end());
    all.left_out.insert(all.left_out.end(), imported->left_out.begin(), imported->left_out.end());
  }
  const Exit exit = print_imported(context, all);
  if (context.json) return exit;
  const auto evidence = portfolio::evidence_of(study, context.learner);
  if (!evidence.ok()) return context.fail(evidence.error());
  if (const auto project = portfolio::project_json(*evidence, options.project); project.ok()) {
    print_blocks(project->at("blocks").as_array());
  }
  return exit;
}

/// Keeps the run, records what it measured of project 4, and prints it.
Exit keep(Context& context, const std::string& project, const object& run) {
  if (const base::Status saved = save_run(context, run); !saved.ok()) return context.fail(saved.error());
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  const auto imported =
      portfolio::import_run((*platform)->study(), context.data_folder(), context.learner, project, run);
  if (!imported.ok()) return context.fail(imported.error());
  return print_imported(context, *imported);
}

struct WatchOptions {
  std::string project = "project-4";
  std::string target;
  std::string path = "/healthz";
  std::string every = "5s";
  std::string duration = "10m";
  std::string limit = "15m";
  std::string version;
  std::string file;
  std::string workflow;
  std::string branch;
  bool remote = false;
};

Exit watch(Context& context, const WatchOptions& options, bool is_drill) {
  if (const base::Status allowed = portfolio::check_target(options.target, options.remote); !allowed.ok()) {
    return context.fail(allowed.error());
  }
  const auto every = duration_from(options.every);
  if (!every.ok()) return context.fail(every.error());
  const auto duration = duration_from(is_drill ? options.limit : options.duration);
  if (!duration.ok()) return context.fail(duration.error());
  auto client = http::Client::create();
  if (!client.ok()) return context.fail(client.error());
  const std::stop_token stop = interrupted();
  const auto limit =
      std::clamp<std::chrono::milliseconds>(*every, std::chrono::milliseconds{500}, std::chrono::seconds{10});
  const portfolio::Fetch fetch = fetch_with(**client, limit, stop);
  const base::SystemClock clock;
  if (is_drill) {
    const auto run = portfolio::drill(
        {.target = options.target, .expected_version = options.version, .every = *every, .limit = *duration}, fetch,
        clock, wait_for(stop), [](const std::string& seen) { std::fprintf(stderr, "%s\n", seen.c_str()); });
    return run.ok() ? keep(context, options.project, *run) : context.fail(run.error());
  }
  ProgressBar bar("probe");
  const auto run =
      portfolio::probe({.target = options.target, .path = options.path, .every = *every, .duration = *duration}, fetch,
                       clock, wait_for(stop), [&](const portfolio::Probe& one, std::size_t done, std::size_t all) {
                         bar.show(done, all, one.error.empty() ? "status " + std::to_string(one.status) : one.error);
                       });
  bar.clear();
  if (!run.ok()) return context.fail(run.error());
  return keep(context, options.project, *run);
}

Exit pipeline(Context& context, const WatchOptions& options) {
  const auto text = base::read_file(options.file, std::size_t{16} << 20);
  if (!text.ok()) return context.fail(text.error());
  const auto history = base::parse_json(*text);
  if (!history.ok()) return context.fail(base::wrap(history.error(), options.file));
  const auto run = portfolio::pipeline_run(*history, options.workflow, options.branch, base::SystemClock().now());
  if (!run.ok()) return context.fail(run.error());
  return keep(context, options.project, *run);
}

void add_operations(CLI::App& project, Context& context, Command& chosen) {
  auto of_probe = std::make_shared<WatchOptions>();
  CLI::App* probed =
      add_command(project, "probe", "Asks a service on a fixed beat: its uptime",
                  "  groundwork project probe --target https://capstone.example --every 5s --for 10m --remote");
  probed->add_option("--target", of_probe->target, "Base URL")->required();
  probed->add_option("--path", of_probe->path, "What is asked (default: /healthz)");
  probed->add_option("--every", of_probe->every, "The beat (default: 5s)");
  probed->add_option("--for", of_probe->duration, "How long (default: 10m)");
  probed->callback([&, of_probe] { chosen = [&, of_probe] { return watch(context, *of_probe, false); }; });

  auto of_drill = std::make_shared<WatchOptions>();
  of_drill->every = "500ms";
  CLI::App* drilled = add_command(project, "drill", "Times a rollback: start it when you decide to roll back",
                                  "  groundwork project drill --target http://127.0.0.1:8000 --expect-version 1.4.2");
  drilled->add_option("--target", of_drill->target, "Base URL; /version and /healthz are polled")->required();
  drilled->add_option("--expect-version", of_drill->version, "The version that runs again after it")->required();
  drilled->add_option("--every", of_drill->every, "How often it looks (default: 500ms)");
  drilled->add_option("--limit", of_drill->limit, "When it gives up (default: 15m)");
  drilled->callback([&, of_drill] { chosen = [&, of_drill] { return watch(context, *of_drill, true); }; });

  auto of_history = std::make_shared<WatchOptions>();
  CLI::App* history = add_command(project, "pipeline", "The deploy success rate of a run history of GitHub Actions",
                                  "  gh run list --workflow deploy --limit 100 --json "
                                  "databaseId,status,conclusion,workflowName,headBranch > runs.json\n"
                                  "  groundwork project pipeline --file runs.json");
  history->add_option("--file", of_history->file, "The history as JSON")->required();
  history->add_option("--workflow", of_history->workflow, "Only runs of this workflow");
  history->add_option("--branch", of_history->branch, "Only runs of this branch");
  history->callback([&, of_history] { chosen = [&, of_history] { return pipeline(context, *of_history); }; });
  for (auto& [command, options] :
       {std::pair{probed, of_probe}, std::pair{drilled, of_drill}, std::pair{history, of_history}}) {
    command->add_option("--project", options->project, "The project it measures (default: project-4)");
    if (command != history)
      command->add_flag("--remote", options->remote,
                        "The target is meant to be outside this machine and private ranges");
  }
}

}  // namespace

void add_project_commands(CLI::App& app, Context& context, Command& chosen) {
  CLI::App* project = add_command(app, "project", "The portfolio projects: guided, started, measured", "");
  project->require_subcommand(1);
  add_command(*project, "list", "Every project with its numbers", "  groundwork project list")->callback([&] {
    chosen = [&] { return list(context); };
  });
  auto id = std::make_shared<std::string>();
  CLI::App* shown = add_command(*project, "show", "Contract, milestones, numbers and checklists of a project",
                                "  groundwork project show project-1");
  shown->add_option("PROJECT", *id, "Project")->required();
  shown->callback([&, id] { chosen = [&, id] { return show(context, *id); }; });

  auto begun = std::make_shared<std::pair<std::string, std::string>>();
  CLI::App* started = add_command(*project, "start", "A runnable starter in a folder of its own",
                                  "  groundwork project start project-1 --folder ~/retrieval");
  started->add_option("PROJECT", begun->first, "Project")->required();
  started->add_option("--folder", begun->second, "New or empty (default: the project's id)");
  started->callback([&, begun] { chosen = [&, begun] { return start(context, begun->first, begun->second); }; });

  auto options = std::make_shared<MeasureOptions>();
  CLI::App* measured =
      add_command(*project, "measure", "Measures your service; a missed number blocks the phase until a report",
                  "  groundwork project measure project-1 --target http://127.0.0.1:8000\n"
                  "  groundwork project measure project-1 --run RUN_ID --run OTHER_RUN_ID");
  measured->add_option("PROJECT", options->project, "Project")->required();
  measured->add_option("--target", options->target, "Base URL of your service: its suite and its bench run against it");
  measured->add_option("--run", options->runs, "Instead: a finished run, by id, folder or file");
  measured->add_flag("--remote", options->remote, "The target is meant to be outside this machine and private ranges");
  measured->callback([&, options] { chosen = [&, options] { return measure(context, *options); }; });
  add_operations(*project, context, chosen);
}

}  // namespace groundwork::cli
