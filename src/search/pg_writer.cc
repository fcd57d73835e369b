#include "search/pg_writer.h"

#include <algorithm>
#include <array>

#include "search/analyzer.h"
#include "search/collection_stages.h"
#include "search/document_terms.h"
#include "search/facets.h"
#include "search/stage_trust.h"

namespace groundwork::search::detail {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;
namespace json = base::json;

Status PgWriter::begin(Start start) {
  GW_CHECK_OK(connection_->run("BEGIN"));
  GW_TRY(const std::string locked, connection_->value("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))",
                                                      std::array{schema_of(options_.name)}));
  if (locked != "t") {
    return make_error(Code::kUnavailable, "another program is writing the collection '" + options_.name + "'",
                      connection_->place());
  }
  GW_TRY(const std::string there, connection_->value("SELECT count(*) FROM pg_namespace WHERE nspname = $1",
                                                     std::array{schema_of(options_.name)}));
  anew_ = start == Start::kAnew || there == "0";
  if (anew_) return create();
  GW_TRY(const PgAbout about, read_about(*connection_, tables_));
  options_.title_weight = about.title_weight;
  return check_same_model(about.embedder, about.dimensions, embedder_, connection_->place());
}

Status PgWriter::ensure_pgvector() {
  GW_TRY(const PgRows there,
         connection_->query("SELECT installed_version FROM pg_available_extensions WHERE name = 'vector'", {}, 1));
  if (there.empty()) {
    return make_error(Code::kFailedPrecondition,
                      "the server has no extension 'vector': install pgvector there (or use --lexical-only)",
                      connection_->place());
  }
  return there[0][0].empty() ? connection_->run("CREATE EXTENSION vector") : Status();
}

Status PgWriter::create() {
  if (embedder_ != nullptr) GW_CHECK_OK(ensure_pgvector());
  tables_ = PgTables(schema_of(options_.name) + "__new");
  const std::string embedding =
      embedder_ == nullptr ? "" : ", embedding vector(" + std::to_string(embedder_->dimensions()) + ") NOT NULL";
  GW_CHECK_OK(connection_->run("CREATE SCHEMA " + tables_.schema));
  GW_CHECK_OK(
      connection_->run("CREATE TABLE " + tables_.about +
                       " (format int NOT NULL, analyzer int NOT NULL, embedder text NOT NULL, dimensions int NOT NULL, "
                       "title_weight int NOT NULL, documents bigint NOT NULL, total_length bigint NOT NULL, "
                       "lexical_trust float8 NOT NULL)"));
  GW_CHECK_OK(
      connection_->run("CREATE TABLE " + tables_.documents +
                       " (row bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL UNIQUE, "
                       "stored text NOT NULL, facets text[] NOT NULL, numbers jsonb NOT NULL, length int NOT NULL" +
                       embedding + ")"));
  GW_CHECK_OK(connection_->run("CREATE TABLE " + tables_.postings +
                               " (term text COLLATE \"C\" NOT NULL, row bigint NOT NULL, frequency int NOT NULL, "
                               "length int NOT NULL)"));
  return connection_->run(
      "INSERT INTO " + tables_.about + " VALUES ($1::int, $2::int, $3, $4::int, $5::int, 0, 0, 0)",
      std::array{text_of(kPgFormat), text_of(Analyzer::kVersion),
                 embedder_ == nullptr ? std::string() : embedder_->name(),
                 text_of(embedder_ == nullptr ? 0 : embedder_->dimensions()), text_of(options_.title_weight)});
}

json::object PgWriter::record(const Embedded& one) const {
  const Facets facets = facets_of(one.document.metadata);
  json::object numbers;
  for (const auto& [key, values] : facets.numbers) numbers[escaped(key)] = json::value_from(values);
  const DocumentTerms terms = terms_of(one.document, options_.title_weight);
  json::array names;
  json::array frequencies;
  for (const auto& [term, frequency] : terms.frequencies) {
    names.emplace_back(term);
    frequencies.emplace_back(frequency);
  }
  json::object record{{"id", escaped(one.document.id)},
                      {"stored", stored_form(one.document)},
                      {"facets", json::value_from(escaped(facets.values))},
                      {"numbers", std::move(numbers)},
                      {"length", terms.length},
                      {"terms", std::move(names)},
                      {"frequencies", std::move(frequencies)}};
  if (embedder_ != nullptr) record["embedding"] = vector_text(one.vector);
  return record;
}

Status PgWriter::send(std::span<const Embedded> batch) {
  json::array records;
  std::vector<std::string> ids;
  for (const Embedded& one : batch) {
    records.emplace_back(record(one));
    ids.push_back(one.document.id);
  }
  if (!anew_) GW_CHECK_OK(drop(ids));
  const std::string embedding = embedder_ == nullptr ? "" : ", embedding";
  const std::string value = embedder_ == nullptr ? "" : ", i.embedding::vector";
  return connection_->run(
      "WITH incoming AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS x(id text, stored text, facets text[], "
      "numbers jsonb, length int, embedding text, terms text[], frequencies int[])), added AS (INSERT INTO " +
          tables_.documents + " (id, stored, facets, numbers, length" + embedding +
          ") SELECT i.id, i.stored, i.facets, i.numbers, i.length" + value +
          " FROM incoming i RETURNING row, id) INSERT INTO " + tables_.postings +
          " SELECT t.term, a.row, t.frequency, i.length FROM added a JOIN incoming i USING (id), "
          "unnest(i.terms, i.frequencies) AS t(term, frequency)",
      std::array{json::serialize(records)});
}

Status PgWriter::drop(std::span<const std::string> ids) {
  const std::string array = pg_array(escaped(std::vector<std::string>(ids.begin(), ids.end())));
  return connection_->run("WITH gone AS (DELETE FROM " + tables_.documents +
                              " WHERE id = ANY($1::text[]) RETURNING row) DELETE FROM " + tables_.postings +
                              " p USING gone WHERE p.row = gone.row",
                          std::array{array});
}

Status PgWriter::finish() {
  if (anew_) GW_CHECK_OK(create_indexes());
  GW_CHECK_OK(connection_->run("UPDATE " + tables_.about +
                               " SET (documents, total_length) = (SELECT count(*), "
                               "coalesce(sum(length), 0) FROM " +
                               tables_.documents + ")"));
  GW_CHECK_OK(learn_trust());
  GW_CHECK_OK(connection_->run("ANALYZE " + tables_.documents));
  GW_CHECK_OK(connection_->run("ANALYZE " + tables_.postings));
  if (anew_) {
    const PgTables there(schema_of(options_.name));
    GW_CHECK_OK(connection_->run("DROP SCHEMA IF EXISTS " + there.schema + " CASCADE"));
    GW_CHECK_OK(connection_->run("ALTER SCHEMA " + tables_.schema + " RENAME TO " + there.schema));
    tables_ = there;
  }
  return connection_->run("COMMIT");
}

/// As an index folder learns it: from the same documents.
Status PgWriter::learn_trust() {
  GW_TRY(const std::string count, connection_->value("SELECT documents FROM " + tables_.about));
  const std::size_t step = std::max<std::size_t>(1, (value_of<std::size_t>(count) + kTrustSampled - 1) / kTrustSampled);
  GW_TRY(const PgRows rows,
         connection_->query("SELECT stored FROM (SELECT stored, row_number() OVER (ORDER BY row) - 1 AS place FROM " +
                                tables_.documents + ") AS all_of_them WHERE place % $1::bigint = 0",
                            std::array{text_of(step)}, 1));
  std::vector<double> shares;
  for (const auto& row : rows) {
    const auto document = document_of("", row.front());
    if (document) shares.push_back(symbol_share(document->text));
  }
  return connection_->run("UPDATE " + tables_.about + " SET lexical_trust = $1::float8",
                          std::array{text_of(trust_of_collection(shares).lexical)});
}

/// When everything is there: that is quicker than row by row.
Status PgWriter::create_indexes() {
  GW_CHECK_OK(
      connection_->run("CREATE UNIQUE INDEX ON " + tables_.postings + " (term, row) INCLUDE (frequency, length)"));
  GW_CHECK_OK(connection_->run("CREATE INDEX ON " + tables_.postings + " (row)"));
  GW_CHECK_OK(connection_->run("CREATE INDEX ON " + tables_.documents + " USING gin (facets)"));
  if (embedder_ == nullptr || embedder_->dimensions() > kLongestIndexedVector) return {};
  return connection_->run("CREATE INDEX ON " + tables_.documents + " USING hnsw (embedding vector_cosine_ops)");
}

}  // namespace groundwork::search::detail
