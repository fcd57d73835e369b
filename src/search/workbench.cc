#include "search/workbench.h"

#include <algorithm>
#include <unordered_set>

#include "search/index_writer.h"
#include "search/ingest.h"

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kRanked = 100;

/// The document of a passage id `document#n`.
std::string document_of(std::string_view passage) { return std::string(passage.substr(0, passage.rfind('#'))); }

}  // namespace

Workbench::Workbench(fs::path corpus, BenchModels models, QueryVectors queries, base::TemporaryFolder folder)
    : corpus_(std::move(corpus)), models_(std::move(models)), queries_(queries), folder_(std::move(folder)) {
  if (models_.embedder != nullptr) cache_ = std::make_unique<EmbeddingCache>(*models_.embedder);
}

Result<std::unique_ptr<Workbench>> Workbench::open(const fs::path& corpus, BenchModels models, QueryVectors queries) {
  GW_TRY(base::TemporaryFolder folder, base::TemporaryFolder::create("groundwork-bench"));
  std::unique_ptr<Workbench> bench(new Workbench(corpus, std::move(models), queries, std::move(folder)));
  GW_TRY(bench->set_, load_test_set(corpus));
  return bench;
}

Result<std::vector<Document>> Workbench::passages(Document document, const Configuration& configuration) const {
  std::vector<Document> cut;
  if (configuration.chunk_tokens) {
    IngestOptions options;
    options.chunks.max_tokens = *configuration.chunk_tokens;
    options.chunks.overlap_tokens = configuration.overlap_tokens;
    options.chunks.min_tokens = std::min(options.chunks.min_tokens, *configuration.chunk_tokens);
    options.count_tokens = models_.count_tokens;
    GW_TRY(cut, passages_of({document.id, document.title, text::Format::kPlain, document.text}, options));
  }
  if (cut.empty()) {  // whole, or nothing but a title
    document.id += "#1";
    cut.push_back(std::move(document));
  }
  return cut;
}

Result<const Workbench::Cut*> Workbench::cut_of(const Configuration& configuration, const Progress& progress,
                                                const std::stop_token& stop) {
  const CutKey key{configuration.chunk_tokens.value_or(0), configuration.overlap_tokens};
  if (const auto made = cuts_.find(key); made != cuts_.end()) return &made->second;
  const fs::path path = folder_.path() / (std::to_string(key.first) + "-" + std::to_string(key.second));
  WriterOptions options;
  options.embedder = cache_.get();
  GW_TRY(const auto writer, IndexWriter::begin_anew(path, options));
  std::size_t documents = 0;
  GW_CHECK_OK(for_each_document(corpus_, [&](Document document) -> base::Status {
    if (stop.stop_requested()) return make_error(Code::kCancelled, "reading the corpus was cancelled");
    ++documents;
    GW_TRY(std::vector<Document> cut, passages(std::move(document), configuration));
    for (Document& passage : cut) GW_CHECK_OK(writer->add(std::move(passage)));
    return {};
  }));
  const std::size_t a_document = (writer->waiting_count() + documents - 1) / documents;
  GW_CHECK_OK(writer->commit(progress, stop));
  Cut cut;
  cut.top_k = std::min(kRanked * a_document, kLargestTopK);
  GW_TRY(cut.index, Index::open(path));
  return &cuts_.emplace(key, std::move(cut)).first->second;
}

Result<Ranker> Workbench::ranker(const Configuration& configuration, const Progress& progress,
                                 const std::stop_token& stop) {
  GW_CHECK_OK(check(configuration));
  if (configuration.mode != Mode::kLexical && models_.embedder == nullptr) {
    return make_error(Code::kFailedPrecondition,
                      "mode " + std::string(to_string(configuration.mode)) + " needs a model, and none is open");
  }
  GW_TRY(const Cut* const cut, cut_of(configuration, progress, stop));
  SearchRequest request;
  request.mode = configuration.mode;
  request.top_k = cut->top_k;
  request.pool = std::max(request.pool, 2 * cut->top_k);
  request.rerank_depth = configuration.rerank_depth;
  request.fusion = configuration.fusion;
  request.lexical_weight = configuration.lexical_weight;
  model::Embedder* const embedder = queries_ == QueryVectors::kOnce ? cache_.get() : models_.embedder;
  const Searcher searcher(cut->index->snapshot(), embedder, models_.reranker);
  return Ranker([searcher, request](const TestQuery& query) -> Result<std::vector<std::string>> {
    SearchRequest asked = request;
    asked.query = query.text;
    GW_TRY(const SearchResult result, searcher.search(asked));
    std::vector<std::string> documents;
    std::unordered_set<std::string> seen;
    for (const SearchHit& hit : result.hits) {
      std::string document = document_of(searcher.snapshot().id(hit.row));
      if (seen.insert(document).second) documents.push_back(std::move(document));
    }
    return documents;
  });
}

}  // namespace groundwork::search
