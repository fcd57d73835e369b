#include <algorithm>
#include <cstdlib>
#include <optional>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/evaluation_tools.h"
#include "search/beir.h"
#include "search/near_duplicates.h"
#include "search/trec.h"
#include "search/tuning.h"

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
  std::string report;
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
  if (!options.report.empty()) {
    const auto side = [](const Side& which, const search::Evaluation& evaluation) {
      return search::ReportedSide{which.name(), &evaluation, which.configuration.has_value()};
    };
    const auto written = base::write_file_atomically(
        options.report,
        search::comparison_report(report_context(options.corpus, options.seed, base::SystemClock().now()), made->set,
                                  side(made->a, made->of_a), side(made->b, made->of_b), one));
    if (!written.ok()) return context.fail(written.error());
  }
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

struct TuneOptions {
  std::string corpus;
  std::string strategy = "halving";
  std::string mode = "hybrid";
  std::string metric = "ndcg@10";
  std::vector<std::string> chunk_tokens = {"128", "220", "whole"};
  std::vector<std::string> overlap_tokens = {"0", "40"};
  std::vector<std::string> fusion_weights = {"learnt", "0.3", "0.5", "0.7"};
  std::vector<std::string> rerank_depths = {"10", "30", "100"};
  std::string report;
  std::uint64_t seed = 1;
};

/// What `groundwork search index` does with a folder of documents.
search::Configuration default_of(search::Mode mode) {
  const text::ChunkOptions chunks;
  search::Configuration made;
  made.mode = mode;
  made.chunk_tokens = chunks.max_tokens;
  made.overlap_tokens = chunks.overlap_tokens;
  return made;
}

/// Whether the overlap is too much for the chunk. What is no number is left to parse_configuration to refuse.
bool overlaps_too_much(const std::string& chunk, const std::string& overlap) {
  return std::strtoull(overlap.c_str(), nullptr, 10) > std::strtoull(chunk.c_str(), nullptr, 10) / 2;
}

/// Every combination that makes sense, each once.
Result<std::vector<search::Configuration>> grid_of(const TuneOptions& options) {
  GW_TRY(const search::Configuration plain, search::parse_configuration("mode=" + options.mode));
  const bool fuses = plain.mode == search::Mode::kHybrid || plain.mode == search::Mode::kRerank;
  const std::vector<std::string> none = {""};
  std::vector<search::Configuration> grid;
  for (const std::string& chunk : options.chunk_tokens) {
    for (const std::string& overlap : chunk == "whole" ? none : options.overlap_tokens) {
      if (options.overlap_tokens.size() > 1 && overlaps_too_much(chunk, overlap)) continue;
      for (const std::string& weight : fuses ? options.fusion_weights : none) {
        for (const std::string& depth : plain.mode == search::Mode::kRerank ? options.rerank_depths : none) {
          std::string text = "mode=" + options.mode + ",chunk-tokens=" + chunk;
          if (!overlap.empty()) text += ",overlap-tokens=" + overlap;
          if (!weight.empty()) text += ",fusion-weight=" + weight;
          if (!depth.empty()) text += ",rerank-depth=" + depth;
          GW_TRY(search::Configuration one, search::parse_configuration(text));
          if (std::ranges::find(grid, one) == grid.end()) grid.push_back(one);
        }
      }
    }
  }
  return grid;
}

base::Status write_report(const TuneOptions& options, const search::TestSet& set, const search::Tuning& tuning) {
  const auto context = report_context(options.corpus, options.seed, base::SystemClock().now());
  return base::write_file_atomically(options.report, search::tuning_report(context, set, tuning));
}

Result<search::Tuning> tune_corpus(const Context& context, const TuneOptions& options) {
  if (options.strategy != "grid" && options.strategy != "halving") {
    return make_error(Code::kInvalidArgument, "expected strategy grid or halving, found '" + options.strategy + "'");
  }
  search::TuningOptions how;
  how.strategy = options.strategy == "grid" ? search::TuningStrategy::kGrid : search::TuningStrategy::kHalving;
  how.seed = options.seed;
  GW_TRY(how.metric, search::parse_metric(options.metric));
  GW_TRY(const std::vector<search::Configuration> grid, grid_of(options));
  if (grid.empty()) {
    return make_error(Code::kInvalidArgument, "every overlap that is given is more than half of every chunk");
  }
  const search::Configuration baseline = default_of(grid.front().mode);
  GW_TRY(const OpenBench open,
         open_bench(context, options.corpus, baseline.mode != search::Mode::kLexical, search::QueryVectors::kOnce));
  search::Workbench& bench = *open.bench;
  ProgressBar bar("tuning");
  std::string step;
  const search::Measure measure = [&](const search::Configuration& one,
                                      std::span<const search::TestQuery> queries) -> Result<std::vector<double>> {
    const auto embedding = [&](std::size_t done, std::size_t total) { bar.show(done, total, "passages; " + step); };
    GW_TRY(const search::Ranker rank, bench.ranker(one, embedding, interrupted()));
    search::TestSet part;
    part.queries.assign(queries.begin(), queries.end());
    part.judgements = bench.test_set().judgements;
    GW_TRY(const search::Evaluation evaluation, search::evaluate(part, rank, {}, interrupted()));
    return search::values_of(evaluation, part.judgements, how.metric);
  };
  const auto progress = [&](std::size_t done, std::size_t total, const search::Configuration& now) {
    step = search::to_string(now);
    bar.show(done, total, step);
  };
  GW_TRY(search::Tuning tuning,
         search::tune(bench.test_set().queries, grid, baseline, measure, how, progress, interrupted()));
  bar.clear();
  if (!options.report.empty()) GW_CHECK_OK(write_report(options, bench.test_set(), tuning));
  return tuning;
}

Exit tune(Context& context, const TuneOptions& options) {
  const auto tuning = tune_corpus(context, options);
  if (!tuning.ok()) return context.fail(tuning.error());
  if (context.json) {
    context.print(search::to_json(*tuning));
    return Exit::kOk;
  }
  for (const search::Trial& one : tuning->trials) {
    std::printf("  %.4f (%.4f to %.4f)  %4zu queries  %s\n", one.mean, one.interval.low, one.interval.high, one.queries,
                search::to_string(one.configuration).c_str());
  }
  const search::Trial& base = tuning->baseline_trial;
  std::printf("  %.4f (%.4f to %.4f)  %4zu queries  %s, the default\n\n%s\n", base.mean, base.interval.low,
              base.interval.high, base.queries, search::to_string(base.configuration).c_str(),
              search::sentence(*tuning).c_str());
  return Exit::kOk;
}

struct DuplicatesOptions {
  std::string corpus;
  std::string index;
  double threshold = search::DuplicateOptions{}.threshold;
};

/// Documents that are compared: their ids, and where their texts are.
struct Texts {
  std::vector<std::string> ids;
  search::TextOf text;
};

Result<Texts> texts_of_index(const std::string& path) {
  Texts made;
  GW_TRY(const auto index, search::Index::open(path));
  const auto snapshot = index->snapshot();
  std::vector<search::Row> rows;
  for (const search::LiveSegment& one : snapshot->segments()) {
    for (search::Row local = 0; local < one.segment->rows(); ++local) {
      if (one.live != nullptr && !one.live->test(local)) continue;
      rows.push_back(one.first_row + local);
      made.ids.emplace_back(one.segment->id(local));
    }
  }
  made.text = [snapshot, rows = std::move(rows)](std::size_t document) -> Result<std::string> {
    GW_TRY(search::Document read, snapshot->document(rows[document]));
    return std::move(read.text);
  };
  return made;
}

/// The texts of a corpus in BEIR's layout, or the passages of a folder of documents, in memory.
Result<Texts> texts_of_corpus(const Context& context, const std::string& corpus) {
  Texts made;
  std::vector<std::string> texts;
  const search::Sink sink = [&](search::Document one) -> base::Status {
    made.ids.push_back(std::move(one.id));
    texts.push_back(std::move(one.text));
    return {};
  };
  if (search::is_beir(corpus)) {
    GW_CHECK_OK(search::for_each_document(corpus, sink));
  } else {
    GW_CHECK_OK(search::ingest_folder(corpus, ingest_options(context, nullptr), sink, {}, interrupted()));
  }
  made.text = [texts = std::move(texts)](std::size_t document) -> Result<std::string> { return texts[document]; };
  return made;
}

Exit duplicates(Context& context, const DuplicatesOptions& options) {
  if (options.corpus.empty() == options.index.empty()) {
    return context.fail(make_error(Code::kInvalidArgument, "expected either --index or --corpus"));
  }
  const auto texts = options.index.empty() ? texts_of_corpus(context, options.corpus) : texts_of_index(options.index);
  if (!texts.ok()) return context.fail(texts.error());
  ProgressBar bar("comparing");
  search::DuplicateOptions how;
  how.threshold = options.threshold;
  const auto found = search::near_duplicates(
      texts->ids.size(), texts->text, how,
      [&](std::size_t done, std::size_t total) { bar.show(done, total, "documents"); }, interrupted());
  bar.clear();
  if (!found.ok()) return context.fail(found.error());
  json::array list;
  for (const search::Duplicate& one : *found) {
    list.push_back(
        json::object{{"id", texts->ids[one.document]}, {"of", texts->ids[one.of]}, {"similarity", one.similarity}});
    if (!context.json) {
      std::printf("%.3f  %s  is nearly  %s\n", one.similarity, texts->ids[one.document].c_str(),
                  texts->ids[one.of].c_str());
    }
  }
  if (context.json) {
    context.print(json::object{
        {"documents", texts->ids.size()}, {"threshold", options.threshold}, {"duplicates", std::move(list)}});
  } else {
    std::printf("%zu of %zu documents repeat one before them\n", found->size(), texts->ids.size());
  }
  return Exit::kOk;
}

void add_tune(CLI::App& search, Context& context, Command& chosen) {
  const auto options = std::make_shared<TuneOptions>();
  CLI::App* tuned = add_command(
      search, "tune", "Choose chunks, fusion and rerank depth on some queries, and prove the choice on others",
      "  groundwork search tune --corpus beir/scifact --chunk-tokens 128,256 --overlap-tokens 0,32\n"
      "  groundwork search tune --corpus beir/scifact --mode rerank --rerank-depth 10,50 --strategy grid --json");
  const auto list = [&](const char* name, std::vector<std::string>& values, const char* what) {
    tuned->add_option(name, values, what)->delimiter(',')->capture_default_str();
  };
  tuned->add_option("--corpus", options->corpus, "Folder with corpus.jsonl, queries.jsonl and qrels.tsv")->required();
  tuned->add_option("--strategy", options->strategy,
                    "grid, or halving: the better half goes on with twice the queries");
  tuned->add_option("--mode", options->mode, search::kModes);
  tuned->add_option("--metric", options->metric, "What is made larger");
  list("--chunk-tokens", options->chunk_tokens, "Sizes to try; whole: documents as they are");
  list("--overlap-tokens", options->overlap_tokens, "Overlaps to try");
  list("--fusion-weight", options->fusion_weights, "Weights of the lexical stage to try, 0 to 1, or learnt");
  list("--rerank-depth", options->rerank_depths, "Depths to try in mode rerank");
  tuned->add_option("--report", options->report, "Also write an HTML page with charts to this file");
  tuned->add_option("--seed", options->seed, "Of the split and the resampling");
  tuned->callback([&context, &chosen, options] { chosen = [&context, options] { return tune(context, *options); }; });
}

void add_duplicates(CLI::App& search, Context& context, Command& chosen) {
  const auto options = std::make_shared<DuplicatesOptions>();
  CLI::App* command = add_command(search, "duplicates", "Documents that say nearly the same as one before them",
                                  "  groundwork search duplicates --corpus notes\n"
                                  "  groundwork search duplicates --index notes.index --threshold 0.8 --json");
  command->add_option("--corpus", options->corpus, "Documents, or a folder with corpus.jsonl");
  command->add_option("--index", options->index, "Folder of an index");
  command->add_option("--threshold", options->threshold, "Shared / all runs of three words, 0.5 to 1 (default 0.9)");
  command->callback(
      [&context, &chosen, options] { chosen = [&context, options] { return duplicates(context, *options); }; });
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
  compared->add_option("--report", options->report, "Also write an HTML page with charts to this file");
  compared->add_option("--seed", options->seed, "Of the resampling; the same seed gives the same numbers");
  compared->callback(
      [&context, &chosen, options] { chosen = [&context, options] { return compare(context, *options); }; });
  add_tune(search, context, chosen);
  add_duplicates(search, context, chosen);
}

}  // namespace groundwork::cli
