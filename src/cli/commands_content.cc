#include <cstdio>

#include "assess/lab_runner.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "curriculum/check.h"
#include "curriculum/index.h"
#include "curriculum/load.h"
#include "curriculum/scaffold.h"

namespace groundwork::cli {
namespace {

namespace fs = std::filesystem;
using base::json::array;
using base::json::object;
using curriculum::CheckEnvironment;

std::chrono::sys_days today() { return std::chrono::floor<std::chrono::days>(base::SystemClock().now()); }

CheckEnvironment::Output output_of(const base::Result<sandbox::Report>& report) {
  if (!report.ok()) return {.ok = false, .text = {}, .complaint = report.error().message};
  CheckEnvironment::Output out;
  out.ok = report->outcome == sandbox::Outcome::kExited && report->exit_code == 0;
  out.text = report->out;
  if (!out.ok) {
    const std::string& err = report->err;
    out.complaint = (report->explanation.empty() ? "" : report->explanation + " ") +
                    (err.size() > 500 ? err.substr(err.size() - 500) : err);
  }
  return out;
}

CheckEnvironment::Output output_of(const base::Result<assess::LabResult>& result) {
  if (!result.ok()) return {.ok = false, .text = {}, .complaint = result.error().message};
  CheckEnvironment::Output out{.ok = result->passed(), .text = {}, .complaint = result->message};
  for (const assess::LabTest& test : result->tests) {
    if (test.status == "pass") continue;
    out.complaint += " [" + test.id + "] " + base::clip(test.message, 200);
    break;
  }
  return out;
}

Exit check(Context& context, bool run) {
  const auto root = context.content_folder();
  if (!root.ok()) return context.fail(root.error());
  CheckEnvironment environment;
  environment.today = today();
  environment.stop = interrupted();
  assess::LabEnvironment labs = context.lab_environment();
  // The library's own code comes with the program and is trusted as it is; only learners' code needs the full jail.
  labs.weaker = sandbox::Weaker::kAccept;
  ProgressBar bar("checking");
  if (run) {
    environment.run_python = [&](const std::string& program) {
      return output_of(assess::run_python(program, labs, environment.stop));
    };
    environment.grade = [&](const curriculum::Lab& lab, const std::map<std::string, std::string>& files) {
      const auto variant = lab.harder.empty() ? assess::LabVariant::kStandard : assess::LabVariant::kHarder;
      return output_of(assess::run_lab(lab, files, assess::LabMode::kSubmit, variant, labs, {}, environment.stop));
    };
    environment.on_progress = [&](std::size_t done, std::size_t total, const std::string& what) {
      bar.show(done, total, what);
    };
  }
  const curriculum::CheckReport report = curriculum::check(*root, environment);
  bar.clear();
  object out = curriculum::to_json(report.counts);
  out["programs_run"] = report.programs_run;
  out["labs_graded"] = report.labs_graded;
  array problems;
  for (const schema::Problem& problem : report.problems) {
    std::fprintf(stderr, "%s\n", problem.text().c_str());
    problems.push_back(object{{"file", problem.file},
                              {"line", problem.at.line},
                              {"column", problem.at.column},
                              {"message", problem.message}});
  }
  out["problems"] = std::move(problems);
  if (context.json) {
    context.print(out);
  } else {
    const curriculum::Counts& counts = report.counts;
    std::printf(
        "%zu modules in 16 weeks: %zu complete, %zu outlines\n%zu explainers\n%zu questions\n%zu labs\n%zu remedials\n"
        "%zu interview packs\n",
        counts.modules, counts.complete, counts.outlines, counts.explainers, counts.questions, counts.labs,
        counts.remedials, counts.interview_packs);
    if (run) {
      std::printf("%zu programs run, %zu labs graded with solution and starter\n", report.programs_run,
                  report.labs_graded);
    }
    std::printf("%zu problems\n", report.problems.size());
  }
  if (report.cancelled) return Exit::kCancelled;
  if (!report.problems.empty() && run && report.programs_run + report.labs_graded == 0) {
    std::fprintf(stderr, "code and labs were not run, as the files have problems\n");
  }
  return report.problems.empty() ? Exit::kOk : Exit::kNotPassed;
}

Exit create(Context& context, const std::string& kind, const std::string& id, const std::string& module) {
  const auto root = context.content_folder();
  if (!root.ok()) return context.fail(root.error());
  const auto written = curriculum::scaffold(*root, kind, id, module, today());
  if (!written.ok()) return context.fail(written.error());
  array files;
  for (const std::string& file : *written) {
    files.emplace_back(file);
    if (!context.json) std::printf("%s\n", file.c_str());
  }
  if (context.json) context.print(object{{"files", std::move(files)}});
  return Exit::kOk;
}

Exit write_index(Context& context, bool only_check) {
  const auto root = context.content_folder();
  if (!root.ok()) return context.fail(root.error());
  const curriculum::Loaded loaded = curriculum::load(*root);
  for (const schema::Problem& problem : loaded.problems) std::fprintf(stderr, "%s\n", problem.text().c_str());
  if (!loaded.problems.empty()) return Exit::kNotPassed;
  const fs::path file = *root / "library/_meta/index.md";
  const std::string text = curriculum::index_of(loaded.curriculum);
  const auto before = base::read_file(file);
  const bool current = before.ok() && *before == text;
  if (!current && !only_check) {
    if (const auto done = base::write_file_atomically(file, text); !done.ok()) return context.fail(done.error());
  }
  if (context.json) {
    context.print(object{{"file", file.string()}, {"current", current}, {"written", !current && !only_check}});
  } else {
    std::printf("%s %s\n", file.c_str(), current ? "is current" : (only_check ? "is not current" : "is written"));
  }
  return current || !only_check ? Exit::kOk : Exit::kNotPassed;
}

}  // namespace

void add_content_commands(CLI::App& app, Context& context, Command& chosen) {
  CLI::App* content = add_command(app, "content", "For authors: check, new, index", "");
  content->require_subcommand(1);
  auto no_run = std::make_shared<bool>(false);
  CLI::App* checking =
      add_command(*content, "check", "Everything that keeps the library right; counts what is there",
                  "  groundwork content check\n  groundwork content check --no-run --json | jq .questions");
  checking->add_flag("--no-run", *no_run, "Do not run code blocks, solutions and starters");
  checking->callback([&, no_run] { chosen = [&, no_run] { return check(context, !*no_run); }; });

  auto kind = std::make_shared<std::string>();
  auto id = std::make_shared<std::string>();
  auto module = std::make_shared<std::string>();
  std::string kinds;
  for (const std::string& name : curriculum::scaffold_kinds()) kinds += (kinds.empty() ? "" : ", ") + name;
  CLI::App* creating = add_command(*content, "new", "A new piece of content from its template",
                                   "  groundwork content new explainer bm25-by-hand --module dense-lexical-hybrid\n"
                                   "  groundwork content new lab rank-fusion --module dense-lexical-hybrid");
  creating->add_option("KIND", *kind, kinds)->required();
  creating->add_option("ID", *id, "like-this")->required();
  creating->add_option("--module", *module, "The module it belongs to");
  creating->callback(
      [&, kind, id, module] { chosen = [&, kind, id, module] { return create(context, *kind, *id, *module); }; });

  auto only_check = std::make_shared<bool>(false);
  CLI::App* index = add_command(*content, "index", "Write library/_meta/index.md from the content",
                                "  groundwork content index\n  groundwork content index --check");
  index->add_flag("--check", *only_check, "Only say whether it is current");
  index->callback([&, only_check] { chosen = [&, only_check] { return write_index(context, *only_check); }; });
}

}  // namespace groundwork::cli
