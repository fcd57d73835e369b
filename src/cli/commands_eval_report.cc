#include <algorithm>
#include <cstdio>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/eval_tools.h"
#include "measure/bundle.h"
#include "measure/compare.h"
#include "measure/report.h"

namespace groundwork::cli {
namespace {

namespace fs = std::filesystem;
namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

struct ReportFlags {
  std::string run;
  std::string format = "text";
  std::string out;
  std::string to;
};

struct CompareFlags {
  std::string a;
  std::string b;
  std::string metric;
  std::string out;
};

Result<std::string> report_of(const measure::RunStore& store, const measure::Run& run, const std::string& format) {
  GW_TRY(const fs::path folder, store.resolve(run.id));
  if (format == "markdown") return measure::to_markdown(run);
  if (format == "junit") return measure::to_junit(run, folder);
  if (format == "evallog") return measure::to_evallog(run, folder);
  if (format == "html") return measure::to_html(run, folder);
  if (format == "json") return json::serialize(measure::to_json(run)) + "\n";
  return run_text(run);
}

base::Status deliver(const std::string& text, const std::string& file) {
  if (!file.empty()) return base::write_file_atomically(file, text);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return {};
}

Exit report(const Context& context, const ReportFlags& flags) {
  const measure::RunStore store = run_store(context, flags.out);
  const auto run = store.load(flags.run);
  if (!run.ok()) return context.fail(run.error());
  const auto text = report_of(store, *run, context.json ? "json" : flags.format);
  if (!text.ok()) return context.fail(text.error());
  const base::Status written = deliver(*text, flags.to);
  return written.ok() ? Exit::kOk : context.fail(written.error());
}

void print_changes(const char* what, const std::vector<measure::PairedValues>& cases) {
  constexpr std::size_t kShown = 10;
  if (cases.empty()) return;
  std::printf("%s with b: %zu cases\n", what, cases.size());
  for (std::size_t i = 0; i < std::min(kShown, cases.size()); ++i) {
    std::printf("  %+.3f  %.3f -> %.3f  %s\n", cases[i].mean_b() - cases[i].mean_a(), cases[i].mean_a(),
                cases[i].mean_b(), cases[i].case_id.c_str());
  }
  if (cases.size() > kShown) std::printf("  and %zu more (--json lists all)\n", cases.size() - kShown);
}

Exit compare(const Context& context, const CompareFlags& flags) {
  const measure::RunStore store = run_store(context, flags.out);
  const auto a = store.load(flags.a);
  if (!a.ok()) return context.fail(a.error());
  const auto b = store.load(flags.b);
  if (!b.ok()) return context.fail(b.error());
  const auto pairing = measure::pair_runs(store, *a, *b, flags.metric);
  if (!pairing.ok()) return context.fail(pairing.error());
  const measure::RunComparison compared = measure::compare(*pairing);
  if (context.json) {
    json::object out = measure::to_json(compared);
    out["runs"] = json::object{{"a", run_summary(*a)}, {"b", run_summary(*b)}};
    context.print(out);
    return Exit::kOk;
  }
  std::printf("a: %s  %s\nb: %s  %s\n\n%s\n\n", a->id.c_str(), a->target.c_str(), b->id.c_str(), b->target.c_str(),
              measure::sentence(compared).c_str());
  print_changes("better", compared.better);
  print_changes("worse", compared.worse);
  for (const std::string& one : compared.left_out) std::printf("left out: %s\n", one.c_str());
  return Exit::kOk;
}

Exit save_bundle(const Context& context, const std::string& id, const std::string& file, const std::string& out) {
  const measure::RunStore store = run_store(context, out);
  const base::Status written = measure::export_run(store, id, file);
  if (!written.ok()) return context.fail(written.error());
  if (!context.json) std::printf("%s\n", file.c_str());
  return Exit::kOk;
}

Exit load_bundle(const Context& context, const std::string& file, const std::string& out) {
  const auto run = measure::import_run(run_store(context, out), file);
  if (!run.ok()) return context.fail(run.error());
  if (context.json) {
    context.print(run_summary(*run));
  } else {
    std::printf("%s", run_text(*run).c_str());
  }
  return Exit::kOk;
}

void add_report(CLI::App& eval, Context& context, Command& chosen) {
  const auto flags = std::make_shared<ReportFlags>();
  CLI::App* command = add_command(eval, "report", "A run for people, or for other programs",
                                  "  groundwork eval report latest\n"
                                  "  groundwork eval report latest --format html --to report.html");
  command->add_option("run", flags->run, "Id, its beginning, latest, or a folder")->required();
  command->add_option("--format", flags->format, "text, html, markdown, junit, evallog or json")
      ->check(CLI::IsMember({"text", "html", "markdown", "junit", "evallog", "json"}));
  command->add_option("--to", flags->to, "File to write (default: standard output)");
  command->add_option("--out", flags->out, "Folder of runs");
  command->callback([&, flags] { chosen = [&, flags] { return report(context, *flags); }; });
}

void add_compare(CLI::App& eval, Context& context, Command& chosen) {
  const auto flags = std::make_shared<CompareFlags>();
  CLI::App* command = add_command(eval, "compare", "Which cases got better and worse, and whether that is chance",
                                  "  groundwork eval compare 20261128T1010 latest --metric recall@10");
  command->add_option("a", flags->a, "A run")->required();
  command->add_option("b", flags->b, "Another of the same suite")->required();
  command->add_option("--metric", flags->metric, "Default: the suite's first quality metric with a threshold");
  command->add_option("--out", flags->out, "Folder of runs");
  command->callback([&, flags] { chosen = [&, flags] { return compare(context, *flags); }; });
}

}  // namespace

void add_eval_report_commands(CLI::App& eval, Context& context, Command& chosen) {
  add_report(eval, context, chosen);
  add_compare(eval, context, chosen);
  struct Names {
    std::string run;
    std::string file;
    std::string out;
  };
  const auto names = std::make_shared<Names>();
  CLI::App* saved = add_command(eval, "export", "A run with its raw samples as one file",
                                "  groundwork eval export latest search.run");
  saved->add_option("run", names->run, "Id, its beginning, latest, or a folder")->required();
  saved->add_option("file", names->file, "To write")->required();
  saved->add_option("--out", names->out, "Folder of runs");
  saved->callback(
      [&, names] { chosen = [&, names] { return save_bundle(context, names->run, names->file, names->out); }; });
  CLI::App* loaded = add_command(eval, "import", "A run that somebody exported", "  groundwork eval import search.run");
  loaded->add_option("file", names->file, "That export wrote")->required();
  loaded->add_option("--out", names->out, "Folder of runs");
  loaded->callback([&, names] { chosen = [&, names] { return load_bundle(context, names->file, names->out); }; });
}

}  // namespace groundwork::cli
