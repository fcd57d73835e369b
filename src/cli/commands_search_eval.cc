#include <algorithm>
#include <optional>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/evaluation_tools.h"
#include "search/trec.h"

namespace groundwork::cli {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

struct CompareOptions {
  std::string corpus;
  std::string a;
  std::string b;
  std::string metric = "ndcg@10";
  std::uint64_t seed = 1;
};

/// One of the two that are compared: a configuration, or what another program ranked.
struct Side {
  std::optional<search::Configuration> configuration;
  std::string run;

  std::string name() const { return configuration ? search::to_string(*configuration) : "run=" + run; }
  bool needs_vectors() const { return configuration && configuration->mode != search::Mode::kLexical; }
};

Result<Side> side_of(const std::string& text) {
  Side side;
  if (text.starts_with("run=")) {
    side.run = text.substr(4);
  } else {
    GW_TRY(side.configuration, search::parse_configuration(text));
  }
  return side;
}

Result<search::Evaluation> run_side(search::Workbench& bench, const Side& side) {
  if (side.configuration) return run_configuration(bench, bench.test_set(), *side.configuration);
  GW_TRY(search::TrecRun run, search::read_run(side.run));
  return search::evaluate(bench.test_set(), search::ranker_of(std::move(run)));
}

/// Two rankings of a test set, and what their comparison says.
struct Compared {
  Side a;
  Side b;
  search::Evaluation of_a;
  search::Evaluation of_b;
  search::Comparison comparison;
  search::TestSet set;
};

Result<Compared> compare_sides(const Context& context, const CompareOptions& options) {
  Compared made;
  GW_TRY(const search::Metric metric, search::parse_metric(options.metric));
  GW_TRY(made.a, side_of(options.a));
  GW_TRY(made.b, side_of(options.b));
  if (made.a.name() == made.b.name()) {
    return make_error(Code::kInvalidArgument, "--a and --b are the same: " + made.a.name());
  }
  GW_TRY(const OpenBench open, open_bench(context, options.corpus, made.a.needs_vectors() || made.b.needs_vectors(),
                                          search::QueryVectors::kEach));
  made.set = open.bench->test_set();
  if (made.set.queries.size() < 2) {
    return make_error(Code::kInvalidArgument,
                      "expected at least 2 queries with a relevant document to compare, found 1", options.corpus);
  }
  GW_TRY(made.of_a, run_side(*open.bench, made.a));
  GW_TRY(made.of_b, run_side(*open.bench, made.b));
  search::ComparisonOptions how;
  how.resampling.seed = options.seed;
  GW_TRY(made.comparison, search::compare(made.of_a, made.of_b, made.set.judgements, metric, how));
  return made;
}

std::string text_of(const search::TestSet& set, const std::string& id) {
  const auto found = std::ranges::find(set.queries, id, &search::TestQuery::id);
  return found == set.queries.end() ? "" : one_line(found->text, 70);
}

void print_changes(const Compared& made) {
  constexpr std::size_t kShown = 5;
  const std::vector<search::QueryChange>& all = made.comparison.changes;
  const auto show = [&](const search::QueryChange& one) {
    std::printf("  %+.3f  %.3f -> %.3f  %s  %s\n", one.difference(), one.a, one.b, one.id.c_str(),
                text_of(made.set, one.id).c_str());
  };
  if (made.comparison.better > 0) std::printf("better with b: %zu queries\n", made.comparison.better);
  for (std::size_t i = 0; i < std::min(kShown, made.comparison.better); ++i) show(all[i]);
  if (made.comparison.worse > 0) std::printf("worse with b: %zu queries\n", made.comparison.worse);
  for (std::size_t i = 0; i < std::min(kShown, made.comparison.worse); ++i) show(all[all.size() - 1 - i]);
}

Exit compare(Context& context, const CompareOptions& options) {
  const auto made = compare_sides(context, options);
  if (!made.ok()) return context.fail(made.error());
  for (const std::string& warning : made->set.warnings) std::fprintf(stderr, "warning: %s\n", warning.c_str());
  const search::Comparison& one = made->comparison;
  const std::string verdict = search::sentence(one, "a", "b");
  if (context.json) {
    json::object report = search::to_json(one);
    report["sentence"] = verdict;
    report["configurations"] = json::object{{"a", made->a.name()}, {"b", made->b.name()}};
    report["evaluations"] = json::object{{"a", search::to_json(made->of_a)}, {"b", search::to_json(made->of_b)}};
    context.print(report);
    return Exit::kOk;
  }
  std::printf("a: %s\nb: %s\n\n%s\n\n", made->a.name().c_str(), made->b.name().c_str(), verdict.c_str());
  std::printf("  %s  a %.4f (%.4f to %.4f)  b %.4f (%.4f to %.4f)\n", search::to_string(one.metric).c_str(), one.a,
              one.a_interval.low, one.a_interval.high, one.b, one.b_interval.low, one.b_interval.high);
  std::printf("  p %.3g by randomisation, %.3g by Student's t; effect %.2f deviations\n\n", one.p, one.student,
              one.effect);
  print_changes(*made);
  return Exit::kOk;
}

}  // namespace

void add_compare_commands(CLI::App& search, Context& context, Command& chosen) {
  const auto options = std::make_shared<CompareOptions>();
  CLI::App* compared = add_command(
      search, "compare", "Which of two configurations is better on a test set, and for which queries",
      "  groundwork search compare --corpus beir/scifact --a mode=lexical --b mode=hybrid\n"
      "  groundwork search compare --corpus beir/scifact --a mode=hybrid --b mode=hybrid,chunk-tokens=128 --json\n"
      "  groundwork search compare --corpus beir/scifact --a run=theirs.run --b mode=rerank,rerank-depth=50");
  compared->add_option("--corpus", options->corpus, "Folder with corpus.jsonl, queries.jsonl and qrels.tsv")
      ->required();
  const std::string what =
      "key=value,... of " + std::string(search::kConfigurationKeys) + "; or run=FILE, a run in TREC's form";
  compared->add_option("--a", options->a, what)->required();
  compared->add_option("--b", options->b, what)->required();
  compared->add_option("--metric", options->metric, "ndcg, precision, recall, mrr or map, at a rank: ndcg@10");
  compared->add_option("--seed", options->seed, "Of the resampling; the same seed gives the same numbers");
  compared->callback(
      [&context, &chosen, options] { chosen = [&context, options] { return compare(context, *options); }; });
}

}  // namespace groundwork::cli
