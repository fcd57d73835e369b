#pragma once

// What reading and writing a collection in PostgreSQL share: the names of its tables, the row that says what made it,
// and values as text.

#include <array>
#include <charconv>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search/pg_connection.h"

namespace groundwork::search::detail {

/// The schema of a collection whose name is one that collection_location allows.
std::string schema_of(const std::string& name);

/// The tables in a schema, quoted.
struct PgTables {
  explicit PgTables(const std::string& name)
      : schema('"' + name + '"'),
        about(schema + ".about"),
        documents(schema + ".documents"),
        postings(schema + ".postings") {}
  std::string schema;
  std::string about;
  std::string documents;
  std::string postings;
};

inline constexpr int kPgFormat = 1;
/// pgvector's HNSW takes no more numbers; longer vectors are compared one by one. @source pgvector 0.6, README, "HNSW"
inline constexpr std::size_t kLongestIndexedVector = 2'000;

/// What the row in "about" says.
struct PgAbout {
  std::string embedder;
  std::size_t dimensions = 0;
  std::uint32_t title_weight = 1;
  std::size_t documents = 0;
  double total_length = 0;
  double lexical_trust = 0;  ///< learnt by the last commit: stage_trust.h

  double average_length() const { return documents == 0 ? 1 : total_length / static_cast<double>(documents); }
};

/// @errors kFailedPrecondition: made by another version; those of the connection
base::Result<PgAbout> read_about(PgConnection& connection, const PgTables& tables);

template <typename T>
std::string text_of(T value) {
  std::array<char, 40> buffer{};
  return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

/// What text_of wrote; 0 of other text.
template <typename T>
T value_of(std::string_view text) {
  T value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// As pgvector reads it: [1,0.5].
std::string vector_text(std::span<const float> vector);

/// PostgreSQL's text has no NUL: that, and the byte that stands for it, are written in two bytes.
std::string escaped(std::string_view text);
std::vector<std::string> escaped(std::span<const std::string> values);
std::string unescaped(std::string_view text);

}  // namespace groundwork::search::detail
