#include "search/qdrant_points.h"

#include <openssl/evp.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "base/hash.h"
#include "search/analyzer.h"
#include "search/facets.h"
#include "search/fusion.h"
#include "search/lexical_search.h"

namespace groundwork::search::detail {

using base::Code;
using base::make_error;
using base::Result;
namespace json = base::json;

namespace {

constexpr std::size_t kRandomDigits = 16;
constexpr std::string_view kDigits = "0123456789abcdef";
/// UUIDv5 of "groundwork.search" in the name space of DNS names, computed once with Python's uuid module.
constexpr std::string_view kNameSpace{"\x07\xbb\x35\x4f\xa7\xce\x55\x22\x8a\x44\xf8\x87\x3c\x07\x00\x09", 16};

}  // namespace

std::string alias_of(const std::string& name) { return "groundwork_" + name; }

std::string generation_of(const std::string& name, const std::string& random) { return alias_of(name) + "__" + random; }

bool is_generation_of(const std::string& name, std::string_view collection) {
  const std::string front = generation_of(name, "");
  if (!collection.starts_with(front)) return false;
  collection.remove_prefix(front.size());
  return collection.size() == kRandomDigits && collection.find_first_not_of(kDigits) == std::string_view::npos;
}

std::string uuid5(std::string_view name_space, std::string_view name) {
  const std::string whole = std::string(name_space) + std::string(name);
  std::array<unsigned char, 20> digest{};
  unsigned int length = 0;
  // EVP_Digest over memory fails only when the library has no SHA-1.
  if (EVP_Digest(whole.data(), whole.size(), digest.data(), &length, EVP_sha1(), nullptr) != 1) std::abort();
  digest[6] = static_cast<unsigned char>((digest[6] & 0x0f) | 0x50);
  digest[8] = static_cast<unsigned char>((digest[8] & 0x3f) | 0x80);
  std::string out;
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += kDigits[digest[i] >> 4];
    out += kDigits[digest[i] & 15];
  }
  return out;
}

std::string point_id(std::string_view document_id) { return uuid5(kNameSpace, document_id); }

std::uint32_t place_of_term(std::string_view term) {
  return static_cast<std::uint32_t>(base::stable_hash64(term) >> 32);
}

Sparse lexical_weights(const DocumentTerms& terms, double average_length) {
  const Bm25 bm25;
  const double norm = bm25.k1 * (1 - bm25.b + bm25.b * terms.length / std::max(average_length, 1e-9));
  Sparse frequencies;
  for (const auto& [term, frequency] : terms.frequencies) frequencies[place_of_term(term)] += frequency;
  for (auto& [place, value] : frequencies) value = value / (value + norm);
  return frequencies;
}

json::object sparse_json(const Sparse& sparse) {
  json::array indices;
  json::array values;
  for (const auto& [place, value] : sparse) {
    indices.emplace_back(place);
    values.emplace_back(value);
  }
  return {{"indices", std::move(indices)}, {"values", std::move(values)}};
}

std::string numbers_key(std::string_view key) { return "numbers." + base::sha256_hex(key).substr(0, 32); }

json::object payload_of(const Document& document, std::uint64_t row, std::uint32_t length) {
  const Facets facets = facets_of(document.metadata);
  json::object numbers;
  for (const auto& [key, values] : facets.numbers) {
    numbers[numbers_key(key).substr(std::string_view("numbers.").size())] = json::value_from(values);
  }
  return {{"id", document.id},
          {"title", document.title},
          {"text", document.text},
          {"metadata", document.metadata},
          {"place", document.place},
          {"row", row},
          {"length", length},
          {"facets", json::value_from(facets.values)},
          {"numbers", std::move(numbers)}};
}

std::optional<Document> document_of(std::string_view point, json::object&& payload) {
  Document document{
      base::string_or(payload, "id"), base::string_or(payload, "title"), base::string_or(payload, "text"), {}, {}};
  if (document.id.empty() || point_id(document.id) != point) return std::nullopt;
  if (auto* metadata = payload.if_contains("metadata"); metadata != nullptr && metadata->is_object()) {
    document.metadata = std::move(metadata->get_object());
  }
  if (auto* place = payload.if_contains("place"); place != nullptr && place->is_object()) {
    document.place = std::move(place->get_object());
  }
  return document;
}

json::object filter_json(const Filter& filter) {
  json::array must;
  json::array must_not{json::object{{"has_id", json::array{kAboutId}}}};
  for (const Condition& condition : filter.conditions) {
    if (condition.kind != Condition::Kind::kBetween) {
      json::object one{{"key", "facets"}, {"match", json::object{{"any", json::value_from(facets_of(condition))}}}};
      (condition.kind == Condition::Kind::kIn ? must : must_not).push_back(std::move(one));
      continue;
    }
    json::object range;
    if (std::isfinite(condition.low)) range[condition.low_excluded ? "gt" : "gte"] = condition.low;
    if (std::isfinite(condition.high)) range[condition.high_excluded ? "lt" : "lte"] = condition.high;
    if (range.empty()) range["gte"] = std::numeric_limits<double>::lowest();
    must.push_back(json::object{{"key", numbers_key(condition.key)}, {"range", std::move(range)}});
  }
  json::object out{{"must_not", std::move(must_not)}};
  if (!must.empty()) out["must"] = std::move(must);
  return out;
}

json::object about_json(const QdrantAbout& about) {
  return {{"groundwork", json::object{{"format", kQdrantFormat},
                                      {"analyzer", Analyzer::kVersion},
                                      {"collection", about.collection},
                                      {"revision", about.revision},
                                      {"adding", about.adding},
                                      {"embedder", about.embedder},
                                      {"dimensions", about.dimensions},
                                      {"title_weight", about.title_weight},
                                      {"documents", about.documents},
                                      {"next_row", about.next_row},
                                      {"total_length", about.total_length},
                                      {"average_length", about.average_length},
                                      {"lexical_trust", about.lexical_trust}}}};
}

Result<QdrantAbout> about_of(const std::string& name, const json::object& payload, std::string_view place) {
  const auto refused = [&](std::string what) {
    return make_error(Code::kFailedPrecondition, std::move(what), std::string(place));
  };
  const json::value* said = payload.if_contains("groundwork");
  const json::object* object = said == nullptr ? nullptr : said->if_object();
  if (object == nullptr) return refused("the collection '" + alias_of(name) + "' was not made by Groundwork");
  if (base::int_or(*object, "format", 0) != kQdrantFormat ||
      base::int_or(*object, "analyzer", 0) != Analyzer::kVersion) {
    return refused("the collection was made by another version; index again");
  }
  const auto count = [&](std::string_view key) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, base::int_or(*object, key, 0)));
  };
  QdrantAbout about;
  about.collection = base::string_or(*object, "collection");
  about.revision = base::string_or(*object, "revision");
  about.adding = base::bool_or(*object, "adding", true);
  about.embedder = base::string_or(*object, "embedder");
  about.dimensions = count("dimensions");
  about.title_weight = static_cast<std::uint32_t>(count("title_weight"));
  about.documents = count("documents");
  about.next_row = count("next_row");
  about.total_length = count("total_length");
  about.average_length = base::number_or(*object, "average_length", 0);
  about.lexical_trust = base::number_or(*object, "lexical_trust", -1);
  if (!is_generation_of(name, about.collection) || !(about.average_length > 0)) {
    return refused("what the collection '" + alias_of(name) + "' says of itself can't be read; index again");
  }
  if (!(about.lexical_trust >= 0 && about.lexical_trust <= 1)) about.lexical_trust = StageTrust().lexical;
  return about;
}

}  // namespace groundwork::search::detail
