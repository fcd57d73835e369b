#include "search/searcher.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <unordered_map>

#include "search/dense_search.h"
#include "search/index_writer.h"
#include "search/reranking.h"
#include "search/stage_trust.h"

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;

namespace {

constexpr std::array<std::pair<std::string_view, Mode>, 4> kModeNames = {
    {{"lexical", Mode::kLexical}, {"dense", Mode::kDense}, {"hybrid", Mode::kHybrid}, {"rerank", Mode::kRerank}}};

Bm25 bm25_of(const Snapshot& snapshot) {
  Bm25 bm25;
  bm25.average_length = snapshot.average_length();
  return bm25;
}

std::vector<WeightedTerm> weighted(const LexicalQuery& query) {
  std::vector<WeightedTerm> terms;
  for (const QueryTerm& term : query.terms) terms.push_back({term.term, term.weight});
  return terms;
}

void keep_best(std::vector<Hit>& hits, std::size_t k) {
  std::ranges::sort(hits, ranks_before);
  if (hits.size() > k) hits.resize(k);
}

std::vector<Hit> hits_of(std::span<const Fused> fused) {
  std::vector<Hit> hits;
  for (const Fused& one : fused) hits.push_back(one.hit);
  return hits;
}

std::unordered_map<Row, std::size_t> ranks_of(std::span<const Hit> hits) {
  std::unordered_map<Row, std::size_t> ranks;
  for (std::size_t i = 0; i < hits.size(); ++i) ranks[hits[i].row] = i + 1;
  return ranks;
}

std::size_t rank_in(std::span<const Hit> hits, Row row) {
  const auto found = std::ranges::find(hits, row, &Hit::row);
  return found == hits.end() ? 0 : static_cast<std::size_t>(found - hits.begin()) + 1;
}

/// Calls f(segment, rows within it, index of the first) for each segment that has some of the rising `rows`.
template <typename F>
void for_each_segment(const Snapshot& snapshot, std::span<const Row> rows, F&& f) {
  std::size_t begin = 0;
  for (const LiveSegment& one : snapshot.segments()) {
    std::vector<Row> local;
    std::size_t end = begin;
    for (; end < rows.size() && rows[end] - one.first_row < one.segment->rows(); ++end) {
      local.push_back(rows[end] - one.first_row);
    }
    if (!local.empty()) f(one, std::span<const Row>(local), begin);
    begin = end;
  }
}

}  // namespace

std::optional<Mode> mode_of(std::string_view name) {
  const auto* found = std::ranges::find(kModeNames, name, &std::pair<std::string_view, Mode>::first);
  return found == kModeNames.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Fusion> fusion_of(std::string_view name) {
  if (name == "calibrated") return Fusion::kCalibrated;
  if (name == "rrf") return Fusion::kReciprocalRank;
  return std::nullopt;
}

std::string_view to_string(Mode mode) { return kModeNames[static_cast<std::size_t>(mode)].first; }

Status check_request(const SearchRequest& request) {
  if (request.top_k == 0 || request.top_k > kLargestTopK) {
    return make_error(Code::kInvalidArgument, "expected top_k from 1 to " + std::to_string(kLargestTopK) + ", found " +
                                                  std::to_string(request.top_k));
  }
  if (request.query.find_first_not_of(" \t\r\n") == std::string::npos) {
    return make_error(Code::kInvalidArgument, "the query is empty");
  }
  if (request.lexical_weight && !(*request.lexical_weight >= 0 && *request.lexical_weight <= 1)) {
    return make_error(Code::kInvalidArgument,
                      "expected lexical_weight from 0 to 1, found " + std::to_string(*request.lexical_weight));
  }
  return {};
}

StageTrust trust_of(const Manifest& manifest) {
  StageTrust trust;
  trust.lexical = std::clamp(base::number_or(manifest.properties, "lexical_trust", trust.lexical), 0.0, 1.0);
  return trust;
}

/// What the stages found.
struct Searcher::Stages {
  LexicalQuery query;
  std::vector<float> vector;    ///< of the query; empty without a dense stage
  std::vector<Bitmap> allowed;  ///< for each segment
  std::vector<Hit> lexical;     ///< the pool, best first
  std::vector<Hit> dense;
  std::vector<Fused> fused;
  std::optional<StageTrust> trust;  ///< that fused scores
};

Status Searcher::check(const SearchRequest& request) const {
  GW_CHECK_OK(check_request(request));
  if (request.mode == Mode::kLexical) return {};
  const Manifest& manifest = snapshot_->manifest();
  if (manifest.embedder.empty()) {
    return make_error(Code::kFailedPrecondition,
                      "the index has no vectors: mode lexical only; index again with a model");
  }
  if (embedder_ == nullptr || embedder_->name() != manifest.embedder) {
    return make_error(Code::kFailedPrecondition,
                      "the index was made with '" + manifest.embedder + "', found " +
                          (embedder_ == nullptr ? "no model" : "'" + embedder_->name() + "'"));
  }
  if (request.mode == Mode::kRerank && reranker_ == nullptr) {
    return make_error(Code::kFailedPrecondition, "mode rerank needs a reranker, and none is configured");
  }
  return {};
}

Bitmap Searcher::allowed_in(const LiveSegment& one, const Filter& filter) const {
  Bitmap allowed = one.segment->metadata().rows(filter);
  if (one.live != nullptr) allowed &= *one.live;
  return allowed;
}

std::vector<Hit> Searcher::lexical(const LexicalQuery& query, std::span<const Bitmap> allowed, std::size_t k) const {
  const std::vector<WeightedTerm> terms = weighted(query);
  const Bm25 bm25 = bm25_of(*snapshot_);
  std::vector<Hit> hits;
  for (std::size_t i = 0; i < allowed.size(); ++i) {
    const LiveSegment& one = snapshot_->segments()[i];
    for (const Hit& hit : best_rows(one.segment->lexical(), terms, bm25, k, &allowed[i])) {
      hits.push_back({one.first_row + hit.row, hit.score});
    }
  }
  keep_best(hits, k);
  return hits;
}

std::vector<Hit> Searcher::dense(std::span<const float> vector, std::span<const Bitmap> allowed, std::size_t k,
                                 std::size_t ef) const {
  std::vector<Hit> hits;
  for (std::size_t i = 0; i < allowed.size(); ++i) {
    const LiveSegment& one = snapshot_->segments()[i];
    for (const Hit& hit : nearest_rows(*one.segment, vector, k, allowed[i], ef)) {
      hits.push_back({one.first_row + hit.row, hit.score});
    }
  }
  keep_best(hits, k);
  return hits;
}

Result<Searcher::Stages> Searcher::run_stages(const SearchRequest& request) const {
  Stages stages;
  stages.query = read_query(request.query, *snapshot_, request.complete_last);
  for (const LiveSegment& one : snapshot_->segments()) {
    Bitmap allowed = allowed_in(one, request.filter);
    for (const Phrase& phrase : stages.query.phrases) {
      Bitmap with_phrase(one.segment->rows());
      std::vector<TermId> ids;
      for (const std::string& term : phrase.terms) {
        if (const auto id = one.segment->lexical().find(term)) ids.push_back(*id);
      }
      if (ids.size() == phrase.terms.size()) {
        for (const Row row : one.segment->lexical().rows_of_phrase(ids, phrase.offsets)) with_phrase.set(row);
      }
      allowed &= with_phrase;
    }
    stages.allowed.push_back(std::move(allowed));
  }
  const bool one_stage = request.mode == Mode::kLexical || request.mode == Mode::kDense;
  const std::size_t pool = one_stage ? request.top_k : std::max({request.pool, request.top_k, request.rerank_depth});
  if (request.mode != Mode::kDense) stages.lexical = lexical(stages.query, stages.allowed, pool);
  if (request.mode != Mode::kLexical) {
    const std::string query = request.query;
    GW_TRY(std::vector<std::vector<float>> vectors, embedder_->embed({&query, 1}));
    stages.vector = std::move(vectors.front());
    stages.dense = dense(stages.vector, stages.allowed, pool, request.ef);
  }
  if (one_stage) return stages;
  if (request.fusion == Fusion::kReciprocalRank) {
    stages.fused = fuse_ranks(stages.lexical, stages.dense);
  } else {
    stages.trust = request.lexical_weight ? StageTrust{*request.lexical_weight} : trust(stages);
    stages.fused = fuse_scores(candidates(stages), *stages.trust);
  }
  return stages;
}

StageTrust Searcher::trust(const Stages& stages) const {
  const StageTrust collection = trust_of(snapshot_->manifest());
  if (!goes_by_coverage(collection)) return trust_for(stages.query, collection, std::nullopt);
  const std::vector<WeightedTerm> terms = weighted(stages.query);
  const Bm25 bm25 = bm25_of(*snapshot_);
  std::vector<float> scores;
  for (std::size_t i = 0; i < std::min(stages.lexical.size(), kCoverageDepth); ++i) {
    const LiveSegment& one = snapshot_->segment_of(stages.lexical[i].row);
    const Row local = stages.lexical[i].row - one.first_row;
    const std::vector<float> parts = term_scores(one.segment->lexical(), terms, bm25, {&local, 1});
    scores.insert(scores.end(), parts.begin(), parts.end());
  }
  return trust_for(stages.query, collection, covered_share(stages.query, snapshot_->rows(), scores));
}

std::vector<Candidate> Searcher::candidates(const Stages& stages) const {
  std::vector<Row> rows;
  for (const Hit& hit : stages.lexical) rows.push_back(hit.row);
  for (const Hit& hit : stages.dense) rows.push_back(hit.row);
  std::ranges::sort(rows);
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  std::vector<Candidate> found(rows.size());
  const std::vector<WeightedTerm> terms = weighted(stages.query);
  const Bm25 bm25 = bm25_of(*snapshot_);
  for_each_segment(*snapshot_, rows, [&](const LiveSegment& one, std::span<const Row> local, std::size_t begin) {
    const std::vector<float> parts = term_scores(one.segment->lexical(), terms, bm25, local);
    for (std::size_t i = 0; i < local.size(); ++i) {
      Candidate& candidate = found[begin + i];
      candidate.row = rows[begin + i];
      for (std::size_t t = 0; t < terms.size(); ++t) candidate.lexical += parts[i * terms.size() + t];
      candidate.dense = dot(stages.vector, one.segment->vectors().row(local[i]));
    }
  });
  return found;
}

Result<std::vector<Hit>> Searcher::reranked(const SearchRequest& request, std::span<const Fused> fused) const {
  std::vector<float> scores;
  std::vector<std::string> texts;
  for (const Fused& one : fused) {
    scores.push_back(one.hit.score);
    if (texts.size() == request.rerank_depth) continue;
    GW_TRY(const Document document, snapshot_->document(one.hit.row));
    texts.push_back(embedded_text(document));
  }
  GW_TRY(std::vector<Hit> hits, rerank(*reranker_, request.query, texts, scores));
  for (Hit& hit : hits) hit.row = fused[hit.row].hit.row;
  return hits;
}

std::vector<SearchHit> Searcher::explained(const Stages& stages, std::span<const Hit> hits) const {
  const auto lexical_ranks = ranks_of(stages.lexical);
  const auto dense_ranks = ranks_of(stages.dense);
  const std::vector<WeightedTerm> terms = weighted(stages.query);
  const Bm25 bm25 = bm25_of(*snapshot_);
  std::unordered_map<Row, float> shares;
  for (const Fused& one : stages.fused) shares[one.hit.row] = one.lexical_share;
  std::vector<SearchHit> explained;
  for (const Hit& hit : hits) {
    SearchHit one;
    one.row = hit.row;
    one.score = hit.score;
    if (const auto rank = lexical_ranks.find(hit.row); rank != lexical_ranks.end()) one.lexical_rank = rank->second;
    if (const auto rank = dense_ranks.find(hit.row); rank != dense_ranks.end()) one.dense_rank = rank->second;
    if (const auto share = shares.find(hit.row); share != shares.end()) one.lexical_share = share->second;
    const LiveSegment& segment = snapshot_->segment_of(hit.row);
    const Row local = hit.row - segment.first_row;
    const std::vector<float> parts = term_scores(segment.segment->lexical(), terms, bm25, {&local, 1});
    for (std::size_t t = 0; t < parts.size(); ++t) {
      one.lexical += parts[t];
      if (parts[t] > 0) one.words.push_back({stages.query.terms[t].word, terms[t].term, parts[t]});
    }
    std::ranges::stable_sort(one.words, std::greater<>(), &WordShare::score);
    if (!stages.vector.empty()) one.dense = dot(stages.vector, segment.segment->vectors().row(local));
    explained.push_back(std::move(one));
  }
  return explained;
}

Result<SearchResult> Searcher::search(const SearchRequest& request) const {
  GW_CHECK_OK(check(request));
  GW_TRY(Stages stages, run_stages(request));
  SearchResult result;
  for (const Bitmap& allowed : stages.allowed) result.allowed += allowed.count();
  std::vector<Hit> hits = request.mode == Mode::kLexical ? stages.lexical : stages.dense;
  if (request.mode == Mode::kHybrid) hits = hits_of(stages.fused);
  if (request.mode == Mode::kRerank) {
    GW_TRY(hits, reranked(request, stages.fused));
  }
  if (hits.size() > request.top_k) hits.resize(request.top_k);
  result.hits = explained(stages, hits);
  result.trust = stages.trust;
  result.query = std::move(stages.query);
  return result;
}

Result<Diagnosis> Searcher::diagnose(const SearchRequest& request, std::string_view id) const {
  GW_TRY(const SearchResult result, search(request));
  Diagnosis diagnosis;
  const auto row = snapshot_->find(id);
  if (!row) {
    diagnosis.lost_at = "it is not in the index";
    return diagnosis;
  }
  diagnosis.indexed = true;
  GW_TRY(const Stages stages, run_stages(request));
  const LiveSegment& home = snapshot_->segment_of(*row);
  diagnosis.allowed = allowed_in(home, request.filter).test(*row - home.first_row);
  if (request.mode != Mode::kDense) {
    diagnosis.lexical_rank = rank_in(lexical(stages.query, stages.allowed, snapshot_->rows()), *row);
  }
  if (request.mode != Mode::kLexical) {
    diagnosis.dense_rank = rank_in(dense(stages.vector, stages.allowed, snapshot_->rows(), kExact), *row);
  }
  diagnosis.fused_rank = rank_in(hits_of(stages.fused), *row);
  const auto found = std::ranges::find(result.hits, *row, &SearchHit::row);
  if (found != result.hits.end()) {
    diagnosis.final_rank = static_cast<std::size_t>(found - result.hits.begin()) + 1;
    return diagnosis;
  }
  const std::string behind = ", behind the " + std::to_string(request.top_k) + " that were asked for";
  if (!diagnosis.allowed) {
    diagnosis.lost_at = "the filter does not allow it";
  } else if (request.mode == Mode::kLexical) {
    diagnosis.lost_at = diagnosis.lexical_rank == 0
                            ? "no word of the query is in it, or a phrase is missing"
                            : "rank " + std::to_string(diagnosis.lexical_rank) + " by its words" + behind;
  } else if (request.mode == Mode::kDense && diagnosis.dense_rank <= request.top_k) {
    diagnosis.lost_at = "rank " + std::to_string(diagnosis.dense_rank) +
                        " by its meaning, but the walk over the graph of the vectors passed it by";
  } else if (request.mode == Mode::kDense) {
    diagnosis.lost_at = "rank " + std::to_string(diagnosis.dense_rank) + " by its meaning" + behind;
  } else if (diagnosis.fused_rank == 0) {
    diagnosis.lost_at = "neither stage had it in its pool";
  } else if (request.mode == Mode::kRerank && diagnosis.fused_rank <= request.rerank_depth) {
    diagnosis.lost_at = "rank " + std::to_string(diagnosis.fused_rank) + " after fusion; the reranker put it" + behind;
  } else {
    diagnosis.lost_at = "rank " + std::to_string(diagnosis.fused_rank) + " after fusion" + behind;
  }
  return diagnosis;
}

}  // namespace groundwork::search
