#pragma once

// One query against a snapshot: the stages one after another, and for each hit why it is there.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "model/embedder.h"
#include "model/reranker.h"
#include "search/filter.h"
#include "search/fusion.h"
#include "search/index.h"
#include "search/query.h"

namespace groundwork::search {

/// How the stages become one ranking: their scores on one scale, weighted by trust, or their ranks alone.
enum class Fusion { kCalibrated, kReciprocalRank };
inline constexpr const char* kFusions = "calibrated or rrf";
std::optional<Fusion> fusion_of(std::string_view name);

enum class Mode { kLexical, kDense, kHybrid, kRerank };
inline constexpr const char* kModes = "lexical, dense, hybrid or rerank";
std::optional<Mode> mode_of(std::string_view name);
std::string_view to_string(Mode mode);

struct SearchRequest {
  std::string query;
  Mode mode = Mode::kHybrid;
  std::size_t top_k = 10;  ///< 1 to kLargestTopK
  Filter filter;
  bool complete_last = false;     ///< the last word is still being typed
  std::size_t pool = 200;         ///< how many each stage gives to the fusion, at least
  std::size_t rerank_depth = 30;  ///< how many of the fused are reranked; the others stay behind them as they were
  std::size_t ef = 0;             ///< effort of the dense stage (dense_search.h); 0: its default
  Fusion fusion = Fusion::kCalibrated;
  std::optional<double> lexical_weight = std::nullopt;  ///< from 0 to 1, in place of the trust that was learnt
};
inline constexpr std::size_t kLargestTopK = 1000;

/// What can be said of a request without an index. @errors kInvalidArgument: top_k or lexical_weight out of range, an
/// empty query
base::Status check_request(const SearchRequest& request);

/// How much of a hit's lexical score a word of the query gave.
struct WordShare {
  std::string word;
  std::string term;
  float score = 0;
};

struct SearchHit {
  Row row = 0;
  float score = 0;  ///< BM25, cosine, or what fusion or the reranker made; comparable within one result only
  std::size_t lexical_rank = 0;  ///< from 1; 0: not among the stage's pool, or the stage did not run
  std::size_t dense_rank = 0;
  float lexical = 0;        ///< BM25
  float dense = 0;          ///< cosine
  float lexical_share = 0;  ///< of the fused score, 0 to 1; 0 without fusion
  std::vector<WordShare> words;
};

struct SearchResult {
  std::vector<SearchHit> hits;
  LexicalQuery query;               ///< as it was understood
  std::size_t allowed = 0;          ///< documents that the filter left
  std::optional<StageTrust> trust;  ///< by which scores were fused, if they were
};

/// Where a document that should have been found was lost.
struct Diagnosis {
  bool indexed = false;
  bool allowed = false;          ///< by the filter
  std::size_t lexical_rank = 0;  ///< among all documents, from 1; 0: no word of the query is in it
  std::size_t dense_rank = 0;    ///< among all documents
  std::size_t fused_rank = 0;    ///< among the pool; 0: in the pool of neither stage
  std::size_t final_rank = 0;    ///< 0: not in the result
  std::string lost_at;           ///< one sentence; empty when it is in the result
};

/// Thread-safe, as its embedder and reranker are.
class Searcher {
 public:
  /// @param embedder  the one that made the index's vectors; nullptr: lexical only
  /// @param reranker  nullptr: no mode kRerank
  Searcher(std::shared_ptr<const Snapshot> snapshot, model::Embedder* embedder, model::Reranker* reranker = nullptr)
      : snapshot_(std::move(snapshot)), embedder_(embedder), reranker_(reranker) {}

  /// @errors kInvalidArgument: top_k out of range, an empty query; kFailedPrecondition: the mode needs a model that is
  ///         not there; those of the models; kDataLoss
  base::Result<SearchResult> search(const SearchRequest& request) const;

  /// @errors as search
  base::Result<Diagnosis> diagnose(const SearchRequest& request, std::string_view id) const;

  const Snapshot& snapshot() const { return *snapshot_; }

 private:
  struct Stages;
  base::Status check(const SearchRequest& request) const;
  base::Result<Stages> run_stages(const SearchRequest& request) const;
  Bitmap allowed_in(const LiveSegment& segment, const Filter& filter) const;
  std::vector<Hit> lexical(const LexicalQuery& query, std::span<const Bitmap> allowed, std::size_t k) const;
  std::vector<Hit> dense(std::span<const float> vector, std::span<const Bitmap> allowed, std::size_t k,
                         std::size_t ef) const;
  std::vector<Candidate> candidates(const Stages& stages) const;
  StageTrust trust(const Stages& stages) const;
  base::Result<std::vector<Hit>> reranked(const SearchRequest& request, std::span<const Fused> fused) const;
  std::vector<SearchHit> explained(const Stages& stages, std::span<const Hit> hits) const;

  std::shared_ptr<const Snapshot> snapshot_;
  model::Embedder* embedder_;
  model::Reranker* reranker_;
};

/// The trust that was learnt from the index's documents; that of prose where none was.
StageTrust trust_of(const Manifest& manifest);

}  // namespace groundwork::search
