#pragma once

#include <memory>

#include "search/batch_writer.h"
#include "search/pg_collection.h"
#include "search/pg_tables.h"

namespace groundwork::search::detail {

/// One transaction, so that readers see all of it or nothing. What is made anew is made beside and takes the other's
/// name at the end: readers wait for that moment only.
class PgWriter final : public BatchWriter {
 public:
  PgWriter(std::unique_ptr<PgConnection> connection, PgCollectionOptions options, model::Embedder* embedder)
      : BatchWriter(embedder, embedder == nullptr ? 0 : embedder->dimensions()),
        connection_(std::move(connection)),
        options_(std::move(options)),
        embedder_(embedder),
        tables_(schema_of(options_.name)) {}

  /// @errors kUnavailable: another program is writing it; kFailedPrecondition: made with another model or version, or
  /// the
  ///         server has no pgvector
  base::Status begin(Start start);

 private:
  base::Status ensure_pgvector();
  base::Status create();
  base::Status create_indexes();
  base::Status learn_trust();
  base::json::object record(const Embedded& one) const;
  base::Status send(std::span<const Embedded> batch) override;
  base::Status drop(std::span<const std::string> ids) override;
  base::Status finish() override;

  std::unique_ptr<PgConnection> connection_;
  PgCollectionOptions options_;
  model::Embedder* embedder_;
  PgTables tables_;
  bool anew_ = false;
};

}  // namespace groundwork::search::detail
