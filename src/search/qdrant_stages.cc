#include "search/qdrant_stages.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "search/dense_search.h"

namespace groundwork::search::detail {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;
namespace json = base::json;

namespace {

constexpr std::size_t kSmallestEf = 128;
constexpr std::size_t kLargestEf = 2'000;
constexpr std::size_t kRowDigits = 20;

/// The id of the point in a key.
std::string id_of(std::string_view key) { return std::string(key.substr(kRowDigits + 1)); }

json::array ids_of(CollectionStages::Keys keys) {
  json::array ids;
  for (const std::string& key : keys) ids.emplace_back(id_of(key));
  return ids;
}

json::array numbers_of(std::span<const float> vector) {
  json::array out(vector.begin(), vector.end());
  return out;
}

/// The value at a place of a point's lexical vector; 0 where it has none there.
double value_at(const QdrantPoint& point, std::uint32_t place) {
  const json::value* vector = point.vector.if_contains(kLexical);
  const json::object* object = vector == nullptr ? nullptr : vector->if_object();
  const json::value* places = object == nullptr ? nullptr : object->if_contains("indices");
  const json::value* values = object == nullptr ? nullptr : object->if_contains("values");
  if (places == nullptr || values == nullptr || !places->is_array() || !values->is_array()) return 0;
  const json::array& all = places->get_array();
  const auto at = std::ranges::find_if(all, [&](const json::value& one) {
    return (one.is_int64() && one.get_int64() == place) || (one.is_uint64() && one.get_uint64() == place);
  });
  const auto index = static_cast<std::size_t>(at - all.begin());
  if (at == all.end() || index >= values->get_array().size()) return 0;
  const json::value& value = values->get_array()[index];
  return value.is_number() ? value.to_number<double>() : 0;
}

}  // namespace

Result<QdrantAbout> read_about(QdrantApi& api, const std::string& name) {
  auto answer = api.read("POST", "/collections/" + alias_of(name) + "/points",
                         json::object{{"ids", json::array{kAboutId}}, {"with_payload", true}, {"with_vector", false}});
  if (!answer.ok() && answer.error().code == Code::kNotFound) {
    return make_error(Code::kNotFound, "there is no collection '" + name + "'; 'groundwork search index' makes one",
                      api.place());
  }
  if (!answer.ok()) return std::move(answer).error();
  GW_TRY(const std::vector<QdrantPoint> points, api.points_of(*std::move(answer), 1, false));
  return about_of(name, points.empty() ? json::object() : points.front().payload, api.place());
}

Status check_vectors(QdrantApi& api, const QdrantAbout& about) {
  GW_TRY(const json::value answer, api.read("GET", "/collections/" + about.collection, nullptr));
  const auto at = [&](std::string_view path) -> const json::value* {
    boost::system::error_code none;
    return answer.find_pointer(path, none);
  };
  const json::value* size = at("/config/params/vectors/dense/size");
  const json::value* distance = at("/config/params/vectors/dense/distance");
  const json::value* modifier = at("/config/params/sparse_vectors/lexical/modifier");
  const auto shown = [](const json::value* value) { return value == nullptr ? "none" : json::serialize(*value); };
  const std::string expected_size = about.dimensions == 0 ? "none" : std::to_string(about.dimensions);
  const std::string expected_distance = about.dimensions == 0 ? "none" : "\"Cosine\"";
  if (shown(size) == expected_size && shown(distance) == expected_distance && shown(modifier) == "\"idf\"") return {};
  return make_error(Code::kFailedPrecondition,
                    "expected vectors 'dense' of size " + expected_size + " and distance " + expected_distance +
                        " and 'lexical' with modifier \"idf\", found " + shown(size) + ", " + shown(distance) +
                        " and " + shown(modifier) + "; index again",
                    api.place() + " collection " + about.collection);
}

QdrantStages::QdrantStages(QdrantApi& api, const QdrantCollectionOptions& options, QdrantAbout about,
                           const Filter& filter, std::size_t ef)
    : api_(api), options_(options), about_(std::move(about)), filter_(filter_json(filter)), ef_(ef) {}

Result<json::value> QdrantStages::ask(const std::string& what, const json::value& body) {
  auto answer = api_.read("POST", "/collections/" + about_.collection + "/points" + what, body);
  if (!answer.ok() && answer.error().code == Code::kNotFound) {
    return make_error(Code::kAborted, "the collection '" + options_.name + "' was replaced while it was read",
                      api_.place());
  }
  return answer;
}

/// One search a term, for its best document: score / value is Qdrant's idf.
Result<LexicalQuery> QdrantStages::read(std::string_view text) {
  LexicalQuery query = read_words(text);
  json::array searches;
  for (const QueryTerm& term : query.terms) {
    searches.push_back(json::object{{"query", sparse_json({{place_of_term(term.term), 1.0}})},
                                    {"using", kLexical},
                                    {"limit", 1},
                                    {"with_payload", false},
                                    {"with_vector", json::array{kLexical}}});
  }
  if (searches.empty()) return query;
  GW_TRY(json::value answer, ask("/query/batch", json::object{{"searches", std::move(searches)}}));
  json::array* results = answer.if_array();
  if (results == nullptr || results->size() != query.terms.size()) {
    return api_.unexpected("a result for each of " + std::to_string(query.terms.size()) + " searches",
                           results == nullptr ? base::json_type_name(answer) : std::to_string(results->size()));
  }
  for (std::size_t i = 0; i < query.terms.size(); ++i) {
    QueryTerm& term = query.terms[i];
    json::object* result = (*results)[i].if_object();
    json::value* list = result == nullptr ? nullptr : result->if_contains("points");
    GW_TRY(const std::vector<QdrantPoint> best, api_.points_of(list == nullptr ? nullptr : std::move(*list), 1, true));
    if (best.empty()) {
      query.unknown.push_back(term.word);
      continue;
    }
    const double value = value_at(best.front(), place_of_term(term.term));
    const double idf = static_cast<double>(best.front().score) / value;
    if (!(value > 0 && value < 1 && idf > 0 && idf < 100)) {
      return api_.unexpected("a lexical weight between 0 and 1 and a score above 0",
                             json::serialize(best.front().vector));
    }
    frequency_in_query_[term.term] = term.weight;
    term.weight *= idf;
    // idf = ln((documents + 1) / (df + 0.5)), solved for df.
    const double df = (static_cast<double>(about_.documents) + 1) / std::exp(idf) - 0.5;
    term.document_frequency = static_cast<std::uint64_t>(std::max(1.0, std::round(df)));
  }
  std::erase_if(query.terms, [](const QueryTerm& term) { return term.document_frequency == 0; });
  return query;
}

Result<std::size_t> QdrantStages::allowed() {
  GW_TRY(const json::value answer, ask("/count", json::object{{"filter", filter_}, {"exact", true}}));
  const json::object* object = answer.if_object();
  const std::int64_t count = object == nullptr ? -1 : base::int_or(*object, "count", -1);
  if (count < 0) return api_.unexpected("a count", json::serialize(answer));
  return allowed_ = static_cast<std::size_t>(count);
}

Result<std::vector<QdrantStages::Found>> QdrantStages::found(json::object request, std::size_t k) {
  request["limit"] = k;
  request["with_payload"] = json::array{"row"};
  GW_TRY(json::value answer, ask("/query", request));
  json::object* result = answer.if_object();
  json::value* list = result == nullptr ? nullptr : result->if_contains("points");
  GW_TRY(const std::vector<QdrantPoint> points, api_.points_of(list == nullptr ? nullptr : std::move(*list), k, true));
  std::vector<Found> found;
  for (const QdrantPoint& one : points) {
    const std::int64_t row = base::int_or(one.payload, "row", -1);
    if (row < 0) return api_.unexpected("a point of ours, with its row", json::serialize(one.payload));
    const std::string digits = std::to_string(row);
    found.push_back({std::string(kRowDigits - digits.size(), '0') + digits + ":" + one.id, one.score});
  }
  std::ranges::sort(
      found, [](const Found& a, const Found& b) { return a.score != b.score ? a.score > b.score : a.key < b.key; });
  return found;
}

json::object QdrantStages::lexical_request(const LexicalQuery& query) const {
  Sparse places;
  for (const QueryTerm& term : query.terms) places[place_of_term(term.term)] += frequency_in_query_.at(term.term);
  return {{"query", sparse_json(places)}, {"using", kLexical}, {"filter", filter_}};
}

Result<std::vector<QdrantStages::Found>> QdrantStages::lexical(const LexicalQuery& query, std::size_t k) {
  GW_TRY(std::vector<Found> best, found(lexical_request(query), k));
  std::erase_if(best, [](const Found& one) { return one.score <= 0; });
  return best;
}

Result<std::vector<QdrantStages::Found>> QdrantStages::dense(std::span<const float> vector, std::size_t k) {
  json::object request{{"query", numbers_of(vector)}, {"using", kDense}, {"filter", filter_}};
  const bool exact = allowed_ <= options_.exact_below || ef_ == kExact;
  json::object effort{{"hnsw_ef", std::clamp(std::max(ef_, 2 * k), kSmallestEf, kLargestEf)}};
  request["params"] = exact ? json::object{{"exact", true}} : std::move(effort);
  GW_TRY(std::vector<Found> nearest, found(request, k));
  if (exact || nearest.size() >= std::min(k, allowed_)) return nearest;
  request["params"] = json::object{{"exact", true}};
  return found(std::move(request), k);
}

Result<std::vector<float>> QdrantStages::scores_of(json::object request, Keys keys) {
  request["filter"] = json::object{{"must", json::array{json::object{{"has_id", ids_of(keys)}}}}};
  GW_TRY(const std::vector<Found> list, found(std::move(request), keys.size()));
  std::unordered_map<std::string_view, float> known;
  for (const Found& one : list) known[one.key] = one.score;
  std::vector<float> scores;
  for (const std::string& key : keys) scores.push_back(known[key]);
  return scores;
}

Result<std::vector<float>> QdrantStages::lexical_of(const LexicalQuery& query, Keys keys) {
  if (query.terms.empty()) return std::vector<float>(keys.size());
  return scores_of(lexical_request(query), keys);
}

Result<std::vector<float>> QdrantStages::dense_of(std::span<const float> vector, Keys keys) {
  return scores_of({{"query", numbers_of(vector)}, {"using", kDense}, {"params", json::object{{"exact", true}}}}, keys);
}

Result<std::vector<QdrantPoint>> QdrantStages::points(Keys keys, json::object request) {
  request["ids"] = ids_of(keys);
  GW_TRY(json::value answer, ask("", request));
  GW_TRY(std::vector<QdrantPoint> points, api_.points_of(std::move(answer), keys.size(), false));
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < points.size(); ++i) places[points[i].id] = i;
  std::vector<QdrantPoint> ordered;
  for (const std::string& key : keys) {
    const auto at = places.find(id_of(key));
    if (at == places.end()) {
      return make_error(Code::kUnavailable, "a document that was found is not there any more; ask again", api_.place());
    }
    ordered.push_back(std::move(points[at->second]));
  }
  return ordered;
}

Result<std::vector<Document>> QdrantStages::documents(Keys keys, With with) {
  json::array fields{"id"};
  if (with == With::kDocuments) fields = {"id", "title", "text", "metadata", "place"};
  GW_TRY(std::vector<QdrantPoint> found, points(keys, {{"with_payload", std::move(fields)}, {"with_vector", false}}));
  std::vector<Document> documents;
  for (QdrantPoint& point : found) {
    auto document = document_of(point.id, std::move(point.payload));
    if (!document) return api_.unexpected("documents that were added", "the point " + point.id + ", which was not");
    documents.push_back(*std::move(document));
  }
  return documents;
}

Result<std::vector<std::vector<WordShare>>> QdrantStages::words(const LexicalQuery& query, Keys keys) {
  GW_TRY(const std::vector<QdrantPoint> found,
         points(keys, {{"with_payload", false}, {"with_vector", json::array{kLexical}}}));
  std::vector<std::vector<WordShare>> words(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (const QueryTerm& term : query.terms) {
      const double value = value_at(found[i], place_of_term(term.term));
      if (value > 0) words[i].push_back({term.word, term.term, static_cast<float>(term.weight * value)});
    }
    std::ranges::stable_sort(words[i], std::greater<>(), &WordShare::score);
  }
  return words;
}

}  // namespace groundwork::search::detail
