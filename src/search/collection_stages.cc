#include "search/collection_stages.h"

#include <algorithm>
#include <unordered_map>

#include "search/fusion.h"
#include "search/index_writer.h"
#include "search/reranking.h"
#include "search/stage_trust.h"

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;

namespace {

using Found = CollectionStages::Found;

/// One query on its way through the stages.
class Query {
 public:
  Query(CollectionStages& stages, const SearchRequest& request, const CollectionModels& models)
      : stages_(stages), request_(request), models_(models) {}

  Result<CollectionResult> run(With with) {
    CollectionResult result;
    GW_TRY(result.query, stages_.read(request_.query));
    GW_TRY(result.allowed, stages_.allowed());
    GW_CHECK_OK(run_stages(result.query));
    const bool hybrid = request_.mode == Mode::kHybrid || request_.mode == Mode::kRerank;
    std::vector<Found> best = request_.mode == Mode::kLexical ? lexical_ : dense_;
    if (hybrid) {
      GW_TRY(best, fused(result.query));
    }
    if (request_.mode == Mode::kRerank) {
      GW_TRY(best, reranked(best));
    }
    if (best.size() > request_.top_k) best.resize(request_.top_k);
    result.trust = trust_;
    GW_TRY(result.hits, hits_of(best, result.query, with));
    return result;
  }

 private:
  Status run_stages(const LexicalQuery& query) {
    const bool one_stage = request_.mode == Mode::kLexical || request_.mode == Mode::kDense;
    const std::size_t pool =
        one_stage ? request_.top_k : std::max({request_.pool, request_.top_k, request_.rerank_depth});
    if (request_.mode != Mode::kDense && !query.terms.empty()) {
      GW_TRY(lexical_, stages_.lexical(query, pool));
    }
    if (request_.mode == Mode::kLexical) return {};
    GW_TRY(std::vector<std::vector<float>> vectors, models_.embedder->embed({&request_.query, 1}));
    if (vectors.size() != 1 || vectors.front().empty()) {
      return make_error(Code::kUnavailable, "the embedder gave no vector for the query");
    }
    vector_ = std::move(vectors.front());
    GW_TRY(dense_, stages_.dense(vector_, pool));
    return {};
  }

  /// Both stages' scores of what either found, as one ranking.
  Result<std::vector<Found>> fused(const LexicalQuery& query) {
    std::vector<std::string> keys;
    for (const Found& one : lexical_) keys.push_back(one.key);
    for (const Found& one : dense_) keys.push_back(one.key);
    // Keys that are numbers in their order, which is that of adding: ties are broken as in an index folder.
    std::ranges::sort(keys, {}, [](const std::string& key) { return std::pair(key.size(), std::string_view(key)); });
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    std::vector<Found> ranking;
    const auto rank = [&](const std::vector<Fused>& order) {
      for (const Fused& one : order) {
        ranking.push_back({keys[one.hit.row], one.hit.score});
        told_[keys[one.hit.row]].lexical_share = one.lexical_share;
      }
    };
    if (request_.fusion == Fusion::kReciprocalRank) {
      rank(fuse_ranks(hits_among(keys, lexical_), hits_among(keys, dense_)));
      return ranking;
    }
    GW_TRY(const std::vector<float> lexical, scores_of(keys, lexical_, [&](CollectionStages::Keys missing) {
             return stages_.lexical_of(query, missing);
           }));
    GW_TRY(const std::vector<float> dense,
           scores_of(keys, dense_, [&](CollectionStages::Keys missing) { return stages_.dense_of(vector_, missing); }));
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      candidates.push_back({static_cast<Row>(i), lexical[i], dense[i]});
      told_[keys[i]].lexical = lexical[i];
      told_[keys[i]].dense = dense[i];
    }
    StageTrust trust = trust_for(query, stages_.trust(), std::nullopt);  // a store knows no frequencies
    if (request_.lexical_weight) trust.lexical = *request_.lexical_weight;
    rank(fuse_scores(candidates, trust));
    trust_ = trust;
    return ranking;
  }

  /// What the stage found, as rows of `keys`.
  static std::vector<Hit> hits_among(const std::vector<std::string>& keys, const std::vector<Found>& found) {
    std::unordered_map<std::string_view, Row> rows;
    for (const std::string& key : keys) rows.emplace(key, static_cast<Row>(rows.size()));
    std::vector<Hit> hits;
    for (const Found& one : found) hits.push_back({rows.at(one.key), one.score});
    return hits;
  }

  /// What the stage said, and what it says when asked about the others.
  template <typename Ask>
  static Result<std::vector<float>> scores_of(const std::vector<std::string>& keys, const std::vector<Found>& found,
                                              Ask&& ask) {
    std::unordered_map<std::string, float> known;
    for (const Found& one : found) known[one.key] = one.score;
    std::vector<std::string> missing;
    for (const std::string& key : keys) {
      if (!known.contains(key)) missing.push_back(key);
    }
    if (!missing.empty()) {
      GW_TRY(const std::vector<float> more, ask(missing));
      for (std::size_t i = 0; i < missing.size(); ++i) known[missing[i]] = more[i];
    }
    std::vector<float> scores;
    for (const std::string& key : keys) scores.push_back(known[key]);
    return scores;
  }

  Result<std::vector<Found>> reranked(const std::vector<Found>& best) {
    const std::size_t depth = std::min(request_.rerank_depth, best.size());
    if (depth == 0) return best;
    const std::vector<Found> read_again(best.begin(), best.begin() + static_cast<std::ptrdiff_t>(depth));
    GW_TRY(const std::vector<Document> documents, stages_.documents(keys_of(read_again), With::kDocuments));
    std::vector<std::string> texts;
    for (const Document& one : documents) texts.push_back(embedded_text(one));
    std::vector<float> scores;
    for (const Found& one : best) scores.push_back(one.score);
    GW_TRY(const std::vector<Hit> hits, rerank(*models_.reranker, request_.query, texts, scores));
    std::vector<Found> ranking;
    for (const Hit& hit : hits) ranking.push_back({best[hit.row].key, hit.score});
    return ranking;
  }

  Result<std::vector<CollectionHit>> hits_of(const std::vector<Found>& best, const LexicalQuery& query, With with) {
    if (best.empty()) return std::vector<CollectionHit>();
    const std::vector<std::string> keys = keys_of(best);
    GW_TRY(std::vector<Document> documents, stages_.documents(keys, with));
    std::vector<std::vector<WordShare>> words(keys.size());
    if (with == With::kDocuments && !query.terms.empty()) {
      GW_TRY(words, stages_.words(query, keys));
    }
    std::vector<CollectionHit> hits(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      CollectionHit& hit = hits[i];
      hit.why = told_[keys[i]];
      hit.id = documents[i].id;
      hit.document = std::move(documents[i]);
      hit.why.score = best[i].score;
      note(lexical_, keys[i], hit.why.lexical_rank, hit.why.lexical);
      note(dense_, keys[i], hit.why.dense_rank, hit.why.dense);
      hit.why.words = std::move(words[i]);
    }
    return hits;
  }

  static std::vector<std::string> keys_of(const std::vector<Found>& found) {
    std::vector<std::string> keys;
    for (const Found& one : found) keys.push_back(one.key);
    return keys;
  }

  static void note(const std::vector<Found>& stage, const std::string& key, std::size_t& rank, float& score) {
    const auto found = std::ranges::find(stage, key, &Found::key);
    if (found == stage.end()) return;
    rank = static_cast<std::size_t>(found - stage.begin()) + 1;
    score = found->score;
  }

  CollectionStages& stages_;
  const SearchRequest& request_;
  const CollectionModels& models_;
  std::vector<float> vector_;
  std::unordered_map<std::string, SearchHit> told_;  ///< what fusion knew of each document
  std::optional<StageTrust> trust_;
  std::vector<Found> lexical_;
  std::vector<Found> dense_;
};

}  // namespace

Result<std::vector<std::vector<WordShare>>> CollectionStages::words(const LexicalQuery&, Keys keys) {
  return std::vector<std::vector<WordShare>>(keys.size());
}

Status check_same_model(const std::string& name, std::size_t dimensions, const model::Embedder* embedder,
                        std::string_view where) {
  const std::string found = embedder == nullptr ? "" : embedder->name();
  const std::size_t numbers = embedder == nullptr ? 0 : embedder->dimensions();
  if (name == found && dimensions == numbers) return {};
  const auto shown = [](const std::string& model, std::size_t of) {
    return model.empty() ? std::string("no model") : "'" + model + "' (" + std::to_string(of) + " dimensions)";
  };
  return make_error(Code::kFailedPrecondition,
                    "the collection was made with " + shown(name, dimensions) + ", found " + shown(found, numbers) +
                        "; index again, or use the same",
                    std::string(where));
}

Result<CollectionResult> search_by_stages(CollectionStages& stages, const SearchRequest& request,
                                          const CollectionModels& models, With with) {
  return Query(stages, request, models).run(with);
}

}  // namespace groundwork::search
