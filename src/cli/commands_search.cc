#include <algorithm>

#include "base/file.h"
#include "cli/collections.h"
#include "cli/commands.h"
#include "cli/evaluation_tools.h"
#include "cli/search_tools.h"
#include "search/evaluation.h"

namespace groundwork::cli {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;

constexpr const char* kPlaces =
    "Folder of the index; or postgresql://user@host/db?collection=name, qdrant://host:6333/?collection=name "
    "(qdrants:// "
    "over TLS; the key is QDRANT_API_KEY)";
constexpr const char* kReplacedPlaces =
    "Folder of the index, or a collection as search query takes it; one that is there is replaced";
constexpr const char* kEmbedderHelp = "What makes vectors: a model that `model list` names, or a folder";

struct SearchOptions {
  std::string corpus;
  std::string index;
  std::string mode = "hybrid";
  std::string fusion = "calibrated";
  std::string query;
  std::string id;
  std::size_t top_k = 10;
  std::vector<std::string> filters;
  bool lexical_only = false;
  std::string embedder = kEmbedderName;
  std::optional<double> duplicates;
  bool add = false;
  std::vector<std::string> ids;
  std::vector<std::string> metrics;
  std::string run;
  std::string report;
};

Exit index(Context& context, const SearchOptions& options) {
  const auto made = make_index(context, options.corpus, options.index, options.lexical_only ? "" : options.embedder,
                               options.duplicates, options.add ? search::Start::kAdd : search::Start::kAnew);
  if (!made.ok()) return context.fail(made.error());
  const std::string shown = search::collection_location(options.index).value().shown();
  json::array skipped;
  for (const search::SkippedFile& one : made->report.skipped) {
    skipped.push_back(json::object{{"path", one.path}, {"error", one.error.text()}});
  }
  if (context.json) {
    context.print(json::object{{"documents", made->documents},
                               {"files", made->report.files},
                               {"ignored", made->report.ignored},
                               {"skipped", std::move(skipped)},
                               {"duplicates", to_json(made->duplicates)},
                               {"seconds", made->seconds},
                               {"index", shown}});
    return Exit::kOk;
  }
  for (const search::SkippedFile& one : made->report.skipped) {
    std::fprintf(stderr, "left out %s: %s\n", one.path.c_str(), one.error.text().c_str());
  }
  for (const LeftOut& one : made->duplicates) {
    std::fprintf(stderr, "left out %s: it repeats %s (%.3f)\n", one.id.c_str(), one.of.c_str(), one.similarity);
  }
  std::printf("%zu passages of %zu files in %s (%.1f s)\n", made->documents, made->report.files, shown.c_str(),
              made->seconds);
  return Exit::kOk;
}

/// The documents that are left.
base::Result<std::size_t> removed(const Context& context, const SearchOptions& options) {
  GW_TRY(const search::CollectionLocation location, search::collection_location(options.index));
  // Nothing is embedded, but a writer takes only the model that the vectors are of.
  GW_TRY(const OpenCollection open, open_collection(context, location, !options.lexical_only));
  GW_TRY(const std::size_t before, open.collection->count());
  GW_TRY(const auto writer, open.collection->write(search::Start::kAdd));
  for (const std::string& id : options.ids) GW_CHECK_OK(writer->remove(id));
  GW_CHECK_OK(writer->commit({}, interrupted()));
  GW_TRY(const OpenCollection again, open_collection(context, location, false));
  GW_TRY(const std::size_t left, again.collection->count());
  if (!context.json) std::printf("%zu documents are gone, ", before - std::min(left, before));
  return left;
}

Exit remove(Context& context, const SearchOptions& options) {
  const auto left = removed(context, options);
  if (!left.ok()) return context.fail(left.error());
  if (context.json) {
    context.print(json::object{{"documents", *left}});
  } else {
    std::printf("%zu are left\n", *left);
  }
  return Exit::kOk;
}

base::Result<search::SearchRequest> request_of(const SearchOptions& options) {
  search::SearchRequest request;
  request.query = options.query;
  request.top_k = options.top_k;
  const auto mode = search::mode_of(options.mode);
  if (!mode) {
    return make_error(Code::kInvalidArgument,
                      "expected mode " + std::string(search::kModes) + ", found '" + options.mode + "'");
  }
  request.mode = *mode;
  const auto fusion = search::fusion_of(options.fusion);
  if (!fusion) {
    return make_error(Code::kInvalidArgument,
                      "expected fusion " + std::string(search::kFusions) + ", found '" + options.fusion + "'");
  }
  request.fusion = *fusion;
  GW_TRY(request.filter, filter_of(options.filters));
  return request;
}

json::object to_json(const search::SearchHit& hit, const search::Document& document) {
  json::array words;
  for (const search::WordShare& share : hit.words) {
    words.push_back(json::object{{"word", share.word}, {"term", share.term}, {"score", share.score}});
  }
  return {{"id", document.id},
          {"score", hit.score},
          {"title", document.title},
          {"text", document.text},
          {"metadata", document.metadata},
          {"why", json::object{{"lexical", hit.lexical},
                               {"lexical_rank", hit.lexical_rank},
                               {"dense", hit.dense},
                               {"dense_rank", hit.dense_rank},
                               {"lexical_share", hit.lexical_share},
                               {"words", std::move(words)}}}};
}

void print_hit(std::size_t rank, const search::SearchHit& hit, const search::Document& document) {
  std::printf("%2zu. %s  %.3f", rank, document.id.c_str(), static_cast<double>(hit.score));
  if (!document.title.empty()) std::printf("  %s", one_line(document.title, 150).c_str());
  std::printf("\n    %s\n    ", one_line(document.text, 150).c_str());
  if (hit.lexical_rank > 0) std::printf("words: rank %zu (", hit.lexical_rank);
  for (std::size_t i = 0; hit.lexical_rank > 0 && i < std::min<std::size_t>(hit.words.size(), 5); ++i) {
    std::printf("%s%s %.2f", i > 0 ? ", " : "", hit.words[i].word.c_str(), static_cast<double>(hit.words[i].score));
  }
  if (hit.lexical_rank > 0) std::printf(")%s", hit.dense_rank > 0 ? "; " : "");
  if (hit.dense_rank > 0) std::printf("meaning: rank %zu (%.3f)", hit.dense_rank, static_cast<double>(hit.dense));
  std::printf("\n");
}

base::Result<OpenCollection> collection_to_read(const Context& context, const std::string& index, search::Mode mode) {
  GW_TRY(const search::CollectionLocation location, search::collection_location(index));
  return open_collection(context, location, mode != search::Mode::kLexical);
}

Exit query(Context& context, const SearchOptions& options) {
  const auto request = request_of(options);
  if (!request.ok()) return context.fail(request.error());
  const auto open = collection_to_read(context, options.index, request->mode);
  if (!open.ok()) return context.fail(open.error());
  const auto result = open->collection->search(*request);
  if (!result.ok()) return context.fail(result.error());
  json::array hits;
  for (std::size_t i = 0; i < result->hits.size(); ++i) {
    const search::CollectionHit& hit = result->hits[i];
    if (context.json) {
      hits.push_back(to_json(hit.why, hit.document));
    } else {
      print_hit(i + 1, hit.why, hit.document);
    }
  }
  json::object corrected;
  for (const search::QueryTerm& term : result->query.terms) {
    if (term.kind == search::QueryTerm::Kind::kCorrected) corrected[term.word] = term.term;
  }
  if (context.json) {
    json::value trust = nullptr;
    if (result->trust) trust = result->trust->lexical;
    context.print(json::object{{"query", request->query},
                               {"mode", options.mode},
                               {"lexical_trust", std::move(trust)},
                               {"hits", std::move(hits)},
                               {"allowed", result->allowed},
                               {"corrected", std::move(corrected)},
                               {"unknown", json::value_from(result->query.unknown)}});
    return Exit::kOk;
  }
  for (const auto& [word, term] : corrected) {
    std::printf("'%s' is in no document; looked for '%s'\n", std::string(word).c_str(), term.get_string().c_str());
  }
  if (result->hits.empty()) std::printf("nothing found among %zu documents\n", result->allowed);
  return Exit::kOk;
}

Exit why_not(Context& context, const SearchOptions& options) {
  const auto request = request_of(options);
  if (!request.ok()) return context.fail(request.error());
  const auto open = open_index(context, options.index);
  if (!open.ok()) return context.fail(open.error());
  const auto found = open->searcher().diagnose(*request, options.id);
  if (!found.ok()) return context.fail(found.error());
  if (context.json) {
    context.print(json::object{{"id", options.id},
                               {"indexed", found->indexed},
                               {"allowed", found->allowed},
                               {"lexical_rank", found->lexical_rank},
                               {"dense_rank", found->dense_rank},
                               {"fused_rank", found->fused_rank},
                               {"final_rank", found->final_rank},
                               {"lost_at", found->lost_at}});
    return Exit::kOk;
  }
  std::printf(
      "%s: %s\n", options.id.c_str(),
      found->lost_at.empty() ? ("found, rank " + std::to_string(found->final_rank)).c_str() : found->lost_at.c_str());
  return Exit::kOk;
}

Exit evaluate(Context& context, const SearchOptions& options) {
  auto request = request_of(options);
  if (!request.ok()) return context.fail(request.error());
  const auto metrics = metrics_of(options.metrics);
  if (!metrics.ok()) return context.fail(metrics.error());
  const auto set = search::load_test_set(options.corpus);
  if (!set.ok()) return context.fail(set.error());
  auto folder = base::TemporaryFolder::create("groundwork-eval");
  if (!folder.ok()) return context.fail(folder.error());
  std::string path = options.index;
  if (path.empty()) {
    path = folder->path() / "index";
    const auto made =
        make_index(context, options.corpus, path, request->mode == search::Mode::kLexical ? "" : options.embedder);
    if (!made.ok()) return context.fail(made.error());
  }
  const auto open = collection_to_read(context, path, request->mode);
  if (!open.ok()) return context.fail(open.error());
  request->top_k = std::max<std::size_t>(request->top_k, 100);
  for (const search::Metric& metric : *metrics) request->top_k = std::max(request->top_k, metric.k);
  const auto rank = [&](const search::TestQuery& one) -> base::Result<std::vector<std::string>> {
    search::SearchRequest asked = *request;
    asked.query = one.text;
    GW_TRY(const search::CollectionResult result, open->collection->search(asked, search::With::kIds));
    std::vector<std::string> ids;
    for (const search::CollectionHit& hit : result.hits) ids.push_back(hit.id);
    return ids;
  };
  ProgressBar bar("evaluating");
  const auto evaluation = search::evaluate(
      *set, rank, [&](std::size_t done, std::size_t total) { bar.show(done, total, "queries"); }, interrupted());
  bar.clear();
  if (!evaluation.ok()) return context.fail(evaluation.error());
  if (!options.run.empty()) {
    const auto written = write_run(options.run, *evaluation, options.mode);
    if (!written.ok()) return context.fail(written.error());
  }
  if (!options.report.empty()) {
    const std::string name = "mode=" + options.mode +
                             (request->mode == search::Mode::kLexical || request->mode == search::Mode::kDense
                                  ? ""
                                  : ",fusion=" + options.fusion) +
                             (options.index.empty() ? "" : " in " + options.index);
    const auto written = base::write_file_atomically(
        options.report, search::evaluation_report(report_context(options.corpus, 1, base::SystemClock().now()), *set,
                                                  {name, &*evaluation}, *metrics));
    if (!written.ok()) return context.fail(written.error());
  }
  return print_evaluation(context, options.corpus + ", mode " + options.mode, *evaluation, *set, *metrics);
}

}  // namespace

void add_search_commands(CLI::App& app, Context& context, Command& chosen) {
  const auto options = std::make_shared<SearchOptions>();
  CLI::App* search = add_command(app, "search", "Search in any documents: index them, ask, measure", "");
  search->require_subcommand(1);
  const auto run = [&context, &chosen, options](CLI::App* command, Exit (*f)(Context&, const SearchOptions&)) {
    command->callback(
        [&context, &chosen, options, f] { chosen = [&context, options, f] { return f(context, *options); }; });
  };
  const auto add_query_options = [&](CLI::App* command) {
    command->add_option("--index", options->index, kPlaces)->required();
    command->add_option("--mode", options->mode, search::kModes);
    command->add_option("--fusion", options->fusion, search::kFusions);
    command->add_option("--top-k", options->top_k, "How many hits");
    command->add_option("--filter", options->filters, "key=value, key!=value, key=a|b, key>=1; all must hold")
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  const auto add_drop_duplicates = [&](CLI::App* command) {
    command
        ->add_option_function<double>(
            "--drop-duplicates", [options](const double& threshold) { options->duplicates = threshold; },
            "Leave out what nearly repeats a passage before it: the share of runs of three words in common, 0.5 to 1")
        ->expected(0, 1)
        ->default_str("0.9");
  };

  CLI::App* make = add_command(*search, "index", "Index a folder of documents, or a corpus in BEIR's layout",
                               "  groundwork search index --corpus notes --index notes.index\n"
                               "  groundwork search index --corpus beir/scifact --index scifact.index --json");
  make->add_option("--corpus", options->corpus, "Documents (.md, .html, .txt, .pdf), or a folder with corpus.jsonl")
      ->required();
  make->add_option("--index", options->index, kReplacedPlaces)->required();
  make->add_option("--embedder", options->embedder, kEmbedderHelp);
  make->add_flag("--lexical-only", options->lexical_only, "Without vectors: no model is needed, and no dense search");
  add_drop_duplicates(make);
  make->add_flag("--add", options->add, "Add to what is there; documents of the same id are replaced");
  run(make, index);

  CLI::App* take = add_command(*search, "remove", "Remove documents from an index or a collection",
                               "  groundwork search remove --index notes.index 'rag.md#3'");
  take->add_option("--index", options->index, kPlaces)->required();
  take->add_flag("--lexical-only", options->lexical_only, "It was made without vectors");
  take->add_option("ID", options->ids, "Documents; ids that are not there are no error")->required();
  run(take, remove);

  CLI::App* ingest = add_command(app, "ingest", "Index a folder of documents: the same as search index",
                                 "  groundwork ingest notes --index notes.index");
  ingest->add_option("FOLDER", options->corpus, "Documents: .md, .html, .txt, .pdf")->required();
  ingest->add_option("--index", options->index, kReplacedPlaces)->required();
  ingest->add_option("--embedder", options->embedder, kEmbedderHelp);
  ingest->add_flag("--lexical-only", options->lexical_only, "Without vectors");
  add_drop_duplicates(ingest);
  run(ingest, index);

  CLI::App* ask =
      add_command(*search, "query", "The documents that fit a query best, and why",
                  "  groundwork search query --index notes.index \"reciprocal rank fusion\"\n"
                  "  groundwork search query --index notes.index --mode lexical --filter lang=en --json \"top_k\"");
  add_query_options(ask);
  ask->add_option("QUERY", options->query, "Words; \"a phrase in quotes\" must be in the document")->required();
  run(ask, query);

  CLI::App* miss = add_command(*search, "why-not", "At which stage a document that should be found was lost",
                               "  groundwork search why-not --index notes.index --id 'rag.md#3' \"missing acronyms\"");
  add_query_options(miss);
  miss->add_option("--id", options->id, "The document")->required();
  miss->add_option("QUERY", options->query, "The query that misses it")->required();
  run(miss, why_not);

  CLI::App* measure = add_command(*search, "eval", "Measure a mode on a test set in BEIR's layout",
                                  "  groundwork search eval --corpus beir/scifact --mode hybrid --json");
  measure->add_option("--corpus", options->corpus, "Folder with corpus.jsonl, queries.jsonl and qrels.tsv")->required();
  measure->add_option("--mode", options->mode, search::kModes);
  measure->add_option("--fusion", options->fusion, search::kFusions);
  measure->add_option("--index", options->index,
                      "An index of the corpus, or a collection; none: an index is made for the time");
  measure->add_option("--embedder", options->embedder, kEmbedderHelp);
  measure->add_option("--metric", options->metrics, "More metrics, such as ndcg@20")->expected(1)->take_all();
  measure->add_option("--run", options->run, "Also write the rankings to this file, in TREC's form");
  measure->add_option("--report", options->report, "Also write an HTML page with charts to this file");
  run(measure, evaluate);
  add_compare_commands(*search, context, chosen);
}

}  // namespace groundwork::cli
