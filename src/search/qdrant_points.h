#pragma once

// What a collection is in Qdrant: names, ids, vectors, payloads, filters. In scope: values. Not in scope: calls.
//
// A point is a document:
//   id       UUIDv5 of the document's id
//   dense    its vector, compared by cosine
//   lexical  sparse: for each term the part of BM25 that the document decides, tf / (tf + k1 (1 - b + b length /
//            average_length)); Qdrant's modifier "idf" gives the other part
//   payload  id, title, text, metadata, place; row (the order of adding), length (in words); facets (strings) and
//            numbers (by the hash of their key), by which is filtered
// The point of the nil UUID has no vectors; its payload says what made the collection.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "search/document.h"
#include "search/document_terms.h"
#include "search/filter.h"

namespace groundwork::search::detail {

inline constexpr int kQdrantFormat = 1;
inline constexpr const char* kDense = "dense";
inline constexpr const char* kLexical = "lexical";
inline constexpr const char* kAboutId = "00000000-0000-0000-0000-000000000000";

/// The name under which readers know a collection: an alias of the newest that was finished.
std::string alias_of(const std::string& name);
/// A name for a new one. @param random  16 hexadecimal digits
std::string generation_of(const std::string& name, const std::string& random);
bool is_generation_of(const std::string& name, std::string_view collection);

/// UUID of version 5 in lower case, in a name space of our own. @source RFC 9562, section 5.5
std::string point_id(std::string_view document_id);
/// The same in any name space, given as 16 bytes.
std::string uuid5(std::string_view name_space, std::string_view name);

/// Where a term stands in sparse vectors: 32 bits of its SHA-256. Two terms that share a place count as one: in a
/// vocabulary of a million words 116 pairs do, by the birthday bound.
std::uint32_t place_of_term(std::string_view term);

/// Ascending places with values.
using Sparse = std::map<std::uint32_t, double>;
Sparse lexical_weights(const DocumentTerms& terms, double average_length);
base::json::object sparse_json(const Sparse& sparse);

/// The payload key of the numbers that metadata have under `key`: "numbers." and 32 hexadecimal digits, because a path
/// in Qdrant can't hold every key.
std::string numbers_key(std::string_view key);

base::json::object payload_of(const Document& document, std::uint64_t row, std::uint32_t length);
/// Back. Nothing where the payload is not that of the point: point_id of its id is another.
std::optional<Document> document_of(std::string_view point, base::json::object&& payload);

/// As Qdrant reads it; it leaves out the point that is no document.
base::json::object filter_json(const Filter& filter);

/// What the payload of the point kAboutId says.
struct QdrantAbout {
  std::string collection;  ///< the one that this is in, not its alias
  std::string revision;    ///< another after every commit
  bool adding = false;     ///< a writer has begun to change it and not finished
  std::string embedder;
  std::size_t dimensions = 0;
  std::uint32_t title_weight = 1;
  std::uint64_t documents = 0;
  std::uint64_t next_row = 0;
  std::uint64_t total_length = 0;
  double average_length = 1;  ///< that the lexical weights were made with
  double lexical_trust = 0;
};
base::json::object about_json(const QdrantAbout& about);
/// @errors kFailedPrecondition: it is none, or another version's
base::Result<QdrantAbout> about_of(const std::string& name, const base::json::object& payload, std::string_view place);

}  // namespace groundwork::search::detail
