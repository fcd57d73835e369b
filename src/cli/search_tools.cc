#include "cli/search_tools.h"

#include <chrono>
#include <mutex>

#include "base/utf8.h"
#include "cli/collections.h"
#include "model/late_interaction.h"
#include "model/static_embedder.h"
#include "search/beir.h"
#include "search/index_writer.h"
#include "search/near_duplicates.h"

namespace groundwork::cli {

using base::Code;
using base::make_error;
using base::Result;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kThreads = 2;
constexpr std::size_t kNoLimit = std::size_t{1} << 30;
constexpr const char* kEmbedderFolder = "embedder_folder";  ///< of a manifest's properties

/// Late interaction by the sentence encoder, which is opened at the first use: what an index with static vectors needs
/// of it is only this. Thread-safe.
class DeferredReranker final : public model::Reranker {
 public:
  explicit DeferredReranker(const Context& context) : context_(&context) {}

  Result<std::vector<float>> score(std::string_view query, std::span<const std::string> documents) override {
    {
      const std::lock_guard lock(mutex_);
      if (encoder_ == nullptr) {
        GW_TRY(encoder_, open_embedder(*context_));
      }
    }
    return model::LateInteraction(*encoder_).score(query, documents);
  }
  std::string name() const override { return std::string(kEmbedderName) + "/late-interaction"; }
  double share() const override { return model::LateInteraction::kShare; }

 private:
  const Context* context_;
  std::mutex mutex_;
  std::unique_ptr<model::LocalEmbedder> encoder_;
};

/// The model that made an index's vectors: in the folder that it was in then, or among the models by its name.
Result<AnyEmbedder> embedder_of(const Context& context, const search::Manifest& manifest) {
  const std::string noted = base::string_or(manifest.properties, kEmbedderFolder);
  const std::string name = manifest.embedder.substr(0, manifest.embedder.find('/'));
  std::error_code error;
  auto open = open_any_embedder(context, !noted.empty() && fs::is_directory(noted, error) ? noted : name);
  const std::string message = "the index was made with the model '" + manifest.embedder + "'";
  if (!open.ok()) return base::wrap(std::move(open).error(), message);
  if (open->embedder->name() == manifest.embedder) return open;
  return make_error(Code::kFailedPrecondition, message + ", found '" + open->embedder->name() + "' in " +
                                                   open->folder.string() + "; index again, or bring it back");
}

/// Every document of the corpus into the sink.
Result<search::IngestReport> add_documents(const Context& context, const fs::path& corpus, const search::Sink& sink,
                                           const text::WordPiece* tokenizer) {
  ProgressBar bar("reading");
  if (!search::is_beir(corpus)) {
    return search::ingest_folder(
        corpus, ingest_options(context, tokenizer), sink,
        [&](std::size_t done, std::size_t total, const std::string& path) { bar.show(done, total, path); },
        interrupted());
  }
  search::IngestReport report;
  GW_CHECK_OK(search::for_each_document(corpus, [&](search::Document one) {
    ++report.passages;
    return sink(std::move(one));
  }));
  report.files = 1;
  return report;
}

/// Takes the documents out of those that wait which repeat one before them.
Result<std::vector<LeftOut>> drop_duplicates(search::IndexWriter& writer, double threshold) {
  ProgressBar bar("comparing");
  search::DuplicateOptions options;
  options.threshold = threshold;
  const std::vector<search::Document>& waiting = writer.waiting();
  GW_TRY(const std::vector<search::Duplicate> found,
         search::near_duplicates(
             waiting.size(), [&](std::size_t one) -> Result<std::string> { return waiting[one].text; }, options,
             [&](std::size_t done, std::size_t total) { bar.show(done, total, "passages"); }, interrupted()));
  std::vector<LeftOut> dropped;
  for (const search::Duplicate& one : found) {
    dropped.push_back({waiting[one.document].id, waiting[one.of].id, one.similarity});
  }
  for (const LeftOut& one : dropped) writer.remove(one.id);
  return dropped;
}

}  // namespace

Result<std::unique_ptr<model::LocalEmbedder>> open_embedder(const Context& context) {
  const fs::path folder = context.models_folder() / kEmbedderName;
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return make_error(Code::kNotFound, "the model " + std::string(kEmbedderName) + " is not in " + folder.string() +
                                           "; ./up fetches it (or use --lexical-only)");
  }
  model::LocalEmbedderOptions options;
  options.threads = kThreads;
  return model::LocalEmbedder::open(folder, options);
}

Result<AnyEmbedder> open_any_embedder(const Context& context, const std::string& model) {
  AnyEmbedder any;
  any.folder = context.models_folder() / model;
  std::error_code error;
  if (!fs::is_directory(any.folder, error)) any.folder = model;
  if (!fs::is_directory(any.folder, error)) {
    return make_error(Code::kNotFound, "expected a folder or a model of " + context.models_folder().string() +
                                           ", found neither of the name '" + model +
                                           "' (see groundwork model list; ./up fetches " + kEmbedderName + ")");
  }
  any.folder = fs::absolute(any.folder, error);
  if (model::is_static_model(any.folder)) {
    GW_TRY(auto opened, model::StaticEmbedder::open(any.folder));
    any.tokenizer = &opened->tokenizer();
    any.embedder = std::move(opened);
    return any;
  }
  model::LocalEmbedderOptions options;
  options.threads = kThreads;
  GW_TRY(auto opened, model::LocalEmbedder::open(any.folder, options));
  any.tokenizer = &opened->tokenizer();
  any.encoder = opened.get();
  any.embedder = std::move(opened);
  return any;
}

search::IngestOptions ingest_options(const Context& context, const text::WordPiece* tokenizer) {
  search::IngestOptions options;
  options.pdf.weaker = context.allow_weak_sandbox ? sandbox::Weaker::kAccept : sandbox::Weaker::kRefuse;
  if (tokenizer != nullptr) {
    options.count_tokens = [tokenizer](std::string_view text) { return tokenizer->encode(text, kNoLimit).size(); };
  }
  return options;
}

Result<IndexModels> open_models_of(const Context& context, const search::Manifest& manifest) {
  GW_TRY(AnyEmbedder any, embedder_of(context, manifest));
  IndexModels models;
  if (any.encoder != nullptr) {
    models.reranker = std::make_unique<model::LateInteraction>(*any.encoder);
  } else {
    models.reranker = std::make_unique<DeferredReranker>(context);
  }
  models.embedder = std::move(any.embedder);
  return models;
}

Result<OpenIndex> open_index(const Context& context, const std::string& path) {
  GW_TRY(const search::CollectionLocation location, search::collection_location(path));
  if (!location.is_folder()) {
    return make_error(Code::kUnimplemented, "this command needs an index folder, found " + location.shown() +
                                                "; of a collection elsewhere there are search index, query and eval");
  }
  OpenIndex open;
  GW_TRY(open.index, search::Index::open(path));
  const search::Manifest& manifest = open.index->snapshot()->manifest();
  if (manifest.embedder.empty()) return open;
  GW_TRY(IndexModels models, open_models_of(context, manifest));
  open.embedder = std::move(models.embedder);
  open.reranker = std::move(models.reranker);
  return open;
}

Result<search::Filter> filter_of(const std::vector<std::string>& conditions) {
  search::Filter filter;
  for (const std::string& text : conditions) {
    GW_TRY(search::Condition condition, search::parse_condition(text));
    filter.conditions.push_back(std::move(condition));
  }
  return filter;
}

std::string one_line(const std::string& text, std::size_t bytes) {
  std::string line;
  for (const char c : text) {
    if (c != ' ' && c != '\n' && c != '\t') {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
    if (line.size() > bytes + 10) break;
  }
  return line.size() > bytes ? base::clip(line, bytes) + "..." : line;
}

namespace {

/// The same for a collection elsewhere.
Result<Indexed> fill_collection(const Context& context, const std::string& corpus,
                                const search::CollectionLocation& location, const std::string& embedder,
                                search::Start start) {
  if (!embedder.empty() && embedder != kEmbedderName) {
    return make_error(Code::kUnimplemented,
                      "vectors of '" + embedder + "' go into an index folder only, found " + location.shown());
  }
  GW_TRY(const OpenCollection open, open_collection(context, location, !embedder.empty()));
  GW_TRY(const auto writer, open.collection->write(start));
  Indexed indexed;
  const auto add = [&](search::Document one) { return writer->add(std::move(one)); };
  GW_TRY(indexed.report, add_documents(context, corpus, add, open.tokenizer));
  GW_CHECK_OK(writer->commit({}, interrupted()));
  indexed.documents = writer->added();
  return indexed;
}

}  // namespace

base::json::array to_json(const std::vector<LeftOut>& duplicates) {
  base::json::array list;
  for (const LeftOut& one : duplicates) {
    list.push_back(base::json::object{{"id", one.id}, {"of", one.of}, {"similarity", one.similarity}});
  }
  return list;
}

Result<Indexed> make_index(const Context& context, const std::string& corpus, const std::string& path,
                           const std::string& embedder, std::optional<double> duplicates, search::Start start) {
  const auto begin = std::chrono::steady_clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  std::error_code error;
  if (!fs::is_directory(corpus, error)) {
    return make_error(Code::kNotFound,
                      "there is no folder '" + corpus + "'; expected documents or a BEIR corpus.jsonl");
  }
  GW_TRY(const search::CollectionLocation location, search::collection_location(path));
  if (!location.is_folder()) {
    if (duplicates) {
      return make_error(Code::kUnimplemented,
                        "duplicates are left out of an index folder only, found " + location.shown());
    }
    GW_TRY(Indexed filled, fill_collection(context, corpus, location, embedder, start));
    filled.seconds = seconds();
    return filled;
  }
  AnyEmbedder any;
  if (!embedder.empty()) {
    GW_TRY(any, open_any_embedder(context, embedder));
  }
  search::WriterOptions options;
  options.embedder = any.embedder.get();
  GW_TRY(const auto writer, start == search::Start::kAdd ? search::IndexWriter::open(path, options)
                                                         : search::IndexWriter::begin_anew(path, options));
  if (!embedder.empty()) writer->set_property(kEmbedderFolder, base::json::value(any.folder.string()));
  Indexed indexed;
  const auto add = [&](search::Document one) { return writer->add(std::move(one)); };
  GW_TRY(indexed.report, add_documents(context, corpus, add, any.tokenizer));
  if (duplicates) {
    GW_TRY(indexed.duplicates, drop_duplicates(*writer, *duplicates));
  }
  indexed.documents = writer->waiting_count();
  ProgressBar bar(!embedder.empty() ? "embedding" : "indexing");
  GW_CHECK_OK(
      writer->commit([&](std::size_t done, std::size_t total) { bar.show(done, total, "passages"); }, interrupted()));
  bar.clear();
  indexed.seconds = seconds();
  return indexed;
}

}  // namespace groundwork::cli
