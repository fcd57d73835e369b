#include "search/pg_stages.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "search/facets.h"

namespace groundwork::search::detail {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;

namespace {

constexpr std::size_t kLargestEfSearch = 1'000;
constexpr std::size_t kSmallestEfSearch = 200;

}  // namespace

PgStages::~PgStages() {
  if (open_) static_cast<void>(connection_.run("ROLLBACK"));
}

Status PgStages::begin() {
  GW_CHECK_OK(connection_.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
  open_ = true;
  // Before the first SELECT, which takes the snapshot: a collection can't be replaced between the two.
  auto locked = connection_.run("LOCK TABLE " + tables_.documents + " IN ACCESS SHARE MODE");
  if (!locked.ok() && locked.error().code == Code::kNotFound) {
    return make_error(Code::kNotFound,
                      "there is no collection '" + options_.name + "'; 'groundwork search index' makes one",
                      connection_.place());
  }
  if (!locked.ok()) return std::move(locked).error();
  GW_TRY(about_, read_about(connection_, tables_));
  return {};
}

Result<LexicalQuery> PgStages::read(std::string_view text) {
  LexicalQuery query = read_words(text);
  std::vector<std::string> terms;
  for (const QueryTerm& term : query.terms) terms.push_back(term.term);
  GW_TRY(const PgRows rows, connection_.query("SELECT term, count(*) FROM " + tables_.postings +
                                                  " WHERE term = ANY($1::text[]) GROUP BY term",
                                              std::array{pg_array(terms)}, 2));
  for (QueryTerm& term : query.terms) {
    const auto row = std::ranges::find_if(rows, [&](const auto& one) { return one[0] == term.term; });
    term.document_frequency = row == rows.end() ? 0 : value_of<std::uint64_t>((*row)[1]);
    term.weight *= inverse_document_frequency(about_.documents, term.document_frequency);
    if (term.document_frequency == 0) query.unknown.push_back(term.word);
  }
  std::erase_if(query.terms, [](const QueryTerm& term) { return term.document_frequency == 0; });
  return query;
}

Result<std::size_t> PgStages::allowed() {
  if (filter_.conditions.empty()) return allowed_ = about_.documents;
  Parameters parameters;
  const std::string condition = where(parameters);
  GW_TRY(const std::string count,
         connection_.value("SELECT count(*) FROM " + tables_.documents + " d WHERE " + condition, parameters.values()));
  return allowed_ = value_of<std::size_t>(count);
}

Result<std::vector<PgStages::Found>> PgStages::lexical(const LexicalQuery& query, std::size_t k) {
  Parameters parameters;
  const std::string parts = "SELECT p.row AS row, " + term_score(query, parameters);
  std::string sql = "SELECT row, sum(score) AS score FROM (" + parts;
  if (!filter_.conditions.empty()) {
    sql += " JOIN " + tables_.documents + " d ON d.row = p.row WHERE " + where(parameters);
  }
  sql += ") parts GROUP BY row ORDER BY score DESC, row LIMIT " + parameters.add(text_of(k)) + "::bigint";
  return found(sql, parameters);
}

Result<std::vector<PgStages::Found>> PgStages::dense(std::span<const float> vector, std::size_t k) {
  const bool indexed = about_.dimensions <= kLongestIndexedVector;
  if (!indexed || allowed_ <= options_.exact_below) return nearest_exactly(vector, k);
  const double rare = static_cast<double>(about_.documents) / static_cast<double>(allowed_);
  const auto ef = static_cast<std::size_t>(2 * static_cast<double>(k) * rare);
  GW_TRY(std::string set, connection_.value("SELECT set_config('hnsw.ef_search', $1, true)",
                                            std::array{text_of(std::clamp(ef, kSmallestEfSearch, kLargestEfSearch))}));
  Parameters parameters;
  const std::string near = "d.embedding <=> " + parameters.add(vector_text(vector)) + "::vector";
  const std::string condition = where(parameters);
  GW_TRY(std::vector<Found> nearest,
         found("SELECT d.row, 1 - (" + near + ") FROM " + tables_.documents + " d WHERE " + condition + " ORDER BY " +
                   near + " LIMIT " + parameters.add(text_of(k)) + "::bigint",
               parameters));
  if (nearest.size() < std::min(k, allowed_)) return nearest_exactly(vector, k);
  return nearest;
}

Result<std::vector<float>> PgStages::lexical_of(const LexicalQuery& query, Keys keys) {
  if (query.terms.empty()) return std::vector<float>(keys.size());
  Parameters parameters;
  std::string sql = "SELECT row, sum(score) FROM (SELECT p.row AS row, " + term_score(query, parameters);
  sql += " WHERE p.row = ANY(" + parameters.add(pg_array(keys)) + "::bigint[])) parts GROUP BY row";
  return scores_of(sql, parameters, keys);
}

Result<std::vector<float>> PgStages::dense_of(std::span<const float> vector, Keys keys) {
  Parameters parameters;
  std::string sql = "SELECT d.row, 1 - (d.embedding <=> " + parameters.add(vector_text(vector)) + "::vector) FROM ";
  sql += tables_.documents + " d WHERE d.row = ANY(" + parameters.add(pg_array(keys)) + "::bigint[])";
  return scores_of(sql, parameters, keys);
}

Result<std::vector<Document>> PgStages::documents(Keys keys, With with) {
  const std::string stored = with == With::kDocuments ? "stored" : "''";
  GW_TRY(const PgRows rows, connection_.query("SELECT row, id, " + stored + " FROM " + tables_.documents +
                                                  " WHERE row = ANY($1::bigint[])",
                                              std::array{pg_array(keys)}, 3));
  std::map<std::string, Document> by_key;
  for (const auto& row : rows) {
    const std::string id = unescaped(row[1]);
    auto document = with == With::kDocuments ? document_of(id, row[2]) : Document{id, {}, {}, {}, {}};
    if (!document) {
      return make_error(Code::kDataLoss, "the collection has no readable document '" + id + "'", connection_.place());
    }
    by_key.emplace(row[0], *std::move(document));
  }
  std::vector<Document> documents;
  for (const std::string& key : keys) documents.push_back(std::move(by_key[key]));  // of the same snapshot: it is there
  return documents;
}

Result<std::vector<std::vector<WordShare>>> PgStages::words(const LexicalQuery& query, Keys keys) {
  Parameters parameters;
  std::string sql = "SELECT p.row AS row, " + term_score(query, parameters, ", p.term AS term");
  sql += " WHERE p.row = ANY(" + parameters.add(pg_array(keys)) + "::bigint[])";
  GW_TRY(const PgRows rows, connection_.query(sql, parameters.values(), 3));
  std::vector<std::vector<WordShare>> words(keys.size());
  for (const auto& row : rows) {
    const auto key = std::ranges::find(keys, row[0]);
    const auto term = std::ranges::find(query.terms, row[2], &QueryTerm::term);
    if (key == keys.end() || term == query.terms.end()) continue;
    words[static_cast<std::size_t>(key - keys.begin())].push_back({term->word, term->term, value_of<float>(row[1])});
  }
  for (auto& one : words) std::ranges::stable_sort(one, std::greater<>(), &WordShare::score);
  return words;
}

std::string PgStages::term_score(const LexicalQuery& query, Parameters& parameters, const std::string& also) const {
  std::vector<std::string> terms;
  std::vector<std::string> weights;
  for (const QueryTerm& term : query.terms) {
    terms.push_back(term.term);
    weights.push_back(text_of(term.weight));
  }
  const Bm25 bm25;
  const std::string constant = parameters.add(text_of(bm25.k1 * (1 - bm25.b)));
  const std::string factor = parameters.add(text_of(bm25.k1 * bm25.b / std::max(about_.average_length(), 1e-9)));
  return "q.weight * p.frequency / (p.frequency + " + constant + "::float8 + " + factor +
         "::float8 * p.length) AS score" + also + " FROM unnest(" + parameters.add(pg_array(terms)) + "::text[], " +
         parameters.add(pg_array(weights)) + "::float8[]) AS q(term, weight) JOIN " + tables_.postings +
         " p ON p.term = q.term";
}

Result<std::vector<PgStages::Found>> PgStages::nearest_exactly(std::span<const float> vector, std::size_t k) {
  Parameters parameters;
  const std::string near = "embedding <=> " + parameters.add(vector_text(vector)) + "::vector";
  const std::string condition = where(parameters);
  // Materialized: no plan may search the HNSW index and filter what comes out of it.
  return found("WITH allowed AS MATERIALIZED (SELECT d.row, d.embedding FROM " + tables_.documents + " d WHERE " +
                   condition + ") SELECT row, 1 - (" + near + ") FROM allowed ORDER BY " + near + ", row LIMIT " +
                   parameters.add(text_of(k)) + "::bigint",
               parameters);
}

Result<std::vector<PgStages::Found>> PgStages::found(const std::string& sql, const Parameters& parameters) {
  GW_TRY(const PgRows rows, connection_.query(sql, parameters.values(), 2));
  std::vector<Found> found;
  for (const auto& row : rows) found.push_back({row[0], value_of<float>(row[1])});
  return found;
}

Result<std::vector<float>> PgStages::scores_of(const std::string& sql, const Parameters& parameters, Keys keys) {
  GW_TRY(const std::vector<Found> rows, found(sql, parameters));
  std::map<std::string_view, float> known;
  for (const Found& one : rows) known[one.key] = one.score;
  std::vector<float> scores;
  for (const std::string& key : keys) scores.push_back(known[key]);
  return scores;
}

std::string PgStages::range_sql(const Condition& condition, Parameters& parameters) {
  std::string sql = "EXISTS (SELECT 1 FROM jsonb_array_elements_text(d.numbers -> " +
                    parameters.add(escaped(condition.key)) + "::text) AS n(value) WHERE true";
  if (std::isfinite(condition.low)) {
    sql += std::string(" AND n.value::float8 ") + (condition.low_excluded ? ">" : ">=") + " " +
           parameters.add(text_of(condition.low)) + "::float8";
  }
  if (std::isfinite(condition.high)) {
    sql += std::string(" AND n.value::float8 ") + (condition.high_excluded ? "<" : "<=") + " " +
           parameters.add(text_of(condition.high)) + "::float8";
  }
  return sql + ")";
}

std::string PgStages::where(Parameters& parameters) const {
  std::string sql = "true";
  for (const Condition& condition : filter_.conditions) {
    if (condition.kind == Condition::Kind::kBetween) {
      sql += " AND " + range_sql(condition, parameters);
    } else {
      const std::string any = "d.facets && " + parameters.add(pg_array(escaped(facets_of(condition)))) + "::text[]";
      sql += condition.kind == Condition::Kind::kIn ? " AND " + any : " AND NOT (" + any + ")";
    }
  }
  return sql;
}

}  // namespace groundwork::search::detail
