#include "cli/evaluation_tools.h"

#include "base/file.h"
#include "model/late_interaction.h"
#include "search/trec.h"

namespace groundwork::cli {

namespace json = base::json;
using base::Result;

namespace {

constexpr std::size_t kNoLimit = std::size_t{1} << 30;

void print_value(const std::string& name, const json::object& report) {
  const json::value& value = report.at(name);
  if (!value.is_double()) {
    std::printf("  %-14s %s\n", name.c_str(), json::serialize(value).c_str());
    return;
  }
  std::printf("  %-14s %.4f", name.c_str(), value.get_double());
  if (const json::value* interval = report.at("intervals").get_object().if_contains(name)) {
    std::printf("   95 %% interval %.4f to %.4f", interval->at(0).get_double(), interval->at(1).get_double());
  }
  std::printf("\n");
}

}  // namespace

Result<std::vector<search::Metric>> metrics_of(const std::vector<std::string>& names) {
  std::vector<search::Metric> metrics;
  for (const std::string& name : names) {
    GW_TRY(const search::Metric metric, search::parse_metric(name));
    metrics.push_back(metric);
  }
  return metrics;
}

Exit print_evaluation(Context& context, const std::string& what, const search::Evaluation& evaluation,
                      const search::TestSet& set, const std::vector<search::Metric>& more) {
  for (const std::string& warning : set.warnings) std::fprintf(stderr, "warning: %s\n", warning.c_str());
  json::object report = search::to_json(evaluation);
  for (const search::Metric& metric : more) {
    const std::vector<double> values = search::values_of(evaluation, set.judgements, metric);
    const std::string name = search::to_string(metric);
    report[name] = search::mean_of(values);
    if (const auto interval = search::mean_interval(values)) {
      report["intervals"].get_object()[name] = {interval->low, interval->high};
    }
  }
  if (context.json) {
    context.print(report);
    return Exit::kOk;
  }
  std::printf("%s\n", what.c_str());
  for (const auto& [name, value] : report) {
    if (!value.is_object()) print_value(name, report);
  }
  return Exit::kOk;
}

base::Status write_run(const std::string& file, const search::Evaluation& evaluation, const std::string& tag) {
  GW_TRY(const std::string text, search::to_run(evaluation, tag));
  return base::write_file_atomically(file, text);
}

search::ReportContext report_context(const std::string& corpus, std::uint64_t seed, base::Timestamp at) {
  return {corpus, "groundwork " + std::string(api::kVersion), base::format_timestamp(at), seed};
}

Result<OpenBench> open_bench(const Context& context, const std::string& corpus, bool vectors,
                             search::QueryVectors queries) {
  OpenBench open;
  search::BenchModels models;
  if (vectors) {
    GW_TRY(open.embedder, open_embedder(context));
    open.reranker = std::make_unique<model::LateInteraction>(*open.embedder);
    models.embedder = open.embedder.get();
    models.reranker = open.reranker.get();
    models.count_tokens = [embedder = open.embedder.get()](std::string_view text) {
      return embedder->tokenizer().encode(text, kNoLimit).size();
    };
  }
  GW_TRY(open.bench, search::Workbench::open(corpus, std::move(models), queries));
  return open;
}

Result<search::Evaluation> run_configuration(search::Workbench& bench, const search::TestSet& set,
                                             const search::Configuration& configuration) {
  ProgressBar making("embedding");
  GW_TRY(const search::Ranker rank,
         bench.ranker(
             configuration, [&](std::size_t done, std::size_t total) { making.show(done, total, "passages"); },
             interrupted()));
  making.clear();
  ProgressBar bar("searching");
  const std::string name = search::to_string(configuration);
  return search::evaluate(
      set, rank, [&](std::size_t done, std::size_t total) { bar.show(done, total, name); }, interrupted());
}

}  // namespace groundwork::cli
