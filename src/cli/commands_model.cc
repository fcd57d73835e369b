#include <algorithm>
#include <chrono>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/search_tools.h"
#include "model/distill.h"
#include "search/evaluation.h"

namespace groundwork::cli {
namespace {

namespace fs = std::filesystem;
namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

// ---- list ------------------------------------------------------------------------------------------------------

struct ModelEntry {
  std::string name;
  std::string kind;
  std::int64_t dimensions = 0;  ///< 0: it makes no vectors
  fs::path folder;
};

/// What a folder holds, by its config.json or its files.
ModelEntry entry_of(const fs::path& folder) {
  ModelEntry entry{folder.filename().string(), "unknown", 0, folder};
  const auto text = base::read_file(folder / "config.json", std::size_t{1} << 20);
  const auto parsed = text.ok() ? base::parse_json(*text) : Result<json::value>(text.error());
  if (parsed.ok() && parsed->is_object()) {
    const json::object& config = parsed->get_object();
    const std::string type = base::string_or(config, "model_type");
    if (type == "bert") entry.kind = "encoder";
    if (type == "static") entry.kind = type;
    entry.dimensions = type == "bert"     ? base::int_or(config, "hidden_size", 0)
                       : type == "static" ? base::int_or(config, "dimensions", 0)
                                          : 0;
  }
  std::error_code error;
  for (const auto& file : fs::directory_iterator(folder, error)) {
    if (file.path().extension() == ".gguf") entry.kind = "generator";
  }
  return entry;
}

Exit list(Context& context) {
  const fs::path root = context.models_folder();
  std::vector<ModelEntry> entries;
  std::error_code error;
  for (const auto& one : fs::directory_iterator(root, error)) {
    std::error_code ignored;
    if (one.is_directory(ignored)) entries.push_back(entry_of(one.path()));
  }
  std::ranges::sort(entries, {}, &ModelEntry::name);
  json::array out;
  for (const ModelEntry& one : entries) {
    json::value dimensions = nullptr;
    if (one.dimensions > 0) dimensions = one.dimensions;
    out.push_back(json::object{{"name", one.name},
                               {"kind", one.kind},
                               {"dimensions", std::move(dimensions)},
                               {"folder", one.folder.string()}});
  }
  if (context.json) {
    context.print(json::object{{"folder", root.string()}, {"models", std::move(out)}});
    return Exit::kOk;
  }
  for (const ModelEntry& one : entries) {
    std::printf("%-28s %-10s %5s  %s\n", one.name.c_str(), one.kind.c_str(),
                one.dimensions > 0 ? std::to_string(one.dimensions).c_str() : "", one.folder.c_str());
  }
  if (entries.empty()) std::printf("no models in %s; ./up fetches them\n", root.c_str());
  return Exit::kOk;
}

// ---- distill ---------------------------------------------------------------------------------------------------

struct DistillArguments {
  std::string teacher = kEmbedderName;
  std::string out;
  std::string test_set;
  std::size_t dimensions = model::DistillOptions{}.dimensions;
};

/// What a model is worth on a test set.
struct Worth {
  std::string model;
  double dense_ndcg = 0;
  double hybrid_ndcg = 0;
  double query_microseconds = 0;  ///< the median over the queries, each embedded alone
};

/// Ranks by the request with the query in place of its own.
search::Ranker ranker_of(const search::Searcher& searcher, search::SearchRequest request) {
  return [&searcher, request = std::move(request)](const search::TestQuery& one) -> Result<std::vector<std::string>> {
    search::SearchRequest asked = request;
    asked.query = one.text;
    GW_TRY(const search::SearchResult result, searcher.search(asked));
    std::vector<std::string> ids;
    for (const search::SearchHit& hit : result.hits) ids.emplace_back(searcher.snapshot().id(hit.row));
    return ids;
  };
}

Result<double> median_microseconds(model::Embedder& embedder, const search::TestSet& set) {
  std::vector<double> times;
  for (const search::TestQuery& query : set.queries) {
    const auto begin = std::chrono::steady_clock::now();
    GW_CHECK_OK(embedder.embed({&query.text, 1}));
    times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

Result<Worth> measure(const Context& context, const std::string& model, const std::string& corpus,
                      const search::TestSet& set) {
  GW_TRY(const auto folder, base::TemporaryFolder::create("groundwork-distill"));
  const std::string path = folder.path() / "index";
  GW_CHECK_OK(make_index(context, corpus, path, model));
  GW_TRY(const OpenIndex open, open_index(context, path));
  Worth worth{.model = open.embedder->name()};
  const search::Searcher searcher = open.searcher();
  ProgressBar bar("evaluating");
  for (const search::Mode mode : {search::Mode::kDense, search::Mode::kHybrid}) {
    search::SearchRequest request;
    request.mode = mode;
    GW_TRY(const search::Evaluation evaluation,
           search::evaluate(
               set, ranker_of(searcher, request),
               [&](std::size_t done, std::size_t total) { bar.show(done, total, worth.model); }, interrupted()));
    (mode == search::Mode::kDense ? worth.dense_ndcg : worth.hybrid_ndcg) =
        evaluation.mean(&search::QueryScores::ndcg_10);
  }
  GW_TRY(worth.query_microseconds, median_microseconds(*open.embedder, set));
  return worth;
}

json::object to_json(const Worth& worth) {
  return {{"model", worth.model},
          {"dense_ndcg@10", worth.dense_ndcg},
          {"hybrid_ndcg@10", worth.hybrid_ndcg},
          {"query_us", worth.query_microseconds}};
}

void print(const std::vector<Worth>& rows) {
  std::printf("%-44s %14s %15s %12s\n", "model", "dense nDCG@10", "hybrid nDCG@10", "us a query");
  for (const Worth& one : rows) {
    std::printf("%-44s %14.4f %15.4f %12.1f\n", one.model.c_str(), one.dense_ndcg, one.hybrid_ndcg,
                one.query_microseconds);
  }
}

/// Distils and writes. @return  its vectors' tokens and dimensions
Result<model::StaticModel> make_model(const Context& context, const DistillArguments& arguments) {
  GW_CHECK_OK(model::check_output_folder(arguments.out));
  GW_TRY(const AnyEmbedder teacher, open_any_embedder(context, arguments.teacher));
  if (teacher.encoder == nullptr) {
    return make_error(Code::kInvalidArgument, "expected a sentence encoder as teacher, found a static model",
                      teacher.folder.string());
  }
  model::DistillOptions options;
  options.dimensions = arguments.dimensions;
  ProgressBar bar("distilling");
  GW_TRY(model::StaticModel made,
         model::distill(
             *teacher.encoder, options, [&](std::size_t done, std::size_t total) { bar.show(done, total, "tokens"); },
             interrupted()));
  GW_CHECK_OK(model::write_static_model(made, teacher.folder, arguments.out));
  return made;
}

Exit distill(Context& context, const DistillArguments& arguments) {
  search::TestSet set;
  if (!arguments.test_set.empty()) {
    auto loaded = search::load_test_set(arguments.test_set);
    if (!loaded.ok()) return context.fail(loaded.error());
    set = *std::move(loaded);
  }
  const auto begin = std::chrono::steady_clock::now();
  const auto made = make_model(context, arguments);
  if (!made.ok()) return context.fail(made.error());
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::vector<Worth> rows;
  json::array measured;
  for (const std::string& model : {arguments.teacher, fs::absolute(arguments.out).string()}) {
    if (arguments.test_set.empty()) break;
    auto worth = measure(context, model, arguments.test_set, set);
    if (!worth.ok()) return context.fail(worth.error());
    measured.push_back(to_json(*worth));
    rows.push_back(*std::move(worth));
  }
  if (context.json) {
    json::object report{{"model", arguments.out},
                        {"teacher", arguments.teacher},
                        {"tokens", made->vocabulary},
                        {"dimensions", made->dimensions},
                        {"seconds", seconds}};
    if (!rows.empty()) report["evaluation"] = std::move(measured);
    context.print(report);
    return Exit::kOk;
  }
  std::printf("%zu tokens of %zu dimensions in %s (%.1f s)\n", made->vocabulary, made->dimensions,
              arguments.out.c_str(), seconds);
  if (!rows.empty()) print(rows);
  return Exit::kOk;
}

}  // namespace

void add_model_commands(CLI::App& app, Context& context, Command& chosen) {
  CLI::App* model = add_command(app, "model", "The models on this machine, and faster ones made from them", "");
  model->require_subcommand(1);
  CLI::App* all = add_command(*model, "list", "The models: kind, dimensions of their vectors, folder",
                              "  groundwork model list --json");
  all->callback([&] { chosen = [&] { return list(context); }; });

  const auto arguments = std::make_shared<DistillArguments>();
  CLI::App* make =
      add_command(*model, "distill",
                  "A static embedding from a sentence encoder: microseconds a query, at a cost that --eval tells",
                  "  groundwork model distill --teacher all-MiniLM-L6-v2 --out static --eval beir/scifact\n"
                  "  groundwork search index --corpus notes --index notes.index --embedder static");
  make->add_option("--teacher", arguments->teacher, "A sentence encoder that `model list` names, or a folder");
  make->add_option("--out", arguments->out, "Folder of the new model; in the folder of models it is found by its name")
      ->required();
  make->add_option("--dimensions", arguments->dimensions, "Of its vectors, at most the teacher's");
  make->add_option("--eval", arguments->test_set, "Measure teacher and model on a test set in BEIR's layout");
  make->callback([&, arguments] { chosen = [&, arguments] { return distill(context, *arguments); }; });
}

}  // namespace groundwork::cli
