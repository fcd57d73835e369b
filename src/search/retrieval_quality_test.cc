// The bars of retrieval on a judged collection, with the program's own model. Skipped where either is absent. Where
// GW_DOCUMENTS says how many documents do, as under sanitizers, all of it runs on so many, and no bar is held against a
// part.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "base/file.h"
#include "base/source_dir.h"
#include "model/late_interaction.h"
#include "model/local_embedder.h"
#include "search/embedding_cache.h"
#include "search/evaluation.h"
#include "search/index_writer.h"
#include "search/searcher.h"

namespace groundwork::search {
namespace {

std::filesystem::path data_folder() {
  const char* configured = std::getenv("GROUNDWORK_DATA");
  if (configured != nullptr) return configured;
  return std::filesystem::path(base::source_dir()) / ".." / "shared" / "data";
}

double ndcg_of(const Searcher& searcher, const TestSet& set, Mode mode, Fusion fusion) {
  const auto evaluation = evaluate(set, [&](const TestQuery& query) -> base::Result<std::vector<std::string>> {
    SearchRequest request;
    request.query = query.text;
    request.mode = mode;
    request.fusion = fusion;
    request.top_k = 100;
    GW_TRY(const SearchResult result, searcher.search(request));
    std::vector<std::string> ids;
    for (const SearchHit& hit : result.hits) ids.emplace_back(searcher.snapshot().id(hit.row));
    return ids;
  });
  return evaluation.value().mean(&QueryScores::ndcg_10);
}

TEST(RetrievalQuality, OfCisiIsAboveBm25sMiniLmAndReciprocalRankFusion) {
  const std::filesystem::path corpus = data_folder() / "ir-cisi";
  if (!is_beir(corpus)) GTEST_SKIP() << "no collection in " << corpus;
  const char* models = std::getenv("GW_MODELS");
  const std::filesystem::path model = std::filesystem::path(models == nullptr ? "" : models) / "all-MiniLM-L6-v2";
  if (models == nullptr || !std::filesystem::exists(model)) GTEST_SKIP() << "GW_MODELS names no all-MiniLM-L6-v2";

  const auto encoder = model::LocalEmbedder::open(model).value();
  EmbeddingCache embedder(*encoder);  // each ranking asks the same queries
  const auto folder = base::TemporaryFolder::create("retrieval-quality").value();
  WriterOptions options;
  options.embedder = &embedder;
  const auto writer = IndexWriter::open(folder.path(), options).value();
  const char* const part = std::getenv("GW_DOCUMENTS");
  const std::size_t most = part == nullptr ? ~std::size_t{0} : std::strtoull(part, nullptr, 10);
  std::size_t documents = 0;
  ASSERT_TRUE(for_each_document(corpus, [&](Document one) -> base::Status {
                return documents++ < most ? writer->add(std::move(one)) : base::Status{};
              }).ok());
  ASSERT_TRUE(writer->commit().ok());
  const auto index = Index::open(folder.path()).value();
  model::LateInteraction late(*encoder);
  const Searcher searcher(index->snapshot(), &embedder, &late);
  TestSet set = load_test_set(corpus).value();
  if (part != nullptr) set.queries.resize(std::min<std::size_t>(set.queries.size(), 10));

  const double hybrid = ndcg_of(searcher, set, Mode::kHybrid, Fusion::kCalibrated);
  const double lexical = ndcg_of(searcher, set, Mode::kLexical, Fusion::kCalibrated);
  const double dense = ndcg_of(searcher, set, Mode::kDense, Fusion::kCalibrated);
  const double by_rank = ndcg_of(searcher, set, Mode::kHybrid, Fusion::kReciprocalRank);
  if (part != nullptr) return;
  EXPECT_GE(lexical, 0.396);
  EXPECT_GE(dense, 0.42);
  EXPECT_GE(hybrid, 0.46);
  EXPECT_GT(hybrid, by_rank);
  EXPECT_GE(ndcg_of(searcher, set, Mode::kRerank, Fusion::kCalibrated), 0.46);
}

}  // namespace
}  // namespace groundwork::search
