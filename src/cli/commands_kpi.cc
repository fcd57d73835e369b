#include <cstdio>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/portfolio_tools.h"
#include "portfolio/format.h"
#include "portfolio/run_import.h"

namespace groundwork::cli {
namespace {

using base::json::array;
using base::json::object;
using base::json::value;
using portfolio::Evidence;

std::string text_at(const object& from, std::string_view key) { return base::string_or(from, key); }

void print_series(const object& series, const std::string& unit) {
  const array& points = series.at("points").as_array();
  std::string name = text_at(series, "figure_title");
  if (series.at("project_title").is_string()) {
    name += (name.empty() ? "" : ", ") + text_at(series, "project_title");
  }
  if (points.empty()) return;
  const object& last = points.back().as_object();
  std::string line = portfolio::shown(last.at("value").to_number<double>(), unit);
  if (last.at("low").is_number()) {
    line += " (95 %: " + portfolio::shown(last.at("low").to_number<double>(), unit) + " to " +
            portfolio::shown(last.at("high").to_number<double>(), unit) + ")";
  }
  if (series.at("target").is_number()) {
    line += ", target " + portfolio::shown(series.at("target").to_number<double>(), unit);
    if (last.at("met").is_bool()) line += last.at("met").get_bool() ? ": met" : ": missed";
  }
  line += ", " + text_at(last, "source") + (last.at("run").is_string() ? " " + text_at(last, "run") : "");
  std::printf("    %s%s%s\n", name.c_str(), name.empty() ? "" : ": ", line.c_str());
  if (series.at("movement").is_object()) {
    const object& moved = series.at("movement").get_object();
    std::printf("      %s: %s\n", text_at(moved, "direction").c_str(), text_at(moved, "text").c_str());
  }
}

Exit show(Context& context, const std::string& wanted, bool history) {
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  const auto evidence = portfolio::evidence_of((*platform)->study(), context.learner);
  if (!evidence.ok()) return context.fail(evidence.error());
  std::string only;
  if (!wanted.empty()) {
    const auto kpi = portfolio::kpi_of(*evidence->standing->content, wanted);
    if (!kpi.ok()) return context.fail(kpi.error());
    only = (*kpi)->id;
  }
  object all = portfolio::dashboard_json(*evidence);
  if (context.json && only.empty()) {
    context.print(all);
    return Exit::kOk;
  }
  for (const value& group : all.at("groups").as_array()) {
    if (only.empty()) std::printf("%s\n", text_at(group.as_object(), "title").c_str());
    for (const value& one : group.as_object().at("kpis").as_array()) {
      const object& kpi = one.as_object();
      if (!only.empty() && text_at(kpi, "id") != only) continue;
      if (context.json) {
        context.print(kpi);
        return Exit::kOk;
      }
      const bool manual = text_at(kpi, "measured_by") == "manual";
      std::printf("  %s (%s)%s\n", text_at(kpi, "title").c_str(), text_at(kpi, "id").c_str(),
                  manual ? ", given by hand" : "");
      if (!only.empty()) std::printf("    %s\n", text_at(kpi, "definition").c_str());
      const array& series = kpi.at("series").as_array();
      if (series.empty()) std::printf("    no value yet\n");
      for (const value& line : series) {
        print_series(line.as_object(), text_at(kpi, "unit"));
        if (!history) continue;
        for (const value& point : line.as_object().at("points").as_array()) {
          const object& at = point.as_object();
          std::printf("      week of %s  %-12s %s %s\n", text_at(at, "week").c_str(),
                      portfolio::shown(at.at("value").to_number<double>(), text_at(kpi, "unit")).c_str(),
                      text_at(at, "source").c_str(), text_at(at, "run").c_str());
        }
      }
    }
  }
  const array& wrong = all.at("moved_wrong").as_array();
  if (only.empty()) std::printf("\nMoved in the wrong direction this week: %s\n", wrong.empty() ? "none" : "");
  for (const value& one : wrong) {
    if (!only.empty()) break;
    const object& moved = one.as_object();
    std::printf("  %s%s%s: %s\n", text_at(moved, "title").c_str(), moved.at("project_title").is_string() ? " of " : "",
                text_at(moved, "project_title").c_str(), text_at(moved, "text").c_str());
  }
  return Exit::kOk;
}

struct RecordOptions {
  std::string kpi;
  double value = 0;
  std::string on;
  std::string note;
};

Exit record(Context& context, const RecordOptions& options) {
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  std::optional<std::chrono::sys_days> on;
  if (!options.on.empty()) {
    const auto day = base::parse_date(options.on);
    if (!day.ok()) return context.fail(day.error());
    on = *day;
  }
  const auto fact =
      portfolio::record_manual((*platform)->study(), context.learner, options.kpi, options.value, on, options.note);
  if (!fact.ok()) return context.fail(fact.error());
  if (context.json) {
    context.print(object{{"fact", *fact}, {"source", "manual"}});
  } else {
    std::printf("Recorded by hand, fact %lld\n", static_cast<long long>(*fact));
  }
  return Exit::kOk;
}

struct ImportOptions {
  std::string run;
  std::string prometheus;
  std::string query;
  std::string kpi;
  std::string project;
  int weeks = 1;
  bool remote = false;
};

Exit import_from_prometheus(Context& context, const ImportOptions& options) {
  if (options.kpi.empty()) {
    return context.fail(
        base::make_error(base::Code::kInvalidArgument, "--kpi: expected the figure that the query gives"));
  }
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  auto client = http::Client::create();
  if (!client.ok()) return context.fail(client.error());
  const portfolio::Fetch fetch = fetch_with(**client, std::chrono::seconds{30}, interrupted());
  const auto imported = portfolio::import_prometheus((*platform)->study(), context.learner, fetch,
                                                     {.url = options.prometheus,
                                                      .query = options.query,
                                                      .figure = options.kpi,
                                                      .project = options.project,
                                                      .weeks = options.weeks,
                                                      .remote_allowed = options.remote});
  if (!imported.ok()) return context.fail(imported.error());
  if (context.json) {
    array values;
    for (std::size_t i = 0; i < imported->samples.size(); ++i) {
      values.push_back(object{{"at", base::format_timestamp(imported->samples[i].at)},
                              {"value", imported->samples[i].value},
                              {"fact", imported->facts[i]}});
    }
    context.print(object{{"kpi", options.kpi}, {"values", std::move(values)}});
    return Exit::kOk;
  }
  std::printf("%zu value%s of %s from Prometheus\n", imported->samples.size(), imported->samples.size() == 1 ? "" : "s",
              options.kpi.c_str());
  return Exit::kOk;
}

Exit import(Context& context, const ImportOptions& options) {
  if (options.run.empty() == options.prometheus.empty()) {
    return context.fail(
        base::make_error(base::Code::kInvalidArgument, "expected one of --run ID and --prometheus URL"));
  }
  if (!options.prometheus.empty()) return import_from_prometheus(context, options);
  const auto run = load_run(context, options.run);
  if (!run.ok()) return context.fail(run.error());
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  const auto imported =
      portfolio::import_run((*platform)->study(), context.data_folder(), context.learner, options.project, *run);
  if (!imported.ok()) return context.fail(imported.error());
  return print_imported(context, *imported);
}

}  // namespace

Exit print_imported(Context& context, const portfolio::Imported& imported) {
  bool missed = false;
  for (const portfolio::MetricOutcome& metric : imported.metrics) missed = missed || metric.missed;
  if (context.json) {
    array metrics;
    for (const portfolio::MetricOutcome& one : imported.metrics) {
      metrics.push_back(object{{"metric", one.metric},
                               {"measured", one.measured},
                               {"missed", one.missed},
                               {"text", one.text},
                               {"fact", one.measured ? value(one.fact) : value(nullptr)}});
    }
    context.print(object{{"run", imported.run},
                         {"metrics", std::move(metrics)},
                         {"kpis", array(imported.kpis.begin(), imported.kpis.end())},
                         {"left_out", array(imported.left_out.begin(), imported.left_out.end())}});
    return missed ? Exit::kNotPassed : Exit::kOk;
  }
  std::printf("Run %s\n", imported.run.c_str());
  for (const portfolio::MetricOutcome& one : imported.metrics) {
    std::printf("  %-7s %s\n", !one.measured ? "-" : one.missed ? "MISSED" : "met", one.text.c_str());
  }
  for (const std::string& kpi : imported.kpis) std::printf("  %-7s %s\n", "kpi", kpi.c_str());
  for (const std::string& text : imported.left_out) std::printf("  %-7s %s\n", "left", text.c_str());
  return missed ? Exit::kNotPassed : Exit::kOk;
}

void add_kpi_commands(CLI::App& app, Context& context, Command& chosen) {
  CLI::App* kpi = add_command(app, "kpi", "What is measured, week by week", "");
  kpi->require_subcommand(1);

  auto wanted = std::make_shared<std::string>();
  CLI::App* shown = add_command(*kpi, "show", "Every KPI with its last value, target and source",
                                "  groundwork kpi show\n  groundwork kpi show latency\n"
                                "  groundwork kpi show --json | jq '.moved_wrong'");
  shown->add_option("KPI", *wanted, "Only this one");
  shown->callback([&, wanted] { chosen = [&, wanted] { return show(context, *wanted, false); }; });

  auto of = std::make_shared<std::string>();
  CLI::App* history = add_command(*kpi, "history", "The values of every week", "  groundwork kpi history latency");
  history->add_option("KPI", *of, "Only this one");
  history->callback([&, of] { chosen = [&, of] { return show(context, *of, true); }; });

  auto given = std::make_shared<RecordOptions>();
  CLI::App* recorded =
      add_command(*kpi, "record", "A value that nothing can measure; kept and shown as given by hand",
                  "  groundwork kpi record mock-interview-score 72 --note \"mock with A., system design\"");
  recorded->add_option("KPI", given->kpi, "A KPI that is manual")->required();
  recorded->add_option("VALUE", given->value, "In its unit")->required();
  recorded->add_option("--on", given->on, "The day it is of, YYYY-MM-DD (default: today)");
  recorded->add_option("--note", given->note, "Who gave it, by which rubric");
  recorded->callback([&, given] { chosen = [&, given] { return record(context, *given); }; });

  auto source = std::make_shared<ImportOptions>();
  CLI::App* imported = add_command(
      *kpi, "import", "Values of a run, or of a Prometheus server",
      "  groundwork kpi import --run 20261128T113412Z-search-9f2c\n"
      "  groundwork kpi import --prometheus http://127.0.0.1:9090 --kpi p95-latency --weeks 4\n"
      "  groundwork kpi import --prometheus http://127.0.0.1:9090 --kpi infra-spend --query 'sum(node_cost_usd)'");
  imported->add_option("--run", source->run, "A run's id, folder or file");
  imported->add_option("--prometheus", source->prometheus, "Base URL of its HTTP API");
  imported->add_option("--query", source->query,
                       "PromQL that gives one series (default: the usual one, if there is one)");
  imported->add_option("--kpi", source->kpi, "The figure that the query gives");
  imported->add_option("--project", source->project, "The project whose service it is");
  imported->add_option("--weeks", source->weeks, "Values of so many weeks back")->check(CLI::Range(1, 52));
  imported->add_flag("--remote", source->remote, "The server is meant to be outside this machine and private ranges");
  imported->callback([&, source] { chosen = [&, source] { return import(context, *source); }; });
}

}  // namespace groundwork::cli
