#include "cli/search_tools.h"

#include <chrono>

#include "base/utf8.h"
#include "cli/collections.h"
#include "model/late_interaction.h"
#include "search/beir.h"
#include "search/index_writer.h"

namespace groundwork::cli {

using base::Code;
using base::make_error;
using base::Result;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kThreads = 2;
constexpr std::size_t kNoLimit = std::size_t{1} << 30;

/// Every document of the corpus into the sink.
Result<search::IngestReport> add_documents(const Context& context, const fs::path& corpus, const search::Sink& sink,
                                           const model::LocalEmbedder* embedder) {
  ProgressBar bar("reading");
  if (!search::is_beir(corpus)) {
    return search::ingest_folder(
        corpus, ingest_options(context, embedder), sink,
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

search::IngestOptions ingest_options(const Context& context, const model::LocalEmbedder* embedder) {
  search::IngestOptions options;
  options.pdf.weaker = context.allow_weak_sandbox ? sandbox::Weaker::kAccept : sandbox::Weaker::kRefuse;
  if (embedder != nullptr) {
    options.count_tokens = [embedder](std::string_view text) {
      return embedder->tokenizer().encode(text, kNoLimit).size();
    };
  }
  return options;
}

Result<OpenIndex> open_index(const Context& context, const std::string& path) {
  GW_TRY(const search::CollectionLocation location, search::collection_location(path));
  if (!location.is_folder()) {
    return make_error(Code::kUnimplemented, "this command needs an index folder, found " + location.shown() +
                                                "; of a collection elsewhere there are search index, query and eval");
  }
  OpenIndex open;
  GW_TRY(open.index, search::Index::open(path));
  if (open.index->snapshot()->manifest().embedder.empty()) return open;
  GW_TRY(open.embedder, open_embedder(context));
  open.reranker = std::make_unique<model::LateInteraction>(*open.embedder);
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
                                const search::CollectionLocation& location, bool vectors) {
  GW_TRY(const OpenCollection open, open_collection(context, location, vectors));
  GW_TRY(const auto writer, open.collection->write(search::Start::kAnew));
  Indexed indexed;
  const auto add = [&](search::Document one) { return writer->add(std::move(one)); };
  GW_TRY(indexed.report, add_documents(context, corpus, add, open.embedder.get()));
  GW_CHECK_OK(writer->commit({}, interrupted()));
  indexed.documents = writer->added();
  return indexed;
}

}  // namespace

Result<Indexed> make_index(const Context& context, const std::string& corpus, const std::string& path, bool vectors) {
  const auto begin = std::chrono::steady_clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  std::error_code error;
  if (!fs::is_directory(corpus, error)) {
    return make_error(Code::kNotFound,
                      "there is no folder '" + corpus + "'; expected documents or a BEIR corpus.jsonl");
  }
  GW_TRY(const search::CollectionLocation location, search::collection_location(path));
  if (!location.is_folder()) {
    GW_TRY(Indexed filled, fill_collection(context, corpus, location, vectors));
    filled.seconds = seconds();
    return filled;
  }
  std::unique_ptr<model::LocalEmbedder> embedder;
  if (vectors) {
    GW_TRY(embedder, open_embedder(context));
  }
  search::WriterOptions options;
  options.embedder = embedder.get();
  GW_TRY(const auto writer, search::IndexWriter::begin_anew(path, options));
  Indexed indexed;
  const auto add = [&](search::Document one) { return writer->add(std::move(one)); };
  GW_TRY(indexed.report, add_documents(context, corpus, add, embedder.get()));
  indexed.documents = writer->waiting().size();
  ProgressBar bar(vectors ? "embedding" : "indexing");
  GW_CHECK_OK(
      writer->commit([&](std::size_t done, std::size_t total) { bar.show(done, total, "passages"); }, interrupted()));
  bar.clear();
  indexed.seconds = seconds();
  return indexed;
}

}  // namespace groundwork::cli
